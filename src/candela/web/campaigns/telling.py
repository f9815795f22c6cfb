"""What are people told who answered, and how do those hear it who asked to?

You said, we did: what people said, what was done, what could not be done and why.  It
is published on a page that anybody may open, and sent once to each address somebody
left for it.  The address is deleted as the e-mail leaves: stopped in between, one
person reads it on the page only, and nobody gets it twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from candela.errors import InputError, NotAllowed
from candela.impact.claims import Role
from candela.web.accounts.models import Organisation, User
from candela.web.audit.actions import Action
from candela.web.campaigns.contacts import LostKey, mark_for_news, seal, unseal
from candela.web.campaigns.letters import news_letter
from candela.web.campaigns.models import (
    Campaign,
    Invitation,
    NewsAddress,
    Status,
    Told,
)
from candela.web.campaigns.sending import Outbox, outbox
from candela.web.campaigns.setting_up import note
from candela.web.jobs import queue
from candela.web.scoping import organisation_scope, read_transaction

__all__ = [
    "DUE_AFTER",
    "PROMPT_AFTER",
    "TELL",
    "Words",
    "ask_for_news",
    "is_due",
    "publish",
    "send_news",
    "write",
]

TELL = "send-news"
PROMPT_AFTER = timedelta(days=30)
DUE_AFTER = timedelta(days=90)
CLOSED = (Status.CODING, Status.REPORTED)


@dataclass(frozen=True)
class Words:
    """The three parts."""

    heard: str
    did: str
    could_not: str


def is_due(campaign: Campaign, today: date) -> bool:
    """Say whether it is time to write it: 30 days after the close, until it is out."""
    if campaign.closed_at is None or campaign.status != Status.CODING:
        return False
    told = getattr(campaign, "told", None)
    is_out = told is not None and told.published_at is not None
    return not is_out and campaign.closed_at.date() + PROMPT_AFTER <= today


def write(*, campaign: Campaign, words: Words, by: User) -> Told:
    """Keep what is going to be told; nobody reads it yet."""
    if campaign.status not in CLOSED:
        raise NotAllowed(
            "The campaign is not closed yet. What people said can be told once all "
            "have said it."
        )
    told = getattr(campaign, "told", None)
    if told is None:
        told = Told(organisation=campaign.organisation, campaign=campaign)
    elif told.published_at is not None:
        raise NotAllowed(
            "This is published already, and was perhaps read. Nothing was changed."
        )
    told.heard, told.did, told.could_not = words.heard, words.did, words.could_not
    told.written_by = by
    told.save()
    return told


def publish(*, told: Told, by: User, now: datetime) -> None:
    """Let anybody read it, and send it to those who asked, in ten minutes."""
    from candela.web.campaigns.actions import HOLD

    campaign = told.campaign
    if told.published_at is not None:
        raise NotAllowed("This is published already. There is nothing to do.")
    if not told.heard.strip() or not (told.did.strip() or told.could_not.strip()):
        raise InputError(
            "Say what people said, and what you did or could not do. One of these is "
            "empty."
        )
    told.published_at = told.sent_at = now
    told.save(update_fields=["published_at", "sent_at"])
    campaign.status = Status.REPORTED
    campaign.save(update_fields=["status"])
    note(Action.CAMPAIGN_TOLD, campaign, by)
    queue.add(
        TELL,
        by=by,
        organisation=campaign.organisation,
        arguments={"campaign": campaign.pk},
        run_after=now + HOLD,
    )


def ask_for_news(*, campaign: Campaign, address: str) -> None:
    """Keep an address, sealed, to be told once what came of it."""
    NewsAddress.objects.get_or_create(
        campaign=campaign,
        contact_mark=mark_for_news(address, campaign=campaign.pk),
        defaults={
            "organisation": campaign.organisation,
            "contact_sealed": seal(address),
        },
    )


def send_news(
    *,
    organisation: Organisation,
    campaign: int,
    clock: Callable[[], datetime],
    beat: Callable[[], None],
) -> int:
    """Send it to each who asked, once; return how many, for tests only."""
    with read_transaction(), organisation_scope(organisation):
        told = (
            Told.objects.select_related("campaign__study")
            .filter(campaign=campaign)
            .exclude(published_at=None)
            .first()
        )
        if told is None:
            return 0
        invited = list(_wanting(campaign).values_list("pk", flat=True))
        others = list(
            NewsAddress.objects.filter(campaign=campaign).values_list("pk", flat=True)
        )
    left = 0
    if not invited and not others:
        return left
    with outbox(organisation=organisation, campaign=campaign, clock=clock) as out:
        for number in invited:
            beat()
            left += _tell_invited(out, told, number)
        for key in others:
            beat()
            left += _tell_other(out, told, key)
    return left


def _wanting(campaign: int) -> Any:
    rows = Invitation.objects.filter(group__campaign=campaign, wants_news=True)
    return rows.exclude(contact_sealed="")


def _tell_invited(out: Outbox, told: Told, number: int) -> bool:
    with out.rows():
        row = _wanting(told.campaign_id).select_related("group").filter(pk=number)
        found = row.first()
        if found is None:
            return False
        noted = _wanting(told.campaign_id).filter(pk=number)
        if not noted.update(wants_news=False, contact_sealed="", contact_mark=None):
            return False
    return _deliver(out, told, Role(found.group.role), found.contact_sealed)


def _tell_other(out: Outbox, told: Told, key: object) -> bool:
    with out.rows():
        found = NewsAddress.objects.filter(pk=key).first()
        if found is None or not NewsAddress.objects.filter(pk=key).delete()[0]:
            return False
    return _deliver(out, told, None, found.contact_sealed)


def _deliver(out: Outbox, told: Told, role: Role | None, sealed: str) -> bool:
    try:
        to = unseal(sealed)
    except LostKey:
        return False
    return out.deliver(news_letter(told, role, to=to))
