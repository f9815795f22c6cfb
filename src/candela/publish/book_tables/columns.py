"""Which columns stand in more than one table, and which rows did a table come from?"""

from __future__ import annotations

from collections.abc import Iterable

from candela.outcomes import Outcomes
from candela.participation import Rate
from candela.publish.csv_tables import PublishedColumn
from candela.tables import Table

__all__ = [
    "END",
    "INDICATOR",
    "ORG",
    "START",
    "number",
    "outcome_rows",
    "rate_rows",
    "table_rows",
]

Rows = tuple[tuple[str, int], ...]

ORG = PublishedColumn("org_code", "organisation code (ODS)")
START = PublishedColumn("period_start", "first day covered", "date")
END = PublishedColumn("period_end", "last day covered", "date")
INDICATOR = PublishedColumn("indicator", "published indicator")


def number(name: str, description: str, unit: str = "") -> PublishedColumn:
    """Return a column of numbers."""
    return PublishedColumn(name, description, "number", unit)


def rate_rows(rates: Iterable[Rate]) -> Rows:
    """Return the (file, row) pairs that rates were made of."""
    return tuple(sorted({row for rate in rates for row in rate.rows}))


def outcome_rows(outcomes: Outcomes) -> Rows:
    """Return the (file, row) pairs that outcomes were read from."""
    return tuple(sorted({row for outcome in outcomes.rows for row in outcome.rows}))


def table_rows(table: Table) -> Rows:
    """Return the (file, row) pairs of a table read from files."""
    return tuple(
        (str(f), int(n))
        for f, n in zip(table["source_file"], table["source_row"], strict=True)
    )
