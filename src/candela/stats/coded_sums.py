"""What do all rows add up to at given coefficients?

One pass over the rows of a joint design, in a fixed number of chunks that are added in
order: the answer does not depend on how many threads there are.  Odds are products of
one factor for each column, so that a pass takes no exponentials.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from candela.stats.coded import CodeColumn, Codes, Floats
from candela.stats.coded_joint import Change, JointDesign

__all__ = [
    "PassSums",
    "Sizes",
    "in_chunks",
    "risks_of",
    "sum_by",
    "sum_rows",
    "sum_values",
]

Counts = npt.NDArray[np.uint8] | npt.NDArray[np.uint32] | Floats

BLOCK = 16_384
MOST_CHUNKS = 16
CHUNK_ROWS = 131_072
# exp(345) is 1e150, where the kernels stop.
FURTHEST = 345.0

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Sizes:
    """How much each row counts: its trials if it is kept.

    Attributes
    ----------
    trials : ndarray, shape (n,), or None
        None for one trial a row.
    keep : ndarray of uint8 or bool, shape (n,), or None
        None for all rows.
    """

    trials: Counts | None = None
    keep: npt.NDArray[np.uint8] | npt.NDArray[np.bool_] | None = None

    def block(self, first: int, last: int) -> Floats:
        """Return the sizes of some rows, shape (last - first,)."""
        if self.trials is not None:
            out = self.trials[first:last].astype(np.float64)
            return out if self.keep is None else out * self.keep[first:last]
        if self.keep is not None:
            return self.keep[first:last].astype(np.float64)
        return np.ones(last - first)

    def changed(self, change: Change) -> Sizes:
        """Return the sizes of other rows: a part of them, or in another order."""
        return Sizes(
            None if self.trials is None else change(self.trials),
            None if self.keep is None else change(self.keep),
        )


@dataclass(eq=False)
class PassSums:
    """Sums over rows at some coefficients.

    Attributes
    ----------
    loss
        Sum of size x log(1 + odds).
    events, weight
        Sums of mu = size x risk and w = size x risk x (1 - risk).
    event_levels, weight_levels
        mu and w by level of each joint column.
    pairs
        w by pair of levels, flat; empty unless asked for.
    """

    loss: float = 0.0
    events: float = 0.0
    weight: float = 0.0
    event_levels: list[Floats] = field(default_factory=list)
    weight_levels: list[Floats] = field(default_factory=list)
    pairs: dict[tuple[int, int], Floats] = field(default_factory=dict)

    @classmethod
    def zero(cls, joint: JointDesign, *, pairs: bool) -> PassSums:
        """Return the sums over no rows."""
        levels = [column.levels for column in joint.columns]
        tables = {k: np.zeros(levels[k[0]] * levels[k[1]]) for k in joint.pairs()}
        return cls(
            event_levels=[np.zeros(n) for n in levels],
            weight_levels=[np.zeros(n) for n in levels],
            pairs=tables if pairs else {},
        )

    def add(self, other: PassSums) -> None:
        """Add the sums over other rows."""
        self.loss += other.loss
        self.events += other.events
        self.weight += other.weight
        for one, two in zip(self.event_levels, other.event_levels, strict=True):
            one += two
        for one, two in zip(self.weight_levels, other.weight_levels, strict=True):
            one += two
        for key, table in self.pairs.items():
            table += other.pairs[key]


def in_chunks(rows: int, work: Callable[[int, int], T]) -> Iterator[T]:
    """Yield what ``work`` makes of each chunk of rows (first, last), in order.

    The chunks depend on the number of rows alone.
    """
    chunks = min(MOST_CHUNKS, rows // CHUNK_ROWS)
    if chunks < 2:
        yield work(0, rows)
        return
    ends = np.linspace(0, rows, chunks + 1).astype(int).tolist()
    with ThreadPoolExecutor(min(chunks, thread_count())) as pool:
        yield from pool.map(work, ends[:-1], ends[1:])


def thread_count() -> int:
    """Return how many threads may work at once; no answer depends on it."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def sum_rows(
    joint: JointDesign, beta: Floats, sizes: Sizes, *, pairs: bool = False
) -> PassSums:
    """Return sums over all rows at coefficients ``beta``, shape (p,)."""
    total = PassSums.zero(joint, pairs=pairs)
    odds = _Odds.at(joint, beta)

    def work(first: int, last: int) -> PassSums:
        return _chunk(joint, odds, sizes, first, last, pairs=pairs)

    for part in in_chunks(joint.rows, work):
        total.add(part)
    if pairs and len(joint.columns) > 1:
        total.weight_levels = _margins(joint, total.pairs)
    return total


