"""What changed for one organisation, in words short enough for an e-mail?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from candela.publish.contents import BookContents
from candela.publish.pages.about_book import day_words
from candela.publish.pages.compare import BECAUSE
from candela.publish.pages.differences import Cause, differences
from candela.publish.pages.held import held
from candela.publish.pages.histories import listed
from candela.publish.pages.organisation import organisation_page
from candela.publish.pages.parts import plain
from candela.publish.pages.rounding import counted
from candela.publish.pages.signals import moved_on

__all__ = ["OrganisationChanges", "organisation_changes"]

MOST_SIGNALS = 5
NO_SIGNAL = "No latest figure shows a sign of change beyond the usual swings."


@dataclass(frozen=True)
class OrganisationChanges:
    """What a newer book says of one organisation, and how that differs.

    Attributes
    ----------
    figures
        How many figures of it differ.
    finding
        The first sentence of its page in the newer book.
    differs
        How many figures differ from which book, and why.
    signals
        Where something changed beyond the usual swings, or that nothing did; empty
        where no figure is of a later period.
    """

    made_up: bool
    name: str
    figures: int
    finding: str
    differs: str
    signals: tuple[str, ...]


def organisation_changes(
    older: BookContents, newer: BookContents, code: str
) -> OrganisationChanges | None:
    """Return what changed; nothing where the newer book does not know it."""
    page = organisation_page(newer, code)
    if page is None:
        return None
    found = [d for d in differences(older, newer) if d.org_code == code]
    return OrganisationChanges(
        made_up=newer.made_up,
        name=held(newer).name(code),
        figures=len(found),
        finding=plain(page.finding),
        differs=_differs(older, Counter(d.cause for d in found)),
        signals=_signals(older, newer, code),
    )


def _differs(older: BookContents, causes: Counter[Cause]) -> str:
    n = causes.total()
    figures = "1 figure differs" if n == 1 else f"{counted(n)} figures differ"
    since = f"{figures} from the book of {day_words(older.built_on)}"
    if not causes:
        return f"{since}."
    told = [BECAUSE[c].format(n=counted(causes[c])) for c in BECAUSE if causes[c]]
    return f"{since}: {listed(told)}."


def _signals(older: BookContents, newer: BookContents, code: str) -> tuple[str, ...]:
    moved = [m for m in moved_on(older, newer) if m.now.org_code == code]
    signals = [m for m in moved if m.kind == "signal"]
    if not moved:
        return ()
    if not signals:
        return (NO_SIGNAL,)
    return tuple(f"{m.indicator.label}: {m.words}" for m in signals[:MOST_SIGNALS])
