"""Where do the four doors at the head of every page lead?

They lead into the book that is shown, or else into the one that opens first; the last
to what research changed here.  Behind a door with nothing there is no page, and the
door is left out.
"""

from __future__ import annotations

from dataclasses import replace

from django.db import DatabaseError
from django.db.transaction import TransactionManagementError
from django.http import HttpRequest

from candela.errors import CandelaError
from candela.publish.contents import BookContents
from candela.publish.pages.home import home_page
from candela.web.books.models import Book
from candela.web.books.shelf import open_shelved
from candela.web.layout import DOORS, Door
from candela.web.reading.addresses import Addresses
from candela.web.reading.at_hand import first_book
from candela.web.reading.kept import kept
from candela.web.scoping import read_transaction
from candela.web.stories.door import address_behind

__all__ = ["doors_of"]

BEHIND = {
    "care": ("analyses", "analysis"),
    "regulator": ("funnel",),
    "impact": ("impact", "stories", "story", "reports", "report", "told"),
}


def doors_of(request: HttpRequest) -> tuple[Door, ...]:
    """Return the doors that lead somewhere; none where no book can be opened.

    The pages that tell of a broken database have them too, as far as they can.
    """
    try:
        leads = {**_into_book(request), "impact": _to_impact(request)}
    except (CandelaError, DatabaseError, TransactionManagementError):
        return ()
    here = getattr(request.resolver_match, "url_name", "")
    return tuple(
        replace(door, address=leads[door.key], current=here in BEHIND.get(door.key, ()))
        for door in DOORS
        if leads.get(door.key)
    )


def _into_book(request: HttpRequest) -> dict[str, str]:
    """Return where the doors into a book lead; those with nothing behind are absent."""
    found = _book_shown(request)
    if found is None:
        return {}
    book, contents = found
    to = Addresses(book.public_id)
    return {
        door.key: to(told.target)
        for door, told in zip(DOORS, kept(home_page, contents).doors, strict=True)
        if told.target is not None
    }


def _to_impact(request: HttpRequest) -> str:
    with read_transaction():
        return address_behind(request)


def _book_shown(request: HttpRequest) -> tuple[Book, BookContents] | None:
    book: Book | None = getattr(request, "book", None)
    if book is not None:
        return book, open_shelved(book)
    with read_transaction():
        opened = first_book(request)
    return (opened.book, opened.contents) if opened is not None else None
