"""Which rows are alike, so that they can be counted once?

With few covariates, a hundred million rows are a hundred thousand cells with trials and
events, and a model of the cells is the model of the rows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from candela.stats.coded import CodeColumn, Codes, Floats
from candela.stats.coded_joint import JointDesign
from candela.stats.coded_sums import BLOCK, Counts, Sizes

__all__ = ["Cells", "Keys"]

Whole = npt.NDArray[np.int64]


class Keys:
    """The number of each row's cell: its codes as digits of one number.

    Parameters
    ----------
    columns
        Codes and number of levels; the last runs fastest.
    """

    def __init__(self, columns: list[tuple[Codes, int]]) -> None:
        self.columns = columns

    @classmethod
    def of(cls, joint: JointDesign, strata: CodeColumn | None = None) -> Keys:
        """Return keys by the columns of a design, within strata if any."""
        columns = [(column.codes, column.levels) for column in joint.columns]
        first = [] if strata is None else [(strata.codes, strata.levels)]
        return cls(first + columns)

    def block(self, first: int, last: int) -> Whole:
        """Return the keys of some rows, shape (last - first,)."""
        from candela.stats.coded_kernels import add_key

        out = np.zeros(last - first, np.int64)
        for codes, levels in self.columns:
            add_key(out, codes[first:last], levels)
        return out

    def digits(self, key: Whole) -> list[Codes]:
        """Return the codes that a key is made of, column by column."""
        sizes = tuple(levels for _, levels in self.columns)
        out: list[Codes] = []
        parts = np.unravel_index(key, sizes)
        for part, (codes, _) in zip(parts, self.columns, strict=True):
            narrow = codes.itemsize == 1
            out.append(part.astype(np.uint8) if narrow else part.astype(np.uint16))
        return out


class Cells:
    """Cells with rows, in order of their keys.

    Attributes
    ----------
    key : ndarray of int64, shape (c,)
    trials, events : ndarray of float64, shape (c,)
    codes
        Codes of each column of the keys, shape (c,) each.
    """

    def __init__(
        self, keys: Keys, cells: int, rows: int, events: Counts, sizes: Sizes
    ) -> None:
        from candela.stats.coded_kernels import add_cells

        # Whole numbers, so that the order in which they are added changes nothing.
        trials = np.zeros(cells, np.uint32)
        found = np.zeros(cells, np.uint32)
        for lo in range(0, rows, BLOCK):
            hi = min(lo + BLOCK, rows)
            key, size = keys.block(lo, hi), sizes.block(lo, hi)
            add_cells(trials, key, size)
            kept = events[lo:hi] * (size > 0)
            add_cells(found, key, kept.astype(np.float64))
        self.key: Whole = np.flatnonzero(trials)
        self.trials: Floats = trials[self.key].astype(np.float64)
        self.events: Floats = found[self.key].astype(np.float64)
        self.codes = keys.digits(self.key)
