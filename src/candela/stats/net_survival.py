"""What share would still be alive if the disease were the only cause of death?

Net survival against a life table of the general population.  Patients are not made
alike by excluding those who die of other things: with Pohar Perme's weights each one
left stands for those of the same age whom other causes took.

References
----------
Pohar Perme M, Stare J, Esteve J. Biometrics 2012;68:113-120.
doi:10.1111/j.1541-0420.2011.01640.x
Ederer F, Heise H. Methodological note 10, National Cancer Institute, 1959.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, TooFewData
from candela.stats.coded import CodeColumn
from candela.stats.cox_rows import Mask
from candela.stats.intervals import critical_value
from candela.stats.kaplan_meier import SurvivalPoint
from candela.stats.life_table import DAYS_IN_YEAR, LifeTable

__all__ = ["NetMethod", "NetSurvival", "pohar_perme"]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
NetMethod = Literal["pohar_perme", "ederer2"]


@dataclass(frozen=True, eq=False)
class NetSurvival:
    """Net survival of one group, day by day.

    Attributes
    ----------
    days : ndarray of int64, shape (m,)
        0, 1, 2 ... to the last day followed.
    survival, standard_error, lower, upper : ndarray, shape (m,)
        To the end of each day.  Net survival may rise, and pass 1, where patients die
        less than the population does.  Limits are on the log scale.
    at_risk : ndarray of int64, shape (m,)
    """

    label: str
    rows: int
    total_events: int
    method: NetMethod
    days: Whole
    survival: Floats
    standard_error: Floats
    lower: Floats
    upper: Floats
    at_risk: Whole
    level: float

    def at(self, day: int) -> SurvivalPoint:
        """Return net survival to a day.

        Raises
        ------
        TooFewData
            If nobody was followed for so long.
        """
        if not 0 <= day < len(self.days):
            raise TooFewData(
                f"{self.label}: nobody was followed for {day} days, only "
                f"{len(self.days) - 1}."
            )
        return SurvivalPoint(
            day=day,
            survival=float(self.survival[day]),
            lower=float(self.lower[day]),
            upper=float(self.upper[day]),
            standard_error=float(self.standard_error[day]),
            at_risk=int(self.at_risk[day]),
        )


def pohar_perme(
    stop: CodeColumn,
    event: npt.NDArray[np.uint8],
    *,
    sex: CodeColumn,
    age_days: CodeColumn,
    begin: CodeColumn,
    first_day: date,
    table: LifeTable,
    group: CodeColumn | None = None,
    labels: Sequence[str] = (),
    horizon: int | None = None,
    keep: Mask | None = None,
    level: float = 0.95,
    method: NetMethod = "pohar_perme",
) -> tuple[NetSurvival, ...]:
    """Return net survival of each group that has rows, in order of its code.

    Parameters
    ----------
    stop, event, keep
        As for ``fit_cox``.
    sex
        Codes in the order of ``table.sexes``.
    age_days
        Age in days when follow-up begins.  Where only whole years are known, half a
        year more is a fair guess.
    begin
        The day on which each follow-up begins, counted from ``first_day``.
    group, labels
        As for ``kaplan_meier``.
    horizon
        Last day to look at; the longest follow-up if not given.
    method
        ``pohar_perme``, or ``ederer2`` (without weights, for comparison with older
        tables).

    Raises
    ------
    InputError, TooFewData
        If the rows are not fit to be used, or none is left.

    Notes
    -----
    R: ``relsurv::rs.surv``.  Weights are those in the middle of each day, and the curve
    steps on days on which follow-up of anybody ends.  A birthday within a day counts
    for its part of it; relsurv 2.2 takes it in a day or two late, so that survival to
    five years agrees to the fourth digit only.
    """
    if method not in ("pohar_perme", "ederer2"):
        raise ValueError(f"method is pohar_perme or ederer2, not {method!r}")
    chosen = np.arange(len(stop.codes)) if keep is None else np.flatnonzero(keep)
    if not chosen.size:
        raise TooFewData("no row is left to follow.")
    if sex.levels != len(table.sexes):
        raise InputError(
            f"{sex.name} has {sex.levels} levels; the life table has "
            f"{len(table.sexes)} sexes."
        )
    longest = int(stop.codes[chosen].max())
    days = longest if horizon is None else min(horizon, longest)
    years = _years(table, first_day, int(begin.codes[chosen].max()) + days + 1)
    own = group.codes[chosen] if group else np.zeros(len(chosen), np.uint8)
    curves = []
    for g in np.unique(own).tolist():
        rows = chosen[own == g]
        sums = _sums(
            rows, stop, event, sex, age_days, begin, years, table, days, method
        )
        ended = np.bincount(stop.codes[rows], minlength=days + 1)[: days + 1] > 0
        label = labels[g] if labels else (f"{group.name} {g}" if group else "all")
        curves.append(_curve(label, len(rows), sums, ended, level, method))
    return tuple(curves)


def _years(table: LifeTable, first_day: date, days: int) -> Whole:
    """Return the table's year of each day from ``first_day`` on."""
    start = np.datetime64(first_day, "D")
    year = (start + np.arange(days)).astype("datetime64[Y]").astype(np.int64) + 1970
    return np.clip(year - table.first_year, 0, table.hazards.shape[1] - 1)


def _sums(
    rows: Whole,
    stop: CodeColumn,
    event: npt.NDArray[np.uint8],
    sex: CodeColumn,
    age_days: CodeColumn,
    begin: CodeColumn,
    years: Whole,
    table: LifeTable,
    days: int,
    method: NetMethod,
) -> Floats:
    from candela.stats.net_survival_kernels import sum_days

    wide = (c.codes[rows].astype(np.int64) for c in (sex, age_days, begin))
    return np.asarray(
        sum_days(
            stop.codes[rows].astype(np.int64),
            np.asarray(event[rows], np.uint8),
            *wide,
            years,
            np.ascontiguousarray(table.hazards, np.float64),
            DAYS_IN_YEAR,
            days,
            method == "pohar_perme",
        )
    )


def _curve(
    label: str,
    rows: int,
    sums: Floats,
    ended: npt.NDArray[np.bool_],
    level: float,
    method: NetMethod,
) -> NetSurvival:
    left = int(np.flatnonzero(sums[5])[-1]) + 1
    middle, population, end, deaths, squares, at_risk, counts = sums[:, :left]
    steps = ended[:left].copy()
    # Between days on which somebody's follow-up ends the population's hazard gathers.
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = np.where(middle > 0, population / middle, 0.0)
    gathered = np.cumsum(expected)
    at_steps = np.flatnonzero(steps)
    before = np.concatenate([[0.0], gathered[at_steps][:-1]])
    jumps = deaths[at_steps] / end[at_steps] - (gathered[at_steps] - before)
    curve = np.concatenate([[1.0], np.cumprod(1 - jumps)])
    since = np.searchsorted(at_steps, np.arange(left), side="right")
    start = np.concatenate([[0.0], gathered[at_steps]])[since]
    survival = curve[since] * (1 + gathered - start)
    error = np.sqrt(np.cumsum(squares / end**2))
    factor = np.exp(critical_value(level) * error)
    return NetSurvival(
        label=label,
        rows=rows,
        total_events=int(counts.sum()),
        method=method,
        days=np.arange(left),
        survival=survival,
        standard_error=survival * error,
        lower=survival / factor,
        upper=survival * factor,
        at_risk=at_risk.astype(np.int64),
        level=level,
    )
