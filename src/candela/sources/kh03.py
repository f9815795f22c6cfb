"""How many beds were open overnight?  The long table of many quarters.

The quarterly return KH03.  Beds are a daily average over the quarter.  A financial year
starts in April: ``June`` of 2020 is April to June 2020, ``March`` of 2020 is January to
March 2021.  A dash is none; an empty cell was not reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from candela.sources.files import Contents
from candela.sources.reading import (
    NHS_OGL,
    Layout,
    Reading,
    normal,
    periods_of,
)
from candela.sources.records import Record, RecordReader
from candela.tables import ORGANISATION_MEASURES, Period

__all__ = ["ALIASES", "BEDS", "COLUMNS", "LAYOUT", "Row", "bed_reading", "bed_rows"]

BEDS = {
    "beds_general_acute": "available_general_and_acute",
    "beds_total": "available_total",
}
COLUMNS = ("year", "period_end", "org_code", *BEDS.values())
ALIASES = {
    "year": ("Year",),
    "period_end": ("Period End",),
    "org_code": ("Org Code",),
    "org_name": ("Org Name",),
    "available_general_and_acute": ("Available General & Acute",),
    "available_total": ("Available Total",),
}
LAST_MONTHS = {"june": 6, "september": 9, "december": 12, "march": 3}
NONE = "-"
TRUST_ENDINGS = ("NHS TRUST", "NHS FOUNDATION TRUST")

Row = dict[str, object]


def recognises(contents: Contents) -> bool:
    """Say whether the first row has the long CSV's headings."""
    if contents.text is None or not contents.text.head:
        return False
    seen = {normal(cell) for cell in contents.text.head[0]}
    return {normal(name) for name in (*BEDS.values(), "org_code")} <= seen


def read(contents: Contents, layout: Layout) -> Reading:
    """Return the beds of every quarter in the file."""
    assert contents.text is not None
    rows = contents.text.rows()
    _, headings = next(rows)
    reader = RecordReader(contents.name, headings, ALIASES)
    reader.require(*COLUMNS)
    reader.note_text(contents.text)
    found = bed_rows(reader, reader.records(rows, key="org_code"))
    return bed_reading(reader, found, contents, layout)


def bed_rows(reader: RecordReader, records: Iterable[Record]) -> list[Row]:
    """Return two rows for each trust and quarter, its beds of each kind."""
    found: list[Row] = []
    others: dict[str, str] = {}
    left_out: list[int] = []
    for record in records:
        code = record.text("org_code").upper()
        if len(code) == 5 and code.isalnum():
            others[code] = record.text("org_name")
            left_out.append(record.row)
            continue
        period = _quarter(record)
        if period is None:
            continue
        shared = {
            "org_code": record.trust_code("org_code"),
            "org_name": record.text("org_name"),
            "period_start": period.start,
            "period_end": period.end,
            "source_row": record.row,
        }
        for measure, column in BEDS.items():
            none = record.text(column) == NONE
            found.append(
                {
                    **shared,
                    "measure": measure,
                    "value": 0.0 if none else record.number(column, required=False),
                    "value_status": "ok" if none else record.status(column),
                }
            )
    _note_others(reader, others, left_out)
    return found


def _quarter(record: Record) -> Period | None:
    """Return the quarter that ends with the month of ``period_end``."""
    year = re.fullmatch(r"(\d{4})(?:[-/]\d{2}|[-/]\d{4})?", record.text("year"))
    month = LAST_MONTHS.get(record.text("period_end").lower())
    if year is None:
        record.wrong(
            "year",
            f"`{record.text('year')[:20]}` is not a financial year",
            "a financial year such as 2020-21, or its first year",
            "Correct it in the file.",
        )
    if month is None:
        record.wrong(
            "period_end",
            f"`{record.text('period_end')[:20]}` is not the last month of a quarter",
            "June, September, December or March",
            "Correct it in the file.",
        )
    if year is None or month is None:
        return None
    calendar_year = int(year[1]) + (month == 3)
    return Period.months((calendar_year, month - 2), (calendar_year, month))


def _note_others(
    reader: RecordReader, others: dict[str, str], left_out: Sequence[int]
) -> None:
    if not others:
        return
    trusts = sorted(
        f"{code} {name}"
        for code, name in others.items()
        if name.upper().endswith(TRUST_ENDINGS)
    )
    told = f"; {', '.join(trusts)} calls itself a trust" if trusts else ""
    reader.note(
        f"{len(left_out)} rows of {len(others)} organisations with a five-character "
        f"code were left out{told}",
        "three-character trust codes",
        "Nothing to do for the independent sector; a trust that was given a new code "
        "stays out until its code is a trust's.",
        row=left_out[0],
        column=reader.heading("org_code"),
    )


def bed_reading(
    reader: RecordReader,
    rows: list[Row],
    contents: Contents,
    layout: Layout,
    *,
    revision: date | None = None,
) -> Reading:
    for row in rows:
        row["source_file"] = contents.name
    source = layout.source(contents)
    table = reader.table(ORGANISATION_MEASURES, rows, source, unit="return")
    missing = sum(status == "missing" for status in table["value_status"])
    if missing:
        reader.note(
            f"{missing} figures are blank",
            "a number, or a dash for none",
            "Nothing to do: they are taken as not reported, not as none.",
        )
    notes = tuple(reader.notes)
    return Reading(layout.name, source, table, periods_of(table), notes, revision)


LAYOUT = Layout(
    "kh03_csv",
    "KH03 beds open overnight, long table",
    "NHS England",
    NHS_OGL,
    recognises,
    read,
)
