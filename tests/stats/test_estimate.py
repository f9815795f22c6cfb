"""An estimate refuses to mislead, and moves between scales without loss."""

from __future__ import annotations

import math
from typing import Any

import pytest

from candela.stats.estimate import Estimate


def made(**changes: Any) -> Estimate:
    settings: dict[str, Any] = {
        "value": math.log(2),
        "lower": 0.0,
        "upper": math.log(4),
        "scale": "log_ratio",
        "standard_error": 0.35,
        "p_value": 0.05,
        "organisations": 10,
        "observations": 30,
        "method": "made by hand",
        "reference": "none",
    }
    return Estimate(**{**settings, **changes})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"value": math.nan}, "value of an estimate is nan"),
        ({"lower": -math.inf}, "lower of an estimate is -inf"),
        ({"lower": 1.0}, "does not hold"),
        ({"upper": 0.1}, "does not hold"),
        ({"level": 95}, "level must lie between 0 and 1, not 95"),
        ({"standard_error": -0.1}, "standard_error"),
        ({"standard_error": math.nan}, "standard_error"),
        ({"p_value": 1.2}, "p_value"),
        ({"organisations": -1}, "counts"),
        ({"scale": "ratio", "lower": -0.2}, "a ratio cannot be -0.2"),
        ({"scale": "correlation"}, "between -1 and 1"),
        ({"scale": "index"}, "between 0 and 1"),
    ],
)
def test_an_impossible_estimate_is_refused_in_words(
    changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        made(**changes)


def test_a_log_ratio_becomes_a_ratio_without_a_standard_error() -> None:
    ratio = made().exponentiated()
    assert ratio.value == pytest.approx(2, abs=1e-12)
    assert (ratio.lower, ratio.upper) == pytest.approx((1, 4), abs=1e-12)
    assert ratio.scale == "ratio"
    assert ratio.standard_error is None
    assert ratio.p_value == 0.05


def test_a_ratio_is_not_exponentiated_twice() -> None:
    with pytest.raises(ValueError, match="only a log ratio"):
        made().exponentiated().exponentiated()


def test_a_log_ratio_too_large_to_write_is_refused() -> None:
    with pytest.raises(ValueError, match="smaller units"):
        made(upper=800.0).exponentiated()


def test_two_units_square_the_ratio() -> None:
    doubled = made().scaled(2)
    assert doubled.exponentiated().value == pytest.approx(2**2)
    assert doubled.standard_error == pytest.approx(0.7)


def test_a_negative_number_of_units_swaps_the_limits() -> None:
    turned = made().scaled(-1)
    assert (turned.lower, turned.value, turned.upper) == pytest.approx(
        (-math.log(4), -math.log(2), 0.0)
    )
    assert turned.standard_error == 0.35


@pytest.mark.parametrize("factor", [0, math.nan, math.inf])
def test_scaling_by_nothing_is_refused(factor: float) -> None:
    with pytest.raises(ValueError, match="factor"):
        made().scaled(factor)


def test_a_ratio_is_not_scaled() -> None:
    with pytest.raises(ValueError, match="not multiplied"):
        made().exponentiated().scaled(2)


def test_scaling_leaves_an_absent_standard_error_absent() -> None:
    assert made(standard_error=None).scaled(3).standard_error is None


def test_cautions_are_added_once_and_in_order() -> None:
    said = made(cautions=("few",)).with_cautions("old", "few")
    assert said.cautions == ("few", "old")
