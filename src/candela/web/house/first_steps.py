"""What does somebody do first?  Three things, each of which can wait."""

from __future__ import annotations

from django.urls import reverse

from candela.web.accounts.models import Invitation, Membership, User
from candela.web.accounts.permissions import Permission, roles_with
from candela.web.books.models import Book
from candela.web.parts import Task
from candela.web.scoping import across_organisations, organisation_scope

__all__ = ["first_steps"]

NO_ORGANISATION = "You are not a member of an organisation yet."


def first_steps(user: User) -> list[Task]:
    """Return the three tasks, for the first organisation this person can set up."""
    look = Task(
        "Look round with what is here",
        hint="About 5 minutes. Nothing you do there changes anything.",
        address=reverse("home"),
    )
    with across_organisations():
        mine = list(
            user.memberships.filter(organisation__is_training=False)
            .select_related("organisation")
            .order_by("since")
        )
    if not mine:
        return [
            look,
            Task("Add a book of your own figures", "not_yet", NO_ORGANISATION),
            Task("Add people", "not_yet", NO_ORGANISATION),
        ]
    mine.sort(key=lambda m: not m.may(Permission.MANAGE_MEMBERS))
    membership = mine[0]
    with organisation_scope(membership.organisation):
        return [look, _add_a_book(membership), _add_people(membership)]


def _add_a_book(membership: Membership) -> Task:
    heading = "Add a book of your own figures"
    if Book.objects.filter(is_mounted=False, state=Book.State.READY).exists():
        return Task(heading, "done", "There is one.")
    if not membership.may(Permission.ADD_BOOKS):
        return Task(heading, "not_yet", _ask(Permission.ADD_BOOKS))
    return Task(
        heading,
        hint="About 10 minutes, once it has been built from your files.",
        address=reverse("books", args=[membership.organisation.slug]),
    )


def _add_people(membership: Membership) -> Task:
    heading = "Add people"
    if Membership.objects.count() > 1 or Invitation.objects.exists():
        return Task(heading, "done", "Somebody is here, or was asked to join.")
    if not membership.may(Permission.MANAGE_MEMBERS):
        return Task(heading, "not_yet", _ask(Permission.MANAGE_MEMBERS))
    return Task(
        heading,
        hint="About 2 minutes each. Begin with a second administrator.",
        address=reverse("members", args=[membership.organisation.slug]),
    )


def _ask(permission: Permission) -> str:
    roles = " or ".join(role.label for role in roles_with(permission))
    return f"Ask somebody here who is {roles}."
