"""What may be done with a study, each with its line in the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from candela.errors import InputError, NotAllowed
from candela.impact.registers.entries import Entry
from candela.impact.registers.numbers import Scheme
from candela.web.accounts.models import Organisation, User
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.studies.facts import note_typed, take
from candela.web.studies.milestones import make_milestones
from candela.web.studies.models import Colleague, Identifier, Study, StudyMember
from candela.web.studies.standing import has_done

__all__ = [
    "add_member",
    "add_number",
    "add_study",
    "change_study",
    "remove_member",
    "remove_number",
    "take_entry",
    "thing_of",
    "with_number",
]


def thing_of(study: Study) -> str:
    """Return how the audit log names a study."""
    return f"study:{study.pk}"


def add_study(
    *,
    organisation: Organisation,
    values: Mapping[str, Any],
    numbers: Mapping[Scheme, str],
    by: User,
    now: datetime,
    entry: Entry | None = None,
) -> Study:
    """Add a study; what ``entry`` says and was left as it is keeps its source.

    Raises
    ------
    InputError
        If a study here has one of the numbers already.
    """
    for scheme, value in numbers.items():
        _refuse_taken(organisation, scheme, value)
    today = timezone.localdate(now)
    study = Study(organisation=organisation, added_by=by, added_at=now)
    if entry is not None:
        take(study, entry, on=today)
    _set(study, values, by=by, now=now)
    study.plain_name = study.plain_name or study.short_title
    study.save()
    for scheme, value in numbers.items():
        _number(study, scheme, value, checked=entry is not None, now=now)
    make_milestones(study)
    _record(Action.STUDY_ADDED, study, by)
    return study


def change_study(
    *, study: Study, values: Mapping[str, Any], by: User, now: datetime
) -> None:
    """Change what is said of a study; days for asking move with its dates.

    Raises
    ------
    NotAllowed
        If who did the study would no longer be known to have done it: they could then
        verify what is claimed of it.
    """
    _refuse_to_step_out(study, values, by)
    changed = _set(study, values, by=by, now=now)
    if not changed:
        return
    study.plain_name = study.plain_name or study.short_title
    study.save()
    make_milestones(study)
    _record(Action.STUDY_CHANGED, study, by, fields=sorted(changed))


def _refuse_to_step_out(study: Study, values: Mapping[str, Any], by: User) -> None:
    before = {name: getattr(study, name) for name in ("lead", "same_as")}
    given = {name: values.get(name, value) for name, value in before.items()}
    leaves = before["lead"] != given["lead"] and _is(before["lead"], by)
    parts = before["same_as"] is not None and before["same_as"] != given["same_as"]
    if leaves or (parts and has_done(by, study)):
        raise NotAllowed(
            "You are noted as one of those who did this study, so another person "
            "changes who leads it and with which study it is the same. Nothing was "
            "changed."
        )


def _is(colleague: Colleague | None, user: User) -> bool:
    return colleague is not None and colleague.user_id == user.pk


def take_entry(
    *, study: Study, entry: Entry, by: User | None, now: datetime
) -> tuple[str, ...]:
    """Take over what a register says of a study; return which fields changed.

    Numbers that another study here has already are left where they are.
    """
    changed = take(study, entry, on=timezone.localdate(now))
    if changed:
        study.save()
        make_milestones(study)
    for scheme, value in entry.numbers.items():
        owner = with_number(scheme, value)
        if owner is None:
            _number(study, scheme, value, checked=True, now=now)
            changed = (*changed, scheme.value)
    if changed:
        _record(Action.STUDY_LOOKED_UP, study, by, fields=sorted(changed))
    return changed


def add_number(
    *, study: Study, scheme: Scheme, value: str, by: User, now: datetime
) -> Identifier:
    """Note a study's number in a register.

    Raises
    ------
    InputError
        If a study here has it already.
    """
    _refuse_taken(study.organisation, scheme, value)
    made = _number(study, scheme, value, checked=False, now=now)
    _record(Action.STUDY_NUMBER_ADDED, study, by, register=scheme.value)
    return made


def remove_number(*, number: Identifier, by: User) -> None:
    """Take a number off a study."""
    study, scheme = number.study, number.scheme
    number.delete()
    _record(Action.STUDY_NUMBER_REMOVED, study, by, register=scheme)


def add_member(*, study: Study, colleague: Colleague, part: str, by: User) -> None:
    """Note that somebody did a study; they verify nothing that is claimed of it."""
    member, is_new = StudyMember.objects.get_or_create(
        organisation=study.organisation,
        study=study,
        colleague=colleague,
        defaults={"part": part},
    )
    if not is_new and member.part == part:
        return
    member.part = part
    member.save()
    _record(Action.STUDY_MEMBER_ADDED, study, by, colleague=colleague.pk)


def remove_member(*, member: StudyMember, by: User) -> None:
    """Take somebody off a study.

    Raises
    ------
    NotAllowed
        If it is oneself: who did a study could then verify it.
    """
    if member.colleague.user_id == by.pk:
        raise NotAllowed(
            "You are noted as one of those who did this study, so another person "
            "takes you off. Nothing was changed."
        )
    study, colleague = member.study, member.colleague_id
    member.delete()
    _record(Action.STUDY_MEMBER_REMOVED, study, by, colleague=colleague)


def with_number(scheme: Scheme, value: str) -> Study | None:
    """Return the study of this organisation that has a number."""
    found = (
        Identifier.objects.select_related("study")
        .filter(scheme=scheme.value, value=value)
        .first()
    )
    return None if found is None else found.study


def _set(
    study: Study, values: Mapping[str, Any], *, by: User, now: datetime
) -> set[str]:
    """Set what differs; return its names."""
    changed = {name for name, value in values.items() if getattr(study, name) != value}
    for name in changed:
        setattr(study, name, values[name])
    note_typed(study, changed, by=by, on=timezone.localdate(now))
    return changed


def _number(
    study: Study, scheme: Scheme, value: str, *, checked: bool, now: datetime
) -> Identifier:
    made: Identifier = Identifier.objects.create(
        organisation=study.organisation,
        study=study,
        scheme=scheme.value,
        value=value,
        verified_at=now if checked else None,
    )
    return made


def _refuse_taken(organisation: Organisation, scheme: Scheme, value: str) -> None:
    owner = with_number(scheme, value)
    if owner is not None:
        raise InputError(
            f"“{owner.short_title}” has this number of {scheme.words} already. Open "
            "that study, or enter another number."
        )


def _record(action: Action, study: Study, by: User | None, **details: object) -> None:
    record(
        action,
        by=by,
        organisation=study.organisation,
        thing=thing_of(study),
        **details,
    )
