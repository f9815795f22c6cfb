"""Inequality: small cases by hand, and intervals that depend on the generator only."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.errors import InputError, TooFewData
from candela.stats.inequality import (
    gini,
    gini_estimate,
    lorenz_curve,
    top_share,
    top_share_estimate,
)


def test_the_gini_of_three_is_half_the_mean_difference_over_the_mean() -> None:
    # Differences 3, 1 and 2, on average 2; the mean amount is 7/3.
    assert gini([1, 4, 2]) == pytest.approx((2 / (7 / 3)) / 2)


@pytest.mark.parametrize("n", [2, 5, 100])
def test_one_holding_everything_is_one_whatever_the_number(n: int) -> None:
    amounts = np.r_[7.0, np.zeros(n - 1)]
    assert gini(amounts) == pytest.approx(1)
    assert gini(amounts, convention="all_pairs") == pytest.approx((n - 1) / n)


def test_equal_amounts_are_not_unequal() -> None:
    assert gini([3, 3, 3]) == 0


@settings(derandomize=True, max_examples=30)
@given(
    amounts=st.lists(st.integers(0, 1000), min_size=2, max_size=30).filter(any),
    factor=st.floats(0.1, 10),
)
def test_the_gini_is_the_sum_over_pairs_and_knows_no_units(
    amounts: list[int], factor: float
) -> None:
    x = np.array(amounts, dtype=float)
    pairs = np.abs(x[:, None] - x).sum() / (x.size * (x.size - 1))
    assert gini(x) == pytest.approx(pairs / (2 * x.mean()), abs=1e-12)
    assert gini(factor * x[::-1]) == pytest.approx(gini(x), abs=1e-12)


def test_the_top_two_of_ten_hold_seven_tenths() -> None:
    assert top_share([1, 3, 2, 4], 2) == pytest.approx(7 / 10)
    assert top_share([1, 3, 2, 4], 4) == 1


@pytest.mark.parametrize("n", [0, 5])
def test_a_top_that_does_not_exist_is_refused(n: int) -> None:
    with pytest.raises(InputError, match="do not exist"):
        top_share([1, 3, 2, 4], n)


def test_the_lorenz_curve_of_one_and_three() -> None:
    curve = lorenz_curve([3, 1])
    assert curve.organisations.tolist() == [0, 0.5, 1]
    assert curve.total.tolist() == [0, 0.25, 1]


def test_the_gini_is_twice_the_area_above_the_lorenz_curve() -> None:
    x = np.random.default_rng(1).lognormal(size=50)
    curve = lorenz_curve(x)
    area = np.trapezoid(curve.total, curve.organisations)
    assert gini(x, convention="all_pairs") == pytest.approx(1 - 2 * area)


def test_the_same_generator_gives_the_same_interval() -> None:
    x = np.random.default_rng(2).lognormal(size=60)
    one = gini_estimate(x, rng=np.random.default_rng(3), replicates=200)
    two = gini_estimate(x, rng=np.random.default_rng(3), replicates=200)
    assert one == two
    assert one.lower < one.value < one.upper
    assert one.value == gini(x)
    assert (one.scale, one.organisations) == ("index", 60)
    assert "sample of what might have been" in one.cautions[0]


def test_the_interval_of_a_gini_covers_the_truth_it_was_drawn_from() -> None:
    # Exponential amounts have a Gini coefficient of 1/2.
    held = 0
    for seed in range(100):
        x = np.random.default_rng([4, seed]).exponential(size=80)
        found = gini_estimate(x, rng=np.random.default_rng(seed), replicates=300)
        held += found.lower <= 0.5 <= found.upper
    # Binomial(100, .93): below 86 once in a hundred.
    assert held >= 86


def test_the_share_of_the_top_ten_has_an_interval() -> None:
    x = np.random.default_rng(5).lognormal(size=60)
    found = top_share_estimate(x, 10, rng=np.random.default_rng(6), replicates=200)
    assert found.lower < found.value == top_share(x, 10) < found.upper


@pytest.mark.parametrize("amounts", [[2, 2, 2], [0, 5, 0], [1, 2, 3]], ids=str)
def test_amounts_of_few_hands_still_have_an_interval(amounts: list[float]) -> None:
    found = gini_estimate(amounts, rng=np.random.default_rng(7), replicates=50)
    assert 0 <= found.lower <= found.value <= found.upper <= 1


def test_two_organisations_have_no_interval() -> None:
    with pytest.raises(TooFewData, match="three organisations"):
        gini_estimate([1, 2], rng=np.random.default_rng(8))


def test_the_share_of_all_is_one_and_a_larger_top_is_refused() -> None:
    rng = np.random.default_rng(9)
    assert top_share_estimate([1, 2, 3], 3, rng=rng, replicates=50).lower == 1
    with pytest.raises(InputError, match="do not exist"):
        top_share_estimate([1, 2, 3], 4, rng=rng)


@pytest.mark.parametrize("amounts", [[1, -1], [1, np.nan], [[1, 2]]], ids=str)
def test_impossible_amounts_are_refused(amounts: Any) -> None:
    with pytest.raises(InputError, match="0 or more"):
        gini(amounts)


@pytest.mark.parametrize("amounts", [[5], [0, 0, 0]], ids=str)
def test_nothing_to_share_out_has_no_inequality(amounts: list[float]) -> None:
    with pytest.raises(TooFewData, match="something to share out"):
        top_share(amounts, 1)


def test_an_unknown_convention_is_refused() -> None:
    with pytest.raises(ValueError, match="convention"):
        gini([1, 2], convention="biased")  # type: ignore[arg-type]
