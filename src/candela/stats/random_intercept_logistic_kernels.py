"""What do rows add up to, cluster by cluster, at a given level of each cluster?

Passes over coded rows for the logistic model with a random intercept.  With mu the
risk of a row, w = mu (1 - mu) is its weight, w' = w (1 - 2 mu) and
w'' = w (1 - 6 w) are the weight's slopes.  Everything is added up into small tables by
cluster and level of each column; nothing is kept by row.

Rows lie in order of their clusters: those of cluster g from ``starts[g]`` to
``starts[g + 1]``.  ``narrow`` (a, n) and ``wide`` (b, n) hold the codes of a + b
columns.  Column j has its levels at ``places[j]`` and after in every table; place 0 is
the intercept.  ``factors`` (T,) says what a level multiplies the odds by, so that a row
takes no exponential.  ``trials`` of length 0 means one trial a row.

Rows are taken a block at a time, so that what a step needs stays in the nearest cache.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

__all__ = [
    "add_to_levels",
    "add_to_modes",
    "add_to_pairs",
    "count_by_level",
    "put_in_order",
]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint16]
Counts = npt.NDArray[Any]

BLOCK = 256
# A running product of 1 + odds, each at most 1e150, stays below the largest number.
FULL = 1e150


@numba.njit(cache=True, nogil=True)
def put_in_order(
    values: Counts, cluster: Counts, keep: Bytes, starts: Ints, out: Counts
) -> None:
    """Put each kept row's value at its place among its cluster's, in their order.

    Parameters
    ----------
    starts : shape (G + 1,)
        Where each cluster begins in ``out``.
    """
    free = starts.copy()
    for i in range(values.size):
        if keep.size and not keep[i]:
            continue
        at = free[cluster[i]]
        free[cluster[i]] = at + 1
        out[at] = values[i]


@numba.njit(cache=True, nogil=True)
def count_by_level(codes: Counts, events: Counts, trials: Counts, out: Floats) -> None:
    """Add trials and events to the levels of a column: ``out`` (levels, 2)."""
    for i in range(codes.size):
        out[codes[i], 0] += 1.0 if trials.size == 0 else float(trials[i])
        out[codes[i], 1] += events[i]


@numba.njit(cache=True, nogil=True)
def _fill_odds(
    narrow: Bytes,
    wide: Words,
    places: Ints,
    factors: Floats,
    first: int,
    size: int,
    odds: Floats,
) -> None:
    """Write the odds of a block of rows in a cluster whose own level is 0."""
    for r in range(size):
        odds[r] = factors[0]
    for j in range(narrow.shape[0]):
        for r in range(size):
            odds[r] *= factors[places[j] + narrow[j, first + r]]
    for j in range(wide.shape[0]):
        place = places[narrow.shape[0] + j]
        for r in range(size):
            odds[r] *= factors[place + wide[j, first + r]]


@numba.njit(cache=True, nogil=True)
def add_to_modes(
    narrow: Bytes,
    wide: Words,
    events: Counts,
    trials: Counts,
    starts: Ints,
    rows: Ints,
    places: Ints,
    factors: Floats,
    level: Floats,
    out: Floats,
) -> None:
    """Add y - mu, w, w' and w'' of each row to its cluster.

    Parameters
    ----------
    rows : first row, end, first cluster, end
        Which rows, and the clusters that they belong to.
    level : shape (G,)
        Each cluster's own level.
    out : shape (clusters of these rows, 4)
    """
    odds = np.empty(BLOCK)
    for g in range(rows[2], rows[3]):
        total, times = out[g - rows[2]], np.exp(level[g])
        begin, end = max(starts[g], rows[0]), min(starts[g + 1], rows[1])
        for first in range(begin, end, BLOCK):
            size = min(BLOCK, end - first)
            _fill_odds(narrow, wide, places, factors, first, size, odds)
            residual, w0, w1, w2 = 0.0, 0.0, 0.0, 0.0
            for r in range(size):
                up = 1.0 + odds[r] * times
                mu = odds[r] * times / up
                m = 1.0 if trials.size == 0 else float(trials[first + r])
                w = mu / up
                residual += events[first + r] - m * mu
                w0 += m * w
                w1 += m * w * (1.0 - 2.0 * mu)
                w2 += m * w * (1.0 - 6.0 * w)
            total[0] += residual
            total[1] += w0
            total[2] += w1
            total[3] += w2


@numba.njit(cache=True, nogil=True)
def add_to_levels(
    narrow: Bytes,
    wide: Words,
    events: Counts,
    trials: Counts,
    starts: Ints,
    rows: Ints,
    places: Ints,
    factors: Floats,
    level: Floats,
    out: Floats,
    values: Floats,
) -> None:
    """Add each row to its cluster and levels, at several levels of the cluster.

    Parameters
    ----------
    level : shape (G, K)
        Levels of each cluster, the middle one its mode.
    out : shape (clusters of these rows, T, 2 + 2 K)
        w' and w'' at the mode; then y - mu and w at each level.
    values : shape (clusters of these rows, K)
        Log-likelihood of the cluster's rows at each level.
    """
    nodes = level.shape[1]
    odds, add = np.empty(BLOCK), np.empty((BLOCK, 2 + 2 * nodes))
    for g in range(rows[2], rows[3]):
        table, value = out[g - rows[2]], values[g - rows[2]]
        begin, end = max(starts[g], rows[0]), min(starts[g + 1], rows[1])
        for first in range(begin, end, BLOCK):
            size = min(BLOCK, end - first)
            _fill_odds(narrow, wide, places, factors, first, size, odds)
            _fill_rows(events, trials, first, size, odds, level[g], add, value)
            for r in range(size):
                for q in range(add.shape[1]):
                    table[0, q] += add[r, q]
            for j in range(narrow.shape[0]):
                _add_rows(table, narrow[j], places[j], first, size, add)
            for j in range(wide.shape[0]):
                place = places[narrow.shape[0] + j]
                _add_rows(table, wide[j], place, first, size, add)


@numba.njit(cache=True, nogil=True)
def _fill_rows(
    events: Counts,
    trials: Counts,
    first: int,
    size: int,
    odds: Floats,
    level: Floats,
    add: Floats,
    value: Floats,
) -> None:
    """Write what each row of a block adds, and add its log-likelihood to ``value``."""
    nodes, whole = level.size, trials.size == 0
    times, product = np.exp(level), np.ones(level.size)
    for r in range(size):
        y = float(events[first + r])
        m = 1.0 if whole else float(trials[first + r])
        for k in range(nodes):
            up = 1.0 + odds[r] * times[k]
            mu = odds[r] * times[k] / up
            w = mu / up
            add[r, 2 + 2 * k] = y - m * mu
            add[r, 3 + 2 * k] = m * w
            if k == nodes // 2:
                add[r, 0] = m * w * (1.0 - 2.0 * mu)
                add[r, 1] = m * w * (1.0 - 6.0 * w)
            if y > 0.0:
                value[k] += y * (np.log(odds[r]) + level[k])
            if whole:
                product[k] *= up
                if product[k] > FULL:
                    value[k] -= np.log(product[k])
                    product[k] = 1.0
            else:
                value[k] -= m * np.log(up)
    for k in range(nodes):
        value[k] -= np.log(product[k])


@numba.njit(cache=True, nogil=True)
def _add_rows(
    table: Floats, codes: Counts, place: int, first: int, size: int, add: Floats
) -> None:
    """Add what a block's rows add to the levels of one column."""
    if add.shape[1] == 4:  # Laplace: four numbers at once
        for r in range(size):
            at = place + codes[first + r]
            table[at, 0] += add[r, 0]
            table[at, 1] += add[r, 1]
            table[at, 2] += add[r, 2]
            table[at, 3] += add[r, 3]
        return
    for r in range(size):
        at = place + codes[first + r]
        for q in range(add.shape[1]):
            table[at, q] += add[r, q]


