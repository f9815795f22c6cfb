"""Does a hazard ratio stay the same as time goes on?

The score test that a coefficient does not change with g(time), as R's ``cox.zph`` from
survival 3 on: events' departures from the mean of their risk set, weighed by g, against
their exact covariance.  A departure does not make the ratio wrong: it is then an
average over the follow-up, and curves tell more.

References
----------
Grambsch PM, Therneau TM. Biometrika 1994;81:515-526. doi:10.1093/biomet/81.3.515
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from candela.errors import TooFewData
from candela.stats.coded import CodedDesign
from candela.stats.cox import CoxFit
from candela.stats.cox_likelihood import RiskSets
from candela.stats.cox_rows import CoxRows

__all__ = ["HazardTest", "TimeScale", "zph"]

Floats = npt.NDArray[np.float64]
TimeScale = Literal["km", "identity", "log", "rank"]

HALF_A_DAY = 0.5  # what day 0 counts as where a logarithm is asked for


@dataclass(frozen=True)
class HazardTest:
    """One test: chi-squared ``statistic`` on ``degrees_of_freedom``."""

    term: str
    statistic: float
    degrees_of_freedom: int
    p_value: float


def zph(
    fit: CoxFit,
    terms: CodedDesign | Mapping[str, tuple[str, ...]] | None = None,
    *,
    scale: TimeScale = "km",
) -> tuple[HazardTest, ...]:
    """Return the test of each term, and of all together last.

    Parameters
    ----------
    terms
        The design, or labels by term; a test for each coefficient if not given.
    scale
        What the ratio might change with: 1 less Kaplan-Meier of all rows (``km``), days
        (``identity``), their logarithm or rank.

    Raises
    ------
    TooFewData
        If all events fall on one day, or too few days for so many coefficients.
    """
    at, rows = fit.at, fit.rows
    g = _scaled(rows, scale)
    g = g - g @ rows.deaths / rows.deaths.sum()
    if not (np.abs(g) > 0).any():
        raise TooFewData("all events fall on one day, so nothing changes with time.")
    p = rows.size
    information = np.empty((2 * p, 2 * p))
    information[:p, :p] = at.information()
    information[:p, p:] = information[p:, :p] = at.information(g)
    information[p:, p:] = at.information(g * g)
    slope = _departures(at, g)
    tests = []
    for name, which in _groups(fit, terms).items():
        columns = np.concatenate([np.arange(p), p + np.array(which)])
        part = information[np.ix_(columns, columns)]
        right = np.concatenate([np.zeros(p), slope[which]])
        tests.append(_tested(name, part, right, len(which)))
    whole = np.concatenate([np.zeros(p), slope])
    return (*tests, _tested("all together", information, whole, p))


def _tested(name: str, matrix: Floats, slope: Floats, freedom: int) -> HazardTest:
    from scipy import special

    scale = np.sqrt(np.maximum(np.diag(matrix), 1e-300))
    try:
        solved = np.linalg.solve(matrix / np.outer(scale, scale), slope / scale)
    except np.linalg.LinAlgError:
        raise TooFewData(
            f"too few days with events to see whether {name} changes with time."
        ) from None
    statistic = float(slope / scale @ solved)
    return HazardTest(
        name, statistic, freedom, float(special.chdtrc(freedom, max(statistic, 0.0)))
    )


def _groups(
    fit: CoxFit, terms: CodedDesign | Mapping[str, tuple[str, ...]] | None
) -> dict[str, list[int]]:
    if terms is None:
        return {label: [j] for j, label in enumerate(fit.labels)}
    if isinstance(terms, CodedDesign):
        terms = {term.name: term.labels for term in terms.terms}
    places = {label: j for j, label in enumerate(fit.labels)}
    found = {n: [places[x] for x in t if x in places] for n, t in terms.items()}
    return {name: which for name, which in found.items() if which}


def _departures(at: RiskSets, g: Floats) -> Floats:
    """Return the sum over deaths of g (x - m), shape (p,)."""
    rows, entries = at.rows, at.rows.entries
    died = rows.event == 1
    weight = g[rows.last[died] - 1]
    out = -(rows.deaths * g) @ at.death_means()
    codes = rows.codes[died]
    sums = np.zeros(len(entries.starts) - 1)
    for k, first in enumerate(entries.levels):
        np.add.at(sums, first + codes[:, k].astype(np.int64), weight)
    each = np.repeat(sums, np.diff(entries.starts))
    np.add.at(out, entries.index, entries.value * each)
    return np.asarray(out)


def _scaled(rows: CoxRows, scale: TimeScale) -> Floats:
    """Return g of each cell's day."""
    ends = np.bincount(rows.end)
    match scale:
        case "identity":
            return rows.day.astype(np.float64)
        case "log":
            return np.asarray(np.log(np.maximum(rows.day, HALF_A_DAY)))
        case "rank":
            return np.asarray((np.cumsum(ends) - (ends - 1) / 2)[rows.day])
        case "km":
            return _one_less_survival(rows, ends)
    raise ValueError(f"scale is km, identity, log or rank, not {scale!r}")


def _one_less_survival(rows: CoxRows, ends: npt.NDArray[np.int64]) -> Floats:
    """Return 1 less the Kaplan-Meier estimate of all rows just before each cell."""
    # Row at risk on a day: begun before it and not ended before it.
    begun = np.cumsum(np.bincount(rows.begin + 1, minlength=len(ends) + 1))
    at_risk = begun[: len(ends)] - np.concatenate([[0], np.cumsum(ends)[:-1]])
    deaths = np.bincount(rows.day, weights=rows.deaths, minlength=len(ends))
    kept = np.cumprod(1 - deaths / np.maximum(at_risk, 1))
    return np.asarray(1 - np.concatenate([[1.0], kept])[rows.day])
