"""Is a file opened for what it is, whatever its name, encoding and wrapping?"""

from __future__ import annotations

import gzip
import hashlib
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.errors import InputError
from candela.sources import files
from candela.sources.files import DelimitedText, open_contents
from source_files import noted, read_file, written

TEXT = "name,value\r\nSt Aldwyn’s,£1\r\n"
ROWS = [(1, ["name", "value"]), (2, ["St Aldwyn’s", "£1"])]


def opened(path: Path) -> files.Contents:
    return open_contents(path, path.name)


def text_of(path: Path) -> DelimitedText:
    text = opened(path).text
    assert text is not None
    return text


def refusal_of(path: Path) -> str:
    with pytest.raises(InputError) as raised:
        opened(path)
    (problem,) = raised.value.problems
    assert problem.file == path.name
    return f"{problem.what}: {problem.remedy}"


@pytest.mark.parametrize(
    ("encoding", "mark", "told"),
    [
        ("utf-8", "", "utf-8"),
        ("utf-8", "\ufeff", "utf-8"),
        ("cp1252", "", "cp1252"),
        ("utf-16-le", "\ufeff", "utf-16"),
        ("utf-16-be", "\ufeff", "utf-16"),
        ("utf-16-le", "", "utf-16-le"),
        ("utf-16-be", "", "utf-16-be"),
    ],
)
def test_text_is_read_in_every_encoding_seen(
    tmp_path: Path, encoding: str, mark: str, told: str
) -> None:
    text = text_of(written(tmp_path / "a.csv", mark + TEXT, encoding=encoding))
    assert list(text.rows()) == ROWS
    assert text.encoding == told


def test_utf_16_that_ends_within_a_character_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(("\ufeff" + TEXT).encode("utf-16-le")[:-1])
    told = refusal_of(path)
    assert "ends in the middle of a character" in told
    assert "download it again" in told


def test_a_gzip_file_is_unpacked_and_keeps_its_own_hash(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    assert list(text_of(path).rows()) == ROWS
    assert opened(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("kept", [4, 15, -1])
def test_a_gzip_file_that_is_cut_off_is_refused(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode() * 50)[:kept])
    assert "the gzip compression ends early or is damaged: Download" in refusal_of(path)


def test_a_zip_file_is_opened_member_by_member(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("folder/one.csv", TEXT)
        archive.writestr("__MACOSX/._one.csv", "x")
    (member,) = opened(path).members
    assert member.name == "a.zip/folder/one.csv"
    assert member.text is not None
    assert list(member.text.rows()) == ROWS


def test_a_zip_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.csv", TEXT)
    path.write_bytes(path.read_bytes()[:-30])
    assert "the zip compression ends early or is damaged" in refusal_of(path)


def test_a_member_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_MEMBER_BYTES", 10)
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.csv", TEXT)
    with pytest.raises(InputError, match=r"a\.zip/one\.csv: the member unpacks to"):
        opened(path)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refusal_of(tmp_path)  # a folder is none


def test_a_picture_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    contents = opened(path)
    assert contents.text is None
    assert contents.members == ()
    assert contents.workbook == ""


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_commonest_in_the_first_line(
    tmp_path: Path, delimiter: str
) -> None:
    path = written(tmp_path / "a.csv", f"a{delimiter}b\n1{delimiter}2\n")
    assert list(text_of(path).rows()) == [(1, ["a", "b"]), (2, ["1", "2"])]


def test_a_quoted_cell_that_is_never_closed_is_refused_with_its_row(
    tmp_path: Path,
) -> None:
    text = text_of(written(tmp_path / "a.csv", 'a,b\n1,2\n3,"four and\n5,6\n'))
    with pytest.raises(InputError, match="row 3: a quoted cell is never closed"):
        list(text.rows())


def test_a_cell_of_several_lines_is_one_cell_of_one_row(tmp_path: Path) -> None:
    text = text_of(written(tmp_path / "a.csv", 'a,b\n1,"two\nlines"\n3,4\n'))
    assert list(text.rows()) == [
        (1, ["a", "b"]),
        (2, ["1", "two\nlines"]),
        (3, ["3", "4"]),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_are_the_same_wherever_the_text_is_parted(
    end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["a,b", '1,"x', 'y"', "3,4", "", "5,6"]
    text = DelimitedText("a.csv", end.join(lines) + end, "utf-8")
    whole = list(text.rows())
    assert [number for number, _ in whole] == [1, 2, 3, 4, 5]
    for characters in range(1, 12):
        monkeypatch.setattr(files, "PART_CHARACTERS", characters)
        assert list(text.rows()) == whole


CELLS = st.text(st.sampled_from('ab F",\n'), max_size=6)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELLS, st.booleans()), max_size=12))
def test_picked_rows_are_the_wanted_of_all_rows(cells: list[tuple[str, bool]]) -> None:
    lines = ["name,kind\n"]
    for cell, wanted in cells:
        quoted = cell.replace('"', '""')
        lines.append(f'"{quoted}",{"FTE" if wanted else "HC"}\n')
    text = DelimitedText("a.csv", "".join(lines), "utf-8")
    every = [row for _, row in text.rows() if row[-1] == "FTE"]
    picked = [row for _, row in text.picked_rows("FTE", lambda line: True)]
    assert picked[0] == ["name", "kind"]
    assert [row for row in picked if row[-1] == "FTE"] == every


def test_picked_rows_have_the_numbers_of_their_lines() -> None:
    text = DelimitedText("a.csv", "a,b\n1,no\n2,yes\n3,no\n4,no\n", "utf-8")
    found = list(text.picked_rows("yes", lambda line: True))
    assert found == [(1, ["a", "b"]), (3, ["2", "yes"]), (5, ["4", "no"])]


def test_two_hundred_megabytes_of_empty_rows_take_seconds_and_are_noted(
    tmp_path: Path,
) -> None:
    path = tmp_path / "research.csv"
    figures = (
        "org_code,period_start,period_end,measure,value\n"
        "ZA1,2015-04-01,2016-03-31,sponsored_trials,4\n"
    )
    padding = b",,,,\r\n" * 100_000
    with path.open("wb") as file:
        file.write(figures.encode())
        for _ in range(200_000_000 // len(padding)):
            file.write(padding)
    size = path.stat().st_size
    start = time.process_time()
    reading = read_file(path)
    assert time.process_time() - start < 6
    path.unlink()
    assert reading.table["value"].tolist() == [4]
    note = noted(reading, "bytes of empty rows")
    assert note.what.startswith(f"{size - len(figures):,} bytes")
    assert note.row == 4
