"""Restricted cubic splines: Harrell's formula, the curves of R, straight ends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from candela.errors import InputError, TooFewData
from candela.stats.splines import restricted_cubic_spline, spline_knots
from stats_cases import reference_cases

CASES = reference_cases("splines", {"three knots", "four knots", "five knots"})


def fitted(basis: Any, y: Any) -> Any:
    X = np.column_stack([np.ones(len(y)), basis])
    return X @ np.linalg.lstsq(X, y, rcond=None)[0]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_fitted_values_are_those_of_r_splines_ns(case: dict[str, Any]) -> None:
    data = {key: np.array(values) for key, values in case["data"].items()}
    basis = restricted_cubic_spline(data["x"], data["knots"])
    # Two bases of one space by two least squares: rounding only.
    np.testing.assert_allclose(
        fitted(basis, data["y"]), case["expected"]["fitted"], atol=1e-9
    )


def test_one_column_is_worked_by_hand() -> None:
    # Knots 1, 2, 4 at x = 5: (5-1)^3 - (5-2)^3 (4-1)/(4-2) + (5-4)^3 (2-1)/(4-2)
    # = 64 - 40.5 + 0.5 = 24, over (4-1)^2 = 9.
    basis = restricted_cubic_spline([0.5, 1.0, 2.0, 5.0], [1, 2, 4])
    assert basis.shape == (4, 2)
    assert basis[:, 0] == pytest.approx([0.5, 1, 2, 5])
    assert basis[:, 1] == pytest.approx([0, 0, 1 / 9, 24 / 9])


def test_the_curve_is_straight_beyond_the_last_knot() -> None:
    basis = restricted_cubic_spline([6.0, 7.0, 8.0, 90.0, 91.0], [0.2, 1, 2, 3, 5])
    steps = np.diff(basis, axis=0)
    np.testing.assert_allclose(steps[0], steps[1], rtol=1e-9)
    np.testing.assert_allclose(steps[0], steps[3], rtol=1e-6)


def test_other_units_of_dose_scale_every_column() -> None:
    x, knots = np.linspace(0, 9, 19), np.array([1.0, 2, 4, 7])
    np.testing.assert_allclose(
        restricted_cubic_spline(10 * x, 10 * knots),
        10 * restricted_cubic_spline(x, knots),
    )


@pytest.mark.parametrize(
    ("n_knots", "expected"),
    [
        (3, [10, 50, 90]),
        (4, [5, 35, 65, 95]),
        (5, [5, 27.5, 50, 72.5, 95]),
    ],
)
def test_knots_lie_at_harrells_quantiles(n_knots: int, expected: list[float]) -> None:
    # Of 0, 1, ..., 100 the quantile q is 100 q.
    assert spline_knots(np.arange(101), n_knots) == pytest.approx(expected)


def test_many_zeros_are_refused_with_their_number() -> None:
    with pytest.raises(TooFewData, match="60 of 100 doses are 0"):
        spline_knots(np.r_[np.zeros(60), np.arange(1, 41)], 3)


def test_no_doses_have_no_knots() -> None:
    with pytest.raises(TooFewData, match="no doses"):
        spline_knots([], 3)


def test_a_number_of_knots_without_quantiles_is_refused() -> None:
    with pytest.raises(ValueError, match="3, 4 or 5, not 6"):
        spline_knots(np.arange(50), 6)


@pytest.mark.parametrize("knots", [[1, 2], [1, 1, 2], [3, 2, 1]], ids=str)
def test_knots_that_do_not_rise_are_refused(knots: list[float]) -> None:
    with pytest.raises(ValueError, match="three rising knots"):
        restricted_cubic_spline([1.0], knots)


def test_a_missing_dose_is_refused() -> None:
    with pytest.raises(InputError, match="none missing"):
        restricted_cubic_spline([1.0, np.nan], [1, 2, 3])
