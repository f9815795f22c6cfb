"""Is this ZIP safe to unpack?  Every trick we know, tried."""

from __future__ import annotations

import io
import warnings
import zipfile
from pathlib import Path

import pytest

from candela.errors import InputError
from candela.web.books.archive import LIMITS, Limits, examine
from candela.web.books.unpacking import unpack
from web.books.zips import add_link, declare_size, zip_of

FILES = {"manifest.json": b"{}", "tables/a.csv": b"a,b\n1,2\n"}


def quiet(stage: str, done: int, total: int) -> None:
    """Take progress and say nothing."""


def unpacked(path: Path, folder: Path) -> dict[str, bytes]:
    members = examine(path)
    unpack(path, [(member.name, member) for member in members], folder, quiet)
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file()
    }


def test_a_plain_zip_comes_out_as_it_went_in(tmp_path: Path) -> None:
    path = zip_of(FILES, tmp_path / "book.zip")
    assert unpacked(path, tmp_path / "out") == FILES


def test_its_name_is_not_asked(tmp_path: Path) -> None:
    path = zip_of(FILES, tmp_path / "book.pdf")
    assert len(examine(path)) == 2


def test_what_is_no_zip_is_refused_whatever_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "book.zip"
    for content, words in (
        (b"%PDF-1.7 " * 20, "not a ZIP"),
        (b"", "empty"),
        (b"PK\x03\x04", "damaged"),
        (b"PK\x03\x04" * 20, "cut short"),
    ):
        path.write_bytes(content)
        with pytest.raises(InputError, match=words):
            examine(path)


def test_a_zip_that_is_also_something_else_is_refused(tmp_path: Path) -> None:
    plain = zip_of(FILES, tmp_path / "plain.zip").read_bytes()
    path = tmp_path / "book.zip"
    gif = b"GIF89a" + b"\0" * 40
    path.write_bytes(gif + plain)
    with pytest.raises(InputError, match="not a ZIP"):
        examine(path)
    # A ZIP before a ZIP: one program reads the first, another the second.
    path.write_bytes(plain + plain)
    with pytest.raises(InputError, match="hidden"):
        examine(path)
    path.write_bytes(plain + b"<script>alert(1)</script>")
    with pytest.raises(InputError, match="follows the end"):
        examine(path)


def test_something_between_the_files_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", b"{}")
        assert archive.fp is not None
        archive.fp.write(b"MZ" + b"\0" * 50)
        archive.start_dir = archive.fp.tell()
        archive.writestr("a.csv", b"a\n")
    with pytest.raises(InputError, match="hidden"):
        examine(path)


