"""What shall we tell the people who answered?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from candela.errors import CandelaError
from candela.impact.claims import Role
from candela.web.access import member, public
from candela.web.accounts.permissions import Permission
from candela.web.answering.counts import answered_by_group
from candela.web.campaigns import telling
from candela.web.campaigns.forms import WriteTold
from candela.web.campaigns.letters import news_letter
from candela.web.campaigns.models import Campaign, Told
from candela.web.campaigns.standing import counted
from candela.web.campaigns.views.setting_up import found, of
from candela.web.scoping import across_organisations, organisation_scope

__all__ = ["public_page", "tell"]


@member(Permission.RUN_CAMPAIGNS, writes=True)
def tell(request: Any, campaign_id: int) -> HttpResponse:
    """Write the three parts, look at them, and publish."""
    campaign, now = found(request, campaign_id), datetime.now(UTC)
    told = getattr(campaign, "told", None)
    form = WriteTold(request.POST or None, initial=_written(told))
    if request.method == "POST" and form.is_valid():
        try:
            told = telling.write(
                campaign=campaign,
                words=telling.Words(**form.cleaned_data),
                by=request.user,
            )
            said = "It is kept. Look at it below, then publish it."
            if request.POST.get("do") == "publish":
                telling.publish(told=told, by=request.user, now=now)
                said = "It is published. Those who asked get it in 10 minutes."
        except CandelaError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, said)
        return redirect("campaign-told", request.organisation.slug, campaign.pk)
    context = of(
        request,
        campaign,
        form=form,
        finding=_finding(told),
        is_closed=campaign.closed_at is not None,
        is_out=told is not None and told.published_at is not None,
        letter=None if told is None else _letter(campaign, told, request.user.email),
        in_error=form.is_bound,
    )
    return render(request, "campaigns/tell.html", context)


def _written(told: Told | None) -> dict[str, str]:
    if told is None:
        return {}
    return {"heard": told.heard, "did": told.did, "could_not": told.could_not}


def _letter(campaign: Campaign, told: Told, email: str) -> Any:
    told.campaign = campaign
    return news_letter(told, Role.PARTICIPANT, to=email)


def _finding(told: Told | None) -> str:
    if told is None or not told.heard.strip():
        return "Nothing is written yet. Say what people said, and what you did."
    heard = " ".join(told.heard.split()[:20])
    if told.published_at is not None:
        return f"You told them: “{heard}...”"
    return f"You will tell them: “{heard}...”"


@public
def public_page(request: Any, told_id: str) -> HttpResponse:
    """Show anybody what people said and what was done, once it is published."""
    with across_organisations():
        told = (
            Told.objects.select_related("campaign__study", "organisation")
            .filter(campaign__public_id=told_id)
            .exclude(published_at=None)
            .first()
        )
    if told is None:
        raise Http404
    with organisation_scope(told.organisation):
        groups = list(told.campaign.groups.values_list("pk", flat=True))
        total = sum(answered_by_group(groups).values())
    request.made_up = told.organisation.is_training
    context = {
        "caption": told.campaign.study.plain_name,
        "told": told,
        "answered": counted(total),
        "by": told.organisation.name,
    }
    return render(request, "campaigns/told.html", context)
