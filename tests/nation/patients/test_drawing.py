"""Are values drawn in the shares that were asked for?"""

from __future__ import annotations

import numpy as np
import pytest

from candela.nation.patients.constants import log_hazard_constant, log_odds_constant
from candela.nation.patients.drawing import chance, choice, spread_choice

ROWS = 200_000


def shares(values: np.ndarray, levels: int) -> np.ndarray:  # type: ignore[type-arg]
    return np.bincount(values, minlength=levels) / len(values)


def test_values_come_in_their_shares() -> None:
    drawn = choice([1, 2, 0, 5]).draw(ROWS, np.random.default_rng(1))
    # Four standard errors of a share of 5/8.
    error = 4 * np.sqrt(5 / 8 * 3 / 8 / ROWS)
    assert shares(drawn, 4) == pytest.approx([1 / 8, 2 / 8, 0, 5 / 8], abs=error)


def test_shares_may_differ_between_classes() -> None:
    within = np.arange(ROWS, dtype=np.uint16) % 2
    weights = [[1, 0, 0], [0, 1, 1]]
    drawn = choice(weights).draw(ROWS, np.random.default_rng(1), within=within)
    assert shares(drawn[within == 0], 3).tolist() == [1, 0, 0]
    assert shares(drawn[within == 1], 3) == pytest.approx([0, 0.5, 0.5], abs=0.01)


def test_days_are_spread_about_their_mean() -> None:
    within = np.arange(ROWS, dtype=np.uint16) % 2
    days = spread_choice([40.0, 2.0]).draw(
        ROWS, np.random.default_rng(1), within=within
    )
    # Whole days cut off half a day on average: 1 / (exp(1 / mean) - 1).
    for number, mean in enumerate((40.0, 2.0)):
        expected = 1 / np.expm1(1 / mean)
        assert days[within == number].mean() == pytest.approx(expected, rel=0.02)


def test_what_happens_to_nobody_or_to_everybody_does() -> None:
    rng = np.random.default_rng(1)
    assert not chance(0.0, ROWS, rng).any()
    assert chance(1.0, ROWS, rng).all()


def test_constants_give_the_share_that_is_asked_for() -> None:
    log_ratios = np.random.default_rng(1).normal(0, 2, 1000)
    constant = log_odds_constant(log_ratios, 0.035)
    assert (1 / (1 + np.exp(-log_ratios - constant))).mean() == pytest.approx(0.035)
    constant = log_hazard_constant(log_ratios, 2.6, 0.55)
    alive = np.exp(-2.6 * np.exp(log_ratios + constant)).mean()
    assert alive == pytest.approx(0.45)
