"""Does each model find what was put into the deaths?

Deaths without chance are exactly as many as the truth says, so that a model that can
express the truth must find it to rounding.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from association_cases import panel_of
from candela.association import Panel, models
from candela.association.models import Contrast
from candela.errors import TooFewData
from candela.stats.estimate import Estimate

CONTRAST = Contrast(5.0, 15.0)
LEVEL = 0.95
YEARS = 3
TRUSTS = 36
ROWS = YEARS * TRUSTS

RNG = np.random.default_rng(11)
USUAL = np.repeat(np.exp(RNG.normal(2, 0.6, TRUSTS)), YEARS)
DOSE = USUAL * np.exp(RNG.normal(0, 0.2, ROWS))
YEAR_LEVEL = np.tile([0.0, 0.03, -0.02], TRUSTS)
BETA = -0.01


def as_good_as(found: Estimate, truth: float) -> None:
    assert found.scale == "ratio"
    assert found.value == pytest.approx(truth, rel=1e-7)
    assert found.lower <= found.value <= found.upper
    # Nothing is left to chance, so the interval is a point.
    assert found.upper / found.lower == pytest.approx(1, abs=1e-5)


@pytest.fixture
def straight() -> Panel:
    """Deaths that fall by 1% for each unit of dose, at a level for each year."""
    return panel_of(DOSE, BETA * DOSE + YEAR_LEVEL, years=YEARS)


def test_a_straight_line_is_found_over_the_contrast(straight: Panel) -> None:
    # From 5 to 15 per 100: exp(-0.01 x 10)
    as_good_as(models.linear(straight, CONTRAST, level=LEVEL), math.exp(-0.1))


def test_the_negative_binomial_finds_the_same_line(straight: Panel) -> None:
    found = models.linear_negative_binomial(straight, CONTRAST, level=LEVEL)
    assert found.value == pytest.approx(math.exp(-0.1), rel=1e-6)
    assert any("the Poisson model" in caution for caution in found.cautions)


def test_a_random_intercept_finds_the_same_line(straight: Panel) -> None:
    found = models.linear_random_intercept(straight, CONTRAST, level=LEVEL)
    assert found.value == pytest.approx(math.exp(-0.1), rel=1e-6)
    assert any("too narrow" in caution for caution in found.cautions)


def test_a_level_for_each_year_is_not_credited_to_research() -> None:
    # Research grows and deaths fall in every trust alike; between trusts of one year
    # they have nothing to do with each other.
    year = np.tile(np.arange(YEARS), TRUSTS)
    panel = panel_of(DOSE + 10 * year, -0.2 * year, years=YEARS)
    as_good_as(models.linear(panel, CONTRAST, level=LEVEL), 1.0)


def test_a_covariate_is_allowed_for_and_left_out_when_asked() -> None:
    covariate = 0.5 * np.log(DOSE) + np.tile([0.2, 0.0, -0.1], TRUSTS) * USUAL / 8
    truth = BETA * DOSE + 0.3 * covariate
    panel = panel_of(DOSE, truth, years=YEARS, covariates=covariate)
    as_good_as(models.linear(panel, CONTRAST, level=LEVEL), math.exp(-0.1))
    crude = models.linear_unadjusted(panel, CONTRAST, level=LEVEL)
    # The covariate rises with the dose and with deaths, and hides the fall.
    assert crude.value > math.exp(-0.1) + 0.03


def test_the_contrast_is_quoted_as_asked(straight: Panel) -> None:
    one = models.linear(straight, Contrast(0, 1), level=LEVEL)
    twenty = models.linear(straight, Contrast(10, 30), level=LEVEL)
    assert one.value**20 == pytest.approx(twenty.value, rel=1e-9)


def test_the_interval_holds_the_truth_where_trusts_differ() -> None:
    rng = np.random.default_rng(21)
    held = 0
    for _ in range(60):
        level = np.repeat(rng.normal(0, 0.08, TRUSTS), YEARS)
        panel = panel_of(DOSE, BETA * DOSE + level, years=YEARS)
        chance = rng.poisson(panel.observed).astype(float)
        noisy = panel_of(DOSE, np.log(chance / panel.expected), years=YEARS)
        found = models.linear(noisy, CONTRAST, level=LEVEL)
        held += found.lower <= math.exp(-0.1) <= found.upper
    # 95% of 60 is 57; fewer than 51 would happen once in 1,000 times.
    assert held >= 51


def thirds_of_each_year(dose: np.ndarray) -> np.ndarray:
    """Return 0, 1 or 2 for each row by sorting each year on its own."""
    group = np.empty(len(dose), dtype=int)
    for year in range(YEARS):
        rows = np.arange(year, len(dose), YEARS)
        order = rows[np.argsort(dose[rows])]
        for third in range(3):
            group[order[third * TRUSTS // 3 : (third + 1) * TRUSTS // 3]] = third
    return group


def test_thirds_are_cut_within_each_year() -> None:
    # Research doubles each year everywhere: cut over all years, the last would be top.
    dose = DOSE * np.tile([1.0, 2.0, 4.0], TRUSTS)
    group = thirds_of_each_year(dose)
    truth = np.array([0.0, -0.02, -0.05])[group] + YEAR_LEVEL
    panel = panel_of(dose, truth, years=YEARS)
    middle = models.thirds_compared(panel, third=1, level=LEVEL)
    top = models.thirds_compared(panel, third=2, level=LEVEL)
    as_good_as(middle, math.exp(-0.02))
    as_good_as(top, math.exp(-0.05))


def test_within_and_between_organisations_are_told_apart() -> None:
    mean = np.repeat(DOSE.reshape(TRUSTS, YEARS).mean(axis=1), YEARS)
    truth = -0.02 * mean + 0.004 * (DOSE - mean) + YEAR_LEVEL
    panel = panel_of(DOSE, truth, years=YEARS)
    as_good_as(models.between(panel, CONTRAST, level=LEVEL), math.exp(-0.2))
    as_good_as(models.within(panel, CONTRAST, level=LEVEL), math.exp(0.04))


@pytest.mark.parametrize("model", [models.between, models.within])
def test_change_within_organisations_needs_two_years_of_one(model: object) -> None:
    assert callable(model)
    one_year = panel_of(DOSE, BETA * DOSE, years=YEARS).in_period(
        panel_of(DOSE, DOSE, years=YEARS).periods[0]
    )
    codes = tuple(f"ZB{n:03d}" for n in range(ROWS))
    each_once = panel_of(DOSE, BETA * DOSE, years=YEARS, other_codes=codes)
    for panel in (one_year, each_once):
        with pytest.raises(TooFewData, match="cannot be seen"):
            model(panel, CONTRAST, level=LEVEL)


def test_another_dose_is_compared_given_the_panels_own() -> None:
    after = USUAL * np.exp(np.random.default_rng(12).normal(0, 0.3, ROWS))
    truth = BETA * DOSE + 0.003 * after + YEAR_LEVEL
    panel = panel_of(DOSE, truth, years=YEARS)
    other = panel_of(after, truth, years=YEARS)
    # Rows are matched by organisation and period, whatever their order.
    shuffled = other.where(np.ones(ROWS, dtype=bool))
    found = models.given_dose(panel, shuffled, CONTRAST, level=LEVEL)
    as_good_as(found, math.exp(0.03))
    as_good_as(
        models.given_dose(
            panel, other.where(np.arange(ROWS) % 5 > 0), CONTRAST, level=LEVEL
        ),
        math.exp(0.03),
    )


def test_two_doses_need_half_of_the_rows() -> None:
    panel = panel_of(DOSE, BETA * DOSE, years=YEARS)
    few = panel.where(np.arange(ROWS) < ROWS // 2 - 1)
    with pytest.raises(TooFewData, match="fewer than half"):
        models.given_dose(panel, few, CONTRAST, level=LEVEL)


def test_a_curve_of_a_straight_line_is_that_line(straight: Panel) -> None:
    found, curve = models.bent_curve(straight, CONTRAST, n_knots=4, level=LEVEL)
    as_good_as(found, math.exp(-0.1))
    assert curve.ratio == pytest.approx(
        np.exp(BETA * (curve.dose - curve.reference)), rel=1e-6
    )


def noisy_panel(seed: int, bend: float = 0.0) -> Panel:
    rng = np.random.default_rng(seed)
    truth = BETA * DOSE + bend * np.maximum(DOSE - 8, 0)
    panel = panel_of(DOSE, truth, years=YEARS)
    chance = rng.poisson(panel.observed).astype(float)
    return panel_of(DOSE, np.log(chance / panel.expected), years=YEARS)


def test_the_curve_is_one_at_its_reference_and_unsure_elsewhere() -> None:
    panel = noisy_panel(13)
    _, curve = models.bent_curve(panel, CONTRAST, n_knots=4, level=LEVEL)
    assert curve.reference == float(f"{np.median(DOSE):.3g}")  # 7.14, of 7.1396...
    (at,) = np.flatnonzero(curve.dose == curve.reference)
    assert (curve.ratio[at], curve.lower[at], curve.upper[at]) == (1, 1, 1)
    elsewhere = np.arange(len(curve.dose)) != at
    assert (curve.lower[elsewhere] < curve.ratio[elsewhere]).all()
    assert (curve.ratio[elsewhere] < curve.upper[elsewhere]).all()


def test_the_curve_is_drawn_over_the_middle_of_the_doses() -> None:
    _, curve = models.bent_curve(noisy_panel(14), CONTRAST, n_knots=4, level=LEVEL)
    low, high = np.quantile(DOSE, [0.025, 0.975])
    # To three figures, so that no organisation's exact dose is given.
    assert curve.dose[0] == pytest.approx(low, rel=0.005)
    assert curve.dose[-1] == pytest.approx(high, rel=0.005)
    assert f"{curve.dose[0]:.3g}" == f"{curve.dose[0]:.10g}"
    assert len(curve.knots) == 4


def test_a_bend_is_seen_and_a_straight_line_is_not_bent() -> None:
    _, bent = models.bent_curve(
        noisy_panel(15, bend=0.06), CONTRAST, n_knots=4, level=LEVEL
    )
    _, straight = models.bent_curve(noisy_panel(15), CONTRAST, n_knots=4, level=LEVEL)
    assert bent.p_bent < 0.001
    assert straight.p_bent > 0.05


def test_many_doses_of_zero_do_not_stop_the_curve() -> None:
    dose = np.where(np.arange(ROWS) // YEARS % 2 == 0, 0.0, DOSE)
    panel = panel_of(dose, BETA * dose, years=YEARS)
    found, curve = models.bent_curve(panel, CONTRAST, n_knots=4, level=LEVEL)
    as_good_as(found, math.exp(-0.1))
    assert curve.knots[0] > 0


def test_a_rank_correlation_is_of_one_period() -> None:
    panel = noisy_panel(16)
    found = models.rank_correlation(panel.in_period(panel.periods[0]), level=LEVEL)
    assert found.scale == "correlation"
    assert found.value < 0
    with pytest.raises(TooFewData, match="one period"):
        models.rank_correlation(panel, level=LEVEL)


def ratio(value: float, lower: float, upper: float) -> Estimate:
    return Estimate(
        value=value,
        lower=lower,
        upper=upper,
        scale="ratio",
        organisations=10,
        observations=30,
        method="made by hand",
        reference="none",
    )


def test_the_e_value_of_a_ratio_and_of_its_nearer_limit() -> None:
    found = models.e_value(ratio(0.8, 0.7, 0.9))
    # 1/0.8 = 1.25: 1.25 + root(1.25 x 0.25); 1/0.9: 1.1111 + root(1.1111 x 0.1111)
    assert found.value == pytest.approx(1.25 + math.sqrt(0.3125))
    assert found.lower == pytest.approx(1 / 0.9 + math.sqrt(1 / 0.9 * (1 / 0.9 - 1)))
    assert found.upper == found.value


def test_the_e_value_of_an_interval_that_includes_none_is_one() -> None:
    assert models.e_value(ratio(0.95, 0.85, 1.05)).lower == 1
