"""Is this upload a book that may be shown, and if not, why?"""

from __future__ import annotations

import hashlib
import json
import random
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from candela.build.manifest import NAME
from candela.errors import InputError
from candela.web.books.archive import MEGABYTE
from candela.web.books.intake import check_upload, look_into
from web.books.zips import book_files, manifest_with, zip_of

if TYPE_CHECKING:
    from small_nation import MadeUp


def quiet(stage: str, done: int, total: int) -> None:
    """Take progress and say nothing."""


@pytest.fixture
def files(made_up: MadeUp) -> dict[str, bytes]:
    """The files of a book, to be spoilt."""
    return book_files(made_up.book)


def refusal(files: dict[str, bytes], place: Path) -> str:
    """Return why a book of these files is refused."""
    path = zip_of(files, place / "book.zip")
    with pytest.raises(InputError) as told:
        check_upload(path, place / "out", quiet)
    return str(told.value)


def test_a_book_is_taken_with_its_seal_day_and_protocol(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    path = zip_of(files, tmp_path / "book.zip")
    checked = check_upload(path, tmp_path / "out", quiet)
    assert checked.seal == json.loads(files[NAME])["seal"] == look_into(path).seal
    assert checked.built_on == date(2025, 5, 1)
    assert checked.made_up
    assert checked.protocol == "jonker_2018"
    assert book_files(tmp_path / "out") == files


def test_a_zip_of_the_folder_itself_is_taken_too(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    path = zip_of(files, tmp_path / "book.zip", inside="Büch 2025/")
    check_upload(path, tmp_path / "out", quiet)
    assert book_files(tmp_path / "out") == files


def test_a_book_two_folders_down_is_not_found(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    path = zip_of(files, tmp_path / "book.zip", inside="a/b/")
    with pytest.raises(InputError, match=r"holds no manifest\.json"):
        look_into(path)


def test_a_zip_without_a_manifest_is_no_book(tmp_path: Path) -> None:
    assert "holds no manifest.json" in refusal({"a.csv": b"a\n"}, tmp_path)


def test_a_file_beside_the_books_folder_is_refused(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    inside = {f"book/{name}": content for name, content in files.items()}
    told = refusal({**inside, "notes.txt": b"x"}, tmp_path)
    assert "“notes.txt”: not in the book's folder." in told


def test_an_altered_file_is_named(files: dict[str, bytes], tmp_path: Path) -> None:
    files["tables/position.csv"] += b"\n"
    told = refusal(files, tmp_path)
    assert told.startswith("tables/position.csv: changed since it was written.")
    assert "Build the book again" in told


def test_files_too_many_and_too_few_are_named_before_anything_is_unpacked(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    del files["report.html"]
    files["tables/extra.csv"] = b"a\n"
    told = refusal(files, tmp_path)
    assert "“report.html”: missing." in told
    assert "“tables/extra.csv”: not part of the book." in told
    assert not (tmp_path / "out").exists()


def test_a_manifest_that_names_files_outside_is_refused(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    named = json.loads(files[NAME])["files"]
    for outside in ("../outside.csv", "/etc/passwd"):
        spoilt = {**named, outside: {"sha256": "0" * 64, "bytes": 1}}
        files[NAME] = manifest_with(files, files=spoilt)
        assert f"“{outside}”: missing." in refusal(files, tmp_path)


def test_another_format_is_said_to_be_another_format(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    files[NAME] = manifest_with(files, format="candela-book/2")
    told = refusal(files, tmp_path)
    assert "format “candela-book/2”; this service reads “candela-book/1”" in told


def test_a_manifest_without_its_seal_is_refused(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    files[NAME] = files[NAME].replace(b'"built_on"', b'"built_at"')
    assert "manifest.json: changed since it was written." in refusal(files, tmp_path)


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"not json", b'{"files": 1}', b"[" * 100_000]
)
def test_a_manifest_that_is_none_is_refused(
    files: dict[str, bytes], tmp_path: Path, raw: bytes
) -> None:
    files[NAME] = raw
    assert "this is not the record of a book" in refusal(files, tmp_path)


def test_a_manifest_too_long_to_read_is_refused(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    noise = random.Random(1).randbytes(11 * MEGABYTE).hex().encode()
    files[NAME] = b'{"files": {}, "x": "' + noise + b'"}'
    assert "more than 20 MB" in refusal(files, tmp_path)


def test_a_book_whose_seal_fits_and_whose_table_cannot_be_read_is_refused(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    bad = files["tables/position.csv"].replace(b"period_start", b"period_begin", 1)
    files["tables/position.csv"] = bad
    known = json.loads(files[NAME])["files"]
    known["tables/position.csv"] = {
        "sha256": hashlib.sha256(bad).hexdigest(),
        "bytes": len(bad),
    }
    files[NAME] = manifest_with(files, files=known)
    told = refusal(files, tmp_path)
    assert told.startswith("tables/position.csv")
