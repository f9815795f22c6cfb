"""Do mergers and splits happen as they are told?"""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.nation import Nation, NationDesign, make_nation
from candela.nation.structure import make_structure, quarter_end, quarter_start

FLOWS = (
    "spells",
    "participants_interventional",
    "participants_recruited",
    "studies_recruiting",
)


def test_quarters_are_those_of_the_financial_year() -> None:
    assert [quarter_start(2015, q) for q in range(5)] == [
        date(2015, 4, 1),
        date(2015, 7, 1),
        date(2015, 10, 1),
        date(2016, 1, 1),
        date(2016, 4, 1),
    ]
    assert quarter_end(2015, 3) == date(2016, 3, 31)


def test_each_merger_and_each_split_leaves_one_trust_fewer(nation: Nation) -> None:
    there = (~np.isnan(nation.deaths.observed)).sum(axis=0)
    assert there[0] == 150
    assert there[-1] == 150 - 8 - 1


def test_every_second_merger_makes_a_new_code(nation: Nation) -> None:
    # 8 mergers: 4 under an old code (1 takeover each), 4 under a new one (2 each);
    # the split is 2 takeovers.
    whole = [t for t in nation.structure.takeovers if not t.in_part]
    taking_over = Counter(t.successor for t in whole)
    assert sorted(taking_over.values()) == [1, 1, 1, 1, 2, 2, 2, 2]
    assert len(nation.structure.trusts) == 150 + 4


def test_two_mergers_are_in_the_middle_of_a_year_and_the_rest_in_april(
    nation: Nation,
) -> None:
    days = {(t.successor, t.day) for t in nation.structure.takeovers if not t.in_part}
    months = Counter(day.month for _, day in days)
    assert months == {4: 6, 10: 1, 1: 1}
    assert all(day.day == 1 for _, day in days)


def test_the_split_has_one_predecessor_two_successors_and_one_day(
    nation: Nation,
) -> None:
    parts = [t for t in nation.structure.takeovers if t.in_part]
    assert len(parts) == 2
    assert len({t.predecessor for t in parts}) == 1
    assert len({t.successor for t in parts}) == 2
    assert len({t.day for t in parts}) == 1


def test_who_is_taken_over_closes_the_day_before_and_who_is_new_opens_that_day(
    nation: Nation,
) -> None:
    by_code = {trust.code: trust for trust in nation.structure.trusts}
    for takeover in nation.structure.takeovers:
        closed = by_code[takeover.predecessor].closed
        assert closed is not None
        assert (takeover.day - closed).days == 1
        assert by_code[takeover.successor].opened <= takeover.day
    gone = {takeover.predecessor for takeover in nation.structure.takeovers}
    assert {t.code for t in by_code.values() if t.closed} == gone


@pytest.mark.parametrize("measure", FLOWS)
def test_mergers_preserve_the_national_total(nation: Nation, measure: str) -> None:
    by_trust = np.nansum(nation.yearly(measure), axis=0)
    by_hospital = nation.hospitals.measure(measure)[:, 1:].sum(axis=0)
    assert by_trust == pytest.approx(by_hospital, rel=1e-12)


def test_a_merged_trust_counts_what_its_hospitals_count(nation: Nation) -> None:
    takeover = next(t for t in nation.structure.takeovers if not t.in_part)
    codes = list(nation.structure.codes)
    new = codes.index(takeover.successor)
    year = takeover.day.year - (takeover.day.month < 4) - nation.design.first_year
    old = [
        codes.index(t.predecessor)
        for t in nation.structure.takeovers
        if t.successor == takeover.successor
    ]
    # A hospital has the number of the trust that ran it at the start; a trust that
    # kept its code keeps its own hospital.
    parts = [*old, new] if new < nation.design.trusts else old
    spells = nation.hospitals.spells[parts, year + 1].sum()
    assert len(parts) == 2
    assert nation.yearly("spells")[new, year] == spells
    assert np.isnan(nation.yearly("spells")[old, year]).all()


def test_the_average_of_the_quarters_is_the_figure_of_the_year() -> None:
    design = NationDesign(trusts=20, mergers=0, splits_without_share=0)
    nation = make_nation(design, np.random.default_rng(3))
    for measure in ("beds_general_acute", "staff_doctors_fte"):
        quarters = nation.quarterly(measure).reshape(20, 8, 4)
        assert quarters.mean(axis=2) == pytest.approx(nation.yearly(measure))


@given(
    seed=st.integers(0, 10_000),
    mergers=st.integers(0, 6),
    splits=st.integers(0, 3),
    years=st.integers(2, 6),
)
@settings(derandomize=True, max_examples=25, deadline=None)
def test_no_trust_takes_part_in_two_changes(
    seed: int, mergers: int, splits: int, years: int
) -> None:
    design = NationDesign(
        trusts=30, years=years, mergers=mergers, splits_without_share=splits
    )
    structure = make_structure(design, np.random.default_rng(seed))
    changes = Counter(t.predecessor for t in structure.takeovers if not t.in_part)
    assert set(changes.values()) <= {1}
    assert not set(changes) & {t.successor for t in structure.takeovers}
    days = [t.day for t in structure.takeovers]
    assert all(date(2016, 4, 1) <= day < date(2015 + years, 4, 1) for day in days)
