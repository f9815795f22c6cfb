"""What does a SHMI file of 2018 onwards say?

Summary Hospital-level Mortality Indicator by trust, in the three forms of each
publication: the CSV of one period, the historical CSV of every period since January
2018, and the workbook.  The CSVs say which months they cover; the workbook does so only
in a title above its headings.

SPELLS, OBSERVED and EXPECTED are rounded to 5, so OBSERVED / EXPECTED is not quite
SHMI_VALUE: the published value is kept and checked against what the rounding allows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from candela.errors import InputError, OtherLevel, Problem
from candela.sources.files import HEAD_ROWS, Contents
from candela.sources.reading import (
    NHS_OGL,
    Layout,
    Reading,
    normal,
)
from candela.sources.records import Record, RecordReader
from candela.sources.workbooks import sheet_names, sheet_rows
from candela.tables import PUBLISHED_OUTCOMES, Period
from candela.tables.period import MONTHS

__all__ = ["LAYOUT", "months_named", "rounding_base"]

SHEET = "Data"
COLUMNS = (
    "PROVIDER_CODE",
    "SHMI_VALUE",
    "SHMI_BANDING",
    "SPELLS",
    "OBSERVED",
    "EXPECTED",
)
FIGURES = ("SHMI_VALUE", "SHMI_BANDING", "OBSERVED", "EXPECTED")
ALIASES = {
    "PROVIDER_CODE": ("Trust code", "Org code", "PROVIDER"),
    "PROVIDER_NAME": ("Trust name", "Org name"),
    "SHMI_VALUE": ("VALUE", "SHMI"),
    "SHMI_BANDING": ("OD_BANDING", "BANDING"),
    "SPELLS": ("Number of spells", "Provider spells", "Number of provider spells"),
    "OBSERVED": (
        "Observed deaths",
        "Number of observed deaths",
        "Observed number of deaths",
    ),
    "EXPECTED": (
        "Expected deaths",
        "Number of expected deaths",
        "Expected number of deaths",
    ),
    "OD_LL": ("95% lower limit", "Lower limit", "SHMI lower limit", "Lower OD limit"),
    "OD_UL": ("95% upper limit", "Upper limit", "SHMI upper limit", "Upper OD limit"),
    "TIME_PERIOD": ("Reporting period",),
    "PUBLICATION_MONTH": (),
}
BANDS = {"1": "higher", "2": "as_expected", "3": "lower"}
NATIONAL = frozenset({"england", "eng"})
TRUST_FILE = (
    "Use the trust-level file of the same publication (`SHMI data at trust level`)."
)
MONTH_AND_YEAR = re.compile(r"([A-Za-z]{3,9})[\s_.'-]*(\d{4}|\d{2})(?!\d)")

BASE = 5
COUNTS_ENOUGH = 20  # below this, all multiples of 5 or none
MOSTLY = 0.95


def recognises(contents: Contents) -> bool:
    """Say whether the headings are this layout's, by trust or by site.

    The files by diagnosis group are others: their rows repeat a trust.
    """
    return any(_are_headings(cells) for cells in _head(contents))


def _head(contents: Contents) -> Iterator[Sequence[object]]:
    """Yield the rows in which the headings may be."""
    if contents.text is not None:
        yield from contents.text.head[:1]
    elif SHEET in sheet_names(contents):
        for number, cells in sheet_rows(contents, SHEET):
            if number > HEAD_ROWS:
                return
            yield cells


def _are_headings(cells: Sequence[object]) -> bool:
    seen = {normal(cell) for cell in cells}
    codes = {"providercode", "providername", "sitecode", "sitename"}
    diagnosis = any("diagnosis" in heading for heading in seen)
    return "shmivalue" in seen and bool(codes & seen) and not diagnosis


@dataclass(frozen=True)
class _Row:
    """One trust in one period: the cells, and the figures read from them."""

    record: Record
    period: Period
    figures: dict[str, object]


def read(contents: Contents, layout: Layout) -> Reading:
    """Return the published outcomes of a CSV or workbook, of one period or of many."""
    reader, rows, period = _opened(contents)
    _refuse_sites(reader)
    reader.require(*COLUMNS)
    if contents.workbook and period is None:
        _refuse_undated(reader)
    elif period is None:
        reader.require("TIME_PERIOD")
    found: list[_Row] = []
    revisions: set[date] = set()
    for record in reader.records(rows, key="PROVIDER_CODE"):
        if normal(record.text("PROVIDER_CODE")) in NATIONAL:
            reader.note(
                "left out the row of England",
                "one row for each trust",
                "Nothing to do.",
                row=record.row,
            )
            continue
        months = _period(record) if reader.place("TIME_PERIOD") is not None else period
        figures = _figures(record)
        if months is not None:
            found.append(_Row(record, months, figures))
        revisions |= _publication(record)
    base = _rounding_base(reader, found)
    for row in found:
        _check(row, base)
    table = reader.table(
        PUBLISHED_OUTCOMES,
        [_outcome(row, base, contents.name) for row in found],
        layout.source(contents),
    )
    periods = tuple(sorted({row.period for row in found}))
    return Reading(
        layout.name,
        layout.source(contents),
        table,
        periods,
        tuple(reader.notes),
        revision=max(revisions, default=None),
        restates=bool(contents.workbook) or len(periods) > 1,
    )


def _opened(
    contents: Contents,
) -> tuple[RecordReader, Iterable[tuple[int, Sequence[object]]], Period | None]:
    """Return a reader with its headings, the rows below them, and a title's period."""
    if contents.text is not None:
        rows = contents.text.rows()
        _, headings = next(rows)
        reader = RecordReader(contents.name, headings, ALIASES)
        reader.note_text(contents.text)
        return reader, rows, None
    cells = sheet_rows(contents, SHEET)
    period: Period | None = None
    number, row = next(cells)
    while not _are_headings(row):
        for cell in row:
            period = period or (months_named(cell) if isinstance(cell, str) else None)
        number, row = next(cells)
    names = ["" if cell is None else str(cell) for cell in row]
    reader = RecordReader(contents.name, names, ALIASES, header_row=number)
    return reader, cells, period


