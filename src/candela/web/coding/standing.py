"""What is claimed, where a newer version is only being written?

A statement that was verified counts as it was verified, until its next version is
verified too.  Else beginning a new version would take away what is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import QuerySet

from candela.impact import claims
from candela.impact.claims import Claim
from candela.impact.lifecycle import State, verification_of
from candela.web.coding.models import Statement, StatementVersion
from candela.web.coding.values import claims_of

__all__ = ["standing_claims"]

ENDED = (State.WITHDRAWN, State.SUPERSEDED)
CODED: Mapping[str, type[claims.Worded]] = {
    "direction": claims.Direction,
    "intent": claims.Intent,
    "level": claims.Level,
    "horizon": claims.Horizon,
    "realised": claims.Realised,
    "pathway": claims.Pathway,
    "contribution": claims.Contribution,
}
PLAIN = (
    "title",
    "text",
    "story",
    "plain_summary",
    "kind",
    "other_contributors",
    "reach",
    "significance",
)
DAYS = ("first_seen", "last_confirmed", "review_due")


def standing_claims(statements: QuerySet) -> tuple[Claim, ...]:
    """Return the claims as they stand: each as it was last verified.

    What was never verified is given as it is written now, and withdrawn is withdrawn.
    """
    now = claims_of(statements)
    in_writing = [c.label for c in now if not _is_settled(c)]
    kept = _last_verified(statements, in_writing) if in_writing else {}
    return tuple(_as_kept(c, kept[c.label]) if c.label in kept else c for c in now)


def _is_settled(claim: Claim) -> bool:
    state = State(claim.state)
    return state.counts or state in ENDED


def _last_verified(
    statements: QuerySet, labels: Iterable[str]
) -> dict[str, StatementVersion]:
    """Return the newest kept copy of each in which it was verified."""
    numbers = [int(label.removeprefix("S-")) for label in labels]
    counted = [state.value for state in State if state.counts]
    versions = StatementVersion.objects.filter(
        statement__in=Statement.objects.filter(number__in=numbers), state__in=counted
    )
    newest_last = versions.select_related("statement").order_by("made_at", "pk")
    return {version.statement.label: version for version in newest_last}


def _as_kept(claim: Claim, version: StatementVersion) -> Claim:
    """Return a claim as a copy of it says it was."""
    content = version.content
    supports = {item["label"]: item["supports"] for item in content["evidence"]}
    said: dict[str, Any] = {
        **{name: content[name] for name in PLAIN},
        **{name: words(content[name]) for name, words in CODED.items()},
        **{name: _day(content[name]) for name in DAYS},
    }
    kept = replace(
        claim,
        **said,
        state=version.state,
        other_kinds=tuple(content["other_kinds"]),
        beneficiaries=frozenset(map(claims.Beneficiary, content["beneficiaries"])),
        quantities=tuple(map(_quantity, content["quantities"])),
        evidence=tuple(
            replace(
                item, supports=frozenset(map(claims.Supports, supports[item.label]))
            )
            for item in claim.evidence
            if item.label in supports
        ),
        notes={**claim.notes, "version": str(version.version)},
    )
    return replace(kept, verification=verification_of(kept))


def _quantity(kept: Mapping[str, Any]) -> claims.Quantity:
    money = kept["money_kind"]
    return claims.Quantity(
        **{
            **kept,
            "method": claims.Method(kept["method"]),
            "money_kind": claims.MoneyKind(money) if money else None,
            "start": _day(kept["start"]),
            "end": _day(kept["end"]),
        }
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
