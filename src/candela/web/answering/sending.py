"""How does an answer arrive, exactly once?

In one transaction: the link is used up, what was said is written, the draft goes.  The
link's row decides: of two who send with one link at the same time, one changes it and
the other finds nothing to change.  Who came by a poster has a draft for such a row.

The group is locked meanwhile.  So nobody sends into a box that is being opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from candela.errors import NotAllowed
from candela.impact.answers import Value
from candela.impact.questions import Form, Format, visible_pages
from candela.web.answering import drafts
from candela.web.answering.models import Response, SealedAnswer
from candela.web.answering.sealing import answers_key, seal
from candela.web.answering.visits import Visit
from candela.web.answering.withdrawing import code_of, mark_of
from candela.web.answering.writing import write_response
from candela.web.campaigns import links
from candela.web.campaigns.models import Campaign, Group, Invitation
from candela.web.scoping import organisation_scope

__all__ = ["AlreadySent", "NotNow", "Receipt", "Sent", "place_of", "said", "send"]

State = Invitation.State
Holds: Any = SealedAnswer.Holds
How: Any = Response.How


class AlreadySent(NotAllowed):
    """This link's answers are here already."""


class NotNow(NotAllowed):
    """The campaign takes no answers at the moment."""


@dataclass(frozen=True)
class Sent:
    """What somebody sends.

    ``about`` are broad bands, never kept beside the rest.  ``quote`` is what may be
    quoted: nothing, the words without a name, or with it.
    """

    answers: Mapping[str, Value]
    quote: str = ""
    about: Mapping[str, str] = field(default_factory=dict)
    how: str = How.WEB.value
    entered_by: int | None = None
    format: str = Format.STANDARD.value
    locale: str = "en-GB"


@dataclass(frozen=True)
class Receipt:
    """What somebody gets for it: with ``code`` they can take it back."""

    code: str = ""


def said(form: Form, answers: Mapping[str, Value]) -> dict[str, Value]:
    """Return the answers of pages that are shown after these answers, in order."""
    asked = (a for page in visible_pages(form, answers) for a in page.questions)
    return {a.code: answers[a.code] for a in asked if a.code in answers}


def send(*, visit: Visit, sent: Sent, now: datetime) -> Receipt:
    """Take an answer, and use its link up.

    Raises
    ------
    AlreadySent
        If this link was used before; nothing is written.
    NotNow
        If the campaign was closed or paused meanwhile; the draft stays.
    """
    with transaction.atomic(), organisation_scope(visit.group.organisation):
        group = _locked(visit.group, now)
        _use_up(visit, now.date())
        if visit.is_anonymous:
            _put_in_box(group, Holds.ANSWER, _without_about(sent))
        else:
            write_response(
                group=group,
                sent=_without_about(sent),
                sent_on=now.date(),
                invitation=visit.invitation,
                withdrawal_mark=mark_of(code_of(visit.token)),
            )
        _put_in_box(group, Holds.ABOUT, {"about": dict(sent.about)})
    return Receipt("" if visit.is_anonymous else code_of(visit.token))


def place_of(group: Group) -> str:
    """Return the place that sealed rows of a group belong to."""
    return f"box of group {group.pk}"


def _locked(group: Group, now: datetime) -> Group:
    """Return the group as it is now, locked against being opened meanwhile."""
    found: Group = (
        Group.objects.select_for_update(of=("self",))
        .select_related("questionnaire")
        .get(pk=group.pk)
    )
    # Asked after the lock was had: whoever closes holds it too.
    campaign = Campaign.objects.get(pk=found.campaign_id)
    if found.opened_at is not None or not links.takes_answers(campaign, now):
        raise NotNow(
            "No answers are taken at the moment, so nothing was sent. What you wrote "
            "is kept until the end."
        )
    return found


def _use_up(visit: Visit, today: date) -> None:
    """Let the row of the link decide who of two came first."""
    was_open = drafts.forget(visit.token)
    if visit.invitation is not None:
        in_time = Q(expires_on=None) | Q(expires_on__gte=today)
        was_open = bool(
            Invitation.objects.filter(
                in_time, pk=visit.invitation.pk, state__in=links.USABLE
            ).update(state=State.ANSWERED)
        )
    if not was_open:
        raise AlreadySent(
            "Your answers were sent already. They are here once, and nothing was sent "
            "a second time."
        )


def _put_in_box(group: Group, holds: str, content: Mapping[str, object]) -> None:
    SealedAnswer.objects.create(
        organisation_id=group.organisation_id,
        group=group,
        holds=holds,
        sealed=seal(content, key=answers_key(), place=place_of(group)),
    )


def _without_about(sent: Sent) -> dict[str, object]:
    return {name: value for name, value in asdict(sent).items() if name != "about"}
