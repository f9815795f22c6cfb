"""How are the differences between two books taken away?"""

from __future__ import annotations

from candela.publish.contents import BookContents
from candela.publish.csv_tables import PublishedColumn, PublishedTable
from candela.publish.disclosure import HIDDEN, NOTE
from candela.publish.ledger import Origin
from candela.publish.pages.compare import compare_page
from candela.publish.pages.differences import CAUSES, Difference
from candela.publish.pages.records import Position

__all__ = ["differences_table"]

COLUMNS = (
    PublishedColumn("org_code", "code of the organisation"),
    PublishedColumn("name", "latest name known"),
    PublishedColumn("indicator", "key of the indicator"),
    PublishedColumn("period_start", "first day", "date"),
    PublishedColumn("period_end", "last day", "date"),
    PublishedColumn("was", f"the older figure, or {HIDDEN} where hidden", "number"),
    PublishedColumn("now", f"the newer figure, or {HIDDEN} where hidden", "number"),
    PublishedColumn("verdict_was", "what the older book says of it"),
    PublishedColumn("verdict_now", "what the newer book says of it"),
    PublishedColumn("cause", "why they differ"),
)


def differences_table(older: BookContents, newer: BookContents) -> PublishedTable:
    """Return every figure that differs between two books."""
    made_up = "_made-up" if older.made_up or newer.made_up else ""
    name = f"differences_{older.built_on}_{newer.built_on}{made_up}"
    note = f"books {older.seal} and {newer.seal}"
    return PublishedTable(
        name,
        "Figures that differ between two books",
        COLUMNS,
        [_row(d) for d in compare_page(older, newer).differences],
        Origin("candela.publish.pages.differences.differences", (), note),
        (NOTE,),
    )


def _row(d: Difference) -> tuple[object, ...]:
    return (
        d.org_code,
        d.name,
        d.indicator.key,
        d.period.start,
        d.period.end,
        _value(d.was),
        _value(d.now),
        d.was.verdict if d.was is not None else None,
        d.now.verdict if d.now is not None else None,
        CAUSES[d.cause],
    )


def _value(position: Position | None) -> float | str | None:
    if position is None:
        return None
    return HIDDEN if position.nothing == "hidden" else position.value
