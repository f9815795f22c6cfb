"""Of which blocks is a document made?

Every block is a frozen value of plain text: never markup.  A piece of text may carry
the label (N1, S-17, E2) of where it can be followed to.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "Block",
    "Box",
    "Figure",
    "Heading",
    "Items",
    "PageBreak",
    "Paragraph",
    "Quotation",
    "Table",
    "Text",
    "words_of",
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
    """A table; the first column names each row.

    A label in a cell stands in square brackets, or alone: ``40 [N1]``, ``S-17``.
    ``widths`` are parts of the whole, where columns should not be alike.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    numeric: frozenset[int] = frozenset()
    widths: tuple[int, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A drawing, as SVG and PNG of the same, with its alternative text.

    ``width_mm`` is its width on paper, and ``note`` says how to read it.
    """

    name: str
    caption: str
    alt: str
    svg: bytes
    png: bytes
    width_mm: int = 160
    note: str = ""


@dataclass(frozen=True)
class Box:
    """Blocks set apart, such as what is asked of a board."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class PageBreak:
    """What follows begins on a new side."""


Block = Heading | Paragraph | Items | Quotation | Table | Figure | Box | PageBreak


def words_of(runs: tuple[Text, ...]) -> str:
    """Return runs as plain text, each label behind its run in square brackets."""
    return "".join(r.text + (f" [{r.label}]" if r.label else "") for r in runs)
