"""Who is told by e-mail that something waits, and when?

Once a working day at most, and only if something is new since the last time.  On until
somebody switches it off, on the page or by the link in the e-mail.  No study and no
statement is named in it: an e-mail is read in places where a page is not.
"""

from __future__ import annotations

import hashlib
import textwrap
from datetime import datetime

from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.crypto import salted_hmac

from candela.web.accounts.models import Membership, Organisation, User
from candela.web.addressed import origin
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.coding.models import WorkWaiting
from candela.web.coding.waiting import Waiting, waiting_for
from candela.web.scoping import across_organisations, organisation_scope

__all__ = ["is_on", "send_digests", "stop_by_link", "switch"]

SATURDAY = 5
WIDTH = 76


def is_on(user: User) -> bool:
    """Say whether somebody is told by e-mail, in the organisation in scope."""
    return not WorkWaiting.objects.filter(user=user, is_off=True).exists()


def switch(*, organisation: Organisation, user: User, on: bool) -> None:
    """Switch the e-mail on or off."""
    digest = _digest_of(organisation, user)
    if digest.is_off != on:
        return
    digest.is_off = not on
    digest.save(update_fields=["is_off"])
    record(
        Action.WAITING_ON if on else Action.WAITING_OFF,
        by=user,
        organisation=organisation,
        thing="work_waiting",
    )


def stop_by_link(token: str) -> bool:
    """Switch off the e-mail whose link this is; say whether there was one."""
    with across_organisations():
        rows = WorkWaiting.objects.select_related("organisation", "user")
        found = rows.filter(stop_token_hash=_hash_of(token)).first()
    if found is None:
        return False
    with organisation_scope(found.organisation):
        switch(organisation=found.organisation, user=found.user, on=False)
    return True


def send_digests(now: datetime) -> int:
    """Send what is due, in the transaction of the job; return how many were sent."""
    if now.weekday() >= SATURDAY:
        return 0
    sent = 0
    for organisation in Organisation.objects.filter(is_training=False):
        with organisation_scope(organisation):
            members = Membership.objects.select_related("user")
            for member in members.filter(user__is_active=True):
                sent += _send(organisation, member, now)
    return sent


def _send(organisation: Organisation, member: Membership, now: datetime) -> bool:
    """Send one e-mail if something is new; it leaves once this is committed."""
    things = waiting_for(member)
    if not things:
        return False
    digest = _digest_of(organisation, member.user)
    new = {thing.key for thing in things} - set(digest.known)
    if digest.is_off or digest.sent_on == now.date() or not new:
        return False
    digest.known = sorted(thing.key for thing in things)
    digest.sent_on = now.date()
    digest.save(update_fields=["known", "sent_on"])
    _letter(organisation, member.user, things).send()
    return True


def _digest_of(organisation: Organisation, user: User) -> WorkWaiting:
    digest: WorkWaiting = WorkWaiting.objects.get_or_create(
        organisation=organisation,
        user=user,
        defaults={"stop_token_hash": _hash_of(_token(organisation, user))},
    )[0]
    return digest


def _token(organisation: Organisation, user: User) -> str:
    """Return the secret of a stop link: the same in every e-mail, kept nowhere."""
    about = f"{organisation.pk}:{user.pk}:{user.joined_at.isoformat()}"
    return salted_hmac("candela.web.coding.stop", about, algorithm="sha256").hexdigest()


def _hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _letter(
    organisation: Organisation, user: User, things: list[Waiting]
) -> EmailMessage:
    count = len(things)
    number = "1 thing" if count == 1 else f"{count} things"
    stop = _address("stop-waiting", _token(organisation, user))
    why = (
        "You get this because of your roles here, on a working day on which something "
        "is new."
    )
    paragraphs = [
        *(f"- {thing.words}." for thing in things),
        f"\nSee all: {_address('waiting', organisation.slug)}",
        f"\n{textwrap.fill(why, WIDTH)}\nStop these e-mails: {stop}\n",
    ]
    return EmailMessage(
        subject=f"Candela: {number} waiting for you",
        body="\n".join(paragraphs),
        to=[user.email],
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )


def _address(name: str, *args: str) -> str:
    return origin() + reverse(name, args=args)
