"""What do the small tables beside the patients say: research, sizes, names, mergers?

These are figures about organisations, so that a cell that is wrong is quoted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from candela.sources.files import open_contents
from candela.sources.ods import SUCCESSION_LAYOUT
from candela.sources.patients.headings import Heading
from candela.sources.records import Record, RecordReader
from candela.tables import (
    MEASURES,
    ORGANISATION_MEASURES,
    SUCCESSIONS,
    Period,
    SourceFile,
    Table,
)
from candela.tables.patients import LIFE_TABLE, RESEARCH_ACTIVITY, SEX

__all__ = ["read_life_table", "read_measures", "read_names", "read_successions"]

MEASURE_COLUMNS = ("org_code", "period_start", "period_end", "measure", "value")
KIND_COLUMNS = ("route", "design", "specialty")
Row = dict[str, Any]


def read_measures(heading: Heading) -> tuple[Table, Table]:
    """Return research activity, and sizes of organisations, from one file.

    Raises
    ------
    InputError
        With every row that is wrong: among them two figures of one measure for one
        organisation and period, and periods that overlap.
    """
    reader, rows, source = _opened(heading, "measures of organisations")
    reader.require(*MEASURE_COLUMNS)
    activity: list[Row] = []
    sizes: list[Row] = []
    for record in reader.records(rows, key="org_code"):
        row = _figure(record) | {"source_file": heading.name}
        known = MEASURES.get(row["measure"])
        if known is not None and known.kind == "structure":
            sizes.append(row)
        else:
            activity.append(row)
    _refuse_overlaps(reader, activity + sizes)
    tables = []
    for spec, found in ((RESEARCH_ACTIVITY, activity), (ORGANISATION_MEASURES, sizes)):
        if found or (not activity and not sizes):
            tables.append(reader.table(spec, found, source, unit="figure"))
        else:
            tables.append(Table.empty(spec))
    return tables[0], tables[1]


def read_names(heading: Heading) -> dict[str, str]:
    """Return the name of each organisation; of several rows, the last counts."""
    reader, rows, _ = _opened(
        heading,
        "organisations",
        {"org_code": ("organisation_code",), "name": ("org_name",)},
    )
    reader.require("org_code", "name")
    return {
        record.text("org_code").upper(): record.text("name")
        for record in reader.records(rows, key="org_code")
    }


def read_successions(heading: Heading) -> Table:
    """Return who took over from whom.

    Raises
    ------
    InputError
        If a code, a day or a share is wrong.
    """
    contents = open_contents(heading.path, heading.name)
    if contents.text is not None:
        return SUCCESSION_LAYOUT.read(contents, SUCCESSION_LAYOUT).table
    reader, rows, source = _opened(heading, "successions")
    reader.require("predecessor_code", "successor_code", "effective_date")
    found = [
        {
            "predecessor_code": record.text("predecessor_code"),
            "successor_code": record.text("successor_code"),
            "effective_date": record.date("effective_date"),
            "share": record.number("share", required=False),
            "source_file": heading.name,
            "source_row": record.row,
        }
        for record in reader.records(rows, key="predecessor_code")
    ]
    return reader.table(SUCCESSIONS, found, source, unit="succession")


def read_life_table(heading: Heading) -> Table:
    """Return how likely people of the whole population are to die within a year.

    Raises
    ------
    InputError
        If a row is wrong, or two rows are of one sex, age and year.
    """
    reader, rows, source = _opened(heading, "life table", {"age_years": ("age",)})
    reader.require("sex", "age_years", "year", "death_probability")
    found = []
    for record in reader.records(rows, key="sex"):
        sex = record.text("sex").lower()
        if sex not in SEX:
            record.wrong(
                "sex", f"`{sex[:20]}`", f"one of {', '.join(SEX)}", "Correct it."
            )
        chance = record.number("death_probability")
        if chance is not None and chance > 1:
            record.wrong(
                "death_probability",
                f"{chance:g}",
                "a number from 0 to 1",
                "Correct it.",
            )
        found.append(
            {
                "sex": sex,
                "age_years": record.count("age_years"),
                "year": record.count("year"),
                "death_probability": chance,
                "source_file": heading.name,
                "source_row": record.row,
            }
        )
    return reader.table(LIFE_TABLE, found, source)


def _opened(
    heading: Heading, layout: str, aliases: dict[str, tuple[str, ...]] | None = None
) -> tuple[RecordReader, Iterable[tuple[int, Sequence[object]]], SourceFile]:
    contents = open_contents(heading.path, heading.name)
    source = SourceFile(heading.name, contents.sha256, contents.size_bytes, layout)
    reader = RecordReader(heading.name, heading.columns, aliases or {})
    if contents.text is None:
        return reader, _parquet_rows(heading), source
    reader.note_text(contents.text)
    rows = contents.text.rows()
    next(rows)
    return reader, rows, source


def _parquet_rows(heading: Heading) -> Iterator[tuple[int, Sequence[object]]]:
    """Yield rows of a Parquet file, numbered as if it had a heading row."""
    import pyarrow.parquet as pq

    table = pq.read_table(heading.path)
    columns = [table.column(name).to_pylist() for name in table.column_names]
    yield from enumerate(map(list, zip(*columns, strict=True)), 2)


def _figure(record: Record) -> Row:
    measure = record.text("measure")
    if measure not in MEASURES:
        record.wrong(
            "measure",
            f"`{measure[:40]}` is not a known measure",
            f"one of {', '.join(MEASURES)}",
            "Use one of these words, or leave the row out.",
        )
    start, end = _day(record, "period_start"), _day(record, "period_end")
    if start is not None and end is not None and end < start:
        record.wrong(
            "period_end",
            f"the period ends on {end} and starts on {start}",
            "a last day that is not before the first",
            "Correct the dates.",
        )
        start = end = None
    kinds = {name: record.text(name) or "all" for name in KIND_COLUMNS}
    for name in ("route", "design"):
        allowed = RESEARCH_ACTIVITY.column(name).allowed
        if kinds[name] not in allowed:
            record.wrong(
                name,
                f"`{kinds[name][:40]}` is not known",
                f"one of {', '.join(allowed)}",
                "Use one of these words.",
            )
    return {
        "org_code": _code(record),
        "period_start": start,
        "period_end": end,
        "measure": measure,
        "value": _value(record, measure),
        "value_status": record.status("value"),
        "source_row": record.row,
        **kinds,
    }


def _code(record: Record) -> str:
    """Return the organisation's code: a trust's, or another provider's."""
    text = record.text("org_code").upper()
    if 3 <= len(text) <= 6 and text.isalnum():
        return text
    record.wrong(
        "org_code",
        f"`{text[:40]}` is not an organisation code",
        "a code such as RXX",
        "Correct it in the file.",
    )
    return ""


