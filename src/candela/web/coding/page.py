"""What stands on the page of one statement?"""

from __future__ import annotations

from typing import Any

from candela.impact import one_claim
from candela.impact.claims import Claim, Supports
from candela.impact.lifecycle import State, Step
from candela.web.accounts.models import Membership
from candela.web.accounts.permissions import Permission
from candela.web.coding import steps, telling
from candela.web.coding.editing import SUPPORTED_IN, may_be_edited
from candela.web.coding.evidence import title_for
from candela.web.coding.figure_forms import (
    CreditForm,
    FigureForm,
    RepeatForm,
    SupportForm,
)
from candela.web.coding.models import Evidence, Statement, Support
from candela.web.coding.values import claim_of
from candela.web.coding.versions import history
from candela.web.studies.choosing import colleagues

__all__ = ["BUTTONS", "statement_page", "supports_shown"]

BUTTONS = {
    Step.SUBMIT: "Send it for review",
    Step.TAKE_UP: "Take up the review",
    Step.APPROVE: "Approve it",
    Step.PUBLISH: "Publish it",
    Step.REVISE: "Begin a new version",
    Step.WITHDRAW: "Withdraw it",
    Step.CONFIRM: "Confirm that it still holds",
}


def statement_page(
    statement: Statement, membership: Membership, **sent: Any
) -> dict[str, Any]:
    """Return what the page shows, perhaps with a form that was sent back."""
    claim = claim_of(statement)
    state = State(statement.state)
    writes = membership.may(Permission.CODE_ANSWERS)
    return {
        "caption": statement.study.short_title,
        "organisation": statement.organisation,
        "statement": statement,
        "preview": telling.preview(statement, claim),
        "state": state.words,
        "doubts": one_claim.doubts(statement.text) if may_be_edited(statement) else (),
        "facts": telling.facts(statement, claim),
        "figures": [
            (row, telling.figure_words(row))
            for row in statement.quantities.order_by("pk")
        ],
        "supports": supports_shown(statement, membership),
        "sources": _sources(statement, membership),
        "steps": _steps(statement, membership),
        "may_edit": writes and may_be_edited(statement),
        "may_support": membership.may(Permission.ADD_EVIDENCE)
        and state in SUPPORTED_IN,
        "may_code": writes,
        "may_review": membership.may(Permission.REVIEW_STATEMENTS)
        and state in (State.SUBMITTED, State.IN_REVIEW),
        "history": history(statement),
        "repeats": statement.repeats.order_by("number"),
        "credits": statement.credits.select_related("colleague"),
        "reviews": statement.reviews.select_related("reviewer").order_by("-made_at"),
        "in_error": bool(sent),
        "sent_back": next(iter(sent.values()), None),
        **_forms(statement, claim),
        **sent,
    }


def _forms(statement: Statement, claim: Claim) -> dict[str, Any]:
    """Return the empty forms of the page."""
    same = "" if statement.same_as is None else statement.same_as.label
    own = statement.credits.values_list("colleague", flat=True)
    return {
        "figure_form": FigureForm(),
        "support_form": SupportForm(evidence=evidence_to_tie(claim)),
        "credit_form": CreditForm(
            initial={"colleagues": list(own)}, colleagues=colleagues()
        ),
        "repeat_form": RepeatForm(initial={"number": same}),
    }


def evidence_to_tie(claim: Claim) -> Any:
    """Return the evidence that is not tied to a claim yet."""
    tied = [int(item.label.removeprefix("E")) for item in claim.evidence]
    return Evidence.objects.filter(removed_at=None).exclude(number__in=tied)


def supports_shown(
    statement: Statement, membership: Membership
) -> list[tuple[Support, str, str]]:
    """Return the evidence of a statement, and in which respects it supports it."""
    ties = statement.supports.filter(evidence__removed_at=None)
    words = {respect.value: respect.words for respect in Supports}
    return [
        (
            tie,
            title_for(tie.evidence, membership),
            "; ".join(words[code] for code in tie.supports if code in words),
        )
        for tie in ties.select_related("evidence").order_by("evidence__number")
    ]


def _sources(statement: Statement, membership: Membership) -> list[Any]:
    """Return the answers behind a statement, for those who may read answers."""
    reads = (Permission.CODE_ANSWERS, Permission.REVIEW_STATEMENTS)
    if not any(membership.may(permission) for permission in reads):
        return []
    sources = statement.sources.select_related("answer__response__group__campaign")
    return telling.sources_shown(sources.order_by("pk"), membership)


def _steps(
    statement: Statement, membership: Membership
) -> list[tuple[Step, str, tuple[str, ...]]]:
    """Return the steps that a page offers, each with why it cannot be taken."""
    possible = steps.possible_steps(statement, membership)
    return [
        (step, BUTTONS[step], possible[step])
        for step in possible
        if step in BUTTONS and _concerns(step, membership)
    ]


def _concerns(step: Step, membership: Membership) -> bool:
    """Say whether a step is one that this member's roles are for."""
    needed = {
        Step.SUBMIT: Permission.CODE_ANSWERS,
        Step.REVISE: Permission.CODE_ANSWERS,
        Step.TAKE_UP: Permission.REVIEW_STATEMENTS,
        Step.CONFIRM: Permission.REVIEW_STATEMENTS,
        Step.APPROVE: Permission.RELEASE_REPORTS,
        Step.PUBLISH: Permission.RELEASE_REPORTS,
    }
    if step is Step.WITHDRAW:
        return any(
            membership.may(permission)
            for permission in (Permission.CODE_ANSWERS, Permission.RELEASE_REPORTS)
        )
    return membership.may(needed[step])
