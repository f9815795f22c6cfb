"""Does a model's risk say what happens, and does it tell who is at higher risk?

==================  =============================================================
measure             what it says
==================  =============================================================
tenths              events predicted and observed, by tenth of predicted risk
``c_statistic``     chance that of two patients, one with the event and one
                    without, the first had the higher risk; ties count a half
``brier``           mean squared difference of risk and event, 0 to 1
``slope``           logistic regression of the event on the log odds predicted; 1
                    when risks spread as they should, below 1 when too wide
``in_the_large``    log odds to be added to all predictions for as many events as
                    there were; 0 when the overall level is right
==================  =============================================================

Rows come in blocks and are kept as counts in 2**20 bins of log odds from -20 to 20, so
that memory does not grow with rows.  Risks in one bin, 0.00004 apart in log odds, count
as tied; ``c_error`` is the most by which this can have moved the c-statistic.  Sums of
risks and of squares are exact.

References
----------
Van Calster B and others. BMC Med 2019;17:230. doi:10.1186/s12916-019-1466-7
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, TooFewData

__all__ = ["CalibrationMeasures", "calibration", "in_blocks"]

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[Any]
Block = tuple[Floats, Counts] | tuple[Floats, Counts, Counts]

BINS = 1 << 20
WIDEST = 20.0
GROUPS = 10
BLOCK_ROWS = 1 << 20
STEPS = 50


@dataclass(frozen=True, eq=False)
class CalibrationMeasures:
    """How predicted risks compare with events.

    Attributes
    ----------
    predicted, observed : ndarray, shape (k,)
        Mean risk predicted, and share of patients with the event, by group of
        predicted risk, lowest first: tenths, or fewer where many risks are tied.
    patients, events : ndarray of int, shape (k,)
        Of each group.
    c_statistic, c_error
        And the most by which binning can have moved it.
    brier, slope, in_the_large
        See the module.  ``slope`` is ``None`` where all risks are alike, or where they
        tell everybody apart.
    """

    predicted: Floats
    observed: Floats
    patients: npt.NDArray[np.int64]
    events: npt.NDArray[np.int64]
    c_statistic: float
    c_error: float
    brier: float
    slope: float | None
    in_the_large: float


def in_blocks(
    risks: Floats,
    events: Counts,
    *,
    trials: Counts | None = None,
    keep: npt.NDArray[np.uint8] | None = None,
) -> Iterable[Block]:
    """Yield whole columns a block at a time, rows that are not kept left out."""
    for first in range(0, len(risks), BLOCK_ROWS):
        rows = slice(first, first + BLOCK_ROWS)
        chosen = slice(None) if keep is None else keep[rows] != 0
        block = (risks[rows][chosen], events[rows][chosen])
        yield block if trials is None else (*block, trials[rows][chosen])


def calibration(blocks: Iterable[Block]) -> CalibrationMeasures:
    """Return how predicted risks compare with what happened.

    Parameters
    ----------
    blocks
        Of (risks, events), or of (risks, events, trials) for grouped rows: risks
        between 0 and 1, shape (n,); see ``in_blocks``.

    Raises
    ------
    InputError
        If a risk is not between 0 and 1.
    TooFewData
        If nobody, or everybody, had the event.
    """
    tally = _Tally()
    for block in blocks:
        tally.add(*block)
    found = tally.patients > 0
    risk, log_odds, patients, events = (
        part[found]
        for part in (tally.risk, tally.log_odds, tally.patients, tally.events)
    )
    if not 0 < events.sum() < patients.sum():
        raise TooFewData(
            "calibration needs patients with the event and patients without."
        )
    blurred = (tally.lowest < tally.highest)[found]
    c, error = _concordance(patients, events, blurred)
    linear = log_odds / patients
    return CalibrationMeasures(
        *_by_group(risk, patients, events),
        c_statistic=c,
        c_error=error,
        brier=tally.squares / float(patients.sum()),
        # Where no risk is shared, any slope can be made more likely by a steeper one.
        slope=_slope(linear, patients, events) if 0 < c < 1 else None,
        in_the_large=_in_the_large(linear, patients, events),
    )


def _no_bins() -> Floats:
    return np.zeros(BINS)


@dataclass(eq=False)
class _Tally:
    """Sums by bin of predicted log odds, and of squared differences over all."""

    risk: Floats = field(default_factory=_no_bins)
    log_odds: Floats = field(default_factory=_no_bins)
    patients: Floats = field(default_factory=_no_bins)
    events: Floats = field(default_factory=_no_bins)
    lowest: Floats = field(default_factory=lambda: np.full(BINS, np.inf))
    highest: Floats = field(default_factory=lambda: np.full(BINS, -np.inf))
    squares: float = 0.0

    def add(self, risks: Floats, events: Counts, trials: Counts | None = None) -> None:
        risks = np.asarray(risks, np.float64)
        # Written so that a missing risk is refused too.
        if not ((risks >= 0) & (risks <= 1)).all():
            raise InputError("a predicted risk is not between 0 and 1.")
        y = events.astype(np.float64)
        m = np.ones(len(y)) if trials is None else trials.astype(np.float64)
        with np.errstate(divide="ignore"):
            log_odds = np.log(risks) - np.log1p(-risks)
        log_odds = np.clip(log_odds, -WIDEST, WIDEST)
        place = ((log_odds + WIDEST) * (BINS / (2 * WIDEST))).astype(np.int64)
        place = np.minimum(place, BINS - 1)
        self.risk += np.bincount(place, m * risks, BINS)
        self.log_odds += np.bincount(place, m * log_odds, BINS)
        self.patients += np.bincount(place, m, BINS)
        self.events += np.bincount(place, y, BINS)
        np.minimum.at(self.lowest, place, log_odds)
        np.maximum.at(self.highest, place, log_odds)
        self.squares += float((y * (1 - 2 * risks) + m * risks**2).sum())


def _concordance(
    patients: Floats, events: Floats, blurred: npt.NDArray[np.bool_]
) -> tuple[float, float]:
    """Return the c-statistic, and half the share of pairs tied by binning alone."""
    others = patients - events
    below = np.cumsum(others) - others
    pairs = float(events.sum()) * float(others.sum())
    tied = events * others
    c = (float(events @ below) + float(tied.sum()) / 2) / pairs
    return c, float(tied[blurred].sum()) / 2 / pairs


def _by_group(
    risk: Floats, patients: Floats, events: Floats
) -> tuple[Floats, Floats, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the first four fields of the result, by tenth of patients.

    Risks that are tied stay together, so that tenths are as even as ties allow.
    """
    middle = np.cumsum(patients) - patients / 2
    group = np.minimum((GROUPS * middle / patients.sum()).astype(np.int64), GROUPS - 1)
    total = np.bincount(group, patients, GROUPS)
    some = total > 0
    predicted = np.bincount(group, risk, GROUPS)[some] / total[some]
    found = np.bincount(group, events, GROUPS)[some]
    return (
        predicted,
        found / total[some],
        np.rint(total[some]).astype(np.int64),
        np.rint(found).astype(np.int64),
    )


def _slope(linear: Floats, patients: Floats, events: Floats) -> float | None:
    """Return the slope of a logistic regression on the predicted log odds."""
    middle = float(linear @ patients) / float(patients.sum())
    x = np.column_stack([np.ones(len(linear)), linear - middle])
    if np.ptp(linear) == 0:
        return None
    beta = np.array([middle, 1.0])
    for _ in range(STEPS):  # pragma: no branch: it starts near the answer
        mu = patients / (1 + np.exp(-(x @ beta)))
        weight = mu * (1 - mu / patients)
        step = np.linalg.solve(x.T @ (weight[:, None] * x), x.T @ (events - mu))
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-10:
            break
    return float(beta[1])


def _in_the_large(linear: Floats, patients: Floats, events: Floats) -> float:
    """Return what is added to all log odds for as many events as there were."""
    from scipy import optimize

    def away(shift: float) -> float:
        mu = patients / (1 + np.exp(-(linear + shift)))
        return float(mu.sum() - events.sum())

    share = float(events.sum() / patients.sum())
    reach = WIDEST + abs(math.log(share / (1 - share)))
    return float(optimize.brentq(away, -reach, reach, xtol=1e-12))
