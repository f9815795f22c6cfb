"""Is this ZIP safe to unpack?  Judged by what is in it, never by its name.

A ZIP is read from its end and written from its start, so that one file can be two
things to two programs.  Only the plainest kind is taken: it begins with its first file,
its files follow one another without a gap, and it ends with its directory.  The
directory is small and is read first; what it declares is held against what comes out.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from candela.errors import InputError

__all__ = [
    "AGAIN",
    "END_START",
    "LIMITS",
    "MEGABYTE",
    "START",
    "Limits",
    "Member",
    "examine",
    "told_name",
]

MEGABYTE = 1_000_000
START = b"PK\x03\x04"
HEADER = struct.Struct("<4s5H3L2H")  # of each file: 30 bytes
END = struct.Struct("<4s4H2LH")  # of the directory: 22 bytes
END_START, LARGE_START = b"PK\x05\x06", b"PK\x06\x07"
DESCRIPTORS = (12, 16)  # sizes written after a file whose length was not known
DESCRIPTOR_FLAG, SECRET_FLAGS = 0x08, 0x01 | 0x40 | 0x2000
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What computers put into a ZIP of a folder by themselves; it is not unpacked.
PASSED_OVER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
AGAIN = "Make a new ZIP of the folder that candela build wrote, and choose that."


@dataclass(frozen=True)
class Limits:
    """How much may come out of a ZIP, and from how little."""

    files: int = 2_000
    directory_bytes: int = MEGABYTE
    unpacked_bytes: int = 600 * MEGABYTE
    ratio: int = 100  # the largest file of a book shrinks to a 14th
    small_bytes: int = MEGABYTE  # a short file of zeros is nothing to fear


LIMITS = Limits()


@dataclass(frozen=True)
class Member:
    """A file of the ZIP: its path, and where the directory says it lies."""

    name: str
    info: zipfile.ZipInfo


def examine(path: Path, limits: Limits = LIMITS) -> tuple[Member, ...]:
    """Return the files of a ZIP that may be unpacked; nothing is unpacked yet.

    Raises
    ------
    InputError
        If it is not a ZIP, or not one to unpack.
    """
    try:
        with path.open("rb") as file:
            directory_at = _directory_place(file, limits)
            with zipfile.ZipFile(file) as archive:
                infos = archive.infolist()
            _check_layout(file, infos, directory_at)
    except (zipfile.BadZipFile, struct.error, UnicodeDecodeError, ValueError) as error:
        raise InputError(f"The ZIP is damaged: it cannot be read. {AGAIN}") from error
    files = [info for info in infos if not _is_passed_over(info)]
    for info in files:
        _check_member(info, limits)
    _check_sizes(files, limits)
    _check_names(files)
    return tuple(Member(i.filename, i) for i in files if not i.is_dir())


def _directory_place(file: BinaryIO, limits: Limits) -> int:
    """Return where the directory begins; it is read only if it is short.

    Its end is read by us, since a directory of four million lines would be read into
    memory before anybody could count them.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size == 0:
        raise InputError(f"The file is empty. {AGAIN}")
    if file.read(4) != START:
        raise InputError(
            "This is not a ZIP: it does not begin as one. Make a ZIP of the folder "
            "that candela build wrote, and choose that."
        )
    if size < HEADER.size + END.size:
        raise zipfile.BadZipFile
    file.seek(size - END.size - 20)
    tail = file.read()
    signature, disk, first, here, total, length, place, comment = END.unpack(tail[20:])
    if signature != END_START or comment:
        raise InputError(
            "Something follows the end of the ZIP, or it was cut short: the upload may "
            f"have been interrupted. {AGAIN}"
        )
    if tail.startswith(LARGE_START) or disk or first or here != total:
        raise InputError(
            f"The ZIP is of the kind for very large files, or in parts. {AGAIN}"
        )
    if total > limits.files or length > limits.directory_bytes:
        raise InputError(
            f"The ZIP lists {total:,} files; a book has at most {limits.files:,}. "
            f"{AGAIN}"
        )
    if place + length + END.size != size:
        raise _hidden()
    return int(place)


