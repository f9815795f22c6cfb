"""Where did this number come from?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from candela.publish.contents import BookContents, BookTable, Row
from candela.publish.pages.about_book import book_line
from candela.publish.pages.parts import Fact

__all__ = ["TracePage", "trace"]

QUESTION = "Where did this number come from?"
CELL = "table:"
MOST_DIGITS = 9
MOST_LETTERS = 60
OUTCOMES = ("shmi", "SHMI")
SAME = ("org_code", "period_start", "period_end")
KEYS = ("org_code", "indicator", "period_start", "period_end", "name", "feature")


@dataclass(frozen=True)
class TracePage:
    """One printed number: its value before rounding, its rule, its rows."""

    made_up: bool
    name: str
    question: str
    facts: tuple[Fact, ...]
    book_line: str


def trace(contents: BookContents, name: str) -> TracePage | None:
    """Return where a number came from; nothing where the book has no such number.

    Parameters
    ----------
    name
        Of a ``Number`` or a ``Cell``: that of a printed number in the manifest, or of a
        cell, such as ``table:position:57:value``.
    """
    facts = (
        _cell_facts(contents, name) if name.startswith(CELL) else _facts(contents, name)
    )
    if not facts:
        return None
    return TracePage(contents.made_up, name, QUESTION, facts, book_line(contents))


def _facts(contents: BookContents, name: str) -> tuple[Fact, ...]:
    known = contents.numbers.get(name)
    if known is None:
        return ()
    origin = contents.origins.get(str(known.get("origin", "")), {})
    return (
        Fact("As printed", (str(known.get("words", "")),)),
        Fact("Before rounding", (_exact(known.get("value")),)),
        *_origin_facts(origin),
        Fact("Name in the manifest", (name,)),
    )


def _cell_facts(contents: BookContents, name: str) -> tuple[Fact, ...]:
    """Return the facts about one cell of a table."""
    parts = name.split(":")
    if len(parts) != 4 or not parts[2].isdecimal():
        return ()
    _, table_name, number, column = parts
    table = contents.tables.get(table_name)
    place = int(number[:MOST_DIGITS]) - 2  # the heading is row 1
    if table is None or not 0 <= place < len(table.rows):
        return ()
    row = table.rows[place]
    if column not in row:
        return ()
    keys = [f"{key} {row[key]}" for key in KEYS if row.get(key) not in (None, "")]
    unit = _column(table, column).get("unit", "")
    return (
        Fact("Before rounding", (f"{_exact(row[column])} {unit}".strip(),)),
        Fact("What it is", (_column(table, column).get("description", column),)),
        Fact("Table and row", (f"tables/{table_name}.csv, row {number}, {column}",)),
        Fact("Row of", (", ".join(keys) or number,)),
        *_published(contents, row),
        *_origin_facts(table.origin),
    )


def _published(contents: BookContents, row: Row) -> tuple[Fact, ...]:
    """Return the published rows that a figure of deaths was read from."""
    wanted = [row.get(key) for key in SAME]
    if row.get("indicator") not in OUTCOMES or None in wanted:
        return ()
    return tuple(
        Fact("Published in", (f"{found['source_file']}, row {_exact(source)}",))
        for found in contents.rows("published_outcome")
        if [found.get(key) for key in SAME] == wanted
        and (source := found.get("source_row")) is not None
    )


def _column(table: BookTable, name: str) -> Mapping[str, str]:
    return next((c for c in table.columns if c.get("name") == name), {})


def _origin_facts(origin: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return the function, its note and the rows of the files it was given."""
    found = []
    if origin.get("function"):
        found.append(Fact("Worked out by", (str(origin["function"]),)))
    if origin.get("note"):
        found.append(Fact("How", (str(origin["note"]),)))
    rows = origin.get("rows") or {}
    if isinstance(rows, Mapping):
        for file, of in rows.items():
            found.append(Fact(f"From rows of {file}", (_shortened(str(of)),)))
    return tuple(found)


def _shortened(rows: str) -> str:
    """Return a list of rows, or how it begins: the manifest has all of it."""
    if len(rows) <= MOST_LETTERS:
        return rows
    kept = rows[:MOST_LETTERS].rsplit(",", 1)[0]
    return f"{kept} and so on; the manifest lists them all"


def _exact(value: object) -> str:
    if value is None:
        return "(nothing)"
    return f"{value:.10g}" if isinstance(value, float) else str(value)
