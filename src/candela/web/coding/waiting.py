"""What waits for this person?  Reviews, what came back, what is ready, what is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from candela.impact.lifecycle import State
from candela.web.accounts.models import Membership
from candela.web.accounts.permissions import Permission
from candela.web.coding import steps
from candela.web.coding.models import Statement

__all__ = ["Waiting", "waiting_for"]

SHOWN = 10


@dataclass(frozen=True)
class Waiting:
    """One thing; ``key`` is the same for as long as it is the same thing."""

    key: str
    words: str
    page: str
    statement: Statement


def waiting_for(membership: Membership) -> list[Waiting]:
    """Return what waits for a member, oldest first, ten things at most."""
    found = sorted(_all(membership), key=lambda each: each.statement.changed_at)
    return found[:SHOWN]


def _all(membership: Membership) -> Iterator[Waiting]:
    for statement in _standing(State.RETURNED).filter(author=membership.user):
        yield _thing(statement, "came back to you")
    if membership.may(Permission.REVIEW_STATEMENTS):
        for statement in _standing(State.SUBMITTED, State.IN_REVIEW):
            if not steps.own_reasons(statement, membership):
                yield _thing(statement, "waits for a reviewer", "statement-review")
        for statement in _standing(State.REVIEW_DUE):
            yield _thing(statement, "is due for another look")
    if membership.may(Permission.RELEASE_REPORTS):
        for statement in _standing(State.VERIFIED, State.APPROVED):
            yield _thing(statement, "is ready to be published")


def _standing(*states: State) -> QuerySet:
    codes = [state.value for state in states]
    return Statement.objects.filter(state__in=codes).select_related("study")


def _thing(statement: Statement, words: str, page: str = "statement") -> Waiting:
    return Waiting(
        key=f"{statement.pk}:{statement.version}:{statement.state}",
        words=f"{statement.label} {words}",
        page=page,
        statement=statement,
    )
