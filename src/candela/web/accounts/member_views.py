"""Who may do what here?  The pages of an organisation's members."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from candela.publish.pages.parts import Cell, View
from candela.web.access import member
from candela.web.accounts import actions
from candela.web.accounts.forms import InviteForm, MemberForm
from candela.web.accounts.handing_over import hand_over
from candela.web.accounts.models import Invitation, Membership
from candela.web.accounts.permissions import Permission, Role
from candela.web.parts import LinkCell
from candela.web.shown import day

__all__ = [
    "change_member",
    "end_member",
    "invite",
    "let_in_again",
    "members",
    "withdraw",
]

LONG_AGO = timedelta(days=90)
ONLY_ADMINISTRATOR = (
    "this person is the only administrator here. Make somebody else an administrator "
    "first."
)
ONLY_KEEPER = (
    "this person is the only one who keeps the service. Choose somebody else for it "
    "first."
)


@member(Permission.SEE_MEMBERS)
def members(request: HttpRequest) -> HttpResponse:
    """Show who is a member, as what, and who has not been seen for long."""
    found = list(
        Membership.objects.filter(organisation=request.organisation).select_related(
            "user"
        )
    )
    now = timezone.now()
    manages = request.membership.may(Permission.MANAGE_MEMBERS)
    away = [m for m in found if (m.last_seen_at or m.since) < now - LONG_AGO]
    shown = {
        "organisation": request.organisation,
        "count": len(found),
        "away": len(away),
        "table": _table(found, manages=manages, of=request.organisation.slug),
        "manages": manages,
        "is_alone": len(actions.administrators(request.organisation)) == 1,
        "invitations": _open_invitations(request, now) if manages else [],
    }
    return render(request, "accounts/members.html", shown)


def _table(found: list[Membership], *, manages: bool, of: str) -> View:
    """Return the members as a table; who manages them can open each."""

    def who(m: Membership) -> Cell:
        if not manages:
            return Cell(m.user.name)
        where = reverse("change-member", args=[of, m.pk])
        return LinkCell(m.user.name, address=where)

    def seen(m: Membership) -> str:
        return "not yet" if m.last_seen_at is None else day(m.last_seen_at)

    return View.of(
        "Members",
        ("Person", "Roles", "Last seen"),
        [(who(m), m.role_words, seen(m)) for m in found],
    )


def _open_invitations(request: HttpRequest, now: datetime) -> list[Invitation]:
    return list(
        Invitation.objects.filter(
            organisation=request.organisation,
            accepted_at=None,
            withdrawn_at=None,
            expires_at__gt=now,
        )
    )


@member(Permission.MANAGE_MEMBERS, writes=True)
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody: by e-mail, or by a link to hand over where there is no mail."""
    organisation = request.organisation
    form = InviteForm(request.POST or None, organisation=organisation)
    if request.method == "POST" and form.is_valid():
        made, token = actions.invite(
            organisation=organisation,
            email=form.cleaned_data["email"],
            roles=form.cleaned_data["roles"],
            by=request.user,
            now=timezone.now(),
        )
        back = reverse("members", args=[organisation.slug])
        return hand_over(request, made, token, back=back)
    shown = {"organisation": organisation, "form": form, "in_error": bool(form.errors)}
    return render(request, "accounts/invite.html", shown)


@member(Permission.MANAGE_MEMBERS, writes=True)
def withdraw(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Make the link of an invitation stop working."""
    invitation = get_object_or_404(
        Invitation, organisation=request.organisation, pk=invitation_id
    )
    if request.method == "POST":
        actions.withdraw_invitation(
            invitation=invitation, by=request.user, now=timezone.now()
        )
        messages.success(
            request, "The invitation was withdrawn: its link does nothing."
        )
        return redirect("members", request.organisation.slug)
    shown = {"organisation": request.organisation, "invitation": invitation}
    return render(request, "accounts/withdraw.html", shown)


@member(Permission.MANAGE_MEMBERS, writes=True)
def change_member(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Give a member other roles; who keeps the service may share that, too."""
    found = _member(request, membership_id)
    asks_keeper = request.user.is_operator
    now = {"roles": found.roles, "keeps_service": found.user.is_operator}
    form = MemberForm(request.POST or None, initial=now, asks_keeper=asks_keeper)
    if request.method == "POST" and form.is_valid() and _somebody_stays(found, form):
        answers = form.cleaned_data
        actions.change_roles(membership=found, roles=answers["roles"], by=request.user)
        if asks_keeper:
            actions.keep_service(
                user=found.user, keeps=answers["keeps_service"], by=request.user
            )
        messages.success(request, f"What {found.user.name} may do was changed.")
        return redirect("members", request.organisation.slug)
    shown = {
        "organisation": request.organisation,
        "found": found,
        "form": form,
        "asks_keeper": asks_keeper,
        "in_error": bool(form.errors),
    }
    return render(request, "accounts/member.html", shown)


def _somebody_stays(found: Membership, form: MemberForm) -> bool:
    """Say whether an administrator and a keeper are left; else the form says so."""
    answers = form.cleaned_data
    is_administrator = Role.ADMINISTRATOR.value in answers["roles"]
    if not is_administrator and actions.is_last_administrator(found):
        form.add_error("roles", ONLY_ADMINISTRATOR)
    if not answers.get("keeps_service", True) and actions.is_only_keeper(found.user):
        form.add_error("keeps_service", ONLY_KEEPER)
    return form.is_valid()


@member(Permission.MANAGE_MEMBERS, writes=True)
def end_member(request: HttpRequest, membership_id: int) -> HttpResponse:
    """End a membership; the person keeps their account."""
    found = _member(request, membership_id)
    is_last = actions.is_last_administrator(found)
    if request.method == "POST" and not is_last:
        name = found.user.name
        actions.end_membership(membership=found, by=request.user)
        messages.success(request, f"{name} is no longer a member.")
        if found.user == request.user:
            return redirect("account")
        return redirect("members", request.organisation.slug)
    shown = {
        "organisation": request.organisation,
        "found": found,
        "is_last": is_last,
        "in_error": request.method == "POST",
    }
    return render(request, "accounts/end-member.html", shown)


@member(Permission.MANAGE_MEMBERS, writes=True)
def let_in_again(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Let in somebody who has lost every passkey, app and code.

    Only who keeps the service may: an account can belong to other organisations, too.
    """
    if not request.user.is_operator:
        raise Http404
    found = _member(request, membership_id)
    if request.method == "POST":
        actions.let_in_again(
            user=found.user, organisation=request.organisation, by=request.user
        )
        messages.success(request, f"{found.user.name} signs in by password now.")
        return redirect("members", request.organisation.slug)
    shown = {"organisation": request.organisation, "found": found}
    return render(request, "accounts/let-in-again.html", shown)


def _member(request: HttpRequest, membership_id: int) -> Membership:
    found: Membership = get_object_or_404(
        Membership.objects.select_related("user", "organisation"),
        organisation=request.organisation,
        pk=membership_id,
    )
    return found
