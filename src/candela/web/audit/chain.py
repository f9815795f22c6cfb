"""How is a line added to the audit log, and is the log whole?

Each line holds the hash of the one before, so that a change, a gap, a swap or a removal
is found at its line.  A cut at the end is found by ``audit-heads`` in the home: after
each commit the number and hash of the newest line are written there, outside the
database.  Send that file elsewhere to be safe from who can write both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from candela.web.accounts.models import Organisation, User
from candela.web.audit.actions import Action
from candela.web.audit.models import Event
from candela.web.scoping import across_organisations, read_transaction

__all__ = ["HEADS", "Break", "heads_file", "record", "verify_chain"]

FIRST = "0" * 64
LOCK = 20_180_201  # any number, the same in every process: one writer of the log
HEADS = "audit-heads"


@dataclass(frozen=True)
class Break:
    """The first line that is not as it was written, and what that means."""

    number: int
    what: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.what}"


def record(
    action: Action,
    *,
    by: User | None,
    organisation: Organisation | None,
    thing: str = "",
    **details: Any,
) -> Event:
    """Add a line to the log, in the transaction of what it tells of.

    Raises
    ------
    RuntimeError
        Outside a transaction: the line and the deed would not stand or fall together.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an audit line is written in the transaction of its deed")
    with across_organisations():
        _one_writer()
        last = Event.objects.order_by("-number").first()
        event = Event(
            number=1 if last is None else last.number + 1,
            at=datetime.now(UTC),
            organisation=organisation,
            actor_id=None if by is None else by.pk,
            action=action.value,
            thing=thing,
            details=details,
            previous_hash=FIRST if last is None else last.hash,
        )
        event.hash = hash_of(event.content())
        event.save(force_insert=True)
    transaction.on_commit(lambda: _note_head(event))
    return event


def hash_of(content: Mapping[str, Any]) -> str:
    """Return the hash of a line's content in its one canonical form."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _one_writer() -> None:
    """Wait until no other transaction adds a line; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def heads_file() -> Path:
    """Return where the newest line is noted outside the database."""
    home: Path = settings.CONFIGURATION.home
    return home / HEADS


def _note_head(event: Event) -> None:
    # The line is committed: a full disk here must not turn the answer into an error.
    try:
        with heads_file().open("a", encoding="ascii") as file:
            file.write(f"{event.number} {event.hash}\n")
    except OSError:
        return


def verify_chain() -> tuple[int, Break | None]:
    """Return how many lines there are, and the first that is not as it was written."""
    count = 0
    with read_transaction(), across_organisations():
        previous = FIRST
        heads = _heads()
        for event in Event.objects.order_by("number").iterator():
            count += 1
            wrong = _what_is_wrong(event, count, previous, heads)
            if wrong:
                return count, Break(count, wrong)
            previous = event.hash
    if heads and max(heads) > count:
        return count, Break(
            count + 1,
            f"the log ends at line {count}, and line {max(heads)} had been written: "
            "lines were removed from its end",
        )
    return count, None


def _what_is_wrong(
    event: Event, place: int, previous: str, heads: Mapping[int, str]
) -> str:
    if event.number != place:
        return f"expected line {place}, found {event.number}: a line was removed"
    if event.previous_hash != previous:
        return "it does not follow from the line before: one of the two was changed"
    if hash_of(event.content()) != event.hash:
        return "its content is not what was written"
    if heads.get(event.number, event.hash) != event.hash:
        return "another line had been written here: the log was made anew from here on"
    return ""


def _heads() -> dict[int, str]:
    """Return what was noted of each line when it was first written."""
    heads: dict[int, str] = {}
    try:
        lines = heads_file().read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return heads
    for line in lines:
        number, _, head = line.partition(" ")
        if number.isdigit() and len(head) == 64:  # a line cut by a full disk is passed
            heads.setdefault(int(number), head)
    return heads
