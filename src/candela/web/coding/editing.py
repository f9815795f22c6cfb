"""How is a statement changed when two people may be at it?

Each page holds the edition that it showed.  Who saves second is shown both texts and
picks; nothing is lost, and the last one does not win.  What was sent for review stays
as it is until it comes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from candela.errors import CandelaError, NotAllowed
from candela.impact.lifecycle import State
from candela.web.accounts.models import User
from candela.web.audit.actions import Action
from candela.web.coding.models import Credit, Quantity, Statement, Support
from candela.web.coding.steps import EDITED_IN, authors_of
from candela.web.coding.versions import keep_version
from candela.web.coding.writing import record_of
from candela.web.studies.models import Colleague
from candela.web.studies.standing import has_done

__all__ = [
    "ChangedMeanwhile",
    "Difference",
    "add_figure",
    "change",
    "credit",
    "differences",
    "may_be_edited",
    "remove_figure",
    "repeat",
    "support",
    "unsupport",
]

SUPPORTED_IN = (*EDITED_IN, State.SUBMITTED, State.IN_REVIEW)


class ChangedMeanwhile(CandelaError):
    """Somebody saved while this person was writing; both texts are kept."""


@dataclass(frozen=True)
class Difference:
    """A field of which there are two texts now."""

    label: str
    saved: str
    typed: str


def may_be_edited(statement: Statement) -> bool:
    """Say whether its words may be changed now."""
    return State(statement.state) in EDITED_IN


def change(
    *,
    statement: Statement,
    edition: int,
    values: Mapping[str, Any],
    by: User,
    now: datetime,
) -> None:
    """Change what is claimed; the statement is locked by who calls.

    Raises
    ------
    ChangedMeanwhile
        If it is no longer the edition that the page showed.
    NotAllowed
        If it is not being written now.
    """
    _refuse_unless_edited(statement)
    if statement.edition != edition:
        raise ChangedMeanwhile(
            "Somebody else saved this statement while you were writing. Nothing was "
            "overwritten. Below are both texts: pick one, or join them, and save again."
        )
    for name, value in values.items():
        setattr(statement, name, value)
    if statement.author_id is None:
        statement.author = by
    statement.edition += 1
    statement.changed_at = now
    statement.save()
    kept = keep_version(statement, by=by, now=now)
    record_of(Action.STATEMENT_CHANGED, statement, by, kept=kept.pk)


def differences(
    statement: Statement, typed: Mapping[str, Any], labels: Mapping[str, str]
) -> list[Difference]:
    """Return the fields in which what is saved and what was typed differ."""
    return [
        Difference(label, _words(getattr(statement, name)), _words(typed[name]))
        for name, label in labels.items()
        if name in typed and _words(getattr(statement, name)) != _words(typed[name])
    ]


def _words(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def add_figure(
    *, statement: Statement, values: Mapping[str, Any], by: User, now: datetime
) -> Quantity:
    """Add a figure to a statement."""
    _refuse_unless_edited(statement)
    figure = Quantity.objects.create(
        organisation=statement.organisation, statement=statement, **values
    )
    _changed_by_author(statement, Action.STATEMENT_FIGURE, by, now)
    return figure


def remove_figure(*, figure: Quantity, by: User, now: datetime) -> None:
    """Take a figure from a statement."""
    _refuse_unless_edited(figure.statement)
    figure.delete()
    _changed_by_author(figure.statement, Action.STATEMENT_NO_FIGURE, by, now)


def support(
    *,
    statement: Statement,
    evidence: Any,
    respects: Sequence[str],
    note: str,
    by: User,
    now: datetime,
) -> None:
    """Tie evidence to a statement, in the respects that it supports."""
    _refuse_unless_supported(statement)
    Support.objects.update_or_create(
        organisation=statement.organisation,
        statement=statement,
        evidence=evidence,
        defaults={"supports": sorted(respects), "note": note},
    )
    _changed(statement, Action.STATEMENT_EVIDENCE, by, now, evidence=evidence.label)


def unsupport(*, tie: Support, by: User, now: datetime) -> None:
    """Untie evidence from a statement."""
    _refuse_unless_supported(tie.statement)
    label = tie.evidence.label
    tie.delete()
    _changed(tie.statement, Action.STATEMENT_NO_EVIDENCE, by, now, evidence=label)


def credit(
    *, statement: Statement, colleagues: Sequence[Colleague], by: User, now: datetime
) -> None:
    """Say in whose own records the statement is too; it is counted once."""
    wanted = {colleague.pk for colleague in colleagues}
    there = set(statement.credits.values_list("colleague", flat=True))
    if wanted == there:
        return
    Credit.objects.filter(statement=statement).exclude(colleague__in=wanted).delete()
    for colleague in colleagues:
        Credit.objects.get_or_create(
            organisation=statement.organisation,
            statement=statement,
            colleague=colleague,
        )
    _changed(statement, Action.STATEMENT_CREDITED, by, now)


def repeat(
    *, statement: Statement, of: Statement | None, by: User, now: datetime
) -> None:
    """Say that a statement repeats another, which alone is counted.

    Raises
    ------
    NotAllowed
        If that would go round in a circle, or rest on what is a repeat itself.
    """
    if of is not None and of.pk == statement.pk:
        raise NotAllowed("A statement cannot repeat itself. Type another number.")
    if of is not None and (of.same_as_id is not None or statement.repeats.exists()):
        raise NotAllowed(
            "One of the two is tied to a third statement already. Tie both to the one "
            "that shall be counted."
        )
    _refuse_to_uncount(statement, of, by)
    statement.same_as = of
    other = "" if of is None else of.label
    _changed(statement, Action.STATEMENT_SAME_AS, by, now, other=other)


def _refuse_to_uncount(statement: Statement, of: Statement | None, by: User) -> None:
    """Refuse where a verified statement would be counted no more, in no other's name.

    Who wrote it or did the study has an interest in what is counted of it.
    """
    if of is None or not State(statement.state).counts:
        return
    if not State(of.state).counts:
        raise NotAllowed(
            f"{statement.label} is verified and {of.label} is not, so neither would be "
            "counted. Have that one verified first, or tie it to this one."
        )
    if by.pk in authors_of(statement) or has_done(by, statement.study):
        raise NotAllowed(
            f"{statement.label} is verified, and you wrote it or did its study. So "
            "another person says that it repeats another."
        )


def _changed(
    statement: Statement, action: Action, by: User, now: datetime, **details: object
) -> None:
    statement.edition += 1
    statement.changed_at = now
    statement.save(update_fields=["edition", "changed_at", "same_as"])
    record_of(action, statement, by, **details)


def _changed_by_author(
    statement: Statement, action: Action, by: User, now: datetime
) -> None:
    """Note a change of what is claimed: who makes it is one of its authors."""
    kept = keep_version(statement, by=by, now=now)
    _changed(statement, action, by, now, kept=kept.pk)


def _refuse_unless_edited(statement: Statement) -> None:
    if not may_be_edited(statement):
        raise NotAllowed(
            f"{statement.label} is {State(statement.state).words}, so its words stay "
            "as they are. Begin a new version, or have it returned."
        )


def _refuse_unless_supported(statement: Statement) -> None:
    if State(statement.state) not in SUPPORTED_IN:
        raise NotAllowed(
            f"{statement.label} is {State(statement.state).words}, so what supports it "
            "stays as it is. Begin a new version."
        )
