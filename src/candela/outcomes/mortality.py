"""How many patients of each trust died, and how many would be expected to?

Indirect standardisation: what the case mix leads one to expect is added up by
trust and period and set beside what happened.  The limits say how far a trust *as
expected* may be from 1 by chance and by ordinary differences between trusts; a trust
outside them is different from expected, which is not a judgement of its care.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, TooFewData
from candela.stats.coded import CodeColumn
from candela.stats.funnel import (
    FunnelLimits,
    FunnelMethod,
    funnel_limits,
    limits_of_others,
)
from candela.tables import Period

__all__ = ["StandardisedMortality", "TrustMortality", "standardised_mortality"]

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[Any]

BLOCK_ROWS = 1 << 20
# Below, a ratio and its limits are of no use, and may be too large to be numbers.
LEAST_EXPECTED = 0.01
NOT_A_JUDGEMENT = (
    "A ratio compares deaths with the number expected from who was admitted; it is not "
    "a measure of quality by itself."
)


@dataclass(frozen=True)
class TrustMortality:
    """One trust in one period.

    Attributes
    ----------
    patients, observed
        Counts; true, to be protected where they are published.
    expected
        Deaths if each patient had the average risk of such patients.
    ratio
        Observed by expected; ``None`` with fewer than 0.01 expected.
    lower95, upper95, lower998, upper998
        Limits of the ratio for a trust as expected; ``None`` where there are none.
    """

    org_code: str
    period: Period
    patients: int
    observed: int
    expected: float
    ratio: float | None
    lower95: float | None = None
    upper95: float | None = None
    lower998: float | None = None
    upper998: float | None = None


@dataclass(frozen=True)
class StandardisedMortality:
    """All trusts in all periods, by period and then by code.

    Attributes
    ----------
    method
        How the limits were made; see ``candela.stats.funnel``.
    between_sd
        By period, the standard deviation of trusts' log ratios beyond chance; absent
        where there are no limits.
    cautions
        Sentences that go wherever the figures go.
    """

    trusts: tuple[TrustMortality, ...]
    method: FunnelMethod
    between_sd: tuple[tuple[Period, float], ...]
    cautions: tuple[str, ...]


def standardised_mortality(
    column: CodeColumn,
    events: Counts,
    expected: Floats,
    *,
    places: Sequence[tuple[str, Period]],
    trials: Counts | None = None,
    keep: npt.NDArray[np.uint8] | None = None,
    method: FunnelMethod = "trim-consistent",
) -> StandardisedMortality:
    """Return observed and expected deaths by trust and period, with limits.

    Parameters
    ----------
    column
        The trust and period of each row; several levels may be one place.
    events : ndarray of uint8 or uint32, shape (n,)
        Deaths of each row.
    expected : ndarray, shape (levels,)
        Expected deaths by level: ``expected_by`` of the fitted model.
    places
        Organisation code and period of each level.
    trials, keep
        Patients of each row (one each when absent), and which rows count.
    method
        How the limits are made; ``shmi`` for the official rule.

    Raises
    ------
    InputError
        If lengths differ, or an expected number is negative or missing.

    Notes
    -----
    Each period has limits of its own.  Where a method works with log ratios, trusts
    without deaths say nothing of the spread, but have limits like all others.

    References
    ----------
    Spiegelhalter DJ. Stat Med 2005;24:1185-1202. doi:10.1002/sim.1970
    """
    expected = np.asarray(expected, np.float64)
    if len(places) != column.levels or expected.shape != (column.levels,):
        raise InputError(
            f"{column.name} has {column.levels} levels; expected as many places and "
            "expected numbers."
        )
    if not (np.isfinite(expected).all() and (expected >= 0).all()):
        raise InputError("an expected number of deaths is negative or missing.")
    patients, observed = _counted(column, events, trials, keep)
    sums: dict[tuple[Period, str], Floats] = {}
    for level, (code, period) in enumerate(places):
        if patients[level] > 0:
            row = np.array([patients[level], observed[level], expected[level]])
            sums[period, code] = sums.get((period, code), np.zeros(3)) + row
    trusts: list[TrustMortality] = []
    spreads: list[tuple[Period, float]] = []
    cautions = [NOT_A_JUDGEMENT]
    for period in sorted({period for period, _ in sums}):
        rows = [(code, sums[p, code]) for p, code in sorted(sums) if p == period]
        found, spread, said = _of_period(period, rows, method)
        trusts += found
        cautions += said
        if spread is not None:
            spreads.append((period, spread))
    return StandardisedMortality(
        tuple(trusts), method, tuple(spreads), tuple(dict.fromkeys(cautions))
    )


def _counted(
    column: CodeColumn,
    events: Counts,
    trials: Counts | None,
    keep: npt.NDArray[np.uint8] | None,
) -> tuple[Floats, Floats]:
    """Return patients and deaths by level, a block of rows at a time."""
    lengths = {
        len(part) for part in (column.codes, events, trials, keep) if part is not None
    }
    if len(lengths) > 1:
        raise InputError(f"columns of one set of rows have lengths {sorted(lengths)}.")
    patients, observed = np.zeros(column.levels), np.zeros(column.levels)
    for first in range(0, len(events), BLOCK_ROWS):
        rows = slice(first, first + BLOCK_ROWS)
        chosen = slice(None) if keep is None else keep[rows] != 0
        codes = column.codes[rows][chosen]
        sizes = None if trials is None else trials[rows][chosen]
        patients += np.bincount(codes, sizes, column.levels)
        observed += np.bincount(codes, events[rows][chosen], column.levels)
    return patients, observed


def _of_period(
    period: Period, rows: list[tuple[str, Floats]], method: FunnelMethod
) -> tuple[list[TrustMortality], float | None, list[str]]:
    """Return one period's trusts, the spread between them, and what must be said."""
    patients, observed, expected = np.array([row for _, row in rows]).T
    whole, said = expected >= LEAST_EXPECTED, []
    if not whole.all():
        said.append(
            f"Without expected deaths in {period}, and so without a ratio: "
            f"{int((~whole).sum())} of {len(rows)} organisations."
        )
    limits = np.full((4, len(rows)), np.nan)
    spread = None
    try:
        limits[:, whole], spread = _limits(observed[whole], expected[whole], method)
    except TooFewData:
        said.append(
            f"Fewer than 10 organisations had deaths in {period}: the spread between "
            "them cannot be told from chance, so there are no limits."
        )
    trusts = [
        TrustMortality(
            code,
            period,
            round(patients[k]),
            round(observed[k]),
            float(expected[k]),
            float(observed[k] / expected[k]) if whole[k] else None,
            *(None if np.isnan(limit) else float(limit) for limit in limits[:, k]),
        )
        for k, (code, _) in enumerate(rows)
    ]
    return trusts, spread, said


def _limits(
    observed: Floats, expected: Floats, method: FunnelMethod
) -> tuple[Floats, float]:
    """Return the four limits, shape (4, n), and the spread that they allow for."""
    telling = np.ones(len(observed), np.bool_)
    if method not in ("poisson", "cqc"):
        telling = observed > 0  # the log of 0 does not exist
    found = funnel_limits(observed[telling], expected[telling], method=method)
    out = np.empty((4, len(observed)))
    out[:, telling] = _stacked(found)
    if not telling.all():
        out[:, ~telling] = _stacked(limits_of_others(expected[~telling], like=found))
    return out, found.between_sd


def _stacked(found: FunnelLimits) -> Floats:
    return np.array([found.lower95, found.upper95, found.lower998, found.upper998])
