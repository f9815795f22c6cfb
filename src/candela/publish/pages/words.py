"""What does this word mean?  The glossary, A to Z."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby

__all__ = ["Word", "WordsPage", "words_page"]

QUESTION = "What does this word mean?"
DATA = "words.toml"


@dataclass(frozen=True)
class Word:
    """One word: ``meaning`` and ``example`` together have at most 40 words."""

    word: str
    meaning: str
    example: str


@dataclass(frozen=True)
class WordsPage:
    """All words by first letter."""

    question: str
    letters: tuple[tuple[str, tuple[Word, ...]], ...]


@cache
def words_page() -> WordsPage:
    """Return the glossary."""
    data = files("candela.publish.pages").joinpath(DATA).read_text(encoding="utf-8")
    words = sorted(
        (Word(**entry) for entry in tomllib.loads(data)["word"]),
        key=lambda word: word.word.casefold(),
    )
    return WordsPage(
        QUESTION,
        tuple(
            (letter, tuple(found))
            for letter, found in groupby(words, key=lambda word: word.word[0].upper())
        ),
    )