def _day(record: Record, name: str) -> date | None:
    cell = record.raw(name)
    text = record.text(name)
    if isinstance(cell, date | datetime) or (len(text) == 10 and text[4:5] == "-"):
        return record.date(name)
    record.wrong(
        name,
        f"`{text[:40]}` is not an ISO date" if text else "the cell is blank",
        "a date such as 2015-04-01",
        "Write year, month and day; in a spreadsheet, format the column as text.",
    )
    return None


def _value(record: Record, measure: str) -> float | None:
    if record.text("value") == "-":
        # A dash is none in one publication and unknown in the next.
        record.wrong(
            "value",
            "`-` may mean none or not known",
            "a number, `*` or an empty cell",
            "Write 0 for none; leave the cell empty if it was not reported.",
        )
        return None
    # Recruitment counted by shares of a study is not whole, so counts may have parts.
    return record.number("value", required=False)


def _refuse_overlaps(reader: RecordReader, rows: Iterable[Row]) -> None:
    """Add a problem for each row that shares days with an earlier period.

    The same period twice is told by ``RecordReader.table``.
    """
    series: dict[tuple[Any, ...], list[tuple[Period, int]]] = defaultdict(list)
    for row in rows:
        start, end = row["period_start"], row["period_end"]
        if start is not None and end is not None:
            key = tuple(row[name] for name in ("org_code", "measure", *KIND_COLUMNS))
            series[key].append((Period(start, end), row["source_row"]))
    for (code, measure, *_), places in series.items():
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
