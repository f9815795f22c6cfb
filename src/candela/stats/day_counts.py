"""How many of each group are followed, die and leave on each day?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, TooFewData
from candela.stats.coded import CodeColumn
from candela.stats.cox_rows import Mask

__all__ = ["DayCounts"]

Whole = npt.NDArray[np.int64]

# Groups times days: beyond these a table by day would not fit.
MOST_CELLS = 50_000_000


@dataclass(frozen=True, eq=False)
class DayCounts:
    """Rows, events and ends by group and day, and those at risk just before a day."""

    rows: Whole
    events: Whole
    ended: Whole
    at_risk: Whole

    @classmethod
    def of(
        cls,
        stop: CodeColumn,
        event: npt.NDArray[np.uint8],
        *,
        group: CodeColumn | None,
        start: CodeColumn | None,
        keep: Mask | None,
    ) -> DayCounts:
        chosen = slice(None) if keep is None else np.flatnonzero(keep)
        days = stop.codes[chosen].astype(np.int64)
        if not len(days):
            raise TooFewData("no row is left to follow.")
        died = np.asarray(event)[chosen]
        if died.max() > 1:
            raise InputError(
                "an event is 1 and its absence 0; other numbers were given."
            )
        width, groups = int(days.max()) + 2, group.levels if group else 1
        if width * groups > MOST_CELLS:
            raise InputError(
                f"{groups} groups over {width - 2} days are too many to follow by day."
            )
        own = group.codes[chosen].astype(np.int64) * width if group else 0
        shape = (groups, width)

        def by_day(day: Whole) -> Whole:
            keys = own + day
            return np.bincount(keys, minlength=groups * width).reshape(shape)

        ended = by_day(days)
        if start is None:
            entered = np.zeros(shape, np.int64)
            entered[:, 0] = ended.sum(axis=1)
        else:
            begins = start.codes[chosen].astype(np.int64)
            wrong = int((begins >= days).sum())
            if wrong:
                raise InputError(
                    f"{wrong} rows end on the day they begin or before it "
                    f"({start.name}, {stop.name})."
                )
            entered = by_day(begins + 1)
        events = np.bincount((own + days)[died == 1], minlength=groups * width)
        gone = np.cumsum(ended, axis=1) - ended
        return cls(
            ended.sum(axis=1),
            events.reshape(shape),
            ended,
            np.cumsum(entered, axis=1) - gone,
        )
