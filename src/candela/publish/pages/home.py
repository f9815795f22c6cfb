"""What do you want to know?  The first page: one finding, four doors."""

from __future__ import annotations

from dataclasses import dataclass

from candela.publish.pages.parts import Sentence, Target

__all__ = ["Door", "HomePage"]


@dataclass(frozen=True)
class Door:
    """One of the four questions that visitors bring.

    ``target`` is none where this book holds no answer: ``answer`` then says so.
    """

    number: int
    question: str
    answer: Sentence
    target: Target | None


@dataclass(frozen=True)
class HomePage:
    """The first page of a book."""

    made_up: bool
    question: str
    finding: Sentence
    doors: tuple[Door, ...]
    changed: Sentence
    changed_target: Target | None
    what_it_is: str
    book_line: str
    example: str  # a name to search for
    warnings: tuple[str, ...]
