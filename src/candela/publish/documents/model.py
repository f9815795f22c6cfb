"""What is a document, and how is it kept?

Every block is a frozen value of plain text: never markup.  A piece of text may carry
the label (N1, S-17, E2) of where it can be followed to.  A document is kept as plain
data: blocks by their kind, drawings as base64.  What was kept is read again without
guessing: an unknown kind is refused.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from candela.errors import InputError
from candela.publish.csv_tables import PublishedColumn, PublishedTable
from candela.publish.documents.blocks import (
    Block,
    Box,
    Figure,
    Heading,
    Items,
    PageBreak,
    Paragraph,
    Quotation,
    Table,
    Text,
    words_of,
)
from candela.publish.ledger import Origin

__all__ = [
    "SCHEMA",
    "Block",
    "Box",
    "Document",
    "Figure",
    "Heading",
    "Items",
    "PageBreak",
    "Paragraph",
    "Quotation",
    "Table",
    "Text",
    "Traced",
    "from_data",
    "to_data",
    "words_of",
]

SCHEMA = "candela-document-1"
PLAIN = {"heading": Heading, "quotation": Quotation, "page_break": PageBreak}


@dataclass(frozen=True)
class Traced:
    """Where a label leads: the sentence it stands in, and what is behind it."""

    label: str
    sentence: str
    value: str
    source: str


@dataclass(frozen=True)
class Document:
    """A whole document.

    Attributes
    ----------
    kind
        ``story``, ``poster``, ``board-paper`` or ``full-report``.
    dated
        The day it is of; nothing here asks the clock.
    made_up
        Then every side, and the file name, says so.
    sides
        How many sides it should have at most, its last page of labels not counted; 0
        for as many as it takes.
    about
        Facts at its foot: who asks, contact, review date.
    traced
        Its last page, where every label leads.
    data
        The rows behind it, for a spreadsheet.
    """

    kind: str
    title: str
    organisation: str
    dated: date
    blocks: tuple[Block, ...]
    subtitle: str = ""
    made_up: bool = False
    sides: int = 0
    language: str = "en-GB"
    about: Mapping[str, str] = field(default_factory=dict)
    traced: tuple[Traced, ...] = ()
    data: tuple[PublishedTable, ...] = ()

    @property
    def labels(self) -> frozenset[str]:
        """Every label that leads somewhere."""
        return frozenset(traced.label for traced in self.traced)


def to_data(document: Document) -> dict[str, Any]:
    """Return the document as plain data that JSON can keep; drawings as base64."""
    return {
        "schema": SCHEMA,
        "kind": document.kind,
        "title": document.title,
        "subtitle": document.subtitle,
        "organisation": document.organisation,
        "dated": document.dated.isoformat(),
        "made_up": document.made_up,
        "sides": document.sides,
        "language": document.language,
        "about": dict(document.about),
        "blocks": [_block_data(block) for block in document.blocks],
        "traced": [dict(vars(traced)) for traced in document.traced],
        "data": [_table_data(table) for table in document.data],
    }


def from_data(data: Mapping[str, Any]) -> Document:
    """Return the document that ``to_data`` wrote.

    Raises
    ------
    InputError
        If it was written by something else.
    """
    if data.get("schema") != SCHEMA:
        raise InputError(
            f"this document is not of the form {SCHEMA}; build it again with this "
            "version"
        )
    return Document(
        kind=data["kind"],
        title=data["title"],
        subtitle=data["subtitle"],
        organisation=data["organisation"],
        dated=date.fromisoformat(data["dated"]),
        made_up=data["made_up"],
        sides=data["sides"],
        language=data["language"],
        about=dict(data["about"]),
        blocks=tuple(_block(block) for block in data["blocks"]),
        traced=tuple(Traced(**traced) for traced in data["traced"]),
        data=tuple(_table(table) for table in data["data"]),
    )


def _runs_data(runs: tuple[Text, ...]) -> list[dict[str, Any]]:
    return [dict(vars(run)) for run in runs]


def _runs(data: list[dict[str, Any]]) -> tuple[Text, ...]:
    return tuple(Text(**run) for run in data)


def _block_data(block: Block) -> dict[str, Any]:
    match block:
        case Heading() | Quotation() | PageBreak():
            kind = next(k for k, made in PLAIN.items() if isinstance(block, made))
            return {"block": kind, **vars(block)}
        case Paragraph():
            runs = _runs_data(block.runs)
            return {"block": "paragraph", "runs": runs, "lead": block.lead}
        case Items():
            items = [_runs_data(item) for item in block.items]
            return {"block": "items", "items": items, "numbered": block.numbered}
        case Table():
            return {
                "block": "table",
                "caption": block.caption,
                "columns": list(block.columns),
                "rows": [list(row) for row in block.rows],
                "note": block.note,
                "numeric": sorted(block.numeric),
                "widths": list(block.widths),
            }
        case Figure():
            drawings = {
                "svg": b64encode(block.svg).decode(),
                "png": b64encode(block.png).decode(),
            }
            return {"block": "figure", **vars(block), **drawings}
        case Box():
            inside = [_block_data(one) for one in block.blocks]
            return {"block": "box", "title": block.title, "blocks": inside}


def _block(data: Mapping[str, Any]) -> Block:
    given = {key: value for key, value in data.items() if key != "block"}
    match data["block"]:
        case "heading" | "quotation" | "page_break" as kind:
            made: Block = PLAIN[kind](**given)
            return made
        case "paragraph":
            return Paragraph(_runs(given["runs"]), lead=given["lead"])
        case "items":
            items = tuple(_runs(item) for item in given["items"])
            return Items(items, numbered=given["numbered"])
        case "table":
            return Table(
                caption=given["caption"],
                columns=tuple(given["columns"]),
                rows=tuple(tuple(row) for row in given["rows"]),
                note=given["note"],
                numeric=frozenset(given["numeric"]),
                widths=tuple(given["widths"]),
            )
        case "figure":
            drawings = {kind: b64decode(given[kind]) for kind in ("svg", "png")}
            return Figure(**{**given, **drawings})
        case "box":
            inside = tuple(_block(one) for one in given["blocks"])
            return Box(given["title"], inside)
    raise InputError("this document has a part of an unknown kind; build it again")


def _table_data(table: PublishedTable) -> dict[str, Any]:
    return {
        "name": table.name,
        "title": table.title,
        "columns": [dict(vars(column)) for column in table.columns],
        "rows": [[_cell(value) for value in row] for row in table.rows],
        "function": table.origin.function,
        "notes": list(table.notes),
    }


def _cell(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _table(data: Mapping[str, Any]) -> PublishedTable:
    return PublishedTable(
        name=data["name"],
        title=data["title"],
        columns=tuple(PublishedColumn(**column) for column in data["columns"]),
        rows=tuple(tuple(row) for row in data["rows"]),
        origin=Origin(data["function"], ()),
        notes=tuple(data["notes"]),
    )
