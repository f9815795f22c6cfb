"""How is a file of columns written, whole or not at all?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["write_parquet"]

GROUP_ROWS = 1 << 20
NO_TEXTS: Mapping[str, Sequence[str]] = MappingProxyType({})


def write_parquet(
    path: Path,
    columns: Mapping[str, npt.NDArray[Any]],
    *,
    dictionary: Mapping[str, Sequence[str]] = NO_TEXTS,
    compression: str = "zstd",
) -> None:
    """Write one file of columns; a file is there only when it is whole.

    Parameters
    ----------
    columns
        Arrays of one length: whole numbers, numbers, booleans, dates
        (``datetime64[D]``, not-a-time is null) or texts.  Where a masked array is
        masked, the value is null.
    dictionary
        For a column of codes, the texts they stand for, which are what is written; a
        negative code is null.  A text column of few values costs least this way.

    Raises
    ------
    ValueError
        If columns differ in length, or a code has no text.
    """
    table = pa.table(
        {
            name: _texts(name, values, dictionary[name])
            if name in dictionary
            else _plain(values)
            for name, values in columns.items()
        }
    )
    part = path.with_name(f".{path.name}.part")
    try:
        pq.write_table(
            table,
            part,
            compression=compression,
            row_group_size=GROUP_ROWS,
            # A dictionary of identifiers is larger than the identifiers.
            use_dictionary=[name for name in columns if name in dictionary] or False,
            store_schema=False,
        )
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _texts(name: str, codes: npt.NDArray[Any], texts: Sequence[str]) -> pa.Array:
    if len(codes) and int(np.max(codes)) >= len(texts):
        raise ValueError(f"a code of {name} has no text")
    masked = np.ma.getmaskarray(codes) | (np.asarray(codes) < 0)
    indices = pa.array(np.asarray(codes).astype(np.int32), mask=masked)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(texts), pa.string()))


def _plain(values: npt.NDArray[Any]) -> pa.Array:
    mask = np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else None
    data = np.asarray(values)
    if data.dtype.kind in "US":
        return pa.array(data, mask=mask).cast(pa.string())
    return pa.array(data, mask=mask)
