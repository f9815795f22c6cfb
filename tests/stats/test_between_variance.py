"""Is the spread between organisations what metafor says, and free of their ends?"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from candela.errors import InputError, TooFewData
from candela.stats.between_variance import (
    between_variance_dl,
    between_variance_pm,
    between_variance_reml,
    trimmed_between_variance,
    trimmed_normal_variance,
)
from stats_cases import reference_cases

CASES = {
    "dat.bcg",
    "130 trusts that differ",
    "130 trusts that differ by chance alone",
    "12 trusts that differ",
    "three far apart",
    "all alike",
    "whole steps swing",
}
ESTIMATORS: dict[str, Callable[[npt.ArrayLike, npt.ArrayLike], float]] = {
    "dl": between_variance_dl,
    "pm": between_variance_pm,
    "reml": between_variance_reml,
}


@pytest.mark.parametrize("case", sorted(CASES))
@pytest.mark.parametrize("method", ["dl", "pm", "reml"])
def test_the_variance_is_that_of_metafor(case: str, method: str) -> None:
    known = reference_cases("between_variance", CASES)[case]
    found = ESTIMATORS[method](known["data"]["y"], known["data"]["v"])
    # metafor was run to tolerances of 1e-12; Fisher scoring leaves a little more.
    assert found == pytest.approx(known["expected"][method], rel=1e-8, abs=1e-11)


@pytest.mark.parametrize(
    ("method", "published", "within"),
    [
        ("dl", 0.3087603, 0.5e-7),
        ("reml", 0.3132433, 0.5e-7),
        # With its own tolerance metafor stops at 0.3180937 for PM; the weighted squares
        # add up to 12, one less than the trials, at 0.3180685.
        ("pm", 0.3180937, 3e-5),
    ],
)
def test_the_trials_of_bcg_give_the_known_variance(
    method: str, published: float, within: float
) -> None:
    data = reference_cases("between_variance", CASES)["dat.bcg"]["data"]
    assert len(data["y"]) == 13
    found = ESTIMATORS[method](data["y"], data["v"])
    assert found == pytest.approx(published, abs=within)


def test_dersimonian_and_laird_by_hand() -> None:
    # w = 4, 4, 2; mean = (0 + 4 + 4)/10 = 0.8;
    # Q = 4(0.64) + 4(0.04) + 2(1.44) = 5.6;
    # tau2 = (5.6 - 2) / (10 - 36/10) = 3.6/6.4 = 0.5625
    assert between_variance_dl([0, 1, 2], [0.25, 0.25, 0.5]) == pytest.approx(0.5625)


def test_equal_variances_give_the_variance_of_the_estimates_less_chance() -> None:
    # Sample variance of 0, 1, 5 is 7; less 0.5 is 6.5, by every method.
    for estimator in ESTIMATORS.values():
        found = estimator([0, 1, 5], [0.5, 0.5, 0.5])
        assert found == pytest.approx(6.5, rel=1e-9)


def test_reml_takes_the_higher_of_two_peaks() -> None:
    # Where some estimates are exact and others rough there can be two peaks.  The
    # answer must be at least as likely as every other value.
    rng = np.random.default_rng(3)
    for _ in range(20):
        v = np.exp(rng.normal(-3, 2, 7))
        y = rng.normal(0, np.sqrt(v + 0.1))
        found = between_variance_reml(y, v)
        elsewhere = np.geomspace(1e-7, 50, 300)
        assert (
            restricted(found, y, v)
            >= max(restricted(tau2, y, v) for tau2 in [0.0, *elsewhere]) - 1e-9
        )


def restricted(
    tau2: float, y: npt.NDArray[np.float64], v: npt.NDArray[np.float64]
) -> float:
    """Return twice the restricted log likelihood, but for a constant."""
    w = 1 / (v + tau2)
    mean = sum(w * y) / sum(w)
    return float(sum(np.log(w)) - math.log(sum(w)) - sum(w * (y - mean) ** 2))


@pytest.mark.parametrize(
    ("share_dropped", "constant"), [(5, 0.6230), (10, 0.4377), (20, 0.2146)]
)
def test_the_trimmed_square_of_a_normal_is_the_known_constant(
    share_dropped: int, constant: float
) -> None:
    # Constants printed to four digits.
    found = trimmed_normal_variance(100, share_dropped)
    assert found == pytest.approx(constant, abs=0.5e-4)


def test_nothing_dropped_leaves_the_variance_of_a_normal() -> None:
    assert trimmed_normal_variance(50, 0) == 1.0


def test_the_trimmed_variance_recovers_the_truth() -> None:
    rng = np.random.default_rng(7)
    v = np.exp(rng.normal(-6, 0.7, 20_000))
    y = rng.normal(0, np.sqrt(v + 0.01))
    # 20,000 organisations: the standard error of tau2 is about 1.5% of it.
    assert trimmed_between_variance(y, v) == pytest.approx(0.01, rel=0.05)


def test_the_trimmed_variance_forgets_how_far_out_the_ends_are() -> None:
    rng = np.random.default_rng(8)
    v = np.full(100, 0.01)
    y = np.sort(rng.normal(0, 0.2, 100))
    wilder = y.copy()
    wilder[:10] -= 3
    wilder[-10:] += 3
    found = trimmed_between_variance(wilder, v)
    assert found == pytest.approx(trimmed_between_variance(y, v), rel=1e-9)
    assert between_variance_dl(wilder, v) > 10 * between_variance_dl(y, v)


def test_the_trimmed_variance_is_around_its_target() -> None:
    rng = np.random.default_rng(9)
    v = rng.uniform(0.005, 0.02, 60)
    y = rng.normal(0, 0.3, 60)
    there = trimmed_between_variance(y + 0.5, v, target=0.5)
    assert there == pytest.approx(trimmed_between_variance(y, v), rel=1e-9)


def test_organisations_that_differ_by_less_than_chance_have_no_variance() -> None:
    y, v = np.linspace(-0.01, 0.01, 20), np.full(20, 0.04)
    assert [f(y, v) for f in ESTIMATORS.values()] == [0, 0, 0]
    assert trimmed_between_variance(y, v) == 0


@pytest.mark.parametrize("method", ["dl", "pm", "reml"])
def test_two_organisations_show_no_spread(method: str) -> None:
    with pytest.raises(TooFewData, match="fewer than 3"):
        ESTIMATORS[method]([0, 1], [1, 1])


def test_too_few_organisations_cannot_be_trimmed() -> None:
    with pytest.raises(TooFewData, match="4 organisations are too few to trim 25%"):
        trimmed_between_variance([0, 1, 2, 3], [1, 1, 1, 1], trim=0.25)


@pytest.mark.parametrize(
    ("y", "v", "words"),
    [
        ([0, 1, 2], [1, 1], "one length"),
        ([[0, 1, 2]], [[1, 1, 1]], "one length"),
        ([0, 1, math.nan], [1, 1, 1], "finite"),
        ([0, 1, 2], [1, 0, 1], "above 0"),
        ([0, 1, 2], [1, math.nan, 1], "above 0"),
    ],
)
def test_estimates_without_sound_variances_are_refused(
    y: list[float], v: list[float], words: str
) -> None:
    for estimator in ESTIMATORS.values():
        with pytest.raises(InputError, match=words):
            estimator(y, v)


def test_more_cannot_be_dropped_than_there_are() -> None:
    with pytest.raises(InputError, match="cannot drop 5 values from each end of 10"):
        trimmed_normal_variance(10, 5)
