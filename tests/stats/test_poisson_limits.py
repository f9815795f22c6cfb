"""Are the limits of a ratio by chance alone those of the exact Poisson interval?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.errors import InputError
from candela.stats.poisson_limits import poisson_interval, poisson_ratio_limits

# FunnelPlotR 0.6.0, tests/testthat: limits recorded for 15, 20 and 30 expected events.
FUNNELPLOTR = {
    0.95: {
        15: (0.5597, 1.6493),
        20: (0.6108, 1.5444),
        30: (0.6747, 1.4276),
    },
    0.998: {
        15: (0.3863, 2.0829),
        20: (0.4479, 1.9021),
        30: (0.5290, 1.7028),
    },
}
PRINTED = 0.5e-4 + 1e-9  # half of the last printed digit


@pytest.mark.parametrize("coverage", [0.95, 0.998])
@pytest.mark.parametrize("expected", [15, 20, 30])
def test_limits_are_those_recorded_for_funnelplotr(
    coverage: float, expected: int
) -> None:
    lower, upper = poisson_ratio_limits([expected], coverage=coverage)
    known = FUNNELPLOTR[coverage][expected]
    assert (lower[0], upper[0]) == pytest.approx(known, abs=PRINTED)


def poisson_at_most(events: int, mean: float) -> float:
    """Return P(X <= events) of a Poisson count by adding up its terms."""
    terms = (mean**k / math.factorial(k) for k in range(events + 1))
    return math.exp(-mean) * sum(terms)


@pytest.mark.parametrize("observed", [1, 4, 15, 40])
def test_each_end_of_the_interval_leaves_its_tail(observed: int) -> None:
    lower, upper = poisson_interval([observed], coverage=0.95)
    # A mean of `upper` gives so few with probability 2.5%, and `lower` so many.
    assert poisson_at_most(observed, upper[0]) == pytest.approx(0.025, abs=1e-10)
    assert 1 - poisson_at_most(observed - 1, lower[0]) == pytest.approx(
        0.025, abs=1e-10
    )


def test_no_event_has_an_interval_from_zero() -> None:
    lower, upper = poisson_interval([0])
    # exp(-upper) = 0.025
    assert lower.tolist() == [0.0]
    assert upper[0] == pytest.approx(-math.log(0.025))


def test_the_interval_of_ten_events_is_the_published_one() -> None:
    lower, upper = poisson_interval([10])
    assert (lower[0], upper[0]) == pytest.approx((4.795, 18.390), abs=0.0006)


@given(st.integers(1, 3000), st.sampled_from([0.8, 0.95, 0.998]))
@settings(derandomize=True, max_examples=40, deadline=None)
def test_limits_of_a_ratio_are_the_interval_taken_at_what_was_expected(
    expected: int, coverage: float
) -> None:
    low, high = poisson_interval([expected], coverage=coverage)
    lower, upper = poisson_ratio_limits([expected], coverage=coverage)
    assert lower[0] == pytest.approx(low[0] / expected, rel=1e-12)
    assert upper[0] == pytest.approx(high[0] / expected, rel=1e-12)
    assert lower[0] < 1 < upper[0]


@given(st.floats(0.05, 5000), st.floats(1.01, 4))
@settings(derandomize=True, max_examples=40, deadline=None)
def test_limits_narrow_as_expected_events_grow(expected: float, times: float) -> None:
    lower, upper = poisson_ratio_limits([expected, expected * times])
    assert lower[0] < lower[1]
    assert upper[1] < upper[0]


def test_higher_coverage_gives_wider_limits() -> None:
    e = np.array([5.0, 50.0, 500.0])
    inner, outer = poisson_ratio_limits(e, coverage=0.95), poisson_ratio_limits(e)
    assert (outer[0] < inner[0]).all()
    assert (outer[1] > inner[1]).all()


@pytest.mark.parametrize("expected", [0.0, -1.0, math.nan, math.inf])
def test_limits_need_something_expected(expected: float) -> None:
    with pytest.raises(InputError, match="above 0"):
        poisson_ratio_limits([10.0, expected])


@pytest.mark.parametrize("observed", [-1.0, math.nan])
def test_events_are_not_negative(observed: float) -> None:
    with pytest.raises(InputError, match="cannot be negative"):
        poisson_interval([observed])


@pytest.mark.parametrize("coverage", [0.0, 1.0, 95.0])
def test_coverage_is_a_share(coverage: float) -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        poisson_ratio_limits([10.0], coverage=coverage)
    with pytest.raises(InputError, match="between 0 and 1"):
        poisson_interval([10.0], coverage=coverage)
