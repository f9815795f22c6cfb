"""How do batches of an engine become columns of codes, without a second copy of all?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from candela.engine.session import CodedRows
from candela.errors import InputError
from candela.stats.coded import MOST_LEVELS, CodeColumn, Codes

__all__ = ["gathered", "whole_numbers"]

NARROW_LEVELS = 256
PART_ROWS = 1 << 22


def gathered(batches: Iterable[Any], levels: Mapping[str, int]) -> CodedRows:
    """Return the code columns of Arrow record batches.

    Codes are kept in parts and joined column by column at the end, so that the peak is
    the columns themselves and one of them again.

    Raises
    ------
    InputError
        If a value is null or beyond the levels of its column.
    ValueError
        If the columns are not those of ``levels``, or do not hold whole numbers.
    """
    for name, number in levels.items():
        if not 1 <= number <= MOST_LEVELS:
            raise InputError(
                f"{name} has {number} levels; expected 1 to {MOST_LEVELS}. Band it."
            )
    parts = {name: _Parts(name, number) for name, number in levels.items()}
    for batch in batches:
        for name, part in parts.items():
            part.add(whole_numbers(batch.column(name), name))
    return CodedRows({name: part.column() for name, part in parts.items()})


def whole_numbers(values: Any, name: str) -> npt.NDArray[np.integer[Any]]:
    """Return an Arrow column of whole numbers or yes and no as an array.

    Raises
    ------
    InputError
        If a value is null.
    ValueError
        If it holds something else.
    """
    import pyarrow as pa

    if values.null_count:
        raise InputError(_refusal(name, "is empty"))
    if pa.types.is_decimal(values.type):
        # Sums of whole numbers that the query left uncast.
        values = values.cast(pa.int64())
    if pa.types.is_boolean(values.type):
        values = values.cast(pa.uint8())
    if not pa.types.is_integer(values.type):
        raise ValueError(f"codes of {name} are {values.type}")
    found: npt.NDArray[np.integer[Any]] = values.to_numpy(zero_copy_only=False)
    return found


class _Parts:
    """One column as it grows."""

    def __init__(self, name: str, levels: int) -> None:
        self._name, self._levels = name, levels
        self._narrow = levels <= NARROW_LEVELS
        self._full: list[Codes] = []
        self._part = self._empty(PART_ROWS)
        self._used = 0

    def add(self, values: npt.NDArray[np.integer[Any]]) -> None:
        if len(values) and not 0 <= values.min() <= values.max() < self._levels:
            what = f"is not one of its {self._levels} levels"
            raise InputError(_refusal(self._name, what))
        while len(values):
            taken = values[: PART_ROWS - self._used]
            self._part[self._used : self._used + len(taken)] = taken
            self._used += len(taken)
            values = values[len(taken) :]
            if self._used == PART_ROWS:
                self._full.append(self._part)
                self._part, self._used = self._empty(PART_ROWS), 0

    def column(self) -> CodeColumn:
        codes = self._empty(PART_ROWS * len(self._full) + self._used)
        np.concatenate([*self._full, self._part[: self._used]], out=codes)
        self._full, self._part = [], self._empty(0)
        return CodeColumn(self._name, codes, self._levels)

    def _empty(self, rows: int) -> Codes:
        return np.empty(rows, np.uint8) if self._narrow else np.empty(rows, np.uint16)


def _refusal(name: str, what: str) -> str:
    return (
        f"A row has a value of {name} that {what}. Expected one of the levels in every "
        "row. Leave such rows out, or give them a level of their own."
    )
