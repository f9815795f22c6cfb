"""E-values as printed by their authors."""

from __future__ import annotations

import math

import pytest

from candela.stats.evalue import e_value, e_values


@pytest.mark.parametrize(
    ("ratio", "lower", "upper", "point", "limit"),
    [
        # VanderWeele & Ding 2017: breast feeding, and a protective ratio; and the
        # example of the R package EValue.
        (3.9, 1.8, 8.7, 7.263, 3.000),
        (0.80, 0.71, 0.91, 1.809, 1.429),
        (10.73, 8.02, 14.36, 20.948, 15.523),
    ],
)
def test_e_values_are_those_printed(
    ratio: float, lower: float, upper: float, point: float, limit: float
) -> None:
    assert e_values(ratio, lower, upper) == pytest.approx((point, limit), abs=5e-4)


def test_an_interval_that_includes_one_needs_nothing_unmeasured() -> None:
    found = e_values(0.9, 0.8, 1.1)
    assert found.limit == 1
    assert found.point == e_value(0.9) > 1


def test_a_ratio_and_its_inverse_have_one_e_value() -> None:
    assert e_value(0.5) == pytest.approx(e_value(2)) == pytest.approx(2 + math.sqrt(2))


@pytest.mark.parametrize("ratio", [0, -1, math.nan, math.inf])
def test_what_is_no_ratio_has_no_e_value(ratio: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        e_value(ratio)


def test_limits_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="not an interval around"):
        e_values(0.8, 0.9, 1.0)