@numba.njit(cache=True, nogil=True)
def add_to_pairs(
    narrow: Bytes,
    wide: Words,
    trials: Counts,
    starts: Ints,
    rows: Ints,
    places: Ints,
    factors: Floats,
    level: Floats,
    share: Floats,
    slopes: Floats,
    corners: Ints,
    widths: Ints,
    out: Floats,
) -> None:
    """Add v of each row to each pair of its levels.

    v = -(w at each level of its cluster, by ``share``) + slopes[0] w' + slopes[1] w''.

    Parameters
    ----------
    share : shape (G, K)
        How likely each level is.
    slopes : shape (G, 2)
        What w' and w'' are multiplied by.
    corners, widths : shape (a + b, a + b) and (a + b,)
        Where the table of a pair of columns begins, and levels of each column.  A
        column with itself has one number for each level.
    out : shape (total,)
        The tables of all pairs j <= k one after another, and last the sum of all v.
    """
    odds, narrows = np.empty(BLOCK), narrow.shape[0]
    for g in range(rows[2], rows[3]):
        times = np.exp(level[g])
        begin, end = max(starts[g], rows[0]), min(starts[g + 1], rows[1])
        for first in range(begin, end, BLOCK):
            size = min(BLOCK, end - first)
            _fill_odds(narrow, wide, places, factors, first, size, odds)
            for r in range(size):
                v = _pair_weight(odds[r], times, share[g], slopes[g])
                odds[r] = v if trials.size == 0 else v * trials[first + r]
                out[-1] += odds[r]
            for j in range(narrows):
                at = corners[j, j]
                _add_own(out[at:], narrow[j], first, size, odds)
                for k in range(j + 1, narrows):
                    table = out[corners[j, k] :]
                    pair = narrow[j], narrow[k]
                    _add_pair(table, pair, widths[k], first, size, odds)
                for k in range(wide.shape[0]):
                    table = out[corners[j, narrows + k] :]
                    pair_ = narrow[j], wide[k]
                    _add_pair(table, pair_, widths[narrows + k], first, size, odds)
            for j in range(wide.shape[0]):
                at = corners[narrows + j, narrows + j]
                _add_own(out[at:], wide[j], first, size, odds)
                for k in range(j + 1, wide.shape[0]):
                    table = out[corners[narrows + j, narrows + k] :]
                    pairs = wide[j], wide[k]
                    _add_pair(table, pairs, widths[narrows + k], first, size, odds)


@numba.njit(cache=True, nogil=True)
def _add_own(table: Floats, codes: Counts, first: int, size: int, v: Floats) -> None:
    for r in range(size):
        table[codes[first + r]] += v[r]


@numba.njit(cache=True, nogil=True)
def _add_pair(
    table: Floats,
    pair: tuple[Counts, Counts],
    width: int,
    first: int,
    size: int,
    v: Floats,
) -> None:
    one, two = pair
    for r in range(size):
        table[one[first + r] * width + two[first + r]] += v[r]


@numba.njit(cache=True, nogil=True)
def _pair_weight(odds: float, times: Floats, share: Floats, slopes: Floats) -> float:
    v = 0.0
    for k in range(times.size):
        odds_k = odds * times[k]
        mu = odds_k / (1.0 + odds_k)
        w = mu / (1.0 + odds_k)
        v -= share[k] * w
        if k == times.size // 2:
            v += slopes[0] * w * (1.0 - 2.0 * mu) + slopes[1] * w * (1.0 - 6.0 * w)
    return v
