"""Which studies does the NIHR portfolio hold?

The export of the public search "Search for a study" of the NIHR Open Data Platform: one
row a study, with no trust, no date and no recruitment.  The column ``Link`` is the
study's number in the Central Portfolio Management System, written as ``19978.0`` after
a spreadsheet has had it.  A few studies in the official export have no number.
"""

from __future__ import annotations

from collections.abc import Iterable

from candela.sources.files import Contents
from candela.sources.reading import Layout, Reading, normal
from candela.sources.records import Record, RecordReader
from candela.tables import STUDIES

__all__ = ["LAYOUT"]

COLUMNS = (
    "Short Name",
    "Managing Specialty",
    "Lead Country",
    "Study Status",
    "Link",
)

Row = dict[str, object]


def recognises(contents: Contents) -> bool:
    """Say whether the first row has this export's headings."""
    if contents.text is None or not contents.text.head:
        return False
    seen = {normal(cell) for cell in contents.text.head[0]}
    wanted = ("Short Name", "Managing Specialty", "Study Status")
    return {normal(name) for name in wanted} <= seen


def read(contents: Contents, layout: Layout) -> Reading:
    """Return the studies of one export."""
    assert contents.text is not None
    rows = contents.text.rows()
    _, headings = next(rows)
    reader = RecordReader(contents.name, headings)
    reader.require(*COLUMNS)
    reader.note_text(contents.text)
    found = _studies(reader, reader.records(rows, key="Short Name"))
    for row in found:
        row["source_file"] = contents.name
    table = reader.table(STUDIES, found, layout.source(contents), unit="study")
    return Reading(layout.name, layout.source(contents), table, (), tuple(reader.notes))


def _studies(reader: RecordReader, records: Iterable[Record]) -> list[Row]:
    """Return the studies with a number, each once."""
    studies: dict[str, tuple[Row, tuple[str, ...]]] = {}
    unnumbered, repeated = [], []
    for record in records:
        if not record.text("Link"):
            unnumbered.append(record.row)
            continue
        study = _study(record)
        number = str(study["study_id"])
        cells = tuple(str(cell) for cell in record.cells)
        first, first_cells = studies.setdefault(number, (study, cells))
        if first is study or not number:
            continue
        if first_cells == cells:
            repeated.append(record.row)
            continue
        record.wrong(
            "Link",
            f"study {number} is also in row {first['source_row']}, with other details",
            "one row a study",
            "Remove one of the two.",
        )
    _note_left_out(reader, unnumbered, "have no study number", "a number in every row")
    _note_left_out(reader, repeated, "repeat an earlier row", "one row a study")
    return [study for study, _ in studies.values()]


def _study(record: Record) -> Row:
    return {
        "study_id": _number(record),
        "short_name": record.text("Short Name"),
        "specialty": record.text("Managing Specialty"),
        "lead_country": record.text("Lead Country"),
        "status": record.text("Study Status"),
        "source_row": record.row,
    }


def _number(record: Record) -> str:
    text = record.text("Link").removesuffix(".0")
    if text.isdigit():
        return text
    record.wrong(
        "Link",
        f"`{text[:40]}` is not a study number",
        "the number of the study, such as 19978",
        "Export the search again.",
    )
    return ""


def _note_left_out(
    reader: RecordReader, rows: list[int], what: str, expected: str
) -> None:
    if not rows:
        return
    told = ", ".join(str(row) for row in rows[:10])
    more = f" and {len(rows) - 10} more" if len(rows) > 10 else ""
    reader.note(
        f"{len(rows)} rows {what} and were left out (row {told}{more})",
        expected,
        "Nothing to do, unless one of them matters to you.",
        row=rows[0],
        column=reader.heading("Link"),
    )


LAYOUT = Layout(
    "study_export",
    "NIHR portfolio studies, public search export",
    "National Institute for Health and Care Research",
    "NIHR Open Data terms of use",
    recognises,
    read,
)
