"""What stretch of time does a figure cover?  Days are inclusive at both ends."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["Period", "independent_periods", "span_words"]

MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name}


@dataclass(frozen=True, order=True)
class Period:
    """The days from ``start`` to ``end``, both included.

    Raises
    ------
    ValueError
        If ``end`` is before ``start``.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a period cannot end ({self.end}) before {self.start}")

    @classmethod
    def financial_year(cls, first_year: int) -> Period:
        """Return 1 April of ``first_year`` to 31 March of the next."""
        return cls(date(first_year, 4, 1), date(first_year + 1, 3, 31))

    @classmethod
    def calendar_year(cls, year: int) -> Period:
        """Return 1 January to 31 December of ``year``."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def months(cls, first: tuple[int, int], last: tuple[int, int]) -> Period:
        """Return the whole months from ``(year, month)`` to ``(year, month)``."""
        last_day = calendar.monthrange(*last)[1]
        return cls(date(*first, 1), date(*last, last_day))

    @property
    def days(self) -> int:
        """Number of days covered."""
        return (self.end - self.start).days + 1

    @property
    def years(self) -> float:
        """Length in years of 365.25 days."""
        return self.days / 365.25

    def overlaps(self, other: Period) -> bool:
        """Say whether the two share a day."""
        return self.start <= other.end and other.start <= self.end

    def contains(self, other: Period) -> bool:
        """Say whether every day of ``other`` is in this one."""
        return self.start <= other.start and other.end <= self.end

    def gap_days(self, other: Period) -> int:
        """Return the days between the two; 0 if they touch or share a day."""
        if self.overlaps(other):
            return 0
        first, second = sorted((self, other))
        return (second.start - first.end).days - 1

    def __str__(self) -> str:
        if (self.start.month, self.start.day) == (4, 1) and self == Period(
            self.start, date(self.start.year + 1, 4, 1) - timedelta(days=1)
        ):
            return f"{self.start.year}/{(self.start.year + 1) % 100:02d}"
        if self == Period.calendar_year(self.start.year):
            return str(self.start.year)
        return f"{self.start:%b %Y} to {self.end:%b %Y}"


def span_words(periods: Iterable[Period]) -> str:
    """Return from when to when these periods reach, in words.

    Whole years keep their names (``2010/11 to 2012/13``); others are told by months.

    Raises
    ------
    ValueError
        If there are none.
    """
    found = list(periods)
    first, last = min(found), max(found, key=lambda p: (p.end, p.start))
    if first == last:
        return str(first)
    if " to " in f"{first}{last}":
        return str(Period(first.start, last.end))
    return f"{first} to {last}"


def independent_periods(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Return the largest set of periods that share no day.

    Rolling twelve-month publications overlap, and figures that share deaths are not
    independent.  Among sets of the same size, whole financial years are preferred
    (research activity is counted in them), then later periods.

    Notes
    -----
    Interval scheduling on distinct periods: one pass over periods by their end, keeping
    for each the best set that ends with it.
    """
    ordered = sorted(set(periods), key=lambda p: (p.end, p.start))
    best: list[tuple[tuple[int, int, int], tuple[Period, ...]]] = []
    for period in ordered:
        before = [chosen for _, chosen in best if chosen[-1].end < period.start]
        head = max(before, key=_worth, default=())
        chosen = (*head, period)
        best.append((_worth(chosen), chosen))
    return max(best, default=((0, 0, 0), ()))[1]


def _worth(periods: Sequence[Period]) -> tuple[int, int, int]:
    financial = sum(
        (p.start.month, p.end.month) == (4, 3) and 364 <= p.days <= 366 for p in periods
    )
    return len(periods), financial, sum(p.end.toordinal() for p in periods)
