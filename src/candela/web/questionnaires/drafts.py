"""What may be done with a draft of a questionnaire, each with its line in the log?

A draft may be unfit for people while it is being written: what speaks against it is
shown beside it, and refused when it is taken into use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from candela.errors import InputError, NotAllowed
from candela.impact.amending import new_code, with_gate, without
from candela.impact.differences import next_version
from candela.impact.questions import checksum
from candela.impact.soundness import doubts
from candela.web.accounts.models import User
from candela.web.audit.actions import Action
from candela.web.questionnaires.actions import (
    note,
    refuse_unless_draft,
    refuse_unless_seen,
)
from candela.web.questionnaires.models import QuestionnaireVersion
from candela.web.questionnaires.wording import (
    Place,
    Written,
    renewed,
    with_reading_ages,
)

__all__ = ["add_gate", "change_words", "draft_of", "drop", "leave_out"]


def draft_of(
    *, version: QuestionnaireVersion, by: User, now: datetime
) -> QuestionnaireVersion:
    """Return a draft that begins as a copy of this version.

    Raises
    ------
    NotAllowed
        If there is a draft of the same questionnaire already.
    """
    same = QuestionnaireVersion.objects.filter(
        organisation=version.organisation, key=version.key
    )
    if same.filter(state=QuestionnaireVersion.State.DRAFT).exists():
        raise NotAllowed(
            f"There is a draft of “{version.key}” already. Change that one, take it "
            "into use or drop it."
        )
    taken = set(same.values_list("version", flat=True))
    name = next_version(version.version, (), taken=taken)
    content = {**version.content, "version": name}
    made = QuestionnaireVersion(
        organisation=version.organisation,
        key=version.key,
        role=version.role,
        version=name,
        content=content,
        checksum=checksum(content),
        made_from=version,
        made_by=by,
        made_at=now,
    )
    made.save()
    note(Action.QUESTIONNAIRE_DRAFTED, made, by)
    return made


def change_words(
    *, version: QuestionnaireVersion, place: Place, words: Written, seen: str, by: User
) -> None:
    """Change the words in one place of a draft.

    Raises
    ------
    NotAllowed
        If it is no draft, or is not as ``seen`` any more.
    InputError
        If the questionnaire would not be fit for people with these words.
    """
    refuse_unless_draft(version)
    content = renewed(version.content, place, words)
    _refuse_unfit(content, before=version.content)
    _keep(version, content, seen)
    note(Action.QUESTIONNAIRE_CHANGED, version, by, place=place.name)


def add_gate(
    *,
    version: QuestionnaireVersion,
    kinds: Sequence[str],
    text: str,
    hint: str,
    seen: str,
    by: User,
) -> None:
    """Ask about one more kind of change; whether one too many is said at activation."""
    refuse_unless_draft(version)
    same = QuestionnaireVersion.objects.filter(
        organisation=version.organisation, key=version.key
    )
    taken = {q["code"] for other in same for q in other.content["questions"]}
    code = new_code(taken)
    made = with_gate(version.content, code=code, kinds=kinds, text=text, hint=hint)
    _keep(version, made, seen)
    note(Action.QUESTIONNAIRE_CHANGED, version, by, added=code)


def leave_out(*, version: QuestionnaireVersion, code: str, seen: str, by: User) -> None:
    """Ask one question less."""
    refuse_unless_draft(version)
    _keep(version, without(version.content, code), seen)
    note(Action.QUESTIONNAIRE_CHANGED, version, by, left_out=code)


def drop(*, version: QuestionnaireVersion, by: User) -> None:
    """Delete a draft."""
    refuse_unless_draft(version)
    note(Action.QUESTIONNAIRE_DROPPED, version, by)
    version.delete()


def _refuse_unfit(content: Mapping[str, Any], *, before: Mapping[str, Any]) -> None:
    """Refuse words with new doubts; older ones are said when a draft is taken up."""
    new = [doubt for doubt in doubts(content) if doubt not in doubts(before)]
    if new:
        raise InputError("\n".join(new))


def _keep(version: QuestionnaireVersion, content: dict[str, Any], seen: str) -> None:
    refuse_unless_seen(version, seen)
    version.content = with_reading_ages(content)
    version.checksum = checksum(version.content)
    version.save(update_fields=["content", "checksum"])
