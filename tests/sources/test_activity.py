"""Is research activity in the generic layout read, and refused where it is wrong?"""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pytest

from candela.tables import MEASURES, Period
from source_files import (
    csv_lines,
    figures,
    noted,
    only_problem_of,
    place,
    problems_of,
    read_file,
    written,
)

COLUMNS = ("org_code", "period_start", "period_end", "measure", "value")
ROW = ("ZA1", "2015-04-01", "2016-03-31", "participants_recruited", "120")


def changed(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(name, cell) for name, cell in zip(COLUMNS, ROW, strict=True))


def write(folder: Path, *rows: tuple[str, ...]) -> Path:
    return written(folder / "activity.csv", csv_lines(COLUMNS, rows))


def test_each_row_is_a_figure_with_its_row_number(tmp_path: Path) -> None:
    reading = read_file(write(tmp_path, ROW, changed(org_code="ZA2", value="7")))
    assert figures(reading) == {
        ("ZA1", "2015-04-01", "participants_recruited"): 120,
        ("ZA2", "2015-04-01", "participants_recruited"): 7,
    }
    assert reading.table["source_row"].tolist() == [2, 3]
    assert reading.periods == (Period(date(2015, 4, 1), date(2016, 3, 31)),)
    assert reading.notes == ()


def test_zero_blank_and_suppressed_are_three_different_things(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        changed(org_code="ZA1", value="0"),
        changed(org_code="ZA2", value=""),
        changed(org_code="ZA3", value="*"),
    )
    table = read_file(path).table
    assert table["value_status"].tolist() == ["ok", "missing", "suppressed"]
    assert table["value"][0] == 0
    assert all(math.isnan(value) for value in table["value"][1:])


def test_extra_columns_are_left_out_with_a_note(tmp_path: Path) -> None:
    text = csv_lines((*COLUMNS, "Comment"), [(*ROW, "from the export")])
    reading = read_file(written(tmp_path / "a.csv", text))
    assert len(reading.table) == 1
    assert place(noted(reading, "left out `Comment`")) == ("a.csv", 1, "")


@pytest.mark.parametrize(
    ("cells", "column", "what", "remedy"),
    [
        ({"value": "-5"}, "value", "-5 is below 0", "Correct it"),
        ({"value": "12O"}, "value", "`12O` is not a number", "Leave it empty"),
        ({"value": "1_000"}, "value", "`1_000` is not a number", "Leave it empty"),
        ({"value": "2.5"}, "value", "2.5 is not a whole number", "Correct it"),
        ({"value": "-"}, "value", "`-` may mean none or not known", "Write 0 for none"),
        ({"value": "n/a"}, "value", "`n/a` may mean none", "leave the cell empty"),
        ({"org_code": "ZA1AB"}, "org_code", "`ZA1AB` is a site code", "trust-level"),
        ({"org_code": "Z"}, "org_code", "`Z` is not an organisation code", "Correct"),
        (
            {"period_start": "01/04/2015"},
            "period_start",
            "`01/04/2015` is not an ISO date",
            "Write year, month and day",
        ),
        ({"period_end": ""}, "period_end", "the cell is blank", "Write year"),
        (
            {"period_end": "2016-02-30"},
            "period_end",
            "`2016-02-30` is not a date",
            "Correct",
        ),
        (
            {"period_end": "2015-03-31"},
            "period_end",
            "ends on 2015-03-31 and starts on 2015-04-01",
            "Correct the dates",
        ),
    ],
)
def test_a_wrong_cell_is_told_with_row_column_and_remedy(
    tmp_path: Path, cells: dict[str, str], column: str, what: str, remedy: str
) -> None:
    path = write(tmp_path, changed(org_code="ZA9"), changed(**cells))
    problem = only_problem_of(path)
    assert place(problem) == ("activity.csv", 3, column)
    assert what in problem.what
    assert remedy in problem.remedy


