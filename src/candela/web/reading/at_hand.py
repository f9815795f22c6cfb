"""Which book opens first, which came before it, and where is one's own organisation?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from django.http import HttpRequest

from candela.errors import CandelaError
from candela.publish.contents import BookContents
from candela.publish.pages.held import held
from candela.web.accounts.models import Membership, User
from candela.web.books.models import Book, readable_books
from candela.web.books.shelf import open_shelved
from candela.web.books.versions import earlier_version
from candela.web.scoping import across_organisations

__all__ = ["OpenBook", "book_before", "first_book", "own_place"]

TRIED = 8  # books opened in search of one, as many as are held in memory


@dataclass(frozen=True)
class OpenBook:
    """A book that can be read now, what is in it, and why it is this one."""

    book: Book
    contents: BookContents
    why: str = ""


def first_book(request: HttpRequest) -> OpenBook | None:
    """Return the book of the first page.

    For members the newest book of one of their organisations; for anybody else, or
    where these have none, the newest public one; else the newest that may be read.
    A book that was changed on the disk is passed over.
    """
    user = _person(request)
    with across_organisations():
        books = list(readable_books(user).select_related("organisation"))
        own = _organisations(user)
    groups = (
        (lambda b: b.organisation_id in own, "the newest book of your organisation"),
        (lambda b: b.is_public, "the newest public book"),
        (lambda b: True, "the newest book shared with your organisation"),
    )
    for belongs, why in groups:
        for book, contents in _open(b for b in books if belongs(b)):
            return OpenBook(book, contents, f"This is {why}.")
    return None


def book_before(request: HttpRequest, book: Book) -> OpenBook | None:
    """Return the version of a book that came just before it, if it can be opened."""
    earlier = earlier_version(book, _person(request))
    found = _open([earlier] if earlier is not None else [])
    return next((OpenBook(*opened) for opened in found), None)


def own_place(request: HttpRequest) -> tuple[OpenBook | None, str]:
    """Return the newest book that has figures of one's organisation, and its code.

    The code is empty where no organisation of this person has one; the book is none
    where none that may be read knows it.
    """
    user = _person(request)
    with across_organisations():
        codes = [
            m.organisation.org_code
            for m in Membership.objects.filter(user=user).select_related("organisation")
            if m.organisation.org_code
        ]
        books = list(readable_books(user).select_related("organisation")[:TRIED])
    for code in codes:
        for book, contents in _open(books):
            if held(contents).knows(code):
                return OpenBook(book, contents), code
    return None, codes[0] if codes else ""


def _person(request: HttpRequest) -> User | None:
    user = getattr(request, "user", None)  # none when nothing else works either
    return user if isinstance(user, User) else None


def _organisations(user: User | None) -> frozenset[int]:
    if user is None:
        return frozenset()
    return frozenset(user.memberships.values_list("organisation_id", flat=True))


def _open(books: Iterable[Book]) -> Iterator[tuple[Book, BookContents]]:
    """Yield the books that can be opened, and what is in them."""
    for n, book in enumerate(books):
        if n == TRIED:
            return
        with suppress(CandelaError):
            yield book, open_shelved(book)
