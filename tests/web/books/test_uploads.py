"""How does a book come in, and what is said when it cannot?"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpResponse
from django.test import Client

from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.books import intake, keeping
from candela.web.books.models import Book
from candela.web.jobs.models import Job, Status
from candela.web.scoping import across_organisations
from web.books.conftest import books_of
from web.conftest import Place

pytestmark = pytest.mark.django_db

Browser = Callable[[User], Client]
Upload = Callable[..., HttpResponse]
Work = Callable[[], int]


def staged() -> list[str]:
    """Return what lies in the staging folder."""
    return sorted(p.name for p in settings.CONFIGURATION.folder("staging").iterdir())


@pytest.fixture
def coordinator(here: Place, signed_in: Browser) -> Client:
    """The browser of somebody who may add books."""
    return signed_in(here.person(Role.COORDINATOR))


def test_a_book_is_checked_then_read(
    here: Place,
    coordinator: Client,
    upload: Upload,
    work: Work,
    files: dict[str, bytes],
) -> None:
    answer = upload(coordinator, here, files)
    (book,) = books_of(here)
    page = f"/at/quillmere/books/{book.public_id}/"
    assert answer.headers["Location"] == page
    waiting = coordinator.get(page).content.decode()
    assert "It is being checked. Nobody can read it yet." in waiting
    assert "waiting to start" in waiting.lower()
    assert coordinator.get(f"/books/{book.public_id}/").status_code == 404
    assert staged() == [f"{book.public_id}.zip"]

    assert work() == 1
    (book,) = books_of(here)
    assert book.state == Book.State.READY
    assert book.folder == book.seal
    assert book.title == "Made-up book"
    assert book.made_up
    assert staged() == []
    assert coordinator.get(f"/books/{book.public_id}/").status_code == 200
    with across_organisations():
        job = Job.objects.get()
    assert job.result == {"address": page, "words": "See the book"}


def test_a_book_with_an_altered_file_is_refused_by_name(
    here: Place,
    coordinator: Client,
    upload: Upload,
    work: Work,
    files: dict[str, bytes],
) -> None:
    files["tables/position.csv"] += b"\n"
    upload(coordinator, here, files)
    work()
    (book,) = books_of(here)
    assert book.state == Book.State.REFUSED
    page = coordinator.get(f"/at/quillmere/books/{book.public_id}/").content.decode()
    assert "tables/position.csv: changed since it was written." in page
    assert "Build the book again, or ask for another copy of it." in page
    assert staged() == []
    assert list(settings.CONFIGURATION.folder("books").iterdir()) == []

    answer = coordinator.post(f"/at/quillmere/books/{book.public_id}/remove/")
    assert answer.headers["Location"] == "/at/quillmere/books/"
    assert books_of(here) == []


def test_what_is_no_book_is_refused_at_once_and_the_title_kept(
    here: Place, coordinator: Client, upload: Upload
) -> None:
    answer = upload(coordinator, here, b"%PDF-1.7", title="Last year's figures")
    page = answer.content.decode()
    assert "<title>Error: " in page
    assert "this is not a ZIP" in page
    assert 'value="Last year&#39;s figures"' in page
    assert books_of(here) == []
    assert staged() == []


def test_a_file_too_large_is_not_kept_and_the_title_is(
    here: Place, coordinator: Client, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    small = replace(settings.CONFIGURATION, upload_megabytes=1)
    monkeypatch.setattr(settings, "CONFIGURATION", small)
    answer = upload(coordinator, here, b"PK\x03\x04" + bytes(1_500_000), title="Large")
    page = answer.content.decode()
    assert "the file has more than 1 MB. Nothing of it was kept." in page
    assert 'value="Large"' in page
    assert books_of(here) == []
    assert staged() == []


def test_a_full_disk_is_said_and_nothing_is_kept(
    here: Place,
    coordinator: Client,
    upload: Upload,
    files: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(self: TemporaryUploadedFile, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(TemporaryUploadedFile, "write", full, raising=False)
    answer = upload(coordinator, here, files, title="Unlucky")
    page = answer.content.decode()
    assert "there is no room left on this service" in page
    assert 'value="Unlucky"' in page
    assert books_of(here) == []
    assert staged() == []


def test_a_disk_that_is_full_while_unpacking_keeps_the_upload(
    here: Place,
    coordinator: Client,
    upload: Upload,
    work: Work,
    files: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    upload(coordinator, here, files)
    with monkeypatch.context() as patch:
        patch.setattr(intake, "unpack", full)
        work()
    with across_organisations():
        job = Job.objects.get()
    assert job.status == Status.FAILED
    assert "no room on this service's disk" in job.message
    (book,) = books_of(here)
    assert book.state == Book.State.CHECKING
    assert staged() == [f"{book.public_id}.zip"]

    # Room again: the check is started once more, and the book is read.
    coordinator.post(f"/at/quillmere/jobs/{job.pk}/retry/")
    work()
    assert books_of(here)[0].state == Book.State.READY


def test_a_check_that_was_stopped_can_be_taken_off_the_list(
    here: Place,
    coordinator: Client,
    upload: Upload,
    files: dict[str, bytes],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    upload(coordinator, here, files)
    (book,) = books_of(here)
    remove = f"/at/quillmere/books/{book.public_id}/remove/"
    coordinator.post(remove)
    assert books_of(here) == [book]  # still being checked
    with across_organisations():
        job = Job.objects.get()
    coordinator.post(f"/at/quillmere/jobs/{job.pk}/cancel/")
    shown = coordinator.get(f"/at/quillmere/books/{book.public_id}/").content.decode()
    assert "Its check was not finished. Nobody can read it." in shown
    assert f'action="/at/quillmere/jobs/{job.pk}/retry/"' in shown
    shown = coordinator.get("/at/quillmere/books/").content.decode()
    assert "Its check was not finished. Nobody can read it." in shown
    with django_capture_on_commit_callbacks(execute=True):
        coordinator.post(remove)
    assert books_of(here) == []
    assert staged() == []


def test_the_same_book_twice_is_said_with_a_link_to_the_one_there(
    here: Place,
    coordinator: Client,
    upload: Upload,
    work: Work,
    files: dict[str, bytes],
) -> None:
    upload(coordinator, here, files, title="First")
    upload(coordinator, here, files, title="Second")  # the first is not yet checked
    work()
    first, second = books_of(here)
    assert first.state == Book.State.READY
    assert second.state == Book.State.REFUSED
    assert second.same_as_id == first.pk
    page = coordinator.get(f"/at/quillmere/books/{second.public_id}/").content.decode()
    assert "This book is here already: it is the same as “First”." in page
    assert f'href="/at/quillmere/books/{first.public_id}/"' in page

    page = upload(coordinator, here, files, title="Third").content.decode()
    assert "this book is here already, as “First”." in page
    assert f'href="/at/quillmere/books/{first.public_id}/"' in page
    assert len(books_of(here)) == 2


def test_two_organisations_add_the_same_book_and_never_see_each_others(
    here: Place,
    there: Place,
    coordinator: Client,
    signed_in: Browser,
    upload: Upload,
    work: Work,
    files: dict[str, bytes],
) -> None:
    other = signed_in(there.person(Role.COORDINATOR))
    assert upload(coordinator, here, files, title="Ours").status_code == 302
    work()
    assert upload(other, there, files, title="Theirs").status_code == 302
    work()
    (ours,), (theirs,) = books_of(here), books_of(there)
    assert ours.state == theirs.state == Book.State.READY
    assert ours.seal == theirs.seal
    assert "Theirs" not in coordinator.get("/at/quillmere/books/").content.decode()
    assert "Ours" not in other.get("/at/westerby/books/").content.decode()
    for client, slug, book in (
        (coordinator, "quillmere", theirs),
        (other, "westerby", ours),
        (coordinator, "westerby", theirs),
    ):
        assert client.get(f"/at/{slug}/books/{book.public_id}/").status_code == 404
        assert client.get(f"/books/{book.public_id}/").status_code in (404,)
    # One is deleted: the other's files stay.
    with across_organisations():
        Book.objects.filter(pk=ours.pk).update(
            state=Book.State.WITHDRAWN,
            withdrawn_at=datetime.now(UTC) - timedelta(days=31),
        )
    assert keeping.delete_what_is_due(datetime.now(UTC)) == 1
    assert other.get(f"/books/{theirs.public_id}/").status_code == 200
    with across_organisations():
        Book.objects.filter(pk=theirs.pk).update(
            state=Book.State.WITHDRAWN,
            withdrawn_at=datetime.now(UTC) - timedelta(days=31),
        )
    assert keeping.delete_what_is_due(datetime.now(UTC)) == 1
    assert list(settings.CONFIGURATION.folder("books").iterdir()) == []


def test_who_may_not_add_is_told_who_may(
    here: Place, signed_in: Browser, upload: Upload, files: dict[str, bytes]
) -> None:
    viewer = signed_in(here.person(Role.VIEWER))
    answer = upload(viewer, here, files)
    assert answer.status_code == 403
    assert "coordinator" in answer.content.decode()
    assert staged() == []


def test_who_has_not_signed_in_writes_nothing_to_the_disk(
    here: Place, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bytes] = []
    monkeypatch.setattr(
        TemporaryUploadedFile,
        "__init__",
        lambda self, *args, **more: written.append(b""),
    )
    assert upload(Client(), here, b"PK\x03\x04").status_code == 302
    assert written == []


def test_a_title_that_looks_like_a_formula_or_a_page_is_shown_as_text(
    here: Place,
    coordinator: Client,
    upload: Upload,
    work: Work,
    files: dict[str, bytes],
) -> None:
    upload(coordinator, here, files, title='<script>alert("1")</script>\t\u202e x')
    (book,) = books_of(here)
    assert book.title == '<script>alert("1")</script> x'
    page = coordinator.get("/at/quillmere/books/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_what_a_power_cut_left_is_swept_away_and_what_is_needed_stays(
    here: Place,
    coordinator: Client,
    upload: Upload,
    work: Work,
    files: dict[str, bytes],
) -> None:
    upload(coordinator, here, files, title="Read")
    work()
    other = {**files, "extra.csv": b""}
    upload(coordinator, here, other)  # refused by its form
    del other["extra.csv"]
    staging: Path = settings.CONFIGURATION.folder("staging")
    books: Path = settings.CONFIGURATION.folder("books")
    (staging / "tmpabc.upload").write_bytes(b"half")
    (staging / "zzzzzzzzzzzz-1" / "tables").mkdir(parents=True)
    (books / ("0" * 64)).mkdir()
    with across_organisations():
        waiting = Book.objects.create(organisation=here.organisation, title="Waiting")
    keeping.upload_of(waiting).write_bytes(b"PK")
    now = datetime.now(UTC)
    assert keeping.sweep(now) == 0  # all of it is fresh: somebody may be at it
    assert keeping.sweep(now + timedelta(hours=25)) == 3
    (staging / "tmpdef.upload").write_bytes(b"half")
    assert keeping.sweep(datetime.now(UTC), older_than=timedelta()) == 1
    assert staged() == [f"{waiting.public_id}.zip"]
    assert [p.name for p in books.iterdir()] == [books_of(here)[0].seal]


def test_what_an_earlier_try_unpacked_is_removed_at_the_next(
    here: Place,
    coordinator: Client,
    upload: Upload,
    work: Work,
    files: dict[str, bytes],
) -> None:
    upload(coordinator, here, files)
    (book,) = books_of(here)
    staging: Path = settings.CONFIGURATION.folder("staging")
    (staging / f"{book.public_id}-0" / "tables").mkdir(parents=True)
    work()
    assert books_of(here)[0].state == Book.State.READY
    assert staged() == []


def test_a_damaged_copy_is_healed_when_the_book_comes_again(
    here: Place,
    there: Place,
    coordinator: Client,
    signed_in: Browser,
    upload: Upload,
    work: Work,
    files: dict[str, bytes],
) -> None:
    upload(coordinator, here, files)
    work()
    (book,) = books_of(here)
    folder: Path = settings.CONFIGURATION.folder("books") / book.seal
    (folder / "report.html").write_bytes(b"spoilt")
    upload(signed_in(there.person(Role.COORDINATOR)), there, files)
    work()
    assert (folder / "report.html").read_bytes() == files["report.html"]


def test_an_upload_begins_its_check_within_a_second(
    here: Place, coordinator: Client, upload: Upload, files: dict[str, bytes]
) -> None:
    began = time.monotonic()
    upload(coordinator, here, files)
    assert time.monotonic() - began < 1
