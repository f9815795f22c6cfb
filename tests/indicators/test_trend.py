"""Are usual swings those of the books, and is a change told only where there is one?"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.indicators import Change, Indicator, Position, Standing, changes
from candela.indicators.trend import FALSE_ALARMS, FEWEST_POINTS, swings_of
from candela.tables import Period

INDICATOR = Indicator("key", "activity", "studies_recruiting", "spells", 10_000)
# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2: flow rate of ten batches.
BATCHES = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]


def change_of(
    values: Sequence[float | None], *, hidden: Sequence[int] = (), skipped: int = 0
) -> Change:
    """Return the change of one organisation; ``None`` is a year without a figure."""
    standings = []
    for n, value in enumerate(values):
        year = Period.financial_year(2000 + n + (skipped if n > 1 else 0))
        position = Position(
            "ZA1",
            year,
            value,
            1.0,
            value,
            None,
            None,
            value,
            stood_in=n in hidden,
            rows=(("made.csv", n + 2),),
        )
        standings.append(Standing(INDICATOR, year, (position,), None, None))
    (change,) = changes(standings)
    return change


def test_limits_are_those_of_the_published_example() -> None:
    # Mean 50.81; the nine moving ranges add up to 16.9, their mean is 1.8778.  The
    # handbook has 3 / 1.128 = 2.6596 where we have 2.66: limits 45.8159 and 55.8041.
    swings = swings_of(BATCHES)
    assert swings.mean == pytest.approx(50.81)
    assert swings.lower == pytest.approx(45.8159, abs=0.001)
    assert swings.upper == pytest.approx(55.8041, abs=0.001)
    assert swings.signal is None


def test_limits_of_the_example_in_the_documents() -> None:
    # Moving ranges: nine of 0, then 12 and 12; mean 24 / 11.  Mean 132 / 12 = 11.
    swings = swings_of([10.0] * 10 + [22.0, 10.0])
    assert swings.mean == 11
    assert swings.upper == pytest.approx(11 + 2.66 * 24 / 11)
    assert swings.lower == pytest.approx(11 - 2.66 * 24 / 11)
    assert swings.signal is not None
    assert swings.signal.words == "one point above the limits"
    assert (swings.signal.first, swings.signal.last) == (10, 10)


def test_a_point_below_the_limits_is_told_as_such() -> None:
    swings = swings_of([50.0] * 11 + [20.0])
    assert swings.signal is not None
    assert swings.signal.words == "one point below the limits"


def test_eight_running_on_one_side_are_a_signal_and_seven_are_none() -> None:
    # Swings of 4 up and down, first below the mean of 12.5, then above it.
    eight = swings_of([8.0, 12.0] * 4 + [13.0, 17.0] * 4)
    assert eight.mean == 12.5
    assert eight.signal is not None
    assert eight.signal.words == "8 points running above the mean"
    assert (eight.signal.first, eight.signal.last) == (8, 15)
    # 8 + 12 + ... + 8 is 68, 17 + 13 + ... + 17 is 107; 175 / 14 is 12.5 again.
    seven = swings_of([8.0, 12, 8, 12, 8, 12, 8, 17, 13, 17, 13, 17, 13, 17])
    assert seven.mean == 12.5
    assert seven.signal is None


def test_a_point_on_the_mean_ends_a_run() -> None:
    # Four below and four more, the mean of 10 itself between them; then as many above.
    below, above = [6.0, 9.0, 6.0, 9.0], [11.0, 14.0, 11.0, 14.0]
    parted = swings_of([*below, 10, *below, *above, 10, *above])
    assert parted.mean == 10
    assert parted.signal is None
    assert swings_of([*below, *below, *above, *above]).signal is not None


def test_the_most_recent_signal_is_told() -> None:
    values = [*[8.0, 12.0] * 5, *[18.0, 22.0] * 5]
    signal = swings_of(values).signal
    assert signal is not None
    assert signal.words == "10 points running above the mean"


@pytest.mark.parametrize("value", [0.1, 1 / 3, 0.0, 7.0])
def test_a_series_that_never_moves_gives_no_signal(value: float) -> None:
    swings = swings_of([value] * 17)
    assert swings.signal is None
    assert swings.lower == pytest.approx(value)


def test_figures_that_cannot_be_negative_have_no_limit_below_none() -> None:
    assert swings_of([1.0, 9.0] * 6).lower == 0
    assert swings_of([-1.0, 9.0] * 6).lower < 0


@given(
    st.lists(st.floats(0.01, 1e6), min_size=12, max_size=40),
    st.floats(0.01, 100),
)
@settings(max_examples=100, deadline=None)
def test_the_unit_of_a_series_changes_no_signal(
    values: list[float], times: float
) -> None:
    one, other = swings_of(values), swings_of([times * value for value in values])
    assert other.mean == pytest.approx(times * one.mean)
    assert other.upper == pytest.approx(times * one.upper)


@pytest.mark.parametrize(
    ("points", "kind"),
    [(1, "one_point"), (2, "two_points"), (3, "short"), (11, "short")],
)
def test_short_series_are_told_by_their_length(points: int, kind: str) -> None:
    change = change_of([float(n) for n in range(1, points + 1)])
    assert (change.kind, change.points) == (kind, points)
    assert change.swings is None
    assert change.latest == points
    assert change.previous == (points - 1 if points > 1 else None)


def test_twelve_points_are_enough() -> None:
    steady = change_of([10.0, 12.0] * 6)
    assert (steady.points, steady.kind) == (FEWEST_POINTS, "no_signal")
    assert steady.swings is not None
    assert steady.signal_period is None
    assert change_of([10.0, 12.0] * 5 + [10.0]).swings is None


def test_a_signal_is_told_with_its_first_period() -> None:
    change = change_of([8.0, 12.0] * 4 + [13.0, 17.0] * 4)
    assert change.kind == "signal"
    assert change.signal_period == Period.financial_year(2008)
    assert change.rows == tuple(("made.csv", n + 2) for n in range(16))


def test_a_series_begins_after_the_last_gap() -> None:
    change = change_of([10.0, None, 12.0, 14.0])
    assert (change.points, change.kind, change.previous) == (2, "two_points", 12.0)
    after_years_unpublished = change_of([10.0, 11.0, 12.0], skipped=3)
    assert (after_years_unpublished.points, after_years_unpublished.previous) == (
        1,
        None,
    )


def test_a_hidden_point_marks_the_whole_series() -> None:
    assert change_of([10.0, 4.0, 12.0], hidden=[1]).stood_in
    assert not change_of([10.0, 4.0, 12.0]).stood_in
    assert not change_of([4.0, None, 12.0, 14.0], hidden=[0]).stood_in


def test_longer_series_give_more_false_alarms_and_that_is_told() -> None:
    assert list(FALSE_ALARMS) == sorted(FALSE_ALARMS)
    assert list(FALSE_ALARMS.values()) == sorted(FALSE_ALARMS.values())
