"""Which campaigns are there, and what is next for each?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from candela.web.campaigns.models import Campaign, Status
from candela.web.campaigns.telling import is_due
from candela.web.shown import day

__all__ = ["Line", "lines", "list_finding"]

UNDER_WAY = (Status.OPEN, Status.PAUSED)


@dataclass(frozen=True)
class Line:
    """A campaign as the list shows it."""

    heading: str
    address: str
    standing: str
    next_step: str


def list_finding(campaigns: Sequence[Campaign]) -> str:
    """Return the sentence at the head of the list."""
    if not campaigns:
        return "Nobody has been asked about a study yet."
    open_now = sum(c.status in UNDER_WAY for c in campaigns)
    read = sum(c.status == Status.CODING for c in campaigns)
    number = len(campaigns)
    return (
        f"{number} {'campaign' if number == 1 else 'campaigns'}: {open_now or 'none'} "
        f"under way, {read or 'none'} closed and being read."
    )


def lines(campaigns: Sequence[Campaign], slug: str, today: date) -> list[Line]:
    """Return a line for each."""
    return [
        Line(
            campaign.study.short_title,
            reverse("campaign", args=[slug, campaign.pk]),
            _standing(campaign),
            _next_step(campaign, today),
        )
        for campaign in campaigns
    ]


def _standing(campaign: Campaign) -> str:
    label = Status(campaign.status).label
    said = f"{label[0].upper()}{label[1:]}"
    if campaign.status in UNDER_WAY and campaign.closes_on:
        return f"{said}; closes {day(campaign.closes_on)}."
    if campaign.closed_at is not None:
        return f"{said}; closed {day(campaign.closed_at)}."
    return f"{said}; begun {day(campaign.added_at)}."


def _next_step(campaign: Campaign, today: date) -> str:
    if campaign.status == Status.PLANNED:
        return "Next: go through the six steps."
    if campaign.status in UNDER_WAY:
        return "Next: see whether people answer."
    if is_due(campaign, today) and campaign.told_by:
        return f"Next: tell people what came of it, by {day(campaign.told_by)}."
    if campaign.status == Status.CODING:
        return "Next: read the answers."
    if campaign.status == Status.REPORTED:
        return "Next: mark it as finished."
    return "Nothing is left to do."
