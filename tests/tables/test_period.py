"""What does a period cover, and which periods share no day?"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.tables import Period, independent_periods, span_words

FIRST = date(2010, 1, 1)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = FIRST + timedelta(days=draw(st.integers(0, 60)))
    return Period(start, start + timedelta(days=draw(st.integers(0, 20))))


def greedy(among: list[Period]) -> int:
    """Take whatever ends first and is free: the textbook answer to how many."""
    taken: list[Period] = []
    for period in sorted(among, key=lambda p: p.end):
        if not taken or taken[-1].end < period.start:
            taken.append(period)
    return len(taken)


def rolling(first: int, last: int) -> list[Period]:
    """Return twelve months to the end of each quarter, as SHMI is published."""
    return [
        Period.months((year - 1, month + 1), (year, month))
        if month < 12
        else Period.calendar_year(year)
        for year in range(first, last + 1)
        for month in (3, 6, 9, 12)
    ]


def test_a_period_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match=r"cannot end \(2015-03-31\) before"):
        Period(date(2015, 4, 1), date(2015, 3, 31))


def test_a_financial_year_runs_from_april_to_march() -> None:
    year = Period.financial_year(2015)
    assert (year.start, year.end) == (date(2015, 4, 1), date(2016, 3, 31))
    assert year.days == 366  # 29 February 2016 is in it
    assert str(year) == "2015/16"
    assert str(Period.financial_year(1999)) == "1999/00"


def test_whole_months_end_on_their_last_day() -> None:
    assert Period.months((2016, 1), (2016, 2)).end == date(2016, 2, 29)
    assert str(Period.months((2016, 1), (2016, 2))) == "Jan 2016 to Feb 2016"
    assert str(Period.calendar_year(2016)) == "2016"


def test_both_ends_are_included() -> None:
    first = Period(date(2015, 1, 1), date(2015, 1, 31))
    touching = Period(date(2015, 2, 1), date(2015, 2, 28))
    sharing = Period(date(2015, 1, 31), date(2015, 2, 28))
    assert first.days == 31
    assert not first.overlaps(touching)
    assert first.overlaps(sharing)
    assert first.gap_days(touching) == 0
    assert first.gap_days(Period(date(2015, 2, 3), date(2015, 2, 4))) == 2
    assert touching.gap_days(first) == 0


def test_a_period_contains_itself_and_its_parts() -> None:
    year = Period.financial_year(2015)
    assert year.contains(year)
    assert year.contains(Period.months((2015, 7), (2015, 9)))
    assert not Period.months((2015, 7), (2015, 9)).contains(year)


@settings(derandomize=True, max_examples=80, deadline=None)
@given(periods(), periods())
def test_overlap_and_gap_are_the_same_from_both_sides(a: Period, b: Period) -> None:
    assert a.overlaps(b) == b.overlaps(a)
    assert a.gap_days(b) == b.gap_days(a)
    days_of_a = {a.start + timedelta(days=n) for n in range(a.days)}
    days_of_b = {b.start + timedelta(days=n) for n in range(b.days)}
    assert a.overlaps(b) == bool(days_of_a & days_of_b)


@settings(derandomize=True, max_examples=80, deadline=None)
@given(st.lists(periods(), max_size=12))
def test_independent_periods_share_no_day_and_are_of_those_given(
    among: list[Period],
) -> None:
    chosen = independent_periods(among)
    assert set(chosen) <= set(among)
    assert not any(a.overlaps(b) for a, b in combinations(chosen, 2))


@settings(derandomize=True, max_examples=80, deadline=None)
@given(st.lists(periods(), max_size=12))
def test_independent_periods_are_never_fewer_than_a_greedy_choice(
    among: list[Period],
) -> None:
    assert len(independent_periods(among)) >= greedy(among)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.lists(periods(), max_size=7), st.randoms(use_true_random=False))
def test_the_order_in_which_periods_are_given_does_not_matter(
    among: list[Period], random: object
) -> None:
    shuffled = list(among)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert independent_periods(shuffled) == independent_periods(among)


def test_financial_years_are_preferred_among_rolling_publications() -> None:
    # Every quarter from April 2010-March 2011 to October 2012-September 2013: any
    # three that touch are as many, and only one of the choices is of financial years.
    published = rolling(2011, 2013)[:11]
    assert independent_periods(published) == tuple(
        Period.financial_year(year) for year in (2010, 2011, 2012)
    )


def test_later_periods_are_preferred_where_no_financial_year_is_at_hand() -> None:
    published = [Period.months((2011, n), (2011, n + 5)) for n in (1, 2, 3)]
    assert independent_periods(published) == (Period.months((2011, 3), (2011, 8)),)


def test_nothing_has_no_independent_periods() -> None:
    assert independent_periods([]) == ()


def test_a_span_of_whole_years_keeps_their_names() -> None:
    years = [Period.financial_year(year) for year in (2012, 2010, 2011)]
    assert span_words(years) == "2010/11 to 2012/13"
    assert span_words(years[:1]) == "2012/13"


def test_a_span_of_other_periods_is_told_by_months() -> None:
    quarters = [
        Period.months((2020, 4), (2020, 6)),
        Period.months((2025, 1), (2025, 3)),
    ]
    assert span_words(quarters) == "Apr 2020 to Mar 2025"
    rolling = [Period.financial_year(2010), Period.months((2012, 10), (2013, 9))]
    assert span_words(rolling) == "Apr 2010 to Sep 2013"
