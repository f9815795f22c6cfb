"""How many rows have these codes, counted without a copy of them?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from candela.stats.coded import CodeColumn, Codes

__all__ = ["looked_up", "mapped", "masked_by", "tally"]

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.uint8]
PART_ROWS = 1 << 20
NARROW_LEVELS = 256
Found = TypeVar("Found", bound=npt.NDArray[Any])


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


def mapped(codes: npt.NDArray[Any], table: Found, out: Found) -> Found:
    """Put into ``out`` what a table holds for each code; both may be one array.

    A part at a time: an array of codes used as places is eight bytes a row.
    """
    for start in range(0, len(codes), PART_ROWS):
        part = slice(start, start + PART_ROWS)
        out[part] = table[codes[part].astype(np.intp)]
    return out


def looked_up(
    name: str, codes: Codes, table: npt.NDArray[Any], levels: int
) -> CodeColumn:
    """Return another code for each row, from a table by its present one."""
    if levels <= NARROW_LEVELS:
        narrow = np.empty(len(codes), dtype=np.uint8)
        return CodeColumn(name, mapped(codes, table.astype(np.uint8), narrow), levels)
    wide = np.empty(len(codes), dtype=np.uint16)
    return CodeColumn(name, mapped(codes, table.astype(np.uint16), wide), levels)


def masked_by(codes: Codes, keeps: npt.NDArray[np.bool_], among: Mask | None) -> Mask:
    """Return which rows have a code that is kept, among those kept already."""
    found = np.empty(len(codes), dtype=np.uint8)
    mapped(codes, keeps.astype(np.uint8), found)
    if among is not None:
        found &= among
    return found
