"""A level for each trust: the numbers of lme4, its limits, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from candela.errors import InputError, NotConverged, TooFewData
from candela.stats.clustered_rows import ClusteredRows
from candela.stats.coded import CodeColumn, CodedDesign, factor_term, numeric_term
from candela.stats.intercept_climb import _inverse
from candela.stats.intercept_surface import surface_at
from candela.stats.median_odds_ratio import (
    marginal_from_conditional,
    median_odds_ratio,
    variance_partition,
)
from candela.stats.random_intercept_logistic import (
    RandomInterceptLogisticFit,
    fit_random_intercept_logistic,
)
from stats_cases import reference_cases

Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]
CASES = reference_cases("mixed_logistic", {"cbpp", "admissions"})
FACTORS = {"cbpp": ("period",), "admissions": ("age", "sex", "method")}


def column(name: str, codes: npt.ArrayLike, levels: int) -> CodeColumn:
    """Return a column of few levels."""
    return CodeColumn(name, np.asarray(codes, np.uint8), levels)


def fitted(name: str, nodes: int) -> RandomInterceptLogisticFit:
    """Return our fit of one of the cases that R answered."""
    data = CASES[name]["data"]
    numbers = {"dose": data["dose"]} if "dose" in data else {}
    design = CodedDesign.of_values(numbers, {f: data[f] for f in FACTORS[name]})
    cluster = np.array(data["cluster"]) - 1
    return fit_random_intercept_logistic(
        design,
        np.array(data["y"], np.uint32),
        column("trust", cluster, int(cluster.max()) + 1),
        trials=np.array(data["n"], np.uint32),
        nodes=nodes,
    )


@pytest.mark.parametrize(
    ("name", "nodes"),
    [("cbpp", 1), ("cbpp", 9), ("cbpp", 25), ("admissions", 1), ("admissions", 9)],
)
def test_estimates_are_those_of_lme4(name: str, nodes: int) -> None:
    expected: dict[str, Any] = CASES[name]["expected"][f"nodes_{nodes}"]
    fit = fitted(name, nodes)
    errors = np.array(expected["standard_errors"])
    # bobyqa stops when its region is 1e-10 wide, not where the slope is 0: it leaves a
    # few millionths of a standard error.
    away = (fit.coefficients - expected["coefficients"]) / errors
    assert np.abs(away).max() < 1e-5
    assert fit.intercept_sd == pytest.approx(expected["intercept_sd"], rel=1e-6)
    assert fit.log_likelihood == pytest.approx(expected["log_likelihood"], rel=1e-10)
    np.testing.assert_allclose(fit.cluster_modes, expected["modes"], atol=2e-6)
    # lme4 takes its Hessian by finite differences of a function good to 1e-9 or so.
    np.testing.assert_allclose(fit.standard_errors, errors, rtol=1e-4)


def test_the_numbers_of_cbpp_that_are_printed_everywhere() -> None:
    printed = CASES["cbpp"]["expected"]["as_it_comes"]
    assert [round(b, 4) for b in printed["coefficients"]] == [
        -1.3983,
        -0.9919,
        -1.1282,
        -1.5797,
    ]
    fit = fitted("cbpp", 1)
    # lme4's default tolerances stop at a log-likelihood 0.0003 below the highest, a
    # few thousandths of a standard error away.
    assert 0 < fit.log_likelihood - printed["log_likelihood"] < 3e-4
    away = (fit.coefficients - printed["coefficients"]) / fit.standard_errors
    assert np.abs(away).max() < 0.004
    nine = fitted("cbpp", 9)
    np.testing.assert_allclose(
        nine.coefficients, [-1.39922, -0.99141, -1.12781, -1.57949], atol=2e-5
    )
    assert nine.intercept_sd == pytest.approx(0.64752, abs=1e-5)
    assert nine.log_likelihood == pytest.approx(-91.98337, abs=1e-5)


def made_up(
    seed: int, *, rows: int = 4000, trusts: int = 40, sd: float = 0.4
) -> tuple[CodedDesign, Bytes, CodeColumn]:
    """Return rows about patients: a dose by trust, an age and a sex."""
    rng = np.random.default_rng(seed)
    trust = rng.integers(0, trusts, rows)
    age, sex = rng.integers(0, 5, rows), rng.integers(0, 2, rows)
    dose = np.round(rng.random(trusts), 2)[trust]
    level = rng.normal(0, sd, trusts)[trust]
    risk = 1 / (1 + np.exp(-(-1.2 + 0.3 * age - 0.2 * sex + 0.5 * dose + level)))
    died = (rng.random(rows) < risk).astype(np.uint8)
    design = CodedDesign.of_values({"dose": dose}, {"age": age, "sex": sex})
    return design, died, column("trust", trust, trusts)


@pytest.mark.parametrize("nodes", [1, 3, 9])
def test_slope_and_curvature_are_those_of_the_value(nodes: int) -> None:
    design, died, trust = made_up(1, rows=500, trusts=12)
    rows = ClusteredRows.of(design, died, trust)
    points, weights = np.polynomial.hermite.hermgauss(nodes)
    point = np.random.default_rng(2).normal(0, 0.4, len(rows.labels) + 1)

    def at(p: Floats) -> Any:
        return surface_at(rows, p[:-1], float(p[-1]), (points, weights), np.zeros(12))

    here, step = at(point), 1e-5
    sides = [(at(point + step * e), at(point - step * e)) for e in np.eye(len(point))]
    rise = [(up.value - down.value) / (2 * step) for up, down in sides]
    bend = [(up.slope() - down.slope()) / (2 * step) for up, down in sides]
    # Differences over 1e-5 of numbers near 300 are good to 1e-16 x 300 / 1e-5 = 3e-9.
    np.testing.assert_allclose(here.slope(), rise, atol=5e-7)
    np.testing.assert_allclose(here.curvature(rows), bend, atol=5e-7)


def test_many_nodes_are_the_integral_by_brute_force() -> None:
    design, died, trust = made_up(3, rows=200, trusts=6, sd=1.0)
    fit = fit_random_intercept_logistic(design, died, trust, nodes=25)
    eta = fit.coefficients[0] + design.matrix() @ fit.coefficients[1:]
    level = np.linspace(-8, 8, 4001) * fit.intercept_sd
    density = np.exp(-((level / fit.intercept_sd) ** 2) / 2)
    density /= density.sum()
    total = 0.0
    for g in range(6):
        rows = trust.codes == g
        linear = eta[rows][:, None] + level
        each = died[rows][:, None] * linear - np.logaddexp(0, linear)
        total += math.log(float(np.exp(each.sum(axis=0)) @ density))
    assert fit.log_likelihood == pytest.approx(total, abs=1e-7)


def test_rows_and_cells_of_the_same_patients_agree() -> None:
    design, died, trust = made_up(4)
    by_row = fit_random_intercept_logistic(design, died, trust)
    key = np.column_stack([c.codes for c in (*design.columns, trust)])
    cells, place = np.unique(key, axis=0, return_inverse=True)
    place = place.ravel()
    columns = tuple(
        CodeColumn(c.name, np.ascontiguousarray(cells[:, k]), c.levels)
        for k, c in enumerate(design.columns)
    )
    by_cell = fit_random_intercept_logistic(
        CodedDesign(columns, design.terms),
        np.bincount(place, died).astype(np.uint32),
        column("trust", cells[:, -1], trust.levels),
        trials=np.bincount(place).astype(np.uint32),
    )
    np.testing.assert_allclose(by_cell.coefficients, by_row.coefficients, rtol=1e-9)
    np.testing.assert_allclose(by_cell.covariance, by_row.covariance, rtol=1e-7)
    assert (by_cell.trials, by_cell.events) == (by_row.trials, by_row.events)


def test_rows_that_are_not_kept_change_nothing() -> None:
    design, died, trust = made_up(5)
    keep = (np.arange(len(died)) % 3 > 0).astype(np.uint8)
    chosen = keep != 0
    columns = tuple(
        CodeColumn(c.name, c.codes[chosen], c.levels) for c in design.columns
    )
    one = fit_random_intercept_logistic(design, died, trust, keep=keep)
    two = fit_random_intercept_logistic(
        CodedDesign(columns, design.terms),
        died[chosen],
        CodeColumn("trust", trust.codes[chosen], trust.levels),
    )
    np.testing.assert_array_equal(one.coefficients, two.coefficients)
    assert one.observations == int(keep.sum())


def test_no_answer_depends_on_the_number_of_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    design, died, trust = made_up(6)
    many = fit_random_intercept_logistic(design, died, trust)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0})
    one = fit_random_intercept_logistic(design, died, trust)
    np.testing.assert_array_equal(one.coefficients, many.coefficients)
    np.testing.assert_array_equal(one.covariance, many.covariance)


def test_a_first_guess_from_a_thinned_set_changes_no_digit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    design, died, trust = made_up(7, rows=20_000)
    plain = fit_random_intercept_logistic(design, died, trust)
    place = "candela.stats.random_intercept_logistic.SAMPLE_ROWS"
    monkeypatch.setattr(place, 1000)
    thinned = fit_random_intercept_logistic(design, died, trust)
    np.testing.assert_allclose(thinned.coefficients, plain.coefficients, rtol=1e-8)
    assert thinned.intercept_sd == pytest.approx(plain.intercept_sd, rel=1e-8)


def test_wide_columns_and_no_columns_are_fitted_too() -> None:
    design, died, trust = made_up(8)
    rng = np.random.default_rng(9)
    year = rng.integers(0, 1500, len(died)).astype(np.uint16)
    wide = CodeColumn("trust and year", year, 1500)
    more = CodedDesign(
        (*design.columns, wide),
        (*design.terms, numeric_term("when", wide, np.arange(1500) % 7.0)),
    )
    fit = fit_random_intercept_logistic(more, died, trust)
    narrow = CodedDesign(
        (*design.columns, column("day", year % 7, 7)),
        (
            *design.terms,
            numeric_term("when", column("day", year % 7, 7), np.arange(7.0)),
        ),
    )
    same = fit_random_intercept_logistic(narrow, died, trust)
    np.testing.assert_allclose(fit.coefficients, same.coefficients, rtol=1e-8)
    bare = fit_random_intercept_logistic(CodedDesign((), ()), died, trust)
    assert bare.labels == ("(Intercept)",)
    assert bare.intercept_sd > 0


def test_no_difference_between_trusts_is_the_ordinary_model_and_said() -> None:
    # Every trust holds the same patients: two ages, 2 and 5 of 10 with the event.
    age = np.tile(np.repeat([0, 1], 10), 12)
    died = np.tile([1] * 2 + [0] * 8 + [1] * 5 + [0] * 5, 12).astype(np.uint8)
    fit = fit_random_intercept_logistic(
        CodedDesign.of_values({}, {"age": age}),
        died,
        column("trust", np.repeat(np.arange(12), 20), 12),
    )
    assert fit.intercept_sd == fit.intercept_sd_lower == 0
    # log odds of 2 in 10, and of 5 in 10 beside it; errors of 120 patients at each age
    intercept = math.log(2 / 8)
    np.testing.assert_allclose(fit.coefficients, [intercept, -intercept], atol=1e-9)
    first, second = 1 / (120 * 0.2 * 0.8), 1 / (120 * 0.5 * 0.5)
    assert fit.standard_errors[1] == pytest.approx(math.sqrt(first + second))
    assert any("standard deviation of their levels is 0" in c for c in fit.cautions)
    assert 0.05 < fit.intercept_sd_upper < 0.5
    assert median_odds_ratio(fit).lower == 1
    assert (fit.cluster_modes == 0).all()


def test_limits_by_profile_likelihood_are_those_of_lme4(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = "candela.stats.random_intercept_logistic.LARGEST_NORMAL_ERROR"
    normal = fitted("cbpp", 9)
    monkeypatch.setattr(place, 0.0)
    profile = fitted("cbpp", 9)
    lower, upper = CASES["cbpp"]["expected"]["profile"]
    # lme4 draws a spline through the profile.
    assert profile.intercept_sd_lower == pytest.approx(lower, rel=1e-4)
    assert profile.intercept_sd_upper == pytest.approx(upper, rel=1e-4)
    assert normal.intercept_sd_lower == pytest.approx(lower, rel=0.1)
    assert normal.intercept_sd_upper == pytest.approx(upper, rel=0.1)


def test_a_spread_that_may_be_none_has_limits_from_nought() -> None:
    x = np.random.default_rng(1).integers(0, 3, 400)
    died = (np.random.default_rng(1).random(400) < 0.3).astype(np.uint8)
    fit = fit_random_intercept_logistic(
        CodedDesign.of_values({"x": x}),
        died,
        column("trust", np.repeat(np.arange(10), 40), 10),
    )
    assert fit.intercept_sd > 0
    assert fit.intercept_sd_lower == 0
    assert fit.intercept_sd < fit.intercept_sd_upper < 1
    assert median_odds_ratio(fit).lower == 1


def test_a_spread_too_small_to_matter_is_still_found_in_many_patients() -> None:
    # 200 trusts of a million patients, log odds 0.012 apart: chance alone makes 0.002.
    level = np.random.default_rng(24).normal(0, 0.012, 200)
    events = np.rint(1e6 / (1 + np.exp(-level))).astype(np.uint32)
    fit = fit_random_intercept_logistic(
        CodedDesign((), ()),
        events,
        column("trust", np.arange(200), 200),
        trials=np.full(200, 1_000_000, np.uint32),
    )
    found = math.sqrt(float(np.var(level)) - 4e-6)
    assert fit.intercept_sd == pytest.approx(found, rel=1e-3)


def test_two_trusts_of_few_patients_allow_any_spread() -> None:
    # 199 of 200 in one, 1 of 200 in the other
    fit = fit_random_intercept_logistic(
        CodedDesign((), ()),
        np.array([199, 1], np.uint32),
        column("trust", [0, 1], 2),
        trials=np.array([200, 200], np.uint32),
    )
    assert fit.intercept_sd_upper == math.inf
    with pytest.raises(TooFewData, match="2 trusts are too few"):
        median_odds_ratio(fit)


def test_trusts_where_all_or_none_had_the_event_have_no_finite_spread() -> None:
    trust = np.repeat(np.arange(10), 40)
    with pytest.raises(NotConverged, match="all had the event, or none had"):
        fit_random_intercept_logistic(
            CodedDesign.of_values({"x": np.arange(400) % 3}),
            (trust % 2).astype(np.uint8),
            column("trust", trust, 10),
        )


def test_a_point_where_the_likelihood_bends_upwards_is_no_top() -> None:
    with pytest.raises(NotConverged, match="no highest likelihood"):
        _inverse(np.diag([1.0, -1.0]), np.ones(2, np.bool_))


def test_a_planted_spread_and_odds_ratio_are_recovered() -> None:
    design, died, trust = made_up(10, rows=60_000, trusts=200, sd=0.4)
    fit = fit_random_intercept_logistic(design, died, trust)
    assert fit.intercept_sd_lower < 0.4 < fit.intercept_sd_upper
    # Five ages, 12,000 patients each: a coefficient of 1.2 good to about 0.03.
    assert fit.estimate("age 4").value == pytest.approx(1.2, abs=0.1)
    dose = fit.estimate({"dose": 1.0})
    assert dose.lower < 0.5 < dose.upper
    assert dose.organisations == 200


def test_a_trust_of_one_patient_and_one_without_any_are_no_trouble() -> None:
    design, died, trust = made_up(11, rows=2000, trusts=20)
    codes = trust.codes.copy()
    codes[0] = 20
    fit = fit_random_intercept_logistic(design, died, column("trust", codes, 22))
    assert fit.clusters == 21
    assert fit.cluster_modes[20] != 0
    assert fit.cluster_modes[21] == fit.cluster_spreads[21] == 0


def test_what_cannot_be_told_is_left_out_and_named() -> None:
    design, died, trust = made_up(12, rows=1500)
    plain = fit_random_intercept_logistic(design, died, trust)
    n = len(died)
    constant = CodedDesign.of_values({"fee": np.full(n, 3.0)})
    band = column("band", np.arange(n) % 3, 5)
    more = CodedDesign(
        (*design.columns, *constant.columns, band),
        (*design.terms, *constant.terms, factor_term("band", band, list("ABCDE"))),
    )
    fit = fit_random_intercept_logistic(more, died, trust)
    assert fit.dropped == ("fee", "band D", "band E")
    assert "fee, band D, band E" in fit.cautions[-1]
    assert set(fit.labels) == {*plain.labels, "band B", "band C"}
    with pytest.raises(InputError, match="`fee`: it was left out"):
        fit.estimate("fee")


def test_a_reference_level_without_rows_leaves_out_one_level_of_its_term() -> None:
    design, died, trust = made_up(13, rows=1500)
    band = column("band", 1 + np.arange(len(died)) % 2, 3)
    more = CodedDesign(
        (*design.columns, band),
        (*design.terms, factor_term("band", band, list("ABC"))),
    )
    fit = fit_random_intercept_logistic(more, died, trust)
    assert len(fit.dropped) == 1
    assert fit.dropped[0] in ("band B", "band C")


def test_terms_that_repeat_one_another_are_refused_by_name() -> None:
    design, died, trust = made_up(14, rows=1500)
    again = numeric_term("also sex", design.column("sex"), np.array([1.0, 3.0]))
    with pytest.raises(InputError, match="`also sex` is told already by sex"):
        fit_random_intercept_logistic(
            design.with_terms([*design.terms, again]), died, trust
        )


def test_a_level_without_events_has_no_finite_odds_ratio() -> None:
    design, died, trust = made_up(15, rows=1500)
    died[design.column("age").codes == 2] = 0
    with pytest.raises(NotConverged, match=r"`age 2` \(\d+ rows, none of them"):
        fit_random_intercept_logistic(design, died, trust)


def test_columns_that_separate_together_are_found_by_their_divergence() -> None:
    rng = np.random.default_rng(16)
    one, two = rng.integers(0, 3, (2, 900))
    # Each level of each column has both; but one above two always dies, below never.
    died = np.where(one == two, rng.integers(0, 2, 900), one > two).astype(np.uint8)
    design = CodedDesign.of_values({"one": one, "two": two})
    trust = column("trust", np.arange(900) % 9, 9)
    with pytest.raises(NotConverged, match=r"`(one|two)` has no finite value"):
        fit_random_intercept_logistic(design, died, trust)


@pytest.mark.parametrize(
    ("limit", "message"),
    [("MAXIMUM_STEPS", "did not settle"), ("MAXIMUM_HALVINGS", "no better step")],
)
def test_steps_that_lead_nowhere_end(
    limit: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    design, died, trust = made_up(23, rows=300)
    monkeypatch.setattr(f"candela.stats.intercept_climb.{limit}", 0)
    with pytest.raises(NotConverged, match=message):
        fit_random_intercept_logistic(design, died, trust)


def test_rows_that_hold_nothing_to_compare_are_refused() -> None:
    design, died, trust = made_up(17, rows=300)
    with pytest.raises(TooFewData, match="300 rows hold no events"):
        fit_random_intercept_logistic(design, died * np.uint8(0), trust)
    with pytest.raises(TooFewData, match="nothing but events"):
        fit_random_intercept_logistic(design, np.ones_like(died), trust)
    with pytest.raises(TooFewData, match="one trust alone"):
        fit_random_intercept_logistic(design, died, column("trust", np.zeros(300), 1))


def test_what_does_not_fit_together_is_refused() -> None:
    design, died, trust = made_up(18, rows=300)
    with pytest.raises(InputError, match="events and the design differ in length"):
        fit_random_intercept_logistic(design, died[:-1], trust)
    with pytest.raises(InputError, match="more events than trials"):
        fit_random_intercept_logistic(design, died + np.uint8(1), trust)
    with pytest.raises(InputError, match="more events than trials"):
        fit_random_intercept_logistic(
            design, died, trust, trials=np.zeros(300, np.uint32)
        )
    with pytest.raises(ValueError, match="odd and 1 to 25"):
        fit_random_intercept_logistic(design, died, trust, nodes=4)
    with pytest.raises(ValueError, match="unsigned"):
        fit_random_intercept_logistic(design, died.astype(float), trust)


def test_rows_are_not_shown_written_or_sent() -> None:
    design, died, trust = made_up(19, rows=300)
    rows = ClusteredRows.of(design, died, trust)
    assert repr(rows) == "ClusteredRows(300 rows, 40 clusters)"
    with pytest.raises(TypeError, match="not written or sent"):
        rows.__reduce__()


def test_more_clusters_and_levels_than_memory_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    design, died, trust = made_up(20, rows=300)
    monkeypatch.setattr("candela.stats.clustered_rows.LARGEST_BYTES", 1000)
    with pytest.raises(InputError, match="40 clusters and 7 coefficients are too many"):
        fit_random_intercept_logistic(design, died, trust)


def test_an_estimate_is_within_a_trust_and_believes_the_model() -> None:
    design, died, trust = made_up(21)
    fit = fit_random_intercept_logistic(design, died, trust)
    found = fit.estimate("sex 1")
    assert found.standard_error == pytest.approx(fit.standard_errors[-1])
    # 1.959964 standard errors to each side
    half = 1.959963984540054 * fit.standard_errors[-1]
    assert found.upper - found.value == pytest.approx(half)
    assert "conditional" in found.cautions[0]
    np.testing.assert_array_equal(
        fit.contrast({"sex 1": 2.0}), 2 * fit.contrast("sex 1")
    )
    by_hand = fit.estimate([0, 0, 0, 0, 0, 0, 1])
    assert by_hand == found
    with pytest.raises(InputError, match="the model has no such term"):
        fit.estimate("height")


def with_sd(sd: float) -> RandomInterceptLogisticFit:
    """Return a fit whose sd is this, between half and twice of it."""
    from dataclasses import replace

    return replace(
        fitted("cbpp", 1),
        intercept_sd=sd,
        intercept_sd_lower=sd / 2,
        intercept_sd_upper=2 * sd,
    )


def test_the_median_odds_ratio_of_larsen_and_merlo() -> None:
    # exp(sqrt(2 x 0.25) x 0.6745) = exp(0.4769) = 1.611
    found = median_odds_ratio(with_sd(0.5))
    assert found.value == pytest.approx(1.611, abs=5e-4)
    assert found.upper == pytest.approx(found.value**2)
    # By drawing: the median of exp(|u1 - u2|).
    draws = np.random.default_rng(22).normal(0, 0.5, (200_000, 2))
    middle = np.median(np.exp(np.abs(draws[:, 0] - draws[:, 1])))
    assert found.value == pytest.approx(float(middle), abs=0.01)


def test_the_share_of_variance_between_trusts() -> None:
    # 0.25 / (0.25 + 3.28987) = 0.07062
    assert variance_partition(with_sd(0.5)).value == pytest.approx(0.07062, abs=1e-5)


def test_an_odds_ratio_over_trusts_lies_nearer_to_1() -> None:
    conditional = fitted("admissions", 9).estimate("dose")
    marginal = marginal_from_conditional(conditional, 1.0, reference_risk=0.2)
    near = marginal_from_conditional(conditional, 1.0)
    # 1 / sqrt(1 + 0.346) = 0.862 of the log ratio
    assert near.value / conditional.value == pytest.approx(0.862, abs=5e-4)
    assert marginal.value == pytest.approx(near.value, rel=0.02)
    assert conditional.lower < marginal.lower < marginal.value < 0
    assert marginal.standard_error is None
    assert not any("conditional)" in caution for caution in marginal.cautions)


def test_the_integral_over_trusts_is_that_of_drawn_trusts() -> None:
    conditional = fitted("admissions", 9).estimate("age 4")
    found = marginal_from_conditional(conditional, 1.2, reference_risk=0.1)
    level = np.linspace(-10, 10, 20_001)
    density = np.exp(-(level**2) / 2)
    density /= density.sum()

    def risk(linear: float) -> float:
        return float(density @ (1 / (1 + np.exp(-(linear + 1.2 * level)))))

    low, high = -10.0, 10.0  # where the mean risk is 0.1, by halving
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if risk(middle) < 0.1 else (low, middle)
    raised = risk(low + conditional.value)
    expected = math.log(raised / (1 - raised)) - math.log(0.1 / 0.9)
    assert found.value == pytest.approx(expected, abs=1e-7)


def test_without_differences_between_trusts_both_odds_ratios_are_one() -> None:
    conditional = fitted("admissions", 1).estimate("dose")
    for risk in (None, 0.3):
        found = marginal_from_conditional(conditional, 0.0, reference_risk=risk)
        assert found.value == pytest.approx(conditional.value, abs=1e-10)


def test_impossible_questions_about_odds_over_trusts_are_refused() -> None:
    conditional = fitted("admissions", 1).estimate("dose")
    with pytest.raises(InputError, match="not a conditional log odds ratio"):
        marginal_from_conditional(conditional.exponentiated(), 1.0)
    with pytest.raises(InputError, match="0 or more"):
        marginal_from_conditional(conditional, -1.0)
    with pytest.raises(InputError, match="between 0 and 1"):
        marginal_from_conditional(conditional, 1.0, reference_risk=1.0)
