"""How many staff did each trust have?

NHS Workforce Statistics by staff group and organisation: one CSV with every month since
2009, of millions of rows.  Only whole-time equivalents are read.  Staff groups overlap
(``Total`` holds them all), so that only groups that share nobody are ever added:
doctors and nurses.

The file counts the staff on the last day of each month.  A financial year gets the mean
of its months; for doctors and nurses together, of the months that have both.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import fmean

from candela.errors import InputError, Problem
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

__all__ = ["LAYOUT"]

COLUMNS = ("Date", "Org Code", "Staff Group", "Data Type", "Total")
ALIASES = {
    "Date": ("Month", "Effective Date"),
    "Org Code": ("Organisation Code", "Ocs Code"),
    "Org Name": ("Organisation Name", "Organisation"),
    "Data Type": ("Measure",),
    "Total": ("Value", "Count"),
}
GROUPS = {
    "total": "staff_total_fte",
    "hchsdoctors": "staff_doctors_fte",
    "allhchsdoctors": "staff_doctors_fte",
    "nurses&healthvisitors": "staff_nurses_fte",
    "nursesandhealthvisitors": "staff_nurses_fte",
}
DOCTORS, NURSES, CLINICAL = (
    "staff_doctors_fte",
    "staff_nurses_fte",
    "staff_clinical_fte",
)
MEASURES_IN_ORDER = ("staff_total_fte", DOCTORS, NURSES, CLINICAL)
FTE = "FTE"
DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y", "%Y-%m-%d %H:%M:%S")
GROUPS_TOLD = 30

Row = dict[str, object]


def recognises(contents: Contents) -> bool:
    """Say whether the first row has the headings of staff by group."""
    if contents.text is None or not contents.text.head:
        return False
    seen = {normal(cell) for cell in contents.text.head[0]}
    codes = {normal(name) for name in ("Org Code", *ALIASES["Org Code"])}
    return {normal("Staff Group"), normal("Data Type")} <= seen and bool(codes & seen)


def read(contents: Contents, layout: Layout) -> Reading:
    """Return the staff of each trust in each financial year."""
    assert contents.text is not None
    rows = contents.text.picked_rows(FTE, _may_matter)
    _, headings = next(rows)
    reader = RecordReader(contents.name, headings, ALIASES)
    reader.require(*COLUMNS)
    reader.note_text(contents.text)
    months = Months(reader)
    for number, cells in rows:
        months.add(number, cells)
    if not months.staff and not reader.problems:
        raise InputError(_no_group(contents, reader))
    found = list(months.years(contents.name))
    months.note()
    source = layout.source(contents)
    table = reader.table(ORGANISATION_MEASURES, found, source, unit="figure")
    return Reading(layout.name, source, table, periods_of(table), tuple(reader.notes))


def _may_matter(line: str) -> bool:
    """Say whether a line can be of a group that is read, in any spelling."""
    return "otal" in line or "octors" in line or "urses" in line


@dataclass
class Staff:
    """One organisation's staff of one financial year: months and first rows."""

    name: str
    months: dict[str, dict[int, float]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    rows: dict[str, int] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)

    @property
    def present(self) -> set[int]:
        """The months in which any group has a figure."""
        return {month for months in self.months.values() for month in months}


