"""Is the difference more than size and luck explain?  All organisations together."""

from __future__ import annotations

from dataclasses import dataclass

from candela.publish.pages.parts import (
    Fact,
    Figure,
    PeriodChoice,
    Sentence,
    Target,
    View,
)

__all__ = ["FunnelPage", "IndicatorChoice"]


@dataclass(frozen=True)
class IndicatorChoice:
    """An indicator that can be chosen."""

    key: str
    words: str
    chosen: bool


@dataclass(frozen=True)
class FunnelPage:
    """All organisations on one indicator; ``figure`` is none where no limits are
    drawn (fewer than 10), and the table stands alone."""

    made_up: bool
    indicator: str
    label: str
    question: str
    period: str
    periods: tuple[PeriodChoice, ...]
    indicators: tuple[IndicatorChoice, ...]
    finding: Sentence
    own: Sentence
    highlighted: str
    peer_codes: tuple[str, ...]
    figure: Figure | None
    table: View
    limits_explained: tuple[str, ...]
    definition: str
    cannot_tell: tuple[str, ...]
    next_step: Sentence
    numbers: tuple[Fact, ...]
    method: Target | None
    book_line: str
    warnings: tuple[str, ...]
