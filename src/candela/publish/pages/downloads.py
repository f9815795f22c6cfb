"""How do I take this away?"""

from __future__ import annotations

from dataclasses import dataclass

from candela.publish.pages.parts import Sentence

__all__ = ["Download", "DownloadsPage"]


@dataclass(frozen=True)
class Download:
    """A table or a chart of the book; ``rounding`` says what was hidden or rounded."""

    name: str
    title: str
    size: str
    rounding: tuple[str, ...]


@dataclass(frozen=True)
class DownloadsPage:
    """Everything in the book that can be taken away."""

    made_up: bool
    question: str
    finding: Sentence
    tables: tuple[Download, ...]
    charts: tuple[Download, ...]
    licence: str
    how_named: str
    book_line: str
    warnings: tuple[str, ...]
