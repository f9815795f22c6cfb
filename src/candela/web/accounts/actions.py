"""Who is asked to join, who joins, what they may do, and who leaves?

An organisation always keeps an administrator.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.mail import send_mail
from django.template.loader import render_to_string

from candela.errors import InputError, NotAllowed
from candela.web.accounts.models import (
    INVITATION_LASTS,
    Invitation,
    Membership,
    Organisation,
    User,
)
from candela.web.accounts.permissions import Role
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.books.models import Follow
from candela.web.scoping import across_organisations, organisation_scope

__all__ = [
    "Newcomer",
    "administrators",
    "change_roles",
    "end_membership",
    "find_invitation",
    "invite",
    "is_last_administrator",
    "is_member",
    "is_only_keeper",
    "join",
    "keep_service",
    "let_in_again",
    "sorted_roles",
    "withdraw_invitation",
]


def invite(
    *,
    organisation: Organisation,
    email: str,
    roles: Iterable[str],
    by: User,
    now: datetime,
) -> tuple[Invitation, str]:
    """Return a new invitation and the token of its link, which is kept nowhere.

    An earlier invitation of the same person stops working.
    """
    email = email.strip().lower()
    if is_member(organisation, email):
        raise InputError(
            "This person is a member already. Change their roles on the page of "
            "members."
        )
    earlier = Invitation.objects.filter(
        email=email, accepted_at=None, withdrawn_at=None
    )
    for invitation in earlier:
        withdraw_invitation(invitation=invitation, by=by, now=now)
    token = Invitation.new_token()
    made = Invitation.objects.create(
        organisation=organisation,
        email=email,
        roles=sorted_roles(roles),
        token_hash=Invitation.hash_of(token),
        invited_by=by,
        created_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    record(
        Action.MEMBER_INVITED,
        by=by,
        organisation=organisation,
        thing=f"invitation:{made.pk}",
        roles=made.roles,
    )
    return made, token


def is_member(organisation: Organisation, email: str) -> bool:
    """Say whether somebody with this address is a member."""
    return Membership.objects.filter(
        organisation=organisation, user__email=email.strip().lower()
    ).exists()


def withdraw_invitation(*, invitation: Invitation, by: User, now: datetime) -> None:
    """Make the link of an invitation stop working."""
    open_ones = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, withdrawn_at=None
    )
    if not open_ones.update(withdrawn_at=now):
        return
    record(
        Action.INVITATION_WITHDRAWN,
        by=by,
        organisation=invitation.organisation,
        thing=f"invitation:{invitation.pk}",
    )


def find_invitation(token: str, now: datetime) -> Invitation | None:
    """Return the invitation of this link, while it can be used."""
    with across_organisations():
        found = (
            Invitation.objects.filter(token_hash=Invitation.hash_of(token))
            .select_related("organisation")
            .first()
        )
    return found if found is not None and found.is_open(now) else None


@dataclass(frozen=True)
class Newcomer:
    """Somebody who joins and has no account yet."""

    name: str
    password: str


def join(
    *, invitation: Invitation, user: User | Newcomer, now: datetime
) -> User | None:
    """Return who joined; ``None`` when the link was used in the meantime."""
    organisation = invitation.organisation
    with organisation_scope(organisation):
        open_ones = Invitation.objects.filter(
            pk=invitation.pk, accepted_at=None, withdrawn_at=None, expires_at__gt=now
        )
        if not open_ones.update(accepted_at=now):
            return None
        if isinstance(user, Newcomer):
            user = User.objects.create_user(
                invitation.email, name=user.name, password=user.password
            )
        membership, is_new = Membership.objects.get_or_create(
            organisation=organisation,
            user=user,
            defaults={"roles": invitation.roles, "since": now},
        )
        if is_new:
            record(
                Action.MEMBER_JOINED,
                by=user,
                organisation=organisation,
                thing=f"member:{user.pk}",
                roles=membership.roles,
            )
    return user


def change_roles(*, membership: Membership, roles: Iterable[str], by: User) -> None:
    """Give a member other roles."""
    wanted = sorted_roles(roles)
    if wanted == sorted_roles(membership.roles):
        return
    if Role.ADMINISTRATOR.value not in wanted:
        _keep_an_administrator(membership)
    before, membership.roles = membership.roles, wanted
    membership.save()
    record(
        Action.MEMBER_CHANGED,
        by=by,
        organisation=membership.organisation,
        thing=f"member:{membership.user_id}",
        before=before,
        after=wanted,
    )


def end_membership(*, membership: Membership, by: User) -> None:
    """End a membership, and the e-mails that came with it; the account stays."""
    _keep_an_administrator(membership)
    Follow.objects.filter(user_id=membership.user_id).delete()
    record(
        Action.MEMBER_REMOVED,
        by=by,
        organisation=membership.organisation,
        thing=f"member:{membership.user_id}",
        roles=membership.roles,
    )
    membership.delete()


def administrators(organisation: Organisation) -> list[Membership]:
    """Return who may invite, change and remove members."""
    members = Membership.objects.filter(organisation=organisation).select_related(
        "user"
    )
    return [m for m in members if Role.ADMINISTRATOR.value in m.roles]


def is_last_administrator(membership: Membership) -> bool:
    """Say whether the organisation would be without an administrator."""
    found = [m.pk for m in administrators(membership.organisation)]
    return found == [membership.pk]


def _keep_an_administrator(membership: Membership) -> None:
    """Refuse to lose the last one, even when two people act at once."""
    Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    if is_last_administrator(membership):
        raise NotAllowed(
            "This person is the only administrator here. Make somebody else an "
            "administrator first."
        )


def keep_service(*, user: User, keeps: bool, by: User) -> None:
    """Let somebody keep the service itself, or no longer; one keeper always stays."""
    if user.is_operator == keeps:
        return
    list(User.objects.select_for_update().filter(is_operator=True).order_by("pk"))
    if not keeps and is_only_keeper(user):
        raise NotAllowed(
            "This person is the only one who keeps the service. Choose somebody else "
            "for it first."
        )
    user.is_operator = keeps
    user.save(update_fields=["is_operator"])
    record(
        Action.OPERATOR_CHANGED,
        by=by,
        organisation=None,
        thing=f"member:{user.pk}",
        keeps=keeps,
    )


def is_only_keeper(user: User) -> bool:
    """Say whether nobody else keeps the service."""
    keepers = User.objects.filter(is_operator=True, is_active=True)
    return [k.pk for k in keepers] == [user.pk]


def let_in_again(*, user: User, organisation: Organisation, by: User) -> None:
    """Take every passkey, app and code from somebody who has lost them all.

    They come in with their password, or a link for a new one, and are told.
    """
    Authenticator.objects.filter(user=user).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    record(
        Action.SIGN_IN_METHOD_CHANGED,
        by=by,
        organisation=organisation,
        thing=f"member:{user.pk}",
        what="second factors removed by who keeps the service",
    )
    words = render_to_string("account/email/let_in_again.txt", {"user": user})
    send_mail("Candela: your sign-in methods were removed", words, None, [user.email])


def sorted_roles(roles: Iterable[str]) -> list[str]:
    """Return roles in the order of the table, each once."""
    wanted = {Role(role) for role in roles}
    return [role.value for role in Role if role in wanted]
