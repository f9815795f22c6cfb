"""How does each person get each e-mail once, even when a machine stops half-way?

No database can write and send in one step, and an e-mail cannot be taken back.  So each
is noted as leaving, in a transaction of its own, before it leaves, and as left after.
Stopped in between, the service sends that one not at all rather than twice; it is shown
as *may not have left*, and a person decides whether to send it again.

Whether the campaign is still open is asked again for each e-mail.  A reminder leaves no
such trace: who is reminded has not answered, and nobody may see who that is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from smtplib import SMTPException
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q

from candela.web.accounts.models import Organisation
from candela.web.campaigns.contacts import LostKey, unseal
from candela.web.campaigns.letters import invitation_letter
from candela.web.campaigns.links import last_day, takes_answers
from candela.web.campaigns.minutes import minutes_of
from candela.web.campaigns.models import Campaign, Invitation, InvitationState, Mail
from candela.web.campaigns.reminders import AT_MOST, due, is_due
from candela.web.mail import way_out
from candela.web.scoping import organisation_scope, read_transaction

__all__ = ["Outbox", "not_sent_yet", "send_invitations", "send_reminders"]

log = logging.getLogger("candela.web.campaigns")
Beat = Callable[[], None]
TROUBLES = (OSError, SMTPException)


@dataclass(frozen=True)
class Outbox:
    """The way out, and whose e-mails go through it."""

    organisation: Organisation
    campaign: int
    connection: Any
    clock: Callable[[], datetime]

    @contextmanager
    def rows(self) -> Iterator[None]:
        """Write rows of the organisation, together or not at all."""
        with transaction.atomic(), organisation_scope(self.organisation):
            yield

    def deliver(self, letter: EmailMessage) -> bool:
        """Hand one e-mail to the mail server; say whether it was taken."""
        try:
            return bool(self.connection.send_messages([letter]))
        except TROUBLES as error:
            log.error("e-mail of a campaign: %s", type(error).__name__)
            with suppress(*TROUBLES):
                self.connection.close()
            return False


@contextmanager
def outbox(
    *, organisation: Organisation, campaign: int, clock: Callable[[], datetime]
) -> Iterator[Outbox]:
    """Open the mail server; fails before anything is noted where it is not there."""
    connection = way_out(organisation)
    connection.open()
    try:
        yield Outbox(organisation, campaign, connection, clock)
    finally:
        with suppress(*TROUBLES):
            connection.close()


def not_sent_yet(campaign: int, upto: int | None = None) -> Any:
    """Return the invitations that wait for their e-mail.

    One that is to be sent again is among them whether its owner has answered or not:
    their number must not tell.
    """
    rows = Invitation.objects.filter(
        Q(state=InvitationState.NEW, mail=Mail.NONE) | Q(mail=Mail.AGAIN),
        group__campaign=campaign,
        channel=Invitation.Channel.EMAIL,
        undelivered=False,
    ).exclude(contact_sealed="")
    return rows if upto is None else rows.filter(pk__lte=upto)


def send_invitations(
    *,
    organisation: Organisation,
    campaign: int,
    upto: int,
    clock: Callable[[], datetime],
    beat: Callable[[int, int], None],
) -> int:
    """Send each invitation once, of those made up to a number; return how many left."""
    with read_transaction(), organisation_scope(organisation):
        numbers = list(not_sent_yet(campaign, upto).values_list("pk", flat=True))
    left = 0
    if not numbers:
        return left
    with outbox(organisation=organisation, campaign=campaign, clock=clock) as out:
        for n, number in enumerate(numbers, 1):
            beat(n, len(numbers))
            left += _invite(out, number)
    return left


def _invite(out: Outbox, number: int) -> bool:
    with out.rows():
        now = out.clock()
        invitation = _still_open(out, number, now)
        if invitation is None:
            return False
        if not _noted(out, invitation, now):  # another worker was first
            return False
        is_over = invitation.state not in (InvitationState.NEW, InvitationState.SENT)
        letter = None if is_over else _letter(invitation)
    taken = is_over or (letter is not None and out.deliver(letter))
    with out.rows():
        Invitation.objects.filter(pk=number, mail=Mail.LEAVING).update(
            mail=Mail.LEFT if taken else Mail.FAILED
        )
    return taken


def _noted(out: Outbox, invitation: Invitation, now: datetime) -> bool:
    """Note that an e-mail is leaving, unless another worker did; say whether it may."""
    waiting = not_sent_yet(out.campaign).filter(pk=invitation.pk)
    if invitation.mail == Mail.AGAIN:
        return bool(waiting.filter(mail=Mail.AGAIN).update(mail=Mail.LEAVING))
    today, closes_on = now.date(), invitation.group.campaign.closes_on
    invitation.expires_on = last_day(sent_on=today, closes_on=closes_on)
    return bool(
        waiting.filter(mail=Mail.NONE).update(
            state=InvitationState.SENT,
            sent_on=today,
            expires_on=invitation.expires_on,
            mail=Mail.LEAVING,
        )
    )


def send_reminders(
    *,
    organisation: Organisation,
    campaign: int,
    clock: Callable[[], datetime],
    beat: Beat,
) -> int:
    """Remind each person who is due, once; return how many, for tests only."""
    with read_transaction(), organisation_scope(organisation):
        rows = Invitation.objects.filter(group__campaign=campaign)
        numbers = list(rows.filter(due(clock().date())).values_list("pk", flat=True))
    if not numbers:
        return 0
    with outbox(organisation=organisation, campaign=campaign, clock=clock) as out:
        left = 0
        for number in numbers:
            beat()
            left += _remind(out, number)
    return left


def _remind(out: Outbox, number: int) -> bool:
    with out.rows():
        now = out.clock()
        invitation = _still_open(out, number, now)
        if invitation is None or not is_due(invitation, now.date()):
            return False
        same = Invitation.objects.filter(
            pk=number,
            reminders=invitation.reminders,
            reminders__lt=AT_MOST,
            reminded_on=invitation.reminded_on,
        )
        noted = same.filter(due(now.date())).update(
            reminders=invitation.reminders + 1, reminded_on=now.date()
        )
        if not noted:
            return False
        letter = _letter(invitation, reminder=True)
    return letter is not None and out.deliver(letter)


def _still_open(out: Outbox, number: int, now: datetime) -> Invitation | None:
    """Return the invitation if its campaign takes answers at this very moment."""
    # Locked where the database can: whoever pauses or closes waits for this one e-mail.
    campaign = Campaign.objects.select_for_update().filter(pk=out.campaign).first()
    if campaign is None or not takes_answers(campaign, now):
        return None
    return (
        Invitation.objects.select_related(
            "group__campaign__study", "group__organisation", "group__questionnaire"
        )
        .filter(pk=number)
        .first()
    )


def _letter(invitation: Invitation, *, reminder: bool = False) -> EmailMessage | None:
    """Return the e-mail; nothing where the address cannot be read any more."""
    try:
        to = unseal(invitation.contact_sealed)
    except LostKey:
        log.error("an address of a campaign cannot be read: the key is another one")
        return None
    return invitation_letter(
        invitation, to=to, minutes=minutes_of(invitation.group), reminder=reminder
    )
