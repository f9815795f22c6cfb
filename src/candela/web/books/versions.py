"""Which book came before this one?"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from candela.web.accounts.models import User
from candela.web.books.models import Book, readable_books
from candela.web.scoping import across_organisations

__all__ = ["earlier_of", "earlier_version", "newest_version", "versions_of"]


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
    return earlier_of(book, versions_of(book, user))


def newest_version(book: Book, user: User | None) -> Book | None:
    """Return the newest book of the line; it may be this one, or none is readable."""
    return next(iter(versions_of(book, user)), None)


def earlier_of(book: Book, others: Iterable[Book]) -> Book | None:
    """Return the last of some readable books of the same line before a book.

    Of two that were built on one day, the one that was added first came before.
    """
    if book.built_on is None:
        return None
    when = (book.built_on, book.added_at)
    before = [
        (other.built_on, other.added_at, other)
        for other in others
        if other.built_on is not None
        and _is_one_line(book, other)
        and (other.built_on, other.added_at) < when
    ]
    return max(before, key=lambda found: found[:2])[2] if before else None


def _is_one_line(book: Book, other: Book) -> bool:
    return (
        other.organisation_id == book.organisation_id
        and other.made_up == book.made_up
        and (
            other.title == book.title
            or (bool(book.protocol) and other.protocol == book.protocol)
        )
    )
