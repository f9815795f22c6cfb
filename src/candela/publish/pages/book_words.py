"""How are the report's sentences read back, each number with its name?"""

from __future__ import annotations

from typing import Any

from candela.publish.contents import BookContents
from candela.publish.pages.parts import Number, Sentence

__all__ = ["ledger_number", "sentence_of", "strings_of"]


def sentence_of(parts: Any) -> Sentence:
    """Return a sentence of ``results/words.json``; nothing where there is none."""
    if not isinstance(parts, list | tuple):
        return ()
    found: list[str | Number] = []
    for part in parts:
        if isinstance(part, str):
            found.append(part)
        elif isinstance(part, dict):
            name, words = (str(part.get(key, "")) for key in ("number", "words"))
            found.append(Number(name, words))
    return tuple(part for part in found if part != "")


def strings_of(parts: Any) -> tuple[str, ...]:
    """Return a list of plain texts."""
    if not isinstance(parts, list | tuple):
        return ()
    return tuple(part for part in parts if isinstance(part, str))


def ledger_number(contents: BookContents, name: str) -> Number | None:
    """Return a number of the book's ledger as it was printed; nothing if unknown."""
    known = contents.numbers.get(name)
    if known is None:
        return None
    return Number(name, str(known.get("words", "")))
