"""Is a book written wholly or not at all, and the same every time?"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from book_pages import manifest_of
from candela.build import BuildSettings, build_book, verify_book
from candela.build import book as book_module
from candela.errors import InputError, TooFewData
from shmi_files import LATER, shmi_row, shmi_rows, write_shmi
from small_nation import MadeUp, settings

FULL = OSError(errno.ENOSPC, "No space left on device")


def everything(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def shmi(tmp_path: Path) -> Path:
    return write_shmi(tmp_path / "files")


@pytest.fixture
def earlier(tmp_path: Path, made_up: MadeUp) -> dict[str, bytes]:
    """An earlier book at ``tmp_path / "out" / "book"``; what is in it."""
    import shutil

    shutil.copytree(made_up.book, tmp_path / "out" / "book")
    return everything(tmp_path / "out" / "book")


def fails_at(call: int, error: OSError, real: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``real`` that raises at its n-th call."""
    calls = 0

    def sometimes(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            raise error
        return real(*args, **kwargs)

    return sometimes


def assert_untouched(tmp_path: Path, earlier: dict[str, bytes]) -> None:
    """Check that only the earlier book is there, as it was."""
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["book"]
    assert everything(tmp_path / "out" / "book") == earlier
    assert verify_book(tmp_path / "out" / "book") == ()


# Wholly.


def test_a_book_is_written_beside_nothing_else(tmp_path: Path, shmi: Path) -> None:
    build_book(shmi, tmp_path / "new" / "place" / "book", settings())
    assert [p.name for p in (tmp_path / "new" / "place").iterdir()] == ["book"]
    assert verify_book(tmp_path / "new" / "place" / "book") == ()


def test_an_empty_folder_becomes_the_book(tmp_path: Path, shmi: Path) -> None:
    (tmp_path / "book").mkdir()
    build_book(shmi, tmp_path / "book", settings())
    assert verify_book(tmp_path / "book") == ()


def test_a_new_book_replaces_the_earlier_one_with_all_its_files(
    tmp_path: Path, shmi: Path, earlier: dict[str, bytes]
) -> None:
    book = tmp_path / "out" / "book"
    build_book(shmi, book, settings())
    assert verify_book(book) == ()
    # The earlier book had an association; this one, of deaths alone, has none left.
    assert "tables/association.csv" in earlier
    assert not (book / "tables" / "association.csv").exists()
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["book"]


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_others_may_read_a_book_as_the_umask_allows(tmp_path: Path, shmi: Path) -> None:
    before = os.umask(0o022)
    try:
        build_book(shmi, tmp_path / "book", settings())
    finally:
        os.umask(before)
    assert (tmp_path / "book").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "book" / "report.html").stat().st_mode & 0o777 == 0o644


def test_the_files_that_were_read_are_left_as_they_were(
    tmp_path: Path, shmi: Path
) -> None:
    before = everything(shmi)
    build_book(shmi, tmp_path / "book", settings())
    assert everything(shmi) == before


def test_two_builds_of_the_same_files_are_the_same_to_the_byte(
    tmp_path: Path, made_up: MadeUp
) -> None:
    build_book(made_up.files, tmp_path / "again", settings())
    first, again = everything(made_up.book), everything(tmp_path / "again")
    assert list(again) == list(first)
    assert [name for name in first if first[name] != again[name]] == []


def test_another_day_changes_the_manifest_and_nothing_else(
    tmp_path: Path, shmi: Path
) -> None:
    from datetime import date

    build_book(shmi, tmp_path / "a", settings())
    build_book(
        shmi, tmp_path / "b", BuildSettings(settings().protocol, date(2025, 5, 2))
    )
    a, b = everything(tmp_path / "a"), everything(tmp_path / "b")
    assert [name for name in a if a[name] != b[name]] == ["manifest.json"]


def test_progress_is_told_for_every_file(tmp_path: Path, shmi: Path) -> None:
    told: list[str] = []
    build_book(shmi, tmp_path / "book", settings(), progress=told.append)
    assert told == [
        "reading the files",
        "1/1 shmi-2013-october.csv",
        "computing",
        "drawing and writing",
    ]


# Or not at all.


