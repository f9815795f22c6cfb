"""How do a book's rows and pages become JSON?

A number that a page would hide is null here, with the reason in ``nothing``; a table's
hidden cell keeps its ``*``.
"""

from __future__ import annotations

import math
from datetime import date
from typing import Any

from django.urls import reverse

from candela.publish.contents import BookContents, BookTable
from candela.publish.contents import Cell as BookCell
from candela.publish.disclosure import NOTE
from candela.publish.pages.held import Held
from candela.publish.pages.parts import View
from candela.publish.pages.records import Indicator, Position, Summary, period_key
from candela.tables import Period
from candela.web.books.models import Book

__all__ = [
    "RULES",
    "about",
    "indicator_answer",
    "notes_of",
    "organisation_answer",
    "period_answer",
    "position_answer",
    "summary_answer",
    "table_cells",
    "view_answer",
]

RULES = (
    NOTE,
    "Numbers are not rounded further than in the book. In positions a hidden number is "
    "null and `nothing` is `hidden`; null alone means that there is no figure.",
    "Deaths compared with expected are ratios: 1 is as expected.",
    "Limits are those of single organisations against all; nothing here is a rank.",
)
FIGURES = (
    "count",
    "size",
    "value",
    "lower",
    "upper",
    "expected",
    "lower95",
    "upper95",
    "lower998",
    "upper998",
)
TOGETHER = (
    "organisations",
    "outside95",
    "expected_outside95",
    "outside998",
    "expected_outside998",
    "between_sd",
    "lower_quartile",
    "median",
    "upper_quartile",
)


def about(book: Book) -> dict[str, Any]:
    """Return which book an answer is about."""
    return {
        "id": book.public_id,
        "title": book.title,
        "owner": book.organisation.name,
        "built_on": str(book.built_on or ""),
        "made_up": book.made_up,
        "public": book.is_public,
        "seal": book.seal,
        "address": reverse("api-book", args=[book.public_id]),
    }


def organisation_answer(book: Book, code: str, name: str) -> dict[str, Any]:
    """Return an organisation of a book."""
    address = reverse("api-organisation", args=[book.public_id, code])
    return {"code": code, "name": name, "address": address}


def period_answer(period: Period) -> dict[str, Any]:
    """Return a period, with the key that chooses it in an address."""
    return {
        "first_day": period.start.isoformat(),
        "last_day": period.end.isoformat(),
        "key": period_key(period),
    }


def indicator_answer(book: Book, held: Held, indicator: Indicator) -> dict[str, Any]:
    """Return an indicator and its periods."""
    return {
        "key": indicator.key,
        "label": indicator.label,
        "question": indicator.question,
        "definition": indicator.definition,
        "unit": indicator.unit,
        "kind": indicator.kind,
        "counts_people": indicator.counts_people,
        "method": indicator.method,
        "periods": [period_answer(p) for p in held.periods(indicator.key)],
        "address": reverse("api-indicator", args=[book.public_id, indicator.key]),
    }


def position_answer(position: Position, nothing: str) -> dict[str, Any]:
    """Return where an organisation stands; nothing of what is hidden."""
    hidden = nothing == "hidden"
    figures = {name: None if hidden else getattr(position, name) for name in FIGURES}
    return {
        "organisation": position.org_code,
        "indicator": position.indicator,
        "period": period_answer(position.period),
        **figures,
        "verdict": "no_limits" if hidden else position.verdict,
        "nothing": nothing,
    }


def summary_answer(summary: Summary | None) -> dict[str, Any] | None:
    """Return all organisations together."""
    if summary is None:
        return None
    told = {name: getattr(summary, name) for name in TOGETHER}
    return {**told, "why_no_limits": summary.why_no_limits}


def table_cells(
    table: BookTable, first: int, rows: int
) -> list[list[str | float | bool | None]]:
    """Return some rows of a table, cells in the order of its columns."""
    names = [column["name"] for column in table.columns]
    shown = table.rows[first : first + rows]
    return [[_cell(row.get(name)) for name in names] for row in shown]


def view_answer(view: View | None) -> dict[str, Any] | None:
    """Return a table as people read it; nothing where the page has none."""
    if view is None:
        return None
    return {
        "caption": view.caption,
        "headings": list(view.headings),
        "rows": [[cell.words for cell in row] for row in view.rows],
        "notes": list(view.notes),
    }


def notes_of(contents: BookContents, *more: str) -> list[str]:
    """Return the rules of an answer, and what was changed in the book."""
    changed = [
        f"{name} no longer matches the record of the book; what it held is left out."
        for name in sorted(contents.altered)
    ]
    return [*RULES, *more, *changed]


def _cell(value: BookCell) -> str | float | bool | None:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
