"""ZIPs of books, good and bad, made for tests."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import stat
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from candela.build.manifest import NAME, sealed

Edit = Callable[[dict[str, bytes]], None]


def book_files(book: Path) -> dict[str, bytes]:
    """Return every file of a book by its name."""
    return {
        path.relative_to(book).as_posix(): path.read_bytes()
        for path in sorted(book.rglob("*"))
        if path.is_file()
    }


def zip_of(files: Mapping[str, bytes], to: Path, *, inside: str = "") -> Path:
    """Write a ZIP of files, perhaps in a folder; return its path."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(inside + name, content)
    return to


def manifest_with(book: Mapping[str, bytes], **changes: object) -> bytes:
    """Return a book's manifest with changes, under a seal that fits them."""
    given = json.loads(book[NAME])
    del given["seal"]
    return sealed({**given, **changes})


def add_link(path: Path, name: str, target: str) -> None:
    """Add a symbolic link to a ZIP, as `zip --symlinks` does."""
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(info, target)


def declare_size(path: Path, name: str, size: int) -> None:
    """Have the directory and the file's own header declare another length."""
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo(name).header_offset
    struct.pack_into("<L", raw, at + 22, size)
    central = raw.index(b"PK\x01\x02", at)
    while raw[central + 46 :][: len(name)] != name.encode():
        central = raw.index(b"PK\x01\x02", central + 4)
    struct.pack_into("<L", raw, central + 24, size)
    path.write_bytes(bytes(raw))


def other_version(
    book: Mapping[str, bytes], built_on: str, **replaced: bytes
) -> dict[str, bytes]:
    """Return a book of another day with tables replaced, under a seal that fits."""
    files = {**book, **{f"tables/{n}.csv": raw for n, raw in replaced.items()}}
    known = {
        name: {"sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw)}
        for name, raw in files.items()
        if name != NAME
    }
    files[NAME] = manifest_with(book, built_on=built_on, files=known)
    return files


def with_cells(
    table: bytes, where: Mapping[str, str], *, times: float, column: str = "value"
) -> bytes:
    """Return a CSV table with a number of some rows multiplied."""
    rows = list(csv.DictReader(io.StringIO(table.decode())))
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0], lineterminator="\n")
    writer.writeheader()
    changed = 0
    for row in rows:
        if row[column] and all(row[name] == value for name, value in where.items()):
            row[column] = str(float(row[column]) * times)
            changed += 1
        writer.writerow(row)
    assert changed, f"no row has {where}"
    return out.getvalue().encode()
