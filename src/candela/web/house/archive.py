"""What is a backup as a file?

One tar: ``backup.json`` first, which says what it is, then the files; ``SHA256SUMS``
last, which ``sha256sum -c`` understands.  A file without that last part was cut short.
It is written beside its place and moved there whole.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from candela.errors import InputError

__all__ = ["ABOUT", "FORMAT", "About", "Part", "look_at", "unpack", "write_archive"]

FORMAT = "candela-backup/1"
ABOUT = "backup.json"
SUMS = "SHA256SUMS"
BLOCK = 1 << 20
OWNER_ONLY, FOLDER_MODE = 0o600, 0o700
LARGEST_TEXT = 50_000_000  # what is read into memory: our own two texts


@dataclass(frozen=True)
class Part:
    """A file that goes into a backup, by its name there."""

    name: str
    path: Path


@dataclass(frozen=True)
class About:
    """What a backup says of itself."""

    candela: str
    made_at: str
    database: str
    rows: Mapping[str, int]
    migrations: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: bytes, name: str) -> About:
        """Return what a backup says of itself."""
        try:
            said = json.loads(text)
            if said["format"] != FORMAT:
                raise InputError(
                    f"{name}: a backup of another format, `{said['format']}`. Use the "
                    "version of Candela that made it."
                )
            return cls(
                said["candela"],
                said["made_at"],
                said["database"],
                dict(said["rows"]),
                tuple(said["migrations"]),
                tuple(said.get("left_out", ())),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise _no_backup(name) from error


def write_archive(out: Path, about: Mapping[str, Any], parts: Iterable[Part]) -> None:
    """Write a backup, readable by its owner only.

    Raises
    ------
    InputError
        If there is a file of this name, or it cannot be written.
    """
    if out.exists():
        raise InputError(f"{out} is there already. Give the backup another name.")
    beside = out.with_name(out.name + ".partial")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    except OSError as error:
        raise InputError(f"{out}: cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as file:
            _fill(file, {"format": FORMAT, **about}, parts)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(out)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _fill(file: IO[bytes], about: Mapping[str, Any], parts: Iterable[Part]) -> None:
    sums: dict[str, str] = {}
    with tarfile.open(fileobj=file, mode="w") as tar:
        text = json.dumps(about, indent=1, sort_keys=True).encode()
        _add(tar, sums, ABOUT, io.BytesIO(text), len(text))
        for part in parts:
            with part.path.open("rb") as content:
                size = os.fstat(content.fileno()).st_size
                _add(tar, sums, part.name, content, size)
        lines = "".join(f"{digest}  {name}\n" for name, digest in sums.items())
        _add(tar, {}, SUMS, io.BytesIO(lines.encode()), len(lines.encode()))


def _add(
    tar: tarfile.TarFile, sums: dict[str, str], name: str, content: IO[bytes], size: int
) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, OWNER_ONLY, int(time.time())
    read = _Hashed(content)
    tar.addfile(entry, read)  # type: ignore[arg-type]
    sums[name] = read.digest


class _Hashed:
    """A file that is hashed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        block = self._file.read(size)
        self._hash.update(block)
        return block

    @property
    def digest(self) -> str:
        """The hash of what was read so far."""
        return self._hash.hexdigest()


def look_at(path: Path) -> About:
    """Return what a backup says of itself; nothing else of it is read.

    Raises
    ------
    InputError
        If it is no backup.
    """
    with _opened(path) as tar:
        return About.read(_text(tar, tar.next(), path.name), path.name)


def unpack(path: Path, folder: Path) -> About:
    """Unpack a backup into an empty folder, and check every byte of it.

    Raises
    ------
    InputError
        If it is no backup, was cut short, or is not as it was written.
    """
    found: dict[str, str] = {}
    about: About | None = None
    with _opened(path) as tar:
        for entry in tar:
            if SUMS in found:
                raise _damaged(path.name, f"{entry.name} comes after its end")
            if entry.name in found:
                raise _damaged(path.name, f"{entry.name} is there twice")
            if entry.name == SUMS:
                _compare(_text(tar, entry, path.name), found, path.name)
                found[SUMS] = ""
                continue
            found[entry.name] = _unpack_one(tar, entry, folder, path.name)
            if about is None:
                about = About.read((folder / ABOUT).read_bytes(), path.name)
    if about is None or SUMS not in found:
        raise _damaged(path.name, "its end is missing: it was cut short")
    return about


def _unpack_one(
    tar: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path, backup: str
) -> str:
    """Unpack one file and return its hash; nothing leads out of the folder."""
    name = PurePosixPath(entry.name)
    if not entry.isreg() or name.is_absolute() or ".." in name.parts:
        raise _damaged(backup, f"{entry.name} is not a plain file in the backup")
    target = folder / name
    for above in reversed(name.parents[:-1]):  # `parents=True` would ignore the mode
        (folder / above).mkdir(mode=FOLDER_MODE, exist_ok=True)
    content = tar.extractfile(entry)
    assert content is not None, "a plain file has content"
    digest = hashlib.sha256()
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(handle, "wb") as file:
        while block := content.read(BLOCK):
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def _compare(sums: bytes, found: Mapping[str, str], backup: str) -> None:
    lines = sums.decode(errors="replace").splitlines()
    known = {name: digest for digest, _, name in (x.partition("  ") for x in lines)}
    for name in sorted({*known, *found}):
        if known.get(name) != found.get(name):
            what = "is missing" if name not in found else "is not as it was written"
            raise _damaged(backup, f"{name} {what}")


def _text(tar: tarfile.TarFile, entry: tarfile.TarInfo | None, backup: str) -> bytes:
    if entry is None or not entry.isreg() or entry.size > LARGEST_TEXT:
        raise _no_backup(backup)
    content = tar.extractfile(entry)
    assert content is not None, "a plain file has content"
    return content.read()


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, mode="r:") as tar:
            yield tar
    except (tarfile.TarError, EOFError) as error:
        raise _damaged(path.name, "it cannot be read as a tar file") from error
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file.") from error


def _damaged(backup: str, what: str) -> InputError:
    return InputError(
        f"{backup}: the backup is damaged: {what}. Nothing of it is used. Take another."
    )


def _no_backup(backup: str) -> InputError:
    return InputError(
        f"{backup}: this is not a backup of Candela. Give the file that `candela "
        "backup` wrote."
    )
