"""What does a file of research activity in the generic layout say?

There is no official national file of research activity by trust: each organisation's
own export is brought to five columns, one figure a row.

============  ====================================================================
org_code      three-character organisation code
period_start  first day covered, such as 2015-04-01
period_end    last day covered, such as 2016-03-31
measure       one of the words of ``candela.tables.MEASURES``
value         the figure; blank if it was not reported, ``*`` if it was suppressed
============  ====================================================================

Other columns are left out with a note.  Periods of one measure and organisation must
not overlap: a year beside one of its quarters would be counted twice.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from candela.sources.files import Contents
from candela.sources.reading import (
    Layout,
    Reading,
    normal,
    periods_of,
)
from candela.sources.records import BLANK, Record, RecordReader
from candela.tables import MEASURES, ORGANISATION_MEASURES, Period

__all__ = ["LAYOUT"]

COLUMNS = ("org_code", "period_start", "period_end", "measure", "value")
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")

Row = dict[str, object]


def recognises(contents: Contents) -> bool:
    """Say whether the first row has the five headings."""
    if contents.text is None or not contents.text.head:
        return False
    seen = {normal(cell) for cell in contents.text.head[0]}
    return {normal(name) for name in COLUMNS} <= seen


def read(contents: Contents, layout: Layout) -> Reading:
    """Return the figures of one file."""
    assert contents.text is not None
    rows = contents.text.rows()
    _, headings = next(rows)
    reader = RecordReader(contents.name, headings)
    reader.require(*COLUMNS)
    reader.note_text(contents.text)
    _note_extra_columns(reader)
    found = [_figure(record) for record in reader.records(rows, key="org_code")]
    _refuse_overlaps(reader, found)
    for row in found:
        row["source_file"] = contents.name
    table = reader.table(
        ORGANISATION_MEASURES, found, layout.source(contents), unit="figure"
    )
    return Reading(
        layout.name,
        layout.source(contents),
        table,
        periods_of(table),
        tuple(reader.notes),
    )


def _note_extra_columns(reader: RecordReader) -> None:
    known = {normal(name) for name in COLUMNS}
    extra = [h for h in reader.headings if h and normal(h) not in known]
    if extra:
        reader.note(
            f"left out {', '.join(f'`{heading}`' for heading in extra)}",
            f"the columns {', '.join(COLUMNS)}",
            "Nothing to do, if no figure is in them.",
            row=1,
        )


def _figure(record: Record) -> Row:
    start, end = _day(record, "period_start"), _day(record, "period_end")
    if start is not None and end is not None and end < start:
        record.wrong(
            "period_end",
            f"the period ends on {end} and starts on {start}",
            "a last day that is not before the first",
            "Correct the dates.",
        )
        start = end = None
    measure = record.text("measure")
    if measure not in MEASURES:
        record.wrong(
            "measure",
            f"`{measure[:40]}` is not a known measure",
            f"one of {', '.join(MEASURES)}",
            "Use one of these words, or leave the row out.",
        )
    return {
        "org_code": record.trust_code("org_code"),
        "period_start": start,
        "period_end": end,
        "measure": measure,
        "value": _value(record, measure),
        "value_status": record.status("value"),
        "source_row": record.row,
    }


def _day(record: Record, name: str) -> date | None:
    """Return a day written as 2015-04-01; 04/01/2015 means two different days."""
    text = record.text(name)
    if ISO.fullmatch(text):
        return record.date(name)
    record.wrong(
        name,
        f"`{text[:40]}` is not an ISO date" if text else "the cell is blank",
        "a date such as 2015-04-01",
        "Write year, month and day; in a spreadsheet, format the column as text.",
    )
    return None


def _value(record: Record, measure: str) -> float | None:
    text = record.text("value")
    if text and text.lower() in BLANK:
        # A dash is none in one publication and unknown in the next.
        record.wrong(
            "value",
            f"`{text}` may mean none or not known",
            "a number, `*` or an empty cell",
            "Write 0 for none; leave the cell empty if it was not reported.",
        )
        return None
    if measure in MEASURES and MEASURES[measure].unit == "count":
        return record.count("value", required=False)
    return record.number("value", required=False)


def _refuse_overlaps(reader: RecordReader, rows: Iterable[Row]) -> None:
    """Add a problem for each row that shares days with an earlier period.

    The same period twice is told by ``RecordReader.table``.
    """
    series: dict[tuple[object, object], list[tuple[Period, int]]] = defaultdict(list)
    for row in rows:
        start, end = row["period_start"], row["period_end"]
        if isinstance(start, date) and isinstance(end, date):
            place = (Period(start, end), int(str(row["source_row"])))
            series[row["org_code"], row["measure"]].append(place)
    for (code, measure), places in series.items():
        places.sort()
        longest, first_row = places[0]
        for period, row_number in places[1:]:
            if period != longest and period.overlaps(longest):
                reader.problem(
                    f"{measure} of {code} for {period} overlaps {longest} of row "
                    f"{first_row}",
                    "periods that share no day",
                    "Keep the year or its parts, not both.",
                    row=row_number,
                    column=reader.heading("period_start"),
                )
            if period.end > longest.end:
                longest, first_row = period, row_number


LAYOUT = Layout(
    "activity",
    "Research activity, generic layout",
    "the organisation that made the file",
    "as agreed with the organisation that made the file",
    recognises,
    read,
)