def _refuse_undated(reader: RecordReader) -> None:
    if reader.place("TIME_PERIOD") is None:
        raise InputError(
            Problem(
                reader.file,
                "the workbook does not say which months it covers",
                "a title such as `April 2022 to March 2023` above the headings",
                "Use the CSV of the same publication, which says so in each row.",
                row=reader.header_row,
            )
        )


def _refuse_sites(reader: RecordReader) -> None:
    for name in ("SITE_CODE", "SITE_NAME"):
        if reader.place(name) is not None:
            raise OtherLevel(
                Problem(
                    reader.file,
                    "this is a site-level file",
                    "one row for each trust, without columns of sites",
                    TRUST_FILE,
                    row=reader.header_row,
                    column=reader.heading(name),
                )
            )


def months_named(text: str) -> Period | None:
    """Return the period in text such as ``APR22_MAR23`` or ``April 2022 - March 2023``.

    Nothing if the text names no first and last month.
    """
    found = [
        (year if year > 99 else 2000 + year, month)
        for word, digits in MONTH_AND_YEAR.findall(text)
        if (month := MONTHS.get(word[:3].lower())) is not None
        for year in (int(digits),)
    ]
    if len(found) != 2 or found[1] < found[0]:
        return None
    return Period.months(found[0], found[1])


def _period(record: Record) -> Period | None:
    text = record.text("TIME_PERIOD")
    period = months_named(text)
    if period is None:
        record.wrong(
            "TIME_PERIOD",
            f"`{text[:40]}` is not a period",
            "a first and a last month, such as APR22_MAR23",
            "Check the row against the published file.",
        )
    elif period.days not in (365, 366):
        record.wrong(
            "TIME_PERIOD",
            f"`{text[:40]}` is not twelve months",
            "twelve months, such as APR22_MAR23",
            "Check the row against the published file.",
        )
    return period


def _publication(record: Record) -> set[date]:
    """Return the first day of the month of publication, if the row has one."""
    text = record.text("PUBLICATION_MONTH")
    found = MONTH_AND_YEAR.fullmatch(text)
    month = MONTHS.get(found[1][:3].lower()) if found else None
    if found and month:
        year = int(found[2])
        return {date(year if year > 99 else 2000 + year, month, 1)}
    if text:
        record.wrong(
            "PUBLICATION_MONTH",
            f"`{text[:40]}` is not a month",
            "a month and a year, such as JUL_23",
            "Check the row against the published file.",
        )
    return set()


def _figures(record: Record) -> dict[str, object]:
    """Return the figures of a row, all of them missing if one is suppressed."""
    if any(record.is_suppressed(name) for name in FIGURES):
        hidden = [n for n in FIGURES if not record.is_suppressed(n) and record.text(n)]
        if hidden:
            told = " and ".join(record.reader.heading(name) for name in hidden)
            record.reader.note(
                f"the row is suppressed in part; {told} were left out",
                "a row that is suppressed as a whole, or not at all",
                "Nothing to do: a suppressed trust is not compared.",
                row=record.row,
            )
        return {
            "value_status": "suppressed",
            "spells": record.count("SPELLS", required=False),
        }
    return {
        "value_status": "ok",
        "spells": record.count("SPELLS"),
        "observed": record.count("OBSERVED"),
        "expected": record.number("EXPECTED"),
        "ratio": record.number("SHMI_VALUE"),
        "banding": _band(record),
        "od95_lower": record.number("OD_LL", required=False),
        "od95_upper": record.number("OD_UL", required=False),
    }


