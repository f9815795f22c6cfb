"""What do allauth's pages do here beyond what they do themselves?

They show what our pages need to know, refuse to remove the last way in, and write the
audit line in the transaction of the change.
"""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkey
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from candela.web.accounts import noticed
from candela.web.accounts.adapters import LAST_WAY_IN
from candela.web.accounts.models import User
from candela.web.accounts.second_factor import (
    end_other_sessions,
    has_factor,
    is_last_way_in,
    note_shown,
    passkeys_work_here,
)
from candela.web.audit.actions import Action

__all__ = [
    "AddApp",
    "AddPasskey",
    "ChangePassword",
    "NewCodes",
    "PasskeyAgain",
    "RemoveApp",
    "RemovePasskey",
    "ResetPassword",
    "SetPassword",
    "SignIn",
    "SignInMethods",
]


class SignIn(account.LoginView):
    """The sign-in page."""

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """Return what the page shows."""
        known: dict[str, Any] = super().get_context_data(**more)
        known["passkeys"] = passkeys_work_here(self.request)
        known["elsewhere"] = sign_in_elsewhere()
        return known


def sign_in_elsewhere() -> tuple[str, str] | None:
    """Return address and name of the organisation's own sign-in, where there is one."""
    services = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS")
    if not services:
        return None
    where = {"provider_id": services[0]["provider_id"]}
    return reverse("openid_connect_login", kwargs=where), services[0]["name"]


class SignInMethods(mfa.IndexView):
    """How somebody signs in."""

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """Return what the page shows."""
        known: dict[str, Any] = super().get_context_data(**more)
        known["passkeys"] = passkeys_work_here(self.request)
        known["required"] = settings.REQUIRE_SECOND_FACTOR
        return known


class ChangePassword(account.PasswordChangeView):
    """Another password; sessions elsewhere end with the old one."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Change it, and note that."""
        _changed(self.request, "password changed")
        return super().form_valid(form)


class SetPassword(account.PasswordSetView):
    """A password for somebody who had none."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Set it, and note that."""
        _changed(self.request, "password added")
        return super().form_valid(form)


class ResetPassword(account.PasswordResetFromKeyView):
    """A new password, by the link that was sent; it signs nobody in."""

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """Return what the page shows."""
        known: dict[str, Any] = super().get_context_data(**more)
        known["owner"] = self.reset_user.email if self.reset_user else ""
        return known

    def form_valid(self, form: Any) -> HttpResponse:
        """Set it, and note that."""
        noticed.noted(
            Action.SIGN_IN_METHOD_CHANGED,
            self.reset_user,
            what="password reset by link",
        )
        return super().form_valid(form)


class _AddsFactor:
    """After the first second factor, sessions that have not shown it end."""

    request: HttpRequest
    what: str

    def form_valid(self, form: Any) -> HttpResponse:
        person = self.request.user
        is_first = not has_factor(person)
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        note_shown(self.request)
        if is_first:
            end_other_sessions(self.request, person)
        _changed(self.request, self.what)
        return response


class AddPasskey(_AddsFactor, passkey.AddWebAuthnView):
    """A new passkey."""

    what = "passkey added"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """Return what the page shows; allauth's drops a form that was sent back."""
        known: dict[str, Any] = super().get_context_data(**more)
        known["form"] = more.get("form", known["form"])
        known["passkeys"] = passkeys_work_here(self.request)
        return known


class AddApp(_AddsFactor, app.ActivateTOTPView):
    """Codes from an app."""

    what = "app added"


class RemoveApp(app.DeactivateTOTPView):
    """No codes from an app any more."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it, and note that; the form has refused the last way in."""
        _changed(self.request, "app removed")
        return super().form_valid(form)


class RemovePasskey(passkey.RemoveWebAuthnView):
    """One passkey less.  allauth would remove the last way in, too."""

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """Return what the page shows."""
        known: dict[str, Any] = super().get_context_data(**more)
        known["is_last"] = is_last_way_in(self.request.user, self.object)
        return known

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it and note that, unless it is the last way in."""
        if is_last_way_in(self.request.user, self.get_object()):
            messages.error(self.request, LAST_WAY_IN)
            return redirect("mfa_index")
        _changed(self.request, "passkey removed")
        return super().form_valid(form)


class PasskeyAgain(passkey.ReauthenticateWebAuthnView):
    """A passkey again, before something that matters."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Ask again, on the same page."""
        for words in form.errors.get("credential", []):
            messages.error(self.request, words)
        return redirect(self.request.get_full_path())


class NewCodes(codes.GenerateRecoveryCodesView):
    """New recovery codes; those before stop working."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Make them, and note that."""
        _changed(self.request, "recovery codes made")
        return super().form_valid(form)


def _changed(request: HttpRequest, what: str) -> None:
    assert isinstance(request.user, User)
    noticed.noted(Action.SIGN_IN_METHOD_CHANGED, request.user, what=what)
