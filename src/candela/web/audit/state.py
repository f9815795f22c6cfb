"""Is the log whole, as far as a page can say without making its reader wait?

A short log is checked whenever its page is opened.  A long one is checked each night by
a job, and the page says when that was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from candela.web.audit.chain import Break, verify_chain
from candela.web.audit.models import Event
from candela.web.house.models import Note
from candela.web.scoping import across_organisations, read_transaction

__all__ = ["CHECKED", "ChainState", "chain_state", "note_check"]

AT_ONCE = 5_000  # lines that are checked in well under a second
CHECKED = "audit log checked"


@dataclass(frozen=True)
class ChainState:
    """What is known of the log: since when, checked when, and where it is broken."""

    since: datetime | None
    checked_at: datetime | None
    broken: Break | None


def chain_state(now: datetime) -> ChainState:
    """Return the state of the whole log, of all organisations."""
    with read_transaction(), across_organisations():
        first = Event.objects.order_by("number").first()
        lines = Event.objects.count()
        note = Note.objects.filter(name=CHECKED).first()
    since = None if first is None else first.at
    if lines <= AT_ONCE:
        return ChainState(since, now, verify_chain()[1])
    if note is None:
        return ChainState(since, None, None)
    broken = note.value["broken"]
    return ChainState(
        since,
        datetime.fromisoformat(note.value["at"]),
        Break(broken["number"], broken["what"]) if broken else None,
    )


def note_check(lines: int, broken: Break | None) -> None:
    """Remember what a check found, for the pages that tell of it."""
    value = {
        "at": datetime.now(UTC).isoformat(),
        "lines": lines,
        "broken": {"number": broken.number, "what": broken.what} if broken else None,
    }
    Note.objects.update_or_create(name=CHECKED, defaults={"value": value})
