"""Who holds this link, and may they still answer?

A link comes with an invitation, or was drawn for somebody who came by a poster; of the
latter only a draft is kept, and when the draft is gone so is the link.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from candela.web.answering import drafts
from candela.web.campaigns import links
from candela.web.campaigns.models import Campaign, Group, Invitation
from candela.web.scoping import organisation_scope

__all__ = ["Visit", "find", "through_door", "was_sent"]

Mode = Group.Mode


@dataclass(frozen=True)
class Visit:
    """Somebody with a link that works; ``invitation`` is empty for who came by a
    poster."""

    token: str
    group: Group
    invitation: Invitation | None = None

    @property
    def campaign(self) -> Campaign:
        """The campaign that asks."""
        campaign: Campaign = self.group.campaign
        return campaign

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody may ever find out who said what."""
        return bool(self.group.mode == Mode.ANONYMOUS)


def find(token: str, now: datetime) -> Visit | None:
    """Return the visit of a link that works now; wrong, used and over are alike."""
    invitation = links.find(token)
    if invitation is not None:
        invitation.group.organisation = invitation.organisation  # had already
        works = links.usable(invitation, now) and invitation.group.questionnaire_id
        return Visit(token, invitation.group, invitation) if works else None
    group = drafts.group_of(token)
    if group is None or not _lets_in(group, now):
        return None
    return Visit(token, group)


def was_sent(token: str) -> bool:
    """Say whether this link's answers were sent; of posters nothing is kept."""
    invitation = links.find(token)
    return invitation is not None and invitation.state == Invitation.State.ANSWERED


def through_door(group: Group, *, now: datetime) -> Visit | None:
    """Let somebody in who has a poster's code: a link of their own, and a draft."""
    if not _lets_in(group, now):
        return None
    visit = Visit(secrets.token_urlsafe(32), group)
    with organisation_scope(group.organisation):
        drafts.save(visit.token, group, drafts.Kept(), today=now.date())
    return visit


def _lets_in(group: Group, now: datetime) -> bool:
    return bool(
        group.door
        and group.questionnaire_id
        and links.takes_answers(group.campaign, now)
    )
