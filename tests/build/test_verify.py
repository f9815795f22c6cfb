"""Is every change to a book found, and named?"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from candela.build import Change, verify_book
from candela.build.manifest import sealed
from candela.errors import InputError
from small_nation import MadeUp


def files_of(book: Path) -> list[Path]:
    return sorted(path for path in book.rglob("*") if path.is_file())


def test_a_book_as_it_was_written_has_no_changes(copied_book: Path) -> None:
    assert verify_book(copied_book) == ()


def test_one_changed_byte_anywhere_in_any_file_is_found_and_named(
    copied_book: Path,
) -> None:
    for path in files_of(copied_book):
        raw = path.read_bytes()
        name = path.relative_to(copied_book).as_posix()
        for place in {0, len(raw) // 3, len(raw) // 2, len(raw) - 1}:
            spoilt = bytearray(raw)
            spoilt[place] ^= 1
            path.write_bytes(bytes(spoilt))
            assert verify_book(copied_book) == (
                Change(name, "changed since it was written"),
            ), (name, place)
        path.write_bytes(raw)
    assert verify_book(copied_book) == ()


def test_a_byte_more_or_less_is_found(copied_book: Path) -> None:
    path = copied_book / "tables" / "funnel.csv"
    raw = path.read_bytes()
    for spoilt in (raw + b"\n", raw[:-1], b""):
        path.write_bytes(spoilt)
        assert [c.file for c in verify_book(copied_book)] == ["tables/funnel.csv"]


def test_a_space_in_the_manifest_is_found(copied_book: Path) -> None:
    path = copied_book / "manifest.json"
    for spoilt in (path.read_bytes() + b" ", b" " + path.read_bytes()):
        path.write_bytes(spoilt)
        assert [c.file for c in verify_book(copied_book)] == ["manifest.json"]


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"seal": 1}', b"[" * 50]
)
def test_a_manifest_that_is_none_is_named(copied_book: Path, content: bytes) -> None:
    (copied_book / "manifest.json").write_bytes(content)
    assert verify_book(copied_book) == (
        Change("manifest.json", "changed since it was written"),
    )


def test_a_missing_file_is_named_as_missing(copied_book: Path) -> None:
    for name in ("report.html", "charts/funnel_shown.png", "results/funnels.json"):
        path = copied_book / name
        raw = path.read_bytes()
        path.unlink()
        assert verify_book(copied_book) == (Change(name, "missing"),)
        path.write_bytes(raw)


def test_a_file_more_is_named(copied_book: Path) -> None:
    for name in ("notes.txt", "tables/extra.csv", ".hidden", "new/manifest.json"):
        path = copied_book / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
        assert verify_book(copied_book) == (Change(name, "not part of the book"),)
        path.unlink()


def test_a_link_to_a_folder_is_not_part_of_the_book(
    copied_book: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (copied_book / "more").symlink_to(elsewhere, target_is_directory=True)
    assert verify_book(copied_book) == (Change("more", "not part of the book"),)


def test_a_folder_in_the_place_of_a_file_is_not_the_file(copied_book: Path) -> None:
    (copied_book / "report.html").unlink()
    (copied_book / "report.html").mkdir()
    assert Change("report.html", "missing") in verify_book(copied_book)


def test_every_change_is_named_at_once(copied_book: Path) -> None:
    (copied_book / "report.html").unlink()
    (copied_book / "tables" / "funnel.csv").write_bytes(b"")
    (copied_book / "extra").write_bytes(b"")
    assert [str(change) for change in verify_book(copied_book)] == [
        "report.html: missing",
        "tables/funnel.csv: changed since it was written",
        "extra: not part of the book",
    ]


def test_a_manifest_that_leads_out_of_the_book_is_refused(
    copied_book: Path, tmp_path: Path
) -> None:
    # Sealed again by someone who knows how: it still may not name other files.
    secret = tmp_path / "secret.txt"
    secret.write_text("not for you")
    path = copied_book / "manifest.json"
    content = json.loads(path.read_bytes())
    del content["seal"]
    digest = hashlib.sha256(secret.read_bytes()).hexdigest()
    content["files"]["../secret.txt"] = {"sha256": digest, "bytes": 11}
    path.write_bytes(sealed(content))
    assert [c.file for c in verify_book(copied_book)] == ["manifest.json"]


@pytest.mark.parametrize(
    "made", ["nothing", "a file", "an empty folder", "no manifest"]
)
def test_what_is_no_book_is_told_so(tmp_path: Path, made: str, made_up: MadeUp) -> None:
    place = tmp_path / "place"
    if made == "a file":
        place.write_text("x")
    elif made == "an empty folder":
        place.mkdir()
    elif made == "no manifest":
        place.mkdir()
        (place / "report.html").write_bytes((made_up.book / "report.html").read_bytes())
    with pytest.raises(InputError, match=r"place is not a book: it has no manifest"):
        verify_book(place)


def test_the_manifest_lists_every_other_file_with_hash_and_size(
    made_up: MadeUp,
) -> None:
    files = json.loads((made_up.book / "manifest.json").read_bytes())["files"]
    told = {name: (entry["sha256"], entry["bytes"]) for name, entry in files.items()}
    there = {
        path.relative_to(made_up.book).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_size,
        )
        for path in files_of(made_up.book)
        if path.name != "manifest.json"
    }
    assert told == there


def test_the_manifest_names_every_input_with_its_hash(made_up: MadeUp) -> None:
    manifest = json.loads((made_up.book / "manifest.json").read_bytes())
    told = {e["file"]: e["sha256"] for e in manifest["inputs"]}
    plain = {name: sha for name, sha in told.items() if ".zip/" not in name}
    assert plain
    for name, sha in plain.items():
        raw = (made_up.files / name).read_bytes()
        assert sha == hashlib.sha256(raw).hexdigest()
    zips = {name.split(".zip/")[0] for name in told if ".zip/" in name}
    assert {f"{z}.zip" for z in zips} == {p.name for p in made_up.files.glob("*.zip")}
    # What explains the nation is in none of the layouts, and is said to be left out.
    assert set(manifest["left_out"]) == {"README.txt", "truth.json"}


def test_the_manifest_says_with_what_it_was_made(made_up: MadeUp) -> None:
    manifest = json.loads((made_up.book / "manifest.json").read_bytes())
    assert manifest["built_on"] == "2025-05-01"
    assert set(manifest["software"]) >= {"candela", "numpy", "scipy", "altair"}
    settings = manifest["settings"]
    assert settings["protocol"] == "jonker_2018"
    assert len(settings["protocol_sha256"]) == 64
    assert settings["policy"].startswith("successor_at=")
    assert settings["bootstrap_seed"] > 0


def test_a_book_names_no_place_of_the_machine_it_was_made_on(made_up: MadeUp) -> None:
    for path in files_of(made_up.book):
        assert str(made_up.files.parent).encode() not in path.read_bytes(), path.name
