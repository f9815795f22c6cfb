"""What does the service do for itself, by night?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from candela.build.verify import verify_book
from candela.errors import CandelaError
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.books.models import Book
from candela.web.books.shelf import book_folder
from candela.web.house.backup import back_up, check_backup
from candela.web.house.forgetting import forget_contacts
from candela.web.house.models import Note
from candela.web.house.old_evidence import delete_old_evidence, sweep_evidence_files
from candela.web.house.retention import delete_due_rows, delete_old_files
from candela.web.jobs.handlers import Effect, Progress, handles
from candela.web.jobs.periods import Every
from candela.web.jobs.queue import Claimed, rows_of

__all__ = ["BACK_UP", "BOOKS_CHECKED", "RESTORED_IN_TEST"]

BACK_UP = "back-up"
RESTORED_IN_TEST = "backup restored in test"
BOOKS_CHECKED = "books checked"
KEPT = 7  # nightly backups


@handles(BACK_UP, words="Make a backup and restore it in a test", every=Every.DAY)
def make_backup(job: Claimed, progress: Progress) -> Effect:
    """Back up the service, restore that in a test, and remove the oldest backups."""
    configuration = settings.CONFIGURATION
    now = datetime.now(UTC)
    folder = configuration.folder("backups")
    out = folder / f"nightly-{now:%Y-%m-%dT%H%M%S}.tar"
    made = back_up(configuration, out, now=now, alive=progress)
    for old in sorted(folder.glob("nightly-*.tar"))[:-KEPT]:
        old.unlink(missing_ok=True)
    in_folder = configuration.folder("staging")
    check_backup(out, configuration, alive=progress, in_folder=in_folder)

    def effect() -> dict[str, Any]:
        told = {
            "at": now.isoformat(timespec="seconds"),
            "file": out.name,
            "rows": made.contents.row_count,
            "books": made.books,
        }
        Note.objects.update_or_create(name=RESTORED_IN_TEST, defaults={"value": told})
        record(Action.BACKED_UP, by=job.created_by, organisation=None, file=out.name)
        return told

    return effect


@handles("apply-retention", words="Delete what is due", every=Every.DAY)
def apply_retention(job: Claimed, progress: Progress) -> Effect:
    """Delete what the schedule says, unless it is held."""
    progress("Deleting what is due")
    now = datetime.now(UTC)
    files = delete_old_files(settings.CONFIGURATION.home, now)
    return lambda: {**delete_due_rows(now), "files": files}


@handles("forget-contacts", words="Forget whom we asked", every=Every.DAY)
def forget(job: Claimed, progress: Progress) -> Effect:
    """Forget addresses of people who were asked, once they are not needed."""
    progress("Forgetting")
    now = datetime.now(UTC)
    return lambda: {"forgotten": forget_contacts(now)}


@handles("tidy-evidence", words="Tidy up evidence", every=Every.DAY)
def tidy_evidence(job: Claimed, progress: Progress) -> Effect:
    """Delete evidence that was removed 30 days ago, and files that belong to none.

    What was deleted this night loses its file the night after, when that is certain.
    """
    progress("Deleting what is due")
    now = datetime.now(UTC)
    with rows_of(job):
        swept = sweep_evidence_files(now)
    return lambda: {"deleted": delete_old_evidence(now), "swept": swept}


@handles("check-books", words="Check all books again", every=Every.WEEK)
def check_books(job: Claimed, progress: Progress) -> Effect:
    """Hold every file of every book that is shown against its hash."""
    with rows_of(job):
        books = list(Book.objects.filter(state=Book.State.READY))
    changed = []
    for n, book in enumerate(books, 1):
        progress("Checking books", n, len(books))
        if not _is_whole(book_folder(book)):
            changed.append(book.public_id)
    found = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "count": len(books),
        "changed": changed,
    }

    def effect() -> dict[str, Any]:
        Note.objects.update_or_create(name=BOOKS_CHECKED, defaults={"value": found})
        return found

    return effect


def _is_whole(folder: Path) -> bool:
    try:
        return verify_book(folder) == ()
    except CandelaError:
        return False
