"""Are predicted risks right, and is what is said of them?"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.errors import InputError, TooFewData
from candela.stats.calibration import calibration, in_blocks
from candela.stats.coded import CodedDesign
from candela.stats.logistic import fit_logistic

Floats = npt.NDArray[np.float64]


def patients(
    seed: int, rows: int = 4000, *, shift: float = 0.0, stretch: float = 1.0
) -> tuple[Floats, npt.NDArray[np.uint8]]:
    """Return predicted risks and events; true log odds are shift + stretch x those."""
    rng = np.random.default_rng(seed)
    log_odds = rng.normal(-2, 1, rows)
    true = 1 / (1 + np.exp(-(shift + stretch * log_odds)))
    return 1 / (1 + np.exp(-log_odds)), (rng.random(rows) < true).astype(np.uint8)


def test_four_patients_by_hand() -> None:
    risks, events = np.array([0.1, 0.4, 0.4, 0.8]), np.array([0, 0, 1, 1], np.uint8)
    found = calibration([(risks, events)])
    # Pairs of (event, none): .4 over .1, .4 with .4 (a half), .8 over .1, .8 over .4
    assert found.c_statistic == (1 + 0.5 + 1 + 1) / 4
    assert found.c_error == 0
    # (.1^2 + .4^2 + .6^2 + .2^2) / 4 = .57 / 4
    assert found.brier == pytest.approx(0.57 / 4)
    # Groups by tenth of four patients: .1 | .4 .4 | .8
    np.testing.assert_allclose(found.predicted, [0.1, 0.4, 0.8])
    np.testing.assert_array_equal(found.patients, [1, 2, 1])
    np.testing.assert_array_equal(found.events, [0, 1, 1])
    np.testing.assert_array_equal(found.observed, [0, 0.5, 1])


@given(st.integers(0, 10_000), st.integers(2, 40))
@settings(derandomize=True, max_examples=10, deadline=None)
def test_the_c_statistic_counts_every_pair(seed: int, distinct: int) -> None:
    rng = np.random.default_rng(seed)
    risks = rng.random(distinct)[rng.integers(0, distinct, 60)]
    events = rng.integers(0, 2, 60).astype(np.uint8)
    events[:2] = 0, 1
    higher = risks[events == 1][:, None] - risks[events == 0]
    pairs = (higher > 0).mean() + (higher == 0).mean() / 2
    found = calibration([(risks, events)])
    assert abs(found.c_statistic - pairs) <= found.c_error + 1e-12
    assert found.c_error < 1e-3


def test_the_slope_and_level_of_risks_that_are_wrong_are_found() -> None:
    risks, events = patients(1, 200_000, shift=0.3, stretch=0.7)
    found = calibration([(risks, events)])
    # 200,000 patients tell a slope of 0.7 to about 0.008.
    assert found.slope == pytest.approx(0.7, abs=0.025)
    right = calibration([patients(2, 200_000)])
    assert right.slope == pytest.approx(1, abs=0.03)
    assert right.in_the_large == pytest.approx(0, abs=0.03)


def test_the_slope_is_that_of_a_logistic_regression() -> None:
    risks, events = patients(3, 800, stretch=0.8)
    log_odds = np.log(risks / (1 - risks))
    fit = fit_logistic(CodedDesign.of_values({"linear": log_odds}), events)
    found = calibration([(risks, events)])
    # Risks in a bin share their mean: right to the square of its width, 4e-5.
    assert found.slope == pytest.approx(fit.coefficient("linear"), abs=1e-8)


def test_the_level_makes_as_many_events_as_there_were() -> None:
    risks, events = patients(4, shift=-0.5)
    shift = calibration([(risks, events)]).in_the_large
    moved = 1 / (1 + (1 - risks) / risks * math.exp(-shift))
    assert float(moved.sum()) == pytest.approx(float(events.sum()), rel=1e-8)


def test_tenths_hold_a_tenth_each_and_all_patients_together() -> None:
    risks, events = patients(5, 10_000)
    found = calibration([(risks, events)])
    order = np.sort(risks).reshape(10, 1000)
    np.testing.assert_allclose(found.predicted, order.mean(axis=1), rtol=1e-3)
    assert np.abs(found.patients - 1000).max() <= 2
    assert found.events.sum() == events.sum()


def test_blocks_and_grouped_rows_are_the_same_patients(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    risks, events = patients(6, 3000)
    risks = np.round(risks, 2) + 0.005
    whole = calibration(in_blocks(risks, events))
    monkeypatch.setattr("candela.stats.calibration.BLOCK_ROWS", 700)
    cut = calibration(in_blocks(risks, events))
    distinct, place = np.unique(risks, return_inverse=True)
    grouped = calibration(
        in_blocks(
            distinct,
            np.bincount(place, events).astype(np.uint32),
            trials=np.bincount(place).astype(np.uint32),
        )
    )
    for other in (cut, grouped):
        assert other.c_statistic == pytest.approx(whole.c_statistic, rel=1e-12)
        assert other.brier == pytest.approx(whole.brier, rel=1e-12)
        assert other.slope == pytest.approx(whole.slope, rel=1e-9)
        np.testing.assert_array_equal(other.patients, whole.patients)


def test_rows_that_are_not_kept_do_not_count() -> None:
    risks, events = patients(7, 1000)
    keep = (np.arange(1000) < 600).astype(np.uint8)
    one = calibration(in_blocks(risks, events, keep=keep))
    two = calibration([(risks[:600], events[:600])])
    assert one.brier == two.brier
    assert one.c_statistic == two.c_statistic


def test_risks_that_are_all_alike_tell_nobody_apart() -> None:
    found = calibration([(np.full(8, 0.25), np.array([1, 0] * 4, np.uint8))])
    assert found.c_statistic == 0.5
    assert found.slope is None
    # Half had the event where a quarter was said: log(1) - log(1/3)
    assert found.in_the_large == pytest.approx(math.log(3))
    assert len(found.predicted) == 1


def test_risks_that_tell_everybody_apart_have_no_slope() -> None:
    risks, events = np.array([0.0, 0.2, 0.9, 1.0]), np.array([0, 0, 1, 1], np.uint8)
    found = calibration([(risks, events)])
    assert found.c_statistic == 1
    assert found.slope is None


@pytest.mark.parametrize("risk", [-0.1, 1.1, math.nan])
def test_a_risk_that_is_none_is_refused_without_being_told(risk: float) -> None:
    with pytest.raises(InputError, match="not between 0 and 1") as told:
        calibration([(np.array([0.5, risk]), np.array([0, 1], np.uint8))])
    assert str(risk) not in str(told.value)


@pytest.mark.parametrize("event", [0, 1])
def test_nobody_or_everybody_with_the_event_is_too_few(event: int) -> None:
    with pytest.raises(TooFewData, match="with the event and patients without"):
        calibration([(np.array([0.5, 0.6]), np.full(2, event, np.uint8))])
