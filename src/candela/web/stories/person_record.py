"""What does the record of one person in research hold?

Studies and years they had a part in, what these brought forth, and the statements that
credit them.  A statement is in several records and in the roll-up once.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse

from candela.web.accounts.models import Organisation
from candela.web.coding.models import Statement
from candela.web.parts import Link
from candela.web.stories.gathering import COUNTING
from candela.web.studies.models import Colleague, Output, Study

__all__ = ["person_record"]


def person_record(
    colleague: Colleague, *, organisation: Organisation
) -> dict[str, Any]:
    """Return what the page of a person shows."""
    part = Q(lead=colleague) | Q(members__colleague=colleague)
    studies = list(Study.objects.filter(part).distinct())
    outputs = list(Output.objects.filter(studies__study__in=studies).distinct())
    statements = list(
        Statement.objects.filter(
            credits__colleague=colleague, state__in=COUNTING, same_as=None
        ).select_related("study")
    )
    return {
        "caption": colleague.name,
        "organisation": organisation,
        "finding": _finding(colleague, len(studies), len(outputs), len(statements)),
        "studies": [_study_link(study, organisation) for study in studies],
        "outputs": outputs,
        "statements": [_statement_link(row, organisation) for row in statements],
    }


def _finding(colleague: Colleague, studies: int, outputs: int, statements: int) -> str:
    part = _count(studies, "study or year", "studies")
    things = _count(outputs, "thing", "things")
    one, many = "verified statement credits", "verified statements credit"
    credit = f"{_count(statements, one, many)} them"
    return f"{colleague.name}: {part}, {things} brought forth. {credit}."


def _count(number: int, one: str, many: str) -> str:
    return f"{number or 'No'} {one if number == 1 else many}"


def _study_link(study: Study, organisation: Organisation) -> Link:
    words = study.short_title
    if study.kind == Study.Kind.PERSON_YEAR and study.plain_summary:
        words = f"{words}: {study.plain_summary}"
    return Link(words, reverse("study", args=[organisation.slug, study.pk]))


def _statement_link(statement: Statement, organisation: Organisation) -> Link:
    return Link(
        f"{statement.label}: {statement.title or statement.text}",
        reverse("statement", args=[organisation.slug, statement.pk]),
        f"of {statement.study.short_title}",
    )
