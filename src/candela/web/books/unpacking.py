"""What comes out of a ZIP that was examined, and is it what a book holds?

Never more than the directory declares, and only text and PNG pictures, by what is in
them: no programs, workbooks or archives, whatever they are called.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from candela.errors import InputError
from candela.web.books.archive import (
    AGAIN,
    END_START,
    MEGABYTE,
    START,
    Member,
    told_name,
)

__all__ = ["Progress", "read_member", "unpack"]

PNG = b"\x89PNG\r\n\x1a\n"
ARCHIVES = (START, END_START, b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")
CHUNK = 1 << 16

Progress = Callable[[str, int, int], None]


def read_member(path: Path, member: Member, *, at_most: int) -> bytes:
    """Return one short file of a ZIP that was examined.

    Raises
    ------
    InputError
        If it is longer, or is not what the directory says.
    """
    if member.info.file_size > at_most:
        raise InputError(
            f"{told_name(member.name)} has more than {at_most // MEGABYTE} MB. {AGAIN}"
        )
    with zipfile.ZipFile(path) as archive:
        return b"".join(_content(archive, member))


def unpack(
    path: Path, members: Iterable[tuple[str, Member]], folder: Path, progress: Progress
) -> None:
    """Unpack files, each to the name given with it, and see that they are on the disk.

    Raises
    ------
    InputError
        With every file that is not what a book holds.
    """
    members = tuple(members)
    wrong: list[str] = []
    with zipfile.ZipFile(path) as archive:
        for n, (name, member) in enumerate(members, 1):
            progress("Unpacking the files", n, len(members))
            place = folder / name
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                _unpack_one(archive, member, place)
            except InputError as error:
                wrong.append(str(error))
    if wrong:
        raise InputError("\n".join(wrong))


def _unpack_one(archive: zipfile.ZipFile, member: Member, place: Path) -> None:
    told = told_name(member.name)
    start, is_text = b"", True
    with place.open("xb") as file:
        for chunk in _content(archive, member):
            start = start or chunk[:8]
            is_text = is_text and b"\0" not in chunk
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if start.startswith(ARCHIVES):
        raise InputError(f"{told} is itself an archive; a book holds none. {AGAIN}")
    if not start.startswith(PNG) and not is_text:
        raise InputError(f"{told} is neither text nor a PNG picture. {AGAIN}")


def _content(archive: zipfile.ZipFile, member: Member) -> Iterator[bytes]:
    """Yield a file's bytes, never more than the directory declares."""
    try:
        with archive.open(member.info) as packed:
            while chunk := packed.read(CHUNK):
                yield chunk
            if packed.tell() != member.info.file_size:
                raise zipfile.BadZipFile
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise InputError(
            f"{told_name(member.name)} is not what the ZIP's directory says: it is "
            f"damaged, or longer than declared. {AGAIN}"
        ) from error
