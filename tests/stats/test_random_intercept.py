"""A random intercept: the numbers of lme4, and its two limits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from candela.errors import InputError
from candela.stats.count_models import fit_poisson
from candela.stats.intercept_integral import cluster_terms
from candela.stats.random_intercept import fit_poisson_random_intercept
from stats_cases import made_up_trusts, reference_cases, reference_rows

CASES = reference_cases("random_intercept", {"large counts", "small counts"})


@pytest.mark.parametrize("nodes", [1, 15])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_estimates_are_those_of_lme4(case: dict[str, Any], nodes: int) -> None:
    rows, expected = reference_rows(case), case["expected"][f"nodes_{nodes}"]
    fit = fit_poisson_random_intercept(rows.y, rows.X, **rows.by_name(), nodes=nodes)
    # bobyqa stops when its trust region is small, not at zero slope: a few units in
    # the sixth digit of a coefficient, a thousandth of its standard error.
    errors = np.array(expected["standard_errors"])
    away = (fit.coefficients - expected["coefficients"]) / errors
    assert np.abs(away).max() < 1e-3
    assert fit.intercept_sd == pytest.approx(expected["intercept_sd"], rel=2e-5)
    # lme4 takes its Hessian by finite differences.
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance)), errors, rtol=5e-4)
    if nodes == 1:
        assert fit.log_likelihood == pytest.approx(expected["log_likelihood"], abs=1e-5)


def test_the_integral_is_that_of_brute_force() -> None:
    # L = log of the integral of exp(Y sd b - M exp(sd b)) phi(b) db, by 20,001 points.
    events, expected, sd = np.array([3.0, 0.0]), np.array([1.5, 4.0]), 0.7
    b = np.linspace(-12, 12, 20_001)
    density = np.exp(-(b**2) / 2) / math.sqrt(2 * math.pi)
    found = cluster_terms(
        events,
        np.log(expected),
        math.log(sd),
        np.polynomial.hermite.hermgauss(25),
    )
    for i in range(2):
        rate = expected[i] * np.exp(sd * b)
        whole = np.exp(events[i] * sd * b - rate) * density
        total = whole.sum() * (b[1] - b[0])
        assert found.value[i] == pytest.approx(math.log(total), abs=1e-9)
        # dL / d log M is minus the mean rate given the events.
        slope = -(whole * rate).sum() / whole.sum()
        assert found.by_m[i] == pytest.approx(slope, abs=1e-8)
        # dL / d log sd is the mean of sd b (Y - rate).
        bend = (whole * sd * b * (events[i] - rate)).sum() / whole.sum()
        assert found.by_sd[i] == pytest.approx(bend, abs=1e-8)


def test_more_nodes_than_fifteen_change_no_digit_that_is_shown() -> None:
    rows = made_up_trusts(1, expected=3, between=0.6)
    one = fit_poisson_random_intercept(rows.y, rows.X, **rows.by_name())
    two = fit_poisson_random_intercept(rows.y, rows.X, **rows.by_name(), nodes=40)
    np.testing.assert_allclose(one.coefficients, two.coefficients, atol=1e-6)
    assert one.intercept_sd == pytest.approx(two.intercept_sd, abs=1e-6)
    assert one.log_likelihood == pytest.approx(two.log_likelihood, abs=1e-6)


def test_no_difference_between_trusts_gives_the_poisson_model_and_says_so() -> None:
    X = np.column_stack([np.ones(20), np.arange(20) % 5])
    y = np.round(100 * np.exp(0.1 * X[:, 1]))
    given = {"offset": np.zeros(20), "clusters": np.arange(20) // 4}
    fit = fit_poisson_random_intercept(y, X, **given)
    plain = fit_poisson(y, X, **given)
    assert fit.intercept_sd == 0
    assert any("deviation of their levels is 0" in words for words in fit.cautions)
    np.testing.assert_allclose(fit.coefficients, plain.coefficients)
    np.testing.assert_allclose(fit.covariance, plain.model_covariance)
    assert fit.log_likelihood == pytest.approx(plain.log_likelihood)


def test_the_likelihood_is_never_below_that_of_the_poisson_model() -> None:
    for seed in range(10):
        rows = made_up_trusts(seed, between=0.02)
        fit = fit_poisson_random_intercept(rows.y, rows.X, **rows.by_name())
        plain = fit_poisson(rows.y, rows.X, **rows.by_name())
        assert fit.log_likelihood >= plain.log_likelihood - 1e-8


def test_a_planted_spread_of_trusts_is_recovered() -> None:
    rows = made_up_trusts(3, trusts=400, between=0.1)
    fit = fit_poisson_random_intercept(rows.y, rows.X, **rows.by_name())
    # A standard deviation found from 400 trusts is good to 1/sqrt(800), 3.5%; three
    # of those, and a little for chance within trusts.
    assert fit.intercept_sd == pytest.approx(0.1, rel=0.12)


def test_expecting_more_everywhere_moves_only_the_intercept() -> None:
    rows = made_up_trusts(4)
    one = fit_poisson_random_intercept(rows.y, rows.X, **rows.by_name())
    two = fit_poisson_random_intercept(
        rows.y, rows.X, offset=rows.offset + math.log(3), clusters=rows.clusters
    )
    moved = one.coefficients - two.coefficients
    np.testing.assert_allclose(moved, [math.log(3), 0, 0], atol=1e-7)
    assert one.intercept_sd == pytest.approx(two.intercept_sd, rel=1e-6)


def test_the_order_of_rows_changes_nothing() -> None:
    rows = made_up_trusts(5)
    mixed = rows.taken(np.random.default_rng(6).permutation(rows.y.size))
    one = fit_poisson_random_intercept(rows.y, rows.X, **rows.by_name())
    two = fit_poisson_random_intercept(mixed.y, mixed.X, **mixed.by_name())
    np.testing.assert_allclose(one.coefficients, two.coefficients, atol=1e-8)


def test_a_contrast_is_normal_and_believes_the_model() -> None:
    rows = made_up_trusts(7)
    fit = fit_poisson_random_intercept(rows.y, rows.X, **rows.by_name())
    found = fit.contrast([0, 1, 0])
    assert found.standard_error is not None
    assert found.standard_error**2 == pytest.approx(fit.covariance[1, 1])
    half = (found.upper - found.lower) / 2
    assert half / found.standard_error == pytest.approx(1.959964, abs=1e-6)
    assert "believes the model" in found.cautions[0]
    with pytest.raises(InputError, match="contrast"):
        fit.contrast([1, 0])


@pytest.mark.parametrize("nodes", [0, 101])
def test_an_impossible_number_of_nodes_is_refused(nodes: int) -> None:
    rows = made_up_trusts(8)
    with pytest.raises(ValueError, match="1 to 100"):
        fit_poisson_random_intercept(rows.y, rows.X, **rows.by_name(), nodes=nodes)
