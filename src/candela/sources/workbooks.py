"""What is in the cells of this workbook, row by row, however long it is?

Official workbooks come with a million empty rows below the figures, as rows that are
really there or as one row said to be repeated, and with a million rows of figures.
Both kinds, ``xlsx`` and ``ods``, are streamed: memory does not grow with the length of
a sheet, and empty rows are passed over.  (openpyxl, read only, needs a minute for a
million empty rows with formatted cells, and two for the largest accounts.)
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from candela.errors import InputError, Problem
from candela.sources.files import Contents
from candela.sources.office_open import SheetRows, sheet_paths, workbook_parts
from candela.sources.open_document import (
    CONTENT,
    DocumentRows,
    document_sheets,
    sheet_text,
)

__all__ = ["sheet_names", "sheet_rows"]

CHUNK_BYTES = 1 << 18

# What the libraries raise on bytes that are not what they claim to be.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,  # xml.etree.ElementTree.ParseError is one
    TypeError,
    ValueError,  # so is xml.parsers.expat.ExpatError, through DocumentRows
)

# Names by the file's hash.  Every layout asks for them, and in an ``ods`` they are
# spread over a document that may unpack to 1 GB.
_names: dict[str, tuple[str, ...]] = {}


def sheet_names(contents: Contents) -> tuple[str, ...]:
    """Return the names of a workbook's sheets, in order; none for another file.

    No cell is read.

    Raises
    ------
    InputError
        If the workbook is damaged.
    """
    if not contents.workbook:
        return ()
    key = f"{contents.workbook} {contents.sha256}"
    if key not in _names:
        with _archive(contents) as archive:
            _names[key] = tuple(_names_in(archive, contents.workbook))
    return _names[key]


def sheet_rows(contents: Contents, sheet: str) -> Iterator[tuple[int, list[object]]]:
    """Yield the rows of one sheet that hold anything, with their numbers from 1.

    Cells are ``None`` (empty), ``str`` (stripped), ``int``, ``float``, ``bool``,
    ``date`` or ``datetime``; a formula gives the value saved with it.  A row has at
    least as many cells as every row before it, so that a row of data is as long as its
    headings.

    Raises
    ------
    InputError
        If there is no such sheet, or the workbook is damaged: this may come after some
        rows.
    """
    names = sheet_names(contents)
    if sheet not in names:
        raise InputError(
            Problem(
                contents.name,
                f"no sheet `{sheet}`; sheets seen: {', '.join(names)}",
                f"a sheet `{sheet}`",
                "Check that this is the workbook as published.",
            )
        )
    read = _xlsx_rows if contents.workbook == "xlsx" else _ods_rows
    width = 0
    for number, cells in read(contents, sheet):
        width = max(width, len(cells))
        cells.extend([None] * (width - len(cells)))
        yield number, cells


@contextmanager
def _refusing_damage(contents: Contents) -> Iterator[None]:
    try:
        yield
    except InputError:
        raise
    except DAMAGE as error:
        raise InputError(
            Problem(
                contents.name,
                f"the workbook is damaged or protected ({type(error).__name__})",
                f"a complete {contents.workbook} workbook without a password",
                "Download the file again.",
            )
        ) from None


@contextmanager
def _archive(contents: Contents) -> Iterator[zipfile.ZipFile]:
    with (
        _refusing_damage(contents),
        contents.stream() as stream,
        zipfile.ZipFile(stream) as archive,
    ):
        yield archive


def _names_in(archive: zipfile.ZipFile, kind: str) -> Iterator[str]:
    if kind == "xlsx":
        yield from sheet_paths(archive)
        return
    with archive.open(CONTENT) as document:
        yield from document_sheets(document)


def _ods_rows(contents: Contents, sheet: str) -> Iterator[tuple[int, list[object]]]:
    with _archive(contents) as archive, archive.open(CONTENT) as document:
        yield from _streamed(sheet_text(document, sheet), DocumentRows(sheet))


def _xlsx_rows(contents: Contents, sheet: str) -> Iterator[tuple[int, list[object]]]:
    with _archive(contents) as archive:
        rows = SheetRows(workbook_parts(archive))
        with archive.open(sheet_paths(archive)[sheet]) as document:
            pieces = iter(lambda: document.read(CHUNK_BYTES), b"")
            yield from _streamed(pieces, rows)


def _streamed(
    pieces: Iterator[bytes], rows: DocumentRows | SheetRows
) -> Iterator[tuple[int, list[object]]]:
    for piece in pieces:
        rows.feed(piece)
        yield from rows.taken()
        if rows.finished:
            return
    rows.close()
    yield from rows.taken()
