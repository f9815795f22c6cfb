"""How does a table of the book look on a page, whatever is in it?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from candela.publish.contents import BookTable
from candela.publish.contents import Cell as StoredCell
from candela.publish.disclosure import HIDDEN
from candela.publish.pages.about_book import day_words
from candela.publish.pages.cells import nothing_cell
from candela.publish.pages.parts import Cell, View

__all__ = ["stored_view"]

LONG = 8  # words of a heading
MANY = 100  # from here on one digit after the point is enough


def stored_view(table: BookTable, *, most: int | None = None) -> View:
    """Return a table of the book as people read it, its first rows only if asked."""
    names = [str(column.get("name", "")) for column in table.columns]
    rows = table.rows if most is None else table.rows[:most]
    notes = list(table.notes)
    if len(rows) < len(table.rows):
        notes.append(f"The first {most} of {len(table.rows):,} rows; the file has all.")
    return View.of(
        table.title,
        [_heading(column) for column in table.columns],
        [
            [_cell(row.get(name), table.name, number, name) for name in names]
            for number, row in enumerate(rows, start=2)
        ],
        numeric=tuple(c.get("datatype") == "number" for c in table.columns),
        notes=tuple(notes),
    )


def _heading(column: Mapping[str, str]) -> str:
    """Return what a column is, in its own words where they are short."""
    words = str(column.get("description", ""))
    if not words or len(words.split()) > LONG:
        words = str(column.get("name", "")).replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}"


def _cell(value: StoredCell, table: str, row: int, column: str) -> Cell:
    if value is None:
        return Cell("")
    if value == HIDDEN:
        return nothing_cell("hidden")
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    if isinstance(value, date):
        return Cell(day_words(value))
    if isinstance(value, float):
        name = f"table:{table}:{row}:{column}"
        return Cell(_number(value), name, sort=value)
    return Cell(str(value))


def _number(value: float) -> str:
    if value == round(value):
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= MANY else f"{value:.3f}"
