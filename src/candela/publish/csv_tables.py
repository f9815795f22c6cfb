"""How is a table published so that another analyst can use it without asking?

UTF-8 CSV, one fact a row, ISO dates, and beside it a metadata file in the manner of CSV
on the Web (W3C, 2015).  Cells that a spreadsheet would run as a formula are defused.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from candela.publish.ledger import Origin

__all__ = ["PublishedColumn", "PublishedTable", "csv_text", "metadata_text"]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class PublishedColumn:
    """One column of a published CSV."""

    name: str
    description: str
    datatype: str = "string"
    unit: str = ""


@dataclass(frozen=True)
class PublishedTable:
    """A table as it leaves the house.

    ``rows`` hold text, numbers, dates or nothing; numbers are written as short as they
    can be without losing digits.  ``notes`` say what a reader must know.
    """

    name: str
    title: str
    columns: tuple[PublishedColumn, ...]
    rows: Sequence[Sequence[Any]]
    origin: Origin
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        width = len(self.columns)
        if any(len(row) != width for row in self.rows):
            raise ValueError(f"a row of {self.name} does not have {width} cells")

    @property
    def headings(self) -> list[str]:
        """The column names."""
        return [column.name for column in self.columns]


def csv_text(table: PublishedTable) -> str:
    """Return the table as CSV text with a heading row."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.headings)
    writer.writerows([_cell(value) for value in row] for row in table.rows)
    return out.getvalue()


def metadata_text(table: PublishedTable, *, made_up: bool, licence: str) -> str:
    """Return what stands beside the CSV: columns, units, notes, origin."""
    written: Mapping[str, object] = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": f"{table.name}.csv",
        "dc:title": table.title,
        "dc:license": licence,
        "made_up": made_up,
        "rows": len(table.rows),
        "notes": list(table.notes),
        "function": table.origin.function,
        "tableSchema": {
            "columns": [
                {
                    "name": column.name,
                    "datatype": column.datatype,
                    "dc:description": column.description,
                    **({"unit": column.unit} if column.unit else {}),
                }
                for column in table.columns
            ]
        },
    }
    return json.dumps(written, indent=1, ensure_ascii=False) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | np.integer):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    text = str(value)
    if text.startswith(FORMULA_STARTS):
        text = "'" + text
    # A carriage return is not quoted by the writer, and would end the row.
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _number(value: float) -> str:
    if math.isnan(value):
        return ""
    if not math.isfinite(value):
        raise ValueError("a published number is not finite")
    if value == round(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.10g}"
