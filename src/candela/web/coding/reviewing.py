"""What does a reviewer decide about a statement, and on which grounds?

Six checks, an interest if there is one, and a decision with reasons.  Only who neither
wrote the statement nor did the study may decide; others are refused, see ``steps``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet

from candela.errors import InputError
from candela.impact.lifecycle import State, Step
from candela.web.accounts.models import Membership, User
from candela.web.coding import steps
from candela.web.coding.models import Review, Statement
from candela.web.coding.rubric import CHECKS, rubric

__all__ = ["DECISIONS", "decide", "refuse_unfounded", "waiting"]

DECISIONS = (Step.VERIFY, Step.RETURN, Step.DECLINE)
YES, NO, NOT_NEEDED = "yes", "no", "not_needed"
ONLY_YES = ("one_change", "supported", "contribution", "people")


def waiting() -> QuerySet:
    """Return the statements that wait for a reviewer, those sent first on top."""
    states = [State.SUBMITTED.value, State.IN_REVIEW.value, State.REVIEW_DUE.value]
    return (
        Statement.objects.filter(state__in=states)
        .select_related("study", "author")
        .order_by("changed_at", "pk")
    )


def decide(
    *,
    statement: Statement,
    decision: Step,
    checks: Mapping[str, str],
    reasons: str,
    conflict: str,
    reach: int | None,
    significance: int | None,
    membership: Membership,
    now: datetime,
) -> State:
    """Decide about a statement, which is locked by who calls.

    Raises
    ------
    Refused
        If this person may not; the attempt is recorded.
    InputError
        If the decision lacks what it rests on.
    """
    refused = steps.why_not(statement, decision, membership, conflict=conflict)
    if not refused:
        refuse_unfounded(decision, checks, reasons)
        rated = decision is Step.VERIFY and (reach, significance) != (None, None)
        if decision is Step.VERIFY:
            statement.reach, statement.significance = reach, significance
            statement.rubric = rubric().version if rated else ""
    state = steps.take(
        statement=statement,
        step=decision,
        membership=membership,
        now=now,
        why=reasons,
        conflict=conflict,
    )
    _keep(statement, decision, checks, reasons, membership.user, now)
    return state


def _keep(
    statement: Statement,
    decision: Step,
    checks: Mapping[str, str],
    reasons: str,
    by: User,
    now: datetime,
) -> None:
    Review.objects.create(
        organisation=statement.organisation,
        statement=statement,
        version=statement.version,
        reviewer=by,
        decision=decision.value,
        checks=dict(checks),
        reasons=reasons,
        made_at=now,
    )


def refuse_unfounded(decision: Step, checks: Mapping[str, str], reasons: str) -> None:
    """Refuse a decision that nobody could understand later."""
    if decision is not Step.VERIFY:
        if not reasons:
            raise InputError(
                "Reasons: nothing was entered. Say what is missing, so that its author "
                "knows what to do."
            )
        return
    open_checks = [words for key, words in CHECKS.items() if not checks.get(key)]
    if open_checks:
        raise InputError(f"Not answered yet: {_listed(open_checks)}. Answer each.")
    missing = [
        words
        for key, words in CHECKS.items()
        if checks[key] == NO or (checks[key] == NOT_NEEDED and key in ONLY_YES)
    ]
    if missing:
        raise InputError(
            f"It cannot be verified yet: {_listed(missing)}. Return it, and say what "
            "is missing."
        )


def _listed(words: list[str]) -> str:
    return "; ".join(f"“{each}”" for each in words)
