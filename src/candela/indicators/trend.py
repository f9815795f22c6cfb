"""Has anything really changed, or are these the usual swings?

A series is the figures of one organisation over periods that share nothing, without a
gap up to the last.  From 12 points on it is judged by an individuals chart (XmR):

    limits = mean +- 2.66 x mean moving range

where the moving range is the distance between neighbours, and 2.66 = 3 / 1.128 makes
the limits three standard deviations of a steady normal series.  Two signals count: one
point outside the limits, and 8 points running on one side of the mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

import numpy as np

from candela.indicators.position import Position, Standing
from candela.tables import Period

__all__ = [
    "FALSE_ALARMS",
    "FEWEST_POINTS",
    "Change",
    "Signal",
    "Swings",
    "changes",
    "swings_of",
]

Kind = Literal["one_point", "two_points", "short", "no_signal", "signal"]
FEWEST_POINTS = 12
RUN = 8
# 3 / d2, where d2 = 1.128 is the mean range of two standard normal values.
TIMES_MOVING_RANGE = 2.66
# Points, and the share of steady normal series that give at least one signal: measured
# in validation/activity_limits.py.
FALSE_ALARMS = {12: 0.03, 24: 0.09, 36: 0.15}
SAME = 1e-9  # of the mean: what rounding may do to a figure that equals it


@dataclass(frozen=True)
class Signal:
    """What speaks for a change: which points, by their place, and which rule."""

    first: int
    last: int
    words: str


@dataclass(frozen=True)
class Swings:
    """The usual swings of a series, and its most recent signal."""

    mean: float
    lower: float
    upper: float
    signal: Signal | None


@dataclass(frozen=True)
class Change:
    """What one organisation's series on one indicator says of change.

    ``mean``, ``lower`` and ``upper`` are given from 12 points.  ``stood_in`` says that
    a point was hidden and a stand-in took its place in all that is said here.
    """

    org_code: str
    indicator: str
    points: int
    kind: Kind
    previous: float | None
    latest: float
    swings: Swings | None
    signal_period: Period | None
    stood_in: bool
    rows: tuple[tuple[str, int], ...]


def changes(standings: Sequence[Standing]) -> tuple[Change, ...]:
    """Return the change of each organisation on one indicator.

    Parameters
    ----------
    standings
        Of one indicator, in the order of their periods.
    """
    by_org: dict[str, list[Position]] = {}
    for standing in standings:
        for position in standing.positions:
            if position.shown_value is not None:
                by_org.setdefault(position.org_code, []).append(position)
    return tuple(
        _change(standings[0].indicator.key, _without_gap(by_org[code]))
        for code in sorted(by_org)
    )


def swings_of(values: Sequence[float]) -> Swings:
    """Return mean, limits and the most recent signal of a series.

    Figures that are never negative have no limit below 0.

    References
    ----------
    Shewhart WA. Economic Control of Quality of Manufactured Product. New York: Van
    Nostrand; 1931.  Provost LP, Murray SK. The Health Care Data Guide. San Francisco:
    Jossey-Bass; 2011.
    """
    x = np.array(values, dtype=np.float64)
    mean = float(x.mean())
    reach = TIMES_MOVING_RANGE * float(np.abs(np.diff(x)).mean())
    lower, upper = mean - reach, mean + reach
    if (x >= 0).all():
        lower = max(0.0, lower)
    same = SAME * abs(mean)
    found = [
        Signal(n, n, f"one point {'above' if value > upper else 'below'} the limits")
        for n, value in enumerate(x.tolist())
        if value > upper + same or value < lower - same
    ]
    found += _runs([0 if abs(v - mean) <= same else int(np.sign(v - mean)) for v in x])
    latest = max(found, key=lambda s: (s.last, s.last - s.first), default=None)
    return Swings(mean, lower, upper, latest)


def _runs(sides: Sequence[int]) -> list[Signal]:
    """Return the runs of 8 or more on one side; a point on the mean ends a run."""
    found, first = [], 0
    for side, points in groupby(sides):
        length = len(list(points))
        if side and length >= RUN:
            where = "above" if side > 0 else "below"
            words = f"{length} points running {where} the mean"
            found.append(Signal(first, first + length - 1, words))
        first += length
    return found


def _without_gap(positions: Sequence[Position]) -> list[Position]:
    """Return the positions after the last gap in time."""
    start = 0
    for n, (before, after) in enumerate(pairwise(positions), start=1):
        if before.period.gap_days(after.period) > 0:
            start = n
    return list(positions[start:])


def _change(indicator: str, series: Sequence[Position]) -> Change:
    values = [p.shown_value for p in series if p.shown_value is not None]
    swings = swings_of(values) if len(values) >= FEWEST_POINTS else None
    signal = swings.signal if swings else None
    kind: Kind = "signal" if signal else "no_signal"
    if swings is None:
        kind = {1: "one_point", 2: "two_points"}.get(len(values), "short")  # type: ignore[assignment]
    return Change(
        series[-1].org_code,
        indicator,
        len(values),
        kind,
        values[-2] if len(values) > 1 else None,
        values[-1],
        swings,
        series[signal.first].period if signal else None,
        any(p.stood_in for p in series),
        tuple(dict.fromkeys(row for p in series for row in p.rows)),
    )
