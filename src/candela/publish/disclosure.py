"""Which numbers are too small to show?

A count of people from 1 to 7 becomes ``*``, and so does every figure from which it
could be worked out: its rate, a dose that it is part of, and the other part of a total
whose one part is hidden.  What is said over organisations rests on a number that stands
in for it.  Totals are also rounded to the nearest 5 on their own, and shares of them to
so few digits that they do not give the total away.
Counts of deaths are shown as the official publication shows them: they are public.
Studies, posts and organisations are not people and are shown exactly.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from candela.association import Panel
from candela.participation import Concentration, Rate
from candela.tables import MEASURES, Period

__all__ = [
    "HIDDEN",
    "NOTE",
    "ROUNDING_BASE",
    "SMALLEST_SHOWN",
    "Count",
    "hidden_counts",
    "hidden_doses",
    "is_small",
    "protected",
    "rounded_total",
    "stand_ins",
]

HIDDEN = "*"
SMALLEST_SHOWN = 8
MIDDLE_HIDDEN = SMALLEST_SHOWN / 2  # of 1 to 7
ROUNDING_BASE = 5
# Everyone is in one of the two, so that either is the total without the other.
TOTAL = "participants_recruited"
PARTS = ("participants_interventional", "participants_observational")

NOTE = (
    f"`{HIDDEN}` means 1 to {SMALLEST_SHOWN - 1} people, hidden to protect them; a "
    "figure that would give the number away is hidden with it."
)

Count = tuple[str, Period, str]
"""Organisation, period and measure of one count."""


def is_small(measure: str, count: float) -> bool:
    """Say whether a count of this measure must not be shown."""
    known = MEASURES.get(measure)
    return known is not None and known.counts_people and 0 < count < SMALLEST_SHOWN


def hidden_counts(rates: Iterable[Rate]) -> frozenset[Count]:
    """Return the counts that must not be shown, nor anything made of them.

    Of 100 participants, 3 in interventional studies and 97 in others, both parts are
    hidden and not the total: others may publish the total too.
    """
    counts = {(r.org_code, r.period, r.measure): r.activity for r in rates}
    small = {count for count, value in counts.items() if is_small(count[2], value)}
    other = dict(zip(PARTS, reversed(PARTS), strict=True))
    worked_out = {
        (code, period, other[measure])
        for code, period, measure in small
        if measure in other and (code, period, TOTAL) in counts
    }
    return frozenset(small | (worked_out & counts.keys()))


def stand_ins(rates: Iterable[Rate], hidden: frozenset[Count]) -> dict[Count, float]:
    """Return a number to take the place of each hidden count.

    What is said over organisations (a middle, limits, thirds, an association) rests on
    it instead of on the count: the middle of 1 to 7 or, for the other part of a total
    that is shown, the total less that.  Where both parts could be small each is half of
    the total: else which of the two is 4 would tell more than the total does.  So the
    same is said whichever of 1 to 7 the count was, and trying all seven tells nothing.
    """
    counts = {(r.org_code, r.period, r.measure): r.activity for r in rates}
    found = {}
    for code, period, measure in hidden:
        total = counts.get((code, period, TOTAL), 0.0)
        both = all((code, period, part) in hidden for part in PARTS)
        number = MIDDLE_HIDDEN
        if measure in PARTS and both and total >= SMALLEST_SHOWN:
            if total < 2 * SMALLEST_SHOWN:
                number = total / 2
            elif not is_small(measure, counts[code, period, measure]):
                number = total - MIDDLE_HIDDEN
        found[code, period, measure] = number
    return found


def hidden_doses(panel: Panel, hidden: frozenset[Count]) -> npt.NDArray[np.bool_]:
    """Return which rows of a panel have a dose that must not be shown.

    A dose of several years is hidden for one small year in it: the other years are
    shown elsewhere, and could be taken from it.
    """
    measure = panel.design.measure
    windows = {o: Period(a.start, b.end) for o, a, b in panel.exposure_windows}
    years = {(code, period) for code, period, what in hidden if what == measure}
    by_code: dict[str, list[Period]] = {}
    for code, period in years:
        by_code.setdefault(code, []).append(period)
    return np.array(
        [
            is_small(measure, float(count))
            or any(windows[outcome].contains(p) for p in by_code.get(code, ()))
            for code, outcome, count in zip(
                panel.codes, panel.periods, panel.activity, strict=True
            )
        ],
        dtype=bool,
    )


def rounded_total(measure: str, total: float) -> float:
    """Return a total over organisations as it may be shown."""
    known = MEASURES.get(measure)
    if known is None or not known.counts_people:
        return total
    return ROUNDING_BASE * round(total / ROUNDING_BASE)


def protected(found: Concentration) -> Concentration:
    """Return a year's concentration as it may be shown.

    A share of the ten with most, whose counts are shown, gives the total by division.
    It is cut to the digits at which that total is known no better than to the nearest
    5: to about as many as the total has tens.  The total is that of stand-ins already;
    this keeps it no more exact than it is.
    """
    known = MEASURES.get(found.measure)
    if known is None or not known.counts_people:
        return found
    tens = max(1.0, found.total / (2 * ROUNDING_BASE))
    digits = math.floor(math.log10(tens))
    return replace(
        found,
        total=rounded_total(found.measure, found.total),
        **{
            name: round(getattr(found, name), digits)
            for name in (
                "gini",
                "gini_lower",
                "gini_upper",
                "top_ten_share",
                "top_lower",
                "top_upper",
            )
        },
    )
