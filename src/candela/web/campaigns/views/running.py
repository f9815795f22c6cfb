"""Are people answering, and is anyone missing?  And what is done about it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.shortcuts import redirect, render

from candela.errors import CandelaError, InputError
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.campaigns import actions, setting_up
from candela.web.campaigns.forms import CloseOn, Finish
from candela.web.campaigns.letters import trial_letter
from candela.web.campaigns.minutes import minutes_of
from candela.web.campaigns.models import Campaign, Status
from candela.web.campaigns.progress import progress_of
from candela.web.campaigns.standing import standings
from candela.web.campaigns.tasks import finding, is_ready, out_of_reach, warnings
from candela.web.campaigns.views.setting_up import found, of

__all__ = ["close", "extend", "finish", "look", "progress", "start"]

# What one press does; each waits ten minutes if it sends something.
PRESSES = {
    "remind": (actions.remind, "Reminders leave in 10 minutes. You can stop them."),
    "send": (actions.ask_to_send, "The e-mails leave in 10 minutes. Stop them here."),
    "again": (actions.send_again, "The e-mails leave in 10 minutes. Stop them here."),
    "pause": (actions.pause, "The campaign is paused. Nobody can answer now."),
    "resume": (actions.resume, "The campaign goes on."),
    "stop": (actions.stop, "Stopped. What had not left is kept and not sent."),
}


@member(Permission.RUN_CAMPAIGNS)
def look(request: Any, campaign_id: int) -> HttpResponse:
    """Show what each group will get, before anything starts."""
    campaign = found(request, campaign_id)
    groups = standings(campaign)
    letters = [_as_sent(request, campaign, g.group) for g in groups]
    context = of(
        request,
        campaign,
        finding=finding(campaign, groups),
        warnings=[*out_of_reach(campaign, groups), *warnings(groups)],
        ready=is_ready(campaign, groups),
        groups=list(zip(groups, letters, strict=True)),
        is_planned=campaign.status == Status.PLANNED,
        email=request.user.email,
    )
    return render(request, "campaigns/look.html", context)


def _as_sent(request: Any, campaign: Campaign, group: Any) -> EmailMessage:
    group.organisation, group.campaign = request.organisation, campaign
    return trial_letter(group, to=request.user.email, minutes=minutes_of(group))


@member(Permission.RUN_CAMPAIGNS, writes=True)
def start(request: Any, campaign_id: int) -> HttpResponse:
    """Send one to oneself, or start."""
    campaign, now = found(request, campaign_id), datetime.now(UTC)
    if request.method != "POST":
        return redirect("campaign-look", request.organisation.slug, campaign.pk)
    if request.POST.get("do") == "try":
        _try(request, campaign, now)
        return redirect("campaign-look", request.organisation.slug, campaign.pk)
    try:
        if not is_ready(campaign, standings(campaign)):
            raise InputError("Something is still to do before it can start. See below.")
        actions.start(campaign=campaign, by=request.user, now=now)
    except CandelaError as error:
        messages.error(request, str(error))
        return redirect("campaign", request.organisation.slug, campaign.pk)
    messages.success(
        request, "The campaign begins in 10 minutes. You can stop it here."
    )
    return redirect("campaign-progress", request.organisation.slug, campaign.pk)


def _try(request: Any, campaign: Campaign, now: datetime) -> None:
    """Send each group's e-mail to who asks, with links that show the questions only."""
    letters = [_as_sent(request, campaign, group) for group in campaign.groups.all()]
    for letter in letters:
        letter.send()
    setting_up.tried(campaign=campaign, by=request.user, now=now)
    messages.success(
        request,
        f"{len(letters)} e-mails are on their way to you, one for each group. Their "
        "links show the questions, and keep no answers.",
    )


@member(Permission.RUN_CAMPAIGNS, writes=True)
def progress(request: Any, campaign_id: int) -> HttpResponse:
    """Show how it is going, and do what a button says."""
    campaign, now = found(request, campaign_id), datetime.now(UTC)
    slug = request.organisation.slug
    if request.method == "POST":
        press = PRESSES.get(request.POST.get("do", ""))
        if press is not None:
            _do(request, campaign, now, *press)
        return redirect("campaign-progress", slug, campaign.pk)
    if campaign.status == Status.PLANNED:
        return redirect("campaign", slug, campaign.pk)
    context = of(request, campaign, told=progress_of(campaign, now))
    return render(request, "campaigns/progress.html", context)


def _do(request: Any, campaign: Campaign, now: datetime, act: Any, said: str) -> None:
    try:
        act(campaign=campaign, by=request.user, now=now)
    except CandelaError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)


@member(Permission.RUN_CAMPAIGNS, writes=True)
def extend(request: Any, campaign_id: int) -> HttpResponse:
    """Choose another day to close on."""
    campaign = found(request, campaign_id)
    form = CloseOn(request.POST or None, initial={"closes_on": campaign.closes_on})
    if request.method == "POST" and form.is_valid():
        try:
            actions.extend(
                campaign=campaign,
                closes_on=form.cleaned_data["closes_on"],
                by=request.user,
                now=datetime.now(UTC),
            )
        except CandelaError as error:
            form.add_error("closes_on", str(error))
        else:
            messages.success(request, "The day it closes was moved.")
            return redirect("campaign-progress", request.organisation.slug, campaign.pk)
    context = of(request, campaign, form=form, in_error=form.is_bound)
    return render(request, "campaigns/extend.html", context)


@member(Permission.RUN_CAMPAIGNS, writes=True)
def close(request: Any, campaign_id: int) -> HttpResponse:
    """Say what closing does, then close."""
    campaign = found(request, campaign_id)
    if request.method == "POST":
        _do(
            request,
            campaign,
            datetime.now(UTC),
            actions.close,
            "The campaign is closed, and the answers are opened.",
        )
        return redirect("campaign-progress", request.organisation.slug, campaign.pk)
    return render(request, "campaigns/close.html", of(request, campaign))


@member(Permission.RUN_CAMPAIGNS, writes=True)
def finish(request: Any, campaign_id: int) -> HttpResponse:
    """Mark it as finished; where people were not told, ask why."""
    campaign = found(request, campaign_id)
    told = getattr(campaign, "told", None)
    is_told = told is not None and told.published_at is not None
    form = None if is_told else Finish(request.POST or None)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            actions.finish(
                campaign=campaign,
                reason="" if form is None else form.cleaned_data["reason"],
                by=request.user,
                now=datetime.now(UTC),
            )
        except CandelaError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "The campaign is finished.")
        return redirect("campaign-progress", request.organisation.slug, campaign.pk)
    in_error = form is not None and form.is_bound
    context = of(request, campaign, form=form, in_error=in_error)
    return render(request, "campaigns/finish.html", context)
