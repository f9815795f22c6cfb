"""What becomes of a campaign once it asks: start, stop, pause, remind, close, finish?

Everything that sends e-mail waits ten minutes, in which it can be stopped.  Closing
opens what anonymous groups sent, all at once; after that no answer can come in.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from random import Random

from django.db.models import Max

from candela.errors import InputError, NotAllowed
from candela.web.accounts.models import User
from candela.web.answering.opening import open_box
from candela.web.audit.actions import Action
from candela.web.campaigns.inviting import refuse_to_ask_one
from candela.web.campaigns.links import last_day
from candela.web.campaigns.models import (
    Campaign,
    Governance,
    Group,
    Invitation,
    Mail,
    Status,
)
from candela.web.campaigns.plans import days_after
from candela.web.campaigns.reminders import next_round
from candela.web.campaigns.sending import not_sent_yet
from candela.web.campaigns.setting_up import note
from candela.web.jobs import queue
from candela.web.jobs.models import Job
from candela.web.jobs.models import Status as JobStatus

__all__ = [
    "HOLD",
    "REMIND",
    "SEND",
    "ask_to_send",
    "close",
    "extend",
    "finish",
    "is_held",
    "pause",
    "remind",
    "resume",
    "send_again",
    "start",
    "stop",
    "waiting_jobs",
]

HOLD = timedelta(minutes=10)
SEND = "send-invitations"
REMIND = "send-reminders"
LONGEST = timedelta(days=90)
NOT_OPEN = "The campaign is not open, so there is nothing to do. Nothing was sent."


def start(*, campaign: Campaign, by: User, now: datetime) -> None:
    """Begin in ten minutes; until then nothing leaves and nobody can answer.

    Raises
    ------
    NotAllowed
        If it is not decided what kind of work this is, or something is not ready.
    """
    if campaign.status != Status.PLANNED:
        raise NotAllowed("The campaign has started already. There is nothing to do.")
    _refuse_undecided(campaign)
    if not campaign.groups.exists():
        raise NotAllowed("Nobody is asked yet. Choose groups first.")
    if campaign.groups.filter(questionnaire=None).exists():
        raise NotAllowed("A group has no questions yet. Choose them first.")
    if campaign.closes_on is None or campaign.closes_on <= now.date():
        raise NotAllowed("The day it closes is not ahead. Choose a later day first.")
    _refuse_to_ask_one_of_any(campaign)
    campaign.status, campaign.started_at = Status.OPEN, now + HOLD
    campaign.opens_on = campaign.started_at.date()
    _set_days(campaign, campaign.closes_on)
    campaign.save()
    note(Action.CAMPAIGN_STARTED, campaign, by, begins=str(campaign.opens_on))
    ask_to_send(campaign=campaign, by=by, now=now)


def _refuse_to_ask_one_of_any(campaign: Campaign) -> None:
    for group in campaign.groups.filter(mode=Group.Mode.ANONYMOUS):
        refuse_to_ask_one(group)


def _refuse_undecided(campaign: Campaign) -> None:
    if campaign.governance == Governance.UNDECIDED:
        raise NotAllowed(
            "It is not decided yet what kind of work this is. You can prepare "
            "everything, and nothing is sent before that. Decide it under “Why, and "
            "governance”."
        )


def is_held(campaign: Campaign, now: datetime) -> bool:
    """Say whether the campaign was started and nothing of it has happened yet."""
    return (
        campaign.status == Status.OPEN
        and campaign.started_at is not None
        and now < campaign.started_at
    )


def ask_to_send(*, campaign: Campaign, by: User, now: datetime) -> Job | None:
    """Send the first e-mail to everybody who got none, in ten minutes."""
    if campaign.status != Status.OPEN:
        raise NotAllowed(NOT_OPEN)
    _refuse_to_ask_one_of_any(campaign)
    upto = not_sent_yet(campaign.pk).aggregate(upto=Max("pk"))["upto"]
    if upto is None:
        return None
    return _queue(SEND, campaign, by, now, upto=upto)


def send_again(*, campaign: Campaign, by: User, now: datetime) -> Job | None:
    """Send again what may not have left; only a person decides this.

    Some will get the same e-mail twice.  Who has answered meanwhile gets none, and that
    is seen nowhere.
    """
    if campaign.status != Status.OPEN:
        raise NotAllowed(NOT_OPEN)
    Invitation.objects.filter(
        group__campaign=campaign, mail__in=(Mail.LEAVING, Mail.FAILED)
    ).update(mail=Mail.AGAIN)
    return ask_to_send(campaign=campaign, by=by, now=now)


def stop(*, campaign: Campaign, by: User, now: datetime) -> None:
    """Keep what has not left; a campaign that was just started is prepared again."""
    if campaign.status not in (Status.OPEN, Status.PAUSED):
        raise NotAllowed(NOT_OPEN)
    _cancel_waiting(campaign, now)
    if is_held(campaign, now):
        campaign.status, campaign.started_at = Status.PLANNED, None
        campaign.opens_on = None
        campaign.save(update_fields=["status", "started_at", "opens_on"])
    note(Action.CAMPAIGN_STOPPED, campaign, by)


def pause(*, campaign: Campaign, by: User, now: datetime) -> None:
    """Take no answers and send nothing until it goes on."""
    if campaign.status != Status.OPEN:
        raise NotAllowed(NOT_OPEN)
    if is_held(campaign, now):
        raise NotAllowed("The campaign has not begun. Stop it instead.")
    _cancel_waiting(campaign, now)
    campaign.status = Status.PAUSED
    campaign.save(update_fields=["status"])
    note(Action.CAMPAIGN_PAUSED, campaign, by)


def resume(*, campaign: Campaign, by: User, now: datetime) -> None:
    """Take answers again, and send in ten minutes what was not sent."""
    if campaign.status != Status.PAUSED:
        raise NotAllowed("The campaign is not paused. There is nothing to do.")
    _refuse_to_ask_one_of_any(campaign)
    campaign.status = Status.OPEN
    campaign.save(update_fields=["status"])
    note(Action.CAMPAIGN_RESUMED, campaign, by)
    ask_to_send(campaign=campaign, by=by, now=now)


def remind(*, campaign: Campaign, by: User, now: datetime) -> Job:
    """Remind in ten minutes who has not answered; twice at most, a week apart."""
    first = next_round(campaign)
    if first is None or first > now.date():
        raise NotAllowed(
            "No reminder can be sent now: there are two at most, seven days apart, and "
            "only while the campaign is open."
        )
    before = campaign.reminded_on
    campaign.reminder_rounds += 1
    campaign.reminded_on = now.date()
    campaign.save(update_fields=["reminder_rounds", "reminded_on"])
    note(Action.CAMPAIGN_REMINDED, campaign, by, round=campaign.reminder_rounds)
    return _queue(REMIND, campaign, by, now, before=str(before or ""))


def extend(*, campaign: Campaign, closes_on: date, by: User, now: datetime) -> None:
    """Move the day it closes; a link still works for 90 days at most."""
    if campaign.status not in (Status.OPEN, Status.PAUSED):
        raise NotAllowed(NOT_OPEN)
    begun = (campaign.started_at or now).date()
    if not now.date() <= closes_on <= begun + LONGEST:
        raise InputError(
            "The campaign can close today at the earliest, and 90 days after it began "
            "at the latest. Choose a day between."
        )
    _set_days(campaign, closes_on)
    campaign.save()
    _move_last_days(campaign)
    note(Action.CAMPAIGN_EXTENDED, campaign, by, closes_on=str(closes_on))


def _set_days(campaign: Campaign, closes_on: date) -> None:
    days = days_after(closes_on)
    campaign.closes_on = days.closes_on
    campaign.read_by, campaign.told_by = days.read_by, days.told_by


def _move_last_days(campaign: Campaign) -> None:
    rows = Invitation.objects.filter(group__campaign=campaign).exclude(sent_on=None)
    for sent_on in rows.order_by().values_list("sent_on", flat=True).distinct():
        expires = last_day(sent_on=sent_on, closes_on=campaign.closes_on)
        rows.filter(sent_on=sent_on).update(expires_on=expires)


def close(
    *, campaign: Campaign, by: User | None, now: datetime, rng: Random | None = None
) -> None:
    """Take no more answers, and open what was sent, in an order drawn at random."""
    if campaign.status not in (Status.OPEN, Status.PAUSED) or is_held(campaign, now):
        raise NotAllowed("The campaign is not open. There is nothing to close.")
    _cancel_waiting(campaign, now)
    campaign.status, campaign.closed_at = Status.CODING, now
    campaign.read_by = campaign.read_by or days_after(now.date()).read_by
    campaign.told_by = days_after(now.date()).told_by
    campaign.save(update_fields=["status", "closed_at", "read_by", "told_by"])
    for group in campaign.groups.order_by("pk"):
        open_box(group=group, now=now, rng=rng or secrets.SystemRandom())
    if campaign.milestone is not None and campaign.milestone.done_on is None:
        campaign.milestone.done_on = now.date()
        campaign.milestone.save(update_fields=["done_on"])
    note(Action.CAMPAIGN_CLOSED, campaign, by)


def finish(*, campaign: Campaign, reason: str, by: User, now: datetime) -> None:
    """Mark it as done: people were told what came of it, or it is said why not."""
    if campaign.status not in (Status.CODING, Status.REPORTED):
        raise NotAllowed("Only a campaign that is closed can be finished.")
    told = getattr(campaign, "told", None)
    if not reason and (told is None or told.published_at is None):
        raise InputError(
            "Those who answered were not told what came of it. Tell them first, or "
            "write why they are not told."
        )
    campaign.status, campaign.finished_at = Status.FINISHED, now
    campaign.finished_without_telling = reason
    campaign.save(update_fields=["status", "finished_at", "finished_without_telling"])
    note(Action.CAMPAIGN_FINISHED, campaign, by, told=not reason)


def waiting_jobs(campaign: Campaign) -> list[Job]:
    """Return the work of this campaign that sends e-mail and is not over."""
    return list(
        Job.objects.filter(
            kind__in=(SEND, REMIND),
            arguments__campaign=campaign.pk,
            status__in=(JobStatus.READY, JobStatus.RUNNING),
        ).order_by("pk")
    )


def _cancel_waiting(campaign: Campaign, now: datetime) -> None:
    """Stop e-mails; one that is leaving at this very moment may still leave."""
    for job in waiting_jobs(campaign):
        same = Job.objects.filter(pk=job.pk)
        waiting = same.filter(status=JobStatus.READY)
        if waiting.update(status=JobStatus.CANCELLED, finished_at=now):
            _forget_round(campaign, job)
        else:
            same.filter(status=JobStatus.RUNNING).update(cancel_requested=True)


def _forget_round(campaign: Campaign, job: Job) -> None:
    """A round of reminders that was stopped before it began is no round."""
    if job.kind != REMIND:
        return
    before = str(job.arguments["before"])
    campaign.reminder_rounds -= 1
    campaign.reminded_on = date.fromisoformat(before) if before else None
    campaign.save(update_fields=["reminder_rounds", "reminded_on"])


def _queue(
    kind: str, campaign: Campaign, by: User, now: datetime, **arguments: int | str
) -> Job:
    return queue.add(
        kind,
        by=by,
        organisation=campaign.organisation,
        arguments={"campaign": campaign.pk, **arguments},
        run_after=now + HOLD,
    )
