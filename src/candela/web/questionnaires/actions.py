"""What may be done with a version of a questionnaire, each with its line in the log.

A version in use is never changed: answers are shown beside the very words they answer.
Whoever wants other words makes a draft of it, and takes that into use.
"""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime

from candela.errors import InputError, NotAllowed
from candela.impact.differences import differences, next_version
from candela.impact.questionnaire import Questionnaire, shipped
from candela.web.accounts.models import Organisation, User
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.questionnaires.models import QuestionnaireVersion

__all__ = [
    "activate",
    "note",
    "refuse_unless_draft",
    "refuse_unless_seen",
    "retire",
    "stays",
    "take_into_use",
    "thing_of",
    "use_again",
]

State = QuestionnaireVersion.State
OTHER_WORDS = (
    "Somebody changed the draft while this page was open. Nothing was changed. Look at "
    "it again, then decide."
)


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
    if versions.exclude(state=State.DRAFT).exists():
        raise NotAllowed(
            f"No version of “{key}” is in use: all were retired. Take one into use "
            "again."
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
        content=deepcopy(dict(questionnaire.content)),  # the shipped one is shared
        checksum=questionnaire.checksum,
        made_by=by,
        made_at=now,
        activated_at=now,
    )
    made.save()
    note(Action.QUESTIONNAIRE_TAKEN, made, by, shipped=True)
    return made


def activate(
    *, version: QuestionnaireVersion, seen: str, by: User, now: datetime
) -> None:
    """Take a draft into use; the version before is retired.

    Campaigns go on with the version that they began with.

    Raises
    ------
    NotAllowed
        If nothing is different in it, or it is not as ``seen`` any more.
    InputError
        If it is not fit for people, such as with too many questions.
    """
    refuse_unless_draft(version)
    refuse_unless_seen(version, seen)
    before = version.made_from
    found = differences(before.content, version.content) if before else ()
    if before and not found:
        raise NotAllowed(
            f"The draft says the same as version {before.version}. Change it first, or "
            "drop it."
        )
    same = QuestionnaireVersion.objects.filter(
        organisation=version.organisation, key=version.key
    )
    if before:
        others = same.exclude(pk=version.pk)
        taken = set(others.values_list("version", flat=True))
        version.version = next_version(before.version, found, taken=taken)
    content = {**version.content, "version": version.version}
    version.content, version.checksum = content, Questionnaire.of(content).checksum
    version.state, version.activated_at = State.ACTIVE, now
    for earlier in same.filter(state=State.ACTIVE):
        retire(version=earlier, by=by)
    version.save()
    note(Action.QUESTIONNAIRE_TAKEN, version, by, shipped=False)


def retire(*, version: QuestionnaireVersion, by: User) -> None:
    """Let no new campaign use a version; those that began with it go on."""
    if version.state != State.ACTIVE:
        raise NotAllowed(f"Version {version.version} is not in use. Nothing to retire.")
    version.state = State.RETIRED
    version.save(update_fields=["state"])
    note(Action.QUESTIONNAIRE_RETIRED, version, by)


def use_again(*, version: QuestionnaireVersion, by: User) -> None:
    """Take a retired version into use again, in the place of the one in use."""
    if version.state != State.RETIRED:
        raise NotAllowed(f"Version {version.version} is not retired.")
    for other in QuestionnaireVersion.objects.filter(
        organisation=version.organisation, key=version.key, state=State.ACTIVE
    ):
        retire(version=other, by=by)
    version.state = State.ACTIVE
    version.save(update_fields=["state"])
    note(Action.QUESTIONNAIRE_TAKEN, version, by, shipped=False)


def thing_of(version: QuestionnaireVersion) -> str:
    """Return how the audit log names a version."""
    return f"questionnaire:{version.pk}"


def refuse_unless_seen(version: QuestionnaireVersion, seen: str) -> None:
    """Refuse to decide about other words than a page showed."""
    if seen != version.checksum:
        raise NotAllowed(OTHER_WORDS)


def refuse_unless_draft(version: QuestionnaireVersion) -> None:
    """Refuse to change what was ever in use."""
    if version.state != State.DRAFT:
        raise NotAllowed(stays(version))


def stays(version: QuestionnaireVersion) -> str:
    """Return in words that a version is not changed any more, and what to do."""
    return (
        f"Version {version.version} was taken into use, so its words stay as people "
        "met them. Make a new version, and change that."
    )


def note(
    action: Action, version: QuestionnaireVersion, by: User | None, **details: object
) -> None:
    """Add a line about a version to the audit log."""
    record(
        action,
        by=by,
        organisation=version.organisation,
        thing=thing_of(version),
        key=version.key,
        version=version.version,
        **details,
    )
