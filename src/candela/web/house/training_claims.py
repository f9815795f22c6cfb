"""How does a claim of the worked example become a statement with all it rests on?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from candela.impact.lifecycle import State
from candela.web.coding.models import (
    Credit,
    Quantity,
    Review,
    Source,
    Statement,
    Support,
)

if TYPE_CHECKING:
    from candela.web.house.training_rows import Placed

__all__ = ["put_statement"]

WORDS = (
    "title",
    "story",
    "plain_summary",
    "direction",
    "intent",
    "realised",
    "other_contributors",
)
TWO_YEARS = timedelta(days=730)
REVIEWED = ("verified", "approved", "published", "review_due")
CHECKED = 120  # days ago, when reviewers looked


def put_statement(placed: Placed, told: Mapping[str, Any]) -> None:
    """Keep a statement, its sources, evidence, figures, credits and review."""
    statement = Statement.objects.create(
        organisation=placed.organisation,
        number=told["number"],
        study=placed.studies[told["study"]],
        text=told["text"],
        kind=told["kind"],
        other_kinds=told.get("other_kinds", []),
        beneficiaries=told["beneficiaries"],
        level=told["level"],
        horizon=told["horizon"],
        pathway=told["pathway"],
        contribution=told["contribution"],
        first_seen=placed.day(told.get("first_seen")),
        reach=told.get("reach"),
        significance=told.get("significance"),
        state=told["state"],
        review_due=_review_due(placed, told),
        made_at=placed.moment(150),
        changed_at=placed.moment(CHECKED),
        **{name: told[name] for name in WORDS if name in told},
    )
    _put_what_it_rests_on(placed, statement, told)
    _put_review(placed, statement, told)


def _review_due(placed: Placed, told: Mapping[str, Any]) -> Any:
    if "review_due" in told:
        return placed.day(told["review_due"])
    reviewed = told["state"] in REVIEWED
    return placed.day(CHECKED) + TWO_YEARS if reviewed else None  # type: ignore[operator]


def _put_what_it_rests_on(
    placed: Placed, statement: Statement, told: Mapping[str, Any]
) -> None:
    of = placed.organisation
    for key in told.get("from", []):
        if key in placed.answers:
            Source.objects.create(
                organisation=of,
                statement=statement,
                answer=placed.answers[key],
                added_on=placed.day(150),
            )
    for label, supports in told.get("evidence", {}).items():
        Support.objects.create(
            organisation=of,
            statement=statement,
            evidence=placed.evidence[label],
            supports=supports,
        )
    for quantity in told.get("quantities", []):
        Quantity.objects.create(organisation=of, statement=statement, **quantity)
    for colleague in told.get("credit", []):
        Credit.objects.create(
            organisation=of,
            statement=statement,
            colleague=placed.colleagues[colleague],
        )


def _put_review(placed: Placed, statement: Statement, told: Mapping[str, Any]) -> None:
    if told["state"] in REVIEWED:
        decision, reasons = "verify", "Checked against what is named."
    elif told["state"] == State.RETURNED:
        decision, reasons = "return", told["returned_because"]
    else:
        return
    Review.objects.create(
        organisation=placed.organisation,
        statement=statement,
        version=statement.version,
        decision=decision,
        reasons=reasons,
        made_at=placed.moment(CHECKED),
    )
