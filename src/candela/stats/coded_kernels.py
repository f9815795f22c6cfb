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
    "add_values",
    "cluster_order",
    "multiply_levels",
    "weigh",
]

# Kept on disk where the package can be written to, or where NUMBA_CACHE_DIR says.
compiled = numba.njit(cache=True, nogil=True)

# Beyond this a running product of numbers up to it may pass the largest number.
FULL = 1e150


@compiled  # type: ignore[untyped-decorator]
def multiply_levels(odds: Any, factors: Any, codes: Any) -> None:
    """Multiply each row's odds by the factor of its level."""
    for i in range(len(codes)):
        odds[i] *= factors[codes[i]]


@compiled  # type: ignore[untyped-decorator]
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


@compiled  # type: ignore[untyped-decorator]
def add_levels(table: Any, codes: Any, values: Any) -> None:
    """Add each row's value to its level."""
    for i in range(len(codes)):
        table[codes[i]] += values[i]


@compiled  # type: ignore[untyped-decorator]
def add_pairs(table: Any, first: Any, second: Any, width: int, values: Any) -> None:
    """Add each row's value to its pair of levels; ``width`` levels of the second."""
    for i in range(len(first)):
        table[np.int64(first[i]) * width + np.int64(second[i])] += values[i]


@compiled  # type: ignore[untyped-decorator]
def add_key(key: Any, codes: Any, levels: int) -> None:
    """Make each row's code the next digit of its key."""
    for i in range(len(codes)):
        key[i] = key[i] * levels + codes[i]


@compiled  # type: ignore[untyped-decorator]
def add_cells(table: Any, key: Any, values: Any) -> None:
    """Add each row's whole number to its cell."""
    for i in range(len(key)):
        table[key[i]] += np.uint32(values[i])


@compiled  # type: ignore[untyped-decorator]
def add_values(table: Any, key: Any, by_key: Any, codes: Any, size: Any) -> None:
    """Add what each row's cell holds, times its size, to its level."""
    for i in range(len(key)):
        table[codes[i]] += by_key[key[i]] * size[i]


@compiled  # type: ignore[untyped-decorator]
def cluster_order(codes: Any, starts: Any, first: int) -> Any:
    """Return which rows belong to each cluster, cluster after cluster, shape (n,).

    ``starts`` holds where each cluster begins; ``first`` is the number of the first
    row, in a longer table.
    """
    out = np.empty(len(codes), np.uint32)
    place = starts.copy()
    for i in range(len(codes)):
        out[place[codes[i]]] = first + i
        place[codes[i]] += 1
    return out