@dataclass
class Months:
    """Monthly counts, gathered row by row in one pass."""

    reader: RecordReader
    staff: dict[tuple[str, int], Staff] = field(default_factory=dict)
    others: Counter[str] = field(default_factory=Counter)
    seen: dict[tuple[str, str, int], int] = field(default_factory=dict)
    # Dates and groups repeat by the thousand: each is looked at once.
    dates: dict[str, tuple[int, int] | None] = field(default_factory=dict)
    measures: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        places = [self.reader.place(name) for name in COLUMNS]
        self._day, self._code, self._group, self._kind, self._value = (
            -1 if place is None else place for place in places
        )
        self._width = max((n + 1 for n, h in enumerate(self.reader.headings) if h))

    def add(self, number: int, cells: list[str]) -> None:
        """Take in one row, if it is of whole-time equivalents of a group we read."""
        if len(cells) < self._width:
            self._short(number, cells)
            return
        if cells[self._kind] != FTE:
            return
        group = cells[self._group]
        if group not in self.measures:
            self.measures[group] = GROUPS.get(normal(group))
        measure = self.measures[group]
        if measure is None:
            return
        code = cells[self._code].upper()
        if len(code) != 3 or not code.isalnum():
            self.others[code] += 1
            return
        record = Record(self.reader, number, cells)
        month = self._month(record, cells[self._day])
        if month is None:
            return
        year, place = month
        first = self.seen.setdefault((code, measure, 12 * year + place), number)
        if first != number:
            record.wrong(
                "Total",
                f"a second figure of {group} of {code} in this month; the first is "
                f"row {first}",
                "one figure each",
                "Remove one of the two.",
            )
            return
        self._keep(record, code, measure, year, place)

    def _keep(
        self, record: Record, code: str, measure: str, year: int, place: int
    ) -> None:
        staff = self.staff.get((code, year))
        if staff is None:
            staff = self.staff[code, year] = Staff(record.text("Org Name"))
        staff.rows.setdefault(measure, record.row)
        text = str(record.cells[self._value])
        value = (
            float(text)
            if text.replace(".", "", 1).isdecimal()
            else record.number("Total", required=False)
        )
        if value is None:
            staff.status.setdefault(measure, record.status("Total"))
        else:
            staff.months[measure][place] = value

    def _short(self, number: int, cells: list[str]) -> None:
        filled = [cell for cell in cells if cell]
        if not filled:
            return
        # What a line says that is not a row of figures is told as in every file.
        for _ in self.reader.records([(number, cells)], key="Org Code"):
            pass

    def _month(self, record: Record, text: str) -> tuple[int, int] | None:
        """Return (financial year, month of it from 0)."""
        if text not in self.dates:
            day = _as_day(text)
            self.dates[text] = (
                None
                if day is None
                else (day.year - (day.month < 4), (day.month - 4) % 12)
            )
        month = self.dates[text]
        if month is None:
            record.wrong(
                "Date",
                f"`{text[:40]}` is not a date" if text else "the cell is blank",
                "a date such as 2021-03-31, 31/03/2021 or 31 March 2021",
                "Correct it in the file.",
            )
        return month

    def years(self, file: str) -> Iterator[Row]:
        """Yield one row for each organisation, financial year and measure."""
        for (code, year), staff in self.staff.items():
            period = Period.financial_year(year)
            doctors, nurses = staff.months[DOCTORS], staff.months[NURSES]
            if doctors.keys() & nurses.keys():
                staff.rows[CLINICAL] = min(staff.rows[DOCTORS], staff.rows[NURSES])
                staff.months[CLINICAL] = {
                    month: doctors[month] + nurses[month]
                    for month in doctors.keys() & nurses.keys()
                }
            for measure in MEASURES_IN_ORDER:
                if measure not in staff.rows:
                    continue
                months = staff.months[measure]
                yield {
                    "org_code": code,
                    "org_name": staff.name,
                    "period_start": period.start,
                    "period_end": period.end,
                    "measure": measure,
                    "value": fmean(months.values()) if months else None,
                    "value_status": "ok" if months else staff.status[measure],
                    "source_file": file,
                    "source_row": staff.rows[measure],
                }

    def note(self) -> None:
        """Note years of fewer than twelve months, and rows that are of no trust."""
        in_file: dict[int, set[int]] = defaultdict(set)
        for (_, year), staff in self.staff.items():
            in_file[year] |= staff.present
        short = {year: len(m) for year, m in sorted(in_file.items()) if len(m) < 12}
        if short:
            told = ", ".join(
                f"{Period.financial_year(year)} has {count}"
                for year, count in short.items()
            )
            self.reader.note(
                f"years of fewer than twelve months: {told}",
                "twelve months in a financial year",
                "Nothing to do: the mean is over the months there are.",
                column=self.reader.heading("Date"),
            )
        self._note_partial(in_file)
        if self.others:
            self.reader.note(
                f"{sum(self.others.values())} rows of {len(self.others)} other bodies, "
                "without a three-character code, were left out",
                "three-character trust codes",
                "Nothing to do: national rows and other bodies are not trusts.",
                column=self.reader.heading("Org Code"),
            )

    def _note_partial(self, in_file: dict[int, set[int]]) -> None:
        partial = Counter(
            year
            for (_, year), staff in self.staff.items()
            if staff.present < in_file[year]
        )
        if partial:
            told = ", ".join(
                f"{count} in {Period.financial_year(year)}"
                for year, count in sorted(partial.items())
            )
            self.reader.note(
                f"organisations with fewer months than the file has: {told}",
                "every organisation in every month",
                "Nothing to do: they opened, closed or merged in the year, and the "
                "mean is over the months they have.",
                column=self.reader.heading("Date"),
            )


def _as_day(text: str) -> date | None:
    for pattern in DATE_FORMATS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def _no_group(contents: Contents, reader: RecordReader) -> Problem:
    """Return what to tell of a file with none of our staff groups."""
    assert contents.text is not None
    group, kind = reader.place("Staff Group"), reader.place("Data Type")
    assert group is not None
    assert kind is not None
    seen: dict[str, None] = {}
    for number, cells in contents.text.rows():
        if number > 1 and len(cells) > max(group, kind):
            seen[f"{cells[group]} ({cells[kind]})"] = None
        if len(seen) == GROUPS_TOLD:
            break
    return Problem(
        contents.name,
        "no trust has whole-time equivalents of the staff groups that are read; seen: "
        f"{', '.join(seen) or 'no rows'}",
        "rows of `Total`, `HCHS Doctors` or `Nurses & health visitors` with data type "
        "`FTE`",
        "Use the CSV of staff by group and organisation as published.",
        column=reader.heading("Staff Group"),
    )


LAYOUT = Layout(
    "workforce",
    "NHS Workforce Statistics, staff group and organisation",
    "NHS England (before 2023 NHS Digital)",
    NHS_OGL,
    recognises,
    read,
)
