"""Where does one organisation stand on one indicator, in one sentence?"""

from __future__ import annotations

from dataclasses import dataclass

from candela.publish.pages.changes import change_in_a_line
from candela.publish.pages.held import Held
from candela.publish.pages.nothings import kind_of_nothing, nothing_sentence
from candela.publish.pages.parts import Nothing, Sentence, Target, joined
from candela.publish.pages.records import Indicator, Position
from candela.publish.pages.values import during, value_with_interval
from candela.publish.pages.verdicts import manager_verdict
from candela.tables import Period

__all__ = ["IndicatorLine", "Place", "line_of", "place_of"]


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator in one sentence: value, interval, period, range, change."""

    indicator: str
    label: str
    sentence: Sentence
    target: Target
    verdict: str
    nothing: Nothing = ""


@dataclass(frozen=True)
class Place:
    """One indicator of the organisation, where it stands."""

    indicator: Indicator
    period: Period
    position: Position | None
    nothing: Nothing

    @property
    def verdict(self) -> str:
        if self.position is None or self.nothing not in ("", "none"):
            return "no_limits"
        return self.position.verdict

    @property
    def distance(self) -> float:
        """How far outside: in distances from what is expected to the outer limit."""
        p = self.position
        if p is None or p.value is None or p.expected is None:
            return 0.0
        edge = p.upper998 if p.value > p.expected else p.lower998
        if edge is None or edge == p.expected:
            return 0.0
        return (p.value - p.expected) / (edge - p.expected)


def place_of(book: Held, code: str, indicator: Indicator) -> Place | None:
    """Return where the organisation stands in the latest period of an indicator.

    An earlier code, whose figures now count elsewhere, is told by its own last ones.
    """
    periods = book.periods(indicator.key)
    if not periods:
        return None
    period = periods[-1]
    if code in book.successors:
        own = book.positions(code, indicator.key)
        if not own:
            return None
        period = own[-1].period
    return Place(
        indicator,
        period,
        book.position(code, indicator.key, period),
        kind_of_nothing(book, code, indicator, period),
    )


def line_of(book: Held, code: str, place: Place) -> IndicatorLine:
    indicator = place.indicator
    return IndicatorLine(
        indicator.key,
        indicator.label,
        _line_sentence(book, code, place),
        Target("indicator", code, indicator.key),
        place.verdict,
        place.nothing,
    )


def _line_sentence(book: Held, code: str, place: Place) -> Sentence:
    indicator, position = place.indicator, place.position
    told = nothing_sentence(
        place.nothing,
        name=book.name(code),
        indicator=indicator,
        period=place.period,
        position=position,
    )
    if position is None or place.nothing not in ("", "none"):
        return told
    if not told:
        value = value_with_interval(indicator, position)
        told = (*value, f" {during(place.period)}.")
    change = book.changes.get((code, indicator.key))
    return joined(
        told,
        manager_verdict(indicator, position),
        change_in_a_line(indicator, change),
    )
