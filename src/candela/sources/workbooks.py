"""What is in the cells of this workbook, row by row, however long it is?

Official workbooks come with a million empty rows below the figures, as rows that are
really there (``xlsx``) or as one row said to be repeated (``ods``).  Both kinds are
streamed: memory does not grow with the length of a sheet, and empty rows are passed
over.  A workbook's library takes long to import, so it is imported when first needed.
"""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from io import BufferedIOBase
from itertools import islice
from typing import Any
from xml.etree import ElementTree

from candela.errors import InputError, Problem
from candela.sources.files import Contents
from candela.sources.open_document import CONTENT, TABLE, DocumentRows

__all__ = ["sheet_names", "sheet_rows"]

CHUNK_BYTES = 1 << 18
BATCH_ROWS = 2_000
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"

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
            _names[key] = tuple(
                _xlsx_names(archive)
                if contents.workbook == "xlsx"
                else _ods_names(archive)
            )
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


def _xlsx_names(archive: zipfile.ZipFile) -> Iterator[str]:
    root = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    for namespace in (MAIN, STRICT):
        for sheet in root.iterfind(f"{namespace}sheets/{namespace}sheet"):
            yield sheet.attrib["name"]


def _ods_names(archive: zipfile.ZipFile) -> Iterator[str]:
    """Yield the names of the tables, found as text: far faster than parsing."""
    with archive.open(CONTENT) as document:
        held = document.read(CHUNK_BYTES)
        declared = re.search(rb'xmlns:([\w.-]+)\s*=\s*"' + TABLE.encode(), held)
        if declared is None:
            return
        prefix = re.escape(declared[1])
        opening = re.compile(
            rb"<%b:table\s(?:[^>]*?\s)?%b:name=\"([^\"]*)\"[^>]*>" % (prefix, prefix)
        )
        while held:
            for match in opening.finditer(held):
                yield unescape(match[1].decode("utf-8"))
            more = document.read(CHUNK_BYTES)
            # A tag cut in two is looked at again with what follows.
            cut = held.rfind(b"<")
            held = (held[cut:] if cut > held.rfind(b">") else b"") + more
            if not more:
                return


def _ods_rows(contents: Contents, sheet: str) -> Iterator[tuple[int, list[object]]]:
    with _archive(contents) as archive, archive.open(CONTENT) as document:
        rows = DocumentRows(sheet)
        while not rows.finished and (chunk := document.read(CHUNK_BYTES)):
            rows.feed(chunk)
            yield from rows.taken()
        rows.close()


def _xlsx_rows(contents: Contents, sheet: str) -> Iterator[tuple[int, list[object]]]:
    with (
        _refusing_damage(contents),
        contents.stream() as stream,
        _opened_xlsx(stream) as book,
    ):
        page = book[sheet]
        # The size that a sheet states is often wrong, or a million rows.
        page.reset_dimensions()
        numbered = enumerate(page.iter_rows(values_only=True), 1)
        while batch := _batch(numbered):
            yield from batch[1]


def _batch(
    numbered: Iterator[tuple[int, tuple[object, ...]]],
) -> tuple[int, list[tuple[int, list[object]]]] | None:
    """Return how many rows were taken and those that hold anything."""
    with warnings.catch_warnings():
        # The library warns of extensions it drops; none of them is a figure.
        warnings.simplefilter("ignore")
        taken = list(islice(numbered, BATCH_ROWS))
    if not taken:
        return None
    filled = [(n, cells) for n, row in taken if row and (cells := _trimmed(row))]
    return len(taken), filled


def _trimmed(row: tuple[object, ...]) -> list[object]:
    cells: list[object] = []
    for place, value in enumerate(row):
        if isinstance(value, str):
            value = value.strip()
        if value is None or value == "":
            continue
        cells.extend([None] * (place - len(cells)))
        cells.append(value)
    return cells


@contextmanager
def _opened_xlsx(stream: BufferedIOBase) -> Iterator[Any]:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    try:
        yield book
    finally:
        book.close()
