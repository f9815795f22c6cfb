"""What is a page about the result of a declared analysis made of?"""

from __future__ import annotations

from dataclasses import dataclass

from candela.publish.contents import BookContents
from candela.publish.pages.book_words import sentence_of
from candela.publish.pages.parts import Fact, Sentence, View
from candela.publish.pages.stored import stored_view

__all__ = ["NOT_CAUSE", "AnalysisPage", "StoredFigure", "stored_figures"]

NOT_CAUSE = "This does not show that one caused the other."
NOT_HERE = frozenset({"funnel_shown"})  # has a page of its own
MOST_ROWS = 200


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
    explanations: View | None
    analyses: View | None
    not_done: View | None
    compared: tuple[Sentence, ...]
    cannot_tell: tuple[str, ...]
    numbers: tuple[Fact, ...]
    departures: tuple[str, ...]
    left_out: tuple[str, ...]
    cautions: tuple[str, ...]
    citation: str
    doi: str
    book_line: str
    warnings: tuple[str, ...]


def stored_figures(contents: BookContents) -> tuple[StoredFigure, ...]:
    """Return the charts of the book, in its order."""
    found = []
    for chart in contents.words.get("charts") or ():
        name = str(chart.get("name", ""))
        if name in NOT_HERE or name not in contents.charts:
            continue
        table = contents.tables.get(name)
        found.append(
            StoredFigure(
                name,
                str(chart.get("title", "")),
                sentence_of(chart.get("finding")),
                str(chart.get("alt", "")),
                str(chart.get("how_to_read", "")),
                None if table is None else stored_view(table, most=MOST_ROWS),
            )
        )
    return tuple(found)
