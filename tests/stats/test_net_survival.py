"""Net survival: against brute force, and beside R's relsurv."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pytest

from candela.errors import InputError, TooFewData
from candela.stats.coded import CodeColumn
from candela.stats.life_table import DAYS_IN_YEAR, LifeTable
from candela.stats.net_survival import pohar_perme
from stats_cases import reference_cases
from survival_cases import days, levels

CASE = reference_cases("net_survival", {"cohort"})["cohort"]


def cohort() -> dict[str, Any]:
    data = CASE["data"]
    hazards = np.array(data["hazards"]) / DAYS_IN_YEAR
    return {
        "stop": days("stop", data["stop"]),
        "event": np.array(data["event"], np.uint8),
        "sex": levels("sex", data["sex"]),
        "age_days": days("age", data["age"]),
        "begin": days("begin", data["begin"]),
        "first_day": date.fromisoformat(data["first_day"]),
        "table": LifeTable(hazards, data["first_year"]),
    }


@pytest.mark.parametrize("method", ["pohar_perme", "ederer2"])
def test_net_survival_is_near_that_of_relsurv(method: Any) -> None:
    (net,) = pohar_perme(**cohort(), method=method)
    points = [net.at(day) for day in CASE["data"]["days"]]
    expected = CASE["expected"][method]
    # relsurv takes each birthday in a day or two late: 1e-4 of the population's hazard.
    found = [point.survival for point in points]
    if method == "pohar_perme":
        np.testing.assert_allclose(found, expected["survival"], atol=2e-4)
    else:  # without days added, relsurv's curve waits for the next end of follow-up
        np.testing.assert_allclose(found, expected["survival"], atol=2e-3)
    errors = [point.standard_error / point.survival for point in points]
    np.testing.assert_allclose(errors, expected["log_error"], rtol=2e-4)


def test_net_survival_is_that_of_the_definition() -> None:
    # Three people, a table that changes with age and year, by sums written out.
    hazards = np.array([[[1e-3, 3e-3], [2e-3, 4e-3]], [[5e-4, 1e-3], [5e-4, 1e-3]]])
    stop, event, sex = [4, 6, 9], [1, 1, 0], [0, 1, 0]
    age, begin = [362, 0, 400], [0, 3, 360]
    (net,) = pohar_perme(
        days("stop", stop),
        np.array(event, np.uint8),
        sex=levels("sex", sex),
        age_days=days("age", age),
        begin=days("begin", begin),
        first_day=date(2018, 1, 1),
        table=LifeTable(hazards, 2018),
    )

    def rate(i: int, moment: float) -> float:
        old = 1 if age[i] + moment >= DAYS_IN_YEAR else 0
        year = 1 if begin[i] + moment >= 365 else 0
        return float(hazards[sex[i], year, old])

    steps = 1000
    survived, gathered = 1.0, 0.0
    weights = [1.0, 1.0, 1.0]
    for day in range(1, 10):
        for step in range(steps):
            at = day - 1 + (step + 0.5) / steps
            here = [i for i in range(3) if stop[i] >= day]
            rates = [rate(i, at) for i in here]
            total = sum(weights[i] for i in here)
            gathered += (
                sum(weights[i] * r for i, r in zip(here, rates, strict=True))
                / total
                / steps
            )
            for i, r in zip(here, rates, strict=True):
                weights[i] *= math.exp(r / steps)
        if day in stop:
            here = [i for i in range(3) if stop[i] >= day]
            died = sum(weights[i] for i in here if stop[i] == day and event[i])
            survived *= 1 - died / sum(weights[i] for i in here) + gathered
            gathered = 0.0
        shown = survived * (1 + gathered)
        assert net.at(day).survival == pytest.approx(shown, rel=1e-8)


def test_without_population_mortality_net_survival_is_kaplan_meier() -> None:
    given = cohort()
    given["table"] = LifeTable(np.zeros((2, 1, 1)), 2010)
    (net,) = pohar_perme(**given)
    from candela.stats.kaplan_meier import kaplan_meier

    (curve,) = kaplan_meier(given["stop"], given["event"])
    for day in (100, 1000, 1826):
        assert net.at(day).survival == pytest.approx(curve.at(day).survival)
        assert net.at(day).at_risk == curve.at(day).at_risk


def test_groups_have_curves_of_their_own() -> None:
    given = cohort()
    group = levels("arm", np.arange(len(given["event"])) % 2)
    both = pohar_perme(**given, group=group, labels=["low", "high"], horizon=500)
    alone = pohar_perme(**given, keep=group.codes, horizon=500)
    assert [curve.label for curve in both] == ["low", "high"]
    np.testing.assert_allclose(both[1].survival, alone[0].survival)
    assert len(both[0].days) == 501


def test_what_cannot_be_used_is_refused() -> None:
    given = cohort()
    with pytest.raises(InputError, match="2 levels; the life table has 1"):
        pohar_perme(**{**given, "table": LifeTable(np.zeros((1, 1, 1)), 1, ("all",))})
    with pytest.raises(InputError, match="0 or more"):
        LifeTable(np.full((2, 1, 1), -1.0), 2010)
    with pytest.raises(InputError, match="below 1"):
        LifeTable.of_probabilities(np.ones((2, 1, 1)), 2010)
    with pytest.raises(TooFewData, match="no row is left"):
        pohar_perme(**given, keep=np.zeros(len(given["event"]), np.uint8))
    (net,) = pohar_perme(**given, horizon=100)
    with pytest.raises(TooFewData, match="only 100"):
        net.at(101)


def test_a_table_of_probabilities_gives_them_back_over_a_year() -> None:
    table = LifeTable.of_probabilities(np.array([[[0.1]], [[0.2]]]), 2010)
    one = CodeColumn("one", np.zeros(1, np.uint8), 1)
    # One person who lives: net survival is 1 / (expected survival), step by step.
    (net,) = pohar_perme(
        days("stop", [365]),
        np.zeros(1, np.uint8),
        sex=CodeColumn("sex", np.ones(1, np.uint8), 2),
        age_days=one,
        begin=one,
        first_day=date(2010, 1, 1),
        table=table,
    )
    hazard = -math.log(0.8) * 365 / DAYS_IN_YEAR
    assert net.at(365).survival == pytest.approx(1 + hazard)
