"""What is done about books outside a page: checking, tidying, telling who asked."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils import timezone

from candela.errors import CandelaError, InputError
from candela.web.accounts.models import User
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.books.actions import CHECK, thing_of
from candela.web.books.following import send_changes
from candela.web.books.intake import Checked, check_upload
from candela.web.books.keeping import (
    delete_what_is_due,
    place,
    remove_upload,
    sweep,
    unpacked_folder,
    upload_of,
)
from candela.web.books.models import Book
from candela.web.errors import is_disk_full
from candela.web.jobs.handlers import Effect, Progress, handles
from candela.web.jobs.periods import Every
from candela.web.jobs.queue import Claimed, rows_of

__all__ = ["check_book", "send_monthly", "tidy"]

NO_ROOM = (
    "There is no room on this service's disk to unpack the book. Nothing of it is "
    "shown, and the upload is kept. Tell who keeps this service; then start the check "
    "again."
)
UPLOAD_GONE = (
    "The upload is no longer there, so it cannot be checked. Nothing of it is shown. "
    "Remove it from the list and add it again."
)


class NoRoom(CandelaError):
    """The disk is full; trying again at once would not help."""


@handles(CHECK, words="Check a book")
def check_book(job: Claimed, progress: Progress) -> Effect:
    """Check an upload; the book is then ready, or refused with the reasons."""
    with rows_of(job):
        book = Book.objects.select_related("organisation").get(pk=job.arguments["book"])
    folder = unpacked_folder(book, job.attempts)
    upload = upload_of(book)
    if not upload.exists():
        raise InputError(UPLOAD_GONE)
    try:
        checked = check_upload(upload, folder, progress)
    except InputError as error:
        shutil.rmtree(folder, ignore_errors=True)
        why = str(error)
        return lambda: refuse(book=book, why=why, by=job.created_by)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        if is_disk_full(error):
            raise NoRoom(NO_ROOM) from error
        raise
    except BaseException:  # cancelled, or another worker has the job
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return lambda: accept(book=book, checked=checked, folder=folder, by=job.created_by)


def accept(
    *, book: Book, checked: Checked, folder: Path, by: User | None
) -> dict[str, Any]:
    """Show a book from now on; the same book twice is refused, with where it is."""
    record(
        Action.BOOK_CHECKED,
        by=by,
        organisation=book.organisation,
        thing=thing_of(book),
        seal=checked.seal,
    )
    there = _same_here(book, checked.seal)
    if there is not None:
        shutil.rmtree(folder, ignore_errors=True)
        return refuse(book=book, why=_already(there), by=by, same_as=there)
    book.folder = place(folder, checked.seal)
    book.seal, book.state = checked.seal, Book.State.READY
    book.made_up, book.built_on = checked.made_up, checked.built_on
    book.protocol, book.checked_at = checked.protocol, timezone.now()
    book.refused_because = ""
    # Its title is left alone: it may have been changed while the check went on.
    book.save(
        update_fields=[
            "folder",
            "seal",
            "state",
            "made_up",
            "built_on",
            "protocol",
            "checked_at",
            "refused_because",
        ]
    )
    remove_upload(book)
    return {"address": _page(book), "words": "See the book"}


def refuse(
    *, book: Book, why: str, by: User | None, same_as: Book | None = None
) -> dict[str, Any]:
    """Say why a book cannot be shown; its upload is not kept."""
    book.state, book.refused_because = Book.State.REFUSED, why
    book.same_as, book.checked_at = same_as, timezone.now()
    book.save(update_fields=["state", "refused_because", "same_as", "checked_at"])
    record(
        Action.BOOK_REFUSED, by=by, organisation=book.organisation, thing=thing_of(book)
    )
    remove_upload(book)
    return {"address": _page(book), "words": "See why the book cannot be shown"}


def _page(book: Book) -> str:
    return reverse("book-settings", args=[book.organisation.slug, book.public_id])


def _same_here(book: Book, seal: str) -> Book | None:
    """Return the same book of the same organisation; others' are nobody's business."""
    found: Book | None = (
        Book.objects.filter(organisation=book.organisation, seal=seal)
        .exclude(pk=book.pk)
        .exclude(state=Book.State.REFUSED)
        .first()
    )
    return found


def _already(there: Book) -> str:
    """Return what is said of a book that is here already."""
    if there.state == Book.State.WITHDRAWN:
        return (
            f"This is the same book as “{there.title}”, which was withdrawn. Restore "
            "that one."
        )
    return f"This book is here already: it is the same as “{there.title}”."


@handles("send-changes", words="Send e-mail about changes", every=Every.DAY)
def send_monthly(job: Claimed, progress: Progress) -> Effect:
    """Send the e-mail that is due; each person gets one a month at most."""
    sent = send_changes(datetime.now(UTC), progress)
    return lambda: {"sent": sent}


@handles("tidy-books", words="Tidy up books", every=Every.DAY)
def tidy(job: Claimed, progress: Progress) -> Effect:
    """Delete what was withdrawn 30 days ago, and what belongs to no book."""
    now = datetime.now(UTC)
    progress("Deleting what is due")
    deleted = delete_what_is_due(now)
    progress("Sweeping up")
    swept = sweep(now)
    return lambda: {"deleted": deleted, "swept": swept}
