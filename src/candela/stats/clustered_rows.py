"""What do a design's rows add up to, by cluster and coefficient?

A ``CodedDesign`` made ready for models with a level of their own for each cluster: its
columns packed as ``coded_joint`` packs them, its rows put in the order of their
clusters.  Every pass hands back sums by coefficient, the intercept first.

Sums are made in a fixed number of chunks and added in order, so that no result depends
on the number of threads.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from candela.errors import InputError
from candela.stats.coded import CodeColumn, CodedDesign, Codes
from candela.stats.coded_joint import JointColumn, JointDesign, checked_codes, packed

__all__ = ["ClusteredRows"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Counts = npt.NDArray[Any]
Keep = npt.NDArray[np.uint8] | npt.NDArray[np.bool_]
T = TypeVar("T")

CHUNKS = 16
BLOCK_ROWS = 1 << 20
LARGEST_BYTES = 2_000_000_000
# exp(345) is 1e150, where the kernels stop.
FURTHEST = 345.0


@dataclass(frozen=True, eq=False)
class ClusteredRows:
    """Rows in order of their clusters, and what their codes mean.

    Attributes
    ----------
    narrow, wide : ndarray of uint8 (a, n) and uint16 (b, n)
        Codes of the joint columns.
    events, trials : ndarray, shape (n,)
        ``trials`` of length 0 means one each.
    starts : ndarray, shape (G + 1,)
        Where each cluster's rows begin.
    joint
        The joint columns, without their codes.
    by_level
        Trials, and events, by level of each joint column.
    labels
        Of all coefficients, the intercept first.
    """

    narrow: npt.NDArray[np.uint8]
    wide: npt.NDArray[np.uint16]
    events: Counts
    trials: Counts
    starts: Ints
    joint: JointDesign
    by_level: tuple[list[Floats], list[Floats]]
    labels: tuple[str, ...]

    def __repr__(self) -> str:
        return f"ClusteredRows({len(self.events)} rows, {self.clusters} clusters)"

    def __reduce__(self) -> str:
        raise TypeError("rows about people are not written or sent anywhere")

    @classmethod
    def of(
        cls,
        design: CodedDesign,
        events: Counts,
        cluster: CodeColumn,
        *,
        trials: Counts | None = None,
        keep: Keep | None = None,
    ) -> ClusteredRows:
        """Return the rows of a design in order of their clusters.

        Raises
        ------
        InputError
            If events, trials, clusters or ``keep`` do not fit the rows.
        """
        _check(design, events, cluster, trials, keep)
        joint = packed(design)
        narrow = [c for c in joint.columns if c.codes.dtype == np.uint8]
        wide = [c for c in joint.columns if c.codes.dtype == np.uint16]
        order = _Order.of(cluster, keep)
        kind = np.uint8 if trials is None else np.uint32
        rows = cls(
            narrow=order.side_by_side(narrow, np.uint8),
            wide=order.side_by_side(wide, np.uint16),
            events=order.put(events, kind),
            trials=np.empty(0, kind) if trials is None else order.put(trials, kind),
            starts=order.starts,
            joint=replace(joint, columns=(*narrow, *wide)).with_codes(_none_of),
            by_level=([], []),
            labels=("(Intercept)", *design.labels),
        )
        return replace(rows, by_level=rows._tallies())

    def thinned(self, step: int) -> ClusteredRows:
        """Return every ``step``-th row."""
        return ClusteredRows(
            narrow=np.ascontiguousarray(self.narrow[:, ::step]),
            wide=np.ascontiguousarray(self.wide[:, ::step]),
            events=self.events[::step].copy(),
            trials=self.trials[::step].copy(),
            starts=-(-self.starts // step),
            joint=self.joint,
            by_level=self.by_level,
            labels=self.labels,
        )

    @property
    def clusters(self) -> int:
        """Number of clusters, those without rows included."""
        return len(self.starts) - 1

    @property
    def inhabited(self) -> int:
        """Number of clusters with rows."""
        return int((np.diff(self.starts) > 0).sum())

    def totals(self) -> tuple[int, int]:
        """Return trials and events."""
        trials = len(self.events)
        if self.trials.size:
            trials = int(self.trials.sum(dtype=np.int64))
        return trials, int(self.events.sum(dtype=np.int64))

    def varying(self) -> npt.NDArray[np.bool_]:
        """Return which coefficients differ between any two rows, shape (p + 1,)."""
        out = np.ones(len(self.labels), np.bool_)
        for column, trials in zip(self.joint.columns, self.by_level[0], strict=True):
            out[column.places] = np.ptp(column.basis[trials > 0], axis=0) > 0
        return out

    @property
    def bases(self) -> tuple[Floats, ...]:
        """What a level adds, by coefficient: (levels, q) for each joint column."""
        return tuple(column.basis for column in self.joint.columns)

    @property
    def coefficients(self) -> tuple[npt.NDArray[np.intp], ...]:
        """Which coefficients those are, 0 being the intercept."""
        return tuple(column.places for column in self.joint.columns)

    def _tallies(self) -> tuple[list[Floats], list[Floats]]:
        from candela.stats.random_intercept_logistic_kernels import count_by_level

        tables = [np.zeros((len(basis), 2)) for basis in self.bases]
        for codes, table in zip((*self.narrow, *self.wide), tables, strict=True):
            count_by_level(codes, self.events, self.trials, table)
        return [t[:, 0] for t in tables], [t[:, 1] for t in tables]

    @property
    def _widths(self) -> Ints:
        return np.array([len(basis) for basis in self.bases], np.int64)

    @property
    def _places(self) -> Ints:
        return np.cumsum([1, *self._widths], dtype=np.int64)

    def _factors(self, beta: Floats) -> Floats:
        """Return what each level multiplies the odds by, the intercept first.

        Columns are centred, so that a year's coefficient times 2,000 is no factor.
        """
        pairs = zip(self.bases, self.coefficients, strict=True)
        linear = [basis @ beta[which] for basis, which in pairs]
        middle = [float(part.mean()) for part in linear]
        whole = [
            beta[:1] + sum(middle),
            *(a - b for a, b in zip(linear, middle, strict=True)),
        ]
        bound = FURTHEST / (1 + len(linear))
        return np.asarray(np.exp(np.clip(np.concatenate(whole), -bound, bound)))

    def modes(self, beta: Floats, level: Floats) -> Floats:
        """Return sums of y - mu, w, w' and w'' by cluster, shape (G, 4).

        Parameters
        ----------
        beta, level : ndarray, shapes (p + 1,) and (G,)
            Coefficients, and each cluster's own level.
        """
        from candela.stats.random_intercept_logistic_kernels import add_to_modes

        places, factors = self._places, self._factors(beta)

        def chunk(rows: Ints) -> Floats:
            out = np.zeros((rows[3] - rows[2], 4))
            add_to_modes(
                self.narrow,
                self.wide,
                self.events,
                self.trials,
                self.starts,
                rows,
                places,
                factors,
                level,
                out,
            )
            return out

        total = np.zeros((self.clusters, 4))
        for rows, part in self._chunks(chunk):
            total[rows[2] : rows[3]] += part
        return total

    def levels(self, beta: Floats, level: Floats) -> tuple[Floats, Floats]:
        """Return sums by cluster and coefficient, and log-likelihoods by cluster.

        Parameters
        ----------
        beta, level : ndarray, shapes (p + 1,) and (G, K)
            Coefficients, and K levels of each cluster, the middle one its mode.

        Returns
        -------
        sums : ndarray, shape (2 + 2 K, G, p + 1)
            Of w' x and w'' x at the mode; then of (y - mu) x and w x at each level.
        values : ndarray, shape (G, K)
        """
        from candela.stats.random_intercept_logistic_kernels import add_to_levels

        places, factors = self._places, self._factors(beta)
        depth, nodes = 2 + 2 * level.shape[1], level.shape[1]
        self._check_size(int(places[-1]) * depth)

        def chunk(rows: Ints) -> tuple[Floats, Floats]:
            clusters = rows[3] - rows[2]
            tables = np.zeros((clusters, places[-1], depth))
            values = np.zeros((clusters, nodes))
            add_to_levels(
                self.narrow,
                self.wide,
                self.events,
                self.trials,
                self.starts,
                rows,
                places,
                factors,
                level,
                tables,
                values,
            )
            return tables, values

        tables = np.zeros((self.clusters, places[-1], depth))
        values = np.zeros((self.clusters, nodes))
        for rows, (part, value) in self._chunks(chunk):
            tables[rows[2] : rows[3]] += part
            values[rows[2] : rows[3]] += value
        return self._by_coefficient(tables), values

    def _by_coefficient(self, tables: Floats) -> Floats:
        places = self._places
        sums = np.empty((tables.shape[2], len(tables), len(self.labels)))
        sums[:, :, 0] = tables[:, 0].T
        pairs = zip(self.bases, self.coefficients, strict=True)
        for j, (basis, which) in enumerate(pairs):
            part = tables[:, places[j] : places[j + 1]]
            sums[:, :, which] = np.moveaxis(part, 2, 0) @ basis
        return sums

    def pairs(
        self, beta: Floats, level: Floats, share: Floats, slopes: Floats
    ) -> Floats:
        """Return the sum of v x x', shape (p + 1, p + 1); see the kernel for v."""
        from candela.stats.random_intercept_logistic_kernels import add_to_pairs

        places, factors, widths = self._places, self._factors(beta), self._widths
        corners, size = self._corners()

        def chunk(rows: Ints) -> Floats:
            out = np.zeros(size + 1)
            add_to_pairs(
                self.narrow,
                self.wide,
                self.trials,
                self.starts,
                rows,
                places,
                factors,
                level,
                share,
                slopes,
                corners,
                widths,
                out,
            )
            return out

        total = np.zeros(size + 1)
        for _, part in self._chunks(chunk):
            total += part
        return self._crossed(total, corners)

    def _corners(self) -> tuple[Ints, int]:
        """Return where the table of each pair begins, and the size of all."""
        widths = self._widths
        corners, size = np.zeros((len(widths), len(widths)), np.int64), 0
        for j in range(len(widths)):
            for k in range(j, len(widths)):
                corners[j, k] = size
                size += int(widths[j] * (widths[k] if k > j else 1))
        return corners, size

    def _crossed(self, tables: Floats, corners: Ints) -> Floats:
        out = np.zeros((len(self.labels), len(self.labels)))
        out[0, 0] = tables[-1]
        parts = list(zip(self.bases, self.coefficients, strict=True))
        for j, (left, rows) in enumerate(parts):
            own = tables[corners[j, j] : corners[j, j] + len(left)]
            out[0, rows] = out[rows, 0] = own @ left
            out[np.ix_(rows, rows)] = left.T @ (own[:, None] * left)
            for k in range(j + 1, len(parts)):
                right, columns = parts[k]
                at, area = corners[j, k], len(left) * len(right)
                pair = tables[at : at + area].reshape(len(left), len(right))
                block = left.T @ pair @ right
                out[np.ix_(rows, columns)] = block
                out[np.ix_(columns, rows)] = block.T
        return out

    def _check_size(self, numbers: int) -> None:
        if 8 * self.clusters * numbers > LARGEST_BYTES:
            raise InputError(
                f"{self.clusters} clusters and {len(self.labels)} coefficients are too "
                "many for a random intercept: band the covariates, or use fewer nodes."
            )

    def _chunks(self, work: Callable[[Ints], T]) -> Iterator[tuple[Ints, T]]:
        """Yield what ``work`` makes of each chunk: rows, end, clusters, end.

        The work is the kernels' alone: a product of matrices starts threads of its own.
        """
        edges = np.linspace(0, len(self.events), CHUNKS + 1).astype(np.int64)
        chunks = []
        for first, end in pairwise(edges.tolist()):
            inside = np.searchsorted(self.starts, [first, end - 1], side="right")
            chunks.append(np.array([first, end, inside[0] - 1, inside[1]]))
        chunks = [rows for rows in chunks if rows[1] > rows[0]]
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            yield from zip(chunks, pool.map(work, chunks), strict=True)