def _check_layout(
    file: BinaryIO, infos: Iterable[zipfile.ZipInfo], directory_at: int
) -> None:
    """Refuse gaps and overlaps: two programs would see two different archives."""
    expected, slack = 0, False
    for info in sorted(infos, key=lambda i: i.header_offset):
        gap = info.header_offset - expected
        if gap and not (slack and gap in DESCRIPTORS):
            raise _hidden()
        file.seek(info.header_offset)
        signature, _, flags, method, *_, name_length, extra = HEADER.unpack(
            file.read(HEADER.size)
        )
        name = file.read(name_length)
        encoding = "utf-8" if flags & 0x800 else "cp437"
        if (
            signature != START
            or name.decode(encoding) != info.orig_filename
            or flags != info.flag_bits
            or method != info.compress_type
        ):
            raise _hidden()
        slack = bool(flags & DESCRIPTOR_FLAG)
        expected = info.header_offset + HEADER.size + name_length + extra
        expected += info.compress_size
    gap = directory_at - expected
    if gap and not (slack and gap in DESCRIPTORS):
        raise _hidden()


def _hidden() -> InputError:
    return InputError(
        "The ZIP's list of files is not what lies in it: something else is hidden in "
        f"the file. {AGAIN}"
    )


def _is_passed_over(info: zipfile.ZipInfo) -> bool:
    name = info.filename
    return name.startswith(PASSED_OVER[0]) or name.split("/")[-1] in PASSED_OVER[1:]


def _check_member(info: zipfile.ZipInfo, limits: Limits) -> None:
    """Refuse what is not a plain file or folder of a plain name."""
    name, told = info.orig_filename, told_name(info.orig_filename)
    if info.flag_bits & SECRET_FLAGS:
        raise InputError(f"{told} is locked with a password. Make a ZIP without one.")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise InputError(
            f"{told} is a link to another file, or no file at all. {AGAIN}"
        )
    parts = name.removesuffix("/").split("/")
    if (
        not name.isprintable()
        or name != info.filename
        or "\\" in name
        or ":" in name
        or any(part in ("", ".", "..") for part in parts)
    ):
        raise InputError(
            f"{told} is not a name in the book's own folder: it leads elsewhere. "
            f"{AGAIN}"
        )
    if info.compress_type not in METHODS:
        raise InputError(
            f"{told} is packed in a way that not every program can unpack. {AGAIN}"
        )
    if info.is_dir() and info.file_size:
        raise _hidden()
    if info.file_size > max(limits.small_bytes, limits.ratio * info.compress_size):
        raise _too_much(told)


def _check_sizes(infos: Iterable[zipfile.ZipInfo], limits: Limits) -> None:
    """Refuse what would fill the disk, before a byte is unpacked."""
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if unpacked > limits.unpacked_bytes:
        raise InputError(
            f"The ZIP would unpack to {unpacked // MEGABYTE:,} MB; at most "
            f"{limits.unpacked_bytes // MEGABYTE:,} MB are unpacked here. Ask who "
            "keeps this service, or build the book from fewer files."
        )
    if unpacked > max(limits.small_bytes, limits.ratio * packed):
        raise _too_much("The ZIP")


def _too_much(what: str) -> InputError:
    return InputError(
        f"{what} would unpack to far more than its own size, as no book does. {AGAIN}"
    )


def _check_names(infos: Iterable[zipfile.ZipInfo]) -> None:
    """Refuse a name given twice, and a file where others need a folder."""
    seen: set[str] = set()
    folders: set[str] = set()
    for info in infos:
        name = info.filename.removesuffix("/")
        # Two names that differ by capitals are one file on some computers.
        if name.casefold() in seen:
            raise InputError(f"{told_name(name)} is in the ZIP twice. {AGAIN}")
        seen.add(name.casefold())
        above = name.split("/")[: None if info.is_dir() else -1]
        folders.update("/".join(above[:n]) for n in range(1, len(above) + 1))
    files = {info.filename for info in infos if not info.is_dir()}
    for name in sorted(files & folders):
        raise InputError(f"{told_name(name)} is a file and a folder. {AGAIN}")


def told_name(name: str) -> str:
    """Return a name as it may stand in a message, whatever it is."""
    shown = "".join(c if c.isprintable() else "?" for c in name)
    return f"“{shown[:80]}...”" if len(shown) > 80 else f"“{shown}”"