def sum_values(
    codes: list[tuple[Codes, int]], rows: int, values: Callable[[int, int], Floats]
) -> tuple[float, list[Floats]]:
    """Return the total of some values, and their sums by level of each column.

    Parameters
    ----------
    codes
        Codes of each column and its number of levels.
    values
        Gives the values of rows first to last less one.
    """
    from candela.stats.coded_kernels import add_levels

    def work(first: int, last: int) -> tuple[float, list[Floats]]:
        total, tables = 0.0, [np.zeros(levels) for _, levels in codes]
        for lo in range(first, last, BLOCK):
            hi = min(lo + BLOCK, last)
            block = values(lo, hi)
            total += float(block.sum())
            for (column, _), table in zip(codes, tables, strict=True):
                add_levels(table, column[lo:hi], block)
        return total, tables

    total, sums = 0.0, [np.zeros(levels) for _, levels in codes]
    for part, tables in in_chunks(rows, work):
        total += part
        for one, two in zip(sums, tables, strict=True):
            one += two
    return total, sums


def sum_by(
    joint: JointDesign, beta: Floats, sizes: Sizes, column: CodeColumn
) -> Floats:
    """Return expected events by level of any column, shape (levels,)."""
    from candela.stats.coded_kernels import weigh

    odds = _Odds.at(joint, beta)

    def values(first: int, last: int) -> Floats:
        mu, w = np.empty(last - first), np.empty(last - first)
        weigh(odds.block(joint, first, last), sizes.block(first, last), mu, w)
        return mu

    _, tables = sum_values([(column.codes, column.levels)], joint.rows, values)
    return tables[0]


def risks_of(joint: JointDesign, beta: Floats) -> Floats:
    """Return the risk of each row, shape (n,)."""
    odds = _Odds.at(joint, beta)
    out = np.empty(joint.rows)

    def work(first: int, last: int) -> None:
        for lo in range(first, last, BLOCK):
            hi = min(lo + BLOCK, last)
            block = odds.block(joint, lo, hi)
            out[lo:hi] = block / (1 + block)

    for _ in in_chunks(joint.rows, work):
        pass
    return out


@dataclass(frozen=True, eq=False)
class _Odds:
    """What the odds of a row are a product of."""

    baseline: float
    factors: list[Floats]

    @classmethod
    def at(cls, joint: JointDesign, beta: Floats) -> _Odds:
        linear = joint.linear(beta)
        bound = FURTHEST / (1 + len(linear))
        return cls(
            float(np.exp(np.clip(beta[0], -bound, bound))),
            [np.exp(np.clip(level, -bound, bound)) for level in linear],
        )

    def block(self, joint: JointDesign, first: int, last: int) -> Floats:
        from candela.stats.coded_kernels import multiply_levels

        out = np.full(last - first, self.baseline)
        for column, factors in zip(joint.columns, self.factors, strict=True):
            multiply_levels(out, factors, column.codes[first:last])
        return out


def _chunk(
    joint: JointDesign, odds: _Odds, sizes: Sizes, first: int, last: int, *, pairs: bool
) -> PassSums:
    from candela.stats.coded_kernels import add_levels, add_pairs, weigh

    out = PassSums.zero(joint, pairs=pairs)
    by_pairs = pairs and len(joint.columns) > 1
    mu, w = np.empty(BLOCK), np.empty(BLOCK)
    for lo in range(first, last, BLOCK):
        hi = min(lo + BLOCK, last)
        m, v = mu[: hi - lo], w[: hi - lo]
        out.loss += weigh(odds.block(joint, lo, hi), sizes.block(lo, hi), m, v)
        out.events += float(m.sum())
        out.weight += float(v.sum())
        codes = [column.codes[lo:hi] for column in joint.columns]
        for k, column in enumerate(codes):
            add_levels(out.event_levels[k], column, m)
            if not by_pairs:
                add_levels(out.weight_levels[k], column, v)
        for (i, j), table in out.pairs.items():
            add_pairs(table, codes[i], codes[j], joint.columns[j].levels, v)
    return out


def _margins(joint: JointDesign, pairs: dict[tuple[int, int], Floats]) -> list[Floats]:
    shape = [column.levels for column in joint.columns]
    out = [pairs[0, 1].reshape(shape[0], shape[1]).sum(axis=1)]
    for j in range(1, len(shape)):
        out.append(pairs[0, j].reshape(shape[0], shape[j]).sum(axis=0))
    return out
