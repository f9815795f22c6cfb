"""What do the published mortality figures say, and what may be computed from them?

The Summary Hospital-level Mortality Indicator gives deaths observed and expected.  The
ratio shown is always the ratio published.  Files since 2018 print counts to the nearest
5, so their quotient is not the published ratio: it is never recomputed silently.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, TooFewData
from candela.tables import (
    PUBLISHED_OUTCOMES,
    Carried,
    Period,
    Policy,
    Succession,
    Table,
    independent_periods,
)

__all__ = [
    "SHMI_CAUTION",
    "Outcomes",
    "PublishedOutcome",
    "published_outcomes",
    "recomputed_ratio",
]

SHMI_CAUTION = (
    "SHMI compares deaths with the number expected from who was admitted; it is not a "
    "measure of quality by itself."
)
ROUNDED_CAUTION = (
    "Deaths in {periods} are published to the nearest 5, so limits and ratios computed "
    "from them can differ from the published ones in the second decimal."
)


def recomputed_ratio(
    observed: float, expected: float, *, rounding_base: int, accept_rounding: str = ""
) -> float:
    """Return observed / expected, refused where rounding forbids it.

    Parameters
    ----------
    accept_rounding
        The reason why a ratio of rounded counts will do; it belongs in the result's
        cautions.  Without it rounded counts are refused.

    Raises
    ------
    InputError
        If counts are rounded and no reason is given, or ``expected`` is not above 0.
    """
    if rounding_base > 1 and not accept_rounding:
        raise InputError(
            f"deaths are rounded to the nearest {rounding_base}, so their ratio is not "
            "the published one; use the published ratio, or give the reason why the "
            "ratio of rounded counts will do."
        )
    if not expected > 0:
        raise InputError("a ratio needs expected deaths above 0.")
    return observed / expected


@dataclass(frozen=True)
class PublishedOutcome:
    """One organisation in one period, as published or as carried over mergers.

    ``rows`` are the (file, row) pairs the figures were read from; more than one after
    a merger.  ``ratio`` is the published one for a single row and the quotient of the
    summed counts after a merger.
    """

    org_code: str
    period: Period
    observed: float
    expected: float
    ratio: float
    spells: float
    rounding_base: int
    rows: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Outcomes:
    """The outcomes of one indicator under one policy.

    ``left_out`` counts rows that cannot be used by reason: suppressed, missing, or
    without expected deaths.
    """

    indicator: str
    policy: Policy
    rows: tuple[PublishedOutcome, ...]
    carried: Carried
    left_out: tuple[tuple[str, int], ...]
    cautions: tuple[str, ...]

    @property
    def periods(self) -> tuple[Period, ...]:
        """All periods, in order."""
        return tuple(sorted({row.period for row in self.rows}))

    @property
    def independent(self) -> tuple[Period, ...]:
        """The largest set of periods that share no deaths."""
        return independent_periods(self.periods)

    def of(self, *periods: Period) -> tuple[PublishedOutcome, ...]:
        """Return the rows of these periods."""
        wanted = set(periods)
        return tuple(row for row in self.rows if row.period in wanted)


def published_outcomes(
    table: Table, *, indicator: str, policy: Policy, succession: Succession
) -> Outcomes:
    """Return one indicator's outcomes, organisations followed as ``policy`` says.

    Parameters
    ----------
    table
        A ``PUBLISHED_OUTCOMES`` table.

    Raises
    ------
    InputError
        If ``table`` is of another kind.
    TooFewData
        If it holds no figures of the indicator.
    """
    if table.spec != PUBLISHED_OUTCOMES:
        raise InputError(f"{table.spec.name} is not a table of published outcomes.")
    table = table.where(table["indicator"] == indicator)
    # Counts to the nearest 5 can leave a small organisation with none expected.
    usable = (table["value_status"] == "ok") & (table["expected"] > 0)
    left_out = _counted(_why_unusable(table.where(~usable)))
    if not usable.any():
        raise TooFewData(f"no figures of {indicator} in the files given.")
    carried = succession.carry(table, policy)
    rows = _summed(table, carried, usable)
    rounded = sorted({row.period for row in rows if row.rounding_base > 1})
    cautions = [SHMI_CAUTION] if indicator.startswith("SHMI") else []
    if rounded:
        told = ", ".join(str(period) for period in rounded)
        cautions.append(ROUNDED_CAUTION.format(periods=told))
    return Outcomes(indicator, policy, rows, carried, left_out, tuple(cautions))


def _why_unusable(table: Table) -> npt.NDArray[np.object_]:
    whys = table["value_status"].copy()
    said = whys == "ok"
    whys[said & np.isnan(table["expected"])] = "missing"
    whys[said & (table["expected"] == 0)] = "no expected deaths"
    return whys


def _counted(statuses: npt.NDArray[np.object_]) -> tuple[tuple[str, int], ...]:
    names, counts = np.unique(statuses.astype(str), return_counts=True)
    return tuple((str(n), int(c)) for n, c in zip(names, counts, strict=True))


def _summed(
    table: Table, carried: Carried, usable: npt.NDArray[np.bool_]
) -> tuple[PublishedOutcome, ...]:
    """Return one outcome per (organisation, period), summed over predecessors.

    A sum with a part that is hidden or missing is not known, and left out.
    """
    parts: dict[tuple[str, date, date], list[tuple[int, float]]] = {}
    starts, ends = table["period_start"].tolist(), table["period_end"].tolist()
    for row, code, share in zip(
        carried.rows, carried.codes, carried.shares, strict=True
    ):
        parts.setdefault((code, starts[row], ends[row]), []).append((row, share))
    found = [
        _outcome(table, code, Period(start, end), members)
        for (code, start, end), members in parts.items()
        if all(usable[row] for row, _ in members)
    ]
    return tuple(sorted(found, key=lambda o: (o.period, o.org_code)))


def _outcome(
    table: Table, code: str, period: Period, members: list[tuple[int, float]]
) -> PublishedOutcome:
    def total(name: str) -> float:
        return float(sum(table[name][row] * share for row, share in members))

    observed, expected = total("observed"), total("expected")
    base = int(max(table["rounding_base"][row] for row, _ in members))
    alone = len(members) == 1 and members[0][1] == 1.0
    ratio = (
        float(table["ratio"][members[0][0]])
        if alone
        else recomputed_ratio(
            observed,
            expected,
            rounding_base=base,
            accept_rounding="predecessors of a merger have no published ratio together",
        )
    )
    rows = tuple(
        (str(table["source_file"][row]), int(table["source_row"][row]))
        for row, _ in members
    )
    return PublishedOutcome(
        code, period, observed, expected, ratio, total("spells"), base, rows
    )
