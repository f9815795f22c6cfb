"""Is every bad folder refused with a message that says what to do, and nothing written?

One case a row: what is wrong with the folder, and the file, row, column, expectation
and remedy that the message must name.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from book_pages import rows_of
from command import candela
from shmi_files import (
    HEADINGS,
    LATER,
    NAME,
    shmi_row,
    shmi_rows,
    shmi_text,
    write_shmi,
)
from small_nation import MadeUp

ACTIVITY = "research-activity.csv"
ACTIVITY_HEAD = "org_code,period_start,period_end,measure,value"


def rows_with(**changed: object) -> list[dict[str, object]]:
    """Return 40 good rows, the third of them (row 4 of the file) changed."""
    rows = shmi_rows()
    rows[2] = shmi_row(2, **changed)
    return rows


def write_text(folder: Path, text: str, *, name: str = NAME) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(text.encode())


def truncated(folder: Path) -> None:
    text = shmi_text(shmi_rows())
    write_text(folder, text[: text.index("Z", len(text) // 2) + 2])


def cut_between_cells(folder: Path) -> None:
    rows = shmi_text(shmi_rows()).splitlines(keepends=True)
    write_text(folder, "".join(rows[:20]) + ",".join(rows[20].split(",")[:4]) + "\n")


def no_heading(folder: Path) -> None:
    names = [name for name in HEADINGS if name != "EXPECTED"]
    lines = [names, *([row[n] for n in names] for row in shmi_rows())]
    write_text(folder, "".join(",".join(map(str, line)) + "\n" for line in lines))


def one_period_twice(folder: Path) -> None:
    write_shmi(folder)
    changed = rows_with(PROVIDER_NAME="Renamed (made up)")
    write_shmi(folder, changed, name="copy of shmi 2013 october.csv")


def one_file_twice(folder: Path) -> None:
    write_shmi(folder)
    write_shmi(folder / "more")


def site_file(folder: Path) -> None:
    write_shmi(folder, [shmi_row(n, PROVIDER=f"ZA{n + 1}01") for n in range(3)])


def activity(*lines: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        write_shmi(folder)
        text = "".join(f"{line}\n" for line in (ACTIVITY_HEAD, *lines))
        write_text(folder, text, name=ACTIVITY)

    return make


def shmi(**changed: object) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        write_shmi(folder, rows_with(**changed))

    return make


def empty(folder: Path) -> None:
    folder.mkdir()


def only_letters(folder: Path) -> None:
    folder.mkdir()
    (folder / "letter.txt").write_text("Dear colleague\n")


def not_utf16(folder: Path) -> None:
    folder.mkdir()
    text = shmi_text(shmi_rows())
    (folder / NAME).write_bytes(b"\xff\xfe" + text.encode("utf-16-le")[:-1])


def damaged_zip(folder: Path) -> None:
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(NAME, shmi_text(shmi_rows()))
    folder.mkdir()
    (folder / "shmi.zip").write_bytes(packed.getvalue()[:-40])


YEAR = "2011-04-01,2012-03-31"
REFUSED = {
    "truncated in a cell": (
        truncated,
        [NAME, "row ", "a quoted cell is never closed", "download it again"],
    ),
    "truncated between cells": (
        cut_between_cells,
        [f"{NAME}, row 21", "the row has 4 cells", "Expected 10 cells", "cut off"],
    ),
    "a heading is missing": (
        no_heading,
        [f"{NAME}, row 1", "no column `EXPECTED`", "columns seen: ", "as published"],
    ),
    "a provider twice": (
        shmi(PROVIDER="ZA1"),
        [f"{NAME}, row 4", "a second row for SHMI, ZA1", "row 2", "Remove one"],
    ),
    "more deaths than spells": (
        shmi(DENOMINATOR=100),
        [f"{NAME}, row 4, column `OBSERVED`", "no more deaths than spells", "Check"],
    ),
    "a negative number": (
        shmi(EXPECTED=-3),
        [f"{NAME}, row 4, column `EXPECTED`", "-3 is below 0", "0 or more", "Correct"],
    ),
    "text in a number": (
        shmi(OBSERVED="about 900"),
        [
            f"{NAME}, row 4, column `OBSERVED`",
            "`about 900` is not a number",
            "Expected a number",
            "Leave it empty",
        ],
    ),
    "part of a death": (
        shmi(OBSERVED="900.5"),
        [f"{NAME}, row 4, column `OBSERVED`", "not a whole number", "a count"],
    ),
    "a ratio that is not one": (
        shmi(VALUE="2.0000"),
        [f"{NAME}, row 4, column `VALUE`", "is not OBSERVED / EXPECTED", "Check"],
    ),
    "an unknown band": (
        shmi(OD_BANDING="high"),
        [f"{NAME}, row 4, column `OD_BANDING`", "1, 2 or 3", "Check"],
    ),
    "an odd code": (
        shmi(PROVIDER="Quillmere"),
        [f"{NAME}, row 4, column `PROVIDER`", "three-character trust code", "Correct"],
    ),
    "a site-level file": (
        site_file,
        [
            f"{NAME}, row 2, column `PROVIDER`",
            "`ZA101` is a site code",
            "use the trust-level file",
        ],
    ),
    "two files of one period": (
        one_period_twice,
        [NAME, "is also in", "one file for each period", "Remove one of the two"],
    ),
    "one file twice": (
        one_file_twice,
        ["the file is the same as", "each file once", "Remove one of the two"],
    ),
    "half a character": (
        not_utf16,
        [NAME, "ends in the middle of a character", "download it again"],
    ),
    "a damaged zip": (damaged_zip, ["shmi.zip", "zip", "Download the file again"]),
    "an unknown measure": (
        activity(f"ZA1,{YEAR},patients,5"),
        [
            f"{ACTIVITY}, row 2, column `measure`",
            "`patients`",
            "participants_recruited",
        ],
    ),
    "a date of two meanings": (
        activity("ZA1,04/01/2011,2012-03-31,studies_recruiting,5"),
        [
            f"{ACTIVITY}, row 2, column `period_start`",
            "2015-04-01",
            "Write year, month",
        ],
    ),
    "a period that ends before it starts": (
        activity("ZA1,2012-03-31,2011-04-01,studies_recruiting,5"),
        [f"{ACTIVITY}, row 2, column `period_end`", "Correct the dates"],
    ),
    "half a participant": (
        activity(f"ZA1,{YEAR},participants_recruited,5.5"),
        [f"{ACTIVITY}, row 2, column `value`", "5.5 is not a whole number", "Correct"],
    ),
    "a year beside its quarter": (
        activity(
            f"ZA1,{YEAR},studies_recruiting,5",
            "ZA1,2011-04-01,2011-06-30,studies_recruiting,2",
        ),
        [f"{ACTIVITY}, row ", "overlaps", "Keep the year or its parts, not both"],
    ),
    "nothing": (empty, ["files", "the folder is empty", "candela check"]),
    "nothing that is known": (
        only_letters,
        ["files", "none of its 1 files is in a layout", "candela check"],
    ),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_a_bad_folder_is_refused_in_words_and_nothing_is_written(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    case: str,
) -> None:
    make, told = REFUSED[case]
    make(tmp_path / "files")
    code = candela("build", tmp_path / "files", "--out", tmp_path / "book")
    error = capsys.readouterr().err
    assert code == 10, error
    for words in told:
        assert words in error
    assert "Traceback" not in error
    assert [p.name for p in tmp_path.iterdir()] == ["files"]


def test_figures_that_a_publisher_hid_are_no_problem(tmp_path: Path) -> None:
    hidden = {"OBSERVED": "*", "EXPECTED": "*", "VALUE": "*", "OD_BANDING": "*"}
    write_shmi(tmp_path / "files", rows_with(**hidden))
    code = candela("build", tmp_path / "files", "--out", tmp_path / "book")
    assert code == 0
    rows = rows_of(tmp_path / "book", "tables/published_outcome")
    assert [r["observed"] for r in rows if r["org_code"] == "ZA3"] == ["*"]
    shown = rows_of(tmp_path / "book", "tables/funnel")
    assert "ZA3" not in {r["org_code"] for r in shown}
    assert len({r["org_code"] for r in shown}) == 39


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_good_file_is_read_in_the_encodings_that_are_met(
    tmp_path: Path, encoding: str
) -> None:
    rows = rows_with(PROVIDER_NAME="Saint Émile’s Hospital – North (made up)")
    write_shmi(tmp_path / "files", rows, encoding=encoding)
    code = candela("build", tmp_path / "files", "--out", tmp_path / "book")
    assert code == 0
    names = {
        r["org_code"]: r["name"]
        for r in rows_of(tmp_path / "book", "tables/organisations")
    }
    assert names["ZA3"] == "Saint Émile’s Hospital – North (made up)"


def test_a_footer_is_left_out_and_noted(tmp_path: Path) -> None:
    footer = "\n" + "Copyright © nobody at all" + "," * (len(HEADINGS) - 1) + "\n"
    write_text(tmp_path / "files", shmi_text(shmi_rows()) + footer)
    code = candela("build", tmp_path / "files", "--out", tmp_path / "book")
    assert code == 0
    (source,) = rows_of(tmp_path / "book", "tables/sources")
    assert source["rows"] == "40"
    assert "left out a line of text (`Copyright © nobody at all`)" in source["notes"]


def test_an_unknown_code_is_kept_and_asked_about(
    tmp_path: Path, made_up: MadeUp, capsys: pytest.CaptureFixture[str]
) -> None:
    files = write_shmi(tmp_path / "files", rows_with(PROVIDER="ZZ9"))
    for name in ("etr.csv", "succ.csv"):
        (files / name).write_bytes((made_up.files / name).read_bytes())
    assert candela("check", files) == 0
    told = capsys.readouterr().out
    assert f"{NAME}, row 4, column `organisation code`: the code ZZ9 is in none" in told
    assert "Check the code" in told
    assert candela("build", files, "--out", tmp_path / "book") == 0
    shown = rows_of(tmp_path / "book", "tables/funnel")
    assert "ZZ9" in {row["org_code"] for row in shown}


def test_many_problems_of_one_kind_are_counted(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # 30 rows with one problem each: 10 are shown, 20 are counted.
    write_shmi(tmp_path / "files", [shmi_row(n, OBSERVED="x") for n in range(30)])
    code = candela("build", tmp_path / "files", "--out", tmp_path / "book")
    error = capsys.readouterr().err
    assert code == 10
    assert error.count("`x` is not a number") == 10
    assert "column `OBSERVED`: 20 more problems like this one" in error


def test_a_good_folder_beside_is_read_whole(tmp_path: Path) -> None:
    write_shmi(tmp_path / "files")
    write_shmi(tmp_path / "files" / "later", name=LATER)
    code = candela("build", tmp_path / "files", "--out", tmp_path / "book")
    assert code == 0
