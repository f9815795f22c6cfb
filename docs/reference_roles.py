"""Which role may do what in an organisation?  From the one table that pages ask."""

from __future__ import annotations

from reference_markdown import grid, page

from candela.web.accounts.permissions import PERMISSIONS, Permission, Role

__all__ = ["roles_page"]

OPENING = (
    "A member of an organisation has one role or several, and may do what any of them "
    "may. Reading public books needs no account. Publishing needs two people: whoever "
    "proposes a book does not publish it. Who keeps the service sees its health, jobs "
    "and backups; that is not a role in an organisation."
)


def roles_page() -> str:
    """Return every permission, and which role has it."""
    headings = ("may", *(role.label for role in Role))
    rows = [
        (
            permission.value,
            *("yes" if permission in PERMISSIONS[role] else "" for role in Role),
        )
        for permission in Permission
    ]
    return page("Roles", OPENING, grid(headings, rows))
