"""Is every cell read for what it is, and every fault told with its place?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.errors import InputError, Problem
from candela.sources.files import DelimitedText
from candela.sources.reading import find_header, normal, periods_of
from candela.sources.records import (
    MAX_ALIKE,
    MAX_PROBLEMS,
    Record,
    RecordReader,
)
from candela.tables import ORGANISATION_MEASURES, Period, SourceFile, Table

HEADINGS = ("Code", "Org Name", "Figure", "Day")
SOURCE = SourceFile("a.csv", "0" * 64, 10)


def reader() -> RecordReader:
    return RecordReader("a.csv", HEADINGS, {"value": ("Figure", "Number")})


def record(*cells: object) -> Record:
    return Record(reader(), 7, cells)


def records(*rows: Sequence[object]) -> tuple[RecordReader, list[Record]]:
    read = reader()
    return read, list(read.records(enumerate(rows, 2), key="Code"))


def only(problems: Sequence[Problem]) -> Problem:
    (problem,) = problems
    return problem


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0", 0),
        ("12", 12),
        ("1.5", 1.5),
        ("1,234", 1234),
        ("1,234,567.5", 1_234_567.5),
        (3, 3),
        (2.5, 2.5),
        ("1E+3", 1000),
    ],
)
def test_numbers_are_read_as_published_files_write_them(
    cell: object, value: float
) -> None:
    row = record("ZA1", "", cell, "")
    assert row.number("value") == value
    assert row.reader.problems == []


@pytest.mark.parametrize(
    "cell", ["12a", "1,23", ",123", "1_000", "nan", "inf", "12%", "1 000", True]
)
def test_what_only_resembles_a_number_is_refused(cell: object) -> None:
    row = record("ZA1", "", cell, "")
    assert row.number("value") is None
    problem = only(row.reader.problems)
    assert (problem.row, problem.column) == (7, "Figure")
    assert f"`{cell}` is not a number" in problem.what


@pytest.mark.parametrize(
    ("cell", "status"),
    [("*", "suppressed"), ("[c]", "suppressed"), ("", "missing"), ("0", "ok")],
)
def test_suppressed_missing_and_zero_are_told_apart(cell: str, status: str) -> None:
    row = record("ZA1", "", cell, "")
    assert row.status("value") == status
    assert row.number("value", required=False) == (0 if status == "ok" else None)
    assert row.reader.problems == []


def test_a_blank_that_must_be_filled_is_refused() -> None:
    row = record("ZA1", "", "", "")
    assert row.number("value") is None
    assert "the cell is blank" in only(row.reader.problems).what


def test_a_number_below_its_minimum_is_refused_unless_there_is_none() -> None:
    row = record("ZA1", "", "-1", "")
    assert row.number("value", minimum=None) == -1
    assert row.number("value") is None
    assert "-1 is below 0" in only(row.reader.problems).what


def test_a_count_has_no_decimals() -> None:
    row = record("ZA1", "", "1.5", "")
    assert row.count("value") is None
    assert "1.5 is not a whole number" in only(row.reader.problems).what


@settings(derandomize=True, max_examples=50, deadline=None)
@given(st.integers(0, 10**12))
def test_thousands_commas_do_not_change_a_number(value: int) -> None:
    assert record("ZA1", "", f"{value:,}", "").count("value") == value


@pytest.mark.parametrize(
    "cell",
    [
        "2013-04-01",
        "20130401",
        "01/04/2013",
        "2013-04-01 00:00:00",
        date(2013, 4, 1),
        datetime(2013, 4, 1, 9),  # noqa: DTZ001
    ],
)
def test_days_are_read_in_every_form_seen(cell: object) -> None:
    assert record("ZA1", "", "", cell).date("Day") == date(2013, 4, 1)


@pytest.mark.parametrize(
    ("cell", "what"),
    [("31/04/2013", "`31/04/2013` is not a date"), ("", "the cell is blank")],
)
def test_a_day_that_is_none_is_refused(cell: str, what: str) -> None:
    row = record("ZA1", "", "", cell)
    assert row.date("Day") is None
    assert what in only(row.reader.problems).what


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("ZA1AB", "`ZA1AB` is a site code"),
        ("ZA", "`ZA` is not an organisation code"),
        ("Z-1", "`Z-1` is not an organisation code"),
    ],
)
def test_only_three_letters_and_figures_make_a_trust_code(cell: str, what: str) -> None:
    assert record("za1", "", "", "").trust_code("Code") == "ZA1"
    row = record(cell, "", "", "")
    assert row.trust_code("Code") == ""
    assert what in only(row.reader.problems).what


def test_a_code_that_a_spreadsheet_made_a_number_has_no_decimals() -> None:
    assert record(101.0, "", "", "").trust_code("Code") == "101"


def test_a_column_is_found_by_any_of_its_names_and_told_as_written() -> None:
    read = reader()
    assert read.place("value") == 2
    assert read.place("ORG_NAME") == 1
    assert read.heading("value") == "Figure"
    assert read.place("sex") is None
    assert read.heading("sex") == "sex"


def test_the_columns_seen_are_told_when_one_is_missing() -> None:
    with pytest.raises(InputError, match=r"no column `x` or `y`; columns seen: Code, "):
        reader().require("Code", "x", "y")


def test_rows_without_a_figure_are_passed_over_and_sentences_noted() -> None:
    read, found = records(
        ("ZA1", "A", "1", ""), ("", "", "", ""), ("Source: nobody at all",)
    )
    assert [row.row for row in found] == [2]
    assert only(read.notes).row == 4
    assert "`Source: nobody at all`" in only(read.notes).what
    assert read.problems == []


def test_a_row_with_too_few_cells_is_refused() -> None:
    read, found = records(("ZA1", "A", "1", ""), ("ZA2", "B"))
    assert len(found) == 1
    problem = only(read.problems)
    assert (problem.row, problem.what) == (3, "the row has 2 cells")
    assert "4 cells" in problem.expected


def test_a_row_of_figures_without_its_key_is_refused() -> None:
    read, found = records(("", "A", "1", ""))
    assert found == []
    problem = only(read.problems)
    assert (problem.row, problem.column) == (2, "Code")


def test_two_rows_for_one_thing_are_refused_naming_both() -> None:
    row = {
        "org_code": "ZA1",
        "period_start": date(2015, 4, 1),
        "period_end": date(2016, 3, 31),
        "measure": "sponsored_trials",
        "value": 4.0,
        "value_status": "ok",
        "source_file": "a.csv",
    }
    rows = [row | {"source_row": 2}, row | {"source_row": 9}]
    read = reader()
    with pytest.raises(InputError) as raised:
        read.table(ORGANISATION_MEASURES, rows, SOURCE, unit="figure")
    problem = only(raised.value.problems)
    assert problem.row == 9
    assert "a second figure for ZA1" in problem.what
    assert "the first is row 2" in problem.what


def test_a_file_with_endless_problems_is_read_no_further() -> None:
    read = reader()
    for row in range(MAX_PROBLEMS - 1):
        read.problem("x", "y", "z", row=row)
    with pytest.raises(InputError) as raised:
        read.problem("x", "y", "z", row=MAX_PROBLEMS)
    told = raised.value.problems
    assert [problem.row for problem in told] == [*range(MAX_ALIKE), None]
    assert told[-1].what == f"{MAX_PROBLEMS - MAX_ALIKE} more problems like this one"


def test_a_column_twice_is_a_problem_where_it_is_needed() -> None:
    read = RecordReader("a.csv", ["code", "value", "Value", "note", "note"])
    read.require("code", "value")
    (problem,) = read.problems
    assert (problem.column, problem.row) == ("value", 1)
    assert problem.what == "there is a second column of this name"


def test_an_encoding_and_padding_are_noted() -> None:
    read = reader()
    read.note_text(DelimitedText("a.csv", "a\n1\n", "cp1252", 50_000))
    assert [note.what for note in read.notes] == [
        "the text is cp1252, not UTF-8",
        "50,000 bytes of empty rows after the last row of data were skipped",
    ]


def test_the_heading_row_is_found_below_titles() -> None:
    rows = [(1, ["Title"]), (4, ["ORG CODE", " Org_Name "]), (5, ["ZA1", "A"])]
    assert find_header(rows, ("Org Code", "org name"), within=9) == (
        4,
        ["ORG CODE", "Org_Name"],
    )
    assert find_header(rows, ("Org Code",), within=3) is None
    assert find_header(rows, ("Sex",), within=9) is None


def test_headings_differ_by_their_words_only() -> None:
    assert normal(" Org_Code\n") == normal("ORG CODE") == "orgcode"
    assert normal("% Occupied") != normal("Occupied")
    assert normal(None) == ""


def test_the_periods_of_a_table_are_told_once_in_order() -> None:
    years = [2016, 2015, 2016]
    rows = [
        {
            "org_code": f"ZA{n}",
            "period_start": Period.calendar_year(year).start,
            "period_end": Period.calendar_year(year).end,
            "measure": "spells",
            "value": 1,
            "value_status": "ok",
            "source_file": "a.csv",
            "source_row": n + 2,
        }
        for n, year in enumerate(years)
    ]
    table = Table.from_rows(ORGANISATION_MEASURES, rows)
    assert periods_of(table) == (
        Period.calendar_year(2015),
        Period.calendar_year(2016),
    )
