"""What does every page know?"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.transaction import TransactionManagementError
from django.http import HttpRequest
from django.urls import reverse

from candela.web.accounts.models import Membership, User
from candela.web.books.models import Book
from candela.web.layout import Layout
from candela.web.reading.doors import doors_of
from candela.web.scoping import across_organisations, read_transaction

__all__ = ["every_page"]


def every_page(request: HttpRequest) -> dict[str, Any]:
    """Return what the layout shows and the names that pages share."""
    memberships = _memberships(request)
    return {
        "layout": _layout(request, memberships),
        "memberships": memberships,
        "contact": settings.CONFIGURATION.contact,
    }


def _layout(request: HttpRequest, memberships: list[Membership]) -> Layout:
    book: Book | None = getattr(request, "book", None)
    acting_for = getattr(request, "organisation", None)
    if acting_for is None and memberships:
        acting_for = memberships[0].organisation
    user = getattr(request, "user", None)
    return Layout(
        book=book.title if book else "",
        book_date=book.built_on if book else None,
        made_up=_is_made_up(request, book),
        person=user.name if isinstance(user, User) else "",
        organisation=acting_for.name if acting_for else "",
        my_organisation=reverse("my-organisation") if memberships else "",
        doors=doors_of(request),
        **({"find": reverse("book-find", args=[book.public_id])} if book else {}),
    )


def _is_made_up(request: HttpRequest, book: Book | None) -> bool:
    """Say whether anything on the page is made up: its book, organisation or story."""
    place = getattr(request, "organisation", None)
    return bool(
        (book and book.made_up)
        or (place and place.is_training)
        or getattr(request, "made_up", False)
    )


def _memberships(request: HttpRequest) -> list[Membership]:
    """Return where the person belongs; nothing where the database cannot say.

    Pages that tell of a broken database use the layout, too.
    """
    user = getattr(request, "user", None)
    try:
        if not isinstance(user, User):
            return []
        with read_transaction(), across_organisations():
            found = Membership.objects.filter(user=user)
            # Real ones first: nobody acts for the training organisation by default.
            return list(
                found.select_related("organisation").order_by(
                    "organisation__is_training", "since", "pk"
                )
            )
    except (DatabaseError, TransactionManagementError):
        return []
