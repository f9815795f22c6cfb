"""Published data sets with known answers, read from R's own packages when R is there.

The rows belong to R's packages and are not copied here.  Numbers written out are those
that are printed in many places; the rest is R's own fit of the same rows.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from candela.stats.coded import CodeColumn, CodedDesign
from candela.stats.cox import concordance, fit_cox
from candela.stats.cox_robust import cox_robust
from candela.stats.frailty import fit_frailty
from candela.stats.kaplan_meier import kaplan_meier
from candela.stats.life_table import LifeTable
from candela.stats.log_rank import log_rank
from candela.stats.net_survival import pohar_perme
from candela.stats.proportional_hazards import zph
from survival_cases import days, levels, said_by_r

SURVIVAL = """
suppressMessages(library(survival))
l <- lung[complete.cases(lung[, c("age", "sex", "ph.ecog")]), ]
m <- l[!is.na(l$inst), ]
h <- heart; h$start <- h$start * 10; h$stop <- h$stop * 10
h$transplant <- as.integer(h$transplant) - 1
tell <- function(fit) list(beta = unname(coef(fit)), se = unname(sqrt(diag(fit$var))))
cat(jsonlite::toJSON(list(
  lung = l[, c("time", "status", "age", "sex", "ph.ecog")],
  inst = m[, c("time", "status", "age", "sex", "ph.ecog", "inst")],
  sexes = lung[, c("time", "status", "sex")],
  veteran = veteran[, c("time", "status", "trt", "celltype", "karno")],
  heart = h[, c("start", "stop", "event", "age", "surgery", "transplant")],
  jasa = jasa[, c("futime", "fustat", "age", "surgery", "transplant")],
  gauss = tell(coxph(
    Surv(time, status) ~ age + sex + ph.ecog +
      frailty(inst, dist = "gauss", theta = 0.05, sparse = FALSE),
    m, control = coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100)
  ))
), digits = NA, dataframe = "columns", auto_unbox = TRUE))
"""
RELATIVE = """
suppressMessages(library(relsurv))
data(rdata); data(slopop)
at <- findInterval(1950:2020, as.integer(dimnames(slopop)[[2]]))
h <- unclass(slopop)
cat(jsonlite::toJSON(list(
  rows = data.frame(
    time = rdata$time, event = rdata$cens, sex = rdata$sex - 1,
    age = round(rdata$age * 365.241), begin = as.integer(as.Date(rdata$year))
  ),
  hazards = lapply(1:2, function(s) lapply(at, function(i) as.numeric(h[, i, s])))
), digits = NA, dataframe = "columns"))
"""


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    """Rows of R's survival, and a fit."""
    found: dict[str, Any] = said_by_r(SURVIVAL)
    return found


def columns(rows: dict[str, list[Any]]) -> dict[str, npt.NDArray[Any]]:
    return {name: np.array(values) for name, values in rows.items()}


def lung(rows: dict[str, list[Any]]) -> tuple[CodedDesign, CodeColumn, Any]:
    d = columns(rows)
    design = CodedDesign.of_values({n: d[n] for n in ("age", "sex", "ph.ecog")})
    return design, days("time", d["time"]), (d["status"] == 2).astype(np.uint8)


def test_lung(data: dict[str, Any]) -> None:
    fit = fit_cox(*lung(data["lung"]))
    printed = [0.011067, -0.552612, 0.463728]
    np.testing.assert_allclose(fit.coefficients, printed, atol=5e-7)
    errors = np.sqrt(np.diag(fit.covariance))
    np.testing.assert_allclose(errors, [0.009267, 0.167739, 0.113577], atol=5e-7)
    assert fit.likelihood_ratio == pytest.approx(30.5, abs=0.05)
    assert concordance(fit) == pytest.approx(0.637, abs=5e-4)
    assert (fit.observations, fit.events) == (227, 164)
    breslow = fit_cox(*lung(data["lung"]), ties="breslow")
    assert breslow.coefficients[1] == pytest.approx(-0.551890, abs=5e-7)


def test_lung_by_institution(data: dict[str, Any]) -> None:
    given = lung(data["inst"])
    inst = levels("inst", data["inst"]["inst"])
    fit = fit_cox(*given)
    assert fit.observations == 226
    robust = cox_robust(fit, inst, kind="plain")
    errors = np.sqrt(np.diag(robust.covariance))
    np.testing.assert_allclose(errors, [0.006889, 0.112287, 0.117616], atol=5e-7)
    held = fit_frailty(*given, inst, distribution="lognormal", variance=0.05)
    np.testing.assert_allclose(held.coefficients, data["gauss"]["beta"][:3], rtol=1e-6)
    errors = np.sqrt(np.diag(held.covariance))
    np.testing.assert_allclose(errors, data["gauss"]["se"][:3], rtol=1e-6)
    # R prints 0.0085 (gamma), where its search stops; the likelihood is all but flat
    # there.  For normal levels R prints 0.0194, without covariances between trusts.
    gamma = fit_frailty(*given, inst)
    assert gamma.variance == pytest.approx(0.0098, abs=1e-4)
    near = fit_frailty(*given, inst, variance=0.00852)
    assert 0 < gamma.log_likelihood - near.log_likelihood < 0.002
    normal = fit_frailty(*given, inst, distribution="lognormal", by="reml")
    assert normal.variance == pytest.approx(0.0209, abs=1e-4)


