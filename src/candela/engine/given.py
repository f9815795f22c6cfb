"""How does a small table of our own, such as codes of trusts, get into an engine?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from candela.engine.expressions import literal, quoted

__all__ = ["given_rows", "given_table"]

SQL_TYPES = {
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
    pa.float64(): "DOUBLE",
    pa.int64(): "BIGINT",
    pa.string(): "STRING",
}


def given_table(columns: Mapping[str, Sequence[object]]) -> pa.Table:
    """Return the columns as an Arrow table; a column of nulls alone is text."""
    arrays: dict[str, Any] = {}
    for name, values in columns.items():
        array = pa.array(list(values))
        arrays[name] = array.cast(pa.string()) if array.type == pa.null() else array
    return pa.table(arrays)


def given_rows(columns: Mapping[str, Sequence[object]]) -> str:
    """Return SQL of the same table.

    A query and not a hand-over of rows: for that, Spark leaves a socket open.

    Raises
    ------
    ValueError
        If a column holds something else than texts, numbers, dates, yes or no.
    """
    table = given_table(columns)
    unknown = [str(t) for t in table.schema.types if t not in SQL_TYPES]
    if unknown:
        raise ValueError(f"a small table cannot hold {', '.join(unknown)}")
    types = [SQL_TYPES[kind] for kind in table.schema.types]
    names = [quoted(name) for name in table.column_names]
    rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    listed = ", ".join(
        f"({', '.join(_value(value) for value in row)})"
        for row in rows or [(None,) * len(names)]
    )
    chosen = ", ".join(
        f"CAST({name} AS {kind}) AS {name}"
        for name, kind in zip(names, types, strict=True)
    )
    kept = "" if rows else " WHERE FALSE"
    return f"SELECT {chosen} FROM VALUES {listed} AS given({', '.join(names)}){kept}"


def _value(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).upper()
    return str(value) if isinstance(value, int) else literal(str(value))