def test_a_bad_file_among_good_ones_leaves_no_book(tmp_path: Path, shmi: Path) -> None:
    write_shmi(shmi, [*shmi_rows(39), shmi_row(39, OBSERVED="many")], name=LATER)
    with pytest.raises(InputError, match="`many` is not a number"):
        build_book(shmi, tmp_path / "out" / "book", settings())
    assert not (tmp_path / "out").exists()


def test_every_problem_of_every_file_is_told_at_once(
    tmp_path: Path, shmi: Path
) -> None:
    write_shmi(shmi, [shmi_row(0, OBSERVED="many"), shmi_row(1, EXPECTED=-5)])
    write_shmi(shmi, [shmi_row(0, PROVIDER="ZA1XX")], name=LATER)
    with pytest.raises(InputError) as raised:
        build_book(shmi, tmp_path / "book", settings())
    places = [(p.file, p.row) for p in raised.value.problems]
    assert {("shmi-2013-october.csv", 2), ("shmi-2013-october.csv", 3)} <= set(places)
    assert (LATER, 2) in places


def test_a_bad_file_leaves_the_earlier_book_whole(
    tmp_path: Path, shmi: Path, earlier: dict[str, bytes]
) -> None:
    write_shmi(shmi, [shmi_row(0, OBSERVED="many")], name=LATER)
    with pytest.raises(InputError):
        build_book(shmi, tmp_path / "out" / "book", settings())
    assert_untouched(tmp_path, earlier)


@pytest.mark.parametrize("call", [1, 9])
def test_a_full_disk_leaves_the_earlier_book_whole(
    tmp_path: Path,
    shmi: Path,
    earlier: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    call: int,
) -> None:
    monkeypatch.setattr(Path, "write_bytes", fails_at(call, FULL, Path.write_bytes))
    with pytest.raises(InputError, match="No space left on device") as raised:
        build_book(shmi, tmp_path / "out" / "book", settings())
    assert "Make room or choose another place" in str(raised.value)
    monkeypatch.undo()
    assert_untouched(tmp_path, earlier)


