"""What share is still alive by day, and is it the same in each group?

Kaplan-Meier with Greenwood's standard errors, and the log-rank test.  Intervals are by
default on the log scale, as R's ``survfit`` has them; ``log-log`` keeps both ends
between 0 and 1.  Rows may begin late (start-stop).

References
----------
Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-481. doi:10.1080/01621459.1958.10501452
Peto R, Peto J. J R Stat Soc A 1972;135:185-207. doi:10.2307/2344317
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, TooFewData
from candela.stats.coded import CodeColumn
from candela.stats.cox_rows import Mask, kept_rows
from candela.stats.intervals import critical_value

__all__ = [
    "IntervalScale",
    "KaplanMeier",
    "LogRank",
    "SurvivalPoint",
    "kaplan_meier",
    "log_rank",
]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
IntervalScale = Literal["log", "log-log", "plain"]

# Groups times days: beyond these a table by day would not fit.
MOST_CELLS = 50_000_000


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
    counts = _Counts.of(stop, event, group=group, start=start, keep=keep)
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
    label: str, counts: _Counts, g: int, *, level: float, z: float, scale: IntervalScale
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


@dataclass(frozen=True, eq=False)
class _Counts:
    """Rows, events and ends by group and day, and those at risk just before a day."""

    rows: Whole
    events: Whole
    ended: Whole
    at_risk: Whole

    @classmethod
    def of(
        cls,
        stop: CodeColumn,
        event: npt.NDArray[np.uint8],
        *,
        group: CodeColumn | None,
        start: CodeColumn | None,
        keep: Mask | None,
    ) -> _Counts:
        chosen = slice(None) if keep is None else np.flatnonzero(keep)
        days = stop.codes[chosen].astype(np.int64)
        if not len(days):
            raise TooFewData("no row is left to follow.")
        died = np.asarray(event)[chosen]
        if died.max() > 1:
            raise InputError(
                "an event is 1 and its absence 0; other numbers were given."
            )
        width, groups = int(days.max()) + 2, group.levels if group else 1
        if width * groups > MOST_CELLS:
            raise InputError(
                f"{groups} groups over {width - 2} days are too many to follow by day."
            )
        own = group.codes[chosen].astype(np.int64) * width if group else 0
        shape = (groups, width)

        def by_day(day: Whole) -> Whole:
            keys = own + day
            return np.bincount(keys, minlength=groups * width).reshape(shape)

        ended = by_day(days)
        if start is None:
            entered = np.zeros(shape, np.int64)
            entered[:, 0] = ended.sum(axis=1)
        else:
            begins = start.codes[chosen].astype(np.int64)
            wrong = int((begins >= days).sum())
            if wrong:
                raise InputError(
                    f"{wrong} rows end on the day they begin or before it "
                    f"({start.name}, {stop.name})."
                )
            entered = by_day(begins + 1)
        events = np.bincount((own + days)[died == 1], minlength=groups * width)
        gone = np.cumsum(ended, axis=1) - ended
        return cls(
            ended.sum(axis=1),
            events.reshape(shape),
            ended,
            np.cumsum(entered, axis=1) - gone,
        )


@dataclass(frozen=True, eq=False)
class LogRank:
    """The log-rank test: chi-squared ``statistic`` on ``degrees_of_freedom``.

    ``observed`` and ``expected`` events are by level of the group.
    """

    statistic: float
    degrees_of_freedom: int
    p_value: float
    observed: Whole
    expected: Floats


def log_rank(
    stop: CodeColumn,
    event: npt.NDArray[np.uint8],
    group: CodeColumn,
    *,
    start: CodeColumn | None = None,
    strata: CodeColumn | None = None,
    keep: Mask | None = None,
) -> LogRank:
    """Return the test that all groups have one hazard.

    Raises
    ------
    TooFewData
        If fewer than two groups are ever compared.

    Notes
    -----
    R: ``survival::survdiff(Surv(stop, event) ~ group + strata(strata))``.  Patients are
    taken as independent; for groups of trusts use ``cox_robust``.
    """
    from scipy import special

    groups = group.levels
    observed, expected = np.zeros(groups, np.int64), np.zeros(groups)
    variance = np.zeros((groups, groups))
    every = kept_rows(len(stop.codes), keep)
    for s in range(strata.levels if strata else 1):
        chosen = every & (strata.codes == s) if strata else every
        if not chosen.any():
            continue
        counts = _Counts.of(stop, event, group=group, start=start, keep=chosen)
        d, n = counts.events.sum(axis=0), counts.at_risk.sum(axis=0)
        days = np.flatnonzero(d)
        share = counts.at_risk[:, days] / n[days]
        observed += counts.events.sum(axis=1)
        expected += share @ d[days]
        left = d[days] * (n[days] - d[days]) / np.maximum(n[days] - 1, 1)
        variance += np.diag(share @ left) - (share * left) @ share.T
    compared = np.flatnonzero(expected > 0)
    freedom = len(compared) - 1
    if freedom < 1:
        raise TooFewData(f"{group.name} has fewer than two groups to compare.")
    away = (observed - expected)[compared[1:]]
    matrix = variance[np.ix_(compared[1:], compared[1:])]
    try:
        statistic = float(away @ np.linalg.solve(matrix, away))
    except np.linalg.LinAlgError:
        raise TooFewData(
            f"groups of {group.name} are never at risk together."
        ) from None
    return LogRank(
        statistic=statistic,
        degrees_of_freedom=freedom,
        p_value=float(special.chdtrc(freedom, statistic)),
        observed=observed,
        expected=expected,
    )
