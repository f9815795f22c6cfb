"""What is behind the door "What difference has research made here?"

For members the portfolio of their organisation; for anybody else the stories that were
released for anybody to read, where there are any.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from candela.web.accounts.models import Membership, Organisation, User
from candela.web.accounts.permissions import Permission
from candela.web.scoping import across_organisations, organisation_scope
from candela.web.stories.public_list import any_public, list_finding, public_rows
from candela.web.stories.standing import standing_of

__all__ = ["Behind", "address_behind", "what_is_behind"]


@dataclass(frozen=True)
class Behind:
    """The sentence behind the door, and where it leads."""

    words: str
    address: str


def address_behind(request: HttpRequest) -> str:
    """Return where the door leads; nothing where nothing is behind it."""
    place = _own(request)
    if place is not None:
        return reverse("impact", args=[place.slug])
    return reverse("stories") if any_public() else ""


def what_is_behind(request: HttpRequest) -> Behind | None:
    """Return what the first page says of it; none where the book's words stay."""
    place = _own(request)
    if place is not None:
        with organisation_scope(place):
            told = standing_of()
        if not told.is_empty:
            return Behind(told.sentence, reverse("impact", args=[place.slug]))
    rows = public_rows()
    return Behind(list_finding(rows), reverse("stories")) if rows else None


def _own(request: HttpRequest) -> Organisation | None:
    """Return the organisation of this page, or else the first of this person."""
    place = getattr(request, "organisation", None)
    if place is not None:
        return place  # type: ignore[no-any-return]
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return None
    with across_organisations():
        memberships = (
            Membership.objects.filter(user=user)
            .select_related("organisation")
            .order_by("organisation__is_training", "since", "pk")
        )
        first = next((m for m in memberships if m.may(Permission.SEE_IMPACT)), None)
    return None if first is None else first.organisation
