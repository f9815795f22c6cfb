"""What do the tables behind the pictures of a study have in common?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from candela.publish.book_tables.columns import number
from candela.publish.csv_tables import PublishedColumn, PublishedTable
from candela.publish.study.shown import ShownStudy
from candela.publish.study.tables import origin_of

__all__ = ["CLASS", "INTERVAL", "drawn_table", "subtitle_of"]

CLASS = PublishedColumn("class", "class of research activity")
INTERVAL = (
    number("lower", "lower end of the 95% interval"),
    number("upper", "upper end of the 95% interval"),
)


def subtitle_of(found: ShownStudy, *more: str) -> tuple[str, ...]:
    source = "Made-up data." if found.made_up else "Source: files named in the report."
    return (*filter(None, more), source)


def drawn_table(
    found: ShownStudy,
    name: str,
    title: str,
    columns: Iterable[PublishedColumn],
    rows: Iterable[tuple[Any, ...]],
    *notes: str,
) -> PublishedTable:
    return PublishedTable(
        name, title, tuple(columns), list(rows), origin_of(found), notes
    )
