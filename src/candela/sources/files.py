"""What is in this file, before anyone asks what it means?

A file is opened once: its hash is taken, compression undone, text decoded.  Layouts are
recognised from what is inside (``Contents``), never from the name.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from pathlib import Path

from candela.errors import InputError, Problem

__all__ = ["Contents", "DelimitedText", "open_contents"]

PADDING = b',;\t \r\n\x00"'
PADDING_WORTH_TELLING_BYTES = 10_000
PART_CHARACTERS = 1_000_000
HEAD_ROWS = 30
DELIMITERS = ",\t;|"
MAX_MEMBER_BYTES = 2_000_000_000  # a guard against archives made to fill a disk


@dataclass(frozen=True)
class DelimitedText:
    """Text in rows and cells, with the numbers a spreadsheet would give the rows."""

    name: str
    text: str
    encoding: str
    padding_bytes: int = 0

    @cached_property
    def delimiter(self) -> str:
        """The character between cells: the commonest candidate in the first line."""
        first = self.text[:20_000].lstrip("\r\n").split("\n", 1)[0]
        return max(DELIMITERS, key=first.count)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (row number from 1, cells stripped of surrounding space).

        Raises
        ------
        InputError
            If a quoted cell is never closed: the file is cut off.
        """
        lines = chain.from_iterable(
            io.StringIO(part, newline="") for part in self._parts()
        )
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        number = 0
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                raise InputError(self._unclosed(number)) from None
            yield number, [cell.strip() for cell in cells]

    def picked_rows(
        self, word: str, wanted: Callable[[str], bool]
    ) -> Iterator[tuple[int, list[str]]]:
        """Yield (line number, cells) of the lines with ``word`` that are ``wanted``.

        For files of millions of rows of which few matter: taking a line apart costs ten
        times as much as looking for a word in it.  The first and the last line, and
        lines that open or close a quoted cell of several lines, come whether wanted or
        not, so that a file that is cut off shows it.

        Raises
        ------
        InputError
            If a quoted cell is never closed: the file is cut off.
        """
        number = 0

        def picked() -> Iterator[str]:
            nonlocal number
            line = last = ""
            in_quotes = False
            for part in self._parts():
                for line in part.removesuffix("\n").split("\n"):
                    number += 1
                    turns = '"' in line and line.count('"') % 2 == 1
                    if turns or in_quotes or (word in line and wanted(line)):
                        in_quotes ^= turns
                    elif number > 1:
                        continue
                    last = line
                    yield line + "\n"
            if line is not last:
                yield line

        reader = csv.reader(picked(), delimiter=self.delimiter, strict=True)
        try:
            for cells in reader:
                yield number, [cell.strip() for cell in cells]
        except csv.Error:
            raise InputError(self._unclosed(number)) from None

    def _unclosed(self, number: int) -> Problem:
        return Problem(
            self.name,
            "a quoted cell is never closed, or is followed by stray text",
            "complete rows up to the end of the file",
            "The file seems cut off or edited by hand; download it again.",
            row=number,
        )

    def _parts(self) -> Iterator[str]:
        """Yield the lines a part at a time: a stream of the whole text is a copy."""
        start = 0
        while start < len(self.text):
            stop = self.text.find("\n", start + PART_CHARACTERS) + 1 or len(self.text)
            yield self.text[start:stop]
            start = stop

    @cached_property
    def head(self) -> tuple[tuple[str, ...], ...]:
        """The first rows that can be read, for recognising the layout."""
        found: list[tuple[str, ...]] = []
        try:
            for _, cells in self.rows():
                found.append(tuple(cells))
                if len(found) == HEAD_ROWS:
                    break
        except InputError:
            pass
        return tuple(found)


@dataclass(frozen=True)
class Contents:
    """One file of the folder, opened.

    Exactly one of ``text`` (delimited text), ``members`` (an archive, with its members
    opened in turn) or ``workbook`` (``xlsx`` or ``ods``, with ``raw`` its bytes) says
    what kind it is; all are empty for a file of another kind.
    """

    name: str
    sha256: str
    size_bytes: int
    text: DelimitedText | None = None
    members: tuple[Contents, ...] = ()
    workbook: str = ""
    path: Path | None = None
    raw: bytes = field(default=b"", repr=False)

    def stream(self) -> io.BufferedIOBase:
        """Return the workbook's bytes as a seekable stream."""
        if self.path is not None:
            return self.path.open("rb")
        return io.BytesIO(self.raw)


