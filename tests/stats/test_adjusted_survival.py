"""Survival standardised over a cohort: against R, and against refits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from candela.errors import InputError
from candela.stats.adjusted_survival import adjusted_survival
from candela.stats.coded import CodeColumn, CodedDesign, factor_term
from candela.stats.cox import fit_cox
from stats_cases import reference_cases
from survival_cases import case_patients, days, levels, made_up_patients

CASES = {
    name: case
    for name, case in reference_cases(
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
    ).items()
    if "survival" in case["expected"]
}
DOSES = {"low": [-1.0], "high": [1.0]}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_average_of_curves_is_that_of_r(case: dict[str, Any]) -> None:
    rows = case_patients(case)
    fit = fit_cox(rows.design, rows.stop, rows.event, ties=case["ties"])
    expected = case["expected"]["survival"]
    found = adjusted_survival(fit, rows.design, "dose", DOSES, expected["days"])
    np.testing.assert_allclose(found.survival[0], expected["low"], rtol=1e-8)
    np.testing.assert_allclose(found.survival[1], expected["high"], rtol=1e-8)


@pytest.mark.parametrize("stratified", [False, True])
def test_intervals_are_those_of_leaving_out_one_cluster_at_a_time(
    stratified: bool,
) -> None:
    rows = made_up_patients(1, rows=900, trusts=60, spread=0.4, days_each=30)
    sex = levels("sex", np.arange(900) % 2)
    strata = sex if stratified else None
    given = (rows.design, "dose", DOSES, [20, 40])

    def at(keep: Any) -> Any:
        fit = fit_cox(rows.design, rows.stop, rows.event, strata=strata, keep=keep)
        return fit, adjusted_survival(fit, *given, over=np.ones(900, np.uint8))

    fit, _ = at(None)
    found = adjusted_survival(fit, *given, cluster=rows.trust)
    refits = []
    for g in range(60):
        keep = rows.trust.codes != g
        part = fit_cox(rows.design, rows.stop, rows.event, strata=strata, keep=keep)
        # The coefficients and the baseline change; the cohort averaged over must not.
        refits.append(_averaged_over_all(part, rows, sex.codes * int(stratified)))
    away = np.array(refits) - np.mean(refits, axis=0)
    expected = 59 / 60 * np.einsum("gkt,glt->tkl", away, away)
    for t in range(2):
        np.testing.assert_allclose(
            np.sqrt(np.diag(found.covariance[t])),
            np.sqrt(np.diag(expected[t])),
            rtol=0.05,  # a jackknife is a little wider than a sandwich
        )
    assert found.organisations == 60


def _averaged_over_all(fit: Any, rows: Any, stratum: Any) -> Any:
    age, dose = fit.coefficients
    centre = fit.rows.entries.centre
    values = rows.design.matrix()
    out = np.empty((2, 2))
    for k, given in enumerate((-1.0, 1.0)):
        relative = np.exp(
            (values[:, 0] - centre[0]) * age + (given - centre[1]) * dose - fit.at.shift
        )
        for t, day in enumerate((20, 40)):
            by_stratum = np.array(
                [
                    fit.at.hazard[(fit.rows.day <= day) & (fit.rows.stratum == s)].sum()
                    for s in range(fit.strata)
                ]
            )
            out[k, t] = np.exp(-by_stratum[stratum] * relative).mean()
    return out


def test_without_clusters_intervals_are_near_those_of_each_row_its_own() -> None:
    rows = made_up_patients(2, rows=1500)
    fit = fit_cox(rows.design, rows.stop, rows.event)
    given = (fit, rows.design, "dose", DOSES, [30, 60, 90])
    model = adjusted_survival(*given)
    person = CodeColumn("person", np.arange(1500, dtype=np.uint16), 1500)
    own = adjusted_survival(*given, cluster=person)
    # Two estimates of one spread, from 1,500 rows: several per cent apart by chance.
    np.testing.assert_allclose(model.standard_error, own.standard_error, rtol=0.1)
    assert (model.lower < model.survival).all()
    assert (model.survival < model.upper).all()


def test_with_no_covariate_and_one_class_it_is_the_baseline_with_its_interval() -> None:
    # Half of the rows have x = 1 and its coefficient is 0 by symmetry: each row with
    # x = 1 has a twin.  Breslow: H = sum of d/n, with variance sum of d/n**2.
    stop = np.repeat([1, 2, 3, 4], 2)
    design = CodedDesign.of_values({"x": np.tile([0.0, 1.0], 4)})
    fit = fit_cox(
        design,
        days("stop", stop),
        np.repeat([1, 1, 0, 1], 2).astype(np.uint8),
        ties="breslow",
    )
    assert fit.coefficients[0] == pytest.approx(0, abs=1e-12)
    found = adjusted_survival(fit, design, "x", {"half": [0.5]}, [0, 2])
    hazard = 2 / 8 + 2 / 6
    assert found.survival[0].tolist() == pytest.approx([1, np.exp(-hazard)])
    error = np.exp(-hazard) * np.sqrt(2 / 8**2 + 2 / 6**2)
    assert found.standard_error[0].tolist() == pytest.approx([0, error])
    assert found.lower[0, 0] == found.upper[0, 0] == 1


def test_a_difference_is_between_two_classes_on_one_day() -> None:
    rows = made_up_patients(3)
    group = levels("class", rows.trust.codes % 3)
    design = CodedDesign(
        (*rows.design.columns, group),
        (rows.design.terms[0], factor_term("class", group, ["a", "b", "c"])),
    )
    fit = fit_cox(design, rows.stop, rows.event)
    classes = {"a": [0, 0], "b": [1, 0], "c": [0, 1]}
    found = adjusted_survival(fit, design, "class", classes, [50], cluster=rows.trust)
    gap = found.difference("c", "a", 50)
    assert gap.value == pytest.approx(found.survival[2, 0] - found.survival[0, 0])
    v = found.covariance[0]
    assert gap.standard_error == pytest.approx(np.sqrt(v[2, 2] + v[0, 0] - 2 * v[0, 2]))
    assert gap.scale == "difference"
    assert gap.organisations == 20
    with pytest.raises(InputError, match="no class `d`"):
        found.difference("d", "a", 50)
    with pytest.raises(InputError, match="not worked out to day 51"):
        found.difference("b", "a", 51)
    with pytest.raises(InputError, match="needs 2 numbers"):
        adjusted_survival(fit, design, "class", {"a": [0]}, [50])
    with pytest.raises(InputError, match="no term `stage`"):
        adjusted_survival(fit, design, "stage", classes, [50])


def test_rows_that_begin_late_are_not_averaged_over() -> None:
    rows = made_up_patients(4)
    begun = np.where(np.arange(600) < 500, 0, rows.stop.codes - 1)
    fit = fit_cox(rows.design, rows.stop, rows.event, start=days("start", begun))
    found = adjusted_survival(fit, rows.design, "dose", DOSES, [50])
    late = int((begun[500:] > 0).sum())
    assert found.rows == 600 - late
