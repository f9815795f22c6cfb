"""Is a folder read in all, and is the user told what must be decided?"""

from __future__ import annotations

import gzip
import os
import shutil
import zipfile
from pathlib import Path

import pytest

from candela.errors import InputError
from candela.sources import read_folder
from candela.tables import ORGANISATION_MEASURES, STUDIES, SUCCESSIONS
from source_files import csv_lines, place, written

COLUMNS = ("org_code", "period_start", "period_end", "measure", "value")


def activity(folder: Path, name: str, code: str = "ZA1", value: object = 4) -> Path:
    row = (code, "2015-04-01", "2016-03-31", "sponsored_trials", value)
    return written(folder / name, csv_lines(COLUMNS, [row]))


def test_an_empty_folder_is_refused_with_what_to_do(tmp_path: Path) -> None:
    folder = read_folder(tmp_path)
    assert folder.files == ()
    with pytest.raises(InputError, match="the folder is empty") as raised:
        folder.refuse_if_wrong()
    assert "candela check" in raised.value.problems[0].remedy


def test_a_folder_of_other_files_is_refused(tmp_path: Path) -> None:
    written(tmp_path / "README.txt", "Nothing to see.\n")
    with pytest.raises(InputError, match="none of its 1 files is in a layout"):
        read_folder(tmp_path).refuse_if_wrong()


@pytest.mark.parametrize("name", ["a.csv", "absent"])
def test_what_is_not_a_folder_is_refused(tmp_path: Path, name: str) -> None:
    activity(tmp_path, "a.csv")
    with pytest.raises(InputError, match="this is not a folder") as raised:
        read_folder(tmp_path / name)
    assert "Give the folder that holds the files" in raised.value.problems[0].remedy


def test_files_in_folders_below_are_read_and_hidden_ones_are_not(
    tmp_path: Path,
) -> None:
    (tmp_path / "2015").mkdir()
    (tmp_path / ".old").mkdir()
    activity(tmp_path / "2015", "a.csv")
    activity(tmp_path / ".old", "b.csv")
    activity(tmp_path, ".c.csv")
    assert [report.name for report in read_folder(tmp_path).files] == ["2015/a.csv"]


def test_files_are_known_by_content_whatever_their_names(tmp_path: Path) -> None:
    activity(tmp_path, "picture.png")
    (report,) = read_folder(tmp_path).files
    assert report.title == "Research activity, generic layout"
    assert report.rows == 1


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    activity(tmp_path, "bad.csv", value="many")
    activity(tmp_path, "good.csv", code="ZA2")
    folder = read_folder(tmp_path)
    assert folder.table(ORGANISATION_MEASURES)["org_code"].tolist() == ["ZA2"]
    (problem,) = folder.problems
    assert place(problem) == ("bad.csv", 2, "value")
    with pytest.raises(InputError, match=r"bad\.csv, row 2, column `value`"):
        folder.refuse_if_wrong()


def test_a_damaged_file_is_reported_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"org_code\n" * 99)[:20])
    activity(tmp_path, "b.csv")
    folder = read_folder(tmp_path)
    (problem,) = folder.problems
    assert problem.file == "a.csv.gz"
    assert len(folder.table(ORGANISATION_MEASURES)) == 1


def test_two_files_that_claim_one_figure_are_a_conflict(tmp_path: Path) -> None:
    activity(tmp_path, "a.csv", value=4)
    activity(tmp_path, "b.csv", value=5)
    (problem,) = read_folder(tmp_path).problems
    assert place(problem) == ("b.csv", 2, "")
    assert "this figure (ZA1, 2015-04-01, 2016-03-31, sponsored_trials)" in problem.what
    assert "is also in a.csv" in problem.what
    assert "Remove one of the two files" in problem.remedy


def test_the_same_file_twice_is_told_as_such(tmp_path: Path) -> None:
    shutil.copyfile(activity(tmp_path, "a.csv"), tmp_path / "copy of a.csv")
    (problem,) = read_folder(tmp_path).problems
    assert place(problem) == ("copy of a.csv", None, "")
    assert "the same as a.csv, byte for byte" in problem.what
    assert "Remove one" in problem.remedy


