"""Is this book as it was written?"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from candela.build.manifest import FORMAT, NAME, sealed
from candela.build.strict_json import Each, Fields, Number, misfit, strict_json
from candela.errors import InputError

__all__ = ["Change", "read_manifest", "verify_book"]

FILE_NAME = re.compile(r"[\w.-]{1,100}(?:/[\w.-]{1,100}){0,2}", re.ASCII)

ORIGIN = Fields({"function": str, "rows": Each(str, named=True)}, {"note": str})
DAY_OR_NOTHING = (str, type(None))
MANIFEST = Fields(
    {
        "format": str,
        "made_up": bool,
        "built_on": str,
        "software": Each(str, named=True),
        "settings": Each((str, Number()), named=True),
        "inputs": Each(
            Fields(
                {
                    "file": str,
                    "sha256": str,
                    "bytes": int,
                    "layout": str,
                    "publisher": str,
                    "licence": str,
                    "rows": int,
                    "first_day": DAY_OR_NOTHING,
                    "last_day": DAY_OR_NOTHING,
                    "notes": Each(str),
                }
            )
        ),
        "left_out": Each(str),
        "choices": Each(str),
        "files": Each(Fields({"sha256": str, "bytes": int}), named=True),
        "tables": Each(ORIGIN, named=True),
        "origins": Each(ORIGIN, named=True),
        "numbers": Each(
            Fields({"value": Number(), "words": str, "origin": str}), named=True
        ),
        "seal": str,
    },
    {"kind": str},
)


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
    content = read_manifest(manifest.read_bytes())
    if content is None:
        return (Change(NAME, "changed since it was written"), *_lost(book, {}))
    return tuple(_changes(book, content["files"]))


def read_manifest(raw: bytes) -> dict[str, Any] | None:
    """Return the manifest without its seal, or nothing if a byte of it was changed.

    Nothing is returned either for one that no build would write, although its seal
    fits: one that names files outside the book, or does not say what a manifest says.
    """
    try:
        content = strict_json(raw)
        if misfit(content, MANIFEST):
            return None
        given = {name: value for name, value in content.items() if name != "seal"}
        written = sealed(given)
    except (ValueError, RecursionError):
        return None
    if given["format"] != FORMAT or written != raw:
        return None
    return given if all(map(_is_ours, given["files"])) else None


def _is_ours(name: str) -> bool:
    """Say whether a build could have given a file this name: none leads out."""
    return FILE_NAME.fullmatch(name) is not None and ".." not in name.split("/")


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
