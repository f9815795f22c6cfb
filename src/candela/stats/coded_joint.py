"""How is a coded design packed, so that a row costs a few looks at small tables?

Small code columns are merged into joint columns: sex, admission method and deprivation
are three columns of two, three and six levels, or one of thirty-six.  A pass adds each
row to a table for every pair of columns, so fewer columns make it faster, as long as
the tables stay small enough to be near at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from candela.stats.coded import CodeColumn, CodedDesign, Codes, Floats

__all__ = ["Change", "JointColumn", "JointDesign", "packed"]

Places = npt.NDArray[np.intp]
# Takes some of the rows of any array, whatever it holds.
Change = Callable[[npt.NDArray[Any]], npt.NDArray[Any]]

# Most levels of a joint column; each is tried.  What follows was measured.
CAPACITIES = (1, 16, 32, 64, 96, 128, 192, 256, 512, 1024)
# With so many cells in all tables, a look takes twice as long as in a small table.
FAR_CELLS = 620_000
# Looks that making a cell and multiplying it by the numbers of its levels is worth.
CELL_COST = 40


@dataclass(frozen=True, eq=False)
class JointColumn:
    """Code columns packed into one, and what its levels add to which coefficient.

    Attributes
    ----------
    names, sizes
        The columns packed, and levels of each; the last runs fastest.
    codes : ndarray of uint8 or uint16, shape (n,)
    basis : ndarray, shape (levels, q)
        Terms of the packed columns side by side.
    places : ndarray, shape (q,)
        Which coefficient of the model each column of ``basis`` belongs to.
    """

    names: tuple[str, ...]
    sizes: tuple[int, ...]
    codes: Codes
    basis: Floats
    places: Places

    @property
    def levels(self) -> int:
        """Number of levels."""
        return prod(self.sizes)

    def __repr__(self) -> str:
        return f"JointColumn({' x '.join(self.names)}, {self.levels} levels)"

    def sums_of(self, name: str, table: Floats) -> Floats:
        """Return a table by joint level added up by the levels of one column."""
        at = self.names.index(name)
        others = tuple(i for i in range(len(self.sizes)) if i != at)
        return np.asarray(table.reshape(self.sizes).sum(axis=others))


@dataclass(frozen=True, eq=False)
class JointDesign:
    """A coded design as joint columns; coefficient 0 is the intercept.

    Attributes
    ----------
    columns
        Joint columns that carry a term.
    rows, coefficients
        Rows, and coefficients with the intercept.
    """

    columns: tuple[JointColumn, ...]
    rows: int
    coefficients: int

    @property
    def cells(self) -> int:
        """How many combinations of levels there are."""
        return prod(column.levels for column in self.columns)

    def linear(self, beta: Floats) -> list[Floats]:
        """Return what each level of each column adds to the linear predictor."""
        return [column.basis @ beta[column.places] for column in self.columns]

    def gradient(self, total: float, tables: Iterable[Floats]) -> Floats:
        """Return the sum of value x (1, x), from sums by level, shape (p,)."""
        out = np.zeros(self.coefficients)
        out[0] = total
        for column, table in zip(self.columns, tables, strict=True):
            out[column.places] += column.basis.T @ table
        return out

    def information(
        self,
        total: float,
        tables: list[Floats],
        pairs: Mapping[tuple[int, int], Floats],
    ) -> Floats:
        """Return the sum of value x (1, x)(1, x)', shape (p, p)."""
        # Column by column first, since slices are quick, then in order of coefficients.
        own = self._slices()
        packed = np.zeros((self.coefficients, self.coefficients))
        packed[0, 0] = total
        for column, table, at in zip(self.columns, tables, own, strict=True):
            weighed = table[:, None] * column.basis
            packed[0, at] = weighed.sum(axis=0)
            packed[at, at] = column.basis.T @ weighed
        for (i, j), table in pairs.items():
            one, two = self.columns[i], self.columns[j]
            block = table.reshape(one.levels, two.levels) @ two.basis
            packed[own[i], own[j]] = one.basis.T @ block
        places = np.concatenate([[0], *(column.places for column in self.columns)])
        order = np.argsort(places)
        upper = np.triu(packed)
        return (upper + np.triu(packed, 1).T)[order][:, order]

    def _slices(self) -> list[slice]:
        widths = [len(column.places) for column in self.columns]
        return [slice(a, b) for a, b in pairwise(np.cumsum([1, *widths]).tolist())]

    def with_codes(self, change: Change) -> JointDesign:
        """Return the same design of other rows: a part of them, or in another order."""
        columns = tuple(replace(c, codes=change(c.codes)) for c in self.columns)
        rows = len(columns[0].codes) if columns else self.rows
        return replace(self, columns=columns, rows=rows)

    def with_bases(self, bases: Iterable[Floats]) -> JointDesign:
        """Return the same rows with other numbers for their levels."""
        pairs = zip(self.columns, bases, strict=True)
        return replace(self, columns=tuple(replace(c, basis=b) for c, b in pairs))

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Yield every pair of columns once."""
        for i in range(len(self.columns)):
            for j in range(i + 1, len(self.columns)):
                yield i, j


def packed(design: CodedDesign, rows: int | None = None) -> JointDesign:
    """Return the design as joint columns; columns without a term are left out.

    Parameters
    ----------
    rows
        How many rows a pass will go over, when not those of the design.

    Raises
    ------
    ValueError
        If a code lies beyond the levels of its column, or two labels are the same.
    """
    if len(set(design.labels)) != len(design.labels):
        raise ValueError("two coefficients have one label")
    used = {term.column for term in design.terms}
    columns = [column for column in design.columns if column.name in used]
    for column in columns:
        checked_codes(column)
    bins = _chosen(columns, design.rows if rows is None else rows)
    joint = [_joined(columns, design) for columns in bins]
    # Wide columns first, so that of a pair the second is never the wider one.
    joint.sort(key=lambda column: -column.codes.itemsize)
    return JointDesign(tuple(joint), design.rows, 1 + len(design.labels))


def checked_codes(column: CodeColumn) -> None:
    """Refuse a column whose codes lie beyond its levels: tables would be overrun."""
    if len(column.codes) and int(column.codes.max()) >= column.levels:
        raise ValueError(f"codes of {column.name} go beyond its {column.levels} levels")


def _chosen(columns: list[CodeColumn], rows: int) -> list[list[CodeColumn]]:
    """Return the cheapest of the ways to pack that were tried."""
    tried = [_fitted_in(columns, capacity) for capacity in CAPACITIES]
    return min(tried, key=lambda bins: _cost(bins, rows))


def _fitted_in(columns: list[CodeColumn], capacity: int) -> list[list[CodeColumn]]:
    """Put columns, large first, where they leave least room."""
    bins: list[list[CodeColumn]] = []
    for column in sorted(columns, key=lambda column: -column.levels):
        room = [b for b in bins if _levels(b) * column.levels <= capacity]
        if room:
            max(room, key=_levels).append(column)
        else:
            bins.append([column])
    return bins


def _levels(columns: list[CodeColumn]) -> int:
    return prod(column.levels for column in columns)


def _cost(bins: list[list[CodeColumn]], rows: int) -> float:
    """Return roughly how many looks at tables a pass takes."""
    levels = [_levels(columns) for columns in bins]
    cells = (sum(levels) ** 2 - sum(size**2 for size in levels)) / 2 + sum(levels)
    looks = len(bins) * (len(bins) + 3) / 2
    return rows * looks * (1 + cells / FAR_CELLS) + CELL_COST * cells


def _joined(columns: list[CodeColumn], design: CodedDesign) -> JointColumn:
    sizes = tuple(column.levels for column in columns)
    levels = prod(sizes)
    at = np.unravel_index(np.arange(levels), sizes)
    bases, places, first = [], [], 1
    for term in design.terms:
        last = first + len(term.labels)
        for column, level in zip(columns, at, strict=True):
            if column.name == term.column:
                bases.append(term.basis[level])
                places.append(np.arange(first, last))
        first = last
    return JointColumn(
        names=tuple(column.name for column in columns),
        sizes=sizes,
        codes=_joint_codes(columns, levels),
        basis=np.ascontiguousarray(np.hstack(bases)),
        places=np.concatenate(places),
    )


def _joint_codes(columns: list[CodeColumn], levels: int) -> Codes:
    if len(columns) == 1:
        return columns[0].codes
    first = columns[0].codes
    out: Codes = first.astype(np.uint8) if levels <= 256 else first.astype(np.uint16)
    for column in columns[1:]:
        np.multiply(out, column.levels, out=out, casting="unsafe")
        np.add(out, column.codes, out=out, casting="unsafe")
    return out
