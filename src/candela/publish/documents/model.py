"""What is a document made of?

Every block is a frozen value of plain text: never markup.  A piece of text may carry
the label (N1, S-17, E2) of where it can be followed to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

__all__ = [
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
]


@dataclass(frozen=True)
class Text:
    """A run of text; ``label`` is a trace label that stands behind it."""

    text: str
    bold: bool = False
    label: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading; the document's title is level 1."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``lead`` sets it in large type."""

    runs: tuple[Text, ...]
    lead: bool = False


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple[tuple[Text, ...], ...]
    numbered: bool = False


@dataclass(frozen=True)
class Quotation:
    """Somebody's words, with consent, and from whom in words."""

    text: str
    said_by: str


@dataclass(frozen=True)
class Table:
    """A table; the first column names each row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Figure:
    """A drawing, as SVG and PNG of the same, with its alternative text."""

    name: str
    caption: str
    alt: str
    svg: bytes
    png: bytes


@dataclass(frozen=True)
class Box:
    """Blocks set apart, such as what is asked of a board."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class PageBreak:
    """What follows begins on a new side."""


Block = Heading | Paragraph | Items | Quotation | Table | Figure | Box | PageBreak


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
        How many sides it should have at most; 0 for as many as it takes.
    about
        Facts at its foot: who asks, contact, review date.
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


def to_data(document: Document) -> dict[str, Any]:
    """Return the document as plain data that JSON can keep; drawings as base64."""
    raise NotImplementedError


def from_data(data: Mapping[str, Any]) -> Document:
    """Return the document that ``to_data`` wrote."""
    raise NotImplementedError
