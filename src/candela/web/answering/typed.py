"""How is a sheet of paper found, and a conversation noted, each once?"""

from __future__ import annotations

from datetime import datetime

from candela.errors import InputError
from candela.web.accounts.models import User
from candela.web.answering.sending import Receipt, Sent, send
from candela.web.answering.visits import Visit
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.campaigns import links
from candela.web.campaigns.models import Campaign, Group, Invitation

__all__ = ["interview", "paper", "take_in"]

NONCE = 43


def paper(campaign: Campaign, typed: str, now: datetime) -> Visit:
    """Return the sheet of paper with this code.

    Raises
    ------
    InputError
        If no paper of this campaign has it, or it was typed in already.
    """
    invitation = links.find_by_code(typed)
    if invitation is None or invitation.group.campaign_id != campaign.pk:
        raise InputError(
            "No paper of this campaign has this code. Look at the foot of the paper, "
            "and at the name of the study on it."
        )
    if not links.usable(invitation, now):
        raise InputError(
            "This paper was typed in already, or its campaign takes no answers now. "
            "Nothing was written."
        )
    return Visit(links.token_of(invitation), invitation.group, invitation)


def interview(group: Group, once: str, now: datetime) -> Visit:
    """Return a conversation; ``once`` is drawn at random for each page that asks.

    Raises
    ------
    InputError
        If the campaign takes no answers now.
    """
    if not links.takes_answers(group.campaign, now) or len(once) != NONCE:
        raise InputError(
            "The campaign takes no answers at the moment. Nothing was written."
        )
    made = links.new(group=group, channel=Invitation.Channel.INTERVIEW)
    made.nonce = once
    made.token_hash = links.hash_of(links.token_of(made))
    return Visit(links.token_of(made), group, made)


def take_in(*, visit: Visit, sent: Sent, by: User, now: datetime) -> Receipt:
    """Take what was typed in for somebody else, and use its paper or talk up.

    Who typed it is noted, but not in an anonymous group: one line for each answer would
    tell when it came.
    """
    if visit.invitation is not None and visit.invitation.pk is None:
        kept, _ = Invitation.objects.get_or_create(
            organisation_id=visit.group.organisation_id,
            nonce=visit.invitation.nonce,
            defaults={
                "group": visit.group,
                "channel": visit.invitation.channel,
                "token_hash": visit.invitation.token_hash,
            },
        )
        # What the page sent could be somebody else's: then it is no conversation.
        of_this = kept.channel, kept.group_id
        if of_this != (Invitation.Channel.INTERVIEW, visit.group.pk):
            raise InputError(
                "This page cannot be sent. Open it again, and type the answers there."
            )
        visit = Visit(visit.token, visit.group, kept)
    receipt = send(visit=visit, sent=sent, now=now)
    if not visit.is_anonymous:
        record(
            Action.ANSWER_TYPED,
            by=by,
            organisation=visit.group.organisation,
            thing=f"group:{visit.group.pk}",
            how=sent.how,
        )
    return receipt
