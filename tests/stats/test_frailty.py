"""A frailty by trust: the numbers of R's survival, and its limits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from candela.errors import InputError, TooFewData
from candela.stats.coded import CodeColumn, CodedDesign, factor_term
from candela.stats.cox import fit_cox
from candela.stats.cox_likelihood import risk_sets
from candela.stats.cox_rows import laid_out
from candela.stats.frailty import FrailtyFit, fit_frailty
from stats_cases import reference_cases
from survival_cases import case_patients, levels, made_up_patients

CASES = reference_cases("frailty", {"few ties", "many ties", "many ties, breslow"})


def fitted(case: dict[str, Any], **choices: Any) -> FrailtyFit:
    rows = case_patients(case)
    return fit_frailty(
        rows.design, rows.stop, rows.event, rows.trust, ties=case["ties"], **choices
    )


@pytest.mark.parametrize("distribution", ["gamma", "lognormal"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_at_a_given_variance_a_fit_is_that_of_r(
    case: dict[str, Any], distribution: Any
) -> None:
    for held in case["expected"][distribution]:
        fit = fitted(case, distribution=distribution, variance=held["theta"])
        # R's inner loop stops at a change of 1e-9 or so in the likelihood.
        np.testing.assert_allclose(fit.coefficients, held["coefficients"], rtol=1e-6)
        np.testing.assert_allclose(fit.levels, held["levels"], atol=1e-6)
        errors = np.sqrt(np.diag(fit.covariance))
        np.testing.assert_allclose(errors, held["standard_errors"], rtol=1e-6)
        if distribution == "gamma":
            known = held["log_likelihood"]
            assert fit.log_likelihood == pytest.approx(known, abs=1e-6)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_by_reml_the_variance_is_that_of_r(case: dict[str, Any]) -> None:
    fit = fitted(case, distribution="lognormal", by="reml")
    # R's search for it stops early.
    assert fit.variance == pytest.approx(case["expected"]["reml"]["theta"], rel=1e-3)
    known = case["expected"]["reml"]["coefficients"]
    np.testing.assert_allclose(fit.coefficients, known, rtol=1e-3)


@pytest.mark.parametrize("distribution", ["gamma", "lognormal"])
def test_the_variance_found_is_where_the_likelihood_is_highest(
    distribution: Any,
) -> None:
    case = CASES["few ties"]
    best = fitted(case, distribution=distribution)
    for factor in (0.9, 0.99, 1.01, 1.1):
        near = fitted(case, distribution=distribution, variance=best.variance * factor)
        assert near.log_likelihood < best.log_likelihood
    assert best.log_likelihood > best.null_log_likelihood
    assert 0 < best.p_value < 0.05


def test_the_integral_over_normal_levels_is_that_of_brute_force() -> None:
    # Two trusts and nothing else: the likelihood of (b1, b2) times their density,
    # summed over a grid of 121 by 121 points.
    rows = made_up_patients(1, rows=300, trusts=2, spread=0.5)
    nothing = CodedDesign((rows.trust,), ())
    variance = 0.2
    fit = fit_frailty(
        nothing,
        rows.stop,
        rows.event,
        rows.trust,
        distribution="lognormal",
        variance=variance,
    )
    basis = CodedDesign.of_values({"trust": rows.trust.codes})
    laid = laid_out(basis, rows.stop, rows.event)
    grid = np.linspace(-2.5, 2.5, 121)
    likelihood = np.array(
        [
            risk_sets(laid, np.array([b]), "efron").log_likelihood
            for b in np.linspace(-5, 5, 241)
        ]
    )
    apart = np.add.outer(-np.arange(121), np.arange(121)) + 120
    density = -(grid[:, None] ** 2 + grid**2) / (2 * variance)
    density -= math.log(2 * math.pi * variance)
    whole = likelihood[apart] + density
    top = whole.max()
    integral = (
        top + math.log(np.exp(whole - top).sum()) + 2 * math.log(grid[1] - grid[0])
    )
    # Laplace is exact to the order of 1 / events.
    assert fit.log_likelihood == pytest.approx(integral, abs=0.01)


@pytest.mark.parametrize("distribution", ["gamma", "lognormal"])
def test_no_difference_between_trusts_gives_the_cox_model_and_says_so(
    distribution: Any,
) -> None:
    rows = made_up_patients(3)
    # Trusts dealt out in turn among those who die and those who live.
    order = np.lexsort((rows.stop.codes, rows.event))
    trust = np.empty(600, np.uint8)
    trust[order] = np.arange(600) % 20
    fit = fit_frailty(
        rows.design,
        rows.stop,
        rows.event,
        levels("trust", trust),
        distribution=distribution,
    )
    plain = fit_cox(rows.design, rows.stop, rows.event)
    assert fit.variance == 0
    assert fit.median_hazard_ratio() == 1
    assert fit.p_value == 1
    np.testing.assert_array_equal(fit.coefficients, plain.coefficients)
    assert "variance of their levels is 0" in fit.cautions[0]


def test_a_planted_variance_is_recovered() -> None:
    rows = made_up_patients(4, rows=20_000, trusts=200, spread=0.3)
    fit = fit_frailty(
        rows.design, rows.stop, rows.event, rows.trust, distribution="lognormal"
    )
    # A variance found from 200 trusts is good to sqrt(2/200), 10%; two and a half.
    assert fit.variance == pytest.approx(0.09, rel=0.25)
    # ln hazard ratio of two trusts: sqrt(2 x 0.09) x 0.6745 = 0.286, ratio 1.33.
    assert fit.median_hazard_ratio() == pytest.approx(1.33, abs=0.05)
    found = fit.estimate("age")
    assert found.lower < 0.03 < found.upper


def test_trusts_without_rows_have_level_0() -> None:
    rows = made_up_patients(5, spread=0.5)
    fit = fit_frailty(
        rows.design,
        rows.stop,
        rows.event,
        rows.trust,
        keep=(rows.trust.codes != 3).astype(np.uint8),
    )
    assert fit.levels[3] == 0
    assert fit.clusters == 19


def test_a_median_hazard_ratio_of_gamma_levels_is_that_of_drawn_pairs() -> None:
    rows = made_up_patients(6, spread=0.5)
    fit = fit_frailty(rows.design, rows.stop, rows.event, rows.trust, variance=0.25)
    drawn = np.random.default_rng(7).gamma(4, 0.25, size=(200_000, 2))
    ratios = drawn.max(axis=1) / drawn.min(axis=1)
    assert fit.median_hazard_ratio() == pytest.approx(np.median(ratios), rel=0.01)


def test_one_trust_has_no_spread_and_thousands_are_refused() -> None:
    rows = made_up_patients(8)
    with pytest.raises(TooFewData, match="1 cluster of trust has no spread"):
        fit_frailty(rows.design, rows.stop, rows.event, levels("trust", np.zeros(600)))
    many = made_up_patients(9, rows=3_100)
    each = CodeColumn("person", np.arange(3_100, dtype=np.uint16), 3_100)
    with pytest.raises(InputError, match="at most 3000"):
        fit_frailty(many.design, many.stop, many.event, each)
    with pytest.raises(ValueError, match="above 0"):
        fit_frailty(rows.design, rows.stop, rows.event, rows.trust, variance=0.0)


def test_a_column_that_cannot_be_told_is_left_out_as_in_the_cox_model() -> None:
    rows = made_up_patients(10, spread=0.5)
    empty = CodeColumn("stage", np.zeros(600, np.uint8), 2)
    design = CodedDesign(
        (*rows.design.columns, empty),
        (factor_term("stage", empty, ["1", "2"]), *rows.design.terms),
    )
    fit = fit_frailty(design, rows.stop, rows.event, rows.trust)
    without = fit_frailty(rows.design, rows.stop, rows.event, rows.trust)
    assert fit.labels == ("age", "dose")
    np.testing.assert_allclose(fit.coefficients, without.coefficients)
