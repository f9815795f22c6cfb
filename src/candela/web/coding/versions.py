"""How did a statement stand at each moment, and what happened to it in between?

Each change and each step keeps a copy of everything that is claimed.  The copy is never
changed; the audit log says who did what, and both together tell the history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from candela.web.accounts.models import User
from candela.web.audit.models import Event
from candela.web.audit.words import names_in, tell
from candela.web.coding.models import Statement, StatementVersion

__all__ = ["FIELDS", "Line", "content_of", "history", "keep_version"]

FIELDS = (
    "title",
    "text",
    "story",
    "plain_summary",
    "kind",
    "other_kinds",
    "direction",
    "intent",
    "beneficiaries",
    "level",
    "horizon",
    "realised",
    "pathway",
    "contribution",
    "other_contributors",
    "first_seen",
    "last_confirmed",
    "reach",
    "significance",
    "rubric",
    "review_due",
    "well_led_question",
    "evidence_category",
)
QUANTITY_FIELDS = (
    "what",
    "value",
    "unit",
    "method",
    "start",
    "end",
    "baseline",
    "baseline_period",
    "low",
    "high",
    "money_kind",
    "price_year",
    "recurring",
    "shared_key",
)


@dataclass(frozen=True)
class Line:
    """One thing that was done to a statement, as a sentence."""

    words: str
    why: str = ""


def content_of(statement: Statement) -> dict[str, Any]:
    """Return everything that is claimed, fit to be kept as it is."""
    supports = statement.supports.select_related("evidence")
    return {
        **{name: _plain(getattr(statement, name)) for name in FIELDS},
        "quantities": [
            {name: _plain(getattr(quantity, name)) for name in QUANTITY_FIELDS}
            for quantity in statement.quantities.order_by("pk")
        ],
        "evidence": [
            {"label": each.evidence.label, "supports": sorted(each.supports)}
            for each in supports.order_by("evidence__number")
        ],
        "sources": statement.sources.count(),
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def keep_version(
    statement: Statement, *, by: User | None, now: datetime, why: str = ""
) -> StatementVersion:
    """Keep a copy of a statement as it stands now."""
    return StatementVersion.objects.create(
        organisation=statement.organisation,
        statement=statement,
        version=statement.version,
        state=statement.state,
        content=content_of(statement),
        made_by=by,
        made_at=now,
        why=why,
    )


def history(statement: Statement) -> list[Line]:
    """Return what was done to a statement in sentences, newest first."""
    events = list(
        Event.objects.filter(thing=f"statement:{statement.pk}").order_by("-number")
    )
    names = names_in(events)
    reasons = _reasons(statement)
    return [_line(event, names, reasons) for event in events]


def _line(event: Event, names: Any, reasons: Mapping[int, str]) -> Line:
    told = tell(event, names)
    why = reasons.get(event.details.get("kept", 0), "")
    return Line(f"{told.who} {told.what} on {told.when}.", why)


def _reasons(statement: Statement) -> dict[int, str]:
    """Return what was given as reason, by the copy that was kept with it."""
    kept = statement.versions.exclude(why="")
    return dict(kept.values_list("pk", "why"))