def test_lung_by_sex(data: dict[str, Any]) -> None:
    d = columns(data["sexes"])
    stop, event = days("time", d["time"]), (d["status"] == 2).astype(np.uint8)
    sex = levels("sex", d["sex"] - 1)
    curves = kaplan_meier(stop, event, group=sex)
    assert [curve.median()[0] for curve in curves] == [270, 426]
    assert log_rank(stop, event, sex).statistic == pytest.approx(10.3, abs=0.05)


def test_veteran(data: dict[str, Any]) -> None:
    d = columns(data["veteran"])
    # R's reference is squamous; the other three in its order.
    cells = ["squamous", "smallcell", "adeno", "large"]
    ordered = np.array([cells.index(cell) for cell in d["celltype"]])
    design = CodedDesign.of_values(
        {"trt": d["trt"], "karno": d["karno"]}, {"celltype": ordered}
    )
    trt, karno, cell = design.terms
    design = design.with_terms([trt, cell, karno])
    event = d["status"].astype(np.uint8)
    fit = fit_cox(design, days("time", d["time"]), event)
    printed = [0.2617, 0.8250, 1.1540, 0.3946, -0.03127]
    np.testing.assert_allclose(fit.coefficients, printed, atol=5e-5)
    tests = zph(fit, design)
    assert tests[-1].statistic == pytest.approx(22.86, abs=0.005)
    # R counts the cell type as one term of three: five coefficients in all.
    assert [test.degrees_of_freedom for test in tests] == [1, 3, 1, 5]


def test_time_before_a_transplant_is_not_time_after_it(data: dict[str, Any]) -> None:
    names = ("age", "surgery", "transplant")
    d, ever = columns(data["heart"]), columns(data["jasa"])
    timed = fit_cox(
        CodedDesign.of_values({name: d[name] for name in names}),
        days("stop", d["stop"]),
        d["event"].astype(np.uint8),
        start=days("start", d["start"]),
    )
    naive = fit_cox(
        CodedDesign.of_values({name: ever[name] for name in names}),
        days("futime", ever["futime"]),
        ever["fustat"].astype(np.uint8),
    )
    # Whoever lives long enough gets one: counting that wait as time after a transplant
    # makes it look as if it cut deaths to less than a fifth.
    assert naive.coefficients[2] == pytest.approx(-1.71711, abs=5e-6)
    assert naive.covariance[2, 2] ** 0.5 == pytest.approx(0.27853, abs=5e-6)
    assert np.exp(naive.coefficients[2]) == pytest.approx(0.180, abs=5e-4)
    assert timed.coefficients[2] == pytest.approx(0.01610, abs=5e-6)
    assert timed.covariance[2, 2] ** 0.5 == pytest.approx(0.30859, abs=5e-6)
    assert np.exp(timed.coefficients[2]) == pytest.approx(1.016, abs=5e-4)


def test_net_survival_of_relsurv() -> None:
    found = said_by_r(RELATIVE)
    d = columns(found["rows"])
    first = int(d["begin"].min())
    (net,) = pohar_perme(
        days("time", d["time"]),
        d["event"].astype(np.uint8),
        sex=levels("sex", d["sex"]),
        age_days=days("age", d["age"]),
        begin=days("begin", d["begin"] - first),
        first_day=date(1970, 1, 1) + timedelta(days=first),
        table=LifeTable(np.array(found["hazards"]), 1950),
    )
    printed = [(0.925, 0.905, 0.945), (0.871, 0.842, 0.900), (0.827, 0.791, 0.865)]
    for day, known in zip((365, 1096, 1826), printed, strict=True):
        point = net.at(day)
        np.testing.assert_allclose(
            [point.survival, point.lower, point.upper], known, atol=1.2e-3
        )


def test_colon_cancer_by_stage(real_data: Path) -> None:
    with (real_data / "teaching_survival" / "survival_colon.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["etype"] == "2"]
    event = np.array([row["status"] for row in rows]).astype(np.uint8)
    stop = days("time", [int(row["time"]) for row in rows])
    arms = ["Obs", "Lev", "Lev+5FU"]
    arm = levels("rx", [arms.index(row["rx"]) for row in rows])
    fit = fit_cox(CodedDesign.of_values({}, {"rx": arm.codes}), stop, event)
    # The trial's known result (Moertel 1990): levamisole with fluorouracil lowers the
    # hazard of death by a third, levamisole alone does not.
    printed = [-0.02664, -0.37171]
    np.testing.assert_allclose(fit.coefficients, printed, atol=5e-6)
    assert (fit.observations, fit.events) == (929, 452)
