"""Which book came before this one?"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from candela.web.accounts.models import User
from candela.web.books.models import Book, readable_books
from candela.web.scoping import across_organisations

__all__ = ["earlier_version", "newest_version", "versions_of"]


def versions_of(book: Book, user: User | None) -> list[Book]:
    """Return the readable books of one line with this one, the newest first.

    One line are books of one organisation, all made up or none, that have one title or
    rest on one protocol.  A book without a day, since it is not checked, has no line.
    """
    if book.built_on is None:
        return []
    same = Q(title=book.title)
    if book.protocol:
        same |= Q(protocol=book.protocol)
    with across_organisations():
        return list(
            readable_books(user)
            .filter(same, organisation_id=book.organisation_id, made_up=book.made_up)
            .select_related("organisation")
            .order_by("-built_on", "-added_at")
        )


def earlier_version(book: Book, user: User | None) -> Book | None:
    """Return the book that this person can read and that came just before this one."""
    return next(_before(book, versions_of(book, user)), None)


def newest_version(book: Book, user: User | None) -> Book | None:
    """Return the newest book of the line; it may be this one, or none is readable."""
    return next(iter(versions_of(book, user)), None)


def _before(book: Book, others: list[Book]) -> Iterator[Book]:
    """Yield those built before a book, or added before it where built the same day."""
    for other in others:
        if other.pk == book.pk or other.built_on is None or book.built_on is None:
            continue
        if (other.built_on, other.added_at) < (book.built_on, book.added_at):
            yield other
