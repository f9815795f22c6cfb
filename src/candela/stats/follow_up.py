"""From when, and until when, is a person followed?

A landmark makes a fair start: who had an exposure by then is known by then, and only
those alive then are compared.  Without it the time that a person had to live to be
exposed counts as if it were a benefit of exposure.

References
----------
Anderson JR, Cain KC, Gelber RD. J Clin Oncol 1983;1:710-719.
doi:10.1200/JCO.1983.1.11.710
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.errors import InputError
from candela.stats.coded import CodeColumn, Codes
from candela.stats.cox_rows import Mask, kept_rows

__all__ = ["FollowUp", "ended_at", "from_landmark"]


@dataclass(frozen=True, eq=False)
class FollowUp:
    """Days and events of follow-up, and who is followed.

    ``left`` counts rows of the given ones that are followed no more.
    """

    stop: CodeColumn
    event: npt.NDArray[np.uint8]
    keep: npt.NDArray[np.bool_]
    left: int

    def __repr__(self) -> str:
        return f"FollowUp({int(self.keep.sum())} rows, {self.left} left out)"


def ended_at(
    stop: CodeColumn,
    event: npt.NDArray[np.uint8],
    horizon: int,
    *,
    keep: Mask | None = None,
) -> FollowUp:
    """Return follow-up that ends at a day: whoever lives longer lives at its end.

    An event on the day itself counts.

    Raises
    ------
    InputError
        If ``horizon`` is below 1.
    """
    if horizon < 1:
        raise InputError(f"follow-up ends after at least 1 day, not {horizon}.")
    codes = _like(stop, np.minimum(stop.codes.astype(np.int64), horizon))
    later = stop.codes > horizon
    return FollowUp(
        CodeColumn(stop.name, codes, min(stop.levels, horizon + 1)),
        np.where(later, 0, event).astype(np.uint8),
        kept_rows(len(stop.codes), keep),
        0,
    )


def from_landmark(
    stop: CodeColumn,
    event: npt.NDArray[np.uint8],
    landmark: int,
    *,
    keep: Mask | None = None,
) -> FollowUp:
    """Return follow-up counted from a landmark day, of those still followed then.

    Whoever dies or leaves on the landmark day or before is left out, and counted.

    Raises
    ------
    InputError
        If ``landmark`` is negative, or beyond every row.
    """
    if landmark < 0:
        raise InputError(f"a landmark is a day from 0 on, not {landmark}.")
    before = kept_rows(len(stop.codes), keep)
    after = before & (stop.codes > landmark)
    if not after.any():
        raise InputError(f"nobody is followed beyond the landmark of {landmark} days.")
    days = stop.codes.astype(np.int64)
    codes = _like(stop, np.maximum(days - landmark, 0))
    return FollowUp(
        CodeColumn(stop.name, codes, stop.levels - landmark),
        event,
        after,
        int(before.sum() - after.sum()),
    )


def _like(stop: CodeColumn, days: npt.NDArray[np.int64]) -> Codes:
    narrow = stop.codes.dtype == np.uint8
    return days.astype(np.uint8) if narrow else days.astype(np.uint16)
