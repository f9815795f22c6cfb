"""What is still to do before a campaign can start?  Six steps, each on its own page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from django.conf import settings
from django.urls import reverse

from candela.impact.claims import Role
from candela.publish.disclosure import SMALLEST_SHOWN
from candela.web.addressed import is_for_this_machine_only
from candela.web.campaigns.minutes import minutes_of, span
from candela.web.campaigns.models import Campaign, Governance
from candela.web.campaigns.plans import only_researchers
from candela.web.campaigns.standing import GroupStanding
from candela.web.parts import Task
from candela.web.shown import day

__all__ = [
    "ONLY_RESEARCHERS",
    "finding",
    "is_ready",
    "out_of_reach",
    "tasks",
    "warnings",
]

State = Literal["done", "to_do", "not_yet"]
ONLY_RESEARCHERS = (
    "Only people who did the research are asked. Ask at least one group that saw it "
    "from outside, or every answer comes from one side."
)

NO_MAIL = (
    "This service has no mail server: e-mails are written into files and reach nobody. "
    "Who keeps the service can set one. Paper forms work without it."
)
ONLY_HERE = (
    "This service can be reached from this machine only, so links and posters open for "
    "nobody else. Who keeps the service can give it an address for others."
)


def finding(campaign: Campaign, groups: Sequence[GroupStanding]) -> str:
    """Return the sentence: how many people, how long, until when."""
    if not groups:
        return "You will ask nobody yet. Choose groups first."
    people = sum(_how_many(group) for group in groups)
    count = f"{people} {'person' if people == 1 else 'people'}" if people else "people"
    number = len(groups)
    takes = span([minutes_of(group.group) for group in groups])
    closes = f"; closes {day(campaign.closes_on)}" if campaign.closes_on else ""
    return (
        f"You will ask {count} in {number} {'group' if number == 1 else 'groups'}; it "
        f"takes them {takes} (our estimate){closes}."
    )


def _how_many(group: GroupStanding) -> int:
    """Return how many are asked: hoped for at first, then as many as are invited."""
    invited = group.addresses + group.sheets
    return invited if invited and not group.poster else group.expected or 0


def warnings(groups: Sequence[GroupStanding]) -> list[str]:
    """Return what is worth another thought; none of it stops a start."""
    said = []
    if only_researchers(frozenset(Role(g.group.role) for g in groups)):
        said.append(ONLY_RESEARCHERS)
    small = [g.words for g in groups if 0 < (g.expected or 0) < SMALLEST_SHOWN]
    said += [
        f"Fewer than {SMALLEST_SHOWN} of {words} are asked. What they say is told "
        "together with others, never by group."
        for words in small
    ]
    return said


def out_of_reach(campaign: Campaign, groups: Sequence[GroupStanding]) -> list[str]:
    """Return why people may get nothing, as this service is set up."""
    if campaign.organisation.is_training:
        return []
    said = []
    if not settings.CONFIGURATION.mail.host and any(g.addresses for g in groups):
        said.append(NO_MAIL)
    asks_outside = any(g.addresses or g.poster for g in groups)
    if is_for_this_machine_only() and asks_outside:
        said.append(ONLY_HERE)
    return said


def is_ready(campaign: Campaign, groups: Sequence[GroupStanding]) -> bool:
    """Say whether steps 1 to 5 are done."""
    return not _lacking(campaign, groups)


def tasks(campaign: Campaign, groups: Sequence[GroupStanding]) -> list[Task]:
    """Return the six steps with their states."""
    slug, number = campaign.organisation.slug, campaign.pk

    def address(name: str) -> str:
        return reverse(f"campaign-{name}", args=[slug, number])

    asked = bool(groups)
    lacking = _lacking(campaign, groups)
    study = reverse("study", args=[slug, campaign.study_id])
    return [
        Task("1. The study", "done", _study_hint(campaign), study),
        Task(
            "2. Why, and governance",
            _done(campaign.governance != Governance.UNDECIDED),
            _governance_hint(campaign),
            address("governance"),
        ),
        Task("3. Groups", _done(asked), _groups_hint(groups), address("groups")),
        Task(
            "4. Questions",
            _done(_have_questions(groups), can=asked),
            _questions_hint(groups),
            address("questions"),
        ),
        Task(
            "5. Invitations",
            _done(asked and all(g.is_asked for g in groups), can=asked),
            _invitations_hint(groups),
            address("invitations"),
        ),
        Task(
            "6. Look and start",
            "not_yet" if lacking else "to_do",
            f"First: {', '.join(lacking)}." if lacking else _tried_hint(campaign),
            address("look"),
        ),
    ]


def _lacking(campaign: Campaign, groups: Sequence[GroupStanding]) -> list[str]:
    lacking = []
    if campaign.governance == Governance.UNDECIDED:
        lacking.append("decide what kind of work it is (2)")
    if not groups:
        lacking.append("choose groups (3)")
    elif not _have_questions(groups):
        lacking.append("choose questions (4)")
    if not any(group.is_asked for group in groups):
        lacking.append("invite somebody (5)")
    return lacking


def _done(done: bool, *, can: bool = True) -> State:
    if not can:
        return "not_yet"
    return "done" if done else "to_do"


def _have_questions(groups: Sequence[GroupStanding]) -> bool:
    return bool(groups) and all(g.group.questionnaire_id for g in groups)


def _study_hint(campaign: Campaign) -> str:
    study = campaign.study
    ended = study.closed_on or study.closed_recruitment_on
    when = f", closed {day(ended)}" if ended else ""
    return f"{study.short_title}{when}. Respondents read “{study.plain_name}”."


def _governance_hint(campaign: Campaign) -> str:
    label = Governance(campaign.governance).label
    number = campaign.governance_reference
    said = f"{label}, reference {number}" if number else label
    return f"{said[0].upper()}{said[1:]}."


def _groups_hint(groups: Sequence[GroupStanding]) -> str:
    told = [f"{g.words} {g.expected or ''}".strip() for g in groups]
    return f"{'; '.join(told)}." if told else "Nobody is asked yet."


def _questions_hint(groups: Sequence[GroupStanding]) -> str:
    if not groups:
        return "Choose groups first."
    without = [g.words for g in groups if not g.group.questionnaire_id]
    if without:
        return f"No questions yet for {', '.join(without)}."
    number = len(groups)
    return f"{number} {'questionnaire' if number == 1 else 'questionnaires'}, chosen."


def _invitations_hint(groups: Sequence[GroupStanding]) -> str:
    if not groups:
        return "Choose groups first."
    without = [g.words for g in groups if not g.is_asked]
    if not any(g.is_asked for g in groups):
        return "Paste addresses, print a poster or paper forms, or all of these."
    if without:
        return f"Still without: {'; '.join(without)}."
    addresses = sum(g.addresses for g in groups)
    sheets, posters = sum(g.sheets for g in groups), sum(g.poster for g in groups)
    return f"Addresses: {addresses}. Paper forms: {sheets}. Posters: {posters}."


def _tried_hint(campaign: Campaign) -> str:
    if campaign.tried_at is None:
        return "Send one to yourself first."
    return f"You sent one to yourself on {day(campaign.tried_at)}."
