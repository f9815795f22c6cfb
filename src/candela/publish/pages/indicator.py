"""What does one indicator say about one organisation?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from candela.publish.contents import BookContents
from candela.publish.pages.about_book import book_line, warnings
from candela.publish.pages.cannot_tell import cannot_tell_of
from candela.publish.pages.changes import change_in_short
from candela.publish.pages.figures import funnel_figure, peers_figure, trend_figure
from candela.publish.pages.held import Held, held
from candela.publish.pages.meanings import means_here
from candela.publish.pages.next_steps import next_step
from candela.publish.pages.nothings import kind_of_nothing, nothing_sentence
from candela.publish.pages.numbers import numbers_of
from candela.publish.pages.parts import (
    Fact,
    Figure,
    Nothing,
    PeriodChoice,
    Sentence,
    Target,
    joined,
)
from candela.publish.pages.records import (
    Indicator,
    Position,
    period_key,
    period_of_key,
)
from candela.publish.pages.values import during, period_words, value_with_interval
from candela.publish.pages.verdicts import board_verdict
from candela.tables import Period

__all__ = ["IndicatorPage", "indicator_page", "period_choices", "period_chosen"]


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


def indicator_page(
    contents: BookContents,
    code: str,
    indicator: str,
    period: str = "",
    peers: Sequence[str] = (),
) -> IndicatorPage | None:
    """Return the page; nothing where the book knows no such organisation or indicator.

    Parameters
    ----------
    period
        As ``period_key`` writes it; without it the latest.  A period that has not been
        published yet has a page that says so; any other text has none.
    peers
        Codes chosen in the address; without them the nearest in size.
    """
    book = held(contents)
    known = book.indicators.get(indicator)
    if known is None or not book.knows(code):
        return None
    when = period_chosen(book, known, period, code=code)
    if when is None:
        return None
    position = book.position(code, known.key, when)
    nothing = kind_of_nothing(book, code, known, when)
    verdict = position.verdict if position is not None else "no_limits"
    change = book.changes.get((code, known.key))
    chosen = book.peer_codes(code, peers)
    return IndicatorPage(
        made_up=contents.made_up,
        code=code,
        name=book.name(code),
        indicator=known.key,
        label=known.label,
        question=known.question,
        period=period_words(when),
        periods=period_choices(book, known, when),
        finding=_finding(book, code, known, when, position, nothing),
        nothing=nothing,
        means_here=means_here(book, code, known, when, nothing),
        next_step=(next_step(known, verdict, change, nothing),),
        figures=_figures(contents, code, known, when, chosen),
        definition=known.definition,
        cannot_tell=cannot_tell_of(known),
        numbers=numbers_of(book, known, when, position),
        method=Target("method", known.method) if known.method else None,
        funnel=Target("funnel", known.key),
        peer_codes=chosen,
        book_line=book_line(contents),
        warnings=warnings(
            contents, "position", "indicator", "position_summary", "change"
        ),
    )


def period_chosen(
    book: Held, indicator: Indicator, key: str, *, code: str = ""
) -> Period | None:
    """Return the period that an address asks for; without one the latest.

    An earlier code is told by its own last period.
    """
    periods = book.periods(indicator.key)
    if key:
        asked = period_of_key(key)
        if asked in periods:
            return asked
        later = asked is not None and periods and asked.end > periods[-1].end
        return asked if later else None
    if code in book.successors:
        own = book.positions(code, indicator.key)
        if own:
            return own[-1].period
    return periods[-1] if periods else None


def period_choices(
    book: Held, indicator: Indicator, chosen: Period
) -> tuple[PeriodChoice, ...]:
    """Return the periods that can be chosen, the latest first."""
    return tuple(
        PeriodChoice(period_key(period), period_words(period), period == chosen)
        for period in reversed(book.periods(indicator.key))
    )


def _finding(
    book: Held,
    code: str,
    indicator: Indicator,
    period: Period,
    position: Position | None,
    nothing: Nothing,
) -> Sentence:
    """Return value with interval, verdict and change, in that order."""
    told = nothing_sentence(
        nothing,
        name=book.name(code),
        indicator=indicator,
        period=period,
        position=position,
    )
    if position is None or nothing not in ("", "none"):
        return told
    if not told:
        value = value_with_interval(indicator, position)
        told = (*value, f" {during(period)}.")
    verdict = board_verdict(position.verdict)
    latest = book.positions(code, indicator.key)[-1].period == period
    change = book.changes.get((code, indicator.key)) if latest else None
    return joined(told, (verdict,), change_in_short(indicator, change))


def _figures(
    contents: BookContents,
    code: str,
    indicator: Indicator,
    period: Period,
    peers: Sequence[str],
) -> tuple[Figure, ...]:
    found = (
        funnel_figure(contents, indicator, period, own=code, peers=peers),
        trend_figure(contents, code, indicator),
        peers_figure(contents, code, indicator, period, peers),
    )
    return tuple(figure for figure in found if figure is not None)
