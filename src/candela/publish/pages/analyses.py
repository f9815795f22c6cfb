"""What was planned and what was run?"""

from __future__ import annotations

from dataclasses import dataclass

from candela.publish.pages.parts import Sentence, View

__all__ = ["AnalysesPage"]


@dataclass(frozen=True)
class AnalysesPage:
    """Every declared protocol of the book and what came of it."""

    made_up: bool
    question: str
    finding: Sentence
    table: View
    book_line: str
    warnings: tuple[str, ...]
