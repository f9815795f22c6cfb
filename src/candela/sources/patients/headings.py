"""Which columns does a file have, and is it whole?

Only headings, and the last line of a text, are looked at here: rows about people are
read by the engine alone.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from candela.engine import FileKind
from candela.errors import InputError, Problem

__all__ = ["Heading", "heading_of"]

FIRST_LINE_BYTES = 1_000_000
LAST_BYTES = 100_000
TEXTS = frozenset({".csv", ".txt"})
MADE_UP_KEY = b"candela.made_up"  # put into Parquet by the made-up nation
KINDS: Mapping[str, FileKind] = {",": "csv", "|": "pipe"}


@dataclass(frozen=True)
class Heading:
    """What the head of a file says: its columns, and their types if it is Parquet."""

    path: Path
    name: str
    kind: FileKind
    columns: tuple[str, ...]
    types: tuple[str, ...] = ()
    rows: int | None = None
    made_up: bool = False

    def place(self, *names: str) -> int | None:
        """Return where the first of these columns that the file has stands."""
        upper = [column.upper() for column in self.columns]
        for name in names:
            if name.upper() in upper:
                return upper.index(name.upper())
        return None

    def column(self, *names: str) -> str | None:
        """Return the first of these columns that the file has, as it is written."""
        place = self.place(*names)
        return None if place is None else self.columns[place]

    def type_of(self, place: int) -> str:
        """Return ``text``, or the type of a Parquet column."""
        return self.types[place] if self.types else "text"


def heading_of(path: Path, name: str) -> Heading | None:
    """Return the head of a file, or nothing if it is neither Parquet nor a table.

    Raises
    ------
    InputError
        If the file cannot be read, is empty, or is cut off.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4)
            if head == b"PAR1":
                return _parquet(path, name)
            if head[:2] == b"\x1f\x8b":
                _refuse_other_ending(path, name)
                with gzip.open(path) as unpacked:
                    first = unpacked.readline(FIRST_LINE_BYTES)
            else:
                first = head + file.readline(FIRST_LINE_BYTES)
                if b"\n" in head:
                    first = head[: head.index(b"\n")]
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError(_cut_off(name, "the gzip compression ends early")) from None
    except OSError as error:
        raise InputError(
            Problem(
                name,
                f"the file cannot be read ({error.strerror})",
                "a file that this account may open",
                "Check its permissions or copy it again.",
            )
        ) from None
    if not head:
        raise InputError(_cut_off(name, "the file is empty"))
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") and path.suffix.lower() in TEXTS:
        raise InputError(
            Problem(
                name,
                "the text is in UTF-16",
                "text in UTF-8",
                "Save it again, as CSV in UTF-8.",
            )
        )
    heading = _text_heading(path, name, first)
    if heading is not None and head[:2] != b"\x1f\x8b":
        _refuse_short_end(heading)
    return heading


def _refuse_other_ending(path: Path, name: str) -> None:
    """Refuse a packed file whose name does not say so: engines go by the name."""
    if path.suffix.lower() != ".gz":
        raise InputError(
            Problem(
                name,
                "the file is packed with gzip and its name does not end in .gz",
                "a name such as admission_spell.csv.gz",
                "Give the file such a name.",
            )
        )


def _parquet(path: Path, name: str) -> Heading:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        parquet = pq.ParquetFile(path)
    except (pa.ArrowException, OSError, ValueError):
        raise InputError(_cut_off(name, "the file is not complete Parquet")) from None
    with parquet:
        schema = parquet.schema_arrow
        marks = schema.metadata or {}
        rows = parquet.metadata.num_rows
    kinds = tuple(_arrow_kind(field.type) for field in schema)
    made_up = MADE_UP_KEY in marks
    return Heading(path, name, "parquet", tuple(schema.names), kinds, rows, made_up)


def _arrow_kind(kind: object) -> str:
    value = getattr(kind, "value_type", None)
    told = str(kind if value is None else value)
    return "text" if told in ("string", "large_string", "string_view") else told


def _text_heading(path: Path, name: str, first: bytes) -> Heading | None:
    try:
        line = first.decode("utf-8-sig").strip("\r\n")
    except UnicodeDecodeError:
        return None
    delimiter = max(KINDS, key=line.count)
    if delimiter not in line or "\x00" in line:
        return None
    cells = next(csv.reader([line], delimiter=delimiter), [])
    return Heading(path, name, KINDS[delimiter], tuple(c.strip() for c in cells))


def _refuse_short_end(heading: Heading) -> None:
    """Refuse a text whose last line has no line end and too few cells."""
    delimiter = next(mark for mark, kind in KINDS.items() if kind == heading.kind)
    with heading.path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - LAST_BYTES))
        end = file.read()
    last = end.rsplit(b"\n", 1)[-1].decode("utf-8", "replace")
    if not last.strip() or size == len(last.encode()):
        return
    cells = next(csv.reader([last], delimiter=delimiter), [])
    if len(cells) < len(heading.columns):
        what = (
            f"the last row has {len(cells)} cells where the headings have "
            f"{len(heading.columns)}"
        )
        raise InputError(_cut_off(heading.name, what))


def _cut_off(name: str, what: str) -> Problem:
    return Problem(
        name, what, "a complete file", "The file seems cut off: copy it again."
    )
