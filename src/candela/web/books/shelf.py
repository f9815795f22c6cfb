"""What is in this book?  Read once by each process, and again when a file changes.

A book is shown only while it is the one that was checked: its seal must be the seal
that the database remembers.  A folder that was built anew in the same place is another
book.
"""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings

from candela.build.manifest import NAME, canonical
from candela.build.verify import read_manifest
from candela.errors import BookChanged
from candela.publish.contents import BookContents
from candela.web.books.models import Book

__all__ = [
    "KEPT",
    "book_file",
    "book_files",
    "book_folder",
    "open_shelved",
    "seal_of",
]

KEPT = 8  # books held in memory by one process

Key = tuple[str, str]
Marks = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class _Shelved:
    """A book in memory, and what its files looked like when it was read."""

    contents: BookContents
    hashes: Mapping[str, str]
    marks: Marks


class _Shelf:
    """The books read last, for all threads of a process."""

    def __init__(self, kept: int) -> None:
        self.kept = kept
        self._books: OrderedDict[Key, _Shelved] = OrderedDict()
        self._lock = Lock()
        self._reading = Lock()  # one book is read at a time, while others are shown

    def get(self, book: Book) -> _Shelved:
        """Return the book as it is now."""
        folder = book_folder(book)
        key = (book.seal, str(folder))
        # Before the files are read: what changes meanwhile is then seen next time.
        marks = _marks(book, folder)
        found = self._held(key, marks)
        if found is not None:
            return found
        with self._reading:
            found = self._held(key, marks)
            if found is None:
                found = _read(book, folder, marks)
                self._hold(key, found)
            return found

    def _held(self, key: Key, marks: Marks) -> _Shelved | None:
        with self._lock:
            found = self._books.get(key)
            if found is None or found.marks != marks:
                return None
            self._books.move_to_end(key)
            return found

    def _hold(self, key: Key, found: _Shelved) -> None:
        with self._lock:
            self._books[key] = found
            self._books.move_to_end(key)
            while len(self._books) > self.kept:
                self._books.popitem(last=False)

    def clear(self) -> None:
        """Forget all books; they are read again when they are asked for."""
        with self._lock:
            self._books.clear()


SHELF = _Shelf(KEPT)


def book_folder(book: Book) -> Path:
    """Return where a book's files are.

    Uploaded books lie in the home's folder of books, under their seal, so that the home
    may move.  Mounted books have their whole path.
    """
    books: Path = settings.CONFIGURATION.folder("books")
    return books / book.folder


def open_shelved(book: Book) -> BookContents:
    """Return what is in a book.

    Raises
    ------
    BookChanged
        If it is gone, its manifest was changed, or another book took its place.  Single
        files that were changed are named in ``altered`` of what is returned.
    """
    return SHELF.get(book).contents


def book_files(book: Book) -> tuple[str, ...]:
    """Return the names of a book's files, without the manifest.

    Raises
    ------
    BookChanged
        As ``open_shelved``.
    """
    return tuple(SHELF.get(book).hashes)


def book_file(book: Book, path: str) -> bytes:
    """Return one file of a book, as it was written.

    Raises
    ------
    KeyError
        If no file of the book has this name; the manifest itself is one of them.
    BookChanged
        If the file is gone or was changed since.
    """
    folder = book_folder(book)
    hashes = SHELF.get(book).hashes
    if path == NAME:
        return _manifest(book, folder)[0]
    known = hashes[path]
    try:
        content = (folder / path).read_bytes()
    except OSError as error:
        raise _changed_file(path) from error
    if hashlib.sha256(content).hexdigest() != known:
        raise _changed_file(path)
    return content


def seal_of(manifest: Mapping[str, Any]) -> str:
    """Return the seal of a manifest that is given without it."""
    return hashlib.sha256(canonical(dict(manifest))).hexdigest()


def _changed_file(path: str) -> BookChanged:
    return BookChanged(
        f"{path} no longer matches the record of its book, so it is not given out. The "
        "other files are unaffected. Ask who added the book to add it again."
    )


def _read(book: Book, folder: Path, marks: Marks) -> _Shelved:
    # Reading draws in what charts need; pages without a book start without it.
    from candela.build.reading import open_book

    _, hashes = _manifest(book, folder)
    return _Shelved(open_book(folder), hashes, marks)


def _manifest(book: Book, folder: Path) -> tuple[bytes, Mapping[str, str]]:
    """Return the manifest and the hash of each file, if it is the one checked."""
    try:
        raw = (folder / NAME).read_bytes()
    except OSError as error:
        raise _gone(book) from error
    given = read_manifest(raw)
    if given is None:
        raise _gone(book)
    if seal_of(given) != book.seal:
        raise BookChanged(
            f"“{book.title}” is not the book that was checked: another was built in "
            "its place. Nothing of it is shown. Ask who added the book to add it again."
        )
    return raw, {name: str(known["sha256"]) for name, known in given["files"].items()}


def _gone(book: Book) -> BookChanged:
    return BookChanged(
        f"“{book.title}” cannot be shown: its manifest is gone or was changed. Other "
        "books are unaffected. Ask who added the book to add it again."
    )


def _marks(book: Book, folder: Path) -> Marks:
    """Return name, time and size of each file: different when one was changed."""
    try:
        return tuple(sorted(_marks_below(str(folder), "")))
    except OSError as error:
        raise _gone(book) from error


def _marks_below(folder: str, above: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            name = above + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from _marks_below(entry.path, name + "/")
            else:
                told = entry.stat()
                yield name, told.st_mtime_ns, told.st_size