def test_a_full_disk_leaves_no_book_where_there_was_none(
    tmp_path: Path, shmi: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(Path, "write_bytes", fails_at(5, FULL, Path.write_bytes))
    with pytest.raises(InputError, match="No space left on device"):
        build_book(shmi, tmp_path / "out" / "book", settings())
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("call", [1, 2], ids=["moving the old away", "the new in"])
def test_a_move_that_fails_leaves_the_earlier_book_whole(
    tmp_path: Path,
    shmi: Path,
    earlier: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    call: int,
) -> None:
    denied = PermissionError(errno.EACCES, "Permission denied")
    monkeypatch.setattr(Path, "rename", fails_at(call, denied, Path.rename))
    with pytest.raises(InputError, match="Permission denied"):
        build_book(shmi, tmp_path / "out" / "book", settings())
    monkeypatch.undo()
    assert_untouched(tmp_path, earlier)


def test_a_move_that_fails_leaves_no_book_where_there_was_none(
    tmp_path: Path, shmi: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    denied = PermissionError(errno.EACCES, "Permission denied")
    monkeypatch.setattr(Path, "rename", fails_at(1, denied, Path.rename))
    with pytest.raises(InputError, match="Permission denied"):
        build_book(shmi, tmp_path / "out" / "book", settings())
    assert list((tmp_path / "out").iterdir()) == []


def test_a_stop_between_the_two_moves_gives_the_earlier_book_back(
    tmp_path: Path,
    shmi: Path,
    earlier: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, calls = Path.rename, 0

    def stopped(self: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "rename", stopped)
    with pytest.raises(KeyboardInterrupt):
        build_book(shmi, tmp_path / "out" / "book", settings())
    monkeypatch.undo()
    assert calls == 3
    assert_untouched(tmp_path, earlier)


def test_an_earlier_book_that_cannot_be_moved_back_is_kept_and_its_place_told(
    tmp_path: Path,
    shmi: Path,
    earlier: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, calls = Path.rename, 0

    def once_only(self: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise OSError(errno.EIO, "Input/output error")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", once_only)
    with pytest.raises(InputError, match="It is whole: move ") as raised:
        build_book(shmi, tmp_path / "out" / "book", settings())
    monkeypatch.undo()
    (kept,) = (tmp_path / "out").glob(".book.*/earlier")
    assert str(kept) in str(raised.value)
    assert everything(kept) == earlier
    assert verify_book(kept) == ()


def test_an_error_in_drawing_writes_nothing(
    tmp_path: Path,
    shmi: Path,
    earlier: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("drawing broke")

    monkeypatch.setattr(book_module, "make_report", broken)
    with pytest.raises(RuntimeError):
        build_book(shmi, tmp_path / "out" / "book", settings())
    assert_untouched(tmp_path, earlier)


def test_a_link_to_a_place_for_books_stays_a_link(tmp_path: Path, shmi: Path) -> None:
    shelf, link = tmp_path / "shelf", tmp_path / "book"
    shelf.mkdir()
    link.symlink_to(shelf)
    build_book(shmi, link, settings())
    assert link.is_symlink()
    assert verify_book(shelf) == ()


@pytest.mark.parametrize("made", ["a folder of files", "a file", "a broken link"])
def test_what_is_not_a_book_is_refused_and_not_touched(
    tmp_path: Path, shmi: Path, made: str
) -> None:
    place = tmp_path / "mine"
    if made == "a folder of files":
        place.mkdir()
        (place / "thesis.txt").write_text("years of work")
    elif made == "a file":
        place.write_text("years of work")
    else:
        place.symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="is there already and is not a book"):
        build_book(shmi, place, settings())
    assert place.is_symlink() == (made == "a broken link")
    if made == "a folder of files":
        assert everything(place) == {"thesis.txt": b"years of work"}
    elif made == "a file":
        assert place.read_text() == "years of work"


def test_a_book_among_the_files_it_is_made_of_is_refused(
    tmp_path: Path, shmi: Path
) -> None:
    # Its participation.csv has the headings of an activity file.
    with pytest.raises(InputError, match="the next build would take the book"):
        build_book(shmi, shmi / "results" / "book", settings())
    assert [p.name for p in shmi.iterdir()] == ["shmi-2013-october.csv"]


def test_a_place_below_a_file_is_told_without_a_traceback(
    tmp_path: Path, shmi: Path
) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="the book cannot be written to"):
        build_book(shmi, tmp_path / "file" / "book", settings())


# What the files do not hold.


def test_deaths_alone_give_a_book_that_says_what_it_cannot_tell(
    tmp_path: Path, shmi: Path
) -> None:
    from book_pages import page_of, parsed

    found = build_book(shmi, tmp_path / "book", settings())
    assert found.association is None
    page = parsed(page_of(tmp_path / "book"))
    (heading,) = page.all("h1")
    assert heading.text() == (
        "These files cannot tell whether more research goes with fewer deaths"
    )
    assert "No file gives research activity" in page.text()
    assert "participants recruited to interventional studies" in page.text()
    assert (tmp_path / "book" / "tables" / "funnel.csv").is_file()
    assert not (tmp_path / "book" / "tables" / "association.csv").exists()
    assert {p.stem for p in (tmp_path / "book" / "charts").glob("*.svg")} == {
        "funnel_shown"
    }
    assert verify_book(tmp_path / "book") == ()


def test_every_number_of_a_book_without_association_is_traced(
    tmp_path: Path, shmi: Path
) -> None:
    build_book(shmi, tmp_path / "book", settings())
    manifest = manifest_of(tmp_path / "book")
    assert set(manifest["origins"]) == {"funnel", "official", "outcomes"}
    for name, number in manifest["numbers"].items():
        rows = manifest["origins"][number["origin"]]["rows"]
        # 40 trusts below the headings
        assert rows == {"shmi-2013-october.csv": "2-41"}, name


def test_too_few_trusts_for_a_funnel_still_give_a_book(tmp_path: Path) -> None:
    files = write_shmi(tmp_path / "files", shmi_rows(9))
    found = build_book(files, tmp_path / "book", settings())
    assert found.funnels == ()
    assert verify_book(tmp_path / "book") == ()


def test_research_without_deaths_is_too_little(tmp_path: Path, made_up: MadeUp) -> None:
    files = tmp_path / "files"
    files.mkdir()
    name = "research-activity.csv"
    (files / name).write_bytes((made_up.files / name).read_bytes())
    with pytest.raises(TooFewData, match="no published outcomes in the folder") as e:
        build_book(files, tmp_path / "book", settings())
    assert e.value.exit_code == 11
    assert not (tmp_path / "book").exists()
