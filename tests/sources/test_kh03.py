"""Are beds read from the long table of KH03, each in its quarter?"""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pytest

from candela.tables import Period
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
    "year",
    "period_end",
    "region_code",
    "org_code",
    "org_name",
    "available_total",
    "available_general_and_acute",
    "available_maternity",
)
ROW = ("2020", "June", "Y99", "ZA1", "AVONLEA NHS TRUST", "210.5", "200.5", "10")


def changed(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(name, cell) for name, cell in zip(COLUMNS, ROW, strict=True))


def write(folder: Path, *rows: tuple[str, ...]) -> Path:
    return written(folder / "beds.csv", csv_lines(COLUMNS, rows))


def test_general_and_acute_beds_and_all_beds_are_read(tmp_path: Path) -> None:
    reading = read_file(write(tmp_path, ROW))
    assert figures(reading) == {
        ("ZA1", "2020-04-01", "beds_general_acute"): 200.5,
        ("ZA1", "2020-04-01", "beds_total"): 210.5,
    }
    assert reading.table["org_name"].tolist() == ["AVONLEA NHS TRUST"] * 2


@pytest.mark.parametrize(
    ("month", "start", "end"),
    [
        ("June", date(2020, 4, 1), date(2020, 6, 30)),
        ("September", date(2020, 7, 1), date(2020, 9, 30)),
        ("December", date(2020, 10, 1), date(2020, 12, 31)),
        ("March", date(2021, 1, 1), date(2021, 3, 31)),
    ],
)
def test_a_quarter_is_of_the_financial_year_that_is_written(
    tmp_path: Path, month: str, start: date, end: date
) -> None:
    reading = read_file(write(tmp_path, changed(period_end=month)))
    assert reading.periods == (Period(start, end),)


def test_a_dash_is_no_beds_and_a_blank_is_not_reported(tmp_path: Path) -> None:
    path = write(tmp_path, changed(available_general_and_acute="-", available_total=""))
    reading = read_file(path)
    none, blank = reading.table["value"]
    assert none == 0
    assert math.isnan(blank)
    assert reading.table["value_status"].tolist() == ["ok", "missing"]
    assert noted(reading, "1 figures are blank")


def test_five_character_codes_are_left_out_and_counted(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        ROW,
        changed(org_code="ZZ9A1", org_name="MEADOW CLINIC LTD"),
        changed(org_code="ZZ9A1", org_name="MEADOW CLINIC LTD", period_end="March"),
    )
    reading = read_file(path)
    assert set(reading.table["org_code"]) == {"ZA1"}
    note = noted(reading, "five-character")
    assert place(note) == ("beds.csv", 3, "org_code")
    assert "2 rows of 1 organisations" in note.what
    assert "calls itself" not in note.what


def test_a_five_character_code_that_calls_itself_a_trust_is_named(
    tmp_path: Path,
) -> None:
    path = write(
        tmp_path, ROW, changed(org_code="ZZ9A2", org_name="HEATH NHS FOUNDATION TRUST")
    )
    note = noted(read_file(path), "five-character")
    assert "ZZ9A2 HEATH NHS FOUNDATION TRUST calls itself a trust" in note.what


@pytest.mark.parametrize(
    ("cells", "column", "what"),
    [
        ({"year": "last"}, "year", "`last` is not a financial year"),
        ({"period_end": "May"}, "period_end", "`May` is not the last month"),
        ({"available_total": "-4"}, "available_total", "-4 is below 0"),
        ({"available_total": "many"}, "available_total", "`many` is not a number"),
        ({"org_code": "ZA"}, "org_code", "`ZA` is not an organisation code"),
    ],
)
def test_a_wrong_cell_is_told_with_its_row_and_column(
    tmp_path: Path, cells: dict[str, str], column: str, what: str
) -> None:
    path = write(tmp_path, changed(org_code="ZA9"), changed(**cells))
    problem = only_problem_of(path)
    assert place(problem) == ("beds.csv", 3, column)
    assert what in problem.what


def test_a_missing_column_is_refused_with_the_columns_seen(tmp_path: Path) -> None:
    path = written(tmp_path / "b.csv", csv_lines((*COLUMNS[:1], *COLUMNS[2:]), []))
    problem = only_problem_of(path)
    assert "no column `period_end`" in problem.what
    assert "available_maternity" in problem.what


def test_the_real_long_table_adds_up_to_the_published_total(real_data: Path) -> None:
    (path,) = (real_data / "kh03_beds").glob("*.csv.gz")
    reading = read_file(path)
    assert len(reading.table) == 2 * (3794 - 2)  # two rows have another kind of code
    assert len(reading.periods) == 5 * 4
    assert "calls itself a trust" in noted(reading, "2 rows of 1").what
    assert noted(reading, "39 figures are blank")
    general = [
        value
        for (_, start, measure), value in figures(reading).items()
        if start == "2020-04-01" and measure == "beds_general_acute"
    ]
    assert round(sum(general)) == 92_559  # as officially published
