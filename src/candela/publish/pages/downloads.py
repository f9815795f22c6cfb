"""How do I take this away?"""

from __future__ import annotations

from dataclasses import dataclass

from candela.publish.contents import BookContents, BookTable
from candela.publish.pages.about_book import book_line
from candela.publish.pages.parts import Sentence
from candela.publish.pages.rounding import counted

__all__ = ["Download", "DownloadsPage", "downloads_page"]

QUESTION = "How do I take this away?"
HOW_NAMED = (
    "Each table is a CSV file, with a metadata file beside it that explains its "
    "columns. Each chart comes as SVG and PNG with its table. The manifest holds the "
    "fingerprint of every file and where every number came from."
)
MADE_UP = (
    "Made-up data: no licence is needed, and nothing describes a real organisation."
)
LICENCE = (
    "Open Government Licence v3.0 where the sources are; the table of sources says "
    "which. Say where the figures come from when you use them."
)


@dataclass(frozen=True)
class Download:
    """A table or a chart of the book; ``rounding`` says what was hidden or rounded."""

    name: str
    title: str
    size: str
    rounding: tuple[str, ...]


@dataclass(frozen=True)
class DownloadsPage:
    """Everything in the book that can be taken away."""

    made_up: bool
    question: str
    finding: Sentence
    tables: tuple[Download, ...]
    charts: tuple[Download, ...]
    licence: str
    how_named: str
    book_line: str
    warnings: tuple[str, ...]


def downloads_page(contents: BookContents) -> DownloadsPage:
    """Return every table and chart of the book."""
    titles = {
        str(chart.get("name")): str(chart.get("title", ""))
        for chart in contents.words.get("charts") or ()
        if isinstance(chart, dict)
    }
    tables = tuple(_table(contents.tables[name]) for name in contents.tables)
    charts = tuple(
        Download(name, titles.get(name) or name, "SVG and PNG", ())
        for name in contents.charts
    )
    return DownloadsPage(
        made_up=contents.made_up,
        question=QUESTION,
        finding=(f"{_many(tables, 'table')}, {_many(charts, 'chart')}, one manifest.",),
        tables=tables,
        charts=charts,
        licence=MADE_UP if contents.made_up else LICENCE,
        how_named=HOW_NAMED,
        book_line=book_line(contents),
        warnings=tuple(
            f"{name} is not offered: it no longer matches the record."
            for name in sorted(contents.altered)
        ),
    )


def _many(things: tuple[Download, ...], word: str) -> str:
    return f"{counted(len(things))} {word}{'' if len(things) == 1 else 's'}"


def _table(table: BookTable) -> Download:
    rows = f"{counted(len(table.rows))} row{'' if len(table.rows) == 1 else 's'}"
    size = f"{rows}, {len(table.columns)} columns"
    return Download(table.name, table.title, size, table.notes)
