"""What may be done with a version of a questionnaire, each with its line in the log.

A version in use is never changed: answers are shown beside the very words they answer.
Whoever wants other words makes a draft of it, and takes that into use.
"""

from __future__ import annotations

from datetime import datetime

from candela.errors import InputError, NotAllowed
from candela.impact.questionnaire import Questionnaire, shipped
from candela.web.accounts.models import Organisation, User
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.questionnaires.models import QuestionnaireVersion

__all__ = ["take_into_use", "thing_of"]

State = QuestionnaireVersion.State


def take_into_use(
    *, organisation: Organisation, key: str, by: User | None, now: datetime
) -> QuestionnaireVersion:
    """Return the version in use; the one that came with Candela on first use.

    Raises
    ------
    InputError
        If no questionnaire has this key.
    NotAllowed
        If the organisation had versions and uses none of them any more.
    """
    versions = QuestionnaireVersion.objects.filter(organisation=organisation, key=key)
    in_use = versions.filter(state=State.ACTIVE).order_by("-activated_at", "-pk")
    found: QuestionnaireVersion | None = in_use.first()
    if found is not None:
        return found
    questionnaire = shipped().get(key)
    if questionnaire is None:
        raise InputError("There is no questionnaire of this name. Choose one listed.")
    if versions.filter(version=questionnaire.version).exists():
        raise NotAllowed(
            f"No version of “{key}” is in use: all were retired. Make a draft of one, "
            "and take it into use."
        )
    return _copy(questionnaire, organisation=organisation, by=by, now=now)


def _copy(
    questionnaire: Questionnaire,
    *,
    organisation: Organisation,
    by: User | None,
    now: datetime,
) -> QuestionnaireVersion:
    made = QuestionnaireVersion(
        organisation=organisation,
        key=questionnaire.key,
        role=questionnaire.role.value,
        version=questionnaire.version,
        state=State.ACTIVE,
        content=dict(questionnaire.content),
        checksum=questionnaire.checksum,
        made_by=by,
        made_at=now,
        activated_at=now,
    )
    made.save()
    _record(Action.QUESTIONNAIRE_TAKEN, made, by, shipped=True)
    return made


def thing_of(version: QuestionnaireVersion) -> str:
    """Return how the audit log names a version."""
    return f"questionnaire:{version.pk}"


def _record(
    action: Action, version: QuestionnaireVersion, by: User | None, **details: object
) -> None:
    record(
        action,
        by=by,
        organisation=version.organisation,
        thing=thing_of(version),
        key=version.key,
        version=version.version,
        **details,
    )
