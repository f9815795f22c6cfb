"""What would survival be if everyone had one exposure, and how does it move?

Compiled loops over rows, classes and days.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

__all__ = ["add_hazard_influence", "average_survival"]

compiled: Any = numba.njit(cache=True, nogil=True)


@compiled  # type: ignore[untyped-decorator]
def average_survival(
    codes: Any,
    levels: Any,
    starts: Any,
    index: Any,
    value: Any,
    chosen: Any,
    relative: Any,
    stratum: Any,
    shifts: Any,
    hazard: Any,
    own: Any,
    columns: int,
) -> Any:
    """Return sums over the chosen rows, by class and day.

    Parameters
    ----------
    chosen
        Which rows are averaged over.
    relative : shape (n,)
        exp of the linear predictor without the exposure.
    shifts : shape (K,)
        exp of what each class's exposure adds.
    hazard : shape (strata, T)
        Baseline, to each day.
    own : shape (p,), uint8
        1 for the coefficients of the exposure, left out of ``slope``.

    Returns
    -------
    total : shape (K, T)
        Of survival S.
    weight : shape (K, T, strata)
        Of S r, with r the relative hazard.
    slope : shape (K, T, p)
        Of S r H x, without the exposure's own columns.
    """
    classes, strata, days = len(shifts), hazard.shape[0], hazard.shape[1]
    total = np.zeros((classes, days))
    weight = np.zeros((classes, days, strata))
    slope = np.zeros((classes, days, columns))
    for i in chosen:
        s = stratum[i]
        for k in range(classes):
            r = relative[i] * shifts[k]
            for t in range(days):
                reached = r * hazard[s, t]
                survival = np.exp(-reached)
                total[k, t] += survival
                weight[k, t, s] += survival * r
                amount = survival * reached
                for c in range(codes.shape[1]):
                    level = levels[c] + codes[i, c]
                    for at in range(starts[level], starts[level + 1]):
                        if own[index[at]] == 0:
                            slope[k, t, index[at]] += amount * value[at]
    return total, weight, slope


@compiled  # type: ignore[untyped-decorator]
def add_hazard_influence(
    first: Any,
    last: Any,
    event: Any,
    weight: Any,
    stratum: Any,
    group: Any,
    groups: int,
    bound: Any,
    jump: Any,
    running: Any,
    tied: Any,
) -> Any:
    """Return how each group moves the baseline hazard, shape (groups, strata, T).

    ``bound`` (strata, T) is the cell after the last that counts by a day; ``jump``
    (cells,) is the mean of 1/D over a cell's deaths, ``running`` (cells + 1,) the sum
    of 1/D**2 and ``tied`` (cells,) that of f/D**2.
    """
    strata, days = bound.shape
    out = np.zeros((groups, strata, days))
    for i in range(len(weight)):
        if last[i] <= first[i]:
            continue
        s, g, cell = stratum[i], group[i], last[i] - 1
        for t in range(days):
            end = min(last[i], bound[s, t])
            if end <= first[i]:
                continue
            out[g, s, t] -= weight[i] * (running[end] - running[first[i]])
            if event[i] == 1 and cell < bound[s, t]:
                out[g, s, t] += jump[cell] + weight[i] * tied[cell]
    return out
