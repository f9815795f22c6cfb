"""Is this book as it was written?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from candela.build.manifest import FORMAT, NAME, sealed
from candela.errors import InputError

__all__ = ["Change", "verify_book"]


@dataclass(frozen=True)
class Change:
    """One file that is not as it was written, and how."""

    file: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.what}"


def verify_book(book: Path) -> tuple[Change, ...]:
    """Return every file of a book that was changed, removed or added.

    Raises
    ------
    InputError
        If ``book`` is not a book at all.
    """
    manifest = book / NAME
    if not manifest.is_file():
        raise InputError(
            f"{book} is not a book: it has no {NAME}. Give the folder that "
            "`candela build` wrote."
        )
    content = _manifest(manifest.read_bytes())
    if content is None:
        return (Change(NAME, "changed since it was written"), *_lost(book, {}))
    return tuple(_changes(book, content["files"]))


def _manifest(raw: bytes) -> dict[str, Any] | None:
    """Return the manifest, or nothing if a byte of it was changed."""
    try:
        content = json.loads(raw)
        given = dict(content)
        given.pop("seal")
        if given.get("format") != FORMAT or sealed(given) != raw:
            return None
        if any(_leads_out(name) for name in given["files"]):
            return None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return given


def _leads_out(name: str) -> bool:
    """Say whether a file's name leads out of the book: no build writes one."""
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts


def _changes(book: Path, files: dict[str, Any]) -> Iterator[Change]:
    for name, known in files.items():
        path = book / name
        if not path.is_file():
            yield Change(name, "missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != known["sha256"]:
            yield Change(name, "changed since it was written")
    yield from _lost(book, files)


def _lost(book: Path, files: dict[str, Any]) -> Iterator[Change]:
    """Yield files that are in the folder and not in the manifest."""
    if not files:
        return
    for path in sorted(book.rglob("*")):
        name = path.relative_to(book).as_posix()
        folder = path.is_dir() and not path.is_symlink()
        if not folder and name != NAME and name not in files:
            yield Change(name, "not part of the book")
