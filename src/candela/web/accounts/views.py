"""What do we know about you, and what may you do about it?  The account's own pages."""

from __future__ import annotations

import json

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.core.mail import send_mail
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from candela.web.access import link_holder, signed_in
from candela.web.accounts import actions, noticed, own_account
from candela.web.accounts.forms import AddressForm, NameForm
from candela.web.accounts.handing_over import full_address
from candela.web.accounts.models import Membership, User
from candela.web.accounts.second_factor import end_other_sessions
from candela.web.audit.actions import Action
from candela.web.books.models import Follow
from candela.web.house.rooms import pages_for
from candela.web.scoping import across_organisations, organisation_scope

__all__ = [
    "account",
    "address",
    "close",
    "confirm_address",
    "leave",
    "name",
    "record",
    "sessions",
    "stop_email",
]


@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """Show what is known about who asks."""
    user = request.user
    with across_organisations():
        follows = list(Follow.objects.filter(user=user).order_by("org_code"))
    kinds = Authenticator.objects.filter(user=user).values_list("type", flat=True)
    places = own_account.memberships_of(user)
    shown = {
        "user": user,
        "places": places,
        "pages": [(place.organisation.name, pages_for(place)) for place in places],
        "follows": follows,
        "passkeys": list(kinds).count(Authenticator.Type.WEBAUTHN),
        "has_app": Authenticator.Type.TOTP in kinds,
        "elsewhere": SocialAccount.objects.filter(user=user).exists(),
        "sessions": UserSession.objects.filter(user=user).count(),
    }
    return render(request, "accounts/account.html", shown)


@signed_in(writes=True)
def name(request: HttpRequest) -> HttpResponse:
    """Change one's name."""
    form = NameForm(request.POST or None, initial={"name": request.user.name})
    if request.method == "POST" and form.is_valid():
        own_account.change_name(user=request.user, name=form.cleaned_data["name"])
        messages.success(request, "Your name was changed.")
        return redirect("account")
    shown = {"form": form, "in_error": bool(form.errors)}
    return render(request, "accounts/name.html", shown)


@signed_in(writes=True)
@reauthentication_required
def address(request: HttpRequest) -> HttpResponse:
    """Ask for another address: a link goes there, and proves that it is read."""
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["email"].strip().lower()
        refused = ratelimit.consume_or_429(request, action="manage_email")
        if refused is not None:
            return refused
        _send_proof(request, wanted)
        messages.success(
            request,
            "A link is on its way to the new address. Your address changes when you "
            "open it there, within a day.",
        )
        return redirect("account")
    shown = {"form": form, "in_error": bool(form.errors)}
    return render(request, "accounts/address.html", shown)


def _send_proof(request: HttpRequest, wanted: str) -> None:
    """Write to the new address; what is said here is the same if others have it."""
    if User.objects.filter(email=wanted).exists():
        words = render_to_string("account/email/address_taken.txt", {})
    else:
        token = own_account.address_token(request.user, wanted)
        link = full_address(request, reverse("confirm-address", args=[token]))
        words = render_to_string(
            "account/email/address_proof.txt", {"link": link, "user": request.user}
        )
    send_mail("Candela: is this your address?", words, None, [wanted])


@link_holder(writes=True)
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """Change the address of whoever asked for it; opening the link changes nothing."""
    found = own_account.address_from(token)
    if found is None:
        return render(request, "accounts/link-unusable.html", status=404)
    user, wanted = found
    if request.method == "POST":
        if not own_account.change_address(user=user, address=wanted):
            return render(request, "accounts/link-unusable.html", status=404)
        messages.success(request, "Your address was changed. Sign in with it.")
        return redirect("account" if request.user == user else "account_login")
    return render(request, "accounts/address-confirm.html", {"wanted": wanted})


@signed_in(writes=True)
def sessions(request: HttpRequest) -> HttpResponse:
    """List where somebody is signed in, and end the others."""
    if request.method == "POST":
        ended = end_other_sessions(request, request.user)
        noticed.noted(Action.SESSIONS_ENDED, request.user, ended=ended)
        messages.success(request, "You are signed out everywhere else.")
        return redirect("usersessions_list")
    found = UserSession.objects.filter(user=request.user).order_by("-created_at")
    shown = {
        "sessions": [s for s in found if s.exists()],
        "current": request.session.session_key,
    }
    return render(request, "usersessions/usersession_list.html", shown)


@signed_in(writes=True)
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Leave an organisation."""
    with across_organisations():
        found = (
            Membership.objects.filter(user=request.user, organisation__slug=slug)
            .select_related("organisation", "user")
            .first()
        )
    if found is None:
        raise Http404
    with organisation_scope(found.organisation):
        is_last = actions.is_last_administrator(found)
        if request.method == "POST" and not is_last:
            actions.end_membership(membership=found, by=request.user)
            messages.success(request, f"You have left {found.organisation.name}.")
            return redirect("account")
    shown = {"found": found, "is_last": is_last, "in_error": request.method == "POST"}
    return render(request, "accounts/leave.html", shown)


@signed_in(writes=True)
def stop_email(request: HttpRequest, follow_id: int) -> HttpResponse:
    """Stop one of the e-mails about changes."""
    if request.method != "POST":
        return redirect("account")
    if not own_account.stop_following(user=request.user, follow_id=follow_id):
        raise Http404
    messages.success(request, "That e-mail will not come any more.")
    return redirect("account")


@signed_in
def record(request: HttpRequest) -> HttpResponse:
    """Hand over everything kept about who asks."""
    made = own_account.record_of(request.user) | {
        "written": timezone.now().isoformat(),
        "by": "Candela",
    }
    text = json.dumps(made, indent=2, ensure_ascii=False)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="my-record.json"'
    return response


@signed_in(writes=True)
@reauthentication_required
def close(request: HttpRequest) -> HttpResponse:
    """Close one's account for good, unless somebody would be left without."""
    reasons = own_account.reasons_to_stay(request.user)
    if request.method == "POST" and not reasons:
        own_account.close_account(user=request.user)
        logout(request)
        get_adapter(request).add_message(
            request, messages.SUCCESS, message="Your account is closed."
        )
        return redirect("home")
    shown = {"reasons": reasons, "in_error": request.method == "POST"}
    return render(request, "accounts/close.html", shown)
