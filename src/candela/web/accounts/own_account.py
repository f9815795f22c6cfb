"""What may somebody do about their own account, and what do we know about them?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core import signing
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.template.loader import render_to_string

from candela.errors import NotAllowed
from candela.web.accounts import noticed
from candela.web.accounts.actions import is_last_administrator, is_only_keeper
from candela.web.accounts.models import Invitation, Membership, Organisation, User
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.audit.models import Event
from candela.web.books.models import Follow
from candela.web.scoping import across_organisations

__all__ = [
    "address_from",
    "address_token",
    "change_address",
    "change_name",
    "close_account",
    "memberships_of",
    "reasons_to_stay",
    "record_of",
    "stop_following",
]

ADDRESS_LASTS = 24 * 60 * 60  # seconds
SALT = "candela.accounts.address"
CLOSED = "Closed account"


def memberships_of(user: User) -> list[Membership]:
    """Return where this person is a member, by the name of the organisation."""
    with across_organisations():
        found = Membership.objects.filter(user=user).select_related("organisation")
        return sorted(found, key=lambda m: m.organisation.name)


def change_name(*, user: User, name: str) -> None:
    """Give somebody another name, as they wish."""
    user.name = name
    user.save(update_fields=["name"])
    noticed.noted(Action.ACCOUNT_CHANGED, user, what="name")


def address_token(user: User, address: str) -> str:
    """Return what proves, for a day, that somebody reads e-mail at a new address.

    It names the address of now as well, so it works once.
    """
    told = {"user": user.pk, "from": user.email, "to": address.strip().lower()}
    return signing.dumps(told, salt=SALT)


def address_from(token: str) -> tuple[User, str] | None:
    """Return whose new address this proves; ``None`` when too old, used or wrong."""
    try:
        told = signing.loads(token, salt=SALT, max_age=ADDRESS_LASTS)
    except signing.BadSignature:
        return None
    user = User.objects.filter(
        pk=told["user"], email=told["from"], is_active=True
    ).first()
    return None if user is None else (user, str(told["to"]))


def change_address(*, user: User, address: str) -> bool:
    """Give somebody another address; ``False`` when another account has it.

    The old address is told.
    """
    before = user.email
    try:
        with transaction.atomic():
            user.email = address
            user.save(update_fields=["email"])
            EmailAddress.objects.filter(user=user).delete()
            EmailAddress.objects.create(
                user=user, email=address, verified=True, primary=True
            )
    except IntegrityError:
        return False
    noticed.noted(Action.ACCOUNT_CHANGED, user, what="address")
    words = render_to_string("account/email/address_changed.txt", {"user": user})
    send_mail("Candela: your address was changed", words, None, [before])
    return True


def stop_following(*, user: User, follow_id: int) -> bool:
    """Stop one e-mail about changes; ``False`` when there is none of this person."""
    with across_organisations():
        follow = (
            Follow.objects.filter(user=user, pk=follow_id)
            .select_related("organisation")
            .first()
        )
        if follow is None:
            return False
        organisation, code = follow.organisation, follow.org_code
        follow.delete()
        record(
            Action.UNFOLLOWED, by=user, organisation=organisation, thing=f"about:{code}"
        )
    return True


def reasons_to_stay(user: User) -> list[str]:
    """Return why this account cannot be closed yet, one sentence for each reason."""
    with across_organisations():
        lonely = [
            m.organisation.name
            for m in memberships_of(user)
            if is_last_administrator(m)
        ]
    reasons = [
        f"You are the only administrator of {name}. Make somebody else an "
        "administrator first."
        for name in lonely
    ]
    if is_only_keeper(user):
        reasons.append(
            "You are the only one who keeps this service. Choose somebody else for it "
            "first."
        )
    return reasons


def close_account(*, user: User) -> None:
    """Close an account for good: who it was is forgotten, what was done stays.

    The row itself stays, without name or address, so that the logs and the two people
    behind each publication keep their numbers.
    """
    _hold_still(user)
    reasons = reasons_to_stay(user)
    if reasons:
        raise NotAllowed(" ".join(reasons))
    noticed.noted(Action.ACCOUNT_CLOSED, user)
    address = user.email
    with across_organisations():
        Follow.objects.filter(user=user).delete()
        Membership.objects.filter(user=user).delete()
        Invitation.objects.filter(email=address).update(email=_nobody(user))
    for session in UserSession.objects.filter(user=user):
        session.end()
    for kept in (EmailAddress, Authenticator, SocialAccount):
        kept.objects.filter(user=user).delete()
    user.name, user.email = CLOSED, _nobody(user)
    user.is_active = user.is_operator = False
    user.set_unusable_password()
    user.save()


def _hold_still(user: User) -> None:
    """Let nobody else leave at the same moment, so that somebody stays."""
    places = [m.organisation_id for m in memberships_of(user)]
    list(Organisation.objects.select_for_update().filter(pk__in=places).order_by("pk"))
    list(User.objects.select_for_update().filter(is_operator=True).order_by("pk"))


def _nobody(user: User) -> str:
    """Return an address that can belong to nobody (RFC 2606)."""
    return f"closed-{user.pk}@closed.invalid"


def record_of(user: User) -> dict[str, Any]:
    """Return everything kept about a person, without secrets, to be downloaded."""
    with across_organisations():
        return {
            "account": {
                "name": user.name,
                "email": user.email,
                "joined": _when(user.joined_at),
                "last_signed_in": _when(user.last_login),
                "keeps_the_service": user.is_operator,
            },
            "memberships": [
                {
                    "organisation": m.organisation.name,
                    "roles": m.roles,
                    "since": _when(m.since),
                    "last_seen": _when(m.last_seen_at),
                }
                for m in memberships_of(user)
            ],
            "ways_to_sign_in": list(_ways(user)),
            "sessions": [
                {
                    "began": _when(s.created_at),
                    "machine": s.ip,
                    "browser": s.user_agent,
                }
                for s in UserSession.objects.filter(user=user)
            ],
            "e-mails_asked_for": [
                {"about": f.org_code, "since": _when(f.since)}
                for f in Follow.objects.filter(user=user)
            ],
            "invitations": [
                {
                    "organisation": i.organisation.name,
                    "roles": i.roles,
                    "sent": _when(i.created_at),
                    "accepted": _when(i.accepted_at),
                    "by_this_person": i.invited_by_id == user.pk,
                }
                for i in Invitation.objects.filter(
                    Q(email=user.email) | Q(invited_by=user)
                ).select_related("organisation")
            ],
            "what_was_done": [
                {"at": _when(e.at), "what": _told(e.action), "thing": e.thing}
                for e in Event.objects.filter(actor_id=user.pk).order_by("number")
            ],
        }


def _ways(user: User) -> Iterator[dict[str, Any]]:
    if user.has_usable_password():
        yield {"kind": "password"}
    for kept in Authenticator.objects.filter(user=user).order_by("created_at"):
        yield {
            "kind": str(kept.get_type_display()),
            "name": str(kept),
            "added": _when(kept.created_at),
            "last_used": _when(kept.last_used_at),
        }
    for service in SocialAccount.objects.filter(user=user):
        yield {"kind": "the organisation's own sign-in", "number": service.uid}


def _when(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _told(action: str) -> str:
    known = {a.value: a.sentence for a in Action}
    return known.get(action, action)
