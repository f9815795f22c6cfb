"""Cox models: the numbers of R's survival, and rows that cannot be modelled."""

from __future__ import annotations

import math
import pickle
from typing import Any

import numpy as np
import pytest

from candela.errors import InputError, NotConverged, TooFewData
from candela.stats.coded import CodeColumn, CodedDesign, Term, factor_term
from candela.stats.cox import concordance, fit_cox
from candela.stats.cox_likelihood import risk_sets
from candela.stats.cox_robust import cox_robust
from candela.stats.cox_rows import laid_out
from candela.stats.proportional_hazards import zph
from stats_cases import reference_cases
from survival_cases import Patients, case_patients, days, levels, made_up_patients

CASES = reference_cases(
    "cox",
    {
        "few ties",
        "many ties",
        "many ties, breslow",
        "strata",
        "start-stop",
        "start-stop, breslow",
        "start-stop, strata",
    },
)


def fitted(case: dict[str, Any]) -> tuple[Patients, Any]:
    rows = case_patients(case, by_sex="strata" in case["name"])
    fit = fit_cox(
        rows.design, rows.stop, rows.event, ties=case["ties"], **rows.fit_arguments()
    )
    return rows, fit


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_fit_is_that_of_r(case: dict[str, Any]) -> None:
    _, fit = fitted(case)
    expected = case["expected"]
    # R stops a step earlier; both are within rounding of the maximum.
    np.testing.assert_allclose(fit.coefficients, expected["coefficients"], rtol=1e-7)
    np.testing.assert_allclose(fit.covariance, expected["covariance"], rtol=1e-7)
    null, best = expected["log_likelihood"]
    assert fit.null_log_likelihood == pytest.approx(null, rel=1e-11)
    assert fit.log_likelihood == pytest.approx(best, rel=1e-11)
    assert fit.score_statistic == pytest.approx(expected["score"], rel=1e-8)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_cluster_robust_covariance_is_that_of_r(case: dict[str, Any]) -> None:
    rows, fit = fitted(case)
    robust = cox_robust(fit, rows.trust, kind="plain")
    np.testing.assert_allclose(
        robust.covariance, case["expected"]["robust"], rtol=1e-6, atol=1e-12
    )


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_concordance_is_that_of_r(case: dict[str, Any]) -> None:
    _, fit = fitted(case)
    assert concordance(fit) == pytest.approx(case["expected"]["concordance"], abs=1e-12)


