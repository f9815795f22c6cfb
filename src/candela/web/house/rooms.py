"""Which pages of an organisation are there for this member?"""

from __future__ import annotations

from django.urls import reverse

from candela.web.accounts.models import Membership
from candela.web.accounts.permissions import Permission
from candela.web.parts import Link

__all__ = ["pages_for"]

PAGES = (
    (Permission.SEE_BOOKS, "Books", "books"),
    (Permission.SEE_IMPACT, "What difference research made here", "impact"),
    (Permission.SAVE_PEERS, "Sets of peers", "peer-sets"),
    (Permission.SEE_MEMBERS, "Members", "members"),
    (Permission.SEE_JOBS, "Work under way", "jobs"),
    (Permission.SEE_AUDIT, "Who did what", "audit"),
    (Permission.SEE_RETENTION, "What will be deleted, and when", "retention"),
)


def pages_for(membership: Membership) -> list[Link]:
    """Return links to the pages that this member may open."""
    organisation = membership.organisation
    links = [
        Link(words, reverse(name, args=[organisation.slug]), f"of {organisation.name}")
        for permission, words, name in PAGES
        if membership.may(permission)
    ]
    if membership.may(Permission.MANAGE_MEMBERS):
        links.append(Link("Get going: the first three things", reverse("first-run")))
    return links
