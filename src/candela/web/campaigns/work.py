"""What is done about campaigns outside a page: sending, reminding, closing by date."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime

from candela.errors import InputError
from candela.web.audit.actions import Action
from candela.web.campaigns.actions import REMIND, SEND, close
from candela.web.campaigns.models import Campaign, Status
from candela.web.campaigns.sending import TROUBLES, send_invitations, send_reminders
from candela.web.campaigns.setting_up import note
from candela.web.campaigns.telling import TELL, send_news
from candela.web.jobs import queue
from candela.web.jobs.handlers import Effect, Progress, handles
from candela.web.jobs.periods import Every
from candela.web.jobs.queue import Claimed, rows_of
from candela.web.scoping import across_organisations, organisation_scope

__all__ = ["CLOSE", "close_one", "find_due", "invite_all", "remind_all", "tell_all"]

CLOSE = "close-campaign"
NO_SERVER = (
    "The mail server cannot be reached, so nothing more was sent. What has not left "
    "waits on the campaign's page. Tell who keeps this service, then send it there."
)


def clock() -> datetime:
    """Return now; each e-mail is judged at its own moment."""
    return datetime.now(UTC)


@handles(SEND, words="Send invitations")
def invite_all(job: Claimed, progress: Progress) -> Effect:
    """Send each invitation that waits, once."""
    assert job.organisation is not None
    campaign = _campaign(job)
    if campaign is None:
        return lambda: {"sent": 0}
    try:
        sent = send_invitations(
            organisation=job.organisation,
            campaign=campaign.pk,
            upto=int(job.arguments["upto"]),
            clock=clock,
            beat=lambda n, total: progress("Sending invitations", n, total),
        )
    except TROUBLES as error:
        raise InputError(NO_SERVER) from error

    def effect() -> dict[str, int]:
        note(Action.INVITATIONS_SENT, campaign, job.created_by, count=sent)
        return {"sent": sent}

    return effect


@handles(REMIND, words="Send reminders")
def remind_all(job: Claimed, progress: Progress) -> Effect:
    """Remind who has not answered; nobody is told how many those were."""
    assert job.organisation is not None
    campaign = _campaign(job)
    if campaign is None:
        return dict
    try:
        send_reminders(
            organisation=job.organisation,
            campaign=campaign.pk,
            clock=clock,
            beat=lambda: progress("Sending reminders"),
        )
    except TROUBLES as error:
        raise InputError(NO_SERVER) from error

    def effect() -> dict[str, int]:
        note(Action.REMINDERS_SENT, campaign, job.created_by)
        return {}

    return effect


@handles(TELL, words="Tell those who asked what came of it")
def tell_all(job: Claimed, progress: Progress) -> Effect:
    """Send what people said and what was done to those who asked, once."""
    assert job.organisation is not None
    campaign = _campaign(job)
    if campaign is None:
        return dict
    try:
        send_news(
            organisation=job.organisation,
            campaign=campaign.pk,
            clock=clock,
            beat=lambda: progress("Telling those who asked"),
        )
    except TROUBLES as error:
        raise InputError(NO_SERVER) from error

    def effect() -> dict[str, int]:
        note(Action.NEWS_SENT, campaign, job.created_by)
        return {}

    return effect


def _campaign(job: Claimed) -> Campaign | None:
    """Return the campaign of a job, if it is still there."""
    with rows_of(job):
        return (
            Campaign.objects.select_related("organisation")
            .filter(pk=job.arguments["campaign"])
            .first()
        )


@handles("find-due-campaigns", words="Look for campaigns to close", every=Every.DAY)
def find_due(job: Claimed, progress: Progress) -> Effect:
    """Ask for the close of each campaign whose day is past."""
    progress("Looking")
    today = clock().date()

    def effect() -> dict[str, int]:
        due = list(past_their_day(today))
        for campaign in due:
            with organisation_scope(campaign.organisation):
                queue.add(
                    CLOSE,
                    by=None,
                    organisation=campaign.organisation,
                    arguments={"campaign": campaign.pk},
                )
        return {"due": len(due)}

    return effect


def past_their_day(today: date) -> list[Campaign]:
    """Return the campaigns that take no more answers and are not closed yet."""
    with across_organisations():
        return list(
            Campaign.objects.select_related("organisation").filter(
                status__in=(Status.OPEN, Status.PAUSED), closes_on__lt=today
            )
        )


@handles(CLOSE, words="Close a campaign on its day")
def close_one(job: Claimed, progress: Progress) -> Effect:
    """Close one campaign, unless somebody closed or extended it meanwhile."""
    progress("Closing")
    number, now = job.arguments["campaign"], clock()

    def effect() -> dict[str, bool]:
        campaign = (
            Campaign.objects.select_for_update()
            .filter(
                pk=number,
                status__in=(Status.OPEN, Status.PAUSED),
                closes_on__lt=now.date(),
            )
            .first()
        )
        if campaign is not None:
            close(campaign=campaign, by=None, now=now, rng=secrets.SystemRandom())
        return {"closed": campaign is not None}

    return effect
