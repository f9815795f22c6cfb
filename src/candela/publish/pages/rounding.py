"""How many digits does a figure deserve?

The interval's width decides: the last digit shown is the smallest of which the interval
holds at least two.  An analyst gets one digit more.  Without an interval a figure has
three significant digits.  Counts are whole.  Deaths compared with expected are told in
deaths for every 1,000 expected, the same base on every page.
"""

from __future__ import annotations

import math

from candela.publish.pages.records import Indicator, Position

__all__ = [
    "PER_THOUSAND",
    "about",
    "counted",
    "digits_of",
    "figure",
    "one_more",
    "shown",
]

PER_THOUSAND = 1000  # base of deaths compared with expected, in words
MOST_DIGITS = 4


def digits_of(lower: float | None, upper: float | None, value: float | None) -> int:
    """Return the digits after the point that an interval deserves, 0 to 4."""
    if lower is not None and upper is not None and upper > lower:
        step = (upper - lower) / 2
        return min(MOST_DIGITS, max(0, -math.floor(math.log10(step) + 1e-9)))
    if value is None or value == 0:
        return 0
    return min(MOST_DIGITS, max(0, 2 - math.floor(math.log10(abs(value)))))


def one_more(digits: int) -> int:
    """Return the digits that an analyst gets."""
    return min(MOST_DIGITS, digits + 1)


def shown(indicator: Indicator, value: float) -> float:
    """Return a value on the scale in which it is told."""
    return PER_THOUSAND * value if indicator.is_ratio else value


def figure(value: float, digits: int, unit: str = "") -> str:
    """Return a number with so many digits, thousands marked; money with its sign."""
    words = f"{value:,.{digits}f}"
    if float(words.replace(",", "")) == 0:
        words = words.removeprefix("-")
    return f"£{words}" if unit == "gbp" else words


def counted(value: float) -> str:
    """Return a count as a whole number."""
    return f"{round(value):,}"


def about(value: float) -> str:
    """Return how many would be by chance: ``fewer than 1`` or ``about 6``."""
    return "fewer than 1" if value < 1 else f"about {value:,.0f}"


def digits_for(indicator: Indicator, position: Position) -> int:
    """Return the digits of a position's figures on the scale in which it is told."""
    ends = [
        None if edge is None else shown(indicator, edge)
        for edge in (position.lower, position.upper, position.value)
    ]
    return digits_of(ends[0], ends[1], ends[2])
