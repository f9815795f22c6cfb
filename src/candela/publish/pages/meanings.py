"""What does a figure mean here?  For a manager: counts, size, what is usual."""

from __future__ import annotations

from candela.publish.pages.changes import change_sentence, false_alarms
from candela.publish.pages.held import Held
from candela.publish.pages.parts import Nothing, Sentence
from candela.publish.pages.records import Indicator, Position
from candela.publish.pages.rounding import about, counted, figure
from candela.publish.pages.values import (
    counted_things,
    during,
    money,
    range_in_counts,
    size_noun,
)
from candela.publish.pages.verdicts import NOT_DRAWN
from candela.tables import Period

__all__ = ["means_here"]


def means_here(
    book: Held, code: str, indicator: Indicator, period: Period, nothing: Nothing
) -> tuple[Sentence, ...]:
    """Return the sentences of *what it means here*; none where nothing can be shown."""
    position = book.position(code, indicator.key, period)
    if position is None or nothing not in ("", "none"):
        return ()
    found = [
        _counted(indicator, position),
        _usual(indicator, position),
        _chance(book, indicator, position),
        _change(book, code, indicator),
        false_alarms(book.changes.get((code, indicator.key))),
    ]
    return tuple(sentence for sentence in found if sentence)


def _change(book: Held, code: str, indicator: Indicator) -> Sentence:
    """Return the verdict on change where it says more than the finding does."""
    change = book.changes.get((code, indicator.key))
    if change is None or change.kind in ("one_point", "two_points"):
        return ()
    return change_sentence(indicator, change)


def _counted(indicator: Indicator, position: Position) -> Sentence:
    """Return how many were counted, and of what size the organisation is."""
    if position.count is None or position.size is None:
        return ()
    unit = money(indicator)
    count = figure(position.count, 0, unit) if unit else counted(position.count)
    things = counted_things(indicator)
    if indicator.is_ratio:
        return (
            position.number("count", count),
            f" people died {during(position.period)}; ",
            position.number("size", counted(position.size)),
            " deaths would be expected from who was admitted.",
        )
    return (
        position.number("count", count if position.count else "No"),
        f" {things} {during(position.period)}, with ",
        position.number("size", counted(position.size)),
        f" {size_noun(indicator)}.",
    )


def _usual(indicator: Indicator, position: Position) -> Sentence:
    """Return what organisations of this size usually count."""
    usual = range_in_counts(indicator, position)
    if not usual:
        return ()
    things = counted_things(indicator).removeprefix("of ")
    where = "with as many deaths expected" if indicator.is_ratio else "of this size"
    return (f"Organisations {where} usually have ", *usual, f" {things}.")


def _chance(book: Held, indicator: Indicator, position: Position) -> Sentence:
    """Return how many would be outside by chance, or why there are no limits."""
    summary = book.summaries.get((indicator.key, position.period))
    if summary is None:
        return ()
    if not position.has_limits:
        why = f"{NOT_DRAWN}: {summary.why_no_limits}" if summary.why_no_limits else ""
        return (why,) if why else ()
    if position.verdict == "as_expected" or summary.organisations is None:
        return ()
    inner = position.verdict.startswith("possibly_")
    column = "outside95" if inner else "outside998"
    seen = summary.outside95 if inner else summary.outside998
    chance = summary.expected_outside95 if inner else summary.expected_outside998
    if seen is None or chance is None:
        return ()
    return (
        summary.number(column, counted(seen)),
        " of ",
        summary.number("organisations", counted(summary.organisations)),
        f" organisations lie outside the {'inner' if inner else 'outer'} limits; ",
        summary.number(f"expected_{column}", about(chance)),
        " would by chance.",
    )
