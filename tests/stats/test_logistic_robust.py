"""Logistic models by cluster, and standardised risks: R, and the long way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from candela.errors import TooFewData
from candela.stats.coded import CodeColumn, CodedDesign
from candela.stats.logistic import fit_logistic, predicted_risks
from candela.stats.logistic_robust import robust_logistic, sums_by_cluster
from candela.stats.standardised import risks
from stats_cases import reference_cases

CASES = reference_cases(
    "logistic", {"rows", "rows of few trusts", "cells", "groups", "risks"}
)


def of_case(name: str) -> tuple[CodedDesign, Any, CodeColumn, dict[str, Any]]:
    case = CASES[name]
    data = {key: np.array(values) for key, values in case["data"].items()}
    design = CodedDesign.of_values(
        {"dose": data["dose"]}, {k: data[k] for k in ("age", "sex", "group")}
    )
    trusts = int(data["trust"].max()) + 1
    cluster = CodeColumn("trust", data["trust"].astype(np.uint8), trusts)
    return design, data["y"].astype(np.uint8), cluster, case["expected"]


@pytest.mark.parametrize("name", ["rows", "rows of few trusts"])
def test_cr1_is_that_of_sandwich(name: str) -> None:
    design, events, cluster, expected = of_case(name)
    fit = fit_logistic(design, events)
    found = robust_logistic(fit, design, events, cluster, kind="cr1")
    np.testing.assert_allclose(found.covariance, expected["hc1"], rtol=1e-6)
    assert found.degrees_of_freedom(np.eye(len(fit.labels))[1]) == found.n_clusters - 1


@pytest.mark.parametrize("name", ["rows", "rows of few trusts"])
def test_cr2_is_that_of_clubsandwich_for_the_last_least_squares_fit(name: str) -> None:
    design, events, cluster, expected = of_case(name)
    fit = fit_logistic(design, events)
    found = robust_logistic(fit, design, events, cluster, kind="cr2")
    scale = np.sqrt(np.outer(*[np.diag(expected["cr2"])] * 2))
    away = np.abs(found.covariance - expected["cr2"]) / scale
    assert away.max() < 1e-6
    freedom = [found.degrees_of_freedom(row) for row in np.eye(len(fit.labels))]
    np.testing.assert_allclose(freedom, expected["cr2_freedom"], rtol=1e-5)


def test_the_other_root_that_clubsandwich_takes_for_a_glm_differs_little() -> None:
    design, events, cluster, expected = of_case("rows")
    fit = fit_logistic(design, events)
    found = robust_logistic(fit, design, events, cluster, kind="cr2")
    ours = np.sqrt(np.diag(found.covariance))
    theirs = np.sqrt(np.diag(expected["cr2_of_glm"]))
    np.testing.assert_allclose(ours, theirs, rtol=0.02)
    assert np.abs(ours / theirs - 1).max() > 1e-6


def test_sums_by_cluster_add_up_to_those_of_the_fit() -> None:
    design, events, cluster, _ = of_case("rows")
    fit = fit_logistic(design, events)
    sums = sums_by_cluster(fit, design, events, cluster)
    np.testing.assert_allclose(sums.score.sum(axis=0), 0, atol=1e-8)
    whole = np.linalg.inv(sums.information.sum(axis=0))
    np.testing.assert_allclose(whole, fit.covariance, rtol=1e-6, atol=1e-12)
    # Codes begin at 1 in this case: level 0 has no rows and is no cluster.
    assert sums.levels.tolist() == list(range(1, cluster.levels))


def test_the_jackknife_is_that_of_leaving_clusters_out_by_one_step() -> None:
    design, events, cluster, _ = of_case("rows")
    fit = fit_logistic(design, events)
    found = robust_logistic(fit, design, events, cluster, kind="jackknife")
    sums = sums_by_cluster(fit, design, events, cluster)
    information = np.linalg.inv(fit.covariance)
    moved = np.array(
        [
            np.linalg.solve(information - own, score)
            for own, score in zip(sums.information, sums.score, strict=True)
        ]
    )
    clusters = len(moved)
    expected = (clusters - 1) / clusters * moved.T @ moved
    np.testing.assert_allclose(found.covariance, expected, rtol=1e-6, atol=1e-10)


def test_rows_of_cells_have_the_covariance_of_the_rows_they_stand_for() -> None:
    design, events, cluster, _ = of_case("rows")
    fit = fit_logistic(design, events)
    plain = robust_logistic(fit, design, events, cluster, kind="cr2")
    twice = np.full(len(events), 2, np.uint32)
    doubled = fit_logistic(design, 2 * events.astype(np.uint32), trials=twice)
    found = robust_logistic(
        doubled, design, 2 * events.astype(np.uint32), cluster, kind="cr2", trials=twice
    )
    # Twice the score and twice the information: the same sandwich.
    np.testing.assert_allclose(found.covariance, plain.covariance, rtol=1e-6)


def test_a_contrast_of_one_cluster_alone_is_refused() -> None:
    _, events, cluster, _ = of_case("rows")
    own = CodedDesign.of_values({}, {"trust": cluster.codes, "sex": events * 0 + 1})
    fit = fit_logistic(own, events)
    found = robust_logistic(fit, own, events, cluster, kind="cr1")
    assert found.clusters_alone == cluster.levels - 1
    with pytest.raises(TooFewData, match="single cluster"):
        fit.estimate("trust 3", covariance=found)


def test_a_cluster_of_one_row_and_an_empty_one_are_no_trouble() -> None:
    design, events, cluster, _ = of_case("rows")
    codes = cluster.codes.copy()
    codes[5] = cluster.levels
    lone = CodeColumn("trust", codes, cluster.levels + 2)
    fit = fit_logistic(design, events)
    for kind in ("cr1", "cr2", "jackknife"):
        found = robust_logistic(fit, design, events, lone, kind=kind)  # type: ignore[arg-type]
        assert found.n_clusters == 13
        assert np.isfinite(found.covariance).all()


def test_one_cluster_is_too_few() -> None:
    design, events, _, _ = of_case("rows")
    fit = fit_logistic(design, events)
    one = CodeColumn("trust", np.zeros(len(events), np.uint8), 3)
    with pytest.raises(TooFewData, match="two at least"):
        robust_logistic(fit, design, events, one, kind="cr1")


def test_standardised_risks_are_those_of_the_long_way_in_r() -> None:
    case = CASES["risks"]
    data = {key: np.array(values) for key, values in case["data"].items()}
    design = CodedDesign.of_values({}, {k: data[k] for k in ("third", "age", "sex")})
    fit = fit_logistic(design, data["y"].astype(np.uint8))
    classes = {"low": [0.0, 0.0], "middle": [1.0, 0.0], "high": [0.0, 1.0]}
    found = risks(fit, design, "third", classes)
    expected = case["expected"]
    np.testing.assert_allclose(found.risks, expected["risks"], rtol=1e-9)
    apart = found.difference("high", "low")
    assert apart.standard_error == pytest.approx(expected["difference_error"], rel=1e-6)
    odds = found.odds_ratio("high", "low")
    assert odds.value == pytest.approx(expected["log_odds_ratio"], rel=1e-7)
    assert odds.standard_error == pytest.approx(
        expected["log_odds_ratio_error"], rel=1e-6
    )
    ratio = found.risk_ratio("high", "low").value
    assert ratio == pytest.approx(np.log(expected["risks"][2] / expected["risks"][0]))


def test_the_cohort_under_its_own_classes_has_its_own_risk() -> None:
    # Averaged over those who are in each class, and added up, risks are the events.
    case = CASES["risks"]
    data = {key: np.array(values) for key, values in case["data"].items()}
    design = CodedDesign.of_values({}, {k: data[k] for k in ("third", "age", "sex")})
    events = data["y"].astype(np.uint8)
    fit = fit_logistic(design, events)
    rows = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    total = 0.0
    for level, row in enumerate(rows, start=1):
        keep = (data["third"] == level).astype(np.uint8)
        found = risks(fit, design, "third", {"own": row}, keep=keep)
        total += found.risks[0] * keep.sum()
        assert found.observations == keep.sum()
    assert total == pytest.approx(events.sum(), rel=1e-9)
    assert total == pytest.approx(predicted_risks(fit, design).sum(), rel=1e-9)


def test_limits_of_a_risk_lie_between_0_and_1() -> None:
    case = CASES["risks"]
    data = {key: np.array(values) for key, values in case["data"].items()}
    design = CodedDesign.of_values({}, {k: data[k] for k in ("third", "age", "sex")})
    fit = fit_logistic(design, data["y"].astype(np.uint8))
    wide = 400 * fit.covariance
    found = risks(fit, design, "third", {"high": [0.0, 1.0]}, wide, organisations=12)
    one = found.risk("high")
    assert 0 < one.lower < one.value < one.upper < 1
    assert one.organisations == 12


def test_what_there_is_no_risk_of_is_refused() -> None:
    case = CASES["risks"]
    data = {key: np.array(values) for key, values in case["data"].items()}
    design = CodedDesign.of_values({}, {k: data[k] for k in ("third", "age", "sex")})
    fit = fit_logistic(design, data["y"].astype(np.uint8))
    found = risks(fit, design, "third", {"high": [0.0, 1.0]})
    with pytest.raises(ValueError, match="no class"):
        found.risk("low")
    with pytest.raises(ValueError, match="not one term"):
        risks(fit, design, "dose", {"high": [1.0]})
    with pytest.raises(ValueError, match="has shape"):
        risks(fit, design, "third", {"high": [1.0]})
    with pytest.raises(TooFewData, match="no rows"):
        risks(fit, design, "third", {"high": [0.0, 1.0]}, keep=np.zeros(400, np.uint8))
