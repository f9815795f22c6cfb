"""Rank correlation: the numbers of R, and an interval printed in a paper."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from candela.errors import InputError, TooFewData
from candela.stats.correlation import correlation_interval, ranks, spearman
from stats_cases import reference_cases

CASES = reference_cases("spearman", {"no ties", "many zeros", "six pairs"})


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_correlation_and_its_p_are_those_of_r(case: dict[str, Any]) -> None:
    found = spearman(case["data"]["x"], case["data"]["y"])
    assert found.value == pytest.approx(case["expected"]["r"], abs=1e-12)
    assert found.p_value == pytest.approx(case["expected"]["p"], rel=1e-9)
    assert found.lower < found.value < found.upper


def test_equal_values_share_their_average_rank() -> None:
    assert ranks([10, 20, 20, 5, 20]).tolist() == [2, 4, 4, 1, 4]


@pytest.mark.parametrize(
    ("r", "printed"),
    [(-0.43, (-0.633, -0.172)), (-0.37, (-0.588, -0.102))],
)
def test_fishers_interval_is_the_published_one(
    r: float, printed: tuple[float, float]
) -> None:
    # Pons and others 2010, 50 Spanish hospitals: printed with 1/(n - 3).
    found = correlation_interval(r, 50, interval="fisher")
    assert found == pytest.approx(printed, abs=5e-4)


def test_bonett_and_wright_is_wider_by_the_root_of_one_and_half_r_squared() -> None:
    z = np.arctanh(0.6)
    wide = correlation_interval(0.6, 40)
    plain = correlation_interval(0.6, 40, interval="fisher")
    ratio = (np.arctanh(wide[1]) - z) / (np.arctanh(plain[1]) - z)
    assert ratio == pytest.approx(np.sqrt(1.18))


def test_a_rising_transformation_changes_nothing() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.random(30), rng.random(30)
    assert spearman(np.exp(x), y**3) == spearman(x, y)


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        ([1, 2, 3], [1, 2, 3], "3 pairs"),
        ([1, 1, 1, 1], [1, 2, 3, 4], "the same everywhere"),
        ([1, 2, 3, 4], [2, 4, 6, 8], "perfectly alike"),
        ([1, 2, 3, 4], [4, 3, 2, 1], "perfectly alike"),
    ],
)
def test_pairs_that_cannot_answer_are_told(x: Any, y: Any, words: str) -> None:
    with pytest.raises(TooFewData, match=words):
        spearman(x, y)


def test_an_interval_of_three_pairs_is_not_given() -> None:
    with pytest.raises(TooFewData, match="4 are needed"):
        correlation_interval(0.5, 3)


@pytest.mark.parametrize(
    ("x", "words"), [([1, 2, 3], "pairs"), ([1, 2, 3, np.nan], "every pair")]
)
def test_pairs_that_are_no_pairs_are_refused(x: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        spearman(x, [1, 3, 2, 4])


def test_an_unknown_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="interval is one of"):
        correlation_interval(0.5, 20, interval="exact")  # type: ignore[arg-type]
