"""What is written in DuckDB's own words, and read from its plans?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from candela.engine.session import FileKind

__all__ = ["keeps_order", "source_sql", "text"]

# These hand rows on as they came; every other operator may not.
KEEPING_ORDER = {
    "COLUMN_DATA_SCAN", "DUMMY_SCAN", "EMPTY_RESULT", "FILTER", "LIMIT", "ORDER_BY",
    "PROJECTION", "READ_CSV", "READ_PARQUET", "SEQ_SCAN", "STREAMING_LIMIT",
    "TABLE_SCAN", "TOP_N", "UNION",
}  # fmt: skip


def source_sql(files: Sequence[Path], kind: FileKind, columns: Sequence[str]) -> str:
    """Return files as something to select from; text files take their ``columns``."""
    listed = ", ".join(text(str(file.resolve())) for file in files)
    if kind == "parquet":
        return f"read_parquet([{listed}], hive_partitioning = false)"
    types = ", ".join(f"{text(column)}: 'VARCHAR'" for column in columns)
    mark = text("|" if kind == "pipe" else ",")
    return (
        f"read_csv([{listed}], auto_detect = false, header = true, delim = {mark},"
        f" quote = '\"', escape = '\"', nullstr = '', columns = {{{types}}},"
        " hive_partitioning = false)"
    )


def keeps_order(plan: str) -> bool:
    """Return whether rows come as they are stored, however many threads there are."""
    return all(name in KEEPING_ORDER for name in _operators(json.loads(plan)))


def text(value: str) -> str:
    """Return a text in DuckDB's quotes."""
    return "'" + value.replace("'", "''") + "'"


def _operators(plan: list[dict[str, Any]]) -> Iterator[str]:
    for step in plan:
        yield str(step["name"]).strip()
        yield from _operators(step["children"])
