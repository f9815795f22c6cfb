"""Shrinkage draws uncertain organisations to the mean, and says whether to rank."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from candela.errors import InputError, TooFewData
from candela.stats.shrinkage import data_needed, rankability, reliability, shrink


def test_two_organisations_are_worked_by_hand() -> None:
    # tau2 .04. Variances .04 and .12 give weights 1/.08 and 1/.16, so the mean is
    # (2 x .3 + 1 x 0)/3 = .2, and reliabilities 1/2 and 1/4.
    found = shrink([0.3, 0.0], np.sqrt([0.04, 0.12]), tau2=0.04)
    assert found.mean == pytest.approx(0.2)
    assert found.reliability == pytest.approx([0.5, 0.25])
    assert found.values == pytest.approx([0.25, 0.15])
    # Variance of the true value given its estimate: .5 x .04 and .25 x .12.
    assert found.standard_errors**2 == pytest.approx([0.02, 0.03])
    assert found.rankability == pytest.approx(0.04 / (0.04 + 0.08))
    assert found.cautions == ()


def test_shrunken_values_are_nearer_the_truth_than_the_estimates() -> None:
    rng = np.random.default_rng(1)
    truth, error = rng.normal(0, 0.1, 500), rng.uniform(0.05, 0.3, 500)
    seen = truth + rng.normal(0, error)
    found = shrink(seen, error, tau2=0.01)
    assert ((found.values - truth) ** 2).mean() < 0.5 * ((seen - truth) ** 2).mean()
    # The standard errors are those of what is left.
    spread = (found.values - truth) / found.standard_errors
    assert spread.std() == pytest.approx(1, abs=0.1)


def test_no_difference_gives_everyone_the_mean_and_says_so() -> None:
    found = shrink([0.3, 0.0], [0.1, 0.1], tau2=0.0)
    assert found.values == pytest.approx([0.15, 0.15])
    assert found.rankability == 0
    assert "average of all" in found.cautions[0]


@pytest.mark.parametrize(
    ("studies", "sd", "expected"),
    [(10, 0.05, 0.09), (24, 0.10, 0.49), (100, 0.15, 0.90)],
)
def test_rankability_of_a_share_of_studies_in_time(
    studies: int, sd: float, expected: float
) -> None:
    # 45.6% of studies meet a limit; the binomial variance of a share of n is p(1-p)/n.
    error = np.sqrt(0.456 * 0.544 / studies)
    assert rankability([error], tau2=sd**2) == pytest.approx(expected, abs=0.005)


def test_more_data_bring_the_reliability_asked_for() -> None:
    now = reliability([0.2], tau2=0.02)[0]
    times = data_needed(now, target=0.7)
    assert reliability([0.2 / np.sqrt(times)], tau2=0.02) == pytest.approx([0.7])


@pytest.mark.parametrize(("now", "target"), [(0, 0.7), (0.5, 1)])
def test_a_reliability_that_no_data_bring_is_refused(now: float, target: float) -> None:
    with pytest.raises(ValueError, match="strictly between"):
        data_needed(now, target=target)


@pytest.mark.parametrize(
    ("y", "s", "words"),
    [
        ([1, 2], [0.1], "each estimate needs"),
        ([1, np.nan], [0.1, 0.1], "each estimate needs"),
        ([1, 2], [0.1, 0.0], "above 0"),
    ],
)
def test_estimates_without_standard_errors_are_refused(
    y: Any, s: Any, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        shrink(y, s, tau2=0.1)


def test_a_negative_variance_is_refused() -> None:
    with pytest.raises(ValueError, match="tau2"):
        shrink([1, 2], [1, 1], tau2=-0.1)


def test_one_organisation_has_no_others() -> None:
    with pytest.raises(TooFewData, match="no others"):
        shrink([1], [1], tau2=0.1)
