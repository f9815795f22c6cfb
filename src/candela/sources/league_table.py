"""How many studies and participants did the national league table give each trust?

Two forms: the official table of the National Institute for Health Research, which holds
two financial years and names organisations without a code; and a list of figures quoted
from it, with codes.  The official table gives rows keyed by name: see
``candela.tables.names`` for how they get a code.

A table published a year later gives the earlier year again, as it stood then.  The end
of the last year of a table stands for the day of its revision, so that of two tables
the later one's figures are kept.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from candela.errors import InputError, Problem
from candela.sources.files import HEAD_ROWS, Contents
from candela.sources.reading import (
    Layout,
    Reading,
    normal,
    periods_of,
)
from candela.sources.records import Record, RecordReader
from candela.sources.workbooks import sheet_names, sheet_rows
from candela.tables import MEASURES, NAMED_MEASURES, ORGANISATION_MEASURES, Period

__all__ = ["OFFICIAL", "QUOTED"]

NAME = "Trust name"
ALIASES = {
    NAME: ("Trust", "Organisation name", "Organisation", "Name of trust"),
    "Type": ("Trust type", "Organisation type"),
}
WORDS = {
    "studiesrecruiting": "studies_recruiting",
    "recruitingstudies": "studies_recruiting",
    "participantsinstudies": "participants_recruited",
    "participantsrecruited": "participants_recruited",
    "numberofparticipants": "participants_recruited",
}
YEAR = re.compile(r"(20\d{2})\s*[/–-]\s*(20)?(\d{2})(?!\d)")
NATIONAL_CODES = frozenset({"ENG", "ENGLAND", "E92000001"})
NATIONAL_NAMES = frozenset({"england", "total", "grandtotal", "nationaltotal"})
MAX_WORKBOOK_BYTES = 5_000_000  # a table of 500 rows; opening a large one takes long
MAX_SHEETS = 5
QUOTED_COLUMNS = ("org_code", "org_name_as_published", "fy", "measure", "value")
PUBLISHER = "National Institute for Health and Care Research"

Row = dict[str, object]
Cells = tuple[int, Sequence[object]]


def recognises_official(contents: Contents) -> bool:
    """Say whether there is a heading row with names, and figures of named years."""
    if contents.text is not None:
        return _heading(enumerate(contents.text.head, 1)) is not None
    return any(_heading(rows) is not None for _, rows in _sheets(contents))


def recognises_quoted(contents: Contents) -> bool:
    """Say whether the first row has the headings of quoted figures."""
    if contents.text is None or not contents.text.head:
        return False
    seen = {normal(cell) for cell in contents.text.head[0]}
    return {normal(name) for name in QUOTED_COLUMNS} <= seen


def read_official(contents: Contents, layout: Layout) -> Reading:
    """Return the figures of both years of an official table, by name."""
    tables = [
        (sheet, *found, rows)
        for sheet, rows in _sheets(contents)
        if (found := _heading(rows)) is not None
    ]
    _, header_row, headings, rows = tables[0]
    reader = RecordReader(contents.name, headings, ALIASES, header_row=header_row)
    columns = _columns(reader)
    if contents.text is not None:
        reader.note_text(contents.text)
    _note_other_sheets(reader, [sheet for sheet, *_ in tables])
    national: list[int] = []
    figures: list[Row] = []
    for record in reader.records(rows, key=NAME):
        if _is_national(record.text(NAME)):
            national.append(record.row)
            continue
        figures.extend(_figures(record, columns))
    _note_national(reader, national, NAME)
    for row in figures:
        row["source_file"] = contents.name
    source = layout.source(contents)
    table = reader.table(NAMED_MEASURES, figures, source, unit="figure")
    periods = periods_of(table)
    return Reading(
        layout.name, source, table, periods, tuple(reader.notes), periods[-1].end
    )


def _sheets(contents: Contents) -> Iterator[tuple[str, Iterator[Cells]]]:
    """Yield the name and rows of each place where the table could be."""
    if contents.text is not None:
        yield "", contents.text.rows()
    elif contents.workbook == "xlsx" and contents.size_bytes <= MAX_WORKBOOK_BYTES:
        for sheet in sheet_names(contents)[:MAX_SHEETS]:
            yield sheet, sheet_rows(contents, sheet)


def _note_other_sheets(reader: RecordReader, sheets: Sequence[str]) -> None:
    if len(sheets) > 1:
        reader.note(
            f"only the sheet `{sheets[0]}` was read, not {', '.join(sheets[1:])}",
            "one table in a workbook",
            "Save each of the others as a workbook of its own, if they are needed.",
        )


def _heading(rows: Iterable[Cells]) -> tuple[int, list[str]] | None:
    """Return the heading row, if this is the table; ``rows`` then stand after it."""
    for number, cells in rows:
        if number > HEAD_ROWS:
            return None
        headings = ["" if cell is None else str(cell).strip() for cell in cells]
        seen = {normal(heading) for heading in headings}
        named = any(normal(name) in seen for name in (NAME, *ALIASES[NAME]))
        if named and any(_measure(heading) for heading in headings):
            return number, headings
    return None


def _measure(heading: str) -> str:
    """Return what a heading counts; nothing for a change in per cent."""
    text = normal(heading)
    if "change" in text or "%" in text:
        return ""
    return next((measure for words, measure in WORDS.items() if words in text), "")


def _columns(reader: RecordReader) -> dict[str, tuple[str, Period]]:
    """Return the measure and the year of each column of figures."""
    columns: dict[str, tuple[str, Period]] = {}
    claims: dict[tuple[str, Period], list[str]] = defaultdict(list)
    for heading in reader.headings:
        measure, period = _measure(heading), _year(heading)
        if measure and period is not None:
            columns[heading] = (measure, period)
            claims[measure, period].append(heading)
    twice = next((names for names in claims.values() if len(names) > 1), None)
    if columns and twice is None:
        return columns
    seen = ", ".join(heading for heading in reader.headings if heading)
    raise InputError(
        Problem(
            reader.file,
            f"two columns are of one measure and year ({' and '.join(twice)})"
            if twice
            else "no column of studies or participants names its financial year; "
            f"columns seen: {seen}",
            "headings such as `Number of studies recruiting 2016/17` and `Participants "
            "in studies 2016/17`",
            "Write the year into the heading of each column of figures.",
            row=reader.header_row,
        )
    )


def _year(text: str) -> Period | None:
    """Return the financial year written as 2016/17, 2016-17 or 2016/2017."""
    found = YEAR.search(text)
    if found is None or (int(found[1]) + 1) % 100 != int(found[3]):
        return None
    return Period.financial_year(int(found[1]))


def _figures(record: Record, columns: dict[str, tuple[str, Period]]) -> Iterator[Row]:
    for heading, (measure, period) in columns.items():
        yield {
            "org_name": record.text(NAME),
            "org_type": record.text("Type"),
            "period_start": period.start,
            "period_end": period.end,
            "measure": measure,
            "value": record.count(heading, required=False),
            "value_status": record.status(heading),
            "source_row": record.row,
        }


def read_quoted(contents: Contents, layout: Layout) -> Reading:
    """Return the quoted figures of single organisations."""
    assert contents.text is not None
    rows = contents.text.rows()
    _, headings = next(rows)
    reader = RecordReader(contents.name, headings)
    reader.require(*QUOTED_COLUMNS)
    reader.note_text(contents.text)
    national: list[int] = []
    figures: list[Row] = []
    for record in reader.records(rows, key="org_code"):
        if record.text("org_code").upper() in NATIONAL_CODES:
            national.append(record.row)
            continue
        figures.extend(_quoted(record))
    _note_national(reader, national, "org_code")
    _note_quoted(reader, figures)
    for row in figures:
        row["source_file"] = contents.name
    source = layout.source(contents)
    table = reader.table(ORGANISATION_MEASURES, figures, source, unit="figure")
    return Reading(layout.name, source, table, periods_of(table), tuple(reader.notes))


def _quoted(record: Record) -> Iterator[Row]:
    period = _year(record.text("fy"))
    if period is None:
        record.wrong(
            "fy",
            f"`{record.text('fy')[:20]}` is not a financial year",
            "a financial year such as 2016/17",
            "Correct it in the file.",
        )
    measure = record.text("measure")
    if measure not in MEASURES:
        record.wrong(
            "measure",
            f"`{measure[:40]}` is not a known measure",
            f"one of {', '.join(MEASURES)}",
            "Use one of these words, or leave the row out.",
        )
    code, value = record.trust_code("org_code"), record.number("value", required=False)
    if period is not None:
        yield {
            "org_code": code,
            "org_name": record.text("org_name_as_published"),
            "period_start": period.start,
            "period_end": period.end,
            "measure": measure,
            "value": value,
            "value_status": record.status("value"),
            "source_row": record.row,
        }


def _is_national(name: str) -> bool:
    return normal(re.sub(r"\(.*\)", "", name)) in NATIONAL_NAMES


def _note_national(reader: RecordReader, rows: Sequence[int], column: str) -> None:
    if rows:
        reader.note(
            f"{len(rows)} national rows were left out",
            "one organisation in each row",
            "Nothing to do: a national total is not an organisation.",
            row=rows[0],
            column=reader.heading(column),
        )


def _note_quoted(reader: RecordReader, rows: Sequence[Row]) -> None:
    reader.note(
        f"{len(rows)} figures of {len({row['org_code'] for row in rows})} "
        "organisations are quoted from pages and press notices",
        "the official table of all organisations",
        "Do not compare organisations by them: the others are not known.",
    )


OFFICIAL = Layout(
    "league_table",
    "NIHR research activity league table",
    PUBLISHER,
    "NIHR terms of use",
    recognises_official,
    read_official,
)

QUOTED = Layout(
    "league_table_quoted",
    "Research activity, quoted figures",
    f"{PUBLISHER}, as quoted",
    "quoted facts",
    recognises_quoted,
    read_quoted,
)
