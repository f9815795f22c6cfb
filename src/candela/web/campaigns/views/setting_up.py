"""Who shall we ask, what, and when?  The six steps before a campaign starts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from candela.errors import CandelaError
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.campaigns import setting_up
from candela.web.campaigns.forms import (
    BeginCampaign,
    ChooseGroups,
    ChooseQuestions,
    Decide,
)
from candela.web.campaigns.listing import lines, list_finding
from candela.web.campaigns.models import Campaign, Status
from candela.web.campaigns.plans import MODE_WORDS
from candela.web.campaigns.standing import standings
from candela.web.campaigns.tasks import finding, is_ready, tasks, warnings
from candela.web.studies.models import Milestone, Study

__all__ = [
    "begin",
    "campaign",
    "campaigns",
    "drop",
    "governance",
    "groups",
    "questions",
]


def found(request: Any, campaign_id: int) -> Campaign:
    """Return a campaign of the organisation, or say that there is none."""
    campaign: Campaign = get_object_or_404(
        Campaign.objects.select_related("study", "milestone", "coordinator"),
        pk=campaign_id,
    )
    campaign.organisation = request.organisation
    return campaign


def of(request: Any, campaign: Campaign, **more: Any) -> dict[str, Any]:
    """Return what every page of a campaign shows."""
    return {
        "caption": campaign.study.short_title,
        "organisation": request.organisation,
        "campaign": campaign,
        **more,
    }


@member(Permission.RUN_CAMPAIGNS)
def campaigns(request: Any) -> HttpResponse:
    """List the campaigns, the newest first."""
    every = list(Campaign.objects.select_related("study", "told"))
    today = datetime.now(UTC).date()
    context = {
        "caption": request.organisation.name,
        "organisation": request.organisation,
        "finding": list_finding(every),
        "lines": lines(every, request.organisation.slug, today),
    }
    return render(request, "campaigns/campaigns.html", context)


@member(Permission.RUN_CAMPAIGNS, writes=True)
def begin(request: Any) -> HttpResponse:
    """Choose a study, and begin with what one usually asks about it."""
    form = BeginCampaign(request.POST or None, initial=_wished(request))
    if request.method == "POST" and form.is_valid():
        campaign = setting_up.begin(
            study=form.cleaned_data["study"],
            milestone=_milestone(request, form.cleaned_data["study"]),
            by=request.user,
            now=datetime.now(UTC),
        )
        messages.success(request, "The campaign is prepared with the usual groups.")
        return redirect("campaign", request.organisation.slug, campaign.pk)
    context = {
        "caption": request.organisation.name,
        "organisation": request.organisation,
        "form": form,
        "milestone": request.GET.get("milestone", ""),
        "has_studies": Study.objects.exists(),
        "in_error": form.is_bound,
    }
    return render(request, "campaigns/begin.html", context)


def _wished(request: Any) -> dict[str, str]:
    study = request.GET.get("study", "")
    return {"study": study} if study.isascii() and study.isdigit() else {}


def _milestone(request: Any, study: Study) -> Milestone | None:
    """Return the day that asks for this campaign: the one named, or the next due."""
    waiting = Milestone.objects.filter(study=study, done_on=None, never=False)
    named = request.POST.get("milestone", "")
    if named.isascii() and named.isdigit():
        return waiting.filter(pk=int(named[:18])).first()
    return waiting.filter(due__lte=datetime.now(UTC).date()).order_by("-due").first()


@member(Permission.RUN_CAMPAIGNS)
def campaign(request: Any, campaign_id: int) -> HttpResponse:
    """Show the six steps; once it has started, how it is going."""
    campaign = found(request, campaign_id)
    if campaign.status != Status.PLANNED:
        return redirect("campaign-progress", request.organisation.slug, campaign.pk)
    groups = standings(campaign)
    context = of(
        request,
        campaign,
        finding=finding(campaign, groups),
        warnings=warnings(groups),
        tasks=tasks(campaign, groups),
        ready=is_ready(campaign, groups),
    )
    return render(request, "campaigns/campaign.html", context)


@member(Permission.RUN_CAMPAIGNS, writes=True)
def governance(request: Any, campaign_id: int) -> HttpResponse:
    """Say why, and on which grounds."""
    campaign = found(request, campaign_id)
    form = Decide(request.POST or None, initial=_decided(campaign))
    if request.method == "POST" and form.is_valid():
        try:
            setting_up.decide(
                campaign=campaign,
                decided=setting_up.Decided(**form.cleaned_data),
                by=request.user,
            )
        except CandelaError as error:
            messages.error(request, str(error))
        return redirect("campaign", request.organisation.slug, campaign.pk)
    context = of(request, campaign, form=form, in_error=form.is_bound)
    return render(request, "campaigns/governance.html", context)


def _decided(campaign: Campaign) -> dict[str, Any]:
    return {
        "reason": campaign.reason,
        "governance": campaign.governance,
        "reference": campaign.governance_reference,
        "decided_on": campaign.governance_decided_on,
        "contact": campaign.contact,
        "help_now": campaign.help_now,
        "names_study": campaign.names_study_in_subject,
    }


@member(Permission.RUN_CAMPAIGNS, writes=True)
def groups(request: Any, campaign_id: int) -> HttpResponse:
    """Choose the groups, how each is asked, and until when."""
    campaign, now = found(request, campaign_id), datetime.now(UTC)
    form = ChooseGroups(request.POST or None, campaign=campaign, today=now.date())
    if request.method == "POST" and form.is_valid():
        try:
            setting_up.choose_groups(
                campaign=campaign,
                asked=form.asked(),
                closes_on=form.cleaned_data["closes_on"],
                by=request.user,
                now=now,
            )
        except CandelaError as error:
            messages.error(request, str(error))
        return redirect("campaign", request.organisation.slug, campaign.pk)
    context = of(
        request,
        campaign,
        form=form,
        modes=[(form.mode_label(mode), words) for mode, words in MODE_WORDS.items()],
        in_error=form.is_bound,
    )
    return render(request, "campaigns/groups.html", context)


@member(Permission.RUN_CAMPAIGNS, writes=True)
def questions(request: Any, campaign_id: int) -> HttpResponse:
    """Choose which version each group is asked with."""
    campaign = found(request, campaign_id)
    asked = list(campaign.groups.select_related("questionnaire"))
    form = ChooseQuestions(request.POST or None, groups=asked)
    if request.method == "POST" and form.is_valid():
        try:
            setting_up.choose_questions(
                campaign=campaign, chosen=form.chosen(), by=request.user
            )
        except CandelaError as error:
            messages.error(request, str(error))
        return redirect("campaign", request.organisation.slug, campaign.pk)
    context = of(request, campaign, form=form, groups=asked, in_error=form.is_bound)
    return render(request, "campaigns/questions.html", context)


@member(Permission.RUN_CAMPAIGNS, writes=True)
def drop(request: Any, campaign_id: int) -> HttpResponse:
    """Forget a campaign that never started."""
    campaign = found(request, campaign_id)
    if request.method == "POST":
        try:
            setting_up.drop(campaign=campaign, by=request.user)
        except CandelaError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "The campaign was removed. Nobody was asked.")
        return redirect("campaigns", request.organisation.slug)
    return render(request, "campaigns/drop.html", of(request, campaign))
