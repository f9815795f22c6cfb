"""Do monthly staff become one figure a financial year, nobody counted twice?"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import pytest

from source_files import (
    csv_lines,
    figures,
    noted,
    only_problem_of,
    place,
    read_file,
    written,
)

COLUMNS = (
    "Date",
    "NHSE_Region_Code",
    "NHSE_Region_Name",
    "Org Code",
    "Org Name",
    "Cluster Group",
    "Benchmark Group",
    "Staff Group Sort Order",
    "Staff Group",
    "Data Type",
    "Total",
)
TOTAL, DOCTORS, NURSES = "Total", "HCHS Doctors", "Nurses & health visitors"
CLINICAL = "Professionally qualified clinical staff"
MONTH_ENDS = [
    *(f"2020-{month:02d}-28" for month in range(4, 13)),
    *(f"2021-{month:02d}-28" for month in range(1, 4)),
]

Row = tuple[str, ...]


def row(
    day: str, group: str, value: object, *, code: str = "ZA1", kind: str = "FTE"
) -> Row:
    return (
        day,
        "Y99",
        "Nowhere",
        code,
        "AVONLEA NHS TRUST",
        "Acute",
        "Acute",
        "1",
        group,
        kind,
        str(value),
    )


def month(day: str, doctors: float, nurses: float, *, code: str = "ZA1") -> list[Row]:
    values = {
        TOTAL: 10 * (doctors + nurses),
        CLINICAL: 2 * (doctors + nurses),
        DOCTORS: doctors,
        NURSES: nurses,
    }
    return [
        row(day, group, value, code=code, kind=kind)
        for group, value in values.items()
        for kind in ("FTE", "HC")
    ]


def write(folder: Path, rows: Iterable[Row]) -> Path:
    return written(folder / "staff.csv", csv_lines(COLUMNS, rows))


def test_a_year_is_the_mean_of_its_months(tmp_path: Path) -> None:
    rows = [
        line for n, day in enumerate(MONTH_ENDS) for line in month(day, 10 + n, 20 + n)
    ]
    reading = read_file(write(tmp_path, rows))
    # 10, 11, ..., 21 have the mean 15.5; nurses are ten more
    assert figures(reading) == {
        ("ZA1", "2020-04-01", "staff_total_fte"): 10 * (15.5 + 25.5),
        ("ZA1", "2020-04-01", "staff_doctors_fte"): 15.5,
        ("ZA1", "2020-04-01", "staff_nurses_fte"): 25.5,
        ("ZA1", "2020-04-01", "staff_clinical_fte"): 15.5 + 25.5,
    }
    assert reading.notes == ()


def test_the_row_of_a_figure_is_the_first_of_its_year(tmp_path: Path) -> None:
    rows = [*month("2020-04-30", 1, 2), *month("2020-05-31", 3, 4)]
    table = read_file(write(tmp_path, rows)).table
    assert dict(table.keys("measure", "source_row")) == {
        "staff_total_fte": 2,
        "staff_doctors_fte": 6,
        "staff_nurses_fte": 8,
        "staff_clinical_fte": 6,
    }


def test_march_and_april_are_of_two_financial_years(tmp_path: Path) -> None:
    rows = [*month("2021-03-31", 10, 20), *month("2021-04-30", 30, 40)]
    reading = read_file(write(tmp_path, rows))
    read = figures(reading)
    assert read["ZA1", "2020-04-01", "staff_doctors_fte"] == 10
    assert read["ZA1", "2021-04-01", "staff_doctors_fte"] == 30
    note = noted(reading, "fewer than twelve months")
    assert "2020/21 has 1, 2021/22 has 1" in note.what


def test_doctors_and_nurses_are_added_only_in_months_with_both(tmp_path: Path) -> None:
    rows = [
        *month("2020-04-30", 10, 20),
        row("2020-05-31", DOCTORS, 90),  # no nurses in May
    ]
    read = figures(read_file(write(tmp_path, rows)))
    assert read["ZA1", "2020-04-01", "staff_doctors_fte"] == (10 + 90) / 2
    assert read["ZA1", "2020-04-01", "staff_clinical_fte"] == 10 + 20


def test_without_nurses_there_are_no_clinical_staff(tmp_path: Path) -> None:
    read = figures(read_file(write(tmp_path, [row("2020-04-30", DOCTORS, 9)])))
    assert read == {("ZA1", "2020-04-01", "staff_doctors_fte"): 9}


@pytest.mark.parametrize("day", ["2021-03-31", "31/03/2021", "31 March 2021"])
def test_dates_are_read_in_every_form_seen(tmp_path: Path, day: str) -> None:
    read = figures(read_file(write(tmp_path, month(day, 1, 2))))
    assert ("ZA1", "2020-04-01", "staff_total_fte") in read


def test_a_date_that_cannot_be_read_is_told_with_its_row(tmp_path: Path) -> None:
    rows = [row("2021-03-31", TOTAL, 5), row("Spring 2021", TOTAL, 5)]
    problem = only_problem_of(write(tmp_path, rows))
    assert place(problem) == ("staff.csv", 3, "Date")
    assert "`Spring 2021` is not a date" in problem.what


def test_two_figures_of_one_month_are_refused_naming_both_rows(tmp_path: Path) -> None:
    rows = [row("2021-03-31", TOTAL, 5), row("2021-03-31", TOTAL, 6)]
    problem = only_problem_of(write(tmp_path, rows))
    assert place(problem) == ("staff.csv", 3, "Total")
    assert "a second figure of Total of ZA1" in problem.what
    assert "row 2" in problem.what


@pytest.mark.parametrize(
    ("value", "what"),
    [("-3", "-3 is below 0"), ("few", "`few` is not a number")],
)
def test_a_wrong_figure_is_told_with_row_and_column(
    tmp_path: Path, value: str, what: str
) -> None:
    rows = [row("2021-02-28", TOTAL, 5), row("2021-03-31", TOTAL, value)]
    problem = only_problem_of(write(tmp_path, rows))
    assert place(problem) == ("staff.csv", 3, "Total")
    assert what in problem.what


@pytest.mark.parametrize(("cell", "status"), [("", "missing"), ("*", "suppressed")])
def test_a_year_without_a_figure_says_why(
    tmp_path: Path, cell: str, status: str
) -> None:
    table = read_file(write(tmp_path, [row("2021-03-31", TOTAL, cell)])).table
    assert math.isnan(table["value"][0])
    assert table["value_status"].tolist() == [status]


def test_national_rows_and_other_bodies_are_left_out_and_counted(
    tmp_path: Path,
) -> None:
    rows = [
        row("2021-03-31", TOTAL, 5),
        row("2021-03-31", TOTAL, 500, code="England"),
        row("2021-03-31", TOTAL, 50, code=""),
    ]
    reading = read_file(write(tmp_path, rows))
    assert set(reading.table["org_code"]) == {"ZA1"}
    assert "2 rows of 2 other bodies" in noted(reading, "other bodies").what


def test_an_organisation_with_fewer_months_than_the_file_is_noted(
    tmp_path: Path,
) -> None:
    rows = [
        row("2020-04-30", TOTAL, 5),
        row("2020-05-31", TOTAL, 5),
        row("2020-05-31", TOTAL, 5, code="ZA2"),
    ]
    reading = read_file(write(tmp_path, rows))
    assert "1 in 2020/21" in noted(reading, "fewer months than the file").what


def test_a_file_of_headcounts_only_is_refused_with_what_was_seen(
    tmp_path: Path,
) -> None:
    rows = [row("2021-03-31", TOTAL, 5, kind="HC"), row("2021-03-31", "Midwives", 5)]
    problem = only_problem_of(write(tmp_path, rows))
    assert place(problem) == ("staff.csv", None, "Staff Group")
    assert "Total (HC), Midwives (FTE)" in problem.what


def test_a_missing_column_is_refused_with_the_columns_seen(tmp_path: Path) -> None:
    text = csv_lines(COLUMNS[1:], [row("2021-03-31", TOTAL, 5)[1:]])
    problem = only_problem_of(written(tmp_path / "s.csv", text))
    assert "no column `Date`" in problem.what
    assert "Benchmark Group" in problem.what


@pytest.mark.parametrize("kind", ["FTE", "HC"])
def test_a_last_row_cut_off_is_refused_whether_it_matters_or_not(
    tmp_path: Path, kind: str
) -> None:
    rows = [row("2020-04-30", TOTAL, 5), row("2020-05-31", TOTAL, 5, kind=kind)]
    text = csv_lines(COLUMNS, rows)
    path = written(tmp_path / "staff.csv", text[: text.rindex("Acute")])
    problem = only_problem_of(path)
    assert place(problem) == ("staff.csv", 3, "")
    assert "cut off" in problem.remedy


def test_a_row_cut_off_inside_a_quoted_cell_is_refused(tmp_path: Path) -> None:
    text = csv_lines(COLUMNS, month("2020-04-30", 1, 2)) + '2020-05-31,Y99,"Nowhere, b'
    problem = only_problem_of(written(tmp_path / "staff.csv", text))
    assert "never closed" in problem.what
    assert problem.row == 10  # a heading, eight rows, and this one


def test_a_name_with_a_comma_and_a_footer_are_no_problem(tmp_path: Path) -> None:
    text = csv_lines(COLUMNS, month("2020-04-30", 1, 2))
    text = text.replace("AVONLEA NHS TRUST", '"AVONLEA, NHS TRUST"')
    reading = read_file(written(tmp_path / "s.csv", text + "Source: nobody at all\n"))
    assert set(reading.table["org_name"]) == {"AVONLEA, NHS TRUST"}
    assert "Source: nobody" in noted(reading, "left out a line of text").what
