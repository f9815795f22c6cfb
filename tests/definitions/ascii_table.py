"""Tables as people write them, with bars between the cells, become typed tables.

Cells are numbers, days (``2020-04-01``), periods (``2019/20``, ``year 2019``,
``Apr 2019 to Jun 2019``) or words.  A blank cell is nothing at all; ``*`` is a figure
that was hidden.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from candela.tables import (
    ORGANISATION_MEASURES,
    PUBLISHED_OUTCOMES,
    SUCCESSIONS,
    Period,
    Succession,
    Table,
)

__all__ = ["HIDDEN", "mergers", "published_deaths", "published_measures", "table"]

HIDDEN = "*"
MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
MONTH = r"([A-Z][a-z]{2}) (\d{4})"


def table(text: str) -> list[dict[str, Any]]:
    """Return the rows of a table by the headings of its first line."""
    lines = [line.strip() for line in text.strip().splitlines()]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    heading, *rows = cells
    ragged = [lines[n] for n, row in enumerate(cells) if len(row) != len(heading)]
    assert not ragged, f"not {len(heading)} cells: {ragged}"
    return [dict(zip(heading, map(_value, row), strict=True)) for row in rows]


def published_measures(text: str, *, file: str = "activity.csv") -> Table:
    """Return measures: ``org``, ``period`` and a column for each measure."""
    made = []
    for number, row in enumerate(table(text), 2):
        org, period = row.pop("org"), row.pop("period")
        made += [
            {
                "org_code": org,
                "period_start": period.start,
                "period_end": period.end,
                "measure": measure,
                "value": None if value == HIDDEN else value,
                "value_status": "suppressed" if value == HIDDEN else "ok",
                "source_file": file,
                "source_row": number,
            }
            for measure, value in row.items()
            if value is not None
        ]
    return Table.from_rows(ORGANISATION_MEASURES, made)


def published_deaths(text: str, *, file: str = "shmi.csv") -> Table:
    """Return outcomes: columns ``org``, ``period``, ``observed`` and ``expected``.

    ``ratio`` is the quotient where no column gives it; further columns may be
    ``rounded_to``, ``spells`` and ``indicator``.
    """
    made = []
    for number, row in enumerate(table(text), 2):
        observed, expected = row["observed"], row["expected"]
        hidden = HIDDEN in (observed, expected)
        ratio = row.get("ratio")
        if ratio is None and not hidden:
            ratio = observed / expected
        made.append(
            {
                "org_code": row["org"],
                "indicator": row.get("indicator", "SHMI"),
                "period_start": row["period"].start,
                "period_end": row["period"].end,
                "spells": row.get("spells"),
                "observed": None if hidden else observed,
                "expected": None if hidden else expected,
                "ratio": ratio,
                "rounding_base": row.get("rounded_to", 1),
                "value_status": "suppressed" if hidden else "ok",
                "source_file": file,
                "source_row": number,
            }
        )
    return Table.from_rows(PUBLISHED_OUTCOMES, made)


def mergers(text: str) -> Succession:
    """Return who took over from whom: columns ``from``, ``to``, ``on``, ``share``."""
    made = [
        {
            "predecessor_code": row["from"],
            "successor_code": row["to"],
            "effective_date": row["on"],
            "share": row.get("share"),
            "source_file": "succession.csv",
            "source_row": number,
        }
        for number, row in enumerate(table(text), 2)
    ]
    return Succession.from_table(Table.from_rows(SUCCESSIONS, made))


def _value(cell: str) -> Any:
    if not cell:
        return None
    if found := re.fullmatch(r"(\d{4})/\d{2}", cell):
        return Period.financial_year(int(found[1]))
    if found := re.fullmatch(r"year (\d{4})", cell):
        return Period.calendar_year(int(found[1]))
    if found := re.fullmatch(f"{MONTH} to {MONTH}", cell):
        first, last = (MONTHS.index(found[n]) // 3 + 1 for n in (1, 3))
        return Period.months((int(found[2]), first), (int(found[4]), last))
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell):
        return date.fromisoformat(cell)
    try:
        return float(cell.replace(",", ""))
    except ValueError:
        return cell
