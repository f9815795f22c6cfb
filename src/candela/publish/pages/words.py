"""What does this word mean?  The glossary, A to Z."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Word", "WordsPage"]


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
