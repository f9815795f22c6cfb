"""How is an engine's error told without a value of anybody's row?

Engines quote the value that they stumbled over.  Nothing of their text is passed on but
what is looked up in lists of our own: file names that were given, names of types, a
line number.  What a planner says is passed on: it has not read a row yet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from candela.errors import InputError, Problem

__all__ = ["duckdb_error", "spark_error"]

TYPES = {
    "BOOL": "yes or no", "BOOLEAN": "yes or no", "DATE": "a date", "TIME": "a time",
    "DOUBLE": "a number", "FLOAT": "a number", "DECIMAL": "a number",
    "INT": "a whole number", "BIGINT": "a whole number", "SMALLINT": "a whole number",
    "UINT": "a whole number",
}  # fmt: skip
DATE_ERRORS = (
    "Conversion Error: invalid date", "Conversion Error: date field",
    "Conversion Error: invalid timestamp", "Conversion Error: timestamp field",
)  # fmt: skip
PLANNING = ("Binder Error", "Catalog Error", "Parser Error")
MEMORY = "The rows need more memory than is allowed. Give more with `--memory`"


def duckdb_error(
    error: Exception, files: Sequence[Path], *, spills: bool
) -> InputError | ValueError:
    """Return what to tell of an error of DuckDB: no value of a row is in it."""
    text = str(error)
    kind = _kind(text)
    if kind == "Out of Memory Error":
        more = (
            "use fewer threads with `--threads`"
            if spills
            else "name a folder to spill to with `--spill`"
        )
        return InputError(f"{MEMORY}, or {more}.")
    if kind in PLANNING:
        # Said before any row is read: names of columns and views, and our own SQL.
        return ValueError(f"the query cannot be planned: {text.splitlines()[0]}")
    if kind == "CSV Error":
        return InputError(_csv_problem(text, files))
    if kind == "Conversion Error":
        return _unreadable(text)
    if kind == "Permission Error":
        return InputError(
            "A file outside the folders that were named is not read. Name its folder."
        )
    if kind in {"IO Error", "Invalid Input Error"}:
        return InputError(
            Problem(
                _file(text, files),
                "the file cannot be read",
                "a whole file of its kind",
                "Ask for it again, or make it again.",
            )
        )
    return InputError(
        f"DuckDB could not finish ({kind or type(error).__name__}). Look at the files "
        "and the memory allowed."
    )


KINDS = (
    "Out of Memory Error", *PLANNING, "CSV Error", "Conversion Error",
    "Permission Error", "IO Error", "Invalid Input Error", "Out of Range Error",
    "INTERRUPT Error", "Internal Error", "Serialization Error",
)  # fmt: skip


def _kind(text: str) -> str:
    """Return the first words that name a kind; what is quoted comes after them."""
    places = ((text.find(kind), kind) for kind in KINDS if kind in text[:200])
    found = min(places, default=(0, ""))
    csv = text[found[0] :].startswith("Invalid Input Error: CSV Error")
    return "CSV Error" if csv else found[1]


def spark_error(
    condition: str | None, message: str, files: Sequence[Path]
) -> InputError | ValueError:
    """Return what to tell of an error of Spark, by its condition."""
    name = condition or ""
    if name.startswith(("CAST_", "CANNOT_PARSE", "INVALID_DATETIME", "CONVERSION")):
        return _unreadable(_target(message))
    if name.startswith(
        ("UNRESOLVED", "TABLE_OR_VIEW", "PARSE", "DATATYPE_MISMATCH", "AMBIGUOUS")
    ):
        return ValueError(f"the query cannot be planned: {name}")
    if name.startswith(("MALFORMED", "FAILED_READ", "PATH_NOT", "CANNOT_READ")):
        return InputError(
            Problem(
                _file(message, files),
                "the file cannot be read",
                "a whole file of its kind",
                "Ask for it again, or make it again.",
            )
        )
    return InputError(
        f"Spark could not finish ({name or 'no reason given'}). Look at the files and "
        "the memory of the session."
    )


def _unreadable(text: str) -> InputError:
    return InputError(
        f"A value cannot be read as {_wanted(text)}. Look for the column that does not "
        "hold what its layout says."
    )


def _csv_problem(text: str, files: Sequence[Path]) -> Problem:
    line = re.search(r"CSV Error on Line: (\d+)", text[:400])
    return Problem(
        _file(text, files),
        "a row does not have as many cells as the heading, or is not text in UTF-8",
        "a cell for each column, with quotes that are closed",
        "Look at that row, or ask for the file again.",
        row=None if line is None else int(line[1]),
    )


def _file(text: str, files: Sequence[Path]) -> str:
    named = (file.name for file in files if file.name in text)
    return next(named, "one of the files")


def _target(message: str) -> str:
    found = re.findall(r'cast to "([A-Z]+)', message)
    return f" to {found[-1]}" if found else ""


def _wanted(text: str) -> str:
    if text.startswith(DATE_ERRORS):
        return "a date"
    # The type comes last; a value before it may be anything, and is not looked at.
    words = re.findall(r"[A-Z]+", text.partition("\n")[0].rpartition(" to ")[2])
    return next((TYPES[word] for word in words if word in TYPES), "its type")
