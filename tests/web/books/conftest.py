"""Books on their way in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from candela.web.audit import chain
from candela.web.books.models import Book
from candela.web.jobs.worker import work_once
from candela.web.scoping import organisation_scope
from web.books.zips import book_files, zip_of
from web.conftest import Place

if TYPE_CHECKING:
    from small_nation import MadeUp


@pytest.fixture
def files(made_up: MadeUp) -> dict[str, bytes]:
    """The files of a book, to be spoilt."""
    return book_files(made_up.book)


@pytest.fixture
def upload(tmp_path: Path) -> Callable[..., HttpResponse]:
    """Return a function that sends a book to an organisation, as a form does."""

    def send(
        client: Client,
        place: Place,
        files: Mapping[str, bytes] | bytes,
        title: str = "Made-up book",
    ) -> HttpResponse:
        raw = files
        if not isinstance(raw, bytes):
            raw = zip_of(raw, tmp_path / "upload.zip").read_bytes()
        file = SimpleUploadedFile("../../evil.exe", raw)
        return client.post(
            f"/at/{place.organisation.slug}/books/add/", {"title": title, "file": file}
        )

    return send


@pytest.fixture
def work(django_capture_on_commit_callbacks: Callable[..., Any]) -> Callable[[], int]:
    """Return a function that does every job that waits, and counts them."""

    def until_done() -> int:
        count = 0
        with django_capture_on_commit_callbacks(execute=True):
            while work_once():
                count += 1
        return count

    return until_done


@pytest.fixture(autouse=True)
def _own_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with nothing in the folders, and note no lines of a log that goes."""
    monkeypatch.setattr(chain, "_note_head", lambda event: None)
    for name in ("staging", "books"):
        shutil.rmtree(settings.CONFIGURATION.folder(name))
        settings.CONFIGURATION.folder(name)


def books_of(place: Place) -> list[Book]:
    """Return the books of an organisation, the oldest first."""
    with organisation_scope(place.organisation):
        return list(Book.objects.order_by("pk"))
