"""Who may open a piece of evidence, and what may be done with it?

What is confidential is for reviewers and information governance; what names people is
for information governance only, and that they open it is noted each time.  Others see
that it is there, its label and its kind, and neither its title nor its content.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from candela.errors import NotAllowed
from candela.impact.claims import EvidenceKind, Sensitivity
from candela.impact.lifecycle import State
from candela.web.accounts.models import Membership, Organisation, User
from candela.web.accounts.permissions import Permission
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.coding.models import Evidence
from candela.web.coding.numbering import next_number
from candela.web.coding.vault import Kept

__all__ = [
    "HIDDEN",
    "add",
    "change",
    "may_open",
    "needed_to_open",
    "note_opened",
    "remove",
    "replace_with",
    "restore",
    "same_file",
    "title_for",
]

HIDDEN = "(for information governance only)"
FOR = {
    Sensitivity.PUBLIC: (Permission.SEE_IMPACT,),
    Sensitivity.INTERNAL: (Permission.SEE_IMPACT,),
    Sensitivity.CONFIDENTIAL: (
        Permission.REVIEW_STATEMENTS,
        Permission.SEE_SENSITIVE_EVIDENCE,
    ),
    Sensitivity.PERSONAL: (Permission.SEE_SENSITIVE_EVIDENCE,),
}
SENSITIVE = (Sensitivity.CONFIDENTIAL, Sensitivity.PERSONAL)


def needed_to_open(evidence: Evidence) -> tuple[Permission, ...]:
    """Return the permissions of which one opens a piece of evidence."""
    return FOR[Sensitivity(evidence.sensitivity)]


def may_open(evidence: Evidence, membership: Membership) -> bool:
    """Say whether a member may see what a piece of evidence holds."""
    return any(membership.may(each) for each in needed_to_open(evidence))


def title_for(evidence: Evidence, membership: Membership) -> str:
    """Return the title of a piece of evidence, or that it is hidden."""
    if may_open(evidence, membership):
        return str(evidence.title)
    return f"{EvidenceKind(evidence.kind).words} {HIDDEN}"


def same_file(sha256: str, organisation: Organisation) -> Evidence | None:
    """Return the evidence of the organisation that is the same file."""
    found: Evidence | None = Evidence.objects.filter(
        organisation=organisation, file_name=sha256, removed_at=None
    ).first()
    return found


def add(
    *,
    organisation: Organisation,
    values: Mapping[str, Any],
    file: Kept | None,
    by: User,
    now: datetime,
) -> Evidence:
    """Add a file or an address; the file is in the vault already."""
    told: dict[str, Any] = {}
    if file is not None:
        told = {
            "file_name": file.sha256,
            "given_name": file.given_name,
            "media_type": file.media_type,
            "size": file.size,
        }
    evidence = Evidence.objects.create(
        organisation=organisation,
        number=next_number(Evidence, organisation),
        added_by=by,
        added_at=now,
        **told,
        **values,
    )
    _record(Action.EVIDENCE_ADDED, evidence, by, label=evidence.label)
    return evidence


def change(*, evidence: Evidence, values: Mapping[str, Any], by: User) -> None:
    """Change what is said of a piece of evidence; the file stays as it is.

    Raises
    ------
    NotAllowed
        If a statement that was verified would rest on something weightier or lighter.
    """
    weighs = {n: values.get(n, getattr(evidence, n)) for n in ("kind", "quality")}
    if any(str(getattr(evidence, n)) != str(value) for n, value in weighs.items()):
        _refuse_if_checked(
            evidence, "Begin a new version of the statement before you say it is other."
        )
    if values.get("url", evidence.url) != evidence.url:
        evidence.url_checked_on, evidence.url_works = None, None
    for name, value in values.items():
        setattr(evidence, name, value)
    evidence.save()
    _record(Action.EVIDENCE_CHANGED, evidence, by, label=evidence.label)


def replace_with(*, evidence: Evidence, copy: Evidence, by: User) -> None:
    """Say that a copy with names taken out stands for a piece of evidence."""
    if copy.pk == evidence.pk or copy.redacted_copy_id is not None:
        raise NotAllowed("That is the same evidence. Add the copy as a file first.")
    evidence.redacted_copy, evidence.needs_redaction = copy, False
    evidence.save(update_fields=["redacted_copy", "needs_redaction"])
    _record(Action.EVIDENCE_REPLACED, evidence, by, copy=copy.label)


def remove(*, evidence: Evidence, by: User, now: datetime) -> None:
    """Take a piece of evidence away; for 30 days it can be had back.

    Raises
    ------
    NotAllowed
        If a statement that was verified rests on it.
    """
    _refuse_if_checked(
        evidence,
        "Begin a new version of the statement, or withdraw it, and then remove the "
        "evidence.",
    )
    evidence.removed_at = now
    evidence.save(update_fields=["removed_at"])
    _record(Action.EVIDENCE_REMOVED, evidence, by, label=evidence.label)


def _refuse_if_checked(evidence: Evidence, remedy: str) -> None:
    tied = [tie.statement for tie in evidence.supports.select_related("statement")]
    checked = sorted(s.number for s in tied if _is_checked(s))
    if checked:
        raise NotAllowed(f"S-{checked[0]} was verified with {evidence.label}. {remedy}")


def _is_checked(statement: Any) -> bool:
    return State(statement.state).counts


def restore(*, evidence: Evidence, by: User) -> None:
    """Bring back a piece of evidence that was removed."""
    evidence.removed_at = None
    evidence.save(update_fields=["removed_at"])
    _record(Action.EVIDENCE_RESTORED, evidence, by, label=evidence.label)


def note_opened(*, evidence: Evidence, by: User) -> None:
    """Note that somebody opened what is confidential or names people."""
    if Sensitivity(evidence.sensitivity) in SENSITIVE:
        _record(Action.EVIDENCE_OPENED, evidence, by, label=evidence.label)


def _record(action: Action, evidence: Evidence, by: User, **details: object) -> None:
    record(
        action,
        by=by,
        organisation=evidence.organisation,
        thing=f"evidence:{evidence.pk}",
        **details,
    )
