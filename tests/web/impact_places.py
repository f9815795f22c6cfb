"""Small studies, campaigns, answers and statements, for tests of several apps.

Each function makes one row in the scope it is called in, and what that row needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from candela.impact.claims import Role as Answering
from candela.impact.questionnaire import shipped
from candela.web.accounts.permissions import Role
from candela.web.answering.models import Answer, Consent, Response
from candela.web.campaigns.models import Campaign, Group
from candela.web.coding.models import Statement
from candela.web.coding.numbering import next_number
from candela.web.questionnaires.actions import take_into_use
from candela.web.questionnaires.models import QuestionnaireVersion
from candela.web.studies.models import Study
from web.conftest import Place

__all__ = [
    "BOXES",
    "CLOSED",
    "HARM_BOX",
    "make_campaign",
    "make_group",
    "make_questionnaire",
    "make_response",
    "make_statement",
    "make_study",
]

CLOSED = datetime(2026, 10, 31, 12, tzinfo=UTC)
BOXES = ("health_words", "care_words", "safety_words", "people_words")
HARM_BOX = "hard_words"


def make_study(place: Place, **more: Any) -> Study:
    """Return a study that closed this spring."""
    given = {
        "title": "Feet in hospital: a study of checks at admission",
        "short_title": "Heron study",
        "plain_name": "Heron study",
        "status": Study.Status.CLOSED,
        "closed_on": date(2026, 4, 30),
        **more,
    }
    return Study.objects.create(organisation=place.organisation, **given)


def make_campaign(place: Place, study: Study | None = None, **more: Any) -> Campaign:
    """Return a campaign whose answers may be read; give ``closed_at=None`` for open."""
    given = {
        "status": Campaign.Status.CODING,
        "closed_at": CLOSED,
        "coordinator": place.person(Role.COORDINATOR),
        **more,
    }
    return Campaign.objects.create(
        organisation=place.organisation, study=study or make_study(place), **given
    )


def make_questionnaire(
    place: Place, role: Answering = Answering.PARTICIPANT, **more: Any
) -> QuestionnaireVersion:
    """Return the version in use of the questionnaire for a role.

    What is given makes a version of its own.
    """
    if not more and role.value in shipped():
        return take_into_use(
            organisation=place.organisation, key=role.value, by=None, now=CLOSED
        )
    key = f"{role.value}-{QuestionnaireVersion.objects.count() + 1}"
    given = {"version": "1", "content": {}, "checksum": key, **more}
    return QuestionnaireVersion.objects.create(
        organisation=place.organisation,
        key=key,
        role=role.value,
        state=QuestionnaireVersion.State.ACTIVE,
        **given,
    )


def make_group(
    place: Place,
    campaign: Campaign | None = None,
    role: Answering = Answering.PARTICIPANT,
    **more: Any,
) -> Group:
    """Return a group of one role."""
    given = {"questionnaire": make_questionnaire(place, role), **more}
    return Group.objects.create(
        organisation=place.organisation,
        campaign=campaign or make_campaign(place),
        role=role.value,
        **given,
    )


def make_response(
    place: Place,
    of: Study | Group | None = None,
    *,
    texts: Sequence[str] = (),
    answers: dict[str, Any] | None = None,
    quote: bool = False,
    **more: Any,
) -> Response:
    """Return what one person sent: texts in boxes, and answers by their codes.

    ``answers`` are those of gates, and texts in boxes that end in ``_words``.
    """
    group = of if isinstance(of, Group) else make_group(place, _campaign(place, of))
    given = {"sent_on": date(2026, 10, 1), **more}
    response = Response.objects.create(
        organisation=place.organisation,
        group=group,
        questionnaire=group.questionnaire,
        **given,
    )
    boxes = dict(zip(BOXES, texts, strict=False))
    for code, value in {**boxes, **(answers or {})}.items():
        is_text = code.endswith("_words")
        Answer.objects.create(
            organisation=place.organisation,
            response=response,
            question=code,
            value=value,
            is_text=is_text,
            shown=value if is_text else "",
        )
    if quote:
        Consent.objects.create(
            organisation=place.organisation,
            response=response,
            purpose=Consent.Purpose.QUOTE,
            given=True,
        )
    return response


def _campaign(place: Place, study: Study | None) -> Campaign:
    return make_campaign(place, study)


def make_statement(
    place: Place, *, study: Study | None = None, **more: Any
) -> Statement:
    """Return a draft of a statement that a coder wrote."""
    organisation = place.organisation
    given = {
        "text": "Feet are checked on the ward at admission.",
        "author": place.person(Role.CODER),
        **more,
    }
    return Statement.objects.create(
        organisation=organisation,
        number=next_number(Statement, organisation),
        study=study or make_study(place),
        **given,
    )
