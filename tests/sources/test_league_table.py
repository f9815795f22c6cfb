"""Is the league table read by name, and are quoted figures read by code?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from candela.sources import read_folder, recognised
from candela.sources.files import open_contents
from candela.tables import NAMED_MEASURES, Period
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

HEADINGS = (
    "Trust name",
    "Type",
    "Local network",
    "Number of studies recruiting 2015/16",
    "Number of studies recruiting 2016/17",
    "Percentage change",
    "Participants in studies 2015/16",
    "Participants in studies 2016/17",
    "Percentage change",
)
AVONLEA = ("Avonlea NHS Trust", "Acute", "North", "20", "24", "20%", "300", "330", "10")
BRAMBLE = ("Bramble FT", "Care", "South", "7", "*", "", "90", "", "")
QUOTED = ("org_code", "org_name_as_published", "fy", "measure", "value", "source_url")
STUDIES, PEOPLE = "studies_recruiting", "participants_recruited"


def write(folder: Path, *rows: tuple[str, ...], name: str = "table.csv") -> Path:
    return written(folder / name, csv_lines(HEADINGS, rows))


def quoted(folder: Path, *rows: tuple[str, ...]) -> Path:
    return written(folder / "quoted.csv", csv_lines(QUOTED, rows))


def by_name(path: Path) -> dict[tuple[str, str, str], float]:
    table = read_file(path).table
    assert table.spec == NAMED_MEASURES
    return {
        (name, str(Period(start, end)), measure): value
        for name, start, end, measure, value in table.keys(
            "org_name", "period_start", "period_end", "measure", "value"
        )
    }


def test_both_years_of_both_measures_are_read_by_name(tmp_path: Path) -> None:
    name = "Avonlea NHS Trust"
    assert by_name(write(tmp_path, AVONLEA)) == {
        (name, "2015/16", STUDIES): 20,
        (name, "2016/17", STUDIES): 24,
        (name, "2015/16", PEOPLE): 300,
        (name, "2016/17", PEOPLE): 330,
    }


def test_type_row_and_what_is_not_given_are_kept(tmp_path: Path) -> None:
    table = read_file(write(tmp_path, AVONLEA, BRAMBLE)).table
    assert table["org_type"].tolist() == ["Acute"] * 4 + ["Care"] * 4
    assert table["source_row"].tolist() == [2] * 4 + [3] * 4
    status = ["ok", "suppressed", "ok", "missing"]
    assert table["value_status"].tolist() == ["ok"] * 4 + status


def test_national_rows_are_left_out_with_a_note(tmp_path: Path) -> None:
    england = ("England (all organisations)", *AVONLEA[1:])
    total = ("Total", *AVONLEA[1:])
    path = write(tmp_path, AVONLEA, england, total)
    reading = read_file(path)
    assert set(reading.table["org_name"]) == {"Avonlea NHS Trust"}
    assert place(noted(reading, "2 national rows")) == ("table.csv", 3, "Trust name")


def test_a_title_above_the_headings_is_passed_over(tmp_path: Path) -> None:
    text = csv_lines(HEADINGS, [AVONLEA])
    path = written(tmp_path / "t.csv", "Research activity" + "," * 8 + "\n" + text)
    assert read_file(path).table["source_row"].tolist() == [3] * 4


def test_the_workbook_says_the_same_as_the_csv(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(("About this table",))
    sheet = book.create_sheet("Table")
    sheet.append(("Research activity",))
    sheet.append(HEADINGS)
    cells = [int(c) if c.isdigit() else c for c in AVONLEA]
    sheet.append(cells)
    book.save(tmp_path / "table.xlsx")
    csv_read = by_name(write(tmp_path, AVONLEA))
    assert by_name(tmp_path / "table.xlsx") == csv_read


def test_a_second_sheet_of_the_kind_is_noted(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Acute"
    for sheet in (book.active, book.create_sheet("Care")):
        sheet.append(HEADINGS)
        sheet.append(AVONLEA)
    book.save(tmp_path / "t.xlsx")
    reading = read_file(tmp_path / "t.xlsx")
    assert noted(reading, "only the sheet `Acute` was read, not Care")


@pytest.mark.parametrize(
    ("place_of", "cell", "what"),
    [
        (3, "-2", "-2 is below 0"),
        (3, "2.5", "2.5 is not a whole number"),
        (3, "lots", "`lots` is not a number"),
    ],
)
def test_a_wrong_figure_is_told_with_row_and_column(
    tmp_path: Path, place_of: int, cell: str, what: str
) -> None:
    row = (*AVONLEA[:place_of], cell, *AVONLEA[place_of + 1 :])
    problem = only_problem_of(write(tmp_path, row))
    assert place(problem) == ("table.csv", 2, HEADINGS[place_of])
    assert what in problem.what


def test_a_name_twice_is_refused_naming_both_rows(tmp_path: Path) -> None:
    problems = problems_of(write(tmp_path, AVONLEA, AVONLEA))
    assert [problem.row for problem in problems] == [3] * 4  # two figures, two years
    assert "a second figure for Avonlea NHS Trust" in problems[0].what
    assert "the first is row 2" in problems[0].what


def test_columns_without_a_year_are_refused_with_the_columns_seen(
    tmp_path: Path,
) -> None:
    headings = ("Trust name", "Studies recruiting this year", "Participants recruited")
    path = written(tmp_path / "t.csv", csv_lines(headings, [("Avonlea", 1, 2)]))
    problem = only_problem_of(path)
    assert problem.row == 1
    assert "no column of studies or participants names its financial" in problem.what
    assert "Studies recruiting this year" in problem.what
    assert "Write the year" in problem.remedy


def test_two_columns_of_one_year_are_refused(tmp_path: Path) -> None:
    headings = ("Trust name", "Participants recruited 2016/17", *HEADINGS[7:8])
    path = written(tmp_path / "t.csv", csv_lines(headings, [("Avonlea", 1, 2)]))
    problem = only_problem_of(path)
    assert "two columns are of one measure and year" in problem.what


def test_the_later_of_two_tables_is_kept_where_they_share_a_year(
    tmp_path: Path,
) -> None:
    write(tmp_path, AVONLEA, name="z.csv")
    earlier = csv_lines(
        ("Trust name", "Participants in studies 2014/15", HEADINGS[6]),
        [("Avonlea NHS Trust", 280, 295)],
    )
    written(tmp_path / "a.csv", earlier)
    folder = read_folder(tmp_path)
    assert folder.problems == ()
    kept = {
        (str(Period(start, end)), value)
        for start, end, measure, value in folder.table(NAMED_MEASURES).keys(
            "period_start", "period_end", "measure", "value"
        )
        if measure == PEOPLE
    }
    assert kept == {("2014/15", 280), ("2015/16", 300), ("2016/17", 330)}
    (choice,) = folder.choices
    assert "1 rows gave way to z.csv" in choice.what


def test_quoted_figures_are_read_by_code_and_year(tmp_path: Path) -> None:
    path = quoted(tmp_path, ("ZA1", "Avonlea", "2016/17", PEOPLE, "330", "page"))
    reading = read_file(path)
    assert figures(reading) == {("ZA1", "2016-04-01", PEOPLE): 330}
    assert reading.periods == (Period(date(2016, 4, 1), date(2017, 3, 31)),)
    assert noted(reading, "1 figures of 1 organisations are quoted")


def test_quoted_national_figures_are_left_out(tmp_path: Path) -> None:
    path = quoted(
        tmp_path,
        ("ZA1", "Avonlea", "2016/17", PEOPLE, "330", "page"),
        ("ENG", "England", "2016/17", PEOPLE, "665000", "page"),
    )
    reading = read_file(path)
    assert set(reading.table["org_code"]) == {"ZA1"}
    assert place(noted(reading, "1 national rows")) == ("quoted.csv", 3, "org_code")


@pytest.mark.parametrize(
    ("cells", "column", "what"),
    [
        (("ZA1", "A", "2016/18", PEOPLE, "3", ""), "fy", "`2016/18` is not a"),
        (("ZA1", "A", "2016/17", "joy", "3", ""), "measure", "`joy` is not a known"),
        (("ZA1", "A", "2016/17", PEOPLE, "x", ""), "value", "`x` is not a number"),
        (("ZA", "A", "2016/17", PEOPLE, "3", ""), "org_code", "`ZA` is not an"),
    ],
)
def test_a_wrong_quoted_cell_is_told_with_row_and_column(
    tmp_path: Path, cells: tuple[str, ...], column: str, what: str
) -> None:
    problem = only_problem_of(quoted(tmp_path, cells))
    assert place(problem) == ("quoted.csv", 2, column)
    assert what in problem.what


def test_the_real_quoted_figures_are_read(real_data: Path) -> None:
    path = real_data / "nihr_league_table" / "nihr_activity_quoted_figures.csv"
    reading = read_file(path)
    assert len(reading.table) == 32 - 4
    assert noted(reading, "4 national rows")
    assert figures(reading)["RTQ", "2016-04-01", PEOPLE] == 347


def test_the_survey_beside_them_is_not_taken_for_activity(real_data: Path) -> None:
    path = real_data / "nihr_league_table" / "pres_quoted_figures.csv"
    assert recognised(open_contents(path, path.name)) is None
