"""What is noted when somebody comes, goes, is refused, or changes how they sign in?

One line in the audit log of each organisation the person is in, or one of the service
where they are in none.  Nothing here says who a stranger claimed to be.
"""

from __future__ import annotations

from typing import Any

from allauth.account.authentication import get_authentication_records
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from candela.web.accounts.models import Membership, User
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.scoping import across_organisations

__all__ = ["noted", "signed_in", "signed_out", "unknown_refused"]

WAYS = {
    "password": "password",
    "mfa": "passkey or code",
    "socialaccount": "the organisation's own sign-in",
}


@transaction.atomic
def noted(action: Action, user: User, **details: Any) -> None:
    """Write what this person did to their own account into each of their logs."""
    with across_organisations():
        memberships = list(
            Membership.objects.filter(user=user).select_related("organisation")
        )
    places = [membership.organisation for membership in memberships]
    for place in places or [None]:
        record(action, by=user, organisation=place, **details)


@transaction.atomic
def signed_in(request: HttpRequest, user: User) -> None:
    """Note a sign-in, start the clock of the session, and say when they were seen."""
    now = timezone.now()
    request.session["began"] = request.session["seen"] = now.timestamp()
    with across_organisations():
        Membership.objects.filter(user=user).update(last_seen_at=now)
    used = [r["method"] for r in get_authentication_records(request, user)]
    noted(
        Action.SIGNED_IN,
        user,
        ways=[WAYS[way] for way in dict.fromkeys(used) if way in WAYS],
    )


def signed_out(user: User, *, because: str) -> None:
    """Note that a session ended, and why."""
    noted(Action.SIGNED_OUT, user, because=because)


@transaction.atomic
def unknown_refused() -> None:
    """Note that somebody was refused whom we do not know."""
    record(Action.SIGN_IN_REFUSED, by=None, organisation=None)
