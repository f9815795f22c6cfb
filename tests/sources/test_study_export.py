"""Are the studies of the portfolio read from the public export?"""

from __future__ import annotations

from pathlib import Path

from source_files import (
    csv_lines,
    noted,
    only_problem_of,
    place,
    read_file,
    written,
)

COLUMNS = (
    "Short Name",
    "Managing Specialty",
    "All Specialties",
    "Lead Country",
    "Lead LCRN",
    "Funder(s)",
    "Open to New Sites",
    "Study Status",
    "Link",
)
ROW = ("BEACON", "Cancer", "Cancer", "England", "-", "None", "Closed", "Open", "41.0")
OTHER = ("LANTERN", "Stroke", "Stroke", "Wales", "-", "None", "No", "Closed", "42")


def write(folder: Path, *rows: tuple[str, ...]) -> Path:
    return written(folder / "studies.csv", csv_lines(COLUMNS, rows))


def test_the_number_of_a_study_has_no_decimals(tmp_path: Path) -> None:
    table = read_file(write(tmp_path, ROW, OTHER)).table
    assert list(table.keys("study_id", "short_name", "specialty", "status")) == [
        ("41", "BEACON", "Cancer", "Open"),
        ("42", "LANTERN", "Stroke", "Closed"),
    ]
    assert table["lead_country"].tolist() == ["England", "Wales"]


def test_an_identical_row_is_left_out_with_a_note(tmp_path: Path) -> None:
    reading = read_file(write(tmp_path, ROW, OTHER, ROW))
    assert reading.table["study_id"].tolist() == ["41", "42"]
    assert place(noted(reading, "1 rows repeat")) == ("studies.csv", 4, "Link")


def test_one_number_with_other_details_is_refused_naming_both_rows(
    tmp_path: Path,
) -> None:
    problem = only_problem_of(write(tmp_path, ROW, (*OTHER[:-1], "41.0")))
    assert place(problem) == ("studies.csv", 3, "Link")
    assert "study 41 is also in row 2" in problem.what
    assert "Remove one" in problem.remedy


def test_a_study_without_a_number_is_left_out_with_a_note(tmp_path: Path) -> None:
    reading = read_file(write(tmp_path, ROW, (*OTHER[:-1], "")))
    assert reading.table["study_id"].tolist() == ["41"]
    assert noted(reading, "no study number").row == 3


def test_a_number_that_is_text_is_refused(tmp_path: Path) -> None:
    problem = only_problem_of(write(tmp_path, (*ROW[:-1], "41.5")))
    assert place(problem) == ("studies.csv", 2, "Link")
    assert "`41.5` is not a study number" in problem.what


def test_a_missing_column_is_refused_with_the_columns_seen(tmp_path: Path) -> None:
    text = csv_lines(COLUMNS[:-1], [ROW[:-1]])
    problem = only_problem_of(written(tmp_path / "a.csv", text))
    assert "no column `Link`" in problem.what
    assert "Study Status" in problem.what


def test_the_official_export_has_four_studies_without_a_number(real_data: Path) -> None:
    (path,) = (real_data / "nihr_cpms_studies").glob("*.csv.gz")
    reading = read_file(path)
    assert len(reading.table) == 18_345 - 4
    assert noted(reading, "4 rows have no study number").row == 1359
    assert (reading.table["lead_country"] == "Wales").sum() == 724
