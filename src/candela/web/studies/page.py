"""What did this study change here, as one page says it?

Counts of people are shown by the rule for small numbers; studies, statements and
documents are counted exactly.  Who may neither write nor check statements sees only
those that somebody independent has verified.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from candela.impact.claims import Claim, Role, Verification
from candela.impact.framework import framework
from candela.impact.lifecycle import State
from candela.impact.registers.numbers import Scheme, page_of
from candela.web.accounts.models import Membership, User
from candela.web.accounts.permissions import Permission
from candela.web.campaigns.models import Campaign, Group
from candela.web.coding.models import Statement, Support
from candela.web.coding.values import claims_of
from candela.web.shown import day
from candela.web.studies.facts import Fact, facts
from candela.web.studies.models import Milestone, Output, Study
from candela.web.studies.voices import Voices, voices_of

__all__ = [
    "SEES_UNVERIFIED",
    "DayLine",
    "NumberLine",
    "StatementLine",
    "StudyPage",
    "study_page",
]

SEES_UNVERIFIED = (
    Permission.CODE_ANSWERS,
    Permission.REVIEW_STATEMENTS,
    Permission.BUILD_REPORTS,
    Permission.RELEASE_REPORTS,
)
GONE = (State.DECLINED, State.SUPERSEDED, State.WITHDRAWN)
FIRST = (Role.PARTICIPANT, Role.CLINICIAN, Role.RESEARCHER)
FIRST_BY_KIND: Mapping[str, tuple[Role, ...]] = {
    "fellowship": (Role.RESEARCHER, Role.CLINICIAN, Role.MANAGER),
    "person_year": (Role.RESEARCHER, Role.CLINICIAN, Role.MANAGER),
    "infrastructure": (Role.CLINICIAN, Role.MANAGER, Role.NURSE),
    "ppi_group": (Role.CONTRIBUTOR, Role.RESEARCHER, Role.MANAGER),
}


@dataclass(frozen=True)
class NumberLine:
    """A number in a register, where its page there is, and whether it was asked."""

    register: str
    value: str
    address: str
    words: str


@dataclass(frozen=True)
class StatementLine:
    """One statement in a line."""

    pk: int
    label: str
    text: str
    words: str


@dataclass(frozen=True)
class DayLine:
    """A day on which to ask, and what became of it."""

    pk: int
    words: str
    standing: str
    waits: bool


@dataclass(frozen=True)
class StudyPage:
    """Everything that the page of a study shows."""

    finding: str
    was_asked: bool
    ask_first: tuple[str, ...]
    facts: Sequence[Fact]
    numbers: Sequence[NumberLine]
    members: Sequence[tuple[str, str]]
    siblings: Sequence[Study]
    outputs: Sequence[Output]
    voices: Voices
    statements: Sequence[tuple[str, Sequence[StatementLine]]]
    evidence: Sequence[tuple[int, str, str]]
    days: Sequence[DayLine]
    history: Sequence[str]
    confidential: Sequence[tuple[int, str]]


def study_page(study: Study, membership: Membership, *, today: date) -> StudyPage:
    """Return the page of a study for one member."""
    sees_all = any(membership.may(permission) for permission in SEES_UNVERIFIED)
    rows, claims = _statements(study, sees_all=sees_all)
    campaigns = list(study.campaigns.order_by("added_at"))
    voices = voices_of(study)
    started = [c for c in campaigns if c.started_at is not None]
    return StudyPage(
        finding=_finding(study, claims, voices, was_asked=bool(started)),
        was_asked=bool(started or claims),
        ask_first=tuple(r.words for r in FIRST_BY_KIND.get(study.kind, FIRST)),
        facts=facts(study, _names(study)),
        numbers=_numbers(study),
        members=_members(study),
        siblings=_siblings(study),
        outputs=list(Output.objects.filter(studies__study=study)),
        voices=voices,
        statements=_by_domain(rows, claims),
        evidence=_evidence(rows, membership),
        days=_days(study, campaigns, today),
        history=_history(study, campaigns, claims),
        confidential=_confidential(started, membership),
    )


def _confidential(
    started: Iterable[Campaign], membership: Membership
) -> list[tuple[int, str]]:
    """Return the campaigns of which this member may see who answered, and when."""
    if not membership.may(Permission.SEE_WHO_ANSWERED):
        return []
    confidential = Group.objects.filter(mode=Group.Mode.CONFIDENTIAL)
    asked = set(confidential.values_list("campaign", flat=True))
    return [(c.pk, f"asked from {day(c.started_at)}") for c in started if c.pk in asked]


def _statements(
    study: Study, *, sees_all: bool
) -> tuple[Mapping[str, Statement], tuple[Claim, ...]]:
    """Return the statements that a member may see, as rows and as claims."""
    standing = Statement.objects.filter(study=study).exclude(state__in=GONE)
    if not sees_all:
        standing = standing.filter(state__in=[s for s in State if s.counts])
    claims = claims_of(standing)
    return {row.label: row for row in standing}, claims


def _finding(
    study: Study, claims: Sequence[Claim], voices: Voices, *, was_asked: bool
) -> str:
    """Return what there is to say about what a study changed."""
    own = [claim for claim in claims if not claim.same_as]
    if not was_asked and not own:
        return f"Nobody has been asked yet what {study.short_title} changed here."
    confirmed = sum(c.verification is not Verification.SELF_REPORT for c in own)
    disputed = sum(c.kind in voices.disputed for c in own)
    changes = "1 change" if len(own) == 1 else f"{len(own) or 'no'} changes"
    return (
        f"{voices.people}; {changes} reported, {confirmed or 'none'} confirmed by a "
        f"second source, {disputed or 'none'} disputed."
    )


def _names(study: Study) -> dict[int, str]:
    """Return the names of those who typed something about a study."""
    keys = {source["by"] for source in study.sources.values() if "by" in source}
    found = User.objects.filter(pk__in=keys)
    return {user.pk: str(user) for user in found}


def _numbers(study: Study) -> list[NumberLine]:
    return [
        NumberLine(
            str(number.get_scheme_display()),
            number.value,
            page_of(Scheme(number.scheme), number.value),
            f"checked on {day(number.verified_at)}"
            if number.verified_at
            else "not checked",
        )
        for number in study.identifiers.all()
    ]


def _members(study: Study) -> list[tuple[str, str]]:
    lead = [] if study.lead is None else [(study.lead.name, "leads it here")]
    members = study.members.select_related("colleague").order_by("colleague__name")
    return [*lead, *((m.colleague.name, m.part) for m in members)]


def _siblings(study: Study) -> list[Study]:
    """Return the entries of the same study at other sites."""
    whole = study.same_as_id or study.pk
    same = Study.objects.filter(same_as=whole) | Study.objects.filter(pk=whole)
    return list(same.exclude(pk=study.pk).distinct().order_by("short_title"))


def _by_domain(
    rows: Mapping[str, Statement], claims: Iterable[Claim]
) -> list[tuple[str, list[StatementLine]]]:
    found: dict[str, list[StatementLine]] = {}
    domains = {domain.code: domain.label for domain in framework().domains}
    for claim in claims:
        kind = framework().kinds.get(claim.kind)
        domain = domains[kind.domain] if kind else "Not filed yet"
        words = [State(claim.state).words, claim.direction.words]
        if claim.same_as:
            words.append(f"repeats {claim.same_as}, so it is not counted")
        elif claim.verification is not Verification.SELF_REPORT:
            words.append(claim.verification.words)
        found.setdefault(domain, []).append(
            StatementLine(
                rows[claim.label].pk,
                claim.label,
                claim.title or claim.text,
                "; ".join(words),
            )
        )
    order = [*domains.values(), "Not filed yet"]
    return [(name, found[name]) for name in order if name in found]


def _evidence(
    rows: Mapping[str, Statement], membership: Membership
) -> list[tuple[int, str, str]]:
    """Return what supports the statements; what names people only to who may see it."""
    supports = Support.objects.filter(
        statement__in=[row.pk for row in rows.values()], evidence__removed_at=None
    ).select_related("evidence", "statement")
    hidden = (
        ()
        if membership.may(Permission.SEE_SENSITIVE_EVIDENCE)
        else (
            "confidential",
            "contains_personal",
        )
    )
    found: dict[int, tuple[str, list[str]]] = {}
    for support in supports.order_by("evidence__number", "statement__number"):
        item = support.evidence
        title = "not shown to you" if item.sensitivity in hidden else item.title
        words = f"{item.label}: {title} ({item.get_kind_display()})"
        found.setdefault(item.pk, (words, []))[1].append(support.statement.label)
    return [(pk, words, ", ".join(of)) for pk, (words, of) in found.items()]


def _days(study: Study, campaigns: Iterable[Campaign], today: date) -> list[DayLine]:
    named = {c.milestone_id for c in campaigns}
    return [
        DayLine(
            milestone.pk,
            f"{milestone.get_kind_display().capitalize()}: {day(milestone.due)}",
            _standing(milestone, milestone.pk in named, today),
            milestone.done_on is None and milestone.pk not in named,
        )
        for milestone in study.milestones.all()
    ]


def _standing(milestone: Milestone, has_campaign: bool, today: date) -> str:
    if milestone.done_on is not None:
        return f"done on {day(milestone.done_on)}"
    if has_campaign:
        return "asked about"
    if milestone.never:
        return "not to be asked about"
    if milestone.put_off_until is not None and milestone.put_off_until > today:
        return f"put off until {day(milestone.put_off_until)}"
    return "due" if milestone.due <= today else "to come"


def _history(
    study: Study, campaigns: Iterable[Campaign], claims: Iterable[Claim]
) -> list[str]:
    """Return what happened, in words, the oldest first."""
    by = f" by {study.added_by}" if study.added_by is not None else ""
    told = [f"Added here on {day(study.added_at)}{by}."]
    for campaign in campaigns:
        if campaign.started_at is not None:
            told.append(f"People were asked from {day(campaign.started_at)}.")
        if campaign.closed_at is not None:
            told.append(f"Asking closed on {day(campaign.closed_at)}.")
        if campaign.finished_at is not None:
            told.append(f"Who answered was told of it by {day(campaign.finished_at)}.")
    verified = sum(State(claim.state).counts for claim in claims)
    if verified:
        one = verified == 1
        told.append(
            f"{verified} {'statement is' if one else 'statements are'} verified."
        )
    return told
