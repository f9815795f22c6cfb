"""How many medicine trials did each trust sponsor?

Trials of the EU Clinical Trials Register whose sponsor is an NHS body, in two forms:
the list of trials, with the code that the sponsor's name was matched to, and a table of
counts by code and year, which restates the list.

The register holds all medicine trials, so that a trust which is not in the list
sponsored none.  It counts sponsorship, not recruitment: trials that a university
sponsors in a trust are not the trust's.  The United Kingdom left the register at the
end of 2020; the years after it are nearly empty and are kept as they stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from candela.sources.files import Contents
from candela.sources.reading import (
    Layout,
    Reading,
    normal,
    periods_of,
)
from candela.sources.records import Record, RecordReader
from candela.tables import ORGANISATION_MEASURES, Period, Table

__all__ = ["BY_YEAR", "TRIAL_LIST"]

MEASURE = "sponsored_trials"
TRIAL_COLUMNS = ("eudract_number", "eudract_year", "ods_code")
YEAR_COLUMNS = ("ods_code", "eudract_year", "n_trials")
FIRST_YEAR, LAST_YEAR = 2004, 2100
LAST_YEAR_OF_UNITED_KINGDOM = 2020
PUBLISHER = "EU Clinical Trials Register; names as in the EU Trials Tracker"
LICENCE = "a public register; the compilation states no licence"

Row = dict[str, object]


def recognises_trials(contents: Contents) -> bool:
    """Say whether the first row has the headings of the list of trials."""
    return _has(contents, TRIAL_COLUMNS)


def recognises_years(contents: Contents) -> bool:
    """Say whether the first row has the headings of the counts by year."""
    return _has(contents, YEAR_COLUMNS)


def _has(contents: Contents, columns: tuple[str, ...]) -> bool:
    if contents.text is None or not contents.text.head:
        return False
    seen = {normal(cell) for cell in contents.text.head[0]}
    return {normal(name) for name in columns} <= seen


def read_trials(contents: Contents, layout: Layout) -> Reading:
    """Return the trials of each code and year, counted."""
    reader, records = _opened(contents, TRIAL_COLUMNS)
    trials: dict[tuple[str, int], set[str]] = {}
    first_row: dict[tuple[str, int], int] = {}
    matched: Counter[str] = Counter()
    without_code = 0
    for record in records:
        number = record.text("eudract_number")
        year = _year(record, number)
        matched[record.text("match")] += 1
        if not record.text("ods_code"):
            without_code += 1
            continue
        if year is None:
            continue
        key = (record.trust_code("ods_code"), year)
        trials.setdefault(key, set()).add(number)
        first_row.setdefault(key, record.row)
    _note_matching(reader, matched, without_code)
    rows = [
        _row(code, year, float(len(found)), contents.name, first_row[code, year])
        for (code, year), found in trials.items()
    ]
    return _reading(reader, rows, contents, layout)


def read_years(contents: Contents, layout: Layout) -> Reading:
    """Return the counts of each code and year."""
    reader, records = _opened(contents, YEAR_COLUMNS)
    rows = []
    for record in records:
        code = record.trust_code("ods_code")
        year, value = _year(record, ""), record.count("n_trials")
        if year is not None:
            rows.append(_row(code, year, value, contents.name, record.row))
    return _reading(reader, rows, contents, layout, restates=True)


def _opened(
    contents: Contents, columns: tuple[str, ...]
) -> tuple[RecordReader, Iterable[Record]]:
    assert contents.text is not None
    rows = contents.text.rows()
    _, headings = next(rows)
    reader = RecordReader(contents.name, headings)
    reader.require(*columns)
    reader.note_text(contents.text)
    return reader, reader.records(rows, key=columns[0])


def _row(code: str, year: int, value: float | None, file: str, row: int) -> Row:
    period = Period.calendar_year(year)
    return {
        "org_code": code,
        "period_start": period.start,
        "period_end": period.end,
        "measure": MEASURE,
        "value": value,
        "value_status": "ok",
        "source_file": file,
        "source_row": row,
    }


def _year(record: Record, number: str) -> int | None:
    """Return the year, which is also the first four digits of a trial's number."""
    year = record.text("eudract_year")
    if not (year.isdigit() and FIRST_YEAR <= int(year) <= LAST_YEAR):
        record.wrong(
            "eudract_year",
            f"`{year[:40]}` is not a year of the register",
            f"a year from {FIRST_YEAR}",
            "Correct it in the file.",
        )
        return None
    if number and not number.startswith(f"{year}-"):
        record.wrong(
            "eudract_year",
            f"the trial {number[:20]} is not of {year}",
            "the first four digits of the trial's number",
            "Correct the year or the number.",
        )
        return None
    return int(year)


def _note_matching(reader: RecordReader, matched: Counter[str], without: int) -> None:
    if without:
        reader.note(
            f"{without} rows have no code and were left out",
            "sponsors that are trusts in England",
            "Nothing to do: sponsors elsewhere in the United Kingdom, and some joint "
            "sponsors, have none.",
            column=reader.heading("ods_code"),
        )
    automatic, by_hand = matched["auto_name_key"], matched["manual_joint_sponsor"]
    if automatic or by_hand:
        reader.note(
            f"sponsors' names were matched to codes automatically ({automatic} rows) "
            f"or by hand ({by_hand} rows)",
            "codes given by the register, which has none",
            "Review the names of the trusts that matter to you.",
            column=reader.heading("match"),
        )


def _reading(
    reader: RecordReader,
    rows: list[Row],
    contents: Contents,
    layout: Layout,
    *,
    restates: bool = False,
) -> Reading:
    source = layout.source(contents)
    table = reader.table(ORGANISATION_MEASURES, rows, source, unit="count")
    _note_departure(reader, table)
    return Reading(
        layout.name,
        source,
        table,
        periods_of(table),
        tuple(reader.notes),
        restates=restates,
    )


def _note_departure(reader: RecordReader, table: Table) -> None:
    after: Counter[int] = Counter()
    for end, value in table.keys("period_end", "value"):
        if end.year > LAST_YEAR_OF_UNITED_KINGDOM:
            after[end.year] += int(value)
    told = "".join(f"; {year} has {trials}" for year, trials in sorted(after.items()))
    reader.note(
        "the United Kingdom left the register at the end of "
        f"{LAST_YEAR_OF_UNITED_KINGDOM}{told}",
        f"complete years to {LAST_YEAR_OF_UNITED_KINGDOM}",
        "Do not read a fall after that year as a fall in research.",
        column=reader.heading("eudract_year"),
    )


TRIAL_LIST = Layout(
    "eu_register_trials",
    "Medicine trials sponsored by NHS bodies, EU register, list of trials",
    PUBLISHER,
    LICENCE,
    recognises_trials,
    read_trials,
)

BY_YEAR = Layout(
    "eu_register_by_year",
    "Medicine trials sponsored by NHS bodies, EU register, counts by year",
    PUBLISHER,
    LICENCE,
    recognises_years,
    read_years,
)
