"""Which organisation?  Found by name, code or an earlier code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from candela.publish.contents import BookContents
from candela.publish.pages.about_book import warnings
from candela.publish.pages.held import Held, held
from candela.publish.pages.histories import merged_into
from candela.publish.pages.parts import Sentence
from candela.publish.pages.rounding import counted
from candela.tables import name_key

__all__ = ["FindPage", "FoundOrganisation", "find"]

QUESTION = "Which organisation?"
MOST_CHARACTERS = 200
NEAREST = 3


@dataclass(frozen=True)
class FoundOrganisation:
    """One organisation found: ``code`` is the present one, ``note`` says what became
    of an earlier code."""

    code: str
    name: str
    note: str = ""


@dataclass(frozen=True)
class FindPage:
    """What a search found; ``nearest`` only where nothing matched."""

    made_up: bool
    question: str
    words: str
    finding: Sentence
    found: tuple[FoundOrganisation, ...]
    nearest: tuple[FoundOrganisation, ...]
    hint: str
    warnings: tuple[str, ...]


def find(contents: BookContents, words: str = "") -> FindPage:
    """Return the organisations that match every word, by name; without words all.

    A word matches the start of a word of the name, or a whole code.  Earlier codes and
    names lead to the organisation that took over.
    """
    book = held(contents)
    asked = " ".join(words.split())[:MOST_CHARACTERS]
    wanted = _plain(asked).split()
    matching = [code for code in book.codes if _matches(book, code, wanted)]
    found = _by_name(_once(book, matching))
    nearest = () if found or not wanted else _nearest(book, asked)
    return FindPage(
        made_up=contents.made_up,
        question=QUESTION,
        words=asked,
        finding=_finding(asked, len(found), nearest=bool(nearest)),
        found=found,
        nearest=nearest,
        hint=_hint(book),
        warnings=warnings(contents, "organisations", "succession"),
    )


def _plain(words: str) -> str:
    """Return words without case, apostrophes and hyphens."""
    return re.sub(r"['’]", "", words.casefold()).replace("-", " ")


def _matches(book: Held, code: str, wanted: list[str]) -> bool:
    if len(wanted) == 1 and wanted[0] == code.casefold():
        return True
    parts = _plain(book.name(code)).split()
    return all(
        any(part.startswith(word) for part in (*parts, code.casefold()))
        for word in wanted
    )


def _once(book: Held, codes: list[str]) -> tuple[FoundOrganisation, ...]:
    """Return one line for each present code, with what became of earlier ones."""
    notes: dict[str, list[str]] = {}
    for code in codes:
        of = notes.setdefault(book.standing(code), [])
        became = merged_into(book, code)
        if became:
            of.append(f"{book.name(code)} ({code}): {became}")
    return tuple(
        FoundOrganisation(code, book.name(code), "; ".join(of))
        for code, of in notes.items()
    )


def _by_name(found: tuple[FoundOrganisation, ...]) -> tuple[FoundOrganisation, ...]:
    return tuple(sorted(found, key=lambda o: (o.name.casefold(), o.code)))


def _nearest(book: Held, asked: str) -> tuple[FoundOrganisation, ...]:
    """Return the three names most like what was asked."""
    key = name_key(asked) or asked.casefold()

    def likeness(code: str) -> float:
        name = name_key(book.name(code)) or book.name(code).casefold()
        parts = [name, *name.split(), code.casefold()]
        return max(SequenceMatcher(None, key, part).ratio() for part in parts)

    chosen: list[str] = []
    for code in sorted(book.codes, key=lambda code: -likeness(code)):
        if len({book.standing(c) for c in (*chosen, code)}) > NEAREST:
            break
        chosen.append(code)
    return _once(book, chosen)


def _finding(asked: str, n: int, *, nearest: bool) -> Sentence:
    things = "organisation" if n == 1 else "organisations"
    if not asked:
        return (f"This book holds {counted(n)} {things}.",)
    if n:
        match = "matches" if n == 1 else "match"
        return (f"{counted(n)} {things} {match} ‘{asked}’.",)
    more = " The nearest names are below." if nearest else ""
    return (f"No organisation matches ‘{asked}’.{more}",)


def _hint(book: Held) -> str:
    example = next((book.name(c) for c in book.codes if c not in book.successors), "")
    first = example.split(" ")[0]
    return f"Part of a name, or a code: for instance {first}." if first else ""
