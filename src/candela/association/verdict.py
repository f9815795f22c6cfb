"""What may be said?  Chosen by rule from the interval, never by mood.

The smallest difference that matters is declared before the run; the interval decides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from candela.errors import InputError
from candela.stats.estimate import Estimate

__all__ = ["Kind", "Verdict", "verdict_of"]


class Kind(Enum):
    """The five things that may be said of an interval."""

    MATTERS = "A difference that matters"
    SIZE_UNSURE = "A difference, size unsure"
    TOO_SMALL = "A difference too small to matter"
    LITTLE_OR_NONE = "Little or no difference"
    CANNOT_TELL = "We cannot tell"


@dataclass(frozen=True)
class Verdict:
    """What may be said, and how much more information would settle it.

    ``times_information`` is how many times the organisation-years at hand would settle
    an interval that cannot tell, if the estimate stayed where it is: narrow it until it
    either excludes no difference or lies within what matters.  1 where it can tell.
    """

    kind: Kind
    smallest_ratio_that_matters: float
    times_information: float


def verdict_of(ratio: Estimate, *, smallest_ratio_that_matters: float) -> Verdict:
    """Return the verdict on a ratio.

    Parameters
    ----------
    ratio
        On the ``ratio`` scale.
    smallest_ratio_that_matters
        Between 0 and 1; its inverse counts above 1.
    """
    if ratio.scale != "ratio":
        raise InputError("a verdict is given on a ratio.")
    if not 0 < smallest_ratio_that_matters < 1:
        raise InputError("the smallest ratio that matters lies between 0 and 1.")
    matters = -math.log(smallest_ratio_that_matters)
    low, high = math.log(ratio.lower), math.log(ratio.upper)
    excludes_none = low > 0 or high < 0
    nearest, furthest = sorted((abs(low), abs(high)))
    if excludes_none:
        if nearest >= matters:
            kind = Kind.MATTERS
        else:
            kind = Kind.TOO_SMALL if furthest <= matters else Kind.SIZE_UNSURE
    else:
        kind = Kind.LITTLE_OR_NONE if furthest <= matters else Kind.CANNOT_TELL
    times = 1.0
    if kind is Kind.CANNOT_TELL:
        centre, half = abs(low + high) / 2, (high - low) / 2
        times = (half / max(centre, matters - centre)) ** 2
    return Verdict(kind, smallest_ratio_that_matters, times)
