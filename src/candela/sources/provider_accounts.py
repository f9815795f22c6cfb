"""What do NHS providers' accounts say of research money and of staff?

Trust accounts consolidation (TAC) workbooks: one for NHS trusts and one for foundation
trusts each year, with a row for each figure of each provider.  Money is in thousand
pounds; staff are average whole-time equivalents.  The official blank form says what
each code means; it was the same in every year from 2019/20 to 2023/24:

==========  =================================================  ===============
SubCode     line of the form                                   MainCode
==========  =================================================  ===============
INC1230A    research and development income (IFRS 15)          A07CY01
INC1230B    research and development income (other)            A07CY01
EXP0300     research and development, staff costs              A08CY01
EXP0310     research and development, non-staff costs          A08CY01
STA0370     medical and dental, average number                 A09CY01
STA0410     nursing, midwifery and health visiting staff       A09CY01
STA0490     total average number                               A09CY01
==========  =================================================  ===============

``PY`` in place of ``CY`` is the year before; a ``P`` or ``O`` after A09CY01 is the part
of it that is permanent or other staff.  STA0310 and STA0350, which others have taken
for doctors and nurses, are agency costs and recoveries in thousand pounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from candela.errors import InputError, Problem
from candela.sources.files import HEAD_ROWS, Contents
from candela.sources.reading import (
    NHS_OGL,
    Layout,
    Reading,
    find_header,
    normal,
)
from candela.sources.records import RecordReader
from candela.sources.workbooks import sheet_names, sheet_rows
from candela.tables import ORGANISATION_MEASURES, Period

__all__ = ["LAYOUT", "MEASURED", "financial_year_named"]

DATA, PROVIDERS = "alldata", "listofproviders"
DATA_COLUMNS = ("OrganisationName", "MainCode", "SubCode", "Total")
PROVIDER_COLUMNS = ("Full name of Provider", "NHS code")
ALIASES = {
    "Total": ("Value number", "Value"),
    "Full name of Provider": ("Provider name", "Name of provider"),
    "NHS code": ("ODS code", "Provider code"),
}
YEAR = re.compile(r"(?<!\d)(20\d\d)\s*[-/–_]?\s*(?:20)?(\d\d)(?!\d)")
POUNDS = 1000.0


@dataclass(frozen=True)
class Measured:
    """How a measure is made of the lines of the form.

    ``needs_all`` says whether a missing line leaves the sum unknown; research money is
    reported on one line or on two.
    """

    measure: str
    lines: tuple[tuple[str, str], ...]
    factor: float
    needs_all: bool
    unsigned: bool = False


INCOME = (("A07CY01", "INC1230A"), ("A07CY01", "INC1230B"))
EXPENDITURE = (("A08CY01", "EXP0300"), ("A08CY01", "EXP0310"))
DOCTORS = ("A09CY01", "STA0370")
NURSES = ("A09CY01", "STA0410")
ALL_STAFF = ("A09CY01", "STA0490")

MEASURED = (
    Measured("research_income_gbp", INCOME, POUNDS, needs_all=False),
    Measured(
        "research_expenditure_gbp", EXPENDITURE, POUNDS, needs_all=False, unsigned=True
    ),
    Measured("staff_doctors_fte", (DOCTORS,), 1.0, needs_all=True),
    Measured("staff_nurses_fte", (NURSES,), 1.0, needs_all=True),
    Measured("staff_clinical_fte", (DOCTORS, NURSES), 1.0, needs_all=True),
    Measured("staff_total_fte", (ALL_STAFF,), 1.0, needs_all=True),
)
WANTED = frozenset(line for measured in MEASURED for line in measured.lines)

Figures = dict[tuple[str, str], tuple[float, int]]  # line: value, row


def recognises(contents: Contents) -> bool:
    """Say whether there is a sheet of all data and a list of providers."""
    return _sheets(contents).keys() == {DATA, PROVIDERS}


def _sheets(contents: Contents) -> dict[str, str]:
    names = {normal(name): name for name in sheet_names(contents)}
    return {key: names[key] for key in (DATA, PROVIDERS) if key in names}


def read(contents: Contents, layout: Layout) -> Reading:
    """Return research income and expenditure, and staff, of each provider."""
    sheets = _sheets(contents)
    list_reader, rows, titles = _opened(contents, sheets[PROVIDERS], PROVIDER_COLUMNS)
    codes = _codes(list_reader, rows)
    reader, rows, more_titles = _opened(contents, sheets[DATA], DATA_COLUMNS)
    reader.problems.extend(list_reader.problems)
    reader.notes.extend(list_reader.notes)
    period = _year(reader, contents.name, [*titles, *more_titles])
    found = _figures(reader, rows, codes)
    measures = [
        {
            "org_code": code,
            "org_name": name,
            "period_start": period.start,
            "period_end": period.end,
            "value_status": "ok",
            "source_file": contents.name,
            **measure,
        }
        for (code, name), figures in found.items()
        for measure in _measures(reader, name, figures)
    ]
    source = layout.source(contents)
    table = reader.table(ORGANISATION_MEASURES, measures, source, unit="figure")
    return Reading(layout.name, source, table, (period,), tuple(reader.notes))


def _opened(
    contents: Contents, sheet: str, columns: Sequence[str]
) -> tuple[RecordReader, Iterator[tuple[int, list[object]]], list[str]]:
    """Return a reader with the sheet's headings, the rows below, the titles above."""
    rows = sheet_rows(contents, sheet)
    name = f"{contents.name}, sheet {sheet}"
    titles: list[str] = []

    def told() -> Iterator[tuple[int, list[object]]]:
        for number, cells in rows:
            titles.extend(cell for cell in cells if isinstance(cell, str))
            yield number, cells

    found = find_header(told(), columns[-2:-1], within=HEAD_ROWS)
    if found is None:
        raise InputError(
            Problem(
                name,
                f"no row has the heading `{columns[-2]}`",
                f"the headings {', '.join(columns)} within the first {HEAD_ROWS} rows",
                "Check that this is the workbook as published.",
            )
        )
    number, headings = found
    reader = RecordReader(name, headings, ALIASES, header_row=number)
    reader.require(*columns)
    return reader, rows, titles


