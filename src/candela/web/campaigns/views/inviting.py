"""By which way does each group get its questions?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from candela.errors import CandelaError
from candela.impact.claims import Role
from candela.impact.questions import Format
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.campaigns import inviting
from candela.web.campaigns.address_forms import (
    Addresses,
    MakeSheets,
    OneList,
    OpenDoor,
)
from candela.web.campaigns.links import door_address
from candela.web.campaigns.models import Campaign, Group, Invitation
from candela.web.campaigns.on_paper import on_paper
from candela.web.campaigns.pasted import Pasted
from candela.web.campaigns.square import SUFFIXES, draw
from candela.web.campaigns.standing import standings
from candela.web.campaigns.views.setting_up import found, of
from candela.web.questionnaires.reading import form_of

__all__ = ["addresses", "invitations", "paper", "poster", "poster_code", "sheets"]


@member(Permission.RUN_CAMPAIGNS, writes=True)
def invitations(request: Any, campaign_id: int) -> HttpResponse:
    """Paste addresses; good ones are kept, and the others shown to be corrected."""
    campaign = found(request, campaign_id)
    asked = list(campaign.groups.select_related("campaign"))
    form = Addresses(request.POST or None, groups=asked)
    if request.method == "POST" and form.is_valid():
        bad = _add_all(request, campaign, form)
        if not bad:
            return redirect("campaign", request.organisation.slug, campaign.pk)
        form = bad
    context = of(
        request,
        campaign,
        form=form,
        groups=standings(campaign),
        in_error=form.is_bound,
    )
    return render(request, "campaigns/invitations.html", context)


def _add_all(request: Any, campaign: Campaign, form: Addresses) -> Addresses | None:
    """Add what can be added; return a form with the lines that cannot."""
    kept, notes = {}, []
    added: list[str] = []
    for group, pasted in form.pasted():
        try:
            invited = inviting.invite(
                group=group, addresses=pasted.addresses, by=request.user
            )
        except CandelaError as error:
            _say_added(request, added)
            messages.error(request, str(error))
            return None
        words = Role(group.role).words
        if invited.added:
            added.append(f"{invited.added} for {words}")
        _say_there(request, pasted, invited.there, words)
        if pasted.bad:
            kept[f"addresses_{group.role}"] = pasted.kept_text
            notes.append((group, pasted))
    _say_added(request, added)
    if not notes:
        return None
    again = Addresses(kept, groups=form.groups)
    again.is_valid()
    for group, pasted in notes:
        for line in pasted.bad:
            again.add_error(
                f"addresses_{group.role}",
                f"Line {line.number} of what you pasted: {line.why}. It is kept here; "
                "correct it or take it out.",
            )
    return again


def _say_added(request: Any, added: list[str]) -> None:
    """Say it once for all groups."""
    if added:
        told = ", ".join(added)
        messages.success(request, f"Addresses added: {told}. Nothing is sent yet.")


def _say_there(
    request: Any, pasted: Pasted, there: dict[str, Role], words: str
) -> None:
    """Say which lines hold an address that is there already, and in which group."""
    if pasted.repeated:
        numbers = ", ".join(map(str, pasted.repeated))
        messages.info(
            request, f"In {words}, line {numbers} repeats an address from above."
        )
    for address, role in there.items():
        line = pasted.line_of[address]
        messages.info(
            request,
            f"In {words}, line {line}: this address is in the campaign already, with "
            f"{role.words}. It is asked once.",
        )


@member(Permission.RUN_CAMPAIGNS, writes=True)
def addresses(request: Any, campaign_id: int) -> HttpResponse:
    """Write no more to some addresses; what is said does not tell who has answered."""
    campaign = found(request, campaign_id)
    form = OneList(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        act = {
            "undelivered": inviting.note_undelivered,
            "take_back": inviting.take_back,
        }[given["what"]]
        try:
            known = act(
                campaign=campaign, addresses=given["addresses"], by=request.user
            )
        except CandelaError as error:
            form.add_error("addresses", str(error))
        else:
            _say_known(request, known, len(given["addresses"]))
            return redirect("campaign-progress", request.organisation.slug, campaign.pk)
    context = of(request, campaign, form=form, in_error=form.is_bound)
    return render(request, "campaigns/addresses.html", context)


def _say_known(request: Any, known: int, number: int) -> None:
    messages.success(
        request,
        f"Of {number} {'address' if number == 1 else 'addresses'}, {known} belong "
        "to this campaign. Nothing more is sent to them.",
    )


def _group(campaign: Campaign, group_id: int) -> Group:
    group: Group = get_object_or_404(
        campaign.groups.select_related("questionnaire", "campaign__study"), pk=group_id
    )
    group.organisation = campaign.organisation
    return group


@member(Permission.RUN_CAMPAIGNS, writes=True)
def paper(request: Any, campaign_id: int, group_id: int) -> HttpResponse:
    """Make paper forms for a group, each with a code."""
    campaign = found(request, campaign_id)
    group = _group(campaign, group_id)
    form = MakeSheets(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            inviting.make_sheets(
                group=group, count=form.cleaned_data["count"], by=request.user
            )
        except CandelaError as error:
            form.add_error("count", str(error))
        else:
            messages.success(request, "The paper forms are ready to be printed.")
            return redirect(
                "campaign-paper", request.organisation.slug, campaign.pk, group.pk
            )
    made = group.invitations.filter(channel=Invitation.Channel.PAPER).count()
    context = of(
        request,
        campaign,
        form=form,
        group=group,
        words=Role(group.role).words,
        made=made,
        interview=Format.INTERVIEWER.value,
        in_error=form.is_bound,
    )
    return render(request, "campaigns/paper.html", context)


@member(Permission.RUN_CAMPAIGNS)
def sheets(request: Any, campaign_id: int, group_id: int) -> HttpResponse:
    """Show all paper forms of a group, one after the other, to be printed."""
    campaign = found(request, campaign_id)
    group = _group(campaign, group_id)
    if group.questionnaire is None:
        raise Http404
    made = group.invitations.filter(channel=Invitation.Channel.PAPER).order_by("pk")
    form = form_of(group.questionnaire)
    context = of(
        request,
        campaign,
        group=group,
        form=form,
        questions=on_paper(form),
        codes=list(made.values_list("code", flat=True)),
        is_staff=Role(group.role).is_staff,
    )
    return render(request, "campaigns/sheets.html", context)


@member(Permission.RUN_CAMPAIGNS, writes=True)
def poster(request: Any, campaign_id: int, group_id: int) -> HttpResponse:
    """Make a poster for a group, and show it as it is printed."""
    campaign = found(request, campaign_id)
    group = _group(campaign, group_id)
    form = OpenDoor(request.POST or None, initial={"passphrase": group.passphrase})
    if request.method == "POST" and form.is_valid():
        try:
            inviting.open_door(
                group=group,
                passphrase=form.cleaned_data["passphrase"],
                by=request.user,
            )
        except CandelaError as error:
            messages.error(request, str(error))
        return redirect(
            "campaign-poster", request.organisation.slug, campaign.pk, group.pk
        )
    context = of(
        request,
        campaign,
        form=form,
        group=group,
        words=Role(group.role).words,
        is_staff=Role(group.role).is_staff,
        door=door_address(group) if group.door else "",
        in_error=form.is_bound,
    )
    return render(request, "campaigns/poster.html", context)


@member(Permission.RUN_CAMPAIGNS)
def poster_code(
    request: Any, campaign_id: int, group_id: int, suffix: str
) -> HttpResponse:
    """Give the square of a poster as a drawing or a picture."""
    group = _group(found(request, campaign_id), group_id)
    if not group.door or suffix not in SUFFIXES:
        raise Http404
    response = HttpResponse(draw(door_address(group), suffix), SUFFIXES[suffix])
    name = f"poster-{group.role}.{suffix}"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
