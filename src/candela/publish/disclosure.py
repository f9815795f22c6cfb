"""Which numbers are too small to show?

A count of people from 1 to 7 becomes ``*``, and so does every figure from which it
could be worked out.  Totals over organisations are rounded to the nearest 5 on their
own.  Counts of deaths are shown as the official publication shows them: they are
public.  Studies, posts and organisations are not people and are shown exactly.
"""

from __future__ import annotations

from candela.tables import MEASURES

__all__ = ["HIDDEN", "SMALLEST_SHOWN", "is_small", "rounded_total"]

HIDDEN = "*"
SMALLEST_SHOWN = 8
ROUNDING_BASE = 5

NOTE = (
    f"`{HIDDEN}` means 1 to {SMALLEST_SHOWN - 1} people, hidden to protect them; a "
    "figure that would give the number away is hidden with it."
)


def is_small(measure: str, count: float) -> bool:
    """Say whether a count of this measure must not be shown."""
    known = MEASURES.get(measure)
    return known is not None and known.counts_people and 0 < count < SMALLEST_SHOWN


def rounded_total(measure: str, total: float) -> float:
    """Return a total over organisations as it may be shown."""
    known = MEASURES.get(measure)
    if known is None or not known.counts_people:
        return total
    return ROUNDING_BASE * round(total / ROUNDING_BASE)
