"""Can somebody go through every form, and come back, and get to its end?"""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.impact.answers import Answers, Gate
from candela.impact.claims import Role
from candela.impact.framework import framework
from candela.impact.layout import BOXES
from candela.impact.questionnaire import shipped
from candela.impact.questions import (
    Form,
    Format,
    ImpossibleAnswer,
    Style,
    counted,
    gates_answered,
    page_after,
    page_before,
    read,
    visible_pages,
)
from candela.impact.soundness import IDENTIFYING, gates_at_most
from impact.forms_at_hand import EVERY_FORM, NAMES, answers_to, standard

NOTHING_TO_TELL = ("no_change", "too_early", "dont_know", "prefer_not")
HOPEFUL = {"any": "better", "about": ["health"], "health": "better"}

# What each group is asked about; carers are asked of strain in the place of safety.
ASKED: dict[str, set[str]] = {
    "participant": {"H1", "H2", "H3", "H4", "H5", "I4"},
    "carer": {"H1", "H2", "H4", "H5", "I4"},
    "carer-bereaved": {"H2", "H4", "H5", "I4"},
    "clinician": {
        *("H1", "H3", "H4", "W1", "W2", "W4", "W5", "W6", "R1", "R2"),
        *("I1", "I3", "K3", "K4", "A1", "A2", "A3", "A4", "A5", "A6"),
    },
    "manager": {
        *("H4", "W1", "W3", "W4", "W5", "W6", "R1", "R2", "R3", "R4", "R5"),
        *("E1", "E2", "I1", "I2", "I3"),
    },
    "researcher": {
        *("H1", "R1", "R2", "R3", "R4", "R5", "E3", "E4", "I2", "I4"),
        *("K1", "K2", "K3", "K4", "A1", "A2", "A3", "A4", "A5", "A6"),
    },
    "nurse": {
        *("H2", "H3", "W2", "R1", "R2", "R3", "I3"),
        *("A1", "A2", "A3", "A4", "A5", "A6"),
    },
    "contributor": {"I4", "H5"},
    "finance": {"W5", "E1", "E2", "E3", "E4"},
}
MINUTES = {
    "participant": (5, 8),
    "carer": (5, 8),
    "carer-bereaved": (5, 8),
    "clinician": (8, 10),
    "manager": (8, 10),
    "researcher": (10, 15),
    "nurse": (7, 10),
    "contributor": (6, 8),
    "finance": (5, 8),
}

every_form = pytest.mark.parametrize("form", EVERY_FORM, ids=NAMES)


def taps(form: Form, answers: Answers) -> int:
    """Count the taps from the opened link to its end: one for Start and one for Send,
    one to continue from each page, and one for each answer or box."""
    made = 2
    for page in visible_pages(form, answers):
        made += 1
        for asked in page.questions:
            given = answers.get(asked.code, [])
            made += len(given) if isinstance(given, list) else 1
    return made


@every_form
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_every_path_ends_and_leads_back_the_same_way(
    form: Form, data: st.DataObject
) -> None:
    answers = data.draw(answers_to(form))
    path = []
    page = page_after(form, answers, "")
    while page is not None:
        assert len(path) <= len(form.pages)
        path.append(page)
        page = page_after(form, answers, page.code)
    assert path == list(visible_pages(form, answers))
    for here, following in pairwise(path):
        assert page_before(form, answers, following.code) == here
    assert page_before(form, answers, path[0].code) is None
    assert page_before(form, answers, "check") == path[-1]


@every_form
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_an_answer_never_changes_the_pages_before_it(
    form: Form, data: st.DataObject
) -> None:
    first = data.draw(answers_to(form))
    n = data.draw(st.integers(0, len(form.pages) - 1))
    kept = {a.code for page in form.pages[: n + 1] for a in page.questions}
    later = {
        **data.draw(answers_to(form)),
        **{code: value for code, value in first.items() if code in kept},
    }
    later = {c: v for c, v in later.items() if c not in kept or c in first}
    here = form.pages[: n + 1]
    shown = [page for page in visible_pages(form, first) if page in here]
    assert [page for page in visible_pages(form, later) if page in here] == shown


@every_form
def test_no_question_is_out_of_reach(form: Form) -> None:
    full: dict[str, str | list[str]] = {
        asked.code: "both" if "both" in codes else "better"
        for asked in form.gates
        if (codes := [choice.code for choice in asked.choices])
    }
    for asked in form.questions:
        if asked.style is Style.MULTI:
            full[asked.code] = [choice.code for choice in asked.choices]
        elif asked.style is not Style.GATE:
            full[asked.code] = "Words."
    assert counted(form, full).keys() == {asked.code for asked in form.questions}
    assert visible_pages(form, full) == form.pages


@every_form
def test_codes_are_there_once_and_are_those_of_the_standard_form(form: Form) -> None:
    codes = [asked.code for asked in form.questions]
    assert len(codes) == len(set(codes))
    english = standard(form.key)
    easier = {"any_words"}  # where there is no page for each matter
    assert set(codes) - easier <= {asked.code for asked in english.questions}
    for asked in form.questions:
        same = english.question(asked.code)
        if same is not None:
            assert (asked.style, asked.kinds) == (same.style, same.kinds)


@every_form
def test_nothing_asks_who_somebody_is(form: Form) -> None:
    for asked in form.questions:
        assert not IDENTIFYING.search(asked.text), asked.code
        for word in ("subject", "score", "submit", "failed", "victim"):
            assert word not in asked.text.lower(), asked.code


