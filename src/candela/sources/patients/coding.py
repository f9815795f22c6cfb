"""How is a cell of a file read as a column of the plain layout?

Everything is SQL that means the same on every engine.  A blank cell is not known.  A
cell that cannot be read is not known either, and counted; it is never shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from candela.engine.expressions import literal, quoted
from candela.tables.patients import PatientColumn

__all__ = ["Coding", "blank_to_null", "coding_of", "day_of", "text_list", "whole_of"]

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2099, 12, 31)
MIDNIGHTS = ("", " 00:00:00", "T00:00:00")
TRUE_WORDS = ("true", "t", "yes", "y", "1")
FALSE_WORDS = ("false", "f", "no", "n", "0")

WHOLE_TYPES = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
REAL_TYPES = ("float", "double", "halffloat")


@dataclass(frozen=True)
class Coding:
    """SQL for one column.

    Attributes
    ----------
    plain
        The column where every cell is as it should be; cheap.
    careful
        The column where some are not: those become null.
    untidy
        Whether ``plain`` would be wrong of a cell; empty if that is not looked at.
    bad
        Whether a cell is not blank and cannot be read; empty if that cannot be.
    filled
        Whether a cell is not blank.
    expected
        What a good cell holds, in words.
    """

    plain: str
    careful: str
    untidy: str
    bad: str
    filled: str
    expected: str


def text_list(words: Iterable[str]) -> str:
    """Return words as a list in SQL."""
    return ", ".join(map(literal, words))


def blank_to_null(sql: str) -> str:
    """Return text without spaces around it, null if nothing is left."""
    return f"NULLIF(TRIM({sql}), '')"


def day_of(text: str) -> str:
    """Return a day written as 2015-04-01, with or without midnight behind it.

    04/01/2015 means two different days, and engines read it in two different ways.
    """
    day = within_days(f"iso_date(SUBSTR({text}, 1, 10))")
    return f"CASE WHEN SUBSTR({text}, 11) IN ({text_list(MIDNIGHTS)}) THEN {day} END"


def within_days(day: str) -> str:
    """Return a day, null if no study can have seen it."""
    return f"CASE WHEN {_plausible(day)} THEN {day} END"


def _plausible(day: str) -> str:
    return f"{day} BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}'"


def whole_of(text: str, least: int, most: int) -> str:
    """Return a whole number written with or without `.0` behind it."""
    whole = f"CASE WHEN {text} LIKE '%.0' THEN SUBSTR({text}, 1, LENGTH({text}) - 2)"
    return _between(f"whole_number({whole} ELSE {text} END)", least, most)


def _between(number: str, least: int, most: int) -> str:
    return f"CASE WHEN {number} BETWEEN {least} AND {most} THEN {number} END"


def coding_of(column: PatientColumn, name: str, kind: str) -> Coding | None:
    """Return how a column of a file is read.

    Parameters
    ----------
    name
        The column's name as written.
    kind
        ``text``, or the type of a Parquet column as Arrow spells it.

    Returns
    -------
    Coding or None
        ``None`` if a column of that type cannot hold such a thing.
    """
    cell = quoted(name)
    if kind.startswith("decimal"):
        cell, kind = f"CAST({cell} AS DOUBLE)", "double"
    if column.kind == "text":
        return _text(column, cell, kind)
    if column.kind == "date":
        return _date(cell, kind)
    if column.kind == "whole":
        return _whole(column, cell, kind)
    if column.kind == "yes_no":
        return _yes_no(cell, kind)
    return _choice(column, cell, kind)


def _coding(plain: str, careful: str, filled: str, expected: str) -> Coding:
    bad = f"{filled} AND ({careful}) IS NULL"
    return Coding(plain, careful, bad, bad, filled, expected)


def _text(column: PatientColumn, cell: str, kind: str) -> Coding:
    if kind != "text":
        # Numbers that identify are compared as numbers; the table says them as text.
        said = cell if column.identifies else f"CAST({cell} AS STRING)"
        return Coding(said, said, "", "", f"{cell} IS NOT NULL", "text")
    tidy = blank_to_null(cell)
    filled = f"{tidy} IS NOT NULL"
    if column.identifies:
        said = f"NULLIF({cell}, '')"
        return Coding(said, said, "", "", filled, "text")
    untidy = f"({cell} = '' OR {cell} <> TRIM({cell}))"
    return Coding(cell, tidy, untidy, "", filled, "text")


def _date(cell: str, kind: str) -> Coding | None:
    expected = f"a date from {FIRST_DAY} to {LAST_DAY}, such as 2015-04-01"
    if kind.startswith("date"):
        return _coding(cell, within_days(cell), f"{cell} IS NOT NULL", expected)
    if kind.startswith("timestamp"):
        day = f"CAST({cell} AS DATE)"
        return _coding(day, within_days(day), f"{cell} IS NOT NULL", expected)
    if kind != "text":
        return None
    text = blank_to_null(cell)
    day = day_of(text)
    return _coding(day, day, f"{text} IS NOT NULL", expected)


def _whole(column: PatientColumn, cell: str, kind: str) -> Coding | None:
    least, most = column.least or 0, column.most or 2_000_000_000
    expected = f"a whole number from {least} to {most}"
    if kind in WHOLE_TYPES:
        number = f"TRY_CAST({cell} AS INTEGER)"
        careful = f"CASE WHEN {cell} BETWEEN {least} AND {most} THEN {number} END"
        return _coding(number, careful, f"{cell} IS NOT NULL", expected)
    if kind in REAL_TYPES:
        filled = f"({cell} IS NOT NULL AND NOT ISNAN({cell}))"
        whole = (
            f"CASE WHEN {cell} BETWEEN {least} AND {most} AND {cell} = FLOOR({cell})"
        )
        number = f"{whole} THEN TRY_CAST({cell} AS INTEGER) END"
        return _coding(number, number, filled, expected)
    if kind != "text":
        return None
    text = blank_to_null(cell)
    number = whole_of(text, least, most)
    return _coding(number, number, f"{text} IS NOT NULL", expected)


def _yes_no(cell: str, kind: str) -> Coding | None:
    expected = "true or false"
    if kind == "bool":
        return Coding(cell, cell, "", "", f"{cell} IS NOT NULL", expected)
    if kind in WHOLE_TYPES + REAL_TYPES:
        said = f"CASE WHEN {cell} = 1 THEN TRUE WHEN {cell} = 0 THEN FALSE END"
        return _coding(said, said, f"{cell} IS NOT NULL", expected)
    if kind != "text":
        return None
    text = blank_to_null(cell)
    said = (
        f"CASE WHEN LOWER({text}) IN ({text_list(TRUE_WORDS)}) THEN TRUE"
        f" WHEN LOWER({text}) IN ({text_list(FALSE_WORDS)}) THEN FALSE END"
    )
    return _coding(said, said, f"{text} IS NOT NULL", expected)


def _choice(column: PatientColumn, cell: str, kind: str) -> Coding:
    expected = f"one of {', '.join(column.choices)}"
    if kind in REAL_TYPES:
        cell = f"CAST(TRY_CAST({cell} AS INTEGER) AS STRING)"
    elif kind != "text":
        cell = f"CAST({cell} AS STRING)"
    text = blank_to_null(cell)
    known = text_list(column.choices)
    careful = f"CASE WHEN LOWER({text}) IN ({known}) THEN LOWER({text}) END"
    filled = f"{text} IS NOT NULL"
    bad = f"{filled} AND ({careful}) IS NULL"
    # Files that spell every word as the layout does pay for no further look.
    untidy = f"{cell} IS NOT NULL AND {cell} NOT IN ({known})"
    return Coding(cell, careful, untidy, bad, filled, expected)
