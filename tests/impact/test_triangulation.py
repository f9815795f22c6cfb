"""Which groups agree; and that not asked never looks like nobody reported it."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candela.impact.answers import Gate, Heard
from candela.impact.claims import Direction, Role
from candela.impact.hearing import Sheet, asked_kinds, hear
from candela.impact.questions import Asked, Form, Format, Page, Style
from candela.impact.triangulation import (
    Agreement,
    Stance,
    Summary,
    Voice,
    agreement_of,
    stances,
    summary_of,
    voices,
)
from impact_claims import a_claim


def said(role: Role, *gates: Gate, kind: str = "W1") -> list[Heard]:
    return [Heard("heron", role, kind, gate) for gate in gates]


C, M, P, R = Role.CLINICIAN, Role.MANAGER, Role.PARTICIPANT, Role.RESEARCHER


@pytest.mark.parametrize(
    ("gates", "voice"),
    [
        ([Gate.BETTER, Gate.NO_CHANGE, Gate.DONT_KNOW], Voice.BETTER),
        ([Gate.WORSE, Gate.NO_CHANGE], Voice.WORSE),
        ([Gate.BETTER, Gate.WORSE], Voice.BOTH),
        ([Gate.BOTH], Voice.BOTH),
        ([Gate.NO_CHANGE, Gate.TOO_EARLY], Voice.NO_CHANGE),
        ([Gate.TOO_EARLY, Gate.DONT_KNOW], Voice.TOO_EARLY),
        ([Gate.DONT_KNOW, Gate.RATHER_NOT, Gate.NOT_MY_AREA], Voice.SILENT),
        ([], Voice.SILENT),
    ],
)
def test_a_group_has_one_voice(gates: list[Gate], voice: Voice) -> None:
    assert voices(said(C, *gates), {C: {"W1"}})["W1"][C] is voice


def test_a_group_that_was_not_asked_is_not_silent() -> None:
    found = voices(said(R, Gate.BETTER), {R: {"W1"}, C: {"W1"}, M: {"E2"}})
    assert found["W1"][C] is Voice.SILENT
    assert found["W1"][M] is Voice.NOT_ASKED
    assert found["E2"][M] is Voice.SILENT


def test_a_kind_that_nobody_was_asked_about_is_there_and_says_so() -> None:
    found = voices([], {C: {"W1"}}, kinds=["H1", "W1"])
    assert agreement_of(found["H1"]) is Agreement.NOBODY_ASKED
    assert agreement_of(found["W1"]) is Agreement.NOBODY_REPORTED


def test_few_people_of_a_group_are_hidden_but_not_asked_stays_said() -> None:
    heard = said(M, Gate.WORSE)
    found = voices(heard, {M: {"W1"}, C: {"W1"}}, too_few={M, P})
    assert found["W1"][M] is Voice.HIDDEN
    assert found["W1"][P] is Voice.NOT_ASKED
    assert agreement_of(found["W1"]) is Agreement.HIDDEN


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ({C: Voice.BETTER, M: Voice.BETTER}, Agreement.AGREE),
        ({C: Voice.BETTER, M: Voice.BOTH}, Agreement.AGREE),
        ({C: Voice.BETTER, M: Voice.WORSE}, Agreement.DISPUTED),
        ({C: Voice.BETTER, M: Voice.WORSE, P: Voice.BOTH}, Agreement.DISPUTED),
        ({R: Voice.BETTER, M: Voice.NO_CHANGE}, Agreement.DISPUTED),
        ({R: Voice.BETTER, M: Voice.SILENT}, Agreement.ONE_GROUP),
        ({R: Voice.WORSE, M: Voice.TOO_EARLY}, Agreement.ONE_GROUP),
        ({R: Voice.BETTER, M: Voice.HIDDEN}, Agreement.ONE_GROUP),
        ({R: Voice.NO_CHANGE, M: Voice.NO_CHANGE}, Agreement.NOBODY_REPORTED),
        ({R: Voice.SILENT, M: Voice.NOT_ASKED}, Agreement.NOBODY_REPORTED),
        ({R: Voice.NOT_ASKED, M: Voice.NOT_ASKED}, Agreement.NOBODY_ASKED),
        ({}, Agreement.NOBODY_ASKED),
    ],
)
def test_groups_agree_or_not(groups: dict[Role, Voice], expected: Agreement) -> None:
    assert agreement_of(groups) is expected


def test_kinds_are_summed_up() -> None:
    heard = [
        *said(C, Gate.BETTER),
        *said(M, Gate.BETTER),
        *said(C, Gate.WORSE, kind="W2"),
    ]
    found = voices(heard, {C: {"W1", "W2", "W3"}}, kinds=["H1"])
    assert summary_of(found) == Summary(
        agree=1, disputed=0, one_group=1, nobody_reported=1, nobody_asked=1, hidden=0
    )


OPPOSITES = [
    (Direction.POSITIVE, Voice.BETTER, Stance.CONFIRMS),
    (Direction.POSITIVE, Voice.WORSE, Stance.DIFFERS),
    (Direction.NEGATIVE, Voice.BETTER, Stance.DIFFERS),
    (Direction.NEGATIVE, Voice.WORSE, Stance.CONFIRMS),
    (Direction.POSITIVE, Voice.BOTH, Stance.PARTLY),
    (Direction.MIXED, Voice.BETTER, Stance.PARTLY),
    (Direction.MIXED, Voice.BOTH, Stance.CONFIRMS),
    (Direction.NO_CHANGE, Voice.NO_CHANGE, Stance.CONFIRMS),
    (Direction.NO_CHANGE, Voice.BETTER, Stance.DIFFERS),
    (Direction.NO_CHANGE, Voice.BOTH, Stance.DIFFERS),
    (Direction.POSITIVE, Voice.NO_CHANGE, Stance.NO_CHANGE),
    (Direction.POSITIVE, Voice.TOO_EARLY, Stance.SILENT),
    (Direction.POSITIVE, Voice.SILENT, Stance.SILENT),
    (Direction.POSITIVE, Voice.NOT_ASKED, Stance.NOT_ASKED),
    (Direction.POSITIVE, Voice.HIDDEN, Stance.HIDDEN),
]


@pytest.mark.parametrize(("direction", "voice", "stance"), OPPOSITES)
def test_a_group_stands_to_a_claim(
    direction: Direction, voice: Voice, stance: Stance
) -> None:
    found = stances(a_claim(direction=direction), {M: voice})
    assert found[M] is stance
    assert found[C] is Stance.CONFIRMS  # the claim rests on its answer
    assert voice is Voice.NOT_ASKED or found[P] is Stance.NOT_ASKED


heards = st.lists(
    st.builds(
        Heard,
        st.just("heron"),
        st.sampled_from(Role),
        st.sampled_from(["W1", "H1"]),
        st.sampled_from(Gate),
    ),
    max_size=20,
)


@given(heards, st.randoms())
def test_the_order_of_answers_changes_nothing(heard: list[Heard], rng: Random) -> None:
    mixed = list(heard)
    rng.shuffle(mixed)
    assert dict(voices(heard, {})) == dict(voices(mixed, {}))


@given(heards, st.sets(st.sampled_from(Role)))
def test_not_asked_and_silent_are_told_apart(
    heard: list[Heard], asked: set[Role]
) -> None:
    found = voices(heard, {role: {"W1"} for role in asked}, kinds=["W1"])["W1"]
    spoke = {item.role for item in heard if item.kind == "W1"}
    for role, voice in found.items():
        assert (voice is Voice.NOT_ASKED) == (role not in asked | spoke)


def a_form(role: Role, kinds: tuple[str, ...]) -> Form:
    gate = Asked("G1", Style.GATE, "p1", "Did anything change?", kinds=kinds)
    page = Page("p1", 1, (gate, Asked("T1", Style.LONG_TEXT, "p1", "Tell us")))
    return Form(
        "made-up", "1.0.0", role, Format.STANDARD, "en-GB", "", ("",), (page,), 5, 10, 9
    )


def test_answers_are_heard_once_for_each_kind_of_their_gate() -> None:
    form = a_form(C, ("W1", "W6"))
    sheets = [
        Sheet("heron", form, {"G1": "better", "T1": "We check feet."}),
        Sheet("heron", form, {"T1": "nothing at the gate"}),
    ]
    assert list(hear(sheets)) == [
        Heard("heron", C, "W1", Gate.BETTER),
        Heard("heron", C, "W6", Gate.BETTER),
    ]


def test_what_was_asked_is_what_any_form_of_the_group_asks() -> None:
    forms = [a_form(C, ("W1",)), a_form(C, ("W6",)), a_form(M, ("E2",))]
    assert asked_kinds(forms) == {C: {"W1", "W6"}, M: {"E2"}}
