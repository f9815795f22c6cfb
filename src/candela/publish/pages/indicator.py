"""What does one indicator say about one organisation?"""

from __future__ import annotations

from dataclasses import dataclass

from candela.publish.pages.parts import (
    Fact,
    Figure,
    Nothing,
    PeriodChoice,
    Sentence,
    Target,
)

__all__ = ["IndicatorPage"]


@dataclass(frozen=True)
class IndicatorPage:
    """Three depths: the finding; what it means here and what to do next; numbers."""

    made_up: bool
    code: str
    name: str
    indicator: str
    label: str
    question: str
    period: str
    periods: tuple[PeriodChoice, ...]
    finding: Sentence
    nothing: Nothing
    means_here: tuple[Sentence, ...]
    next_step: Sentence
    figures: tuple[Figure, ...]
    definition: str
    cannot_tell: tuple[str, ...]
    numbers: tuple[Fact, ...]
    method: Target | None
    funnel: Target
    peer_codes: tuple[str, ...]
    book_line: str
    warnings: tuple[str, ...]

    def figure(self, kind: str) -> Figure | None:
        """Return the figure of this kind, where the page has it."""
        return next((f for f in self.figures if f.kind == kind), None)
