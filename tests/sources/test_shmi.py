"""Is a SHMI file of 2011 to 2014 read as published, and refused where it is wrong?"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.sources import read_folder
from candela.sources.shmi import publication_period
from candela.tables import PUBLISHED_OUTCOMES, Period
from source_files import (
    csv_lines,
    noted,
    only_problem_of,
    place,
    problems_of,
    read_file,
    written,
)

COLUMNS = (
    "INDICATOR_CODE",
    "PROVIDER",
    "PROVIDER_NAME",
    "DENOMINATOR",
    "OBSERVED",
    "EXPECTED",
    "VALUE",
    "PO_LL",
    "PO_UL",
    "OD_LL",
    "OD_UL",
    "OD_BANDING",
)
# 1,050 / 1,000 = 1.05
FIGURES = ("40000", "1050", "1000", "1.05", "0.90", "1.10", "0.88", "1.13", "2")
ROW = ("I9", "ZA1", "AVONLEA", *FIGURES)
SECOND = (*ROW[:1], "ZA2", "BRAMBLE", *ROW[3:])
NAME = "shmi-2013-october.csv"
YEAR = Period(date(2012, 4, 1), date(2013, 3, 31))
FOOTER = "Copyright © Nobody. All rights reserved."

OFFICIAL = {
    "2011-october": Period.months((2010, 4), (2011, 3)),
    "2012-january": Period.months((2010, 7), (2011, 6)),
    "2012-april": Period.months((2010, 10), (2011, 9)),
    "2012-july": Period.months((2011, 1), (2011, 12)),
    "2012-october": Period.months((2011, 4), (2012, 3)),
    "2013-january": Period.months((2011, 7), (2012, 6)),
    "2013-april": Period.months((2011, 10), (2012, 9)),
    "2013-july": Period.months((2012, 1), (2012, 12)),
    "2013-october": Period.months((2012, 4), (2013, 3)),
    "2014-january": Period.months((2012, 7), (2013, 6)),
    "2014-april": Period.months((2012, 10), (2013, 9)),
}


def changed(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(name, cell) for name, cell in zip(COLUMNS, ROW, strict=True))


def write(folder: Path, *rows: tuple[str, ...], name: str = NAME) -> Path:
    return written(folder / name, csv_lines(COLUMNS, rows))


def test_a_row_is_an_outcome_with_its_limits_and_band(tmp_path: Path) -> None:
    reading = read_file(write(tmp_path, ROW))
    (row,) = reading.table.rows()
    assert row["org_code"] == "ZA1"
    assert row["org_name"] == "AVONLEA"
    assert (row["observed"], row["expected"], row["ratio"]) == (1050, 1000, 1.05)
    assert (row["po998_lower"], row["od95_upper"]) == (0.90, 1.13)
    assert row["banding"] == "as_expected"
    assert row["source_row"] == 2
    assert reading.periods == (YEAR,)


def test_the_older_heading_of_the_name_and_the_extra_band_are_read(
    tmp_path: Path,
) -> None:
    columns = [*COLUMNS, "PO_BANDING"]
    columns[2] = "PROVIDER NAME"
    path = written(tmp_path / NAME, csv_lines(columns, [(*ROW, "2")]))
    assert read_file(path).table["org_name"].tolist() == ["AVONLEA"]


def test_a_cp1252_footer_is_left_out_with_notes(tmp_path: Path) -> None:
    text = csv_lines(COLUMNS, [ROW]).replace("\n", "\r\n") + f"\r\n{FOOTER}\r\n"
    reading = read_file(written(tmp_path / NAME, text, encoding="cp1252"))
    assert len(reading.table) == 1
    assert place(noted(reading, "Copyright ©")) == (NAME, 4, "")
    assert noted(reading, "the text is cp1252, not UTF-8")


@pytest.mark.parametrize(
    ("cells", "column", "what", "remedy"),
    [
        (
            {"OBSERVED": "50000"},
            "OBSERVED",
            "50000 deaths observed in 40000 spells",
            "Check the row",
        ),
        ({"OBSERVED": "-3"}, "OBSERVED", "-3 is below 0", "Correct it"),
        ({"OBSERVED": "1O5O"}, "OBSERVED", "`1O5O` is not a number", "Leave it empty"),
        ({"OBSERVED": "1050.5"}, "OBSERVED", "not a whole number", "Correct it"),
        ({"EXPECTED": "0"}, "EXPECTED", "0 deaths expected", "Check the row"),
        ({"EXPECTED": ""}, "EXPECTED", "the cell is blank", "Fill it; suppressed"),
        (
            {"VALUE": "1.06"},
            "VALUE",
            "1.06 is not OBSERVED / EXPECTED (1.0500)",
            "Check the row",
        ),
        ({"OD_BANDING": "4"}, "OD_BANDING", "`4` is not a band", "Check the row"),
        (
            {"PROVIDER": "ZA1AB"},
            "PROVIDER",
            "`ZA1AB` is a site code",
            "This is a site-level file; use the trust-level file",
        ),
        ({"PROVIDER": ""}, "PROVIDER", "the cell is blank", "Fill it, or remove"),
    ],
)
def test_a_wrong_cell_is_told_with_row_column_and_remedy(
    tmp_path: Path, cells: dict[str, str], column: str, what: str, remedy: str
) -> None:
    path = write(tmp_path, SECOND, changed(**cells))
    told = [p for p in problems_of(path) if p.column == column]
    assert [place(problem) for problem in told] == [(NAME, 3, column)]
    assert what in told[0].what
    assert remedy in told[0].remedy


def test_suppressed_figures_are_not_zero(tmp_path: Path) -> None:
    stars = changed(OBSERVED="*", EXPECTED="*", VALUE="*", OD_BANDING="*")
    (row,) = read_file(write(tmp_path, stars)).table.rows()
    assert row["value_status"] == "suppressed"
    assert row["observed"] != row["observed"]  # NaN
    assert row["banding"] == ""


def test_a_provider_twice_is_refused_naming_both_rows(tmp_path: Path) -> None:
    problem = only_problem_of(write(tmp_path, ROW, SECOND, ROW))
    assert place(problem) == (NAME, 4, "")
    assert "a second row for SHMI, ZA1" in problem.what
    assert "the first is row 2" in problem.what
    assert "Remove one" in problem.remedy


def test_a_missing_column_is_refused_with_the_columns_seen(tmp_path: Path) -> None:
    text = csv_lines(COLUMNS[:5] + COLUMNS[6:], [])
    problem = only_problem_of(written(tmp_path / NAME, text))
    assert "no column `EXPECTED`" in problem.what
    assert "OD_BANDING" in problem.what


@pytest.mark.parametrize("column", ["PROVIDER", "OBSERVED", "EXPECTED", "VALUE"])
def test_a_file_without_a_needed_column_is_known_and_told_which(
    tmp_path: Path, column: str
) -> None:
    left = COLUMNS.index(column)
    columns = [c for c in COLUMNS if c != column]
    row = [cell for n, cell in enumerate(ROW) if n != left]
    path = written(tmp_path / NAME, csv_lines(columns, [row]))
    problem = only_problem_of(path)
    assert problem.what.startswith(
        f"no column `{column}`; columns seen: INDICATOR_CODE"
    )


def test_a_file_cut_off_in_a_row_is_refused(tmp_path: Path) -> None:
    text = csv_lines(COLUMNS, [ROW, SECOND])
    path = written(tmp_path / NAME, text[: text.rindex("1000")])
    problem = only_problem_of(path)
    assert place(problem) == (NAME, 3, "")
    assert "the row has 6 cells" in problem.what
    assert "12 cells" in problem.expected


def test_a_file_whose_period_cannot_be_told_is_refused(tmp_path: Path) -> None:
    problem = only_problem_of(write(tmp_path, ROW, name="a.csv"))
    assert place(problem) == ("a.csv", None, "")
    assert "does not say which months it covers" in problem.what
    assert "shmi-2013-october.csv" in problem.expected
    assert "Rename the file" in problem.remedy


@pytest.mark.parametrize("name", ["shmi-october.csv", "shmi-2013-may-june.csv"])
def test_a_name_without_one_month_and_one_year_tells_no_period(
    tmp_path: Path, name: str
) -> None:
    assert only_problem_of(write(tmp_path, ROW, name=name)).row is None


def test_a_period_taken_from_the_name_is_noted(tmp_path: Path) -> None:
    note = noted(read_file(write(tmp_path, ROW)), "taken from the name")
    assert "October 2013 covers 2012/13" in note.what


def test_fewer_providers_than_the_publication_named_are_noted(tmp_path: Path) -> None:
    note = noted(read_file(write(tmp_path, ROW)), "1 providers, where")
    assert "has 142" in note.what
    assert "it is cut off" in note.remedy


@settings(derandomize=True, max_examples=30, deadline=None)
@given(st.dates(date(2011, 1, 1), date(2030, 12, 31)))
def test_a_publication_covers_twelve_months_that_ended_seven_before(day: date) -> None:
    published = day.replace(day=1)
    period = publication_period(published)
    assert period.days in (365, 366)
    end = period.end
    months = (published.year - end.year) * 12 + published.month - end.month
    assert months == 7


def test_official_files_are_known_by_their_figures_whatever_their_names(
    real_data: Path, tmp_path: Path
) -> None:
    for letter, month in zip("kjihgfedcba", OFFICIAL, strict=True):
        shutil.copyfile(
            real_data / "shmi" / f"shmi-{month}.csv", tmp_path / f"{letter}.csv"
        )
    folder = read_folder(tmp_path)
    assert folder.problems == ()
    periods = [report.periods for report in reversed(folder.files)]
    assert periods == [(period,) for period in OFFICIAL.values()]
    assert len(folder.table(PUBLISHED_OUTCOMES)) == 1576


def test_figures_are_believed_over_a_wrong_name(
    real_data: Path, tmp_path: Path
) -> None:
    path = tmp_path / "shmi-2014-april.csv"
    shutil.copyfile(real_data / "shmi" / "shmi-2013-october.csv", path)
    reading = read_file(path)
    assert reading.periods == (YEAR,)
    note = noted(reading, "the name says April 2014 but these are the figures")
    assert "October 2013" in note.what


def test_an_official_file_that_is_cut_off_is_noted(
    real_data: Path, tmp_path: Path
) -> None:
    raw = (real_data / "shmi" / "shmi-2012-july.csv").read_bytes()
    lines = raw.splitlines(keepends=True)
    path = tmp_path / "shmi-2012-july.csv"
    path.write_bytes(b"".join(lines[:101]))
    assert "100 providers" in noted(read_file(path), "providers, where").what
