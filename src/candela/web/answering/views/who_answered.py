"""Who gave a confidential answer?  Shown to few, and each look is written down."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.answering.models import Response
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.campaigns.contacts import unseal
from candela.web.campaigns.models import Campaign, Group

__all__ = ["who_answered"]

DELETED = "(address deleted by the schedule)"


@member(Permission.SEE_WHO_ANSWERED, writes=True)
def who_answered(request: Any, campaign_id: int) -> HttpResponse:
    """Say what looking means; look, when asked to, with a line in the audit log."""
    campaign = get_object_or_404(
        Campaign.objects.select_related("study"), pk=campaign_id
    )
    rows = None
    if request.method == "POST":
        record(
            Action.NAMES_SEEN,
            by=request.user,
            organisation=request.organisation,
            thing=f"campaign:{campaign.pk}",
        )
        rows = _rows(campaign)
    context = {
        "caption": campaign.study.short_title,
        "organisation": request.organisation,
        "rows": rows,
    }
    return render(request, "answering/who-answered.html", context)


def _rows(campaign: Campaign) -> list[tuple[str, str, list[str]]]:
    """Return group, address and words of each confidential answer."""
    responses = (
        Response.objects.filter(
            group__campaign=campaign, group__mode=Group.Mode.CONFIDENTIAL
        )
        .exclude(invitation=None)
        .select_related("group", "invitation")
        .prefetch_related("answers")
    )
    return [
        (
            response.group.get_role_display(),
            _who(response.invitation),
            [str(a.value) for a in response.answers.all() if a.is_text and a.value],
        )
        for response in responses
    ]


def _who(invitation: Any) -> str:
    if invitation.contact_sealed:
        return unseal(invitation.contact_sealed)
    return f"paper {invitation.code}" if invitation.code else DELETED
