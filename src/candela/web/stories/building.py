"""How does a report become a document, and a document what never changes?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from candela.errors import InputError
from candela.impact.lifecycle import State
from candela.impact.report import CaseReport
from candela.publish.csv_tables import PublishedTable
from candela.publish.documents.model import (
    Box,
    Document,
    Paragraph,
    Quotation,
    Text,
    from_data,
    to_data,
)
from candela.publish.impact import board_paper, full_report, poster, story
from candela.web.shown import day
from candela.web.stories.consents import gone_from
from candela.web.stories.differing import differences
from candela.web.stories.gathering import case_report
from candela.web.stories.models import Report

__all__ = ["content_of", "draft_document", "frozen_document", "seal_of"]

Maker = Callable[[CaseReport], Document]
Kind: Any = Report.Kind
MAKERS: Mapping[str, Maker] = {
    Kind.STORY.value: story.make,
    Kind.POSTER.value: poster.make,
    Kind.BOARD_PAPER.value: board_paper.make,
    Kind.FULL.value: full_report.make,
}
NOTHING_CHOSEN = "No statement is chosen. Choose at least one, then save."


def draft_document(report: Report, *, today: date) -> Document:
    """Return the document as it would be made today.

    Raises
    ------
    InputError
        If nothing is chosen to tell.
    """
    told = case_report(report, today=today)
    if not told.claims:
        raise InputError(NOTHING_CHOSEN)
    made = replace(MAKERS[report.kind](told), title=report.title)
    differs = differences(report)
    if not differs:
        return made
    return replace(made, about={**made.about, "Changed since": " ".join(differs)})


def content_of(document: Document) -> dict[str, Any]:
    """Return a document as it is kept."""
    return to_data(document)


def seal_of(content: Mapping[str, Any]) -> str:
    """Return the hash of what is kept, whatever the order of its keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def frozen_document(report: Report) -> Document:
    """Return the document as it was frozen, without words that were taken back.

    Statements that were withdrawn since are named at its end; what it said stays.
    """
    document = _with_withdrawn(from_data(report.content), report)
    gone = gone_from(report)
    if not gone:
        return document
    texts = {_bare(item.quote.text) for item in gone}
    days = sorted(item.since for item in gone if item.since is not None)
    taken = "A quote was" if len(gone) == 1 else f"{len(gone)} quotes were"
    why = (
        f"the permission was taken back on {day(days[-1])}"
        if days
        else "these words may not be used any more"
    )
    words = f"{taken} taken out: {why}."
    blocks = (*_without(document.blocks, texts), Paragraph((Text(words),)))
    tables = tuple(_without_rows(table, texts) for table in document.data)
    return replace(document, blocks=blocks, data=tables)


def _with_withdrawn(document: Document, report: Report) -> Document:
    told = report.statements.filter(statement__state=State.WITHDRAWN.value)
    labels = [row.statement.label for row in told.select_related("statement")]
    if not labels:
        return document
    were = "was" if len(labels) == 1 else "were"
    words = f"Since this was made, {', '.join(labels)} {were} withdrawn."
    return replace(document, blocks=(*document.blocks, Paragraph((Text(words),))))


def _without(blocks: tuple[Any, ...], texts: set[str]) -> tuple[Any, ...]:
    """Return the blocks without these quotations, in boxes too."""
    kept = []
    for block in blocks:
        if isinstance(block, Quotation) and _bare(block.text) in texts:
            continue
        if isinstance(block, Box):
            block = replace(block, blocks=_without(block.blocks, texts))
        kept.append(block)
    return tuple(kept)


def _without_rows(table: PublishedTable, texts: set[str]) -> PublishedTable:
    """Return the rows behind a document without those that hold these words."""
    rows = [row for row in table.rows if not _holds(row, texts)]
    return replace(table, rows=rows)


def _holds(row: Any, texts: set[str]) -> bool:
    return any(isinstance(cell, str) and _bare(cell) in texts for cell in row)


def _bare(text: str) -> str:
    """Return words without the marks and spaces that a document may set round them."""
    return " ".join(text.split()).strip("“”\"'")
