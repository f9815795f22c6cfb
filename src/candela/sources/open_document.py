"""Which cells does one sheet of an OpenDocument spreadsheet hold?

The document is parsed as it streams past; nothing but the row being read is kept.
Runs of rows without a figure are shortened to one row said to be repeated before they
are parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from html import unescape
from typing import IO
from xml.parsers import expat

__all__ = ["CONTENT", "DocumentRows", "document_sheets", "sheet_text"]

CONTENT = "content.xml"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"

SHEET = f"{TABLE} table"
ROW = f"{TABLE} table-row"
CELLS = frozenset({f"{TABLE} table-cell", f"{TABLE} covered-table-cell"})
PARAGRAPH = f"{TEXT} p"
ANNOTATION = f"{OFFICE} annotation"
SPACES = f"{TEXT} s"
BREAKS = {f"{TEXT} tab": "\t", f"{TEXT} line-break": "\n"}

MAX_ROWS = 1 << 24  # the most that any program writes
MAX_COLUMNS = 1 << 14
CHUNK_BYTES = 1 << 18

PREFIX = re.compile(rb'xmlns:([\w.-]+)\s*=\s*"' + re.escape(TABLE.encode()) + rb'"')


def document_sheets(document: IO[bytes]) -> Iterator[str]:
    """Yield the names of the sheets, found as text: far faster than parsing."""
    held = document.read(CHUNK_BYTES)
    opening = _opening(_prefix(held))
    while held:
        for match in opening.finditer(held):
            yield unescape(match[1].decode("utf-8"))
        more = document.read(CHUNK_BYTES)
        held = _cut_tag(held) + more if more else b""


def sheet_text(document: IO[bytes], sheet: str) -> Iterator[bytes]:
    """Yield the document from its head, with the sheets before the wanted one left out.

    Leaving out whole sheets leaves it well formed.  Runs of rows without a value are
    shortened to one row that says how often it is repeated.

    Raises
    ------
    ValueError
        If there is no such sheet, or the document is not a spreadsheet.
    """
    held = document.read(CHUNK_BYTES)
    prefix = _prefix(held)
    opening, padding = _opening(prefix), _empty_rows(prefix)
    while (first := opening.search(held)) is None:
        cut = held.rfind(b"<")
        yield held[:cut]
        held = held[cut:] + _more(document)
    yield held[: first.start()]
    held = held[first.start() :]
    while (start := _start_of(sheet, opening, held)) is None:
        held = _cut_tag(held) + _more(document)
    held = held[start:]
    end = b"</%b:table-row>" % prefix
    short = b'<%b:table-row %b:number-rows-repeated="%%d"/>' % (prefix, prefix)
    while held:
        yield padding.sub(lambda rows: short % rows[0].count(end), held)
        held = document.read(CHUNK_BYTES)


def _more(document: IO[bytes]) -> bytes:
    more = document.read(CHUNK_BYTES)
    if not more:
        raise ValueError("the document ends before the sheet")
    return more


def _cut_tag(text: bytes) -> bytes:
    """Return the tag that is cut in two at the end of ``text``, if there is one."""
    start = text.rfind(b"<")
    return text[start:] if start > text.rfind(b">") else b""


def _start_of(sheet: str, opening: re.Pattern[bytes], text: bytes) -> int | None:
    for match in opening.finditer(text):
        if unescape(match[1].decode("utf-8")) == sheet:
            return match.start()
    return None


def _prefix(head: bytes) -> bytes:
    """Return what the document writes before the names of tables, rows and cells."""
    declared = PREFIX.search(head)
    if declared is None:
        raise ValueError("not an OpenDocument spreadsheet")
    return declared[1]


def _opening(prefix: bytes) -> re.Pattern[bytes]:
    """Return what the opening tag of a sheet looks like."""
    p = re.escape(prefix)
    return re.compile(rb'<%b:table\s(?:[^>]*?\s)?%b:name="([^"]*)"[^>]*>' % (p, p))


def _empty_rows(prefix: bytes) -> re.Pattern[bytes]:
    """Return what two or more rows of cells without a value look like."""
    p = re.escape(prefix)
    cell = (
        rb'<%b:table-cell(?: %b:(?:style-name|number-columns-repeated)="[^"]*+")*+/>'
        % (p, p)
    )
    return re.compile(
        rb'(?:<%b:table-row(?: %b:style-name="[^"]*+")?>(?:%b)++</%b:table-row>\s*+)'
        rb"{2,}+" % (p, p, cell, p)
    )


class DocumentRows:
    """The filled rows of one sheet, from pieces of ``content.xml`` fed in turn.

    Raises
    ------
    ValueError
        From ``feed`` and ``close``, if the document is damaged or ends early.
    """

    def __init__(self, sheet: str) -> None:
        self.finished = False
        self._sheet = sheet
        self._found: list[tuple[int, int, list[object]]] = []  # first row, last row
        self._depth = 0  # of tables within the sheet; 0 outside of it
        self._row = 0
        self._row_repeats = 1
        self._cells: list[object] = []
        self._empty = 0
        self._cell: dict[str, str] | None = None
        self._paragraphs: list[str] = []
        self._in_text = False
        self._annotations = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._looking

    def feed(self, chunk: bytes) -> None:
        """Parse the next piece."""
        self._parse(chunk, last=False)

    def close(self) -> None:
        """Say that there is no more; refuse a document that ended early."""
        if not self.finished:
            self._parse(b"", last=True)

    def _parse(self, text: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(text, last)
        except expat.ExpatError as error:
            raise ValueError(str(error)) from None

    def taken(self) -> Iterator[tuple[int, list[object]]]:
        """Yield the rows found since the last call."""
        found, self._found = self._found, []
        for first, last, cells in found:
            for number in range(first, last + 1):
                yield number, list(cells)

    def _looking(self, name: str, attributes: dict[str, str]) -> None:
        if name == SHEET and attributes.get(f"{TABLE} name") == self._sheet:
            self._depth = 1
            self._parser.StartElementHandler = self._start
            self._parser.EndElementHandler = self._end
            self._parser.CharacterDataHandler = self._characters

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in CELLS:
            if self._depth == 1:
                self._cell = attributes
                self._paragraphs = []
        elif name == ROW:
            if self._depth == 1:
                self._cells = []
                self._empty = 0
                self._row_repeats = _repeats(
                    attributes, f"{TABLE} number-rows-repeated"
                )
        elif name == PARAGRAPH:
            self._in_text = self._annotations == 0 and self._depth == 1
            if self._in_text:
                self._paragraphs.append("")
        elif self._in_text and name == SPACES:
            self._characters(" " * _repeats(attributes, f"{TEXT} c"))
        elif self._in_text and name in BREAKS:
            self._characters(BREAKS[name])
        elif name == ANNOTATION:
            self._annotations += 1
        elif name == SHEET:
            self._depth += 1

    def _end(self, name: str) -> None:
        if name in CELLS:
            if self._depth == 1:
                self._end_cell()
        elif name == ROW:
            if self._depth == 1:
                self._end_row()
        elif name == PARAGRAPH:
            self._in_text = False
        elif name == ANNOTATION:
            self._annotations -= 1
        elif name == SHEET:
            self._depth -= 1
            if self._depth == 0:
                self.finished = True
                self._parser.StartElementHandler = None
                self._parser.EndElementHandler = None
                self._parser.CharacterDataHandler = None

    def _characters(self, text: str) -> None:
        if self._in_text:
            self._paragraphs[-1] += text

    def _end_cell(self) -> None:
        attributes, self._cell = self._cell or {}, None
        repeats = _repeats(attributes, f"{TABLE} number-columns-repeated")
        value = _value(attributes, "\n".join(self._paragraphs).strip())
        if value is None:
            self._empty += repeats
            return
        if len(self._cells) + self._empty + repeats > MAX_COLUMNS:
            raise ValueError("more columns than a sheet can have")
        self._cells.extend([None] * self._empty)
        self._cells.extend([value] * repeats)
        self._empty = 0

    def _end_row(self) -> None:
        first = self._row + 1
        self._row += self._row_repeats
        if not self._cells:
            return
        if self._row > MAX_ROWS:
            raise ValueError("more rows than a sheet can have")
        self._found.append((first, self._row, self._cells))


def _repeats(attributes: dict[str, str], name: str) -> int:
    return max(1, int(attributes.get(name, "1")))


def _value(attributes: dict[str, str], text: str) -> object:
    """Return a cell's value; nothing if it is empty."""
    kind = attributes.get(f"{OFFICE} value-type", "")
    if kind in ("float", "percentage", "currency"):
        number = attributes[f"{OFFICE} value"]
        return int(number) if number.lstrip("-").isdigit() else float(number)
    if kind == "date":
        day = attributes[f"{OFFICE} date-value"]
        return datetime.fromisoformat(day) if "T" in day else date.fromisoformat(day)
    if kind == "boolean":
        return attributes[f"{OFFICE} boolean-value"] == "true"
    return text or attributes.get(f"{OFFICE} string-value", "").strip() or None
