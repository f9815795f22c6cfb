"""What changed for one organisation since an earlier book, in a few sentences?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from candela.publish.contents import BookContents
from candela.publish.pages.about_book import day_words
from candela.publish.pages.differences import CAUSES, differences, said_otherwise
from candela.publish.pages.histories import listed
from candela.publish.pages.parts import Sentence
from candela.publish.pages.rounding import counted
from candela.publish.pages.signals import Moved, moved_on
from candela.publish.pages.verdicts import short_verdict

__all__ = ["changed_since"]

MOST = 3


def changed_since(
    older: BookContents, newer: BookContents, code: str
) -> tuple[Sentence, ...]:
    """Return how many figures differ and why, then what is a signal or said otherwise.

    Nothing where the two are the same book.
    """
    if older.seal == newer.seal:
        return ()
    found = differences(older, newer, code=code)
    since = f"Since the book of {day_words(older.built_on)}"
    causes = Counter(d.cause for d in found)
    told = [f"{counted(causes[c])} {CAUSES[c]}" for c in CAUSES if causes[c]]
    first = f"{since}, none of its figures changed."
    if found:
        k = len(found)
        n = "1 figure differs" if k == 1 else f"{counted(k)} figures differ"
        first = f"{since}, {n}: {listed(told)}."
    moved = moved_on(older, newer, code=code)
    return ((first,), *_moved(moved))


def _moved(moved: Sequence[Moved]) -> tuple[Sentence, ...]:
    """Return the sentences of signals and of other verdicts, or that there are none."""
    told = [m for m in moved if m.kind == "signal" or said_otherwise(m.was, m.now)]
    if moved and not told:
        return (("No latest figure is a signal, nor said to be otherwise.",),)
    return tuple((_sentence(m),) for m in told[:MOST])


def _sentence(moved: Moved) -> str:
    label = moved.indicator.label
    if not said_otherwise(moved.was, moved.now):
        return f"{label}: {moved.words}"
    was, now = (short_verdict(p.verdict) for p in (moved.was, moved.now))
    return f"{label} was {was}, and is {now}. {moved.words}"
