"""Is a damaged backup refused, whatever was done to it, and does nothing get out?"""

from __future__ import annotations

import io
import stat
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from candela.errors import InputError
from candela.web.configuration import Database
from candela.web.house.archive import About, Part, look_at, unpack, write_archive
from candela.web.house.contents import Contents
from candela.web.house.restore import refuse_other_database

ABOUT = {
    "candela": "0.1.0",
    "made_at": "2026-11-24T12:00:00+00:00",
    "database": "sqlite",
    "rows": {"house_note": 2},
    "migrations": ["house.0001_initial"],
}
Entry = tuple[str, bytes]


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    (tmp_path / "database").write_bytes(b"rows" * 50_000)
    (tmp_path / "page").write_bytes(b"a page")
    parts = [
        Part("candela.sqlite3", tmp_path / "database"),
        Part("books/abc/report.html", tmp_path / "page"),
    ]
    write_archive(tmp_path / "backup.tar", ABOUT, parts)
    return tmp_path / "backup.tar"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "unpacked"
    made.mkdir()
    return made


def test_what_goes_in_comes_out_the_same(backup: Path, folder: Path) -> None:
    about = unpack(backup, folder)
    assert about.rows == {"house_note": 2}
    assert look_at(backup) == about
    assert (folder / "candela.sqlite3").read_bytes() == b"rows" * 50_000
    assert (folder / "books/abc/report.html").read_bytes() == b"a page"


def test_a_backup_and_what_comes_out_is_for_its_owner_only(
    backup: Path, folder: Path
) -> None:
    unpack(backup, folder)
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    for path in folder.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_the_hashes_inside_are_those_that_sha256sum_checks(
    backup: Path, folder: Path
) -> None:
    with tarfile.open(backup) as tar:
        tar.extractall(folder, filter="data")
    checked = subprocess.run(
        ["sha256sum", "--check", "SHA256SUMS"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert checked.stdout.splitlines() == [
        "backup.json: OK",
        "candela.sqlite3: OK",
        "books/abc/report.html: OK",
    ]


def test_nothing_is_overwritten_and_nothing_half_stays(
    backup: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="is there already"):
        write_archive(backup, ABOUT, [])
    with pytest.raises(FileNotFoundError):
        write_archive(tmp_path / "b.tar", ABOUT, [Part("x", tmp_path / "nothing")])
    assert not list(tmp_path.glob("b.tar*"))


def entries_of(backup: Path) -> list[Entry]:
    with tarfile.open(backup) as tar:
        return [(e.name, tar.extractfile(e).read()) for e in tar]  # type: ignore[union-attr]


def written(backup: Path, entries: list[Entry], kind: bytes = tarfile.REGTYPE) -> Path:
    """Write a backup anew, entry by entry; return its place."""
    place = backup.with_name("changed.tar")
    with tarfile.open(place, "w") as tar:
        for name, content in entries:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            if name == "candela.sqlite3":
                info.type = kind
                info.linkname = "/etc/passwd"
            tar.addfile(info, io.BytesIO(content))
    return place


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda e: [(n, c.replace(b"page", b"line")) for n, c in e],
            "books/abc/report.html is not as it was written",
        ),
        (
            lambda e: [(n, c) for n, c in e if "report" not in n],
            "books/abc/report.html is missing",
        ),
        (lambda e: e[:-1], "its end is missing: it was cut short"),
        (
            lambda e: [*e[:-1], ("extra", b""), e[-1]],
            "extra is not as it was written",
        ),
        (lambda e: [*e, ("late", b"")], "late comes after its end"),
        (lambda e: [e[0], *e], "backup.json is there twice"),
        (
            lambda e: [e[0], ("../outside", b""), *e[1:]],
            "../outside is not a plain file in the backup",
        ),
        (
            lambda e: [e[0], ("/etc/outside", b""), *e[1:]],
            "/etc/outside is not a plain file in the backup",
        ),
    ],
)
def test_every_change_is_found_and_named(
    backup: Path,
    folder: Path,
    change: Callable[[list[Entry]], list[Entry]],
    words: str,
) -> None:
    with pytest.raises(InputError) as raised:
        unpack(written(backup, change(entries_of(backup))), folder)
    assert str(raised.value) == (
        f"changed.tar: the backup is damaged: {words}. Nothing of it is used. Take "
        "another."
    )
    assert not (folder.parent / "outside").exists()


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE]
)
def test_links_and_devices_are_refused(backup: Path, folder: Path, kind: bytes) -> None:
    with pytest.raises(InputError, match="not a plain file"):
        unpack(written(backup, entries_of(backup), kind), folder)
    assert not (folder / "candela.sqlite3").is_symlink()


def test_a_file_cut_anywhere_is_refused(backup: Path, tmp_path: Path) -> None:
    whole = backup.read_bytes()  # 200 kB: what tar pads at the end is a few of them
    for n, share in enumerate((0.05, 0.3, 0.5, 0.8)):
        cut = tmp_path / f"cut{n}.tar"
        cut.write_bytes(whole[: int(len(whole) * share)])
        (tmp_path / f"into{n}").mkdir()
        with pytest.raises(InputError):
            unpack(cut, tmp_path / f"into{n}")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"not a tar file at all" * 100, "it cannot be read as a tar file"),
        (b"", "it cannot be read as a tar file"),
    ],
)
def test_what_is_no_tar_is_told(
    tmp_path: Path, folder: Path, content: bytes, words: str
) -> None:
    (tmp_path / "x.tar").write_bytes(content)
    with pytest.raises(InputError, match=words):
        unpack(tmp_path / "x.tar", folder)
    with pytest.raises(InputError, match="there is no such file"):
        unpack(tmp_path / "nothing.tar", folder)


@pytest.mark.parametrize(
    ("about", "words"),
    [
        (b"{", "this is not a backup of Candela"),
        (b"[]", "this is not a backup of Candela"),
        (b"{}", "this is not a backup of Candela"),
        (b'{"format": "candela-backup/9"}', "a backup of another format"),
    ],
)
def test_another_tar_is_no_backup(
    backup: Path, folder: Path, about: bytes, words: str
) -> None:
    changed = written(backup, [("backup.json", about), *entries_of(backup)[1:]])
    with pytest.raises(InputError, match=words):
        unpack(changed, folder)
    with pytest.raises(InputError, match=words):
        look_at(changed)


@pytest.mark.parametrize(
    ("of", "into", "words"),
    [
        ("postgresql", "sqlite", "Set CANDELA_DATABASE to an empty one"),
        ("sqlite", "postgresql", "Unset CANDELA_DATABASE"),
        ("sqlite", "sqlite", ""),
        ("postgresql", "postgresql", ""),
    ],
)
def test_a_copy_of_one_kind_of_database_goes_into_no_other(
    of: str, into: str, words: str
) -> None:
    about = About("0.1.0", "2026-11-24", of, {}, ())
    database = Database(name="candela" if into == "postgresql" else "")
    if not words:
        refuse_other_database(about, database)
        return
    with pytest.raises(InputError, match=words):
        refuse_other_database(about, database)


def test_rows_that_are_not_those_backed_up_are_named() -> None:
    contents = Contents("sqlite", {"a": 3, "b": 1}, (), ())
    contents.refuse_if_not({"a": 3, "b": 1})
    assert contents.row_count == 4
    with pytest.raises(InputError) as raised:
        contents.refuse_if_not({"a": 4, "c": 2, "b": 1})
    assert str(raised.value).splitlines()[1:] == [
        "a: 3 rows, and 4 were backed up",
        "c: 0 rows, and 2 were backed up",
    ]
