"""Adjusted p-values as R's p.adjust gives them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from candela.errors import InputError
from candela.stats.multiplicity import benjamini_hochberg, holm
from stats_cases import reference_cases

CASES = reference_cases("p_adjust", {"spread", "ties and ends", "one"})


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_adjusted_p_values_are_those_of_r(case: dict[str, Any]) -> None:
    p, expected = case["data"]["p"], case["expected"]
    np.testing.assert_allclose(holm(p), expected["holm"], rtol=1e-12)
    np.testing.assert_allclose(benjamini_hochberg(p), expected["bh"], rtol=1e-12)


def test_three_tests_are_worked_by_hand() -> None:
    # Sorted .01, .03, .04. Holm: 3 x .01, 2 x .03, then not below .06.
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    # From the top: .04, then the lesser of .04 and .03 x 3/2, then .01 x 3.
    assert benjamini_hochberg([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.04, 0.04])


def test_no_tests_need_no_adjustment() -> None:
    assert holm([]).size == benjamini_hochberg([]).size == 0


@pytest.mark.parametrize("p", [[0.1, np.nan], [1.2], [-0.1], [[0.1]]], ids=str)
def test_what_is_no_p_value_is_refused(p: Any) -> None:
    with pytest.raises(InputError, match="from 0 to 1"):
        holm(p)
