"""What does a table of a book hold, read back from its CSV and metadata?

Whoever wrote it: columns and cells are checked against what the metadata say, and known
tables against what pages rely on.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NoReturn

from candela.build.strict_json import Each, Fields, misfit, strict_json
from candela.build.table_columns import CHOICES, FILLED, NEEDED
from candela.errors import InputError, Problem
from candela.publish.contents import BookTable, Cell, Row
from candela.publish.csv_tables import FORMULA_STARTS
from candela.publish.disclosure import HIDDEN

__all__ = ["read_table"]

REMEDY = "Build the book again, or ask for another copy of it."

NUMBER = re.compile(r"-?\d{1,40}(?:\.\d{1,40})?(?:[eE][-+]?\d{1,3})?", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

METADATA = Fields(
    {
        "dc:title": str,
        "notes": Each(str),
        "tableSchema": Fields(
            {
                "columns": Each(
                    Fields(
                        {"name": str, "datatype": str, "dc:description": str},
                        {"unit": str},
                    )
                )
            }
        ),
    }
)
# Kinds of column in older tables, by the word that the metadata have for them.
SAME_AS = {"text": "string", "count": "number"}


def read_table(
    file: str, text: bytes, metadata: bytes, origin: Mapping[str, Any]
) -> BookTable:
    """Return a table of a book.

    Parameters
    ----------
    file
        Path of the CSV below the book, for messages; its last part names the table.
    origin
        What the manifest says of it.

    Raises
    ------
    InputError
        If the metadata or a cell are not what they should be; the first is named.
    """
    name = file.rpartition("/")[2].removesuffix(".csv")
    said = _metadata(f"{file}-metadata.json", metadata)
    columns = tuple(
        {
            "name": column["name"],
            "datatype": SAME_AS.get(column["datatype"], column["datatype"]),
            "description": column["dc:description"],
            "unit": column.get("unit", ""),
        }
        for column in said["tableSchema"]["columns"]
    )
    _check_columns(file, name, columns)
    return BookTable(
        name,
        said["dc:title"],
        columns,
        tuple(_rows(file, name, columns, text)),
        tuple(said["notes"]),
        origin,
    )


def _metadata(file: str, raw: bytes) -> Any:
    try:
        said = strict_json(raw)
        told = misfit(said, METADATA)
    except ValueError as error:
        told = str(error)
    if told:
        raise InputError(
            Problem(
                file,
                f"this does not describe a table ({told})",
                "title, notes and columns as `candela build` writes them",
                REMEDY,
            )
        )
    return said


def _check_columns(file: str, table: str, columns: Sequence[Mapping[str, str]]) -> None:
    kinds = {column["name"]: column["datatype"] for column in columns}
    if len(kinds) < len(columns):
        _refuse(file, "two columns have one name", "a name for each column")
    for name, kind in kinds.items():
        if kind not in READERS:
            told = f"the kind of column is `{kind}`"
            _refuse(file, told, f"one of {', '.join(READERS)}", column=name)
    for name, kind in NEEDED.get(table, {}).items():
        if kinds.get(name) != kind:
            told = "there is no such column" if name not in kinds else "it is no {kind}"
            _refuse(file, told.format(kind=kind), f"a column of {kind}s", column=name)


def _rows(
    file: str, table: str, columns: Sequence[Mapping[str, str]], raw: bytes
) -> Iterator[Row]:
    names = [column["name"] for column in columns]
    readers = [READERS[column["datatype"]] for column in columns]
    filled = FILLED.get(table, frozenset())
    choices = {c: among for (of, c), among in CHOICES.items() if of == table}
    for number, cells in _lines(file, raw):
        if number == 1:
            if cells != names:
                told = "headings are not those of its metadata"
                _refuse(file, told, ", ".join(names))
            continue
        if len(cells) != len(names):
            told = f"there are {len(cells)} cells"
            _refuse(file, told, f"{len(names)}, one for each column", row=number)
        try:
            row = {
                name: read(cell) if cell else None
                for name, read, cell in zip(names, readers, cells, strict=True)
            }
        except ValueError:
            _refuse_cell(file, number, columns, cells)
        for name in filled:
            if row[name] is None:
                _refuse(file, "it is empty", "a value", row=number, column=name)
        for name, among in choices.items():
            if row[name] not in among:
                told = f"`{str(row[name])[:40]}` is not known here"
                wanted = " or ".join(sorted(filter(None, among)))
                _refuse(file, told, wanted, row=number, column=name)
        yield row


def _refuse_cell(
    file: str, number: int, columns: Sequence[Mapping[str, str]], cells: Sequence[str]
) -> NoReturn:
    """Name the first cell of a row that is not what its column holds."""
    column, cell = next(
        (column, cell)
        for column, cell in zip(columns, cells, strict=True)
        if cell and not _can_be_read(cell, column["datatype"])
    )
    kind = column["datatype"]
    told = f"`{cell[:40]}` is no {kind}"
    _refuse(file, told, f"a {kind}", row=number, column=column["name"])


def _can_be_read(cell: str, kind: str) -> bool:
    try:
        READERS[kind](cell)
    except ValueError:
        return False
    return True


def _lines(file: str, raw: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield each row of CSV text with its number, the headings first."""
    try:
        text = raw.decode("utf-8")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        yield from enumerate(reader, start=1)
    except (UnicodeDecodeError, csv.Error) as error:
        _refuse(file, f"this is not CSV ({error})", "CSV in UTF-8")


def _number(cell: str) -> Cell:
    if cell == HIDDEN:
        return HIDDEN
    value = float(cell) if NUMBER.fullmatch(cell) else math.inf
    if not math.isfinite(value):
        raise ValueError
    return value


def _date(cell: str) -> Cell:
    if DAY.fullmatch(cell) is None:
        raise ValueError
    return date.fromisoformat(cell)


def _boolean(cell: str) -> Cell:
    if cell not in ("yes", "no"):
        raise ValueError
    return cell == "yes"


def _text(cell: str) -> Cell:
    """Return text as it was before a sign that spreadsheets obey was defused."""
    defused = cell[0] == "'" and cell[1:].startswith(FORMULA_STARTS)
    return cell[1:] if defused else cell


READERS: Mapping[str, Callable[[str], Cell]] = {
    "string": _text,
    "number": _number,
    "date": _date,
    "boolean": _boolean,
}


def _refuse(
    file: str, what: str, expected: str, *, row: int | None = None, column: str = ""
) -> NoReturn:
    raise InputError(Problem(file, what, expected, REMEDY, row=row, column=column))
