"""How much of the population's mortality would these people have met, day by day?

A compiled loop over people and their days.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

__all__ = ["sum_days"]

compiled: Any = numba.njit(cache=True, nogil=True)


@compiled  # type: ignore[untyped-decorator]
def sum_days(
    stop: Any,
    event: Any,
    sex: Any,
    age: Any,
    begin: Any,
    year_of_day: Any,
    hazards: Any,
    year_of_age: float,
    days: int,
    weighted: bool,
) -> Any:
    """Return sums by day, shape (7, days + 1), day 0 among them.

    With w = 1 / expected survival (1 if not weighted) they are: w in the middle of the
    day, w times the population hazard, w at its end, w and w squared of its deaths,
    people at risk, deaths.  ``year_of_day`` gives the table's year of each day
    counted as ``begin`` is; ``age`` is in days at ``begin``.
    """
    out = np.zeros((7, days + 1))
    ages = hazards.shape[2]
    for i in range(len(stop)):
        last = min(int(stop[i]), days)
        years = min(int(age[i] / year_of_age), ages - 1)
        year, rate = -1, 0.0
        w, half, whole = 1.0, 1.0, 1.0
        for day in range(1, last + 1):
            began = age[i] + day - 1
            left = (years + 1) * year_of_age - began
            birthday = left < 1.0 and years < ages - 1
            now = year_of_day[begin[i] + day - 1]
            # The day after a birthday is the first with the new year's rate alone.
            if now != year or birthday or rate != hazards[sex[i], year, years]:
                year = now
                rate = hazards[sex[i], year, years]
                if birthday:
                    years += 1
                    rate = left * rate + (1 - left) * hazards[sex[i], year, years]
                if weighted:
                    half, whole = np.exp(rate / 2), np.exp(rate)
            middle = w * half
            w *= whole
            out[0, day] += middle
            out[1, day] += middle * rate
            out[2, day] += w
            out[5, day] += 1
        out[2, 0] += 1.0
        out[5, 0] += 1
        if event[i] == 1 and stop[i] <= days:
            out[3, last] += w
            out[4, last] += w * w
            out[6, last] += 1
    return out