def test_two_official_files_of_one_period_are_a_conflict(
    real_data: Path, tmp_path: Path
) -> None:
    raw = (real_data / "shmi" / "shmi-2012-july.csv").read_bytes()
    (tmp_path / "a.csv").write_bytes(raw)
    (tmp_path / "b.csv").write_bytes(raw + b"\r\n")
    (problem,) = read_folder(tmp_path).problems
    assert problem.file == "b.csv"
    assert "this period (SHMI, " in problem.what
    assert "is also in a.csv" in problem.what


def test_a_study_in_two_exports_is_one_study(tmp_path: Path) -> None:
    columns = (
        "Short Name",
        "Managing Specialty",
        "Lead Country",
        "Study Status",
        "Link",
    )
    for name, status in (("a.csv", "Open"), ("b.csv", "Closed")):
        row = ("BEACON", "Cancer", "England", status, "41")
        written(tmp_path / name, csv_lines(columns, [row]))
    folder = read_folder(tmp_path)
    assert folder.problems == ()
    assert len(folder.table(STUDIES)) == 1
    assert "1 rows gave way to a.csv" in folder.choices[0].what


def test_members_of_an_archive_are_read(tmp_path: Path) -> None:
    path = activity(tmp_path, "a.csv")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(path, "deep/a.csv")
        archive.writestr("notes.txt", "Nothing.")
    path.unlink()
    (report,) = read_folder(tmp_path).files
    assert report.name == "a.zip"
    assert report.rows == 1
    (file,) = set(read_folder(tmp_path).table(ORGANISATION_MEASURES)["source_file"])
    assert file == "a.zip/deep/a.csv"


def test_progress_is_told_before_each_file(tmp_path: Path) -> None:
    activity(tmp_path, "b.csv")
    activity(tmp_path, "a.csv", code="ZA2")
    told: list[tuple[str, int, int]] = []
    read_folder(tmp_path, progress=lambda *step: told.append(step))
    assert told == [("a.csv", 1, 2), ("b.csv", 2, 2)]


def succession_lists(
    folder: Path, *, shares: tuple[str, str] = ("0.25", "0.75")
) -> None:
    """Write an official list, and one of the same split with shares."""
    split = [("ZA1", "ZA2"), ("ZA1", "ZA3")]
    written(
        folder / "a official.csv",
        "".join(f"{old},{new},R,20180401,\n" for old, new in split),
    )
    written(
        folder / "b with shares.csv",
        "old_code,new_code,date,share\n"
        + "".join(
            f"{old},{new},2018-04-01,{share}\n"
            for (old, new), share in zip(split, shares, strict=True)
        ),
    )


def test_a_succession_list_with_shares_goes_before_one_without(tmp_path: Path) -> None:
    succession_lists(tmp_path)
    folder = read_folder(tmp_path)
    assert folder.problems == ()
    assert sorted(folder.table(SUCCESSIONS)["share"].tolist()) == [0.25, 0.75]
    (choice,) = folder.choices
    assert choice.file == "a official.csv"


def test_two_lists_of_different_shares_are_a_conflict(tmp_path: Path) -> None:
    succession_lists(tmp_path)
    written(
        tmp_path / "c other shares.csv",
        "old_code,new_code,date,share\n"
        "ZA1,ZA2,2018-04-01,0.5\nZA1,ZA3,2018-04-01,0.5\n",
    )
    (conflict,) = read_folder(tmp_path).conflicts
    assert conflict.file == "c other shares.csv"
    assert "also in b with shares.csv" in conflict.what


def test_an_empty_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.csv").touch()
    (problem,) = read_folder(tmp_path).problems
    assert (problem.file, problem.what) == ("a.csv", "the file is empty")


def test_a_link_that_leads_nowhere_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.csv").symlink_to(tmp_path / "nowhere.csv")
    (problem,) = read_folder(tmp_path).problems
    assert problem.file == "a.csv"
    assert "cannot be read (No such file or directory)" in problem.what


def test_a_name_that_cannot_be_printed_is_told_in_one_that_can(tmp_path: Path) -> None:
    # As an old archive leaves it: a name in cp1252, and one that would move a terminal.
    bad = os.fsdecode(b"caf\xe9.csv")
    activity(tmp_path, bad)
    activity(tmp_path, "a\x1b[31m.csv", code="ZA2")
    folder = read_folder(tmp_path)
    names = {report.name for report in folder.files}
    assert names == {"caf\ufffd.csv", "a\ufffd[31m.csv"}
    assert all(name.encode() for name in names)
    assert len(folder.table(ORGANISATION_MEASURES)) == 2
