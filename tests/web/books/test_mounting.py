"""How are books shown where they lie, without being added?"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.test import Client

from candela.errors import InputError
from candela.web.books.models import Book
from candela.web.books.mounting import mount, withdraw_what_is_gone
from candela.web.scoping import across_organisations
from web.books.zips import book_files, other_version

pytestmark = pytest.mark.django_db


def every_book() -> list[Book]:
    """Return all books, the oldest first."""
    with across_organisations():
        return list(Book.objects.order_by("pk"))


def written(files: dict[str, bytes], folder: Path) -> Path:
    """Write a book in place of what a folder holds."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, raw in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(raw)
    return folder


def test_a_mounted_book_is_open_to_all_and_stays_where_it_lies(
    copied_book: Path,
) -> None:
    before = book_files(copied_book)
    book = mount(copied_book)
    assert book.folder == str(copied_book.resolve())
    assert Client().get(f"/books/{book.public_id}/").status_code == 200
    assert book_files(copied_book) == before


def test_mounting_it_again_changes_nothing(copied_book: Path) -> None:
    first = mount(copied_book)
    assert mount(copied_book).pk == first.pk
    assert len(every_book()) == 1


def test_who_made_it_not_public_has_it_so_after_the_next_start(
    copied_book: Path,
) -> None:
    first = mount(copied_book)
    with across_organisations():
        Book.objects.filter(pk=first.pk).update(is_public=False)
    assert not mount(copied_book).is_public
    assert Client().get(f"/books/{first.public_id}/").status_code == 302


def test_a_book_that_was_built_anew_in_its_place_is_another_book(
    copied_book: Path,
) -> None:
    first = mount(copied_book)
    written(other_version(book_files(copied_book), "2025-06-01"), copied_book)
    # Not yet mounted again: nothing of the other book is shown under the first's name.
    browser = Client(raise_request_exception=False)
    answer = browser.get(f"/books/{first.public_id}/")
    assert answer.status_code == 422
    assert "is not the book that was checked" in answer.content.decode()
    second = mount(copied_book)
    assert second.pk != first.pk
    assert [b.state for b in every_book()] == [Book.State.WITHDRAWN, Book.State.READY]


def test_a_book_whose_folder_is_gone_is_withdrawn(copied_book: Path) -> None:
    book = mount(copied_book)
    assert withdraw_what_is_gone() == [book]
    shutil.rmtree(copied_book)
    assert withdraw_what_is_gone() == []
    assert every_book()[0].state == Book.State.WITHDRAWN


def test_a_folder_that_is_no_whole_book_is_refused(copied_book: Path) -> None:
    (copied_book / "report.html").write_bytes(b"spoilt")
    with pytest.raises(InputError, match=r"report\.html: changed since"):
        mount(copied_book)
    with pytest.raises(InputError, match=r"tables holds no manifest\.json"):
        mount(copied_book / "tables")
    assert every_book() == []