def _codes(
    reader: RecordReader, rows: Iterator[tuple[int, list[object]]]
) -> dict[str, tuple[str, str]]:
    """Return the code and name of each listed provider, by its name without marks."""
    found: dict[str, tuple[str, str]] = {}
    for record in reader.records(rows, key=PROVIDER_COLUMNS[0]):
        name, code = record.text(PROVIDER_COLUMNS[0]), record.trust_code("NHS code")
        first = found.setdefault(normal(name), (code, name))
        if code and first[0] and first[0] != code:
            record.wrong(
                "NHS code",
                f"{name} has the code {code} here and {first[0]} above",
                "one code for each provider",
                "Correct the list of providers.",
            )
    return found


def financial_year_named(text: str) -> Period | None:
    """Return the financial year in text such as ``2022-23``, ``2022/23`` or ``202223``.

    Nothing if it names none, or more than one.
    """
    years = {
        int(first)
        for first, last in YEAR.findall(text)
        if int(last) == (int(first) + 1) % 100
    }
    return Period.financial_year(years.pop()) if len(years) == 1 else None


def _year(reader: RecordReader, file: str, titles: Sequence[str]) -> Period:
    """Return the year of a title above the headings, or else of the file's name."""
    told = {year for title in titles if (year := financial_year_named(title))}
    named = financial_year_named(file.rpartition("/")[2])
    if len(told) == 1:
        year = told.pop()
        if named is not None and named != year:
            reader.note(
                f"the name says {named} but a title in the workbook says {year}",
                "a name that agrees with the title",
                "Rename the file; the title was believed.",
            )
        return year
    if named is not None and (not told or named in told):
        reader.note(
            f"the year was taken from the name ({named})",
            "one financial year in a title of the workbook",
            "Check the year in the name.",
        )
        return named
    raise InputError(
        [
            *reader.problems,
            Problem(
                file,
                "neither a title in the workbook nor its name says which year it is of",
                "one financial year, such as `TAC_NHS_trusts_2022-23.xlsx`",
                "Give the file the name under which it was published.",
            ),
        ]
    )


def _figures(
    reader: RecordReader,
    rows: Iterator[tuple[int, list[object]]],
    codes: dict[str, tuple[str, str]],
) -> dict[tuple[str, str], Figures]:
    """Return the wanted lines of each provider, by its code and name."""
    found: dict[tuple[str, str], Figures] = {}
    unlisted: set[str] = set()
    for record in reader.records(_wanted(reader, rows), key="OrganisationName"):
        name = record.text("OrganisationName")
        provider = codes.get(normal(name))
        if provider is None:
            if name not in unlisted:
                record.wrong(
                    "OrganisationName",
                    f"`{name[:60]}` is not in the list of providers",
                    "a provider of the sheet `List of Providers`, which has its code",
                    "Add it to the list with its NHS code.",
                )
            unlisted.add(name)
            continue
        line = (record.text("MainCode"), record.text("SubCode"))
        value = record.number("Total", minimum=None, required=False)
        figures = found.setdefault(provider, {})
        if line in figures:
            record.wrong(
                "SubCode",
                f"a second {line[1]} for {name}; the first is row {figures[line][1]}",
                "one figure for each line",
                "Remove one of the two.",
            )
        elif value is not None:
            figures[line] = (value, record.row)
    _tell_silent(reader, codes, found)
    return found


def _wanted(
    reader: RecordReader, rows: Iterator[tuple[int, list[object]]]
) -> Iterator[tuple[int, list[object]]]:
    """Yield the rows of the lines wanted: some thousand of a million."""
    main, sub = reader.place("MainCode"), reader.place("SubCode")
    assert main is not None
    assert sub is not None
    least = max(main, sub)
    for number, cells in rows:
        if len(cells) > least and (cells[main], cells[sub]) in WANTED:
            yield number, cells


def _tell_silent(
    reader: RecordReader,
    codes: dict[str, tuple[str, str]],
    found: dict[tuple[str, str], Figures],
) -> None:
    silent = sorted(set(codes.values()) - found.keys())
    if silent:
        told = ", ".join(code for code, _ in silent[:5])
        more = f" and {len(silent) - 5} more" if len(silent) > 5 else ""
        reader.note(
            f"{len(silent)} listed providers have no figures here ({told}{more})",
            "the accounts of every provider listed",
            "Nothing to do if their accounts were late, or if they are in the other "
            "file of the year.",
        )


def _measures(
    reader: RecordReader, name: str, figures: Figures
) -> Iterator[dict[str, object]]:
    for measured in MEASURED:
        known = [figures[line] for line in measured.lines if line in figures]
        if not known or (measured.needs_all and len(known) < len(measured.lines)):
            continue
        total = sum(value for value, _ in known) * measured.factor
        row = min(number for _, number in known)
        if measured.unsigned:
            total = abs(total)
        if total < 0:
            reader.note(
                f"{measured.measure} of {name} is {total:g}: left out",
                "a figure of 0 or more",
                "Nothing to do: a correction to earlier years is no size.",
                row=row,
            )
            continue
        yield {"measure": measured.measure, "value": total, "source_row": row}


LAYOUT = Layout(
    "provider_accounts",
    "Provider accounts (TAC)",
    "NHS England",
    NHS_OGL,
    recognises,
    read,
)
