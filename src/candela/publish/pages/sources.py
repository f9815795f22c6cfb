"""Can I trust these figures?  Where the data come from."""

from __future__ import annotations

from dataclasses import dataclass

from candela.publish.pages.parts import Sentence, View

__all__ = ["SourcesPage"]


@dataclass(frozen=True)
class SourcesPage:
    """Every file the book was made of, and what was noticed in reading it."""

    made_up: bool
    question: str
    finding: Sentence
    table: View
    choices: tuple[str, ...]
    left_out: tuple[str, ...]
    altered: tuple[str, ...]
    software: tuple[str, ...]
    seal: str
    book_line: str
    warnings: tuple[str, ...]
