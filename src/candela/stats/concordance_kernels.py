"""How many pairs of rows were predicted in the order in which events came?

A compiled loop with a tree of running counts, so that n rows cost n log n.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

__all__ = ["count_pairs"]

compiled: Any = numba.njit(cache=True, nogil=True)


@compiled  # type: ignore[untyped-decorator]
def _change(tree: Any, at: int, by: int) -> None:
    at += 1
    while at < len(tree):
        tree[at] += by
        at += at & -at


@compiled  # type: ignore[untyped-decorator]
def _below(tree: Any, at: int) -> int:
    total = 0
    while at > 0:
        total += tree[at]
        at -= at & -at
    return total


@compiled  # type: ignore[untyped-decorator]
def count_pairs(rank: Any, first: Any, last: Any, event: Any, by_first: Any) -> Any:
    """Return pairs in which the earlier event had the higher, lower and equal rank.

    Rows are in ascending order of ``last``; ``by_first`` is their ascending order of
    ``first``.  Deaths of one cell are not compared with each other.
    """
    rows = len(rank)
    tree = np.zeros(rank.max() + 2, np.int64)
    agreed, opposed, even = 0, 0, 0
    inside, entered, end = 0, rows - 1, rows
    while end > 0 and last[end - 1] > 0:
        cell = last[end - 1] - 1
        begin = end
        while begin > 0 and last[begin - 1] - 1 == cell:
            begin -= 1
        # Whoever begins after this cell has left, going backwards.
        while entered >= 0 and first[by_first[entered]] > cell:
            gone = by_first[entered]
            if last[gone] > first[gone]:
                _change(tree, rank[gone], -1)
                inside -= 1
            entered -= 1
        for i in range(begin, end):
            if event[i] == 0 and last[i] > first[i]:
                _change(tree, rank[i], 1)
                inside += 1
        for i in range(begin, end):
            if event[i] == 1:
                lower = _below(tree, rank[i])
                same = _below(tree, rank[i] + 1) - lower
                agreed += lower
                even += same
                opposed += inside - lower - same
        for i in range(begin, end):
            if event[i] == 1:
                _change(tree, rank[i], 1)
                inside += 1
        end = begin
    return agreed, opposed, even
