"""Which organisations are here?  Pages of who keeps the service, and of each itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from candela.web.access import member, operator
from candela.web.accounts import actions
from candela.web.accounts.first_user import FIRST_ROLES
from candela.web.accounts.forms import (
    AddressForm,
    NewOrganisationForm,
    OrganisationForm,
)
from candela.web.accounts.handing_over import hand_over
from candela.web.accounts.models import Membership, Organisation
from candela.web.accounts.organisations import add_organisation, change_organisation
from candela.web.accounts.permissions import Permission, Role
from candela.web.scoping import across_organisations, organisation_scope

__all__ = ["add", "invite_administrator", "organisations", "settings"]


@operator
def organisations(request: HttpRequest) -> HttpResponse:
    """List the organisations that use this service."""
    with across_organisations():
        memberships = list(Membership.objects.all())
    rows = []
    for place in Organisation.objects.all():
        here = [m for m in memberships if m.organisation_id == place.pk]
        has_administrator = any(Role.ADMINISTRATOR.value in m.roles for m in here)
        rows.append((place, len(here), has_administrator))
    has_training = any(place.is_training for place, _, _ in rows)
    shown = {"rows": rows, "has_training": has_training}
    return render(request, "accounts/organisations.html", shown)


@operator(writes=True)
def add(request: HttpRequest) -> HttpResponse:
    """Add an organisation, and invite its first administrator."""
    form = NewOrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        made = add_organisation(
            name=answers["name"], org_code=answers["org_code"], by=request.user
        )
        return _invite_first(request, made, answers["email"])
    shown = {"form": form, "in_error": bool(form.errors)}
    return render(request, "accounts/add-organisation.html", shown)


@operator(writes=True)
def invite_administrator(request: HttpRequest, slug: str) -> HttpResponse:
    """Invite an administrator to an organisation that has none."""
    place = get_object_or_404(Organisation, slug=slug)
    with organisation_scope(place):
        if actions.administrators(place):
            raise Http404
    form = AddressForm(request.POST or None)
    form.fields["email"].label = "E-mail address of an administrator"
    if request.method == "POST" and form.is_valid():
        return _invite_first(request, place, form.cleaned_data["email"])
    shown = {"organisation": place, "form": form, "in_error": bool(form.errors)}
    return render(request, "accounts/invite-administrator.html", shown)


def _invite_first(
    request: HttpRequest, place: Organisation, email: str
) -> HttpResponse:
    with organisation_scope(place):
        made, token = actions.invite(
            organisation=place,
            email=email,
            roles=FIRST_ROLES,
            by=request.user,
            now=timezone.now(),
        )
    return hand_over(request, made, token, back=reverse("organisations"))


@member(Permission.MANAGE_MEMBERS, writes=True)
def settings(request: HttpRequest) -> HttpResponse:
    """Change name and code of one's organisation."""
    place = request.organisation
    now = {"name": place.name, "org_code": place.org_code}
    form = OrganisationForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        change_organisation(
            organisation=place,
            name=form.cleaned_data["name"],
            org_code=form.cleaned_data["org_code"],
            by=request.user,
        )
        messages.success(request, "The organisation was changed.")
        return redirect("members", place.slug)
    shown = {"organisation": place, "form": form, "in_error": bool(form.errors)}
    return render(request, "accounts/organisation.html", shown)
