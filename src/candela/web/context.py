"""What does every page know?"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.transaction import TransactionManagementError
from django.http import HttpRequest

from candela import __version__
from candela.web.accounts.models import Membership, User
from candela.web.scoping import across_organisations, read_transaction

__all__ = ["every_page"]


def every_page(request: HttpRequest) -> dict[str, Any]:
    """Return the names that the layout uses."""
    return {
        "version": __version__,
        "contact": settings.CONFIGURATION.contact,
        "memberships": _memberships(request),
        "current_organisation": getattr(request, "organisation", None),
        "current_book": getattr(request, "book", None),
    }


def _memberships(request: HttpRequest) -> list[Membership]:
    """Return where the person belongs; nothing where the database cannot say.

    Pages that tell of a broken database use the layout, too.
    """
    user = getattr(request, "user", None)
    try:
        if not isinstance(user, User):
            return []
        with read_transaction(), across_organisations():
            return list(
                Membership.objects.filter(user=user).select_related("organisation")
            )
    except (DatabaseError, TransactionManagementError):
        return []
