"""Is a group's ratio that of its sums, and its interval that of its spread?"""

from __future__ import annotations

import numpy as np
import pytest

from candela.errors import InputError, TooFewData
from candela.stats.pooled_ratio import pooled_ratio


def test_the_ratio_is_of_sums_and_the_interval_by_hand() -> None:
    observed, expected = [90.0, 110, 95, 105, 100], [100.0] * 5
    found = pooled_ratio(observed, expected)
    assert found.value == 1
    # Residuals -10, 10, -5, 5, 0: squares 250; times 5/4: 312.5; root 17.678; over
    # the 500 expected 0.035355; t of 4 degrees of freedom 2.776445.
    half = 2.776445 * np.sqrt(312.5) / 500
    assert found.upper == pytest.approx(np.exp(half), rel=1e-6)
    assert found.lower == pytest.approx(np.exp(-half), rel=1e-6)


def test_a_large_organisation_counts_for_its_size() -> None:
    found = pooled_ratio([200.0, 10, 10, 10, 10], [100.0, 10, 10, 10, 10])
    assert found.value == pytest.approx(240 / 140)


def test_organisations_all_alike_leave_no_doubt_of_their_ratio() -> None:
    found = pooled_ratio([55.0] * 6, [50.0] * 6)
    assert (found.lower, found.value, found.upper) == pytest.approx((1.1, 1.1, 1.1))


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    expected = rng.uniform(500, 3000, size=40)
    held = 0
    for _ in range(2000):
        true = expected * np.exp(rng.normal(0, 0.1, 40) - 0.1**2 / 2)
        found = pooled_ratio(rng.poisson(true), expected)
        held += found.lower <= 1 <= found.upper
    # 2,000 at 95%: standard error 0.5 points; three of them either side
    assert 0.935 <= held / 2000 <= 0.965


@pytest.mark.parametrize("observed", [[1.0] * 4, [0.0] * 6])
def test_too_few_to_tell_a_spread_is_refused(observed: list[float]) -> None:
    with pytest.raises(TooFewData):
        pooled_ratio(observed, [1.0] * len(observed))


def test_what_are_not_events_is_refused() -> None:
    with pytest.raises(InputError):
        pooled_ratio([1.0] * 6, [1.0] * 5)
    with pytest.raises(InputError):
        pooled_ratio([1.0] * 6, [0.0] * 6)
