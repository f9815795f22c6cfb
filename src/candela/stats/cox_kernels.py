"""What does one pass over the rows of a Cox model add up?

Compiled loops.  A row's x is a handful of numbers: for each code column, ``starts``
says where the entries of each level lie in ``index`` (which coefficient) and ``value``.
Cells are the days with events, stratum after stratum.  A row is at risk in the cells
``first`` to ``last`` less one, so that it enters sums at its last cell, by running
sums from the last day down, and leaves them above its first.

Rows are added in one order, whatever the machine.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

__all__ = [
    "add_information",
    "add_scores",
    "linear_predictors",
    "sum_risk_sets",
    "sum_ties",
]

# Kept on disk where the package can be written to, or where NUMBA_CACHE_DIR says.
compiled: Any = numba.njit(cache=True, nogil=True, error_model="numpy")


@compiled  # type: ignore[untyped-decorator]
def linear_predictors(codes: Any, levels: Any, values: Any) -> Any:
    """Return the sum over columns of each row's level value, shape (n,)."""
    rows, columns = codes.shape
    out = np.empty(rows)
    for i in range(rows):
        total = 0.0
        for k in range(columns):
            total += values[levels[k] + codes[i, k]]
        out[i] = total
    return out


@compiled  # type: ignore[untyped-decorator]
def sum_risk_sets(
    codes: Any,
    levels: Any,
    starts: Any,
    index: Any,
    value: Any,
    first: Any,
    last: Any,
    event: Any,
    base: Any,
    weight: Any,
    columns: int,
) -> Any:
    """Return sums of w and w x over each risk set (s0, s1) and its deaths (e0, e1)."""
    cells = len(base)
    s0, s1 = np.zeros(cells), np.zeros((cells, columns))
    e0, e1 = np.zeros(cells), np.zeros((cells, columns))
    for i in range(len(weight)):
        if last[i] <= first[i]:
            continue
        w, cell = weight[i], last[i] - 1
        leaves = first[i] - 1 if first[i] > base[cell] else -1
        died = event[i] == 1
        s0[cell] += w
        if leaves >= 0:
            s0[leaves] -= w
        if died:
            e0[cell] += w
        for k in range(codes.shape[1]):
            level = levels[k] + codes[i, k]
            for at in range(starts[level], starts[level + 1]):
                amount, j = w * value[at], index[at]
                s1[cell, j] += amount
                if leaves >= 0:
                    s1[leaves, j] -= amount
                if died:
                    e1[cell, j] += amount
    for t in range(cells - 2, -1, -1):
        if base[t] == base[t + 1]:
            s0[t] += s0[t + 1]
            for j in range(columns):
                s1[t, j] += s1[t + 1, j]
    return s0, s1, e0, e1


@compiled  # type: ignore[untyped-decorator]
def sum_ties(deaths: Any, s0: Any, e0: Any, efron: bool) -> Any:
    """Return sums over the deaths k of each cell, with f = k/d and D = s0 - f e0.

    Returns
    -------
    ndarray, shape (6, cells)
        Sums of 1/D, f/D, 1/D**2, f/D**2, f**2/D**2 and log D.  For Breslow f is 0.
    """
    out = np.zeros((6, len(deaths)))
    for t in range(len(deaths)):
        for k in range(deaths[t]):
            f = k / deaths[t] if efron else 0.0
            left = s0[t] - f * e0[t]
            out[0, t] += 1 / left
            out[1, t] += f / left
            out[2, t] += 1 / (left * left)
            out[3, t] += f / (left * left)
            out[4, t] += f * f / (left * left)
            out[5, t] += np.log(left)
    return out


@compiled  # type: ignore[untyped-decorator]
def add_information(
    codes: Any,
    levels: Any,
    starts: Any,
    index: Any,
    value: Any,
    weight: Any,
    columns: int,
    most: int,
) -> Any:
    """Return the sum of weight x x', shape (p, p).

    ``most`` bounds the entries of one row's x; columns of x are in ascending order of
    no particular kind, so both halves are filled at the end.
    """
    out = np.zeros((columns, columns))
    where, what = np.empty(most, np.int64), np.empty(most)
    for i in range(len(weight)):
        if weight[i] == 0.0:
            continue
        entries = 0
        for k in range(codes.shape[1]):
            level = levels[k] + codes[i, k]
            for at in range(starts[level], starts[level + 1]):
                where[entries], what[entries] = index[at], value[at]
                entries += 1
        for a in range(entries):
            amount, row = weight[i] * what[a], where[a]
            for b in range(a, entries):
                out[row, where[b]] += amount * what[b]
    for a in range(columns):
        for b in range(a):
            total = out[a, b] + out[b, a]
            out[a, b] = total
            out[b, a] = total
    return out


@compiled  # type: ignore[untyped-decorator]
def add_scores(
    codes: Any,
    levels: Any,
    starts: Any,
    index: Any,
    value: Any,
    first: Any,
    last: Any,
    event: Any,
    weight: Any,
    residual: Any,
    total: Any,
    tied: Any,
    mean: Any,
    group: Any,
    groups: int,
) -> Any:
    """Return score residuals added up by group, shape (groups, p).

    ``residual`` is the martingale residual of each row; ``total`` (cells + 1, p) the
    running sum over deaths of m/D, ``tied`` (cells, p) the sum of f m/D, and ``mean``
    (cells, p) the mean m of the deaths of a cell.
    """
    columns = mean.shape[1]
    out = np.zeros((groups, columns))
    for i in range(len(weight)):
        if last[i] <= first[i]:
            continue
        g, w = group[i], weight[i]
        for k in range(codes.shape[1]):
            level = levels[k] + codes[i, k]
            for at in range(starts[level], starts[level + 1]):
                out[g, index[at]] += residual[i] * value[at]
        for j in range(columns):
            out[g, j] += w * (total[last[i], j] - total[first[i], j])
        if event[i] == 1:
            cell = last[i] - 1
            for j in range(columns):
                out[g, j] -= w * tied[cell, j] + mean[cell, j]
    return out