@dataclass(frozen=True, eq=False)
class _Order:
    """Where each row goes."""

    cluster: CodeColumn
    keep: npt.NDArray[np.uint8]
    starts: Ints

    @classmethod
    def of(cls, cluster: CodeColumn, keep: Keep | None) -> _Order:
        sizes = np.zeros(cluster.levels, np.int64)
        # In blocks: counting takes eight bytes a row.
        for first in range(0, len(cluster.codes), BLOCK_ROWS):
            codes = cluster.codes[first : first + BLOCK_ROWS]
            if keep is not None:
                codes = codes[keep[first : first + BLOCK_ROWS] != 0]
            sizes += np.bincount(codes, minlength=cluster.levels)
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        kept = np.empty(0, np.uint8) if keep is None else keep.view(np.uint8)
        return cls(cluster, kept, starts)

    def put(self, values: Counts, kind: Any) -> Counts:
        out = np.empty(self.starts[-1], kind)
        self._fill(values.astype(kind, copy=False), out)
        return out

    def side_by_side(self, columns: list[JointColumn], kind: Any) -> Any:
        out = np.empty((len(columns), self.starts[-1]), kind)
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            list(pool.map(self._fill, [column.codes for column in columns], out))
        return out

    def _fill(self, values: Counts, out: Counts) -> None:
        from candela.stats.random_intercept_logistic_kernels import put_in_order

        put_in_order(values, self.cluster.codes, self.keep, self.starts, out)


def _none_of(codes: Codes) -> Codes:
    return codes[:0].copy()


def _check(
    design: CodedDesign,
    events: Counts,
    cluster: CodeColumn,
    trials: Counts | None,
    keep: Keep | None,
) -> None:
    given = {"events": events, "trials": trials, "keep": keep, "cluster": cluster.codes}
    rows = design.rows if design.columns else len(events)
    for name, values in given.items():
        if values is not None and values.shape != (rows,):
            raise InputError(f"{name} and the design differ in length.")
    if events.dtype.kind not in "bu":
        raise ValueError(f"events are {events.dtype}; counts are unsigned")
    if (int(events.max(initial=0)) > 1) if trials is None else (events > trials).any():
        raise InputError("there are rows with more events than trials.")
    checked_codes(cluster)
