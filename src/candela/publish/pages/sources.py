"""Can I trust these figures?  Where the data come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from candela.publish.contents import BookContents
from candela.publish.pages.about_book import book_line, day_words, warnings
from candela.publish.pages.parts import Cell, Sentence, View
from candela.publish.pages.records import period_of, text_of
from candela.publish.pages.rounding import counted
from candela.publish.pages.values import period_words

__all__ = ["SourcesPage", "sources_page"]

QUESTION = "Can I trust these figures?"
LEFT_OUT = "not recognised: left out"


@dataclass(frozen=True)
class SourcesPage:
    """Every file the book was made of, and what was noticed in reading it."""

    made_up: bool
    question: str
    finding: Sentence
    table: View
    choices: tuple[str, ...]
    left_out: tuple[str, ...]
    altered: tuple[str, ...]
    software: tuple[str, ...]
    seal: str
    book_line: str
    warnings: tuple[str, ...]


def sources_page(contents: BookContents) -> SourcesPage:
    """Return the files of the book."""
    rows = [_row(row) for row in contents.rows("sources")]
    rows = rows or [_input_row(given) for given in contents.inputs]
    care = sum(bool(row[-1].words) for row in rows)
    return SourcesPage(
        made_up=contents.made_up,
        question=QUESTION,
        finding=_finding(contents, len(rows), care),
        table=View.of(
            "Files the book was made of",
            (
                "File",
                "What it is",
                "Publisher",
                "Period",
                "Rows",
                "Fingerprint",
                "What was noticed",
            ),
            rows,
            numeric=(False, False, False, False, True, False, False),
        ),
        choices=contents.choices,
        left_out=contents.left_out,
        altered=tuple(sorted(contents.altered)),
        software=tuple(f"{name} {v}" for name, v in contents.software.items()),
        seal=contents.seal,
        book_line=book_line(contents),
        warnings=warnings(contents, "sources"),
    )


def _row(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    period = period_of(row)
    rows = row.get("rows")
    return (
        Cell(text_of(row, "file")),
        Cell(text_of(row, "recognised_as")),
        Cell(text_of(row, "publisher")),
        Cell("" if period is None else period_words(period)),
        Cell(counted(rows) if isinstance(rows, int | float) else ""),
        Cell(text_of(row, "sha256")[:12]),
        Cell(text_of(row, "notes")),
    )


def _input_row(given: Mapping[str, Any]) -> tuple[Cell, ...]:
    """Return the row of a file as the manifest tells it."""
    days = [str(given.get(key) or "") for key in ("first_day", "last_day")]
    notes = given.get("notes")
    return (
        Cell(str(given.get("file", ""))),
        Cell(str(given.get("layout", ""))),
        Cell(str(given.get("publisher", ""))),
        Cell(" to ".join(day for day in days if day)),
        Cell(str(given.get("rows", ""))),
        Cell(str(given.get("sha256", ""))[:12]),
        Cell(" ".join(map(str, notes)) if isinstance(notes, list) else ""),
    )


def _finding(contents: BookContents, files: int, care: int) -> Sentence:
    if not files:
        return ("This book holds no record of its files.",)
    ends = [
        period.end
        for row in contents.rows("sources")
        if (period := period_of(row)) is not None
    ]
    latest = f", figures up to {day_words(max(ends))}" if ends else ""
    things = "file" if files == 1 else "files"
    need = "none needs care" if not care else f"{counted(care)} with something to know"
    return (f"{counted(files)} {things}{latest}; {need}.",)
