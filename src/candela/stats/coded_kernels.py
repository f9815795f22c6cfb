"""What does a block of coded rows add to small tables of levels?

Compiled loops over a few thousand rows at a time, one code column or one pair of
columns each, so that any number of narrow and wide columns is served by the same few
kernels.  They let go of the interpreter, so that blocks can be added up side by side.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

__all__ = [
    "add_cells",
    "add_key",
    "add_levels",
    "add_pairs",
    "group_order",
    "multiply_levels",
    "multiply_pairs",
    "weigh",
]

# Kept on disk where the package can be written to, or where NUMBA_CACHE_DIR says.
compiled = numba.njit(cache=True, nogil=True)

# Beyond this a running product of numbers up to it may pass the largest number.
FULL = 1e150


@compiled
def multiply_levels(odds: Any, factors: Any, codes: Any) -> None:
    """Multiply each row's odds by the factor of its level."""
    for i in range(len(codes)):
        odds[i] *= factors[codes[i]]


@compiled
def weigh(odds: Any, size: Any, mu: Any, w: Any) -> float:
    """Fill in expected events and their weights; return the sum of log(1 + odds).

    ``size`` (n,) is the trials of each row, 0 for a row that is left out; ``mu`` is
    size x risk and ``w`` size x risk x (1 - risk).
    """
    for i in range(len(odds)):
        odds[i] = min(odds[i], FULL)
    for i in range(len(odds)):
        none = 1.0 / (1.0 + odds[i])
        mu[i] = size[i] * odds[i] * none
        w[i] = mu[i] * none
    # A product of many rows has one logarithm.
    total, product = 0.0, 1.0
    for i in range(len(odds)):
        if size[i] == 1.0:
            product *= 1.0 + odds[i]
            if product > FULL:
                total += np.log(product)
                product = 1.0
        elif size[i] > 0.0:
            total += size[i] * np.log1p(odds[i])
    return total + float(np.log(product))


@compiled
def add_levels(table: Any, codes: Any, values: Any) -> None:
    """Add each row's value to its level."""
    for i in range(len(codes)):
        table[codes[i]] += values[i]


@compiled
def add_pairs(table: Any, first: Any, second: Any, width: int, values: Any) -> None:
    """Add each row's value to its pair of levels; ``width`` levels of the second."""
    for i in range(len(first)):
        table[np.int64(first[i]) * width + np.int64(second[i])] += values[i]


@compiled
def add_key(key: Any, codes: Any, levels: int) -> None:
    """Make each row's code the next digit of its key."""
    for i in range(len(codes)):
        key[i] = key[i] * levels + codes[i]


@compiled
def add_cells(table: Any, key: Any, values: Any) -> None:
    """Add each row's whole number to its cell."""
    for i in range(len(key)):
        table[key[i]] += np.uint32(values[i])


@compiled
def multiply_pairs(
    odds: Any, factors: Any, first: Any, second: Any, width: int
) -> None:
    """Multiply each row's odds by the factor of its pair of levels."""
    for i in range(len(odds)):
        odds[i] *= factors[np.int64(first[i]) * width + np.int64(second[i])]


@compiled
def group_order(codes: Any, levels: int, first: int) -> Any:
    """Return row numbers, group after group, and where each group begins.

    ``first`` is added to each number: the codes may be a part of a longer column.

    Returns
    -------
    ndarray of uint32, shape (n,), and ndarray of int64, shape (levels + 1,)
    """
    starts = np.zeros(levels + 1, np.int64)
    for i in range(len(codes)):
        starts[np.int64(codes[i]) + 1] += 1
    for g in range(levels):
        starts[g + 1] += starts[g]
    place = starts.copy()
    out = np.empty(len(codes), np.uint32)
    for i in range(len(codes)):
        out[place[codes[i]]] = first + i
        place[codes[i]] += 1
    return out, starts