@every_form
def test_answers_to_gates_come_in_the_one_order_with_none_left_out(form: Form) -> None:
    shorter = {Format.EASY_READ: ["better", "worse", "dont_know"]}
    seven = [g.value for g in Gate if form.role.is_staff or g.value != "not_applicable"]
    for asked in form.gates:
        codes = [choice.code for choice in asked.choices]
        assert codes == shorter.get(form.format, seven), asked.code


@every_form
def test_nobody_meets_more_gates_than_the_cap(form: Form) -> None:
    assert 2 <= len(form.gates) <= gates_at_most(form.role)
    assert gates_at_most(form.role) == (14 if form.role.is_staff else 8)


@every_form
def test_what_was_hard_is_asked_of_everybody_who_tells_of_a_change(form: Form) -> None:
    burden = [asked for asked in form.gates if {"B1", "B2"} <= set(asked.kinds)]
    burden = [asked for asked in burden if not asked.general]
    assert len(burden) == 1
    shown = visible_pages(form, {"any": "better", "about": ["other"]})
    assert burden[0].page in {page.code for page in shown}


@pytest.mark.parametrize("key", sorted(ASKED))
def test_each_group_is_asked_about_what_it_can_see(key: str) -> None:
    gates = [asked for asked in standard(key).gates if not asked.general]
    kinds = {kind for asked in gates for kind in asked.kinds}
    assert kinds == ASKED[key] | {"B1", "B2"}


def test_every_kind_of_change_is_asked_of_somebody() -> None:
    asked = {
        kind
        for q in shipped().values()
        for a in standard(q.key).gates
        for kind in a.kinds
    }
    assert asked == set(framework().kinds)


def test_every_role_has_a_questionnaire_within_its_minutes() -> None:
    assert {q.role for q in shipped().values()} == set(Role)
    found = {
        key: (standard(key).minutes_goal, standard(key).minutes_cap)
        for key in shipped()
    }
    assert found == MINUTES


@pytest.mark.parametrize("key", ["participant", "carer", "carer-bereaved"])
@pytest.mark.parametrize("said", NOTHING_TO_TELL)
def test_nothing_to_tell_is_four_taps(key: str, said: str) -> None:
    # Start, the answer, Continue, Send.
    form = standard(key)
    assert [page.code for page in visible_pages(form, {"any": said})] == ["any"]
    assert taps(form, {"any": said}) == 1 + 1 + 1 + 1


def test_one_good_thing_with_a_sentence_is_at_most_fourteen_taps() -> None:
    # Start; better, Continue; one tick, Continue; better, the box, Continue;
    # not hard, Continue; nothing else, Continue; Send.
    answers = {**HOPEFUL, "health_words": "I sleep better.", "hard": "no_change"}
    made = taps(standard("participant"), answers)
    assert made == 1 + 2 + 2 + 3 + 2 + 1 + 1
    assert made <= 14


@pytest.mark.parametrize("key", ["participant", "carer"])
def test_only_ticked_matters_are_asked(key: str) -> None:
    form = standard(key)
    about = form.question("about")
    assert about is not None
    assert len(about.choices) == 7
    shown = visible_pages(form, {"any": "worse", "about": ["say"]})
    assert [page.code for page in shown] == ["any", "about", "say", "hard", "more"]


def test_forms_for_the_young_are_short() -> None:
    child = standard("participant", Format.CHILD)
    young = standard("participant", Format.YOUNG_PERSON)
    assert (len(child.questions), len(young.questions)) == (4, 6)


def test_large_print_says_what_the_standard_form_says() -> None:
    for key in shipped():
        large = standard(key, Format.LARGE_PRINT)
        assert large.pages == standard(key).pages
        spoken = standard(key, Format.INTERVIEWER)
        assert spoken.pages == standard(key).pages
        assert "Read out every answer" in spoken.first_page


def test_boxes_open_below_a_change_of_either_sign_and_nothing_else() -> None:
    form = standard("manager")
    opened = [a for a in form.questions if a.code.startswith("money_")]
    names = [a.code.removeprefix("money_") for a in opened]
    assert names == [
        "words",
        "amount",
        "baseline",
        "cash",
        "method",
        "year",
        "document",
    ]
    assert set(names) <= set(BOXES)
    for gate in Gate:
        answers = {"money": gate.value, "money_words": "Words."}
        assert ("money_words" in counted(form, answers)) == gate.opens


def test_who_goes_back_and_says_nothing_changed_is_believed() -> None:
    form = standard("participant")
    answers = {**HOPEFUL, "health_words": "Better sleep.", "any": "no_change"}
    assert counted(form, answers) == {"any": "no_change"}


def test_nothing_changed_is_heard_for_every_kind_and_something_for_none_by_itself() -> (
    None
):
    form = standard("participant")
    said = gates_answered(form, {"any": "no_change"})
    assert said == dict.fromkeys(ASKED["participant"] | {"B1", "B2"}, Gate.NO_CHANGE)
    assert gates_answered(form, {"any": "better"}) == {}
    assert gates_answered(form, HOPEFUL) == {"H1": Gate.BETTER}


def test_two_gates_about_one_kind_are_heard_together() -> None:
    form = standard("contributor")
    said = gates_answered(form, {"changed": "better", "heard": "worse"})
    assert said == {"I4": Gate.BOTH}
    said = gates_answered(form, {"changed": "no_change", "heard": "worse"})
    assert said == {"I4": Gate.WORSE}
    said = gates_answered(form, {"changed": "better", "heard": "dont_know"})
    assert said == {"I4": Gate.BETTER}


def test_an_answer_that_is_not_offered_is_not_taken() -> None:
    gate = standard("participant").gates[0]
    assert read(gate, ["better"]) == "better"
    with pytest.raises(ImpossibleAnswer, match="not in the list"):
        read(gate, ["not_applicable"])
