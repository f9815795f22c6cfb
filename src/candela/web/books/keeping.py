"""Where do the files of books lie, and when do they go?

``staging/<book>.zip``
    an upload that waits for its check
``staging/<book>-<try>``
    what was unpacked of it, until it is a book or was refused
``books/<seal>``
    a book, put there whole by one rename

Two organisations that add the same book share its folder and see nothing of each other.
The folder goes with the last of them.  Whatever a power cut leaves behind belongs to no
book, and is swept away.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from candela.build.verify import verify_book
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.books.models import Book
from candela.web.house.holds import holders_of
from candela.web.scoping import across_organisations

__all__ = [
    "BIN",
    "delete_what_is_due",
    "keep_upload",
    "place",
    "remove_upload",
    "sweep",
    "unpacked_folder",
    "upload_of",
]

BIN = timedelta(days=30)  # how long what was withdrawn can be had back
LEFT_OVER = timedelta(hours=24)  # no upload and no check takes as long


def upload_of(book: Book) -> Path:
    """Return where a book's upload waits for its check."""
    return _staging() / f"{book.public_id}.zip"


def unpacked_folder(book: Book, attempt: int) -> Path:
    """Return where one try of a check unpacks; what an earlier one left is removed."""
    for left in _staging().glob(f"{book.public_id}-*"):
        shutil.rmtree(left, ignore_errors=True)
    return _staging() / f"{book.public_id}-{attempt}"


def keep_upload(book: Book, upload: Path) -> None:
    """Move an upload to its place; the disk is the same, so nothing is copied."""
    upload.rename(upload_of(book))


def remove_upload(book: Book) -> None:
    """Remove a book's upload, once what was decided about it is written."""
    path = upload_of(book)
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def place(folder: Path, seal: str) -> str:
    """Put an unpacked book where its seal says; return its folder's name.

    Call it after ``record``, in the same transaction: the audit log has one writer at a
    time, so no other book of this seal is placed or deleted meanwhile.
    """
    target = _books() / seal
    if target.exists() and verify_book(target) == ():
        shutil.rmtree(folder)
        return seal
    if target.exists():  # damaged since: the new copy heals it
        target.rename(_staging() / f"damaged-{seal}-{os.getpid()}")
    folder.rename(target)
    _sync(target.parent)
    return seal


def _sync(folder: Path) -> None:
    """Have a rename survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def delete_what_is_due(now: datetime) -> int:
    """Delete what was withdrawn or refused 30 days ago, unless held; say how many."""
    due = Q(state=Book.State.WITHDRAWN, withdrawn_at__lt=now - BIN) | Q(
        state=Book.State.REFUSED, added_at__lt=now - BIN
    )
    with transaction.atomic(), across_organisations():
        due &= ~Q(organisation__in=holders_of("books"))
        numbers = list(Book.objects.filter(due).values_list("pk", flat=True))
    return sum(_delete_for_good(number, due) for number in numbers)


def _delete_for_good(number: int, due: Q) -> bool:
    """Delete one book, unless somebody restored it meanwhile."""
    with transaction.atomic(), across_organisations():
        book = (
            Book.objects.select_for_update(of=("self",))
            .select_related("organisation")
            .filter(due, pk=number)
            .first()
        )
        if book is None:
            return False
        book.delete()
        record(
            Action.DELETED_BY_SCHEDULE,
            by=None,
            organisation=book.organisation,
            thing=f"book:{book.public_id}",
        )
    # Only a plain name is a folder of ours.
    if book.folder and book.folder == Path(book.folder).name:
        _remove_folder(book.folder)
    return True


def _remove_folder(seal: str) -> None:
    """Remove a book's folder, unless somebody added the same book just now."""
    aside = _staging() / f"gone-{seal}-{os.getpid()}"
    with transaction.atomic(), across_organisations():
        if Book.objects.filter(folder=seal).exists():
            return
        record(
            Action.DELETED_BY_SCHEDULE, by=None, organisation=None, thing=f"seal:{seal}"
        )
        # Asked again, now that nobody else can be placing a book.
        if not Book.objects.filter(folder=seal).exists() and (_books() / seal).exists():
            (_books() / seal).rename(aside)
    shutil.rmtree(aside, ignore_errors=True)


def sweep(now: datetime, *, older_than: timedelta = LEFT_OVER) -> int:
    """Remove what belongs to no book and is a day old; return how many there were.

    Uploads that wait for their check are kept, whatever their age.

    Parameters
    ----------
    older_than
        Nothing at all, at a start at which nobody else can be at work.
    """
    with transaction.atomic(), across_organisations():
        waiting = set(
            Book.objects.filter(state=Book.State.CHECKING).values_list(
                "public_id", flat=True
            )
        )
        folders = Book.objects.values_list("folder", flat=True)
        shown = {Path(folder).name for folder in folders}
    removed = 0
    for path in _older_than(now - older_than, _staging()):
        if path.name.split(".")[0].split("-")[0] not in waiting:
            removed += 1
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
    for path in _older_than(now - older_than, _books()):
        if path.is_dir() and path.name not in shown:
            removed += 1
            _remove_folder(path.name)
    return removed


def _older_than(moment: datetime, folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.lstat().st_mtime < moment.timestamp():
            yield path


def _books() -> Path:
    folder: Path = settings.CONFIGURATION.folder("books")
    return folder


def _staging() -> Path:
    folder: Path = settings.CONFIGURATION.folder("staging")
    return folder
