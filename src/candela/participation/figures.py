"""What is this organisation's figure in this period, whatever periods were published?

Beds come by quarter, staff by month, recruits by financial year, trials by calendar
year, spells by rolling year.  A *flow* (recruits, spells) adds up over time; a *stock*
(beds, staff) is averaged.  Over a merger both add up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from candela.errors import InputError
from candela.tables import (
    MEASURES,
    ORGANISATION_MEASURES,
    Carried,
    Measure,
    Period,
    Policy,
    Succession,
    Table,
)

__all__ = ["Figure", "Figures", "figures_of"]

WHOLE = 0.98  # parts must cover this share of a period's days to stand for it


@dataclass(frozen=True)
class Figure:
    """One value, the period it stands for, and the (file, row) pairs it came from."""

    value: float
    period: Period
    rows: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Figures:
    """All figures of one measure, organisations followed as the policy says.

    ``hidden`` holds organisation and period of figures that are suppressed, or left out
    by the policy: not zero, not known.
    """

    measure: Measure
    policy: Policy
    carried: Carried
    by_org: dict[str, dict[Period, Figure]] = field(repr=False)
    hidden: frozenset[tuple[str, Period]] = frozenset()
    _known_within: dict[Period, tuple[Period, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """All published periods, in order."""
        return tuple(sorted({p for found in self.by_org.values() for p in found}))

    @cached_property
    def years(self) -> tuple[Period, ...]:
        """The published periods of about a year, in order."""
        return tuple(p for p in self.periods if 360 <= p.days <= 370)

    @cached_property
    def _hidden_of(self) -> dict[str, list[Period]]:
        found: dict[str, list[Period]] = defaultdict(list)
        for code, period in self.hidden:
            found[code].append(period)
        return dict(found)

    @property
    def organisations(self) -> tuple[str, ...]:
        """All organisations with a figure."""
        return tuple(sorted(self.by_org))

    def over(self, org_code: str, period: Period) -> Figure | None:
        """Return the figure for exactly this period, put together if need be.

        A flow is summed over published parts that cover the period without overlap; a
        stock is averaged by days over the parts within it.  Nothing is returned when
        the parts do not reach that far.
        """
        found = self.by_org.get(org_code, {})
        if period in found:
            return found[period]
        within = self._within(period)
        if any(period.contains(p) for p in self._hidden_of.get(org_code, ())):
            return None
        parts = [found[p] for p in within if p in found]
        if not parts:
            return self._absent(period)
        if any(a.period.overlaps(b.period) for a, b in pairwise(parts)):
            return None
        days = sum(part.period.days for part in parts)
        rows = tuple(row for part in parts for row in part.rows)
        if not self.measure.summed_over_time:
            mean = sum(part.value * part.period.days for part in parts) / days
            return Figure(mean, period, rows)
        if days < WHOLE * period.days:
            return None
        return Figure(sum(part.value for part in parts), period, rows)

    def near(self, org_code: str, period: Period, *, within_days: int) -> Figure | None:
        """Return the figure for ``period``, or the nearest in time, a year's worth.

        Used for sizes only: beds of the next year say more about a trust's size than
        nothing does.  ``within_days`` bounds the distance between midpoints.
        """
        exact = self.over(org_code, period)
        if exact is not None:
            return exact
        found = self.by_org.get(org_code, {})
        yearly = [
            f
            for p, f in found.items()
            if not self.measure.summed_over_time or 360 <= p.days <= 370
        ]
        if not yearly:
            return None
        nearest = min(yearly, key=lambda f: (_apart(f.period, period), f.period))
        return nearest if _apart(nearest.period, period) <= within_days else None

    def standing_in(self, values: Mapping[tuple[str, Period], float]) -> Figures:
        """Return these figures with other values for some organisations and periods."""
        by_org = {code: dict(found) for code, found in self.by_org.items()}
        for (code, period), value in values.items():
            figure = self.over(code, period)
            if figure is not None:
                by_org[code][period] = replace(figure, value=value)
        return replace(self, by_org=by_org)

    def without(self, unknown: Iterable[tuple[str, Period]]) -> Figures:
        """Return these figures with some of them not known, as if they were hidden."""
        gone = frozenset(unknown)
        by_org = {
            code: {p: f for p, f in found.items() if (code, p) not in gone}
            for code, found in self.by_org.items()
        }
        return replace(self, by_org=by_org, hidden=self.hidden | gone, _known_within={})

    def _within(self, period: Period) -> tuple[Period, ...]:
        """Return the published periods that lie within ``period``, in order."""
        if period not in self._known_within:
            self._known_within[period] = tuple(
                p for p in self.periods if period.contains(p)
            )
        return self._known_within[period]

    def _absent(self, period: Period) -> Figure | None:
        """Return a figure of none where silence means none, and nothing elsewhere."""
        if not self.measure.absent_is_zero:
            return None
        covered, reached = 0, period.start.toordinal() - 1
        for part in self._within(period):  # in order; a day in two of them counts once
            first, last = part.start.toordinal(), part.end.toordinal()
            covered += max(0, last - max(reached, first - 1))
            reached = max(reached, last)
        if covered >= WHOLE * period.days:
            return Figure(0.0, period, ())
        return None


def figures_of(
    table: Table, measure: str, *, policy: Policy, succession: Succession
) -> Figures:
    """Return the figures of one measure.

    Parameters
    ----------
    table
        An ``ORGANISATION_MEASURES`` table; rows of other measures are passed over.

    Raises
    ------
    InputError
        If the measure is not in the vocabulary, or the table of another kind.
    """
    if table.spec != ORGANISATION_MEASURES:
        raise InputError(f"{table.spec.name} is not a table of organisation measures.")
    if measure not in MEASURES:
        raise InputError(f"`{measure}` is not one of {', '.join(MEASURES)}.")
    table = table.where(table["measure"] == measure)
    carried = succession.carry(table, policy)
    starts, ends = table["period_start"].tolist(), table["period_end"].tolist()
    values, files = table["value"], table["source_file"]
    source_rows = table["source_row"]
    collected: dict[tuple[str, Period], list[tuple[float, tuple[str, int]]]]
    collected = defaultdict(list)
    # A year of merger that the policy leaves out is not known, and not none.
    hidden: set[tuple[str, Period]] = set(carried.dropped)
    periods = {span: Period(*span) for span in set(zip(starts, ends, strict=True))}
    for row, code, share in zip(
        carried.rows, carried.codes, carried.shares, strict=True
    ):
        period = periods[starts[row], ends[row]]
        if np.isnan(values[row]):
            hidden.add((code, period))
            continue
        source = (str(files[row]), int(source_rows[row]))
        collected[code, period].append((float(values[row]) * share, source))
    by_org: dict[str, dict[Period, Figure]] = defaultdict(dict)
    for (code, period), parts in collected.items():
        if (code, period) in hidden:
            continue  # a sum with a hidden part is not known
        by_org[code][period] = Figure(
            sum(value for value, _ in parts), period, tuple(s for _, s in parts)
        )
    return Figures(MEASURES[measure], policy, carried, dict(by_org), frozenset(hidden))


def _apart(a: Period, b: Period) -> float:
    middle = a.start.toordinal() + a.end.toordinal()
    return abs(middle - b.start.toordinal() - b.end.toordinal()) / 2
