"""How many were asked and have answered, as a page may say it?

Of a group that was promised not to be known, fewer than 8 answers look like none, and
more are told to the nearest 5.  No total is told beside them: less the others, it would
give them away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from candela.impact.claims import Role
from candela.publish.disclosure import SMALLEST_SHOWN
from candela.web.answering.counts import answered_by_group
from candela.web.campaigns.models import Campaign, Group, Invitation, InvitationState

__all__ = ["GroupStanding", "counted", "progress_finding", "standings", "to_nearest_5"]

Mode: Any = Group.Mode
Channel: Any = Invitation.Channel
BASE = 5


@dataclass(frozen=True)
class GroupStanding:
    """One group: how it is asked, and how many have answered.

    ``answered`` is the true count where it may be shown, and nothing where it may not.
    """

    group: Group
    words: str
    addresses: int
    sent: int
    sheets: int
    poster: bool
    answered: int | None
    rounded: bool

    @property
    def expected(self) -> int | None:
        """How many answers there can be or are hoped for; unknown for a poster."""
        target: int | None = self.group.target
        return target or (self.addresses + self.sheets) or None

    @property
    def is_asked(self) -> bool:
        """Whether anybody can answer in any way."""
        return bool(self.addresses or self.sheets or self.poster)

    @property
    def told(self) -> str:
        """How many have answered, in words."""
        if self.answered is None:
            return f"fewer than {SMALLEST_SHOWN}, not shown"
        if self.answered == 0:
            return "none yet"
        return f"about {self.answered}" if self.rounded else str(self.answered)


def standings(campaign: Campaign) -> list[GroupStanding]:
    """Return all groups of a campaign, with a query for each kind of count."""
    groups = list(
        campaign.groups.select_related("questionnaire").annotate(
            addresses=Count("invitations", Q(invitations__channel=Channel.EMAIL)),
            sent=Count("invitations", ~Q(invitations__sent_on=None)),
            sheets=Count("invitations", Q(invitations__channel=Channel.PAPER)),
        )
    )
    answered = answered_by_group([group.pk for group in groups])
    return [_standing(group, answered.get(group.pk, 0)) for group in groups]


def _standing(group: Any, answered: int) -> GroupStanding:
    exact = group.mode == Mode.IDENTIFIED
    shown = answered if exact else counted(answered)
    return GroupStanding(
        group,
        Role(group.role).words,
        group.addresses,
        group.sent,
        group.sheets,
        bool(group.door),
        shown,
        not exact,
    )


def counted(answered: int) -> int | None:
    """Return a count of people as it may be shown; nothing below 8, none too."""
    return to_nearest_5(answered) if answered >= SMALLEST_SHOWN else None


def to_nearest_5(count: int) -> int:
    """Return the nearest multiple of 5."""
    return BASE * ((count + BASE // 2) // BASE)


def progress_finding(groups: Sequence[GroupStanding]) -> str:
    """Return the sentence: which groups have answered, and which have not."""
    heard = [f"{g.words}, {g.told}" for g in groups if g.answered]
    silent = [g.words for g in groups if not g.answered]
    if not heard:
        return "No group has answered in numbers that can be shown yet."
    said = f"Answers so far: {'; '.join(heard)}."
    if silent:
        return f"{said} None can be shown yet of {_listed(silent)}."
    return said


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def not_answered(group: Group) -> list[Invitation]:
    """Return who was written to and has not answered; for named groups only."""
    if group.mode != Mode.IDENTIFIED:
        return []
    return list(
        group.invitations.filter(state=InvitationState.SENT)
        .exclude(contact_sealed="")
        .order_by("pk")
    )
