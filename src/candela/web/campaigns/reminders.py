"""Who may be reminded today?  Who was asked and did not answer, twice at most.

The rule stands here once: for the query, for the page that says when the next round is
possible, and for the tests that try it on made-up calendars.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q

from candela.web.campaigns.models import Campaign, Invitation, InvitationState, Status

__all__ = ["APART", "AT_MOST", "due", "is_due", "next_round"]

AT_MOST = 2
APART = timedelta(days=7)


def is_due(invitation: Invitation, today: date) -> bool:
    """Say whether this person may be reminded today."""
    latest = invitation.reminded_on or invitation.sent_on
    return (
        invitation.state == InvitationState.SENT
        and invitation.channel == Invitation.Channel.EMAIL
        and bool(invitation.contact_sealed)
        and not invitation.undelivered
        and invitation.reminders < AT_MOST
        and latest is not None
        and latest + APART <= today
        and (invitation.expires_on is None or invitation.expires_on >= today)
    )


def due(today: date) -> Q:
    """Return the same as a condition on rows."""
    before = today - APART
    return (
        Q(
            state=InvitationState.SENT,
            channel=Invitation.Channel.EMAIL,
            undelivered=False,
            reminders__lt=AT_MOST,
            sent_on__lte=before,
        )
        & ~Q(contact_sealed="")
        & (Q(reminded_on=None) | Q(reminded_on__lte=before))
        & (Q(expires_on=None) | Q(expires_on__gte=today))
    )


def next_round(campaign: Campaign) -> date | None:
    """Return the first day on which the next round may be sent; none if there is none.

    It comes from days alone: how many are left to remind would tell who answered.
    """
    if campaign.status != Status.OPEN or campaign.started_at is None:
        return None
    if campaign.reminder_rounds >= AT_MOST:
        return None
    first = (campaign.reminded_on or campaign.started_at.date()) + APART
    if campaign.closes_on is not None and first > campaign.closes_on:
        return None
    return first
