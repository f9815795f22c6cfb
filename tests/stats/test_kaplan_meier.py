"""Survival curves and the log-rank test: the numbers of R, and curves by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from candela.errors import InputError, TooFewData
from candela.stats.coded import CodeColumn
from candela.stats.follow_up import ended_at, from_landmark
from candela.stats.kaplan_meier import kaplan_meier
from candela.stats.log_rank import log_rank
from stats_cases import reference_cases
from survival_cases import days, levels

CASES = reference_cases("kaplan_meier", {"from the beginning", "late entry"})


def columns(case: dict[str, Any]) -> dict[str, Any]:
    data = case["data"]
    return {
        "stop": days("stop", data["stop"]),
        "event": np.array(data["event"], np.uint8),
        "group": levels("group", data["group"]),
        "start": days("start", data["start"]) if "start" in data else None,
    }


@pytest.mark.parametrize("scale", ["log", "log-log", "plain"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_curves_are_those_of_r(case: dict[str, Any], scale: Any) -> None:
    curves = kaplan_meier(**columns(case), scale=scale)
    expected = case["expected"]["curves"][scale]
    points = [curve.at(day) for curve in curves for day in (10, 30, 60)]
    for name in ("survival", "standard_error", "lower", "upper", "at_risk"):
        found = [getattr(point, name) for point in points]
        np.testing.assert_allclose(found, expected[name], rtol=1e-10)
    for curve, known in zip(curves, expected["median"], strict=True):
        wanted = [math.nan if value in (None, "NA") else value for value in known]
        np.testing.assert_allclose(curve.median(), wanted)


def test_log_rank_tests_are_those_of_r() -> None:
    case = CASES["from the beginning"]
    given = columns(case)
    plain = log_rank(given["stop"], given["event"], given["group"])
    expected = case["expected"]
    assert plain.statistic == pytest.approx(expected["log_rank"]["statistic"])
    np.testing.assert_allclose(plain.expected, expected["log_rank"]["expected"])
    assert plain.degrees_of_freedom == 2
    region = levels("region", case["data"]["region"])
    split = log_rank(given["stop"], given["event"], given["group"], strata=region)
    assert split.statistic == pytest.approx(expected["stratified"]["statistic"])


def test_a_curve_by_hand() -> None:
    # Days 1+, 2, 2, 3+, 4 (+ still alive): 2 of 4 die on day 2, 1 of 1 on day 4.
    (curve,) = kaplan_meier(
        days("stop", [1, 2, 2, 3, 4]), np.array([0, 1, 1, 0, 1], np.uint8)
    )
    assert curve.days.tolist() == [0, 2, 4]
    assert curve.survival.tolist() == [1, 0.5, 0]
    assert curve.at_risk.tolist() == [5, 4, 1]
    # Greenwood: sqrt(2 / (4 x 2)) = 0.5 of the curve, so 0.25; limits 0.5 exp(+-0.98).
    assert curve.at(3).standard_error == pytest.approx(0.25)
    assert curve.at(3).lower == pytest.approx(0.5 * math.exp(-0.5 * 1.959964))
    assert curve.at(3).upper == 1.0
    assert math.isnan(curve.at(4).lower)
    # The curve rests at a half from day 2 to day 4.
    assert curve.median()[0] == 3
    assert curve.at(9).survival == 0


def test_a_day_beyond_all_follow_up_has_no_survival() -> None:
    (curve,) = kaplan_meier(days("stop", [5, 8]), np.array([1, 0], np.uint8))
    with pytest.raises(TooFewData, match="nobody was followed for 9 days, only 8"):
        curve.at(9)


def test_a_group_without_rows_has_no_curve_and_labels_are_used() -> None:
    group = CodeColumn("stage", np.array([0, 2, 2], np.uint8), 4)
    curves = kaplan_meier(
        days("stop", [3, 4, 5]),
        np.array([1, 1, 0], np.uint8),
        group=group,
        labels=["1", "2", "3", "4"],
    )
    assert [curve.label for curve in curves] == ["1", "3"]


def test_groups_that_never_meet_are_not_compared() -> None:
    stop, event = days("stop", [1, 2]), np.array([1, 1], np.uint8)
    with pytest.raises(TooFewData, match="fewer than two groups"):
        log_rank(stop, event, levels("group", [0, 0]))
    with pytest.raises(InputError, match="1 rows end on the day they begin"):
        kaplan_meier(stop, event, start=days("start", [0, 2]))


def test_follow_up_ends_at_the_horizon_and_an_event_on_it_counts() -> None:
    stop = days("stop", [10, 30, 31, 400])
    ended = ended_at(stop, np.array([1, 1, 1, 0], np.uint8), 30)
    assert ended.stop.codes.tolist() == [10, 30, 30, 30]
    assert ended.event.tolist() == [1, 1, 0, 0]
    assert ended.stop.levels == 31
    with pytest.raises(InputError, match="at least 1 day"):
        ended_at(stop, ended.event, 0)


def test_from_a_landmark_only_those_still_followed_are_followed() -> None:
    stop = days("stop", [10, 30, 31, 400])
    event = np.array([1, 1, 1, 0], np.uint8)
    found = from_landmark(stop, event, 30, keep=np.array([1, 1, 1, 0], np.uint8))
    assert found.keep.tolist() == [False, False, True, False]
    assert found.stop.codes[2] == 1
    assert found.left == 2
    assert "31" not in repr(found)
    with pytest.raises(InputError, match="nobody is followed beyond"):
        from_landmark(stop, event, 400)
