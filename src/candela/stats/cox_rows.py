"""How are follow-up times laid out so that a Cox model passes over them quickly?

Only days with events matter, stratum by stratum: they are the cells.  A row is at risk
in a run of cells, known by its ends.  Rows are sorted once by their last cell; then
every sum over a risk set is a running sum over cells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, TooFewData
from candela.stats.coded import CodeColumn, CodedDesign

__all__ = ["CoxRows", "Entries", "Mask", "kept_rows", "laid_out", "summed_by"]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.uint8] | npt.NDArray[np.bool_]

# Tables by stratum and day up to this size are looked up rather than searched.
MOST_LOOKED_UP = 20_000_000


@dataclass(frozen=True, eq=False)
class Entries:
    """The numbers of x other than 0, by level of the columns that carry terms.

    Attributes
    ----------
    levels : ndarray of int64, shape (K,)
        Where each column's levels begin among all levels.
    starts, index, value
        The entries of a level are those from ``starts[level]`` up to
        ``starts[level + 1]``: which coefficient and how much.
    centre : ndarray, shape (p,)
        Taken off each coefficient's basis: its mean where most levels carry it, else 0.
    most
        Largest number of entries of one row.
    """

    levels: Whole
    starts: Whole
    index: Whole
    value: Floats
    centre: Floats
    most: int

    def by_level(self, amounts: Floats) -> Floats:
        """Return amounts, one an entry, added up by level."""
        counts = np.diff(self.starts)
        return summed_by(
            np.repeat(np.arange(len(counts)), counts), amounts, len(counts)
        )


@dataclass(frozen=True, eq=False)
class CoxRows:
    """Rows in order of their last cell, and the bases of their codes.

    Attributes
    ----------
    codes : ndarray of uint16, shape (n, K)
        Of the columns that carry terms.
    entries
        What each level adds to which coefficient.
    begin, end : ndarray of int32, shape (n,)
        Days: at risk after ``begin``, -1 where there are no late entries, up to
        ``end``.
    own_stratum : ndarray of uint16, shape (n,)
    first, last : ndarray of int32, shape (n,)
        A row is at risk in cells ``first`` to ``last`` less one.
    event : ndarray of uint8, shape (n,)
    day, stratum, base, deaths : ndarray, shape (cells,)
        Of each cell: its day, its stratum, where its stratum begins, and events.
    order : ndarray of int64, shape (n,)
        Which row as given is at each place.
    strata
        Levels of the stratum column; 1 without strata.
    """

    labels: tuple[str, ...]
    codes: npt.NDArray[np.uint16]
    entries: Entries
    begin: npt.NDArray[np.int32]
    end: npt.NDArray[np.int32]
    own_stratum: npt.NDArray[np.uint16]
    first: npt.NDArray[np.int32]
    last: npt.NDArray[np.int32]
    event: npt.NDArray[np.uint8]
    day: Whole
    stratum: Whole
    base: npt.NDArray[np.int32]
    deaths: Whole
    order: Whole
    strata: int

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.event)

    @property
    def cells(self) -> int:
        """Number of days with events, counted in each stratum."""
        return len(self.day)

    @property
    def size(self) -> int:
        """Number of coefficients."""
        return len(self.labels)

    @property
    def basis(self) -> tuple[object, ...]:
        """What every pass over x needs, in the order the loops take it."""
        e = self.entries
        return (self.codes, e.levels, e.starts, e.index, e.value)

    def linear_predictors(self, beta: Floats) -> Floats:
        """Return x beta of each row, shape (n,)."""
        from candela.stats.cox_kernels import linear_predictors

        entries = self.entries
        values = entries.by_level(entries.value * beta[entries.index])
        return np.asarray(linear_predictors(self.codes, entries.levels, values))

    @cached_property
    def sum_of_events(self) -> Floats:
        """The sum of x over events, shape (p,)."""
        died, entries = self.event == 1, self.entries
        counts = np.zeros(len(entries.starts) - 1)
        for k, first in enumerate(entries.levels):
            found = np.bincount(self.codes[died, k])
            counts[first : first + len(found)] += found
        each = np.repeat(counts, np.diff(entries.starts))
        return summed_by(entries.index, entries.value * each, self.size)

    def in_order(self, column: CodeColumn) -> npt.NDArray[np.int64]:
        """Return another column of the same rows, in this order."""
        return column.codes[self.order].astype(np.int64)

    def where(self, keep: npt.NDArray[np.bool_]) -> CoxRows:
        """Return some of the rows, shape (n,) in this order; the cells stay."""
        last, event = self.last[keep], self.event[keep]
        deaths = np.bincount(last[event == 1] - 1, minlength=self.cells)
        return replace(
            self,
            codes=self.codes[keep],
            begin=self.begin[keep],
            end=self.end[keep],
            own_stratum=self.own_stratum[keep],
            first=self.first[keep],
            last=last,
            event=event,
            deaths=deaths.astype(np.int64),
            order=self.order[keep],
        )

    def with_columns(self, keep: npt.NDArray[np.bool_]) -> CoxRows:
        """Return the rows with some of the coefficients, shape (p,)."""
        e = self.entries
        kept = keep[e.index]
        entries = replace(
            e,
            starts=np.concatenate([[0], np.cumsum(kept)])[e.starts].astype(np.int64),
            index=(np.cumsum(keep) - 1)[e.index[kept]].astype(np.int64),
            value=e.value[kept],
            centre=e.centre[keep],
        )
        labels = [label for label, k in zip(self.labels, keep, strict=True) if k]
        return replace(self, labels=tuple(labels), entries=entries)

    def __repr__(self) -> str:
        return f"CoxRows({self.rows} rows, {self.cells} cells, {self.size} columns)"

    def __reduce__(self) -> str:
        raise TypeError("rows about people are not written or sent anywhere")


def kept_rows(rows: int, keep: Mask | None) -> npt.NDArray[np.bool_]:
    """Return which rows to use, shape (rows,)."""
    if keep is None:
        return np.ones(rows, dtype=np.bool_)
    return np.asarray(keep).astype(np.bool_)


def summed_by(codes: npt.NDArray[Any], values: Floats, levels: int) -> Floats:
    """Return the sum of values at each level, shape (levels,)."""
    return np.asarray(np.bincount(codes, weights=values, minlength=levels), np.float64)


def laid_out(
    design: CodedDesign,
    stop: CodeColumn,
    event: npt.NDArray[np.uint8],
    *,
    start: CodeColumn | None = None,
    strata: CodeColumn | None = None,
    keep: Mask | None = None,
) -> CoxRows:
    """Return rows laid out for a Cox model.

    Raises
    ------
    InputError
        If columns differ in length, an event is neither 0 nor 1, a code lies beyond
        its levels, or a row ends on or before the day it begins.
    TooFewData
        If no row is left, or none has an event.
    """
    given = (stop, start, strata)
    used = [design.column(n) for n in dict.fromkeys(t.column for t in design.terms)]
    for column in (*used, *(c for c in given if c is not None)):
        _check(column, len(stop.codes))
    if len(event) != len(stop.codes):
        raise InputError(
            f"{len(event)} events are given for {len(stop.codes)} rows of {stop.name}."
        )
    chosen = np.arange(len(event)) if keep is None else np.flatnonzero(keep)
    if not len(chosen):
        raise TooFewData("no row is left to fit a survival model to.")
    died = np.asarray(event[chosen], dtype=np.uint8)
    if died.max() > 1:
        raise InputError("an event is 1 and its absence 0; other numbers were given.")
    if not died.any():
        raise TooFewData(f"none of {len(chosen)} rows has an event.")
    times = _Times.of(stop, died, chosen, start=start, strata=strata)
    narrow = times.cells <= np.iinfo(np.uint16).max
    key = times.last.astype(np.uint16) if narrow else times.last
    by_last = np.argsort(key, kind="stable")
    order = chosen[by_last]
    codes = np.empty((len(order), len(used)), dtype=np.uint16)
    for k, column in enumerate(used):
        codes[:, k] = column.codes[order]
    return CoxRows(
        labels=design.labels,
        codes=codes,
        entries=_entries(design, used, codes),
        begin=(
            start.codes[order].astype(np.int32)
            if start
            else np.full(len(order), -1, np.int32)
        ),
        end=stop.codes[order].astype(np.int32),
        own_stratum=(
            strata.codes[order].astype(np.uint16)
            if strata
            else np.zeros(len(order), np.uint16)
        ),
        first=times.first[by_last],
        last=times.last[by_last],
        event=died[by_last],
        day=times.day,
        stratum=times.stratum,
        base=times.base,
        deaths=times.deaths,
        order=order,
        strata=strata.levels if strata else 1,
    )


def _check(column: CodeColumn, rows: int) -> None:
    if len(column.codes) != rows:
        raise InputError(f"{column.name} has {len(column.codes)} rows, not {rows}.")
    if rows and int(column.codes.max()) >= column.levels:
        raise InputError(
            f"{column.name} holds a code beyond its {column.levels} levels."
        )


@dataclass(frozen=True, eq=False)
class _Times:
    """Cells, and where each row begins and ends among them, in the given order."""

    day: Whole
    stratum: Whole
    base: npt.NDArray[np.int32]
    deaths: Whole
    first: npt.NDArray[np.int32]
    last: npt.NDArray[np.int32]

    @property
    def cells(self) -> int:
        return len(self.day)

    @classmethod
    def of(
        cls,
        stop: CodeColumn,
        died: npt.NDArray[np.uint8],
        chosen: Whole,
        *,
        start: CodeColumn | None,
        strata: CodeColumn | None,
    ) -> _Times:
        days = stop.codes[chosen].astype(np.int64)
        width = int(days.max()) + 1
        shift = np.zeros(1, np.int64)
        if strata is not None:
            shift = strata.codes[chosen].astype(np.int64) * width
        ends = shift + days
        keys, deaths = np.unique(ends[died == 1], return_counts=True)
        size = width * (strata.levels if strata else 1)
        before = _Counter(keys, size)
        if start is None:
            first = before.below(np.broadcast_to(shift, ends.shape))
        else:
            begins = start.codes[chosen].astype(np.int64)
            wrong = int((begins >= days).sum())
            if wrong:
                raise InputError(
                    f"{wrong} rows end on the day they begin or before it "
                    f"({start.name}, {stop.name}). Leave them out, or count days so "
                    "that each row covers at least one."
                )
            first = before.below(shift + begins + 1)
        stratum = keys // width
        base = np.searchsorted(stratum, stratum, side="left").astype(np.int32)
        return cls(keys % width, stratum, base, deaths, first, before.below(ends + 1))


class _Counter:
    """How many of some sorted keys lie below a number from 0 to ``size``."""

    def __init__(self, keys: Whole, size: int) -> None:
        self.keys = keys
        self.table: npt.NDArray[np.int32] | None = None
        if size <= MOST_LOOKED_UP:
            counts = np.bincount(keys + 1, minlength=size + 1)
            self.table = np.cumsum(counts).astype(np.int32)

    def below(self, numbers: Whole) -> npt.NDArray[np.int32]:
        if self.table is not None:
            return self.table[numbers]
        return np.searchsorted(self.keys, numbers, side="left").astype(np.int32)


def _entries(
    design: CodedDesign, used: list[CodeColumn], codes: npt.NDArray[np.uint16]
) -> Entries:
    """Return the entries of each level; coefficients that most levels carry centred.

    A hazard ratio does not depend on where a number is counted from, but its digits do:
    a year near 2010 would cost six of them.
    """
    centre = np.zeros(len(design.labels))
    found: list[tuple[Whole, Whole, Floats]] = []
    levels, most = np.cumsum([0, *(column.levels for column in used)]), 0
    ends = np.cumsum([0, *(len(term.labels) for term in design.terms)])
    for k, column in enumerate(used):
        counts = np.bincount(codes[:, k], minlength=column.levels)
        widest = np.zeros(column.levels, np.int64)
        for first, term in zip(ends, design.terms, strict=False):
            if term.column != column.name:
                continue
            common = (term.basis != 0).mean(axis=0) > 0.5
            middle = np.where(common, counts @ term.basis / counts.sum(), 0.0)
            centre[first : first + len(middle)] = middle
            basis = term.basis - middle
            at, which = np.nonzero(basis)
            widest += np.bincount(at, minlength=column.levels)
            found.append((levels[k] + at, first + which, basis[at, which]))
        most += int(widest.max())
    at, index, value = (
        np.concatenate([np.empty(0), *(part[i] for part in found)]) for i in range(3)
    )
    order = np.argsort(at, kind="stable")
    counts = np.bincount(at.astype(np.int64), minlength=int(levels[-1]))
    return Entries(
        levels=levels[:-1].astype(np.int64),
        starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        index=index[order].astype(np.int64),
        value=value[order],
        centre=centre,
        most=max(most, 1),
    )
