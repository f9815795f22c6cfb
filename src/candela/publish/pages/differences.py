"""Which figures differ between two books, and for which reason?

A figure is one organisation on one indicator in one period.  Where what the indicator
is, or how organisations are followed, differs between the books, that is the reason;
otherwise the data were revised.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from candela.publish.contents import BookContents
from candela.publish.pages.cells import value_cell
from candela.publish.pages.held import Held, held
from candela.publish.pages.parts import Cell
from candela.publish.pages.records import Indicator, Position
from candela.publish.pages.verdicts import short_verdict
from candela.tables import Period

__all__ = [
    "CAUSES",
    "Cause",
    "Difference",
    "differences",
    "figures_in",
    "said_otherwise",
    "same_meaning",
]

Cause = Literal["revised", "definition", "limits", "new", "gone"]
Key = tuple[str, str, Period]
CAUSES: Mapping[Cause, str] = {
    "revised": "data revised",
    "definition": "definition changed",
    "limits": "limits changed, the figure did not",
    "gone": "gone",
    "new": "new",
}
# What makes an indicator another one; its label and question are only words.
MEANING = ("definition", "measure", "denominator", "per", "kind", "unit")
CLOSE = 1e-9  # relative: what writing a number with 10 digits may do to it


@dataclass(frozen=True)
class Difference:
    """One figure that differs: ``was`` and ``now`` are none where it is new or gone."""

    org_code: str
    name: str
    indicator: Indicator
    period: Period
    was: Position | None
    now: Position | None
    cause: Cause

    @property
    def was_cell(self) -> Cell:
        """The older figure in words."""
        return _cell(self.indicator, self.was)

    @property
    def now_cell(self) -> Cell:
        """The newer figure in words."""
        return _cell(self.indicator, self.now)

    @property
    def verdict_changed(self) -> bool:
        """Whether both books say something of it, and not the same."""
        return said_otherwise(self.was, self.now)


def said_otherwise(was: Position | None, now: Position | None) -> bool:
    """Say whether two figures both have limits, and other verdicts by them."""
    if was is None or now is None or not was.has_limits or not now.has_limits:
        return False
    return was.verdict != now.verdict


def differences(
    older: BookContents, newer: BookContents, *, code: str = ""
) -> tuple[Difference, ...]:
    """Return every figure that differs, those with another verdict first.

    Parameters
    ----------
    code
        Of the one organisation to look at; without it all.
    """
    before, after = held(older), held(newer)
    was, now = (
        _figures_of(b, code) if code else figures_in(b) for b in (before, after)
    )
    alike = {
        key: same_meaning(older, newer, key)
        for key in before.indicators.keys() & after.indicators.keys()
    }
    found = [
        Difference(
            key[0],
            after.name(key[0]) if after.knows(key[0]) else before.name(key[0]),
            after.indicators.get(key[1]) or before.indicators[key[1]],
            key[2],
            was.get(key),
            now.get(key),
            cause,
        )
        for key in was.keys() | now.keys()
        if (cause := _cause(was.get(key), now.get(key), alike)) is not None
    ]
    return tuple(sorted(found, key=_order))


def figures_in(book: Held) -> dict[Key, Position]:
    """Return every figure of a book whose indicator it explains."""
    return {
        (position.org_code, position.indicator, period): position
        for indicator in book.indicators
        for period in book.periods(indicator)
        for position in book.in_period(indicator, period)
    }


def _figures_of(book: Held, code: str) -> dict[Key, Position]:
    return {
        (code, indicator, position.period): position
        for indicator in book.indicators
        for position in book.positions(code, indicator)
    }


def same_meaning(older: BookContents, newer: BookContents, key: str) -> bool:
    """Say whether an indicator counts the same thing in both books."""
    a, b = held(older).indicators[key], held(newer).indicators[key]
    if any(getattr(a, name) != getattr(b, name) for name in MEANING):
        return False
    policies = {str(c.settings.get("policy", "")) for c in (older, newer)}
    kinds = {policy.partition("=")[0] for policy in policies}
    return a.is_ratio or len(kinds) == 1  # deaths are as reported under every policy


def _cause(
    was: Position | None, now: Position | None, alike: Mapping[str, bool]
) -> Cause | None:
    if was is None or now is None:
        return "gone" if now is None else "new"
    if not alike[now.indicator]:
        return "definition"
    if was.nothing != now.nothing or not _close(was, now, ("value", "count", "size")):
        return "revised"
    return "limits" if was.verdict != now.verdict else None


def _close(was: Position, now: Position, names: tuple[str, ...]) -> bool:
    return all(_same(a, b) for a, b in _pairs(was, now, names))


def _pairs(
    was: Position, now: Position, names: tuple[str, ...]
) -> Iterator[tuple[float | None, float | None]]:
    for name in names:
        yield getattr(was, name), getattr(now, name)


def _same(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= CLOSE * max(abs(a), abs(b))


def _order(d: Difference) -> tuple[bool, int, str, str, Period]:
    """Return what is said otherwise first, then by cause, what is new last."""
    cause = list(CAUSES).index(d.cause)
    name = d.name.casefold()
    return not d.verdict_changed, cause, name, d.indicator.key, d.period


def _cell(indicator: Indicator, position: Position | None) -> Cell:
    if position is None:
        return Cell("(not in this book)")
    cell = value_cell(indicator, position)
    if cell.nothing or not position.has_limits:
        return cell
    return Cell(f"{cell.words}, {short_verdict(position.verdict)}", cell.number)
