"""What does a book hold, whoever wrote it?

A book is opened by its manifest.  Its files are compared with their hashes at once, and
a table is read when it is first asked for: the largest has nearly 100,000 rows that few
pages need.  Books can come from anywhere, so nothing in one is believed before it is
checked, and what is wrong is told by file and remedy.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from candela.build.manifest import FORMAT, NAME
from candela.build.strict_json import Each, Fields, misfit, strict_json
from candela.build.table_text import read_table
from candela.build.verify import read_manifest
from candela.errors import InputError, Problem
from candela.publish.contents import BookContents, BookTable

__all__ = ["open_book", "read_whole_book"]

FOLDERS = ("tables", "charts")
WORDS = "results/words.json"
REMEDY = "Build the book again, or ask for another copy of it."

PARTS = Each((str, Fields({"number": str, "words": str})))
WORDS_KIND = Fields(
    {
        "made_up": bool,
        "words": Fields(
            {
                "finding": PARTS,
                "verdict": str,
                "verdict_sentence": PARTS,
                "control": PARTS,
                "official": PARTS,
                "funnel": PARTS,
                "comparison": PARTS,
                "cautions": Each(str),
                "cannot_tell": Each(str),
                "why_not": str,
                "charts": Each(
                    Fields(
                        {
                            "name": str,
                            "title": str,
                            "finding": PARTS,
                            "alt": str,
                            "how_to_read": str,
                        }
                    )
                ),
                "span": str,
                "trusts": int,
                "periods": int,
                "protocol": Fields(
                    {
                        "name": str,
                        "title": str,
                        "mirrors": str,
                        "doi": str,
                        "comparison": str,
                        "departures": Each(str),
                        "windows": Each(str),
                        "smallest_ratio_that_matters": float,
                    }
                ),
                "refused": Each(str),
                "left_out": Each(str),
                "doubts": Each(str),
            }
        ),
    }
)


def open_book(book: Path) -> BookContents:
    """Return what a book holds; its tables are read when they are asked for.

    Files that are not as the manifest has them are named in ``altered``, and what they
    held is absent.  Asking for a table that cannot be read raises ``InputError``; so
    does reading one that was changed after the book was opened.

    Raises
    ------
    InputError
        If the folder is not a book, or its manifest or words are not as a build writes
        them.
    """
    raw, manifest = _manifest(book)
    files = _Files(book.resolve(), manifest["files"])
    altered = frozenset(
        name for name in manifest["files"] if not files.is_as_written(name)
    )
    words = {} if WORDS in altered else _words(files)
    charts = {
        name.removeprefix("charts/").removesuffix(".svg")
        for name in manifest["files"]
        if name.startswith("charts/") and name.endswith(".svg") and name not in altered
    }
    told = [chart["name"] for chart in words.get("charts", ())]
    return BookContents(
        seal=strict_json(raw)["seal"],
        made_up=manifest["made_up"],
        built_on=_day(manifest["built_on"]),
        software=manifest["software"],
        settings=manifest["settings"],
        inputs=tuple(manifest["inputs"]),
        choices=tuple(manifest["choices"]),
        left_out=tuple(manifest["left_out"]),
        tables=_Tables(files, manifest["tables"], altered),
        charts=(
            *(name for name in told if name in charts),
            *sorted(charts.difference(told)),
        ),
        words=words,
        numbers=manifest["numbers"],
        origins=manifest["origins"],
        altered=altered,
        kind=manifest.get("kind", ""),
    )


def read_whole_book(book: Path) -> BookContents:
    """Return what a book holds, every table of it read and checked.

    Raises
    ------
    InputError
        Also for a table that cannot be read.
    """
    contents = open_book(book)
    for name in contents.tables:
        contents.tables[name]
    return contents


def _manifest(book: Path) -> tuple[bytes, dict[str, Any]]:
    path = book / NAME
    if not path.is_file():
        raise InputError(
            f"{book} is not a book: it has no {NAME}. Give the folder that "
            "`candela build` wrote."
        )
    raw = path.read_bytes()
    manifest = read_manifest(raw)
    if manifest is None:
        raise InputError(
            Problem(
                NAME,
                "this is not as `candela build` wrote it",
                f"a manifest of the format {FORMAT} under its own seal",
                REMEDY,
            )
        )
    return raw, manifest


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(
            Problem(
                NAME, f"`built_on` is {text[:40]!r}", "a day such as 2025-05-01", REMEDY
            )
        ) from None


def _words(files: _Files) -> Mapping[str, Any]:
    """Return the report's sentences; nothing from a book of an older build."""
    if WORDS not in files.known:
        return {}
    try:
        content = strict_json(files.read(WORDS))
        told = misfit(content, WORDS_KIND)
    except ValueError as error:
        told = str(error)
    if told:
        raise InputError(
            Problem(
                WORDS,
                f"these are not a report's sentences ({told})",
                "what `candela build` writes",
                REMEDY,
            )
        )
    words: Mapping[str, Any] = content["words"]
    return words


@dataclass(frozen=True)
class _Files:
    """The files of a book, as the manifest has them."""

    root: Path
    known: Mapping[str, Mapping[str, Any]]

    def is_as_written(self, name: str) -> bool:
        """Say whether a file has the hash of the manifest."""
        try:
            self.read(name)
        except InputError:
            return False
        return True

    def read(self, name: str) -> bytes:
        """Return a file of the book.

        Raises
        ------
        InputError
            If it is gone, leads out of the book or has another hash.
        """
        path, known = self.root / name, self.known[name]
        try:
            inside = path.resolve().is_relative_to(self.root) and path.is_file()
            if inside and path.stat().st_size == known["bytes"]:
                raw = path.read_bytes()
                if hashlib.sha256(raw).hexdigest() == known["sha256"]:
                    return raw
        except (OSError, RuntimeError):  # unreadable, or links that lead in a ring
            pass
        raise InputError(
            Problem(
                name,
                "this was changed since the book was written",
                "the hash that the manifest has",
                REMEDY,
            )
        )


class _Tables(Mapping[str, BookTable]):
    """The tables of a book, each read once, when it is first asked for."""

    def __init__(
        self, files: _Files, origins: Mapping[str, Any], altered: frozenset[str]
    ) -> None:
        self._files = files
        self._origins = origins
        self._places: dict[str, str] = {}
        for folder in FOLDERS:
            for file in files.known:
                name = file.removeprefix(f"{folder}/").removesuffix(".csv")
                metadata = f"{file}-metadata.json"
                there = {file, metadata} <= files.known.keys() - altered
                if file == f"{folder}/{name}.csv" and there:
                    self._places.setdefault(name, file)
        self._read: dict[str, BookTable] = {}
        self._locks = {name: threading.Lock() for name in self._places}

    def __getitem__(self, name: str) -> BookTable:
        place = self._places[name]
        with self._locks[name]:
            if name not in self._read:
                self._read[name] = read_table(
                    place,
                    self._files.read(place),
                    self._files.read(f"{place}-metadata.json"),
                    self._origins.get(name, {}),
                )
            return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
