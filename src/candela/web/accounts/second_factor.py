"""Has this session shown more than a password, and may a way in be removed?

A *second factor* is a passkey, or a code from an app or a list.  The organisation's own
sign-in counts as one: it asks for what the organisation wants.  A session from before
the factor was added has not shown it, and ends when its owner adds the first one.
"""

from __future__ import annotations

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest

from candela.web.accounts.models import User

__all__ = [
    "end_other_sessions",
    "has_factor",
    "is_last_way_in",
    "note_shown",
    "passkeys_work_here",
    "was_shown",
]

SHOWN = "second factor shown"  # a key of the session
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
ENOUGH = ("mfa", "socialaccount")


def has_factor(user: User) -> bool:
    """Say whether this person has a passkey or an app."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def was_shown(request: HttpRequest) -> bool:
    """Say whether this session has shown a second factor."""
    records = get_authentication_records(request, request.user)
    return bool(request.session.get(SHOWN)) or any(
        r.get("method") in ENOUGH for r in records
    )


def note_shown(request: HttpRequest) -> None:
    """Remember that a factor was added in this session, and so is in hand."""
    request.session[SHOWN] = True


def is_last_way_in(user: User, factor: Authenticator) -> bool:
    """Say whether this person could not sign in without this passkey or app."""
    if SocialAccount.objects.filter(user=user).exists():
        return False
    others = Authenticator.objects.filter(user=user, type__in=FACTORS).exclude(
        pk=factor.pk
    )
    if settings.REQUIRE_SECOND_FACTOR:
        return not others.exists()
    passkeys = others.filter(type=Authenticator.Type.WEBAUTHN)
    return not (user.has_usable_password() or passkeys.exists())


def end_other_sessions(request: HttpRequest, user: User) -> int:
    """End every session of this person but the one that asks; return how many."""
    current = request.session.session_key
    ended = 0
    for session in UserSession.objects.filter(user=user).exclude(session_key=current):
        session.end()
        ended += 1
    return ended


def passkeys_work_here(request: HttpRequest) -> bool:
    """Say whether browsers allow passkeys at this address.

    They belong to a name, never to a number such as 127.0.0.1, and need TLS except on
    this machine itself.
    """
    name = request.get_host().partition(":")[0]
    if name == "localhost":
        return True
    is_number = name.startswith("[") or name.replace(".", "").isdigit()
    secure = request.is_secure() or settings.CONFIGURATION.https
    return secure and not is_number
