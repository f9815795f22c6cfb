"""Are trials counted by sponsor and year, and do the two forms agree?"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from candela.sources import read_folder
from candela.tables import ORGANISATION_MEASURES
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
    "eudract_number",
    "eudract_year",
    "name_of_sponsor",
    "normalized_name",
    "normalized_parent_name",
    "ods_code",
    "match",
)
MEASURE = "sponsored_trials"

Row = tuple[str, ...]


def trial(number: str, code: str, *, match: str = "auto_name_key") -> Row:
    return (number, number[:4], "AVONLEA", "AVONLEA", "AVONLEA", code, match)


def trial_list(folder: Path, *rows: Row, name: str = "trials.csv") -> Path:
    return written(folder / name, csv_lines(COLUMNS, rows))


def by_year(folder: Path, *rows: Row) -> Path:
    columns = ("ods_code", "eudract_year", "n_trials")
    return written(folder / "by_year.csv", csv_lines(columns, rows))


def test_trials_are_counted_by_code_and_calendar_year(tmp_path: Path) -> None:
    path = trial_list(
        tmp_path,
        trial("2015-000001-11", "ZA1"),
        trial("2015-000002-22", "ZA2"),
        trial("2015-000003-33", "ZA1"),
        trial("2016-000004-44", "ZA1"),
    )
    reading = read_file(path)
    assert figures(reading) == {
        ("ZA1", "2015-01-01", MEASURE): 2,
        ("ZA2", "2015-01-01", MEASURE): 1,
        ("ZA1", "2016-01-01", MEASURE): 1,
    }
    assert reading.table["source_row"].tolist() == [2, 3, 5]
    assert not reading.restates


def test_a_trial_listed_twice_for_one_code_counts_once(tmp_path: Path) -> None:
    row = trial("2015-000001-11", "ZA1")
    assert figures(read_file(trial_list(tmp_path, row, row))) == {
        ("ZA1", "2015-01-01", MEASURE): 1
    }


def test_rows_without_a_code_are_left_out_and_counted(tmp_path: Path) -> None:
    path = trial_list(
        tmp_path,
        trial("2015-000001-11", "ZA1"),
        trial("2015-000002-22", "", match="unmatched"),
    )
    reading = read_file(path)
    assert len(reading.table) == 1
    assert noted(reading, "1 rows have no code")


def test_how_names_were_matched_is_told(tmp_path: Path) -> None:
    path = trial_list(
        tmp_path,
        trial("2015-000001-11", "ZA1"),
        trial("2015-000002-22", "ZA1"),
        trial("2015-000003-33", "ZA2", match="manual_joint_sponsor"),
    )
    note = noted(read_file(path), "matched to codes")
    assert "automatically (2 rows) or by hand (1 rows)" in note.what


def test_years_after_the_departure_stay_and_are_told(tmp_path: Path) -> None:
    reading = read_file(
        trial_list(
            tmp_path, trial("2020-000001-11", "ZA1"), trial("2022-000002-22", "ZA1")
        )
    )
    assert ("ZA1", "2022-01-01", MEASURE) in figures(reading)
    note = noted(reading, "the United Kingdom left the register")
    assert note.what.endswith("2022 has 1")


@pytest.mark.parametrize(
    ("row", "column", "what"),
    [
        (trial("2015-000001-11", "ZA1AB"), "ods_code", "`ZA1AB` is a site code"),
        (
            ("2015-000001-11", "2016", "", "", "", "ZA1", ""),
            "eudract_year",
            "the trial 2015-000001-11 is not of 2016",
        ),
        (
            ("2015-000001-11", "soon", "", "", "", "ZA1", ""),
            "eudract_year",
            "`soon` is not a year",
        ),
    ],
)
def test_a_wrong_cell_is_told_with_its_row_and_column(
    tmp_path: Path, row: Row, column: str, what: str
) -> None:
    problem = only_problem_of(trial_list(tmp_path, trial("2014-000001-11", "ZA1"), row))
    assert place(problem) == ("trials.csv", 3, column)
    assert what in problem.what


def test_the_table_by_year_restates(tmp_path: Path) -> None:
    reading = read_file(by_year(tmp_path, ("ZA1", "2015", "4")))
    assert figures(reading) == {("ZA1", "2015-01-01", MEASURE): 4}
    assert reading.restates


@pytest.mark.parametrize("count", ["-1", "two", "1.5", ""])
def test_a_count_that_is_none_is_refused(tmp_path: Path, count: str) -> None:
    problem = only_problem_of(by_year(tmp_path, ("ZA1", "2015", count)))
    assert place(problem) == ("by_year.csv", 2, "n_trials")


def test_a_code_and_year_twice_is_refused(tmp_path: Path) -> None:
    problem = only_problem_of(
        by_year(tmp_path, ("ZA1", "2015", "4"), ("ZA1", "2015", "4"))
    )
    assert problem.row == 3
    assert "a second count for ZA1, 2015-01-01" in problem.what


def test_the_two_forms_side_by_side_give_each_figure_once(tmp_path: Path) -> None:
    trial_list(tmp_path, trial("2015-000001-11", "ZA1"), name="z.csv")
    by_year(tmp_path, ("ZA1", "2015", "1"))
    folder = read_folder(tmp_path)
    assert folder.problems == ()
    table = folder.table(ORGANISATION_MEASURES)
    assert table["source_file"].tolist() == ["z.csv"]


def test_forms_that_disagree_are_a_conflict(tmp_path: Path) -> None:
    trial_list(tmp_path, trial("2015-000001-11", "ZA1"))
    by_year(tmp_path, ("ZA1", "2015", "2"))
    (problem,) = read_folder(tmp_path).problems
    assert place(problem) == ("by_year.csv", 2, "")
    assert "is also in trials.csv" in problem.what


def test_the_two_real_forms_agree(real_data: Path, tmp_path: Path) -> None:
    folder = real_data / "euctr_nhs_sponsors"
    trials = folder / "euctr_nhs_sponsor_trials.csv.gz"
    years = folder / "nhs_sponsor_trials_by_trust_year.csv"
    assert figures(read_file(trials)) == figures(read_file(years))
    for path in (trials, years):
        shutil.copyfile(path, tmp_path / path.name)
    read = read_folder(tmp_path)
    assert read.problems == ()
    table = read.table(ORGANISATION_MEASURES)
    assert len(table) == 602
    assert len(set(table["org_code"])) == 111


def test_the_real_list_tells_how_its_names_were_matched(real_data: Path) -> None:
    path = real_data / "euctr_nhs_sponsors" / "euctr_nhs_sponsor_trials.csv.gz"
    reading = read_file(path)
    assert noted(reading, "299 rows have no code")
    assert noted(reading, "automatically (1312 rows) or by hand (63 rows)")
    assert noted(reading, "2022 has 1")
