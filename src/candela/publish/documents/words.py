"""What does every document say about itself, whatever it is about?"""

from __future__ import annotations

from candela.publish.documents.clean import day
from candela.publish.documents.model import Document, Table

__all__ = [
    "LABELS",
    "LABELS_HOW",
    "LEFT_OUT",
    "MADE_UP",
    "MADE_UP_PLAIN",
    "OF",
    "PAGE",
    "foot",
    "labels_table",
]

MADE_UP = "MADE-UP DATA. Nothing here describes a real organisation."
MADE_UP_PLAIN = "The data are made up. Nothing here describes a real organisation."
LABELS = "Where each label leads"
LABELS_HOW = (
    "A label in square brackets stands behind each number, statement and piece of "
    "evidence. Read it to whoever sent you this, or type it into the search box."
)
LEFT_OUT = (
    "A sign that the letters of this file do not have stands as □. "
    "The Word file has it as it was typed."
)
PAGE, OF = "Page", "of"


def foot(document: Document) -> str:
    """Return what stands at the foot of each side."""
    return f"{document.organisation}, {day(document)}"


def labels_table(document: Document) -> Table:
    """Return the last page's table: each label, and what is behind it."""
    return Table(
        "",
        ("Label", "Where it stands", "Value", "Comes from"),
        tuple((t.label, t.sentence, t.value, t.source) for t in document.traced),
        widths=(10, 38, 24, 28),
    )
