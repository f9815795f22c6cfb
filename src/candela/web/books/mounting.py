"""How are books shown where they lie, without being added?

Who starts the service names folders.  Each is checked, read in place, and open to all.
A book that was built anew in the same folder is another book: the earlier one is
withdrawn, since its files are gone.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet

from candela.build.manifest import NAME
from candela.web.accounts.organisations import own_organisation
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.books.intake import Checked, check_folder
from candela.web.books.models import Book
from candela.web.scoping import organisation_scope

__all__ = ["mount", "withdraw_what_is_gone"]

MADE_UP = "The made-up nation"


def mount(folder: Path) -> Book:
    """Show the book in this folder to everybody; return it.

    Raises
    ------
    InputError
        If it is not a book, or not as it was written.
    """
    place = folder.resolve()
    checked = check_folder(place, lambda stage, done, total: None)
    with transaction.atomic():
        organisation = own_organisation()
        with organisation_scope(organisation):
            there = Book.objects.filter(is_mounted=True, folder=str(place))
            _withdraw(there.exclude(seal=checked.seal))
            book = there.filter(seal=checked.seal).first()
            if book is None:
                book = Book(
                    organisation=organisation, folder=str(place), is_mounted=True
                )
            return _shown(book, checked, place)


def _shown(book: Book, checked: Checked, place: Path) -> Book:
    """Show a book to everybody; one that is shown stays as people left it.

    Who made it not public has it still not public at the next start.
    """
    if book.pk is not None and book.state == Book.State.READY:
        return book
    now = datetime.now(UTC)
    book.title = MADE_UP if checked.made_up else place.name
    book.seal, book.state = checked.seal, Book.State.READY
    book.made_up, book.built_on = checked.made_up, checked.built_on
    book.protocol, book.checked_at = checked.protocol, now
    book.is_public, book.published_at, book.withdrawn_at = True, now, None
    book.save()
    record(
        Action.BOOK_ADDED,
        by=None,
        organisation=book.organisation,
        thing=f"book:{book.public_id}",
        seal=checked.seal,
        mounted=True,
    )
    return book


def withdraw_what_is_gone() -> list[Book]:
    """Withdraw mounted books whose folder holds them no longer; return the others."""
    with transaction.atomic():
        organisation = own_organisation()
        with organisation_scope(organisation):
            mounted = Book.objects.filter(is_mounted=True, state=Book.State.READY)
            gone = [book.pk for book in mounted if _seal_in(book.folder) != book.seal]
            _withdraw(mounted.filter(pk__in=gone))
            return list(mounted.exclude(pk__in=gone))


def _seal_in(folder: str) -> str:
    """Return the seal of the book in a folder; empty where there is none."""
    try:
        return str(json.loads((Path(folder) / NAME).read_bytes())["seal"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _withdraw(books: QuerySet[Book]) -> None:
    for book in books.exclude(state=Book.State.WITHDRAWN):
        book.state, book.is_public = Book.State.WITHDRAWN, False
        book.withdrawn_at = datetime.now(UTC)
        book.save()
        record(
            Action.BOOK_WITHDRAWN,
            by=None,
            organisation=book.organisation,
            thing=f"book:{book.public_id}",
            because="its files are gone",
        )
