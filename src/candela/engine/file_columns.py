"""Which columns does a person-level file have, before any row is read?"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Sequence
from pathlib import Path

from candela.engine.session import FileKind
from candela.errors import InputError, Problem

__all__ = ["same_columns", "written_columns"]

HEADING_BYTES = 1_000_000


def same_columns(
    files: Sequence[Path],
    columns_of: Callable[[Path], tuple[str, ...]],
    folders: Sequence[Path] | None = None,
) -> tuple[str, ...]:
    """Return the columns that all the files have, in one order.

    Files must be below one of the ``folders``, if there are any.

    Raises
    ------
    InputError
        If a file is not there, is outside the folders, or has other columns than the
        first one.
    """
    if not files:
        raise ValueError("no files to read")
    first: tuple[str, ...] = ()
    for file in files:
        _check_place(file, folders)
        columns = columns_of(file)
        first = first or columns
        if columns != first:
            raise InputError(_other_columns(file, columns, files[0], first))
    return first


def written_columns(file: Path, kind: FileKind) -> tuple[str, ...]:
    """Return the column names in the first line of a text file.

    Raises
    ------
    InputError
        If there is none, a name is empty, or two are one.
    """
    heading = _heading(file)
    mark = "|" if kind == "pipe" else ","
    names = next(csv.reader(io.StringIO(heading, newline=""), delimiter=mark), [])
    folded = [name.casefold() for name in names]
    if not names or not all(folded) or len(set(folded)) < len(folded):
        raise InputError(
            Problem(
                file.name,
                "the first line does not name the columns, each once",
                f"names of columns with `{mark}` between them",
                "Save the file with its heading.",
                row=1,
            )
        )
    return tuple(names)


def _heading(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            packed = opened.read(2) == b"\x1f\x8b"
        with gzip.open(file) if packed else file.open("rb") as opened:
            line = opened.readline(HEADING_BYTES)
        return line.decode("utf-8-sig").rstrip("\r\n")
    except (OSError, EOFError, UnicodeDecodeError):
        problem = Problem(
            file.name,
            "the heading cannot be read",
            "text in UTF-8, plain or packed with gzip",
            "Save the file as UTF-8.",
            row=1,
        )
    raise InputError(problem)


def _check_place(file: Path, folders: Sequence[Path] | None) -> None:
    place = file.resolve()
    if folders is not None and not any(
        place.is_relative_to(folder) for folder in folders
    ):
        raise InputError(
            f"{file.name} is outside the folders that were named. Name its folder."
        )
    if not place.is_file():
        raise InputError(f"There is no file {file}.")


def _other_columns(
    file: Path, columns: Sequence[str], first: Path, expected: Sequence[str]
) -> Problem:
    missing = [f"`{name}`" for name in expected if name not in columns]
    added = [f"`{name}`" for name in columns if name not in expected]
    parts = [
        f"lacks {', '.join(missing)}" if missing else "",
        f"has also {', '.join(added)}" if added else "",
    ]
    what = " and ".join(part for part in parts if part) or "has its columns in another"
    return Problem(
        file.name,
        f"the file {what}" if missing or added else f"the file {what} order",
        f"the columns of {first.name}",
        "Read files of one layout together, and others apart.",
    )
