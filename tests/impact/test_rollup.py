"""Each change once: repeats, records of people, studies of several services."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candela.errors import InputError
from candela.impact.answers import Gate, Heard
from candela.impact.claims import (
    Beneficiary,
    Claim,
    Direction,
    Method,
    MoneyKind,
    Quantity,
    Role,
)
from candela.impact.lifecycle import State
from candela.impact.report import Coverage
from candela.impact.rollup import Cell, Rollup, StudyAsked, roll_up
from candela.impact.triangulation import Agreement
from impact_claims import a_claim

ASKED = {Role.CLINICIAN: {"W1"}}
HERON = StudyAsked("heron", "diabetes", ASKED)


def rolled(*claims: Claim, studies: tuple[StudyAsked, ...] = (HERON,)) -> Rollup:
    return roll_up(claims, studies=studies)


@pytest.mark.parametrize("state", State)
def test_only_what_somebody_checked_counts(state: State) -> None:
    assert rolled(a_claim(state=state.value)).total.claims == int(state.counts)


def test_a_repeat_counts_once_in_the_total_and_in_each_service_that_has_it() -> None:
    first = a_claim(label="S-1")
    repeat = a_claim(label="S-2", service="vascular", study="kite", same_as="S-1")
    found = rolled(first, repeat)
    assert found.total == found.kinds["W1"] == Cell(1)
    assert found.services == {"diabetes": Cell(1), "vascular": Cell(1)}
    assert found.by_service[("W1", "vascular")] == Cell(1)
    assert found.counted == (first,)


def test_a_repeat_of_a_claim_that_does_not_count_speaks_for_itself() -> None:
    draft = a_claim(label="S-1", state="draft")
    repeat = a_claim(label="S-2", same_as="S-1")
    assert rolled(draft, repeat).counted == (repeat,)


def test_claims_that_name_one_another_count_once() -> None:
    ring = [
        a_claim(label="S-3", same_as="S-1"),
        a_claim(label="S-1", same_as="S-2"),
        a_claim(label="S-2", same_as="S-1"),
    ]
    assert [claim.label for claim in rolled(*ring).counted] == ["S-1"]


def test_a_claim_in_two_records_counts_once_and_is_credited_to_both() -> None:
    study = a_claim(label="S-1", credited=frozenset({"amara"}))
    person = a_claim(
        label="S-2", study="year", same_as="S-1", credited=frozenset({"amara", "bo"})
    )
    found = rolled(study, person)
    assert found.total.claims == 1
    assert found.credited == {"amara": ("S-1",), "bo": ("S-1",)}


def test_two_studies_share_ten_thousand_pounds_of_one_key() -> None:
    saved = Quantity(
        "saving",
        10_000,
        "GBP",
        Method.MEASURED,
        money_kind=MoneyKind.CASH_RELEASING,
        price_year=2024,
        shared_key="foot clinic",
    )
    found = rolled(
        a_claim(label="S-1", quantities=(saved,)),
        a_claim(label="S-2", study="kite", quantities=(saved,)),
    )
    assert [total.value for total in found.money.sums] == [10_000]
    assert found.total.claims == 2


def test_costs_and_harms_are_marked_in_every_cell() -> None:
    found = rolled(
        a_claim(label="S-1"),
        a_claim(label="S-2", direction=Direction.NEGATIVE),
        a_claim(label="S-3", direction=Direction.MIXED),
    )
    assert found.by_service[("W1", "diabetes")] == Cell(3, negative=2)
    assert found.by_direction[("W1", "negative")] == Cell(1, negative=1)


def test_a_claim_with_two_beneficiaries_is_in_both_cells() -> None:
    both = frozenset({Beneficiary.CARERS, Beneficiary.CLINICIANS})
    found = rolled(a_claim(beneficiaries=both))
    assert found.by_beneficiary == {
        ("W1", "carers"): Cell(1),
        ("W1", "clinicians"): Cell(1),
    }
    assert found.total == Cell(1)


def test_coverage_says_of_how_many_studies_how_many_were_asked() -> None:
    studies = (
        HERON,
        StudyAsked("kite", "diabetes"),
        StudyAsked("wren", "vascular", {Role.MANAGER: set()}),
    )
    found = rolled(a_claim(), studies=studies)
    assert found.coverage == Coverage(eligible=3, asked=1, with_claims=1)
    assert found.service_coverage == {
        "diabetes": Coverage(eligible=2, asked=1, with_claims=1),
        "vascular": Coverage(eligible=1, asked=0, with_claims=0),
    }


def test_a_cell_that_nobody_was_asked_about_is_told_from_an_empty_one() -> None:
    found = rolled(studies=(HERON, StudyAsked("wren", "vascular")))
    assert found.total == Cell()
    assert found.asked == {("W1", "diabetes")}


def test_agreement_is_counted_in_studies_and_those_not_asked_are_among_them() -> None:
    heard = [
        Heard("heron", Role.CLINICIAN, "W1", Gate.BETTER),
        Heard("heron", Role.MANAGER, "W1", Gate.NO_CHANGE),
        Heard("nowhere", Role.MANAGER, "W1", Gate.BETTER),
    ]
    studies = (HERON, StudyAsked("kite", "", ASKED), StudyAsked("wren", ""))
    found = roll_up([], heard, studies=studies).agreement["W1"]
    assert {stand: n for stand, n in found.items() if n} == {
        Agreement.DISPUTED: 1,
        Agreement.NOBODY_REPORTED: 1,
        Agreement.NOBODY_ASKED: 1,
    }


def test_two_different_claims_of_one_label_are_not_counted() -> None:
    with pytest.raises(InputError, match="called S-1"):
        rolled(a_claim(label="S-1"), a_claim(label="S-1", kind="R1"))


LABELS = [f"S-{number}" for number in range(1, 9)]
claims = st.builds(
    a_claim,
    label=st.sampled_from(LABELS),
    study=st.sampled_from(["heron", "kite"]),
    service=st.sampled_from(["diabetes", "vascular", "stroke"]),
    kind=st.sampled_from(["W1", "E2"]),
    direction=st.sampled_from(Direction),
    same_as=st.sampled_from(["", "", *LABELS]),
    state=st.sampled_from(["draft", "verified", "published"]),
    credited=st.frozensets(st.sampled_from(["amara", "bo"])),
)
several = st.lists(claims, max_size=8, unique_by=lambda claim: claim.label)


@given(several, st.randoms())
def test_the_order_of_claims_changes_nothing(told: list[Claim], rng: Random) -> None:
    mixed = list(told)
    rng.shuffle(mixed)
    assert rolled(*told) == rolled(*mixed)


@given(several)
def test_a_claim_given_twice_counts_once(told: list[Claim]) -> None:
    assert rolled(*told, *told) == rolled(*told)


@given(several)
def test_splitting_a_study_changes_no_count(told: list[Claim]) -> None:
    split = [replace(c, study=f"{c.study} {c.label}") for c in told]
    whole, parts = rolled(*told), rolled(*split)
    assert (whole.total, whole.kinds, whole.by_service, whole.money) == (
        parts.total,
        parts.kinds,
        parts.by_service,
        parts.money,
    )


@given(several)
def test_the_total_lies_between_the_largest_row_and_the_sum_of_rows(
    told: list[Claim],
) -> None:
    found = rolled(*told)
    rows = [cell.claims for cell in found.services.values()]
    assert max(rows, default=0) <= found.total.claims <= sum(rows)
    assert found.total.claims == sum(cell.claims for cell in found.kinds.values())
    assert found.total.claims <= sum(State(claim.state).counts for claim in told)


@given(several, st.data())
def test_a_repeat_that_is_deleted_changes_no_total(
    told: list[Claim], data: st.DataObject
) -> None:
    plain = [a_claim(label="S-50"), *(replace(claim, same_as="") for claim in told)]
    first = data.draw(st.sampled_from(plain))
    repeat = replace(first, label="S-99", same_as=first.label, service="stroke")
    with_it, without = rolled(*plain, repeat), rolled(*plain)
    if not State(first.state).counts:
        return
    assert (with_it.total, with_it.kinds, with_it.money, with_it.credited) == (
        without.total,
        without.kinds,
        without.money,
        without.credited,
    )