def _band(record: Record) -> str | None:
    text = record.text("SHMI_BANDING").removesuffix(".0")
    if text not in BANDS:
        record.wrong(
            "SHMI_BANDING",
            f"`{text[:20]}` is not a band",
            "1, 2 or 3, or `*` if suppressed",
            "Check the row against the published file.",
        )
    return BANDS.get(text)


def _counts(row: _Row) -> list[tuple[str, float]]:
    named = (("SPELLS", "spells"), ("OBSERVED", "observed"), ("EXPECTED", "expected"))
    return [
        (column, value)
        for column, name in named
        if isinstance(value := row.figures.get(name), float)
    ]


def rounding_base(counts: Sequence[float]) -> int:
    """Return 5 if the counts were rounded to 5, else 1.

    All must be multiples of 5, or 95% of at least twenty: unrounded counts are so one
    time in five.
    """
    if not counts:
        return 1
    multiples = sum(value % BASE == 0 for value in counts)
    if multiples == len(counts):
        return BASE
    mostly = len(counts) >= COUNTS_ENOUGH and multiples >= MOSTLY * len(counts)
    return BASE if mostly else 1


def _rounding_base(reader: RecordReader, rows: Sequence[_Row]) -> int:
    """Return the rounding of the file's counts; a count that breaks it is a problem."""
    base = rounding_base([value for row in rows for _, value in _counts(row)])
    if base == BASE:
        for row in rows:
            for column, value in _counts(row):
                if value % BASE:
                    row.record.wrong(
                        column,
                        f"{value:g} is not a multiple of {BASE}, as the others are",
                        f"a count rounded to {BASE}",
                        "Check the row against the published file.",
                    )
    return base


def _check(row: _Row, base: int) -> None:
    """Tell of more deaths than spells, and of a value that O and E cannot give."""
    figures = dict(_counts(row))
    observed, spells = figures.get("OBSERVED"), figures.get("SPELLS")
    if observed is not None and spells is not None and observed > spells:
        row.record.wrong(
            "OBSERVED",
            f"{observed:g} deaths observed in {spells:g} spells",
            "no more deaths than spells",
            "Check the row against the published file.",
        )
    expected, ratio = figures.get("EXPECTED"), row.figures.get("ratio")
    if observed is None or expected is None or not isinstance(ratio, float):
        return
    if expected <= 0 and (base == 1 or ratio > 0):
        row.record.wrong(
            "EXPECTED",
            f"{expected:g} deaths expected",
            "more than 0",
            "Check the row against the published file.",
        )
        return
    lowest, highest = _ratio_bounds(row.record, observed, expected, base)
    if not lowest <= ratio <= highest:
        row.record.wrong(
            "SHMI_VALUE",
            f"{ratio:g} is not OBSERVED / EXPECTED ({observed / expected:.4f})",
            f"a ratio from {lowest:.4f} to {highest:.4f}, as the rounding allows",
            "Check the row against the published file.",
        )


def _ratio_bounds(
    record: Record, observed: float, expected: float, base: int
) -> tuple[float, float]:
    """Return the least and the greatest value that the rounded counts allow."""
    half = base / 2 if base > 1 else 0.0
    half_expected = half or _half_unit(record.text("EXPECTED"))
    half_value = _half_unit(record.text("SHMI_VALUE")) + 1e-9
    lowest = max(0.0, observed - half) / (expected + half_expected)
    room = expected - half_expected
    highest = (observed + half) / room if room > 0 else float("inf")
    return lowest - half_value, highest + half_value


def _half_unit(text: str) -> float:
    """Return half a unit of the last decimal printed."""
    return 0.5 * 10.0 ** -len(text.partition(".")[2])


def _outcome(row: _Row, base: int, file: str) -> dict[str, object]:
    return {
        "org_code": row.record.trust_code("PROVIDER_CODE"),
        "org_name": row.record.text("PROVIDER_NAME"),
        "indicator": "SHMI",
        "period_start": row.period.start,
        "period_end": row.period.end,
        "rounding_base": base,
        "source_file": file,
        "source_row": row.record.row,
        **row.figures,
    }


LAYOUT = Layout(
    "shmi_2018",
    "SHMI, trust level, 2018 onwards",
    "NHS England",
    NHS_OGL,
    recognises,
    read,
)
