"""How far is the reading, and which answer comes next?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from candela.impact.identifiers import Found
from candela.web.accounts.models import Membership, User
from candela.web.answering.models import Answer, Response
from candela.web.campaigns.models import Campaign
from candela.web.coding.agreement import Agreement, agreement
from candela.web.coding.identifying import found_in, is_locked
from candela.web.coding.models import Coding, Source
from candela.web.coding.reading import (
    AnswerShown,
    burden_codes,
    burden_first,
    named_groups,
    readable_answers,
    shown_answer,
    text_of,
)
from candela.web.questionnaires.models import QuestionnaireVersion

__all__ = [
    "CampaignReading",
    "Reading",
    "next_to_read",
    "pieces",
    "reading",
    "second_answer",
]


@dataclass(frozen=True)
class Piece:
    """A stretch of an answer; ``kind`` says what it may tell, if anything."""

    words: str
    kind: str = ""


@dataclass(frozen=True)
class CampaignReading:
    """How far the answers of one campaign are read."""

    campaign: Campaign
    unread: int
    burden_unread: int
    coded: int
    following: Answer | None


@dataclass(frozen=True)
class Reading:
    """How far all answers are read, campaign by campaign."""

    campaigns: tuple[CampaignReading, ...]
    waiting_for_second: int
    agreement: Agreement

    @property
    def unread(self) -> int:
        """How many answers nobody has read."""
        return sum(each.unread for each in self.campaigns)

    @property
    def coded(self) -> int:
        """How many were read."""
        return sum(each.coded for each in self.campaigns)

    @property
    def finding(self) -> str:
        """The sentence at the head of the page."""
        if not self.campaigns:
            return "No answers can be read yet."
        unread = f"{self.unread:,} unread" if self.unread else "All answers are read"
        return f"{unread}, {self.coded:,} coded. {self.agreement.words}"


def reading(user: User) -> Reading:
    """Return how far the reading is, for somebody who might be a second coder."""
    total, unread = _counts(readable_answers()), _counts(_unread())
    campaigns = Campaign.objects.filter(pk__in=total).select_related("study")
    found = [_of_campaign(each, total, unread) for each in campaigns]
    return Reading(
        campaigns=tuple(sorted(found, key=lambda c: (not c.unread, -c.campaign.pk))),
        waiting_for_second=_for_second(user).count(),
        agreement=agreement(),
    )


def _counts(answers: QuerySet) -> dict[int, int]:
    """Return how many answers there are of each campaign."""
    by_campaign = answers.order_by().values("response__group__campaign")
    counted = by_campaign.annotate(count=Count("pk"))
    return {row["response__group__campaign"]: row["count"] for row in counted}


def _unread() -> QuerySet:
    first = Coding.objects.filter(answer=OuterRef("pk"), is_second=False)
    return readable_answers().exclude(Exists(first))


def _of_campaign(
    campaign: Campaign, total: Mapping[int, int], unread: Mapping[int, int]
) -> CampaignReading:
    left = unread.get(campaign.pk, 0)
    waiting = _unread().filter(response__group__campaign=campaign)
    codes = _burden_codes(campaign.pk)
    return CampaignReading(
        campaign=campaign,
        unread=left,
        burden_unread=waiting.filter(question__in=codes).count() if left else 0,
        coded=total[campaign.pk] - left,
        following=burden_first(waiting, codes) if left else None,
    )


def _burden_codes(campaign: int) -> frozenset[str]:
    asked = Response.objects.filter(group__campaign=campaign).order_by()
    versions = QuestionnaireVersion.objects.filter(
        pk__in=asked.values("questionnaire").distinct()
    )
    return burden_codes(versions)


def next_to_read(answer: Answer) -> Answer | None:
    """Return the next unread answer of the same campaign."""
    campaign = answer.response.group.campaign_id
    waiting = _unread().filter(response__group__campaign=campaign)
    return burden_first(waiting.exclude(pk=answer.pk), _burden_codes(campaign))


def _for_second(user: User) -> Any:
    """Return answers coded once, by somebody else."""
    first = Coding.objects.filter(answer=OuterRef("pk"), is_second=False)
    own = Coding.objects.filter(answer=OuterRef("pk"), coder=user)
    twice = Coding.objects.filter(answer=OuterRef("pk"), is_second=True)
    return (
        readable_answers()
        .filter(Exists(first))
        .exclude(Exists(own))
        .exclude(Exists(twice))
    )


def second_answer(user: User) -> Answer | None:
    """Return an answer to be coded a second time; keys are random, so is the choice."""
    answer: Answer | None = _for_second(user).order_by("pk").first()
    return answer


def seen_as(answer: Answer, membership: Membership) -> AnswerShown:
    """Return an answer as this member may see it."""
    named = named_groups(answer.response.group.campaign)
    return shown_answer(answer, named, membership)


def pieces(answer: Answer, names: Collection[str]) -> list[Piece]:
    """Return an answer's text in stretches, with what may tell too much marked."""
    text = text_of(answer)
    if not is_locked(answer, names):
        return [Piece(text)]
    return _marked(text, found_in(answer, names))


def _marked(text: str, found: Collection[Found]) -> list[Piece]:
    made, at = [], 0
    for item in sorted(found):
        if item.start >= at:
            made += [Piece(text[at : item.start])]
            made += [Piece(text[item.start : item.end], item.kind.words)]
            at = item.end
    return [piece for piece in (*made, Piece(text[at:])) if piece.words]


def sources_of(answer: Answer) -> list[Source]:
    """Return the statements that rest on an answer, in the order of their numbers."""
    found = Source.objects.filter(answer=answer).select_related("statement")
    return list(found.order_by("statement__number"))
