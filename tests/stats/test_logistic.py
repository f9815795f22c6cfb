"""Logistic models of coded rows: the numbers of R, and what rows cannot tell."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from candela.errors import InputError, NotConverged, TooFewData
from candela.stats.coded import CodeColumn, CodedDesign, Term, factor_term
from candela.stats.logistic import expected_by, fit_logistic, predicted_risks
from stats_cases import reference_cases

CASES = reference_cases(
    "logistic", {"rows", "rows of few trusts", "cells", "groups", "risks"}
)
FACTORS = ("age", "sex", "group")


def columns_of(case: dict[str, Any]) -> dict[str, npt.NDArray[np.float64]]:
    return {key: np.array(values) for key, values in case["data"].items()}


def design_of(case: dict[str, Any]) -> CodedDesign:
    data = columns_of(case)
    return CodedDesign.of_values(
        {"dose": data["dose"]}, {name: data[name] for name in FACTORS}
    )


def made_up(seed: int, rows: int) -> tuple[CodedDesign, npt.NDArray[np.uint8]]:
    rng = np.random.default_rng(seed)
    design = CodedDesign.of_values(
        {"dose": rng.integers(0, 9, rows) / 4},
        {"age": rng.integers(0, 5, rows), "sex": rng.integers(0, 2, rows)},
    )
    eta = design.matrix() @ rng.normal(0, 0.4, len(design.labels)) - 1.5
    return design, (rng.random(rows) < 1 / (1 + np.exp(-eta))).astype(np.uint8)


@pytest.mark.parametrize("name", ["rows", "rows of few trusts"])
def test_a_fit_to_rows_is_that_of_glm(name: str) -> None:
    case = CASES[name]
    events = np.array(case["data"]["y"], np.uint8)
    fit = fit_logistic(design_of(case), events)
    expected = case["expected"]
    np.testing.assert_allclose(fit.coefficients, expected["coefficients"], rtol=1e-9)
    # Information is taken one step before the last, of less than 1e-7.
    np.testing.assert_allclose(fit.covariance, expected["covariance"], rtol=1e-7)
    assert fit.log_likelihood == pytest.approx(expected["log_likelihood"], rel=1e-12)
    assert fit.null_log_likelihood == pytest.approx(
        expected["null_log_likelihood"], rel=1e-12
    )
    assert (fit.observations, fit.events) == (len(events), events.sum())


def test_a_fit_to_cells_is_that_of_glm() -> None:
    case = CASES["cells"]
    events = np.array(case["data"]["y"], np.uint32)
    trials = np.array(case["data"]["n"], np.uint32)
    fit = fit_logistic(design_of(case), events, trials=trials)
    expected = case["expected"]
    np.testing.assert_allclose(fit.coefficients, expected["coefficients"], rtol=1e-9)
    np.testing.assert_allclose(fit.covariance, expected["covariance"], rtol=1e-7)
    assert fit.observations == trials.sum()


def test_many_rows_give_the_answer_of_the_design_matrix() -> None:
    # Enough rows for a sample to start from, for chunks, and too many cells to count.
    rng = np.random.default_rng(7)
    rows = 600_000
    levels = {"trust": 90, "group": 40, "age": 20}
    columns = tuple(
        CodeColumn(name, rng.integers(0, n, rows, dtype=np.uint8), n)
        for name, n in levels.items()
    )
    terms = [factor_term(c.name, c, [str(k) for k in range(c.levels)]) for c in columns]
    design = CodedDesign(columns, tuple(terms))
    eta = np.full(rows, -2.0)
    for column in columns:
        eta += rng.normal(0, 0.5, column.levels)[column.codes]
    events = (rng.random(rows) < 1 / (1 + np.exp(-eta))).astype(np.uint8)
    fit = fit_logistic(design, events)
    # At the maximum the score is 0: observed equals expected at every level.
    for column in columns:
        seen = np.bincount(column.codes, events, column.levels)
        np.testing.assert_allclose(expected_by(fit, design, column), seen, rtol=1e-9)
    again = fit_logistic(design, events)
    assert (fit.coefficients == again.coefficients).all()


def test_the_answer_does_not_depend_on_how_many_threads_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    design, events = made_up(3, 300_000)
    column = CodeColumn("row", (np.arange(300_000) % 60_000).astype(np.uint16), 60_000)
    design = CodedDesign((*design.columns, column), design.terms)
    steep = Term("row", "row", ("row",), np.linspace(0, 1, 60_000)[:, None])
    design = design.with_terms([*design.terms, steep])
    found = []
    for threads in (1, 2, 5):
        monkeypatch.setattr(
            "candela.stats.coded_sums.thread_count", lambda n=threads: n
        )
        found.append(fit_logistic(design, events))
    for other in found[1:]:
        assert (other.coefficients == found[0].coefficients).all()
        assert (other.covariance == found[0].covariance).all()
        assert other.log_likelihood == found[0].log_likelihood


def test_rows_left_out_are_as_if_they_were_not_there() -> None:
    design, events = made_up(4, 3000)
    keep = (np.arange(3000) % 3 > 0).astype(np.uint8)
    some = fit_logistic(design, events, keep=keep)
    chosen = keep > 0
    columns = tuple(
        CodeColumn(c.name, c.codes[chosen], c.levels) for c in design.columns
    )
    alone = fit_logistic(CodedDesign(columns, design.terms), events[chosen])
    np.testing.assert_allclose(some.coefficients, alone.coefficients, rtol=1e-10)
    np.testing.assert_allclose(some.covariance, alone.covariance, rtol=1e-8)
    assert some.observations == chosen.sum()


def test_cells_of_rows_alike_give_the_answer_of_the_rows() -> None:
    design, events = made_up(5, 4000)
    plain = fit_logistic(design, events)
    X = design.matrix()
    cells, member = np.unique(X, axis=0, return_inverse=True)
    member = member.ravel()
    first = np.array([np.flatnonzero(member == k)[0] for k in range(len(cells))])
    columns = tuple(
        CodeColumn(c.name, c.codes[first], c.levels) for c in design.columns
    )
    counted = fit_logistic(
        CodedDesign(columns, design.terms),
        np.bincount(member, events).astype(np.uint32),
        trials=np.bincount(member).astype(np.uint32),
    )
    np.testing.assert_allclose(plain.coefficients, counted.coefficients, rtol=1e-10)
    assert plain.log_likelihood == pytest.approx(counted.log_likelihood, rel=1e-12)


def test_large_numbers_that_hardly_vary_lose_no_digits() -> None:
    # A calendar year and a dose of millions, as they come.
    rng = np.random.default_rng(6)
    year, dose = rng.integers(2005, 2011, 2000), 1e6 * rng.integers(1, 9, 2000)
    events = (rng.random(2000) < 0.2 + 0.02 * (year - 2005)).astype(np.uint8)
    plain = CodedDesign.of_values({"year": year - 2007.0, "dose": dose / 1e6})
    large = CodedDesign.of_values({"year": year, "dose": dose})
    one, two = fit_logistic(plain, events), fit_logistic(large, events)
    assert two.coefficient("year") == pytest.approx(one.coefficient("year"), rel=1e-9)
    assert 1e6 * two.coefficient("dose") == pytest.approx(
        one.coefficient("dose"), rel=1e-9
    )
    assert two.standard_errors[1] == pytest.approx(one.standard_errors[1], rel=1e-8)


def test_expected_and_observed_agree_where_the_model_has_a_coefficient() -> None:
    design, events = made_up(8, 2000)
    fit = fit_logistic(design, events)
    age = design.column("age")
    risk = predicted_risks(fit, design)
    np.testing.assert_allclose(
        expected_by(fit, design, age), np.bincount(age.codes, events), rtol=1e-9
    )
    np.testing.assert_allclose(
        expected_by(fit, design, age), np.bincount(age.codes, risk), rtol=1e-12
    )
    half = np.full(2000, 2, np.uint32)
    np.testing.assert_allclose(
        expected_by(fit, design, age, trials=half),
        2 * expected_by(fit, design, age),
        rtol=1e-12,
    )


def test_a_level_without_rows_is_left_out_and_named() -> None:
    design, events = made_up(9, 2000)
    keep = (design.column("age").codes != 3).astype(np.uint8)
    fit = fit_logistic(design, events, keep=keep)
    assert fit.dropped == ("age 3",)
    assert "age 3" in fit.cautions[0]
    with pytest.raises(InputError, match="left out"):
        fit.estimate("age 3")
    # Rows of that level can still be predicted, as of the reference.
    assert np.isfinite(predicted_risks(fit, design)).all()


def test_without_the_reference_level_another_takes_its_place() -> None:
    design, events = made_up(10, 2000)
    keep = (design.column("age").codes != 0).astype(np.uint8)
    fit = fit_logistic(design, events, keep=keep)
    assert fit.dropped == ("age 4",)
    assert np.isfinite(fit.standard_errors).all()


def test_a_column_that_does_not_vary_is_left_out_and_named() -> None:
    design, events = made_up(11, 500)
    same = CodeColumn("stage", np.zeros(500, np.uint8), 1)
    term = Term("stage", "stage", ("stage",), np.array([[7.0]]))
    wider = CodedDesign((*design.columns, same), (*design.terms, term))
    fit = fit_logistic(wider, events)
    assert fit.dropped == ("stage",)
    np.testing.assert_allclose(
        fit.coefficients, fit_logistic(design, events).coefficients, rtol=1e-10
    )


def test_terms_that_repeat_one_another_are_refused_by_name() -> None:
    design, events = made_up(12, 500)
    age = design.column("age")
    linear = Term("age in years", "age", ("age in years",), np.arange(5.0)[:, None])
    with pytest.raises(InputError, match="`age in years` is told already by age"):
        fit_logistic(design.with_terms([*design.terms, linear]), events)
    assert age.levels == 5


@pytest.mark.parametrize(("value", "words"), [(0, "none"), (1, "all")])
def test_a_level_where_all_rows_end_alike_is_refused_by_name(
    value: int, words: str
) -> None:
    design, events = made_up(13, 2000)
    at = design.column("age").codes == 2
    events[at] = value
    expected = rf"`age 2` \({at.sum()} rows, {words} of them with the event\)"
    with pytest.raises(NotConverged, match=expected):
        fit_logistic(design, events)


def test_a_reference_level_without_events_is_refused_by_name() -> None:
    design, events = made_up(14, 2000)
    events[design.column("sex").codes == 0] = 0
    with pytest.raises(NotConverged, match="`sex, reference level`"):
        fit_logistic(design, events)


def test_a_number_that_tells_events_apart_completely_is_refused_by_name() -> None:
    design, _ = made_up(15, 500)
    dose = design.column("dose")
    with pytest.raises(NotConverged, match="`dose` has no finite value"):
        fit_logistic(design, (dose.codes > 4).astype(np.uint8))


@pytest.mark.parametrize(("value", "words"), [(0, "none of 500"), (1, "all of 500")])
def test_events_in_no_row_or_all_of_them_are_too_few_data(
    value: int, words: str
) -> None:
    design, _ = made_up(16, 500)
    with pytest.raises(TooFewData, match=words):
        fit_logistic(design, np.full(500, value, np.uint8))


def test_no_rows_left_is_too_few_data() -> None:
    design, events = made_up(17, 500)
    with pytest.raises(TooFewData, match="no rows are left"):
        fit_logistic(design, events, keep=np.zeros(500, np.uint8))


def test_more_events_than_trials_are_refused() -> None:
    design, _ = made_up(18, 10)
    with pytest.raises(InputError, match="more events than trials"):
        fit_logistic(
            design, np.full(10, 3, np.uint32), trials=np.full(10, 2, np.uint32)
        )


def test_columns_of_two_lengths_are_refused() -> None:
    design, events = made_up(19, 500)
    with pytest.raises(InputError, match="lengths"):
        fit_logistic(design, events[1:])


def test_a_model_of_the_intercept_alone_is_the_overall_risk() -> None:
    events = np.array([1, 0, 0, 0], np.uint8)
    fit = fit_logistic(CodedDesign((), ()), events)
    # log(1/3), with variance 1/1 + 1/3.
    assert fit.coefficients[0] == pytest.approx(np.log(1 / 3))
    assert fit.covariance[0, 0] == pytest.approx(4 / 3)
    assert fit.log_likelihood == pytest.approx(fit.null_log_likelihood)


def test_an_estimate_of_the_model_says_what_it_believes() -> None:
    design, events = made_up(20, 2000)
    fit = fit_logistic(design, events)
    found = fit.estimate("dose")
    assert found.value == fit.coefficient("dose")
    assert found.standard_error == pytest.approx(fit.standard_errors[1])
    assert (found.upper - found.lower) / 2 == pytest.approx(
        1.959964 * found.standard_error, rel=1e-6
    )
    assert "takes patients as independent" in found.cautions[0]
    apart = fit.estimate({"age 1": 1, "age 2": -1})
    assert apart.value == pytest.approx(
        fit.coefficient("age 1") - fit.coefficient("age 2")
    )
    with pytest.raises(InputError, match="no such term"):
        fit.estimate("height")


def test_no_rows_are_shown_when_a_design_is() -> None:
    design, events = made_up(21, 100)
    shown = repr(design.columns[0])
    assert "100 rows" in shown
    assert "array" not in shown
    assert "array" not in str(fit_logistic(design, events).labels)
