"""How does somebody get at their questions, and nothing else?

By a link, a code at the foot of a paper form, or the code of a poster.  A link's token
is made from a random number and a key outside the database, so a copy of the database
opens nothing.  Opening a link never uses it up: mail filters open links before people.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import NoReverseMatch, reverse

from candela.web.addressed import origin
from candela.web.campaigns.codes import WrongCode, new_code, read_code
from candela.web.campaigns.contacts import mark_of, seal
from candela.web.campaigns.keys import keyed_hash
from candela.web.campaigns.models import (
    Campaign,
    Channel,
    Group,
    Invitation,
    InvitationState,
    Status,
)
from candela.web.scoping import across_organisations

__all__ = [
    "LONGEST",
    "address_of",
    "door_address",
    "find",
    "find_by_code",
    "find_door",
    "hash_of",
    "last_day",
    "new",
    "takes_answers",
    "token_of",
    "usable",
]

PURPOSE = "invitation"
LONGEST = timedelta(days=90)  # a link works no longer, whenever the campaign closes
USABLE = (InvitationState.NEW, InvitationState.SENT)


def new(
    *,
    group: Group,
    channel: Any,
    address: str = "",
    expires_on: date | None = None,
) -> Invitation:
    """Return an invitation, not saved yet: many are written at once."""
    nonce = secrets.token_urlsafe(32)
    return Invitation(
        organisation_id=group.organisation_id,
        group=group,
        channel=channel,
        nonce=nonce,
        token_hash=hash_of(_token(nonce)),
        code=new_code() if channel == Channel.PAPER else None,
        contact_sealed=seal(address) if address else "",
        contact_mark=mark_of(address, campaign=group.campaign_id) if address else None,
        expires_on=expires_on,
    )


def token_of(invitation: Invitation) -> str:
    """Return the secret of an invitation's link."""
    return _token(invitation.nonce)


def _token(nonce: str) -> str:
    made = keyed_hash(PURPOSE, f"invitation:{nonce}")
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def hash_of(token: str) -> str:
    """Return what is kept of a link's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def find(token: str) -> Invitation | None:
    """Return the invitation of a link, whatever its state; see ``usable``."""
    wanted = hash_of(token)
    found = _with_all(token_hash=wanted)
    # The database compares hashes, of which nobody chooses the first letters.  This
    # line makes sure of it, in a time that tells nothing.
    if found is None or not hmac.compare_digest(found.token_hash, wanted):
        return None
    return found


def find_by_code(typed: str) -> Invitation | None:
    """Return the invitation of a code at the foot of a paper form.

    Raises
    ------
    WrongCode
        If what was typed cannot be a code; it says what to do.
    """
    return _with_all(code=read_code(typed))


def find_door(typed: str) -> Group | None:
    """Return the group of a poster's code, whatever its state."""
    try:
        door = read_code(typed)
    except WrongCode:
        return None
    with across_organisations():
        return (
            Group.objects.select_related("campaign__study", "organisation")
            .filter(door=door)
            .first()
        )


def _with_all(**which: str) -> Invitation | None:
    with across_organisations():
        return (
            Invitation.objects.select_related(
                "group__campaign__study", "group__questionnaire", "organisation"
            )
            .filter(**which)
            .first()
        )


def takes_answers(campaign: Campaign, now: datetime) -> bool:
    """Say whether answers may come in: it has begun, and is neither paused nor over."""
    return (
        campaign.status == Status.OPEN
        and campaign.started_at is not None
        and campaign.started_at <= now
        and (campaign.closes_on is None or now.date() <= campaign.closes_on)
    )


def usable(invitation: Invitation, now: datetime) -> bool:
    """Say whether an invitation may still be answered."""
    return (
        invitation.state in USABLE
        and takes_answers(invitation.group.campaign, now)
        and (invitation.expires_on is None or now.date() <= invitation.expires_on)
    )


def last_day(*, sent_on: date, closes_on: date | None) -> date:
    """Return the last day of a link: the campaign's, or the 90th after it was sent."""
    longest = sent_on + LONGEST
    return longest if closes_on is None else min(closes_on, longest)


def address_of(invitation: Invitation) -> str:
    """Return the whole address of an invitation's link."""
    return _whole("tell", token_of(invitation), instead="/tell/{}/")


def door_address(group: Group) -> str:
    """Return the whole address that stands on a poster."""
    return _whole("door", str(group.door), instead="/ask/{}/")


def _whole(name: str, last: str, *, instead: str) -> str:
    try:
        path = reverse(name, args=[last])
    except NoReverseMatch:
        path = instead.format(last)
    return origin() + path
