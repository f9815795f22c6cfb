"""How does what somebody sent become rows that people read?

Text in which a person may be recognised is locked until somebody has looked at it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from candela.impact.identifiers import find
from candela.impact.questions import Form, Format, Style
from candela.web.answering.models import Answer, Consent, Response
from candela.web.campaigns.models import Group, Invitation
from candela.web.questionnaires.reading import form_of
from candela.web.studies.models import StudyMember

__all__ = ["QUOTE", "QUOTE_NAMED", "names_of", "write_response"]

Purpose = Consent.Purpose
Redaction = Answer.Redaction
QUOTE, QUOTE_NAMED = "quote", "quote_named"
TEXTS = (Style.SHORT_TEXT, Style.LONG_TEXT)
WORDING = "1"


def write_response(
    *,
    group: Group,
    sent: Mapping[str, Any],
    sent_on: date,
    invitation: Invitation | None = None,
    withdrawal_mark: str = "",
    how: str | None = None,
) -> Response:
    """Write what somebody sent, with what they agreed to.

    ``how`` stands in place of how it really came, where that must not be kept.
    """
    is_unsaid = how is not None
    response = Response.objects.create(
        organisation_id=group.organisation_id,
        group=group,
        questionnaire_id=group.questionnaire_id,
        invitation=invitation,
        how=how or sent["how"],
        entered_by_id=None if is_unsaid else sent["entered_by"],
        sent_on=sent_on,
        locale=sent["locale"],
        format=sent["format"],
        nothing_to_tell=not sent["answers"],
        withdrawal_mark=withdrawal_mark,
    )
    form = form_of(
        group.questionnaire, format=Format(sent["format"]), locale=sent["locale"]
    )
    names = names_of(group)
    rows = _answers(response, form, sent["answers"], names)
    Answer.objects.bulk_create(rows)
    Consent.objects.bulk_create(_consents(response, sent["quote"]))
    return response


def names_of(group: Group) -> tuple[str, ...]:
    """Return the names of people in the study: they are hidden wherever they stand."""
    study = group.campaign.study_id
    members = StudyMember.objects.filter(study=study)
    return tuple(members.values_list("colleague__name", flat=True))


def _answers(
    response: Response,
    form: Form,
    answers: Mapping[str, Any],
    names: Collection[str],
) -> Iterator[Answer]:
    for code, value in answers.items():
        asked = form.question(code)
        is_text = asked is not None and asked.style in TEXTS
        is_locked = is_text and bool(find(value, names=names))
        yield Answer(
            organisation_id=response.organisation_id,
            response=response,
            question=code,
            value=value,
            is_text=is_text,
            redaction=Redaction.LOCKED if is_locked else Redaction.RAW,
            shown=value if is_text and not is_locked else "",
        )


def _consents(response: Response, quote: str) -> Iterator[Consent]:
    """Yield what was agreed to: sending is the agreement to use it in a summary."""
    given = {
        Purpose.SUMMARY: True,
        Purpose.QUOTE: quote in (QUOTE, QUOTE_NAMED),
        Purpose.QUOTE_NAMED: quote == QUOTE_NAMED,
    }
    for purpose, is_given in given.items():
        yield Consent(
            organisation_id=response.organisation_id,
            response=response,
            purpose=purpose,
            given=is_given,
            wording=WORDING,
        )
