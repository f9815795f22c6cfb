"""Are books shown where they lie: whole, once, and only while they are there?"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from candela.build import build_book
from candela.errors import InputError
from candela.web.accounts.organisations import own_organisation
from candela.web.audit.models import Event
from candela.web.books.models import Book, readable_books
from candela.web.books.mounting import mount, withdraw_what_is_gone
from candela.web.books.shelf import open_shelved
from candela.web.scoping import across_organisations
from small_nation import MadeUp, settings

pytestmark = pytest.mark.django_db


def shown() -> list[Book]:
    with across_organisations():
        return list(readable_books(None))


def log() -> list[str]:
    with across_organisations():
        lines = Event.objects.filter(thing__startswith="book:").order_by("number")
        return [e.action for e in lines]


def test_a_mounted_book_is_open_to_everybody_and_read_in_place(
    copied_book: Path,
) -> None:
    book = mount(copied_book)
    assert shown() == [book]
    assert book.title == "The made-up nation"
    assert (book.folder, book.is_mounted) == (str(copied_book.resolve()), True)
    assert (book.made_up, book.built_on) == (True, date(2025, 5, 1))
    assert book.organisation == own_organisation()
    assert open_shelved(book).seal == book.seal
    assert log() == ["book.added"]


def test_mounting_it_again_changes_nothing(copied_book: Path) -> None:
    book = mount(copied_book)
    assert mount(copied_book).public_id == book.public_id
    assert withdraw_what_is_gone() == [book]
    assert log() == ["book.added"]


def test_a_book_built_anew_in_the_same_place_is_another_and_the_earlier_withdrawn(
    made_up: MadeUp, copied_book: Path
) -> None:
    first = mount(copied_book)
    shutil.rmtree(copied_book)
    later = replace(settings(), built_on=date(2025, 6, 1))
    build_book(made_up.files, copied_book, later)
    second = mount(copied_book)
    assert second.public_id != first.public_id
    assert shown() == [second]
    with across_organisations():
        first.refresh_from_db()
    assert first.state == Book.State.WITHDRAWN
    assert first.withdrawn_at is not None
    assert not first.is_public
    assert log() == ["book.added", "book.withdrawn", "book.added"]


def test_a_book_whose_folder_is_gone_is_withdrawn_and_comes_back_with_it(
    copied_book: Path, tmp_path: Path
) -> None:
    book = mount(copied_book)
    copied_book.rename(tmp_path / "elsewhere")
    assert withdraw_what_is_gone() == []
    assert shown() == []
    (tmp_path / "elsewhere").rename(copied_book)
    assert mount(copied_book).public_id == book.public_id
    assert [b.public_id for b in shown()] == [book.public_id]
    assert log() == ["book.added", "book.withdrawn", "book.added"]


def test_what_is_not_a_whole_book_is_not_mounted(
    copied_book: Path, tmp_path: Path
) -> None:
    (copied_book / "tables" / "funnel.csv").write_text("x")
    with pytest.raises(InputError, match=r"tables/funnel\.csv"):
        mount(copied_book)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError):
        mount(tmp_path / "empty")
    assert shown() == []
