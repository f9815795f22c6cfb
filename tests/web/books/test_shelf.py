"""Is a book read once, and shown only while it is the one that was checked?"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from candela.build import reading
from candela.build.manifest import NAME
from candela.errors import BookChanged
from candela.publish.contents import BookContents
from candela.web.books import shelf
from candela.web.books.models import Book
from candela.web.books.shelf import (
    SHELF,
    book_file,
    book_files,
    book_folder,
    open_shelved,
)
from web.books.zips import book_files as files_of
from web.books.zips import manifest_with
from web.conftest import Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(here: Place, add_book: Callable[..., Book]) -> Book:
    """A book on the shelf of this process, not yet read."""
    SHELF.clear()
    return add_book(here)


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were read, each time they are."""
    found: list[Path] = []
    real = reading.open_book

    def noted(folder: Path) -> BookContents:
        found.append(folder)
        return real(folder)

    monkeypatch.setattr(reading, "open_book", noted)
    return found


def test_a_book_is_read_once(book: Book, readings: list[Path]) -> None:
    first = open_shelved(book)
    assert open_shelved(book) is first
    assert first.seal == book.seal
    assert readings == [book_folder(book)]


def test_many_readers_at_once_read_it_once(book: Book, readings: list[Path]) -> None:
    found: list[BookContents] = []
    threads = [
        threading.Thread(target=lambda: found.append(open_shelved(book)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({id(contents) for contents in found}) == 1
    assert len(readings) == 1


def test_a_book_whose_file_changed_is_read_again_and_the_file_named(
    book: Book, readings: list[Path]
) -> None:
    assert open_shelved(book).altered == frozenset()
    path = book_folder(book) / "tables" / "position.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    contents = open_shelved(book)
    assert contents.altered == {"tables/position.csv"}
    assert "position" not in contents.tables
    assert len(readings) == 2


def test_a_change_of_the_same_length_is_seen_by_its_time(
    book: Book, readings: list[Path]
) -> None:
    open_shelved(book)
    path = book_folder(book) / "tables" / "position.csv"
    raw = bytearray(path.read_bytes())
    raw[-2] ^= 1
    path.write_bytes(bytes(raw))
    os.utime(path, ns=(1, 1))
    assert open_shelved(book).altered == {"tables/position.csv"}


def test_the_books_read_last_are_held_and_no_more(
    here: Place,
    add_book: Callable[..., Book],
    readings: list[Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    SHELF.clear()
    monkeypatch.setattr(SHELF, "kept", 2)
    one, two, three = (add_book(here) for _ in range(3))
    for book in (one, two, one, three, one):
        open_shelved(book)
    assert readings == [book_folder(b) for b in (one, two, three)]
    open_shelved(two)  # was read longest ago
    assert len(readings) == 4


def test_another_book_in_its_place_is_not_shown(
    book: Book, made_up: object, tmp_path: Path
) -> None:
    folder = book_folder(book)
    files = files_of(folder)
    (folder / NAME).write_bytes(manifest_with(files, built_on="2026-01-01"))
    with pytest.raises(BookChanged, match="is not the book that was checked"):
        open_shelved(book)


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"\xff"])
def test_a_book_without_its_manifest_is_not_shown(book: Book, raw: bytes) -> None:
    path = book_folder(book) / NAME
    path.write_bytes(raw)
    with pytest.raises(BookChanged, match="manifest is gone or was changed"):
        open_shelved(book)
    path.unlink()
    with pytest.raises(BookChanged, match="manifest is gone or was changed"):
        open_shelved(book)


def test_a_folder_that_is_gone_is_said_without_its_path(book: Book) -> None:
    book.folder = "nowhere"
    with pytest.raises(BookChanged) as told:
        open_shelved(book)
    assert "nowhere" not in str(told.value)


def test_a_file_is_given_out_as_it_was_written(book: Book, made_up: object) -> None:
    files = files_of(book_folder(book))
    assert {*book_files(book), NAME} == set(files)
    for name, content in files.items():
        assert book_file(book, name) == content


def test_a_file_that_was_changed_is_not_given_out(book: Book) -> None:
    path = book_folder(book) / "report.html"
    path.write_bytes(b"<script>")
    with pytest.raises(BookChanged, match=r"report\.html no longer matches"):
        book_file(book, "report.html")
    path.unlink()
    with pytest.raises(BookChanged, match=r"report\.html no longer matches"):
        book_file(book, "report.html")


@pytest.mark.parametrize(
    "path", ["../candela.sqlite3", "/etc/passwd", "tables", "", ".", "nothing.csv"]
)
def test_what_is_no_file_of_the_book_is_not_given_out(book: Book, path: str) -> None:
    (book_folder(book) / "nothing.csv").write_bytes(b"slipped in")
    with pytest.raises(KeyError):
        book_file(book, path)


def test_the_seal_is_that_of_the_manifest(book: Book) -> None:
    content = json.loads((book_folder(book) / NAME).read_bytes())
    seal = content.pop("seal")
    assert shelf.seal_of(content) == seal
