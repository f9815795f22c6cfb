"""What share is still alive by day?

Kaplan-Meier with Greenwood's standard errors.  Intervals are by
default on the log scale, as R's ``survfit`` has them; ``log-log`` keeps both ends
between 0 and 1.  Rows may begin late (start-stop).

References
----------
Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-481. doi:10.1080/01621459.1958.10501452
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from candela.errors import TooFewData
from candela.stats.coded import CodeColumn
from candela.stats.cox_rows import Mask
from candela.stats.day_counts import DayCounts
from candela.stats.intervals import critical_value

__all__ = [
    "IntervalScale",
    "KaplanMeier",
    "SurvivalPoint",
    "kaplan_meier",
]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
IntervalScale = Literal["log", "log-log", "plain"]


@dataclass(frozen=True)
class SurvivalPoint:
    """Survival to a day with its interval, and how many were at risk on that day."""

    day: int
    survival: float
    lower: float
    upper: float
    standard_error: float
    at_risk: int


@dataclass(frozen=True, eq=False)
class KaplanMeier:
    """The survival curve of one group.

    Attributes
    ----------
    days : ndarray of int64, shape (m,)
        Day 0 and each day with an event, in order.
    survival, standard_error, lower, upper : ndarray, shape (m,)
        From that day on; proportions.  The interval has no width while nobody has
        died, and none can be told once nobody is left: it is then not a number.
    at_risk, events : ndarray of int64, shape (m,)
        Just before each day, and on it.
    at_risk_by_day : ndarray of int64, shape (last day + 1,)
        Just before every day.
    """

    label: str
    rows: int
    total_events: int
    days: Whole
    survival: Floats
    standard_error: Floats
    lower: Floats
    upper: Floats
    at_risk: Whole
    events: Whole
    at_risk_by_day: Whole
    level: float

    def at(self, day: int) -> SurvivalPoint:
        """Return survival to a day.

        Raises
        ------
        TooFewData
            If nobody was followed for so long and not all had died.
        """
        k = int(np.searchsorted(self.days, day, side="right")) - 1
        followed = len(self.at_risk_by_day) - 1
        if k < 0 or (day > followed and self.survival[-1] > 0):
            raise TooFewData(
                f"{self.label}: nobody was followed for {day} days, only {followed}."
            )
        return SurvivalPoint(
            day=day,
            survival=float(self.survival[k]),
            lower=float(self.lower[k]),
            upper=float(self.upper[k]),
            standard_error=float(self.standard_error[k]),
            at_risk=int(self.at_risk_by_day[day]) if day <= followed else 0,
        )

    def median(self) -> tuple[float, float, float]:
        """Return the day by which half have died, and its interval's ends.

        Not a number where the curve or its limit does not come down to a half.  Where
        the curve rests at a half, the middle of that rest, as R has it.
        """
        return (
            _first_at_half(self.days, self.survival),
            _first_at_half(self.days, self.lower),
            _first_at_half(self.days, self.upper),
        )


def _first_at_half(days: Whole, curve: Floats) -> float:
    rounding = 1e-9
    down = np.flatnonzero(curve < 0.5 + rounding)
    if not down.size:
        return float("nan")
    first = int(down[0])
    if abs(curve[first] - 0.5) <= rounding and first + 1 < len(days):
        return float(days[first] + days[first + 1]) / 2
    return float(days[first])


def kaplan_meier(
    stop: CodeColumn,
    event: npt.NDArray[np.uint8],
    *,
    group: CodeColumn | None = None,
    labels: Sequence[str] = (),
    start: CodeColumn | None = None,
    keep: Mask | None = None,
    level: float = 0.95,
    scale: IntervalScale = "log",
) -> tuple[KaplanMeier, ...]:
    """Return the survival curve of each group that has rows, in order of its code.

    Parameters
    ----------
    stop, event, start, keep
        As for ``fit_cox``.
    group
        All rows are one group if not given.
    labels
        Of the levels of ``group``; their numbers if not given.
    level, scale
        Coverage of the intervals, and the scale they are symmetric on.

    Raises
    ------
    InputError, TooFewData
        If the rows are not fit to be used, or none is left.

    Notes
    -----
    R: ``survival::survfit(Surv(stop, event) ~ group, conf.type = scale)``.
    """
    if scale not in ("log", "log-log", "plain"):
        raise ValueError(f"scale is log, log-log or plain, not {scale!r}")
    counts = DayCounts.of(stop, event, group=group, start=start, keep=keep)
    z = critical_value(level)
    return tuple(
        _curve(
            labels[g] if labels else (f"{group.name} {g}" if group else "all"),
            counts,
            g,
            level=level,
            z=z,
            scale=scale,
        )
        for g in np.flatnonzero(counts.rows).tolist()
    )


def _curve(
    label: str,
    counts: DayCounts,
    g: int,
    *,
    level: float,
    z: float,
    scale: IntervalScale,
) -> KaplanMeier:
    last = int(np.flatnonzero(counts.ended[g])[-1])
    deaths, at_risk = counts.events[g, : last + 1], counts.at_risk[g, : last + 1]
    days = np.flatnonzero(deaths)
    if not days.size or days[0] != 0:
        days = np.concatenate([[0], days])
    d, n = deaths[days], at_risk[days]
    share = d / np.maximum(n, 1)
    survival: Floats = np.cumprod(1 - share).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        gathered = np.cumsum(d / np.where(d > 0, n * (n - d), 1))
        spread: Floats = np.sqrt(gathered).astype(np.float64)
        error = np.where(survival > 0, survival * spread, np.nan)
    lower, upper = _limits(survival, np.where(survival > 0, spread, np.nan), z, scale)
    return KaplanMeier(
        label=label,
        rows=int(counts.rows[g]),
        total_events=int(d.sum()),
        days=days.astype(np.int64),
        survival=survival,
        standard_error=error,
        lower=lower,
        upper=upper,
        at_risk=n,
        events=d,
        at_risk_by_day=at_risk,
        level=level,
    )


def _limits(
    survival: Floats, spread: Floats, z: float, scale: IntervalScale
) -> tuple[Floats, Floats]:
    """Return limits, with ``spread`` the standard error of log survival."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if scale == "log":
            factor = np.exp(z * spread)
            return survival / factor, np.minimum(survival * factor, 1.0)
        if scale == "plain":
            half = z * spread * survival
            return np.maximum(survival - half, 0.0), np.minimum(survival + half, 1.0)
        power = np.exp(z * spread / np.log(survival))
        return (
            np.where(survival == 1, 1.0, survival ** (1 / power)),
            np.where(survival == 1, 1.0, survival**power),
        )
