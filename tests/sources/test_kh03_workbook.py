"""Are beds read from the official workbook of one quarter?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl

from candela.tables import Period
from source_files import figures, noted, only_problem_of, place, read_file

GROUPS = ("Available", "Occupied", "% Occupied")
KINDS = ("Total ", "General & Acute", "Maternity")
HEADINGS = ("Year", "Period End", "Region Code", "Org Code", "Org Name")


def write(
    folder: Path,
    *,
    title: str = "Average daily number of beds open overnight by sector",
    period: str = "January to March 2021",
    revised: str | None = "3rd July 2021",
    england: tuple[float, float] = (330, 300),
    month: str = "March",
    groups: bool = True,
) -> Path:
    """Write two trusts: 210 beds, 200 general and acute; 120 and 100."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "NHS Trust by Sector"
    for label, said in (
        ("Title:", title),
        ("Period:", period),
        ("Published:", "20th May 2021"),
        ("Revised:", revised),
    ):
        sheet.append((None, label, said))
    sheet.append((None, "Provider Level Data", None, None, 227))
    spread: list[str | None] = [None] * 6
    repeated: list[str | None] = [None, *HEADINGS]
    for group in GROUPS:
        spread += [group, None, None, None]
        repeated += [*KINDS, None]
    sheet.append(spread if groups else [])
    sheet.append(repeated)
    start = (None, "2020-21", month)
    sheet.append((*start, None, None, "England", *england, 30, 0, 250, 240, 10))
    sheet.append(())
    sheet.append((*start, "Y99", "ZA1", "AVONLEA", 210, 200, 10, None, 150, 145, 5))
    sheet.append((*start, "Y99", "ZA2", "BRAMBLE", 120, 100, 20, None, 100, 95, 5))
    sheet.append((None,) * 15 + (0,))
    path = folder / "beds.xlsx"
    book.save(path)
    return path


def test_available_beds_are_read_and_not_the_occupied(tmp_path: Path) -> None:
    reading = read_file(write(tmp_path))
    assert figures(reading) == {
        ("ZA1", "2021-01-01", "beds_general_acute"): 200,
        ("ZA1", "2021-01-01", "beds_total"): 210,
        ("ZA2", "2021-01-01", "beds_general_acute"): 100,
        ("ZA2", "2021-01-01", "beds_total"): 120,
    }
    assert reading.table["source_row"].tolist() == [10, 10, 11, 11]
    assert reading.periods == (Period(date(2021, 1, 1), date(2021, 3, 31)),)
    assert reading.notes == ()


def test_the_day_of_revision_is_that_of_publication_until_there_is_one(
    tmp_path: Path,
) -> None:
    assert read_file(write(tmp_path)).revision == date(2021, 7, 3)
    unrevised = read_file(write(tmp_path, revised=None))
    assert unrevised.revision == date(2021, 5, 20)


def test_trusts_that_do_not_add_up_to_england_are_noted(tmp_path: Path) -> None:
    reading = read_file(write(tmp_path, england=(430, 300)))
    note = noted(reading, "add up to 330 beds and England has 430")
    assert place(note) == ("beds.xlsx", 8, "Available Total")


def test_rows_of_another_quarter_than_the_title_are_refused(tmp_path: Path) -> None:
    problem = only_problem_of(write(tmp_path, month="June"))
    assert place(problem) == ("beds.xlsx", 10, "Period End")
    assert "ends on 2020-06-30, where the title says Jan 2021 to Mar" in problem.what


def test_beds_open_by_day_are_refused(tmp_path: Path) -> None:
    title = "Average daily number of beds open day only by sector"
    problem = only_problem_of(write(tmp_path, title=title))
    assert "day only" in problem.what
    assert "overnight" in problem.expected


def test_headings_without_their_groups_are_refused_since_they_repeat(
    tmp_path: Path,
) -> None:
    problem = only_problem_of(write(tmp_path, groups=False))
    assert "no column `available_general_and_acute`" in problem.what
    assert "General & Acute" in problem.what


def test_a_sheet_without_its_headings_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path)
    book = openpyxl.load_workbook(path)
    book["NHS Trust by Sector"].delete_rows(7)
    book.save(path)
    problem = only_problem_of(path)
    assert "no heading row with `Org Code`" in problem.what


def test_the_real_workbooks_agree_with_their_england(real_data: Path) -> None:
    folder = real_data / "kh03_beds"
    expected = {
        "a": (date(2020, 4, 1), 92_559.48, date(2020, 11, 19)),
        "b": (date(2020, 7, 1), 94_786.74, date(2020, 11, 19)),
    }
    for letter, (start, total, revision) in expected.items():
        reading = read_file(folder / f"kh03_overnight_raw_webfile_{letter}.xlsx")
        assert len(reading.table) == 2 * 195
        assert {period.start for period in reading.periods} == {start}
        assert reading.revision == revision
        assert reading.notes == ()
        beds = [v for key, v in figures(reading).items() if "acute" in key[2]]
        assert round(sum(beds), 2) == total
