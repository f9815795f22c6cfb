"""Which cells does one sheet of an OpenDocument spreadsheet hold?

The document is parsed as it streams past; nothing but the row being read is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from xml.parsers import expat

__all__ = ["CONTENT", "TABLE", "DocumentRows"]

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
        try:
            self._parser.Parse(chunk, False)
        except expat.ExpatError as error:
            raise ValueError(str(error)) from None

    def close(self) -> None:
        """Say that there is no more; refuse a document that ended early."""
        if not self.finished:
            try:
                self._parser.Parse(b"", True)
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
