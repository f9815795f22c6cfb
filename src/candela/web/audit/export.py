"""How does the log leave the service?  As a table whose cells no spreadsheet runs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC

from candela.publish.csv_tables import PublishedColumn, PublishedTable, csv_text
from candela.publish.ledger import Origin
from candela.web.audit.models import Event
from candela.web.audit.words import names_in, tell

__all__ = ["exported"]

COLUMNS = (
    PublishedColumn("number", "Number of the line in the whole log", "number"),
    PublishedColumn("at", "When, in UTC"),
    PublishedColumn("who", "Who did it"),
    PublishedColumn("what", "What was done"),
    PublishedColumn("about", "What it was done to"),
    PublishedColumn("action", "Code of what was done"),
    PublishedColumn("thing", "Code of what it was done to"),
    PublishedColumn("details", "More, as JSON"),
    PublishedColumn("hash", "Hash of the line, which the next line holds"),
)


def exported(events: Iterable[Event]) -> str:
    """Return lines as CSV, in the order given."""
    lines = list(events)
    names = names_in(lines)
    rows = []
    for event in lines:
        told = tell(event, names)
        rows.append(
            (
                event.number,
                event.at.astimezone(UTC).isoformat(timespec="seconds"),
                told.who,
                told.what,
                told.about,
                event.action,
                event.thing,
                json.dumps(event.details, sort_keys=True, ensure_ascii=False),
                event.hash,
            )
        )
    origin = Origin("candela.web.audit.export", ())
    return csv_text(PublishedTable("audit", "Audit log", COLUMNS, rows, origin))