def test_money_may_have_pence(tmp_path: Path) -> None:
    path = write(tmp_path, changed(measure="research_income_gbp", value="1,234.56"))
    # A comma in an unquoted cell is a sixth cell: it must be quoted.
    path.write_text(path.read_text().replace("1,234.56", '"1,234.56"'))
    assert read_file(path).table["value"].tolist() == [1234.56]


def test_an_unknown_measure_is_refused_with_the_known_words(tmp_path: Path) -> None:
    problem = only_problem_of(write(tmp_path, changed(measure="trials")))
    assert place(problem) == ("activity.csv", 2, "measure")
    assert "`trials` is not a known measure" in problem.what
    assert all(word in problem.expected for word in MEASURES)


def test_a_year_and_one_of_its_quarters_are_refused_naming_both_rows(
    tmp_path: Path,
) -> None:
    path = write(
        tmp_path,
        ROW,
        changed(period_start="2015-07-01", period_end="2015-09-30", value="30"),
    )
    problem = only_problem_of(path)
    assert place(problem) == ("activity.csv", 3, "period_start")
    assert "Jul 2015 to Sep 2015 overlaps 2015/16 of row 2" in problem.what
    assert "Keep the year or its parts" in problem.remedy


def test_every_quarter_in_a_year_is_told_wherever_the_year_stands(
    tmp_path: Path,
) -> None:
    # Q1 begins with the year, so the year (row 3) is told against Q1 (row 2); the
    # year then reaches over Q2 (row 4).
    path = write(
        tmp_path,
        changed(period_end="2015-06-30"),
        ROW,
        changed(period_start="2015-07-01", period_end="2015-09-30"),
    )
    told = {(p.row, p.what[-6:]) for p in problems_of(path)}
    assert told == {(3, " row 2"), (4, " row 3")}


def test_periods_that_touch_or_are_of_other_measures_do_not_overlap(
    tmp_path: Path,
) -> None:
    path = write(
        tmp_path,
        ROW,
        changed(period_start="2016-04-01", period_end="2017-03-31"),
        changed(measure="studies_recruiting", period_end="2015-06-30"),
        changed(org_code="ZA2", period_end="2015-06-30"),
    )
    assert len(read_file(path).table) == 4


def test_the_same_figure_twice_is_told_once_with_both_rows(tmp_path: Path) -> None:
    problem = only_problem_of(write(tmp_path, ROW, changed(value="121")))
    assert problem.row == 3
    assert "a second figure for ZA1, 2015-04-01" in problem.what
    assert "the first is row 2" in problem.what


def test_all_wrong_cells_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    path = write(
        tmp_path, changed(value="-1"), changed(org_code="ZA2", measure="x", value="y")
    )
    assert [(p.row, p.column) for p in problems_of(path)] == [
        (2, "value"),
        (3, "measure"),
        (3, "value"),
    ]


def test_a_row_cut_off_in_the_middle_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "activity.csv", csv_lines(COLUMNS, [ROW]) + "ZA2,2015-0")
    problem = only_problem_of(path)
    assert place(problem) == ("activity.csv", 3, "")
    assert "the row has 2 cells" in problem.what
    assert "cut off here" in problem.remedy


def test_a_last_line_without_an_end_is_noted_since_its_figure_may_be_cut(
    tmp_path: Path,
) -> None:
    path = written(tmp_path / "activity.csv", csv_lines(COLUMNS, [ROW])[:-2])
    reading = read_file(path)
    assert reading.table["value"].tolist() == [12]  # of 120
    assert noted(reading, "no line end").row == 2


def test_headings_without_rows_are_refused(tmp_path: Path) -> None:
    problem = only_problem_of(write(tmp_path))
    assert place(problem) == ("activity.csv", 2, "")
    assert "no rows of data" in problem.what


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_saved_by_a_spreadsheet_in_another_encoding_is_read(
    tmp_path: Path, encoding: str
) -> None:
    text = csv_lines(COLUMNS, [ROW])
    path = written(tmp_path / "a.csv", text, encoding=encoding)
    assert figures(read_file(path)) == {
        ("ZA1", "2015-04-01", "participants_recruited"): 120
    }
