"""Who is invited, on which way, and who is not written to any more?

Nothing here tells, or can be used to find out, who has answered: what is noted of an
address is the same whether its owner answered or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from candela.errors import InputError, NotAllowed
from candela.impact.claims import Role
from candela.web.accounts.models import User
from candela.web.audit.actions import Action
from candela.web.campaigns import links
from candela.web.campaigns.codes import new_code
from candela.web.campaigns.contacts import mark_of
from candela.web.campaigns.models import (
    Campaign,
    Group,
    Invitation,
    InvitationState,
    Status,
)
from candela.web.campaigns.setting_up import note

__all__ = [
    "MOST_SHEETS",
    "Invited",
    "clear",
    "close_door",
    "invite",
    "make_sheets",
    "note_undelivered",
    "open_door",
    "refuse_to_ask_one",
    "take_back",
]

Channel: Any = Invitation.Channel
MOST_SHEETS = 300
BEING_ASKED = (Status.PLANNED, Status.OPEN, Status.PAUSED)
OVER = "The campaign is closed, so nobody is asked any more. Nothing was changed."


@dataclass(frozen=True)
class Invited:
    """How many were added, and who was there already: a group for each address."""

    added: int
    there: dict[str, Role]


def invite(*, group: Group, addresses: Sequence[str], by: User) -> Invited:
    """Add people by their addresses; each is in one group of a campaign at most."""
    _refuse_if_over(group.campaign)
    marks = {mark_of(a, campaign=group.campaign_id): a for a in addresses}
    known = Invitation.objects.filter(contact_mark__in=marks).select_related("group")
    there = {marks[i.contact_mark]: Role(i.group.role) for i in known}
    new = [
        links.new(group=group, channel=Channel.EMAIL, address=address)
        for address in marks.values()
        if address not in there
    ]
    Invitation.objects.bulk_create(new)
    if new:
        note(
            Action.PEOPLE_INVITED,
            group.campaign,
            by,
            group=group.role,
            count=len(new),
        )
    return Invited(len(new), there)


def make_sheets(*, group: Group, count: int, by: User) -> list[Invitation]:
    """Return paper forms, each with a code of its own."""
    _refuse_if_over(group.campaign)
    there = group.invitations.filter(channel=Channel.PAPER).count()
    if not 1 <= count <= MOST_SHEETS - there:
        raise InputError(
            f"A group can have {MOST_SHEETS} paper forms, and has {there}. Ask for "
            "fewer."
        )
    if group.mode == Group.Mode.ANONYMOUS and group.campaign.status != Status.PLANNED:
        refuse_to_ask_one(group, more=count)
    made = [links.new(group=group, channel=Channel.PAPER) for _ in range(count)]
    Invitation.objects.bulk_create(made)
    note(Action.SHEETS_MADE, group.campaign, by, group=group.role, count=count)
    return made


def open_door(*, group: Group, passphrase: str, by: User) -> None:
    """Let whoever has the code of a poster answer; the passphrase stands beside it."""
    _refuse_if_over(group.campaign)
    if not group.door:
        group.door = new_code()
    group.passphrase = passphrase
    group.save(update_fields=["door", "passphrase"])
    note(
        Action.DOOR_OPENED,
        group.campaign,
        by,
        group=group.role,
        passphrase=bool(passphrase),
    )


def close_door(*, group: Group, by: User) -> None:
    """End the code of a poster; what came in through it stays."""
    if not group.door:
        return
    group.door, group.passphrase = None, ""
    group.save(update_fields=["door", "passphrase"])
    note(Action.PEOPLE_TAKEN_BACK, group.campaign, by, group=group.role, poster=True)


def note_undelivered(*, campaign: Campaign, addresses: Sequence[str], by: User) -> int:
    """Write no more to addresses whose e-mail came back; return how many are known.

    Their links go on working: an e-mail may come back and be read all the same.
    """
    known = _known(campaign, addresses)
    count = int(known.update(undelivered=True))
    note(Action.CAMPAIGN_CHANGED, campaign, by, what="undelivered e-mail")
    return count


def take_back(*, campaign: Campaign, addresses: Sequence[str], by: User) -> int:
    """End the links of addresses that should not have been asked; return how many.

    An answer that was sent already stays.  The number is that of addresses known, so
    that it does not tell whether somebody has answered.

    Raises
    ------
    NotAllowed
        If one person alone would be left of a group that was promised not to be known.
    """
    known = _known(campaign, addresses)
    for group in campaign.groups.filter(
        mode=Group.Mode.ANONYMOUS, pk__in=known.values("group")
    ):
        refuse_to_ask_one(group, without=addresses)
    count = int(known.update(undelivered=True))
    waiting = (InvitationState.NEW, InvitationState.SENT)
    known.filter(state__in=waiting).update(state=InvitationState.REVOKED)
    note(Action.PEOPLE_TAKEN_BACK, campaign, by, poster=False)
    return count


def refuse_to_ask_one(
    group: Group, *, without: Sequence[str] = (), more: int = 0
) -> None:
    """Refuse to ask one person alone, who was promised that nobody knows them.

    Whether they have answered makes no difference: it would else be told here.
    """
    marks = [mark_of(a, campaign=group.campaign_id) for a in without]
    asked = group.invitations.filter(undelivered=False)
    left = asked.exclude(contact_mark__in=marks).count() + more
    if left == 1 and not group.door:
        raise NotAllowed(
            f"Of {Role(group.role).words} one person alone would be asked, and was to "
            "stay unknown. Ask more of them, or ask them as confidential or named. "
            "Nothing was changed."
        )


def clear(*, group: Group, by: User) -> None:
    """Take back all invitations of a group that was not written to yet."""
    if group.campaign.status != Status.PLANNED:
        raise NotAllowed(
            "The campaign has started. Take single addresses back instead."
        )
    group.invitations.all().delete()
    close_door(group=group, by=by)
    note(Action.PEOPLE_TAKEN_BACK, group.campaign, by, group=group.role, all=True)


def _known(campaign: Campaign, addresses: Sequence[str]) -> Any:
    marks = [mark_of(a, campaign=campaign.pk) for a in addresses]
    return Invitation.objects.filter(group__campaign=campaign, contact_mark__in=marks)


def _refuse_if_over(campaign: Campaign) -> None:
    if campaign.status not in BEING_ASKED:
        raise NotAllowed(OVER)
