"""Can a file that anybody may have written act as a page of this service?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from candela.web.books.attachments import attachment, whole_book
from candela.web.books.intake import check_upload
from candela.web.books.models import Book
from candela.web.books.shelf import book_files
from web.conftest import Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(here: Place, add_book: Callable[..., Book]) -> Book:
    """A public book with a page, pictures, tables and results of its own."""
    return add_book(here, public=True)


def test_every_file_is_an_attachment_in_a_sandbox_of_the_kind_we_say(
    book: Book,
) -> None:
    for name in book_files(book):
        for answer in (
            attachment(book, name),
            Client().get(f"/books/{book.public_id}/files/{name}"),
        ):
            assert answer.status_code == 200
            assert answer.headers["Content-Disposition"].startswith("attachment; ")
            assert "sandbox" in answer.headers["Content-Security-Policy"], name
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("report.html", "text/html; charset=utf-8"),
        ("charts/funnel_shown.svg", "image/svg+xml; charset=utf-8"),
        ("charts/funnel_shown.png", "image/png"),
        ("tables/position.csv", "text/csv; charset=utf-8"),
        ("results/funnels.json", "application/json"),
        ("manifest.json", "application/json"),
    ],
)
def test_the_kind_is_that_of_the_file(book: Book, name: str, kind: str) -> None:
    assert attachment(book, name).headers["Content-Type"] == kind


def test_what_is_no_file_of_the_book_is_not_found(book: Book) -> None:
    for path in ("nothing.csv", "../manifest.json", "tables/"):
        answer = Client().get(f"/books/{book.public_id}/files/{path}")
        assert answer.status_code == 404


def test_a_book_that_was_taken_can_be_added_elsewhere(
    book: Book, tmp_path: Path
) -> None:
    taken = tmp_path / "taken.zip"
    taken.write_bytes(b"".join(whole_book(book).streaming_content))
    checked = check_upload(taken, tmp_path / "out", lambda stage, done, total: None)
    assert checked.seal == book.seal
