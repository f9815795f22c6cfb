"""How many rows have these codes, counted without a copy of them?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from candela.stats.coded import CodeColumn, Codes

__all__ = ["looked_up", "masked_by", "tally"]

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.uint8]
PART_ROWS = 1 << 20


def tally(
    columns: Sequence[tuple[npt.NDArray[Any], int]], keep: Mask | None = None
) -> Ints:
    """Return how many rows have each combination of codes, shape (levels, ...).

    Parameters
    ----------
    columns
        Codes of shape (n,), and how many levels they have.
    keep : ndarray of uint8, shape (n,)
        Which rows to count; all if not given.
    """
    levels = tuple(number for _, number in columns)
    size = int(np.prod(levels))
    found = np.zeros(size, dtype=np.int64)
    rows = len(columns[0][0])
    for start in range(0, rows, PART_ROWS):
        part = slice(start, start + PART_ROWS)
        place = columns[0][0][part].astype(np.int64)
        for codes, number in columns[1:]:
            place *= number
            place += codes[part]
        if keep is not None:
            place = place[keep[part] != 0]
        found += np.bincount(place, minlength=size)
    return found.reshape(levels)


def looked_up(
    name: str, codes: Codes, table: npt.NDArray[Any], levels: int
) -> CodeColumn:
    """Return another code for each row, from a table by its present one."""
    kind = np.uint8 if levels <= 256 else np.uint16
    return CodeColumn(name, np.take(table.astype(kind), codes), levels)


def masked_by(codes: Codes, keeps: npt.NDArray[np.bool_], among: Mask | None) -> Mask:
    """Return which rows have a code that is kept, among those kept already."""
    found: Mask = np.take(keeps.astype(np.uint8), codes)
    if among is not None:
        found &= among
    return found
