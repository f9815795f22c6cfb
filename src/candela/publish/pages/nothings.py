"""Which kind of nothing is it, and what can be done?

None happened, not published yet, not reported, hidden to protect people, does not
apply: five different things, which read differently and are never treated as each
other.
"""

from __future__ import annotations

from candela.publish.disclosure import SMALLEST_SHOWN
from candela.publish.pages.held import Held
from candela.publish.pages.parts import Nothing, Sentence
from candela.publish.pages.records import Indicator, Position
from candela.publish.pages.values import counted_things, during, in_a_sentence
from candela.publish.pages.values import period_words as words_of
from candela.tables import Period

__all__ = ["CELLS", "kind_of_nothing", "nothing_next", "nothing_sentence"]

CELLS: dict[Nothing, str] = {
    "": "",
    "none": "0",
    "not_yet": "(not yet)",
    "not_reported": "(not reported)",
    "hidden": "*",
    "does_not_apply": "(n/a)",
}


def kind_of_nothing(
    book: Held, code: str, indicator: Indicator, period: Period
) -> Nothing:
    """Return which kind of nothing stands in this place, or none of them."""
    position = book.position(code, indicator.key, period)
    if position is None:
        periods = book.periods(indicator.key)
        if not periods or period.end > periods[-1].end:
            return "not_yet"
        listed = book.organisations.get(code)
        if indicator.is_ratio and listed and listed.has_outcome is False:
            return "does_not_apply"
        return "not_reported"
    if position.nothing == "hidden":
        return "hidden"
    if position.nothing or position.value is None:
        return "not_reported"
    return "none" if position.count == 0 or position.value == 0 else ""


def nothing_sentence(
    kind: Nothing,
    *,
    name: str,
    indicator: Indicator,
    period: Period,
    position: Position | None = None,
) -> Sentence:
    """Return the sentence for this kind of nothing."""
    when = during(period)
    match kind:
        case "none":
            things = counted_things(indicator).removeprefix("of ")
            zero = "none" if position is None else position.number("count", "none")
            return (f"{_capital(things)} {when}: ", zero, ".")
        case "not_yet":
            return (f"Figures for {words_of(period)} are not in this book yet.",)
        case "not_reported":
            if position is not None and position.count is not None:
                return (
                    f"No size of {name} is known near {words_of(period)}, so this "
                    "figure cannot be worked out.",
                )
            return (
                f"No figure of {name} was reported for {words_of(period)}. We do not "
                "treat it as zero.",
            )
        case "hidden":
            return (
                f"Fewer than {SMALLEST_SHOWN} people were counted {when}, so we do "
                "not show how many, nor what could be worked out from it.",
            )
        case "does_not_apply":
            return (
                f"{name} has no {in_a_sentence(indicator.label)} in this book: it is "
                "published for acute trusts.",
            )
    return ()


def nothing_next(kind: Nothing) -> str:
    """Return what can be done about it."""
    match kind:
        case "hidden":
            return (
                "See a measure that counts more people, or look again when "
                f"{SMALLEST_SHOWN} or more were counted."
            )
        case "not_reported":
            return (
                "Ask who sends this return whether the figure was left out, and send "
                "it if so."
            )
        case "not_yet":
            return "Look again in the next book."
        case "does_not_apply":
            return "Nothing: this indicator does not apply."
    return ""


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
