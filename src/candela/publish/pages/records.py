"""What is one row of the tables that pages are made of?

Each field is read from the column of its name, by its type.  Each row remembers its
table and its row number in the CSV file, so that a cell has a name that ``trace`` can
follow: ``table:position:57:value`` is column ``value`` of row 57, the heading being
row 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, TypeVar

from candela.publish.contents import Row
from candela.publish.pages.parts import Number
from candela.tables import Period

__all__ = [
    "Change",
    "Feature",
    "Indicator",
    "Organisation",
    "Peer",
    "Position",
    "Summary",
    "made",
    "period_key",
    "period_of",
    "period_of_key",
    "text_of",
]


@dataclass(frozen=True)
class Traced:
    """A row and where it stands."""

    table: str
    row: int

    def number(self, column: str, words: str) -> Number:
        """Return a number of this row by the name of its cell."""
        return Number(f"table:{self.table}:{self.row}:{column}", words)


@dataclass(frozen=True)
class Organisation(Traced):
    """An organisation by code; ``has_outcome`` is unknown in a book that is silent."""

    org_code: str
    name: str
    has_outcome: bool | None


@dataclass(frozen=True)
class Indicator(Traced):
    """What is told of an organisation: how deaths compare, or research by size."""

    indicator: str
    label: str
    question: str
    definition: str
    unit: str
    kind: str
    measure: str
    denominator: str
    per: float | None
    counts_people: bool
    method: str

    @property
    def key(self) -> str:
        """The indicator's key."""
        return self.indicator

    @property
    def is_ratio(self) -> bool:
        """Whether values are observed over expected, 1 being as expected."""
        return self.kind == "outcome"


@dataclass(frozen=True)
class Position(Traced):
    """One organisation on one indicator in one period, against its limits."""

    org_code: str
    indicator: str
    period: Period
    count: float | None
    size: float | None
    value: float | None
    lower: float | None
    upper: float | None
    expected: float | None
    lower95: float | None
    upper95: float | None
    lower998: float | None
    upper998: float | None
    verdict: str
    nothing: str
    third: float | None
    sustained_years: float | None

    @property
    def has_limits(self) -> bool:
        """Whether a verdict could be reached."""
        return self.verdict not in ("", "no_limits")


@dataclass(frozen=True)
class Summary(Traced):
    """All organisations on one indicator in one period."""

    indicator: str
    period: Period
    organisations: float | None
    outside95: float | None
    expected_outside95: float | None
    outside998: float | None
    expected_outside998: float | None
    between_sd: float | None
    lower_quartile: float | None
    median: float | None
    upper_quartile: float | None
    why_no_limits: str


@dataclass(frozen=True)
class Change(Traced):
    """How one organisation's figure moved over independent periods."""

    org_code: str
    indicator: str
    points: float | None
    kind: str
    previous: float | None
    latest: float | None
    mean: float | None
    lower: float | None
    upper: float | None
    signal_period_start: date | None
    signal_period_end: date | None
    signal: str


@dataclass(frozen=True)
class Feature(Traced):
    """One size of one organisation, by which peers are found."""

    org_code: str
    feature: str
    label: str
    value: float | None
    unit: str


@dataclass(frozen=True)
class Peer(Traced):
    """An organisation among those most alike to another."""

    org_code: str
    basis: str
    place: float | None
    peer_code: str


def text_of(row: Row, column: str) -> str:
    """Return a cell as text; nothing where it is empty."""
    value = row.get(column)
    return "" if value is None else str(value)


def _figure(row: Row, column: str) -> float | None:
    value = row.get(column)
    return float(value) if isinstance(value, int | float) else None


def _day(row: Row, column: str) -> date | None:
    value = row.get(column)
    return value if isinstance(value, date) else None


def _said(row: Row, column: str) -> bool | None:
    value = row.get(column)
    if value in (True, "yes"):
        return True
    return False if value in (False, "no") else None


def period_of(row: Row) -> Period | None:
    """Return the period of a row; nothing where it has none that can be."""
    start, end = _day(row, "period_start"), _day(row, "period_end")
    return None if start is None or end is None or end < start else Period(start, end)


READERS: Mapping[str, Callable[[Row, str], Any]] = {
    "str": text_of,
    "float | None": _figure,
    "date | None": _day,
    "bool": lambda row, column: bool(_said(row, column)),
    "bool | None": _said,
    "Period": lambda row, column: period_of(row),
}

Made = TypeVar("Made", bound=Traced)


def made(kind: type[Made], table: str, number: int, row: Row) -> Made:
    """Return one row of a table as a record."""
    cells = {
        field.name: READERS[str(field.type)](row, field.name)
        for field in fields(kind)
        if field.name not in ("table", "row")
    }
    return kind(table=table, row=number, **cells)


def period_key(period: Period) -> str:
    """Return a period as it stands in an address."""
    return f"{period.start.isoformat()}_{period.end.isoformat()}"


def period_of_key(key: str) -> Period | None:
    """Return the period written by ``period_key``; nothing for any other text."""
    start, _, end = key.partition("_")
    try:
        return Period(date.fromisoformat(start), date.fromisoformat(end))
    except ValueError:
        return None
