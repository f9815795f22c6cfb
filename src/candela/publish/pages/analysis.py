"""Did the two go together?  The result of one declared protocol."""

from __future__ import annotations

from dataclasses import dataclass

from candela.publish.pages.parts import Fact, Sentence, View

__all__ = ["AnalysisPage", "StoredFigure"]


@dataclass(frozen=True)
class StoredFigure:
    """A chart that the book already holds as SVG and PNG; ``view`` is its table."""

    name: str
    title: str
    finding: Sentence
    alt: str
    how_to_read: str
    view: View | None


@dataclass(frozen=True)
class AnalysisPage:
    """One result in three depths; ``verdict`` is empty where it could not be run and
    ``finding`` then says why."""

    made_up: bool
    name: str
    title: str
    question: str
    verdict: str
    finding: Sentence
    verdict_sentence: Sentence
    how_sure: Sentence
    means_here: tuple[Sentence, ...]
    next_step: Sentence
    figures: tuple[StoredFigure, ...]
    explanations: View
    analyses: View
    not_done: View | None
    compared: tuple[Sentence, ...]
    cannot_tell: tuple[str, ...]
    numbers: tuple[Fact, ...]
    departures: tuple[str, ...]
    cautions: tuple[str, ...]
    citation: str
    doi: str
    book_line: str
    warnings: tuple[str, ...]
