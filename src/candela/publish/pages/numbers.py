"""What are the numbers and the method?  For an analyst, with one digit more."""

from __future__ import annotations

from candela.publish.pages.held import Held
from candela.publish.pages.parts import Fact, Number, Sentence
from candela.publish.pages.records import Indicator, Position, Summary
from candela.publish.pages.rounding import (
    counted,
    digits_for,
    digits_of,
    figure,
    one_more,
)
from candela.publish.pages.values import (
    counted_things,
    expected_range,
    money,
    period_words,
    size_noun,
    unit_words,
)
from candela.tables import Period

__all__ = ["numbers_of", "summary_facts"]

THIRDS = {1: "lowest", 2: "middle", 3: "highest"}


def numbers_of(
    book: Held, indicator: Indicator, period: Period, position: Position | None
) -> tuple[Fact, ...]:
    """Return the facts about one figure and about all organisations together."""
    found: list[Fact] = [Fact("Period", (period_words(period),))]
    if position is not None and position.value is not None:
        found += _own_facts(indicator, position)
    summary = book.summaries.get((indicator.key, period))
    if summary is not None:
        found += summary_facts(indicator, summary)
    return tuple(found)


def _own_facts(indicator: Indicator, position: Position) -> list[Fact]:
    digits, unit = one_more(digits_for(indicator, position)), money(indicator)
    found = []

    def raw(value: float) -> str:
        """Return a ratio as a ratio, and a rate with one digit more."""
        return figure(value, 4 if indicator.is_ratio else digits, unit)

    things = counted_things(indicator).removeprefix("of ")
    if position.count is not None:
        count = figure(position.count, 0, unit) if unit else counted(position.count)
        found.append(Fact(_capital(things), (position.number("count", count),)))
    if position.size is not None:
        size = position.number("size", figure(position.size, 1))
        found.append(Fact(_capital(size_noun(indicator)), (size,)))
    if position.value is not None:
        title = "Observed over expected" if indicator.is_ratio else _title(indicator)
        found.append(Fact(title, (position.number("value", raw(position.value)),)))
    if position.lower is not None and position.upper is not None:
        found.append(
            Fact(
                "95% interval, exact Poisson",
                (
                    position.number("lower", raw(position.lower)),
                    " to ",
                    position.number("upper", raw(position.upper)),
                ),
            )
        )
    for term, outer in (("Inner (95%) limits", False), ("Outer (99.8%) limits", True)):
        limits = expected_range(indicator, position, outer=outer)
        if limits:
            base = " for every 1,000 expected" if indicator.is_ratio else ""
            found.append(Fact(term, (*limits, base) if base else limits))
    return [*found, *_standing_facts(position)]


def _standing_facts(position: Position) -> list[Fact]:
    """Return the third of activity and the years running, where they are told."""
    found = []
    words = THIRDS.get(round(position.third or 0))
    if words is not None:
        found.append(
            Fact(
                "Third of research activity",
                (position.number("third", words), " third for its size"),
            )
        )
    if position.sustained_years is not None:
        years = counted(position.sustained_years)
        found.append(
            Fact(
                "Years running at or above the middle organisation",
                (position.number("sustained_years", years),),
            )
        )
    return found


def summary_facts(indicator: Indicator, summary: Summary) -> list[Fact]:
    """Return the facts about all organisations of one period."""
    found: list[Fact] = []
    if summary.organisations is not None:
        n = summary.number("organisations", counted(summary.organisations))
        found.append(Fact("Organisations", (n,)))
    for words, column in (("inner", "outside95"), ("outer", "outside998")):
        seen = getattr(summary, column)
        chance = getattr(summary, f"expected_{column}")
        if seen is not None and chance is not None:
            told: Sentence = (
                summary.number(column, counted(seen)),
                "; by chance ",
                summary.number(f"expected_{column}", figure(chance, 1)),
            )
            found.append(Fact(f"Outside the {words} limits", told))
    if summary.between_sd is not None:
        sd = summary.number("between_sd", figure(summary.between_sd, 3))
        found.append(Fact("Spread between organisations (log scale)", (sd,)))
    if summary.median is not None:
        found.append(Fact("Middle organisation", _quartiles(indicator, summary)))
    if summary.why_no_limits:
        found.append(Fact("Why there are no limits", (summary.why_no_limits,)))
    return found


def _quartiles(indicator: Indicator, summary: Summary) -> Sentence:
    unit = money(indicator)
    middle, low, high = summary.median, summary.lower_quartile, summary.upper_quartile
    assert middle is not None

    def said(column: str, value: float) -> Number:
        digits = digits_of(None, None, value)
        return summary.number(column, figure(value, digits, unit))

    if low is None or high is None:
        return (said("median", middle),)
    return (
        said("median", middle),
        "; half of all lie from ",
        said("lower_quartile", low),
        " to ",
        said("upper_quartile", high),
    )


def _title(indicator: Indicator) -> str:
    return _capital(unit_words(indicator).removeprefix("of "))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
