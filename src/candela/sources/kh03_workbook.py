"""How many beds were open overnight?  The official workbook of one quarter.

Sheet ``NHS Trust by Sector`` of KH03: a block of titles with the period and the days of
publication and revision; a row of groups (Available, Occupied, % Occupied) above the
headings, which repeat below each group; England without a code; then the trusts.  Cells
between the groups should be empty, and are not always.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from candela.errors import InputError, Problem
from candela.sources.files import Contents
from candela.sources.kh03 import ALIASES, BEDS, COLUMNS, Row, bed_reading, bed_rows
from candela.sources.reading import (
    NHS_OGL,
    Layout,
    Reading,
    find_header,
    normal,
)
from candela.sources.records import Record, RecordReader
from candela.sources.workbooks import sheet_names, sheet_rows
from candela.tables import Period
from candela.tables.period import MONTHS

__all__ = ["LAYOUT"]

SHEET = "NHS Trust by Sector"
HEADER_WITHIN = 40
BEDS_TOLERANCE = 0.5  # of the national total, which is a sum of unrounded figures

Cells = tuple[int, Sequence[object]]


def recognises(contents: Contents) -> bool:
    """Say whether the workbook has the sheet of beds by trust."""
    return SHEET in sheet_names(contents)


def read(contents: Contents, layout: Layout) -> Reading:
    """Return the beds of the workbook's quarter."""
    rows = sheet_rows(contents, SHEET)
    title: list[Cells] = []
    found = find_header(
        _kept(rows, title), ("Org Code", "Org Name"), within=HEADER_WITHIN
    )
    if found is None:
        raise InputError(
            Problem(
                contents.name,
                f"no heading row with `Org Code` in the first {HEADER_WITHIN} rows of "
                f"the sheet `{SHEET}`",
                "the workbook as published",
                "Download the file again.",
                row=HEADER_WITHIN,
            )
        )
    header_row, headings = found
    above = title[-2][1] if len(title) > 1 else ()
    groups = above if "available" in map(normal, above) else ()
    reader = RecordReader(
        contents.name, _grouped(groups, headings), ALIASES, header_row=header_row
    )
    block = TitleBlock.of(title)
    block.refuse_day_beds(reader)
    reader.require(*COLUMNS)
    england = National()
    records = reader.records(england.taken_out(reader, rows), key="org_code")
    beds = bed_rows(reader, records)
    block.check_quarter(reader, beds)
    england.check(reader, beds)
    return bed_reading(reader, beds, contents, layout, revision=block.revision)


def _kept(rows: Iterable[Cells], kept: list[Cells]) -> Iterator[Cells]:
    for row in rows:
        kept.append(row)
        yield row


def _grouped(groups: Sequence[object], headings: Sequence[str]) -> list[str]:
    """Return headings with the group above them: ``Available Total``."""
    group, named = "", []
    for place, heading in enumerate(headings):
        cell = groups[place] if place < len(groups) else None
        group = str(cell).strip() if isinstance(cell, str) and cell else group
        named.append(f"{group} {heading}".strip() if heading else "")
    return named


@dataclass(frozen=True)
class TitleBlock:
    """What the lines above the headings say of the workbook."""

    title: str = ""
    period: Period | None = None
    revision: date | None = None

    @classmethod
    def of(cls, rows: Iterable[Cells]) -> TitleBlock:
        """Return the block: a label that ends in a colon, and the cell after it."""
        said: dict[str, object] = {}
        for _, cells in rows:
            filled = [cell for cell in cells if cell is not None and cell != ""]
            if len(filled) > 1 and str(filled[0]).endswith(":"):
                said[normal(filled[0])] = filled[1]
        days = (_day(said.get(label)) for label in ("revised", "published"))
        return cls(
            str(said.get("title", "")),
            _months(str(said.get("period", ""))),
            next((day for day in days if day is not None), None),
        )

    def refuse_day_beds(self, reader: RecordReader) -> None:
        """Refuse the sister publication, beds open by day, in the same sheet."""
        if "day only" not in self.title.lower():
            return
        raise InputError(
            Problem(
                reader.file,
                f"the title is `{self.title[:80]}`",
                "beds open overnight",
                "Use the workbook of beds open overnight of the same quarter.",
            )
        )

    def check_quarter(self, reader: RecordReader, rows: Sequence[Row]) -> None:
        """Add a problem if a row is of another quarter than the title says."""
        for row in rows:
            if self.period is None or row["period_start"] == self.period.start:
                continue
            reader.problem(
                f"the row ends on {row['period_end']}, where the title says "
                f"{self.period}",
                "rows of the quarter in the title",
                "Check that the workbook is as published.",
                row=int(str(row["source_row"])),
                column=reader.heading("period_end"),
            )
            return


@dataclass
class National:
    """The row of England, which has no code, beside the sum of the trusts."""

    row: int = 0
    totals: dict[str, float] = field(default_factory=dict)

    def taken_out(self, reader: RecordReader, rows: Iterable[Cells]) -> Iterator[Cells]:
        """Yield the rows of trusts; keep England's figures."""
        for number, cells in rows:
            record = Record(reader, number, ["" if c is None else c for c in cells])
            if record.text("org_code") or normal(record.text("org_name")) != "england":
                yield number, cells
                continue
            self.row = number
            for measure, column in BEDS.items():
                self.totals[measure] = record.number(column, required=False) or 0.0

    def check(self, reader: RecordReader, rows: Iterable[Row]) -> None:
        """Note if the trusts do not add up to England: rows may be missing."""
        sums = dict.fromkeys(self.totals, 0.0)
        for row in rows:
            if row["measure"] in sums and isinstance(row["value"], float):
                sums[str(row["measure"])] += row["value"]
        for measure, total in self.totals.items():
            if abs(sums[measure] - total) > BEDS_TOLERANCE:
                reader.note(
                    f"the trusts add up to {sums[measure]:,.0f} beds and England has "
                    f"{total:,.0f}",
                    "trusts that add up to England",
                    "Check that no row is missing.",
                    row=self.row,
                    column=reader.heading(BEDS[measure]),
                )


def _day(cell: object) -> date | None:
    """Return a day such as ``19th November 2020``."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = re.search(r"(\d{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]+)\s+(\d{4})", str(cell))
    if found is None or found[2][:3].lower() not in MONTHS:
        return None
    try:
        return date(int(found[3]), MONTHS[found[2][:3].lower()], int(found[1]))
    except ValueError:
        return None


def _months(text: str) -> Period | None:
    """Return months such as ``April to June 2020``."""
    found = re.search(r"([A-Za-z]+) to ([A-Za-z]+) (\d{4})", text)
    if found is None:
        return None
    first, last = (MONTHS.get(found[n][:3].lower(), 0) for n in (1, 2))
    year = int(found[3])
    return Period.months((year, first), (year, last)) if 0 < first <= last else None


LAYOUT = Layout(
    "kh03_workbook",
    "KH03 beds open overnight, workbook of one quarter",
    "NHS England",
    NHS_OGL,
    recognises,
    read,
)
