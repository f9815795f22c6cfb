"""Is the difference more than size and luck explain?  All organisations together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from candela.publish.contents import BookContents
from candela.publish.pages.about_book import book_line, warnings
from candela.publish.pages.cannot_tell import cannot_tell_of
from candela.publish.pages.figures import (
    funnel_figure,
    funnel_view,
    outside_sentence,
)
from candela.publish.pages.held import Held, held
from candela.publish.pages.indicator import period_choices, period_chosen
from candela.publish.pages.nothings import kind_of_nothing, nothing_sentence
from candela.publish.pages.numbers import summary_facts
from candela.publish.pages.parts import (
    Fact,
    Figure,
    PeriodChoice,
    Sentence,
    Target,
    View,
    joined,
)
from candela.publish.pages.records import Indicator, Summary
from candela.publish.pages.rounding import about, counted
from candela.publish.pages.values import during, period_words, value_with_interval
from candela.publish.pages.verdicts import manager_verdict
from candela.tables import Period

__all__ = ["FunnelPage", "IndicatorChoice", "funnel_page"]

LIMITS_EXPLAINED = (
    "Inner limits: with no real differences beyond ordinary ones, about 1 in 20 "
    "organisations would fall outside them.",
    "Outer limits: about 1 in 500 would. Both are wide for small organisations and "
    "narrow for large ones, and allow for ordinary differences between them.",
)
ASK = (
    "Next: open an organisation outside the outer limits and read what it may mean "
    "before asking.",
)


@dataclass(frozen=True)
class IndicatorChoice:
    """An indicator that can be chosen."""

    key: str
    words: str
    chosen: bool


@dataclass(frozen=True)
class FunnelPage:
    """All organisations on one indicator; ``figure`` is none where fewer than 10 have
    a figure, and the table stands alone."""

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


def funnel_page(
    contents: BookContents,
    indicator: str,
    period: str = "",
    highlighted: str = "",
    peers: Sequence[str] = (),
) -> FunnelPage | None:
    """Return the page; nothing where the book holds no such indicator or period.

    Parameters
    ----------
    highlighted
        Code of the organisation to show by name; one the book does not know is passed
        over, since an address may come from another book.
    """
    book = held(contents)
    known = book.indicators.get(indicator)
    when = None if known is None else period_chosen(book, known, period)
    if known is None or when is None:
        return None
    own = highlighted if book.knows(highlighted) else ""
    chosen = book.peer_codes(own, peers) if own else ()
    summary = book.summaries.get((known.key, when))
    figure = funnel_figure(contents, known, when, own=own, peers=chosen)
    drawn = summary is not None and summary.outside998 is not None
    return FunnelPage(
        made_up=contents.made_up,
        indicator=known.key,
        label=known.label,
        question=known.question,
        period=period_words(when),
        periods=period_choices(book, known, when),
        indicators=tuple(
            IndicatorChoice(i.key, i.label, i == known)
            for i in book.indicators.values()
        ),
        finding=_finding(when, summary),
        own=_own(book, own, known, when) if own else (),
        highlighted=own,
        peer_codes=chosen,
        figure=figure,
        table=funnel_view(contents, known, when, own=own),
        limits_explained=LIMITS_EXPLAINED if drawn else (),
        definition=known.definition,
        cannot_tell=cannot_tell_of(known),
        next_step=ASK if summary and summary.outside998 else (),
        numbers=tuple(summary_facts(known, summary)) if summary else (),
        method=Target("method", known.method) if known.method else None,
        book_line=book_line(contents),
        warnings=warnings(contents, "position", "indicator", "position_summary"),
    )


def _finding(period: Period, summary: Summary | None) -> Sentence:
    """Return how many lie outside the outer and the inner limits, and by chance."""
    when = during(period)
    told = outside_sentence(summary, f"{when[:1].upper()}{when[1:]}")
    if not told or summary is None:
        why = f" {summary.why_no_limits}" if summary and summary.why_no_limits else ""
        return (f"No limits could be drawn for {period_words(period)}.{why}",)
    if summary.outside95 is None or summary.expected_outside95 is None:
        return told
    inner: Sentence = (
        summary.number("outside95", counted(summary.outside95)),
        f" {'lies' if summary.outside95 == 1 else 'lie'} outside the inner limits, "
        "where ",
        summary.number("expected_outside95", about(summary.expected_outside95)),
        " would.",
    )
    return joined(told, inner)


def _own(book: Held, code: str, indicator: Indicator, period: Period) -> Sentence:
    """Return the sentence of the organisation that is shown by name."""
    position = book.position(code, indicator.key, period)
    nothing = kind_of_nothing(book, code, indicator, period)
    name = book.name(code)
    if position is None or nothing:
        return nothing_sentence(
            nothing, name=name, indicator=indicator, period=period, position=position
        )
    value = value_with_interval(indicator, position)
    return joined(
        (f"{name}: ", *value, f" {during(period)}."),
        manager_verdict(indicator, position),
    )
