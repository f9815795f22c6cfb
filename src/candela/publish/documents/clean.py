"""Which text can every kind of file hold, and which part of a text is a label?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from candela.publish.documents.model import Document, Text, from_data, to_data

__all__ = ["cleaned", "day", "file_name", "plain_text", "runs_of_cell"]

# Marks that turn the direction of the text around them: a name with one of them could
# make the words that follow read backwards.
TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LABEL = re.compile(r" ?\[(N\d+|S-\d+|E\d+)\]|^(N\d+|S-\d+|E\d+)$")


def plain_text(text: str) -> str:
    """Return a text without control signs, halves of signs and turns of direction.

    White space of any kind and length is one space.
    """
    kept = (
        sign
        for sign in text
        if sign.isspace()
        or not (unicodedata.category(sign) in {"Cc", "Cs", "Cn"} or sign in TURNS)
    )
    return re.sub(r"\s+", " ", "".join(kept))


def cleaned(document: Document) -> Document:
    """Return the document with every text as ``plain_text`` gives it."""
    return from_data(_cleaned(to_data(document)))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    if isinstance(value, dict):
        return {plain_text(key): _cleaned(one) for key, one in value.items()}
    return value


def runs_of_cell(cell: str, labels: Iterable[str]) -> tuple[Text, ...]:
    """Return a cell as runs, its labels apart; what leads nowhere stays plain text."""
    return tuple(_runs(cell, frozenset(labels)))


def _runs(cell: str, labels: frozenset[str]) -> Iterator[Text]:
    start = 0
    for found in LABEL.finditer(cell):
        label = found[1] or found[2]
        if label in labels:
            yield Text(cell[start : found.start()], label=label)
            start = found.end()
    if start < len(cell) or not cell:
        yield Text(cell[start:])


def day(document: Document) -> str:
    """Return the day a document is of, in words."""
    return f"{document.dated.day} {document.dated:%B %Y}"


def file_name(document: Document) -> str:
    """Return the name of its files, without their ending.

    ``board-paper_quillmere_2025-05-01_made-up``
    """
    kept = unicodedata.normalize("NFKD", document.organisation.casefold())
    slug = re.sub(r"[^a-z0-9]+", "-", kept.encode("ascii", "ignore").decode())
    parts = [document.kind, slug.strip("-")[:40].strip("-") or "organisation"]
    parts.append(document.dated.isoformat())
    if document.made_up:
        parts.append("made-up")
    return "_".join(parts)
