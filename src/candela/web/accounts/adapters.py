"""How do allauth's parts behave here?

*Wrong*, *unknown*, *closed* and *too many tries* have the same words: none of them says
whether there is such an account.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from candela.web.accounts import noticed
from candela.web.accounts.models import User
from candela.web.accounts.second_factor import is_last_way_in
from candela.web.audit.actions import Action

__all__ = [
    "LAST_WAY_IN",
    "NOT_LET_IN",
    "NOT_SIGNED_IN",
    "AccountAdapter",
    "SecondFactorAdapter",
    "SingleSignOnAdapter",
]

NOT_SIGNED_IN = (
    "You are not signed in. Check the e-mail address and the password. After several "
    "tries, wait 10 minutes, or set a new password."
)
WRONG_CODE = (
    "this code is not right, or it was used before. Wait for the next one in your app, "
    "or use a recovery code. After several tries, wait 10 minutes."
)
NOT_LET_IN = (
    "You are not signed in. That sign-in did not lead to an account here. Sign in "
    "another way, or ask an administrator of your organisation to invite you."
)
LAST_WAY_IN = (
    "This is the last way in that you have. Add another passkey or an app first; then "
    "this one can be removed."
)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation only, and who signs in is noted."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": NOT_SIGNED_IN,
        "invalid_login": NOT_SIGNED_IN,
        "too_many_login_attempts": NOT_SIGNED_IN,
        "account_inactive": NOT_SIGNED_IN,
        "incorrect_password": "this is not your password. Type it again, or set a new "
        "one.",
        "enter_current_password": "this is not your password now. Type it again, or "
        "set a new one without it.",
        "rate_limited": "there were too many tries. Wait 10 minutes.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return that nobody makes an account for themselves."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return who this is; a closed account is nobody's."""
        user: User | None = super().authenticate(request, **credentials)
        if user is not None and not user.is_active:
            self.authentication_failed(request, **credentials)
            return None
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note a refused sign-in, without saying who when we do not know them."""
        email = credentials.get("email", "").strip().lower()
        user = User.objects.filter(email=email, is_active=True).first()
        if user is None:
            noticed.unknown_refused()
        else:
            noticed.noted(Action.SIGN_IN_REFUSED, user)

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, and note it."""
        super().login(request, user)
        noticed.signed_in(request, user)

    def logout(self, request: HttpRequest) -> None:
        """Note that somebody signs out, and sign them out."""
        if isinstance(request.user, User):
            noticed.signed_out(request.user, because="asked to")
        super().logout(request)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Answer a closed account as any other refusal."""
        return _not_signed_in(request, NOT_SIGNED_IN)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return where a change of password leads."""
        return reverse("account")

    def _get_login_attempts_cache_key(
        self, request: HttpRequest, **credentials: Any
    ) -> str:
        """Return what tries are counted by: the name, and the machine they come from.

        allauth counts by name alone.  Anybody who knows an address could then keep its
        owner out.
        """
        key = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key}:{self.get_client_ip(request)}"


class SecondFactorAdapter(DefaultMFAAdapter):
    """Passkeys and codes."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": LAST_WAY_IN,
        "cannot_generate_recovery_codes": "Recovery codes stand in for a passkey or an "
        "app. Add one of these first.",
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Say whether its owner can still sign in without it."""
        return not is_last_way_in(authenticator.user, authenticator)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Return what a new passkey is called until its owner names it."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return "Passkey" if count == 0 else f"Passkey {count + 1}"

    def _get_site_name(self) -> str:
        """Return what a device calls this service when it keeps a passkey."""
        return "Candela"


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """An organisation's own sign-in service; it lets in members, and makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """Return that signing in elsewhere makes no account here."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Refuse who has no account here, and who has closed it."""
        user = sociallogin.user
        if sociallogin.is_existing and user.is_active:
            return
        noticed.unknown_refused()
        raise ImmediateHttpResponse(_not_signed_in(request, NOT_LET_IN))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """Refuse what the sign-in service said, in the same words as anything else."""
        noticed.unknown_refused()
        raise ImmediateHttpResponse(_not_signed_in(request, NOT_LET_IN))

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        """Return where a new connection leads."""
        return reverse("account")


def _not_signed_in(request: HttpRequest, words: str) -> HttpResponse:
    """Return to the sign-in page, with the common words."""
    messages.error(request, words)
    return redirect("account_login")