def open_contents(path: Path, name: str) -> Contents:
    """Return what is in the file at ``path``, called ``name`` in messages.

    Raises
    ------
    InputError
        If the file cannot be read, or its compression ends early.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(
            Problem(
                name,
                f"the file cannot be read ({error.strerror})",
                "a file that this account may open",
                "Check its permissions or copy it again.",
            )
        ) from None
    return _opened(raw, name, hashlib.sha256(raw).hexdigest(), path)


def _opened(raw: bytes, name: str, sha256: str, path: Path | None) -> Contents:
    size = len(raw)
    if raw[:2] == b"\x1f\x8b":
        return _opened(_unpacked(raw, name), name, sha256, None)
    if raw[:4] == b"PK\x03\x04" or raw[:4] == b"PK\x05\x06":
        return _archive(raw, name, sha256, path)
    text = _decoded(raw, name)
    return Contents(name, sha256, size, text=text)


def _unpacked(raw: bytes, name: str) -> bytes:
    try:
        return gzip.decompress(raw)
    except (EOFError, OSError, zlib.error):
        raise InputError(_cut_off(name, "gzip")) from None


def _cut_off(name: str, kind: str) -> Problem:
    return Problem(
        name,
        f"the {kind} compression ends early or is damaged",
        f"a complete {kind} file",
        "Download the file again.",
    )


def _archive(raw: bytes, name: str, sha256: str, path: Path | None) -> Contents:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = archive.namelist()
            if "xl/workbook.xml" in names:
                return Contents(
                    name,
                    sha256,
                    len(raw),
                    workbook="xlsx",
                    path=path,
                    raw=_kept(raw, path),
                )
            if "content.xml" in names and "mimetype" in names:
                return Contents(
                    name,
                    sha256,
                    len(raw),
                    workbook="ods",
                    path=path,
                    raw=_kept(raw, path),
                )
            members = tuple(
                _member(archive, info, name)
                for info in archive.infolist()
                if not info.is_dir() and "__MACOSX" not in info.filename
            )
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError):
        raise InputError(_cut_off(name, "zip")) from None
    return Contents(name, sha256, len(raw), members=members)


def _kept(raw: bytes, path: Path | None) -> bytes:
    return b"" if path is not None else raw


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Contents:
    full = f"{name}/{info.filename}"
    if info.file_size > MAX_MEMBER_BYTES:
        raise InputError(
            Problem(
                full,
                f"the member unpacks to {info.file_size:,} bytes",
                f"at most {MAX_MEMBER_BYTES:,}",
                "Unpack it and keep only the file that is needed.",
            )
        )
    raw = archive.read(info)
    return _opened(raw, full, hashlib.sha256(raw).hexdigest(), None)


def _decoded(raw: bytes, name: str) -> DelimitedText | None:
    """Return the text, or nothing for a file that is not text."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _text(raw, name, "utf-16")
    zeros = [byte == 0 for byte in raw[:4]]
    if zeros == [False, True, False, True]:
        return _text(raw, name, "utf-16-le")
    if zeros == [True, False, True, False]:
        return _text(raw, name, "utf-16-be")
    # Empty rows at the end are cut off before decoding, so that a file of 200 MB of
    # them costs no more than its bytes.  The last row of data keeps its empty cells.
    end = raw.find(b"\n", len(raw.rstrip(PADDING)))
    body = raw if end < 0 else raw[: end + 1]
    padding = len(raw) - len(body)
    if b"\x00" in body[:4096]:
        return None
    encoding = "utf-8"
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("cp1252", errors="replace")
        encoding = "cp1252"
    told = padding if padding > PADDING_WORTH_TELLING_BYTES else 0
    return DelimitedText(name, text, encoding, told)


def _text(raw: bytes, name: str, encoding: str) -> DelimitedText:
    try:
        text = raw.decode(encoding).lstrip("\ufeff")
    except UnicodeDecodeError:
        raise InputError(
            Problem(
                name,
                "the text ends in the middle of a character",
                f"complete {encoding.upper()} text",
                "The file seems cut off; download it again.",
            )
        ) from None
    end = text.find("\n", len(text.rstrip(PADDING.decode())))
    body = text if end < 0 else text[: end + 1]
    padding = len(text) - len(body)
    told = padding if padding > PADDING_WORTH_TELLING_BYTES else 0
    return DelimitedText(name, body, encoding, told)
