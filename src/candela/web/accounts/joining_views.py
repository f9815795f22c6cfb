"""How does somebody come in who has no account yet?

By a link: the first user's, printed at the start, or an invitation.  Opening a link
uses nothing up, since mail scanners open links too; only sending the form does.  A link
that is used, withdrawn, too old or wrong has the same words.
"""

from __future__ import annotations

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from candela.web.access import link_holder
from candela.web.accounts.actions import Newcomer, find_invitation
from candela.web.accounts.actions import join as join_organisation
from candela.web.accounts.first_user import Start, can_start, start_service
from candela.web.accounts.forms import JoinForm, StartForm
from candela.web.accounts.models import Invitation, User
from candela.web.accounts.permissions import Role

__all__ = ["join", "start"]


@link_holder(writes=True)
def start(request: HttpRequest, token: str) -> HttpResponse:
    """Let the first user in, who names the organisation and themselves."""
    if not can_start(token):
        return _cannot_be_used(request)
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = start_service(
            token=token, start=Start(**form.cleaned_data), now=timezone.now()
        )
        if user is None:
            return _cannot_be_used(request)
        return _come_in(request, user, to="first-run")
    return render(
        request, "accounts/start.html", {"form": form, "in_error": bool(form.errors)}
    )


@link_holder(writes=True)
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Let an invited person join: new ones make an account, others sign in first."""
    invitation = find_invitation(token, timezone.now())
    if invitation is None:
        return _cannot_be_used(request)
    known = User.objects.filter(email=invitation.email, is_active=True).first()
    if known is None and not request.user.is_authenticated:
        return _join_new(request, invitation)
    return _join_known(request, invitation, known)


def _join_known(
    request: HttpRequest, invitation: Invitation, known: User | None
) -> HttpResponse:
    """Let somebody with an account join, once they have shown who they are."""
    is_them = request.user == known
    if request.method == "POST" and is_them and known is not None:
        joined = join_organisation(
            invitation=invitation, user=known, now=timezone.now()
        )
        if joined is None:
            return _cannot_be_used(request)
        messages.success(request, f"You have joined {invitation.organisation.name}.")
        return redirect("account")
    shown = {
        "is_them": is_them,
        "is_other": request.user.is_authenticated and not is_them,
        "sign_in": f"{reverse('account_login')}?next={request.path}",
    }
    return render(request, "accounts/join-known.html", _told(invitation) | shown)


def _join_new(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Let somebody without an account make one and join."""
    form = JoinForm(request.POST or None, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        user = join_organisation(
            invitation=invitation,
            user=Newcomer(**form.cleaned_data),
            now=timezone.now(),
        )
        if user is None:
            return _cannot_be_used(request)
        return _come_in(request, user, to="mfa_add_webauthn")
    shown = {"form": form, "in_error": bool(form.errors)}
    return render(request, "accounts/join.html", _told(invitation) | shown)


def _told(invitation: Invitation) -> dict[str, object]:
    return {
        "organisation": invitation.organisation,
        "roles": [Role(role).label for role in invitation.roles],
        "address": invitation.email,
    }


def _come_in(request: HttpRequest, user: User, *, to: str) -> HttpResponse:
    """Sign in who has just chosen a password, and show what to do next.

    The first one sees the first steps, which offer a passkey; others a passkey at once.
    """
    response = perform_login(request, user, redirect_url=reverse(to))
    if request.user.is_authenticated:
        # The password was typed a moment ago: adding a passkey need not ask again.
        reauthenticate_by_password(request)
    return response


def _cannot_be_used(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/link-unusable.html", status=404)
