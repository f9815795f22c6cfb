"""What may be said of one figure against its limits?

Inside the inner limits: not different from expected.  Between inner and outer:
possibly different.  Outside the outer: different.  Nothing stronger is ever said.
"""

from __future__ import annotations

from collections.abc import Mapping

from candela.publish.pages.parts import Sentence
from candela.publish.pages.records import Indicator, Position
from candela.publish.pages.values import expected_range

__all__ = [
    "NOT_DRAWN",
    "board_verdict",
    "direction",
    "manager_verdict",
    "short_verdict",
]

SHORT: Mapping[str, str] = {
    "higher": "different from expected: higher",
    "lower": "different from expected: lower",
    "possibly_higher": "possibly different from expected: higher",
    "possibly_lower": "possibly different from expected: lower",
    "as_expected": "not different from expected",
}
MANAGER: Mapping[str, str] = {
    "higher": "Higher than expected",
    "lower": "Lower than expected",
    "possibly_higher": "Possibly higher than expected",
    "possibly_lower": "Possibly lower than expected",
    "as_expected": "Not different from expected",
}
NOT_DRAWN = "No limits could be drawn"
ONE_IN_20 = "about 1 in 20 ordinary organisations would be here"
ONE_IN_500 = "about 1 in 500 ordinary organisations would be here"


def short_verdict(verdict: str) -> str:
    """Return a verdict as the words of a table cell or an alternative text."""
    return SHORT.get(verdict, "no limits could be drawn")


def direction(verdict: str) -> str:
    """Return ``higher``, ``lower`` or nothing."""
    word = verdict.removeprefix("possibly_")
    return word if word in ("higher", "lower") else ""


def board_verdict(verdict: str) -> str:
    """Return a verdict as a sentence for a board."""
    words = short_verdict(verdict)
    sentence = f"{words[0].upper()}{words[1:]}"
    if verdict.startswith("possibly_"):
        return f"{sentence}; {ONE_IN_20}."
    return f"{sentence}."


def manager_verdict(
    indicator: Indicator, position: Position, why: str = ""
) -> Sentence:
    """Return a verdict with the expected range, always that of the inner limits."""
    words = MANAGER.get(position.verdict)
    if words is None:
        return (f"{NOT_DRAWN}: {why}" if why else f"{NOT_DRAWN}.",)
    limits = expected_range(indicator, position)
    if not limits:
        return (f"{words}.",)
    return (f"{words} (expected ", *limits, ").")