def test_a_comment_at_the_end_is_refused(tmp_path: Path) -> None:
    path = zip_of(FILES, tmp_path / "book.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"#!/bin/sh"
    with pytest.raises(InputError, match="follows the end"):
        examine(path)


@pytest.mark.parametrize(
    "name",
    [
        "../evil.csv",
        "tables/../../evil.csv",
        "/etc/evil",
        "C:/evil.csv",
        "tables\\evil.csv",
        "tables//evil.csv",
        "./evil.csv",
        "tables/evil\n.csv",
        "tables/evil\u202egnp.csv",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    path = zip_of({**FILES, name: b"x"}, tmp_path / "book.zip")
    with pytest.raises(InputError, match="leads elsewhere"):
        examine(path)


def test_a_name_that_two_programs_read_differently_is_refused(tmp_path: Path) -> None:
    path = zip_of({**FILES, "evil.csv": b"x"}, tmp_path / "book.zip")
    raw = path.read_bytes()
    first = raw.index(b"evil.csv")
    path.write_bytes(raw[:first] + b"good.csv" + raw[first + 8 :])
    with pytest.raises(InputError, match="hidden"):
        examine(path)


def test_a_name_given_twice_is_refused_by_capitals_too(tmp_path: Path) -> None:
    for other in ("tables/a.csv", "tables/A.csv"):
        path = tmp_path / "book.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("tables/a.csv", b"1")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Python itself warns of the name
                archive.writestr(other, b"2")
        with pytest.raises(InputError, match="twice"):
            examine(path)


def test_a_file_where_others_need_a_folder_is_refused(tmp_path: Path) -> None:
    path = zip_of({"tables": b"1", "tables/a.csv": b"2"}, tmp_path / "book.zip")
    with pytest.raises(InputError, match="a file and a folder"):
        examine(path)


def test_a_link_is_refused(tmp_path: Path) -> None:
    path = zip_of(FILES, tmp_path / "book.zip")
    add_link(path, "tables/passwords.csv", "/etc/passwd")
    with pytest.raises(InputError, match="link"):
        examine(path)


def test_a_locked_file_is_refused(tmp_path: Path) -> None:
    path = zip_of(FILES, tmp_path / "book.zip")
    raw = bytearray(path.read_bytes())
    at = raw.index(b"PK\x01\x02")
    raw[6] |= 1  # the bit that says: encrypted, in the file's own header
    raw[at + 8] |= 1  # and in the directory
    path.write_bytes(bytes(raw))
    with pytest.raises(InputError, match="password"):
        examine(path)


def test_an_archive_inside_is_refused_whatever_it_is_called(tmp_path: Path) -> None:
    inner = zip_of(FILES, tmp_path / "inner.zip").read_bytes()
    path = zip_of({**FILES, "tables/b.csv": inner}, tmp_path / "book.zip")
    with pytest.raises(InputError, match="itself an archive"):
        unpacked(path, tmp_path / "out")


def test_what_is_neither_text_nor_a_picture_is_refused(tmp_path: Path) -> None:
    program = b"\x7fELF" + b"\0" * 50
    path = zip_of({**FILES, "charts/a.svg": program}, tmp_path / "book.zip")
    with pytest.raises(InputError, match=r"“charts/a\.svg” is neither text nor a PNG"):
        unpacked(path, tmp_path / "out")


def test_all_files_that_are_wrong_are_named_at_once(tmp_path: Path) -> None:
    path = zip_of({"a.svg": b"\0", "b.csv": b"\0", "c": b"c"}, tmp_path / "book.zip")
    with pytest.raises(InputError) as told:
        unpacked(path, tmp_path / "out")
    assert "“a.svg”" in str(told.value)
    assert "“b.csv”" in str(told.value)
    assert "“c”" not in str(told.value)


def test_a_small_file_that_would_fill_the_disk_is_refused_unopened(
    tmp_path: Path,
) -> None:
    path = zip_of({**FILES, "bomb.csv": bytes(200_000_000)}, tmp_path / "book.zip")
    assert path.stat().st_size < 200_000  # 195 kB that would be 200 MB
    with pytest.raises(InputError, match="far more than its own size"):
        examine(path)


def test_many_files_that_would_fill_the_disk_together_are_refused(
    tmp_path: Path,
) -> None:
    files = {f"{n}.csv": bytes(900_000) for n in range(20)}
    path = zip_of(files, tmp_path / "book.zip")
    with pytest.raises(InputError, match="The ZIP would unpack to far more"):
        examine(path)


def test_more_than_fits_is_refused_however_it_is_packed(tmp_path: Path) -> None:
    path = zip_of(FILES, tmp_path / "book.zip")
    with pytest.raises(InputError, match="at most 0 MB"):
        examine(path, Limits(unpacked_bytes=5))
    with pytest.raises(InputError, match="lists 2 files; a book has at most 1"):
        examine(path, Limits(files=1))


def test_a_directory_too_long_to_read_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "book.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(LIMITS.files + 1):
            archive.writestr(str(n), b"")
    monkeypatch.setattr(zipfile, "ZipFile", None)  # not even opened
    with pytest.raises(InputError, match="lists 2,001 files"):
        examine(path)


def test_a_directory_that_declares_less_than_comes_out_is_found(
    tmp_path: Path,
) -> None:
    path = zip_of({**FILES, "b.csv": b"0" * 5_000}, tmp_path / "book.zip")
    declare_size(path, "b.csv", 10)
    with pytest.raises(InputError, match="longer than declared"):
        unpacked(path, tmp_path / "out")
    assert (tmp_path / "out" / "b.csv").stat().st_size <= 10


def test_a_directory_that_declares_more_than_comes_out_is_found(
    tmp_path: Path,
) -> None:
    path = zip_of({**FILES, "b.csv": b"0" * 5_000}, tmp_path / "book.zip")
    declare_size(path, "b.csv", 6_000)
    with pytest.raises(InputError, match="not what the ZIP's directory says"):
        unpacked(path, tmp_path / "out")


def test_a_changed_byte_is_found(tmp_path: Path) -> None:
    path = zip_of({**FILES, "b.csv": bytes(range(32, 127)) * 9}, tmp_path / "book.zip")
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"b.csv") + 20] ^= 0xFF
    path.write_bytes(bytes(raw))
    with pytest.raises(InputError, match="damaged"):
        unpacked(path, tmp_path / "out")


def test_a_zip_in_the_manner_of_a_stream_is_taken(tmp_path: Path) -> None:
    # Lengths written after each file, as macOS does: allowed gaps of 12 or 16 bytes.
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.written = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.written += data
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in FILES.items():
            archive.writestr(name, content)
    path = tmp_path / "book.zip"
    path.write_bytes(bytes(pipe.written))
    assert unpacked(path, tmp_path / "out") == FILES


def test_what_computers_add_by_themselves_is_passed_over(tmp_path: Path) -> None:
    added = {"__MACOSX/._manifest.json": b"\0", "tables/.DS_Store": b"\0"}
    path = zip_of({**FILES, **added}, tmp_path / "book.zip")
    assert unpacked(path, tmp_path / "out") == FILES
