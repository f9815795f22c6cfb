"""Where the latest figure moved on, is the change a signal or noise?

The rule is told in the words.  From 12 periods on the newer book's own series decides.
Below that the two intervals are compared: they hold chance in counting only, and not
the usual swings between periods, so intervals apart are no signal yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from candela.publish.contents import BookContents
from candela.publish.pages.changes import change_sentence
from candela.publish.pages.differences import same_meaning
from candela.publish.pages.held import held
from candela.publish.pages.parts import plain
from candela.publish.pages.records import Change, Indicator, Position

__all__ = ["Moved", "moved_on"]

OVERLAP = "Noise, as far as can be told: the two intervals overlap."
USUAL = "Noise: within the swings that are usual here."
APART = (
    "Cannot be told yet: the intervals do not overlap, so it is more than chance in "
    "counting, but usual swings can be larger. We say more from 12 periods."
)
SHARED = " The two periods share months, so part of the figure is the same."
UNSURE = "Cannot be told: one of the two has no interval."


@dataclass(frozen=True)
class Moved:
    """One organisation's latest figure in each of two books, and what may be said."""

    name: str
    indicator: Indicator
    was: Position
    now: Position
    words: str
    kind: Literal["signal", "noise", "unsure"]


def moved_on(
    older: BookContents, newer: BookContents, *, code: str = ""
) -> tuple[Moved, ...]:
    """Return each latest figure that is of a later period, signals first, by name.

    Only indicators that count the same thing in both books are compared.

    Parameters
    ----------
    code
        Of the one organisation to look at; without it all.
    """
    before, after = held(older), held(newer)
    found = []
    for key, indicator in after.indicators.items():
        if key not in before.indicators or not same_meaning(older, newer, key):
            continue
        for one in (code,) if code else after.codes:
            was, now = before.positions(one, key), after.positions(one, key)
            if not was or not now or now[-1].period.end <= was[-1].period.end:
                continue
            if was[-1].value is None or now[-1].value is None:
                continue
            found.append(_moved(newer, indicator, was[-1], now[-1]))
    return tuple(sorted(found, key=lambda m: (m.kind != "signal", m.name.casefold())))


def _moved(
    newer: BookContents, indicator: Indicator, was: Position, now: Position
) -> Moved:
    name = held(newer).name(now.org_code)
    change = held(newer).changes.get((now.org_code, indicator.key))
    if change is not None and change.kind == "signal" and _since(change, was):
        words = f"A signal. {plain(change_sentence(indicator, change))}"
        return Moved(name, indicator, was, now, words, "signal")
    if change is not None and change.kind in ("no_signal", "signal"):
        return Moved(name, indicator, was, now, USUAL, "noise")
    apart = _apart(was, now)
    if apart is None:
        return Moved(name, indicator, was, now, UNSURE, "unsure")
    shared = SHARED if was.period.overlaps(now.period) else ""
    if apart:
        return Moved(name, indicator, was, now, APART + shared, "unsure")
    return Moved(name, indicator, was, now, OVERLAP + shared, "noise")


def _since(change: Change, was: Position) -> bool:
    """Say whether a signal reaches beyond what the older book knew."""
    return (
        change.signal_period_end is not None
        and change.signal_period_end > was.period.end
    )


def _apart(was: Position, now: Position) -> bool | None:
    """Say whether two intervals share nothing; nothing where one is missing."""
    ends = (was.lower, was.upper, now.lower, now.upper)
    if any(end is None for end in ends):
        return None
    low, high, new_low, new_high = (float(end or 0.0) for end in ends)
    return new_low > high or new_high < low
