"""Which cells does one sheet of an Office Open XML workbook (``xlsx``) hold?

The sheet is parsed as it streams past; nothing but the row being read and the shared
strings is kept.  Rows without a figure, and rows of plain cells, are taken out of the
text before the rest is parsed as XML: a million empty rows then cost a second or two
where parsing them takes a minute, and rows of figures less than half the time.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from html import unescape
from operator import itemgetter
from posixpath import join, normpath
from xml.etree import ElementTree
from xml.parsers import expat

__all__ = ["SheetRows", "sheet_paths", "workbook_parts"]

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
MAX_ROWS = 1 << 20
MAX_COLUMNS = 1 << 14

# Formats 14 to 22 and 45 to 47 show a number as a date or time in every language,
# 27 to 36 and 50 to 58 in some.
DATE_FORMATS = frozenset(
    {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
)
NOT_A_DATE_CODE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')

EMPTY_ROWS = re.compile(
    rb'(?:<row r="\d++"[^<>]*?'
    rb'(?:/>|>(?:<c r="[A-Z]++\d++"(?: s="\d++")?(?:/>|></c>))*+</row>)\s*+)++'
)
PLAIN_CELL = (
    rb'<c r="([A-Z]++)\d++"(?: s="(\d++)")?(?: t="([A-Za-z]++)")?(?:/>|>'
    rb'(?:<v>|<is><t(?: xml:space="preserve")?>)([^<]*+)(?:</v>|</t></is>)</c>)'
)
CELLS = re.compile(PLAIN_CELL)
PLAIN_ROWS = re.compile(
    rb'<row r="(\d++)"[^<>]*?>((?:%b)++)</row>\s*+'
    % re.sub(rb"\((?!\?)", b"(?:", PLAIN_CELL)
)
PLACE = re.compile(r"([A-Z]+)(\d+)")


@dataclass(frozen=True)
class WorkbookParts:
    """What a sheet's cells refer to: strings, and which styles show dates."""

    strings: tuple[str, ...]
    date_styles: frozenset[str]
    epoch: datetime


def sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return where each sheet is in the archive, by name, in order."""
    targets = _targets(archive)
    found = {}
    for element in ElementTree.fromstring(archive.read(WORKBOOK)).iter():
        if _local(element.tag) == "sheet":
            link = next((v for k, v in element.attrib.items() if k.endswith("}id")), "")
            found[element.attrib["name"]] = targets[link][1]
    return found


def workbook_parts(archive: zipfile.ZipFile) -> WorkbookParts:
    """Return the shared strings and date styles of the workbook."""
    paths = dict(_targets(archive).values())
    strings = tuple(_strings(archive, paths.get("sharedStrings", "")))
    styles = frozenset(_date_styles(archive, paths.get("styles", "")))
    settings = archive.read(WORKBOOK)
    from_1904 = re.search(rb'date1904="(?:1|true)"', settings) is not None
    epoch = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
    return WorkbookParts(strings, styles, epoch)


def _targets(archive: zipfile.ZipFile) -> dict[str, tuple[str, str]]:
    """Return for each relation its kind and its path in the archive."""
    found = {}
    for link in ElementTree.fromstring(archive.read(RELATIONS)):
        target = link.attrib["Target"]
        path = target[1:] if target.startswith("/") else normpath(join("xl", target))
        found[link.attrib["Id"]] = (link.attrib["Type"].rpartition("/")[2], path)
    return found


def _strings(archive: zipfile.ZipFile, path: str) -> Iterator[str]:
    if path not in archive.namelist():
        return
    with archive.open(path) as document:
        for _, element in ElementTree.iterparse(document):
            if _local(element.tag) == "si":
                yield _string(element)
                element.clear()


def _string(element: ElementTree.Element) -> str:
    """Return the text of a string, without the guides to its pronunciation."""
    if _local(element.tag) == "t":
        return element.text or ""
    return "".join(_string(e) for e in element if _local(e.tag) in ("t", "r"))


def _date_styles(archive: zipfile.ZipFile, path: str) -> Iterator[str]:
    if path not in archive.namelist():
        return
    dates = set(DATE_FORMATS)
    root = ElementTree.fromstring(archive.read(path))
    for element in root.iter():
        if _local(element.tag) == "numFmt":
            code = NOT_A_DATE_CODE.sub("", element.attrib["formatCode"]).lower()
            if code != "general" and any(letter in code for letter in "dmyhs"):
                dates.add(int(element.attrib["numFmtId"]))
    for element in root:
        if _local(element.tag) == "cellXfs":
            for number, style in enumerate(element):
                if int(style.attrib.get("numFmtId", "0")) in dates:
                    yield str(number)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


class SheetRows:
    """The filled rows of one sheet, from pieces of its document fed in turn.

    Raises
    ------
    ValueError
        From ``feed`` and ``close``, if the document is damaged or ends early.
    """

    def __init__(self, parts: WorkbookParts) -> None:
        self.finished = False
        self._parts = parts
        self._found: list[tuple[int, list[object]]] = []
        self._row = 0
        self._column = 0
        self._cells: list[object] = []
        self._type = ""
        self._style = ""
        self._texts: list[str] = []
        self._in_value = False
        self._guides = 0
        self._held = b""
        # Without namespaces: a sheet's elements have no prefix, or all the same one.
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def feed(self, chunk: bytes) -> None:
        """Parse the next piece."""
        text = self._held + chunk
        end = text.rfind(b"</row>") + len(b"</row>")
        if end < len(b"</row>"):
            end = len(text)
        self._held = text[end:]
        rest = PLAIN_ROWS.sub(self._read_plain, EMPTY_ROWS.sub(b"", text[:end]))
        self._parse(rest, last=False)
        self._found.sort(key=itemgetter(0))

    def close(self) -> None:
        """Say that there is no more; refuse a document that ended early."""
        if not self.finished:
            self._parse(self._held, last=True)

    def taken(self) -> Iterator[tuple[int, list[object]]]:
        """Yield the rows found since the last call."""
        found, self._found = self._found, []
        yield from found

    def _read_plain(self, row: re.Match[bytes]) -> bytes:
        self._row, self._cells = int(row[1]), []
        for letters, style, kind, value in CELLS.findall(row[2]):
            if value:
                self._column = _column(letters.decode())
                self._style = style.decode()
                self._type = kind.decode() or "n"
                text = value.decode("utf-8")
                self._end_cell(unescape(text) if "&" in text else text)
        self._end_row()
        return b""

    def _parse(self, text: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(text, last)
        except expat.ExpatError as error:
            raise ValueError(str(error)) from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            place = attributes.get("r")
            if place:
                match = PLACE.fullmatch(place)
                if match is None:
                    raise ValueError(f"no cell is called {place}")
                self._column = _column(match[1])
            else:
                self._column += 1
            self._type = attributes.get("t", "n")
            self._style = attributes.get("s", "")
            self._texts = []
        elif name == "v" or name == "t":
            self._in_value = self._guides == 0
        elif name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
            self._cells = []
        elif name == "rPh":
            self._guides += 1

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "v" or name == "t":
            self._in_value = False
        elif name == "c":
            if self._texts:
                self._end_cell("".join(self._texts))
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self._guides -= 1
        elif name == "sheetData":
            self.finished = True

    def _characters(self, text: str) -> None:
        if self._in_value:
            self._texts.append(text)

    def _end_row(self) -> None:
        if self._row > MAX_ROWS:
            raise ValueError("more rows than a sheet can have")
        if self._cells:
            self._found.append((self._row, self._cells))

    def _end_cell(self, text: str) -> None:
        value = self._value(text)
        if value == "":
            return
        if self._column > MAX_COLUMNS:
            raise ValueError("more columns than a sheet can have")
        self._cells.extend([None] * (self._column - 1 - len(self._cells)))
        self._cells.append(value)

    def _value(self, text: str) -> object:
        if self._type == "s":
            return self._parts.strings[int(text)].strip()
        if self._type == "n":
            number = int(text) if text.lstrip("-").isdigit() else float(text)
            if self._style in self._parts.date_styles and 1 <= number < 2_958_466:
                return self._parts.epoch + timedelta(days=number)
            return number
        if self._type == "b":
            return text.strip() == "1"
        return text.strip()


@cache
def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
