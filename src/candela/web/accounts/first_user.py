"""Who is the first to come in, before anybody could invite them?

Whoever holds the link that was printed at the start.  Its token is kept nowhere, only
its hash; it works until it is used, or until the next start makes another.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from candela.web.accounts.actions import sorted_roles
from candela.web.accounts.models import Invitation, Membership, User
from candela.web.accounts.organisations import free_slug, own_organisation
from candela.web.accounts.permissions import Role
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.house.models import Note
from candela.web.house.training import join_training
from candela.web.scoping import organisation_scope

__all__ = ["FIRST_ROLES", "Start", "can_start", "first_user_link", "start_service"]

FIRST_USER = "first user"
FIRST_ROLES = sorted_roles((Role.COORDINATOR, Role.ADMINISTRATOR))


@dataclass(frozen=True)
class Start:
    """What the first user says: about the organisation, and about themselves."""

    organisation: str
    org_code: str
    name: str
    email: str
    password: str


@transaction.atomic
def first_user_link(now: datetime) -> str | None:
    """Return the path that lets the first user in; ``None`` once there is one.

    Each call makes a new link, and the one before stops working.
    """
    if User.objects.exists():
        Note.objects.filter(name=FIRST_USER).delete()
        return None
    token = Invitation.new_token()
    value = {"hash": Invitation.hash_of(token), "made": now.isoformat()}
    Note.objects.update_or_create(name=FIRST_USER, defaults={"value": value})
    return reverse("start", args=[token])


def can_start(token: str) -> bool:
    """Say whether this is the link, and nobody has used it."""
    note = Note.objects.filter(name=FIRST_USER).first()
    return note is not None and _is_hash_of(token, note)


def start_service(*, token: str, start: Start, now: datetime) -> User | None:
    """Return the first user; ``None`` when somebody else was first.

    They become administrator and coordinator of this service's own organisation, which
    gets its name, and keep the service.  In the training organisation they may do all.
    """
    note = Note.objects.select_for_update().filter(name=FIRST_USER).first()
    if note is None or not _is_hash_of(token, note) or User.objects.exists():
        return None
    note.delete()
    user = User.objects.create_user(
        start.email, name=start.name, password=start.password, is_operator=True
    )
    organisation = own_organisation()
    organisation.name, organisation.org_code = start.organisation, start.org_code
    organisation.slug = free_slug(start.organisation, of=organisation)
    organisation.save()
    with organisation_scope(organisation):
        Membership.objects.create(
            organisation=organisation, user=user, roles=FIRST_ROLES, since=now
        )
        record(Action.SERVICE_STARTED, by=user, organisation=organisation)
        record(
            Action.MEMBER_JOINED,
            by=user,
            organisation=organisation,
            thing=f"member:{user.pk}",
            roles=FIRST_ROLES,
        )
    join_training(user=user, now=now)
    return user


def _is_hash_of(token: str, note: Note) -> bool:
    return hmac.compare_digest(Invitation.hash_of(token), str(note.value["hash"]))
