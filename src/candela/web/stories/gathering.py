"""What may a report say?  Rows become the one value that ``publish`` puts into words.

A report for readers outside names internal evidence by its kind and day only, and never
evidence that names people.  What it leaves out of costs and harm it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import QuerySet

from candela.impact.claims import Claim, Direction, Evidence, Role, Sensitivity
from candela.impact.lifecycle import State
from candela.impact.report import CaseReport, Coverage, GroupHeard, Quoted, StudyFacts
from candela.web.answering.models import Answer
from candela.web.coding.models import Source, Statement
from candela.web.coding.values import claims_of
from candela.web.stories.audiences import Audience
from candela.web.stories.consents import words_to_quote
from candela.web.stories.counting import counted_groups, groups_heard
from candela.web.stories.models import Report
from candela.web.studies.models import Service, Study

__all__ = [
    "COUNTING",
    "case_report",
    "coverage",
    "left_out",
    "quotes_to_choose",
    "statements_to_choose",
    "studies_that_count",
]

COUNTING = tuple(state.value for state in State if state.counts)
ENOUGH_TO_QUOTE = 8  # people of a group who answered, before one of them is quoted
DOWNSIDES = (Direction.NEGATIVE.value, Direction.MIXED.value)
NOT_STARTED = (Study.Status.SETUP, Study.Status.ARCHIVED)


def statements_to_choose(study: Study | None) -> QuerySet[Statement]:
    """Return what a report may tell: what somebody independent has verified."""
    counting = Statement.objects.filter(state__in=COUNTING).exclude(kind="")
    return counting if study is None else counting.filter(study=study)


def left_out(report: Report) -> int:
    """Return how many verified statements of cost or harm a report does not tell."""
    chosen = report.choices.get("statements", [])
    downsides = statements_to_choose(report.study).filter(direction__in=DOWNSIDES)
    return downsides.exclude(pk__in=chosen).count()


def quotes_to_choose(study: Study | None) -> QuerySet[Answer]:
    """Return the words that may be quoted, of groups in which enough answered."""
    if study is None:
        return Answer.objects.none()
    enough = [
        group
        for counted in counted_groups(study)
        if counted.shown >= ENOUGH_TO_QUOTE
        for group in counted.behind
    ]
    told = Source.objects.filter(statement__in=statements_to_choose(study))
    answers = Answer.objects.filter(
        response__group__in=enough, pk__in=told.values("answer")
    )
    return words_to_quote(answers).select_related("response__group")


def studies_that_count() -> QuerySet[Study]:
    """Return the studies that could be asked about, each once."""
    return (
        Study.objects.filter(same_as=None)
        .exclude(kind=Study.Kind.PERSON_YEAR)
        .exclude(status__in=NOT_STARTED)
    )


def coverage(studies: QuerySet[Study] | None = None) -> Coverage:
    """Return of how many studies how many were asked, and have something to tell."""
    eligible = studies_that_count() if studies is None else studies
    asked = eligible.filter(campaigns__started_at__isnull=False).distinct()
    told = eligible.filter(statements__state__in=COUNTING).distinct()
    return Coverage(eligible.count(), asked.count(), told.count())


def case_report(report: Report, *, today: date) -> CaseReport:
    """Return everything that a report says, as it would be made today."""
    choices = report.choices
    audience = Audience(report.audience)
    claims = _claims(report, audience)
    return CaseReport(
        organisation=report.organisation.name,
        dated=today,
        made_up=report.organisation.is_training,
        study=None if report.study is None else facts_of(report.study),
        claims=claims,
        groups=_groups(report.study),
        quotes=_quotes(report, claims),
        coverage=coverage(),
        did_not_go_to_plan=_not_to_plan(report),
        what_next=choices.get("what_next", ""),
        contact=choices.get("contact", ""),
        reviewed_by=("a reviewer who did not do the study",),
        review_due=report.review_due,
        asked_of_board=choices.get("asked_of_board", ""),
        services=_names(Service.objects.all(), "name"),
        studies=_names(Study.objects.all(), "short_title"),
    )


def _claims(report: Report, audience: Audience) -> tuple[Claim, ...]:
    chosen = statements_to_choose(report.study).filter(
        pk__in=report.choices.get("statements", [])
    )
    order = {pk: n for n, pk in enumerate(report.choices.get("statements", []))}
    rows = sorted(chosen, key=lambda statement: order[statement.pk])
    claims = claims_of(rows)
    if not audience.is_outside:
        return tuple(replace(c, evidence=_without_people(c.evidence)) for c in claims)
    return tuple(replace(c, evidence=_for_outside(c.evidence)) for c in claims)


def _without_people(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    return tuple(
        _by_kind(item) if item.sensitivity is Sensitivity.PERSONAL else item
        for item in evidence
    )


def _for_outside(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    return tuple(
        item if item.sensitivity is Sensitivity.PUBLIC else _by_kind(item)
        for item in evidence
    )


def _by_kind(item: Evidence) -> Evidence:
    kind = item.kind.words
    return replace(item, title=f"{kind[:1].upper()}{kind[1:]}", url="")


def facts_of(study: Study) -> StudyFacts:
    """Return a study as a reader should know it."""
    kind = Study.Kind(study.kind).label
    return StudyFacts(
        key=str(study.pk),
        kind=str(kind),
        title=study.title,
        short_title=study.short_title,
        plain_summary=study.plain_summary,
        service="" if study.service is None else study.service.name,
        lead="" if study.lead is None else study.lead.name,
        sponsor=study.sponsor,
        opened_on=study.opened_on,
        closed_on=study.closed_on,
        recruits=study.recruits,
        identifiers={
            str(i.get_scheme_display()): i.value for i in study.identifiers.all()
        },
    )


def _groups(study: Study | None) -> tuple[GroupHeard, ...]:
    return () if study is None else groups_heard(study)


def _quotes(report: Report, claims: Sequence[Claim]) -> tuple[Quoted, ...]:
    chosen = report.choices.get("quotes", [])
    answers = quotes_to_choose(report.study).filter(pk__in=chosen)
    labels = {claim.label for claim in claims}
    return tuple(
        Quoted(
            text=answer.shown,
            role=Role(answer.response.group.role),
            claim=_claim_of(answer, labels),
            key=str(answer.pk),
        )
        for answer in answers
    )


def _claim_of(answer: Answer, labels: Iterable[str]) -> str:
    told = Source.objects.filter(answer=answer).select_related("statement")
    found = {source.statement.label for source in told}
    return min(found.intersection(labels), default="")


def _not_to_plan(report: Report) -> str:
    told = str(report.choices.get("not_to_plan", "")).strip()
    missing = left_out(report)
    if not missing:
        return told
    more = (
        "1 verified statement of a cost or harm is not told here."
        if missing == 1
        else f"{missing} verified statements of a cost or harm are not told here."
    )
    return f"{told} {more}".strip()


def _names(rows: QuerySet[Any], name: str) -> dict[str, str]:
    return {str(pk): text for pk, text in rows.values_list("pk", name)}
