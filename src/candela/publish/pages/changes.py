"""Has anything really changed?  In words, by rule.

Two points are told as two points, never as rise or fall.  Fewer than twelve are too few
to tell change from chance.  From twelve on, the usual swings decide.
"""

from __future__ import annotations

from candela.indicators.trend import FALSE_ALARMS, FEWEST_POINTS
from candela.publish.pages.parts import Number, Sentence
from candela.publish.pages.records import Change, Indicator
from candela.publish.pages.rounding import counted, digits_of, figure, shown
from candela.publish.pages.values import money, period_words
from candela.tables import Period

__all__ = [
    "change_in_a_line",
    "change_in_short",
    "change_sentence",
    "false_alarms",
]


def change_in_a_line(indicator: Indicator, change: Change | None) -> Sentence:
    """Return the verdict on change where many stand below each other."""
    if change is not None and change.kind == "short":
        return (_points(change), " periods: too few to tell change.")
    return change_in_short(indicator, change)


def change_in_short(indicator: Indicator, change: Change | None) -> Sentence:
    """Return the verdict on change as the last part of a finding."""
    if change is None:
        return ()
    points = _points(change)
    match change.kind:
        case "one_point":
            return ("One period only, so no change can be told.",)
        case "two_points":
            return _two_points(indicator, change)
        case "short":
            return (points, " periods are too few to tell change from chance.")
        case "no_signal":
            return ("No sign of change over ", points, " periods.")
        case "signal":
            around = _around(change)
            return (f"A sign of change around {around}." if around else _SIGNAL,)
    return ()


def _points(change: Change) -> Number:
    return change.number("points", counted(change.points or 0.0))


_SIGNAL = "There is a sign of change."


def change_sentence(indicator: Indicator, change: Change | None) -> Sentence:
    """Return the verdict on change in full."""
    if change is None:
        return ()
    match change.kind:
        case "short":
            return (
                _points(change),
                " points are too few to tell change from chance; we say more from "
                f"{FEWEST_POINTS}.",
            )
        case "no_signal":
            return _noise(indicator, change)
        case "signal":
            told = change.signal.strip().rstrip(".")
            first = f"{told[0].upper()}{told[1:]}. " if told else ""
            around = _around(change) or "then"
            return (f"{first}Something changed around {around}; we do not know what.",)
    return change_in_short(indicator, change)


def false_alarms(change: Change | None) -> Sentence:
    """Return how often a steady series gives such a signal; nothing without one."""
    if change is None or change.kind != "signal":
        return ()
    known = [n for n in FALSE_ALARMS if n <= (change.points or 0.0)]
    if not known:
        return ()
    of_100 = round(100 * FALSE_ALARMS[max(known)])
    return (
        f"Over {max(known)} periods a steady series gives at least one such signal in "
        f"about {of_100} of 100 charts, and more often where periods resemble each "
        "other.",
    )


def _around(change: Change) -> str:
    if change.signal_period_start is None or change.signal_period_end is None:
        return ""
    return period_words(Period(change.signal_period_start, change.signal_period_end))


def _two_points(indicator: Indicator, change: Change) -> Sentence:
    if change.previous is None or change.latest is None:
        return ()
    a, b = (shown(indicator, v) for v in (change.previous, change.latest))
    digits = digits_of(min(a, b), max(a, b), a)
    unit = money(indicator)
    return (
        change.number("previous", figure(a, digits, unit)),
        " then ",
        change.number("latest", figure(b, digits, unit)),
        ".",
    )


def _noise(indicator: Indicator, change: Change) -> Sentence:
    ends = (change.lower, change.upper, change.previous, change.latest)
    if any(end is None for end in ends):
        return change_in_short(indicator, change)
    low, high, before, now = (shown(indicator, e) for e in ends if e is not None)
    digits, unit = digits_of(low, high, None), money(indicator)
    moved = figure(abs(now - before), digits, unit)
    usual: Sentence = (
        "Swings from ",
        change.number("lower", figure(max(low, 0.0), digits, unit)),
        " to ",
        change.number("upper", figure(high, digits, unit)),
        " are usual here, so this is not a sign of change.",
    )
    if moved == figure(0.0, digits, unit):
        return ("The same as in the period before. ", *usual)
    way = "Up" if now > before else "Down"
    step = change.number("latest", moved)
    return (f"{way} ", step, " on the period before. ", *usual)
