"""How does one figure stand in a cell, and how does its absence?"""

from __future__ import annotations

from candela.publish.pages.nothings import CELLS
from candela.publish.pages.parts import Cell, Nothing, plain
from candela.publish.pages.records import Indicator, Position
from candela.publish.pages.rounding import counted, digits_for, figure, shown
from candela.publish.pages.values import expected_range, money
from candela.publish.pages.verdicts import short_verdict

__all__ = [
    "count_cell",
    "interval_cell",
    "limits_cell",
    "nothing_cell",
    "value_cell",
    "verdict_cell",
]

NO_FIGURE = "(no figure)"


def nothing_cell(kind: Nothing) -> Cell:
    """Return the cell of one kind of nothing."""
    return Cell(CELLS[kind], nothing=kind)


def _absent(position: Position) -> Cell:
    return nothing_cell("hidden" if position.nothing == "hidden" else "not_reported")


def value_cell(indicator: Indicator, position: Position) -> Cell:
    """Return the figure, or which kind of nothing stands in its place."""
    if position.value is None:
        return _absent(position)
    digits = digits_for(indicator, position)
    words = figure(shown(indicator, position.value), digits, money(indicator))
    name = position.number("value", words).name
    none: Nothing = "none" if position.value == 0 else ""
    return Cell("0" if none else words, name, nothing=none, sort=position.value)


def interval_cell(indicator: Indicator, position: Position) -> Cell:
    """Return the 95% interval."""
    low, high = position.lower, position.upper
    if position.value is None:
        return _absent(position)
    if low is None or high is None:
        return Cell(NO_FIGURE)
    digits, unit = digits_for(indicator, position), money(indicator)
    words = [figure(shown(indicator, edge), digits, unit) for edge in (low, high)]
    return Cell(" to ".join(words), position.number("lower", "").name, sort=low)


def limits_cell(
    indicator: Indicator, position: Position, *, outer: bool = False
) -> Cell:
    """Return the inner or the outer limits."""
    limits = expected_range(indicator, position, outer=outer)
    name = position.number("lower998" if outer else "lower95", "").name
    return Cell(plain(limits), name) if limits else Cell("(no limits)")


def verdict_cell(position: Position) -> Cell:
    """Return what may be said."""
    if position.nothing == "hidden":
        return Cell("hidden to protect people")
    if position.value is None:
        return Cell("not reported")
    words = short_verdict(position.verdict)
    return Cell(words[:1].upper() + words[1:])


def count_cell(position: Position, column: str) -> Cell:
    """Return the count or the size of a figure."""
    value = position.size if column == "size" else position.count
    if value is None:
        return _absent(position) if column == "count" else Cell(NO_FIGURE)
    words = counted(value)
    return Cell(words, position.number(column, words).name, sort=value)