@pytest.mark.parametrize("scale", ["km", "identity", "log", "rank"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_tests_of_proportional_hazards_are_those_of_r(
    case: dict[str, Any], scale: Any
) -> None:
    rows, fit = fitted(case)
    found = [test.statistic for test in zph(fit, rows.design, scale=scale)]
    np.testing.assert_allclose(found, case["expected"]["zph"][scale], rtol=1e-6)


def test_efron_sees_deaths_of_one_day_leave_one_after_another() -> None:
    # x = 1, 0, 0; the first two die on day 1, the third lives: with h = exp(b) the
    # likelihood is h / ((h + 2) (h + 2 - (h + 1)/2)) = 2 h / ((h + 2) (h + 3)), at its
    # highest where h squared is 6.  Breslow: h / (h + 2)**2, where h is 2.
    design = CodedDesign.of_values({"x": [1.0, 0.0, 0.0]})
    event = np.array([1, 1, 0], np.uint8)
    efron = fit_cox(design, days("stop", [1, 1, 2]), event)
    assert efron.coefficients[0] == pytest.approx(math.log(6) / 2)
    h = math.sqrt(6)
    assert efron.log_likelihood == pytest.approx(math.log(2 * h / ((h + 2) * (h + 3))))
    breslow = fit_cox(design, days("stop", [1, 1, 2]), event, ties="breslow")
    assert breslow.coefficients[0] == pytest.approx(math.log(2))


def test_a_row_cut_in_two_without_a_change_changes_nothing() -> None:
    rows = made_up_patients(1)
    whole = fit_cox(rows.design, rows.stop, rows.event)
    stop = rows.stop.codes.astype(int)
    cut = np.flatnonzero(stop > 1)
    middle = stop[cut] // 2
    twice = np.concatenate([np.arange(len(stop)), cut])
    columns = tuple(
        CodeColumn(c.name, c.codes[twice], c.levels) for c in rows.design.columns
    )
    first = stop.copy()
    first[cut] = middle
    event = rows.event.copy()
    event[cut] = 0
    parts = fit_cox(
        CodedDesign(columns, rows.design.terms),
        days("stop", np.concatenate([first, stop[cut]])),
        np.concatenate([event, rows.event[cut]]),
        start=days("start", np.concatenate([np.zeros(len(stop)), middle])),
    )
    np.testing.assert_allclose(parts.coefficients, whole.coefficients, rtol=1e-9)
    np.testing.assert_allclose(parts.covariance, whole.covariance, rtol=1e-9)
    trust = CodeColumn("trust", rows.trust.codes[twice], rows.trust.levels)
    np.testing.assert_allclose(
        cox_robust(parts, trust).covariance,
        cox_robust(whole, rows.trust).covariance,
        rtol=1e-8,
    )


def test_the_order_of_rows_and_where_a_number_starts_change_nothing() -> None:
    rows = made_up_patients(2)
    one = fit_cox(rows.design, rows.stop, rows.event)
    mixed = np.random.default_rng(3).permutation(len(rows.event))
    columns = tuple(
        CodeColumn(c.name, c.codes[mixed], c.levels) for c in rows.design.columns
    )
    age, dose = rows.design.terms
    shifted = Term("age", age.column, age.labels, age.basis + 2e6)
    two = fit_cox(
        CodedDesign(columns, (shifted, dose)),
        CodeColumn("stop", rows.stop.codes[mixed], rows.stop.levels),
        rows.event[mixed],
    )
    np.testing.assert_allclose(one.coefficients, two.coefficients, rtol=1e-8)
    np.testing.assert_allclose(one.covariance, two.covariance, rtol=1e-8)


def test_rows_that_are_not_kept_might_as_well_not_be_there() -> None:
    rows = made_up_patients(4)
    keep = (np.arange(len(rows.event)) % 3 > 0).astype(np.uint8)
    chosen = np.flatnonzero(keep)
    columns = tuple(
        CodeColumn(c.name, c.codes[chosen], c.levels) for c in rows.design.columns
    )
    one = fit_cox(rows.design, rows.stop, rows.event, keep=keep)
    two = fit_cox(
        CodedDesign(columns, rows.design.terms),
        CodeColumn("stop", rows.stop.codes[chosen], rows.stop.levels),
        rows.event[chosen],
    )
    np.testing.assert_array_equal(one.coefficients, two.coefficients)
    assert one.observations == len(chosen)


def test_events_expected_of_trusts_add_up_to_those_observed() -> None:
    rows = made_up_patients(5)
    fit = fit_cox(rows.design, rows.stop, rows.event)
    assert fit.expected_by(rows.trust).sum() == pytest.approx(rows.event.sum())
    assert fit.observed_by(rows.trust).sum() == rows.event.sum()


def test_an_estimate_is_a_log_ratio_and_says_what_it_takes_for_granted() -> None:
    rows = made_up_patients(6)
    fit = fit_cox(rows.design, rows.stop, rows.event)
    found = fit.estimate("dose")
    assert found.value == fit.coefficients[1]
    assert found.standard_error == pytest.approx(math.sqrt(fit.covariance[1, 1]))
    assert "independent" in found.cautions[0]
    both = fit.estimate({"age": 10, "dose": -1})
    assert both.value == pytest.approx(10 * fit.coefficients[0] - fit.coefficients[1])
    with pytest.raises(InputError, match="no coefficient of `stage`"):
        fit.estimate("stage")


def test_a_level_without_rows_and_a_constant_are_left_out_and_named() -> None:
    rows = made_up_patients(7)
    stage = CodeColumn("stage", (rows.trust.codes % 2).astype(np.uint8), 4)
    constant = CodeColumn("site", np.zeros(len(rows.event), np.uint8), 1)
    terms = (
        *rows.design.terms,
        factor_term("stage", stage, ["1", "2", "3", "unknown"]),
        Term("site", "site", ("site",), np.array([[3.0]])),
    )
    design = CodedDesign((*rows.design.columns, stage, constant), terms)
    fit = fit_cox(design, rows.stop, rows.event)
    assert fit.labels == ("age", "dose", "stage 2")
    assert fit.dropped == ("stage 3", "stage unknown", "site")
    assert "stage unknown" in fit.estimate("dose").cautions[-1]
    assert cox_robust(fit, rows.trust).covariance.shape == (3, 3)


def test_columns_that_repeat_each_other_are_refused_by_name() -> None:
    rows = made_up_patients(8)
    age = rows.design.terms[0]
    again = Term("years", age.column, ("years",), 2 * age.basis + 1)
    design = rows.design.with_terms([*rows.design.terms, again])
    with pytest.raises(InputError, match="age, years say the same"):
        fit_cox(design, rows.stop, rows.event)


@pytest.mark.parametrize("spared", [0, 1])
def test_a_group_in_which_nobody_dies_is_named(spared: int) -> None:
    rows = made_up_patients(9)
    group = levels("route", np.arange(len(rows.event)) % 2)
    event = np.where(group.codes == spared, 0, rows.event).astype(np.uint8)
    design = CodedDesign(
        (*rows.design.columns, group),
        (*rows.design.terms, factor_term("route", group, ["planned", "emergency"])),
    )
    with pytest.raises(NotConverged, match="route emergency has no finite value"):
        fit_cox(design, rows.stop, event)


def test_without_events_or_rows_there_is_nothing_to_fit() -> None:
    rows = made_up_patients(10)
    with pytest.raises(TooFewData, match="none of 600 rows has an event"):
        fit_cox(rows.design, rows.stop, np.zeros(600, np.uint8))
    with pytest.raises(TooFewData, match="no row is left"):
        fit_cox(rows.design, rows.stop, rows.event, keep=np.zeros(600, np.uint8))


def test_rows_that_make_no_sense_are_refused_and_counted() -> None:
    rows = made_up_patients(11)
    start = CodeColumn("start", rows.stop.codes.copy(), rows.stop.levels)
    start.codes[5:] = 0
    with pytest.raises(InputError, match="5 rows end on the day they begin"):
        fit_cox(rows.design, rows.stop, rows.event, start=start)
    with pytest.raises(InputError, match="other numbers were given"):
        fit_cox(rows.design, rows.stop, rows.event + np.uint8(1))
    with pytest.raises(InputError, match="599 events are given for 600 rows"):
        fit_cox(rows.design, rows.stop, rows.event[1:])
    beyond = CodeColumn("stop", rows.stop.codes, 3)
    with pytest.raises(InputError, match="stop holds a code beyond its 3 levels"):
        fit_cox(rows.design, beyond, rows.event)


def test_all_events_on_one_day_can_be_fitted_but_not_followed_over_time() -> None:
    rows = made_up_patients(12)
    stop = days("stop", np.where(rows.event == 1, 7, 9))
    fit = fit_cox(rows.design, stop, rows.event)
    assert fit.rows.cells == 1
    with pytest.raises(TooFewData, match="one day"):
        zph(fit)


def test_an_event_on_day_0_counts() -> None:
    design = CodedDesign.of_values({"x": [1.0, 0.0, 0.0]})
    fit = fit_cox(design, days("stop", [0, 0, 1]), np.array([1, 1, 0], np.uint8))
    assert fit.coefficients[0] == pytest.approx(math.log(6) / 2)


def test_a_person_with_a_huge_linear_predictor_overflows_nothing() -> None:
    x = np.array([0.0, 300.0, 800.0, 100.0, 500.0, 0.0])
    fit = fit_cox(
        CodedDesign.of_values({"x": x}),
        days("stop", [3, 2, 1, 4, 6, 5]),
        np.array([1, 1, 1, 0, 1, 0], np.uint8),
    )
    assert np.isfinite(fit.coefficients).all()


def test_rows_about_people_are_neither_shown_nor_written() -> None:
    rows = made_up_patients(13)
    fit = fit_cox(rows.design, rows.stop, rows.event)
    assert "rows" not in repr(fit)
    assert repr(fit.rows) == f"CoxRows(600 rows, {fit.rows.cells} cells, 2 columns)"
    with pytest.raises(TypeError, match="not written"):
        pickle.dumps(fit)


def test_risk_sets_whose_weights_vanish_do_not_stop_a_fit() -> None:
    # At beta = 1 those who die later weigh exp(-900), 0 in double precision, beside the
    # first: the death on day 2 sees nobody at risk, and the likelihood is not finite.
    rows = laid_out(
        CodedDesign.of_values({"x": [900.0, 0.0, 0.0]}),
        days("stop", [1, 2, 3]),
        np.array([1, 1, 0], np.uint8),
    )
    far = risk_sets(rows, np.array([1.0]), "efron")
    assert not math.isfinite(far.log_likelihood)
    assert math.isfinite(risk_sets(rows, np.array([0.5]), "efron").log_likelihood)
