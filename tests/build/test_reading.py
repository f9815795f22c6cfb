"""Is a book read back as it was written, and is nothing in one believed unchecked?"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from book_pages import headings_of, manifest_of, rows_of
from candela.build import reading, verify_book
from candela.build.manifest import sealed
from candela.build.reading import open_book, read_whole_book
from candela.build.table_columns import CHOICES, FILLED, NEEDED
from candela.errors import InputError
from candela.publish.contents import BookContents
from small_nation import FEW, YEAR, MadeUp

REMEDY = "Build the book again, or ask for another copy of it."


@pytest.fixture(scope="module")
def contents(made_up: MadeUp) -> BookContents:
    return open_book(made_up.book)


# As it was written.


def test_a_book_says_what_its_manifest_says(
    made_up: MadeUp, contents: BookContents
) -> None:
    manifest = manifest_of(made_up.book)
    assert contents.seal == manifest["seal"]
    assert contents.made_up is True
    assert contents.built_on == date(2025, 5, 1)
    assert contents.software == manifest["software"]
    assert contents.settings["protocol"] == "jonker_2018"
    assert [entry["file"] for entry in contents.inputs] == [
        entry["file"] for entry in manifest["inputs"]
    ]
    assert contents.numbers == manifest["numbers"]
    assert contents.origins == manifest["origins"]
    assert set(contents.left_out) == {"README.txt", "truth.json"}
    assert contents.altered == frozenset()


def test_every_table_of_the_book_is_there_row_by_row(
    made_up: MadeUp, contents: BookContents
) -> None:
    files = sorted(made_up.book.glob("*/*.csv"))
    assert {file.stem for file in files} == set(contents.tables)
    assert len(contents.tables) == len(files)
    for file in files:
        name = f"{file.parent.name}/{file.stem}"
        table = contents.tables[file.stem]
        assert [c["name"] for c in table.columns] == headings_of(made_up.book, name)
        written = rows_of(made_up.book, name)
        assert len(table.rows) == len(written)
        for row, cells in zip(table.rows, written, strict=True):
            for column, cell in cells.items():
                assert (row[column] is None) == (cell == ""), (name, column, cell)
        assert table.origin == manifest_of(made_up.book)["tables"][file.stem]


def test_cells_are_read_by_the_kind_of_their_column(contents: BookContents) -> None:
    row = next(
        row
        for row in contents.rows("position")
        if row["org_code"] == FEW
        and str(row["indicator"]).startswith("participants_interventional")
        and row["period_start"] == date.fromisoformat(YEAR)
    )
    assert row["count"] == row["value"] == "*"
    assert isinstance(row["size"], float)
    assert row["period_end"] == date(2017, 3, 31)
    assert row["third"] is None
    assert row["nothing"] == "hidden"
    flags = {row["counts_people"] for row in contents.rows("indicator")}
    assert flags == {True, False}


def test_charts_are_told_in_the_order_of_the_report(contents: BookContents) -> None:
    told = [chart["name"] for chart in contents.words["charts"]]
    assert list(contents.charts) == told
    assert "funnel_shown" in told


def test_a_book_of_older_columns_needs_none_of_the_new_tables(
    copied_book: Path,
) -> None:
    new = ("indicator", "position", "position_summary", "change", "feature", "peers")
    for name in new:
        (copied_book / "tables" / f"{name}.csv").unlink()
        (copied_book / "tables" / f"{name}.csv-metadata.json").unlink()
    (copied_book / "results" / "words.json").unlink()

    def without(manifest: dict[str, Any]) -> None:
        manifest["files"] = {
            file: known
            for file, known in manifest["files"].items()
            if (copied_book / file).exists()
        }

    resealed(copied_book, without)
    contents = read_whole_book(copied_book)
    assert contents.words == {}
    assert contents.rows("position") == ()
    assert contents.altered == frozenset()
    assert contents.charts == tuple(sorted(contents.charts))
    assert contents.rows("participation")


def test_text_that_a_spreadsheet_would_run_is_read_as_it_was(copied_book: Path) -> None:
    def named(text: str) -> str:
        return text.replace(text.split("\n")[1].split(",")[1], "'=SUM(A1)", 1)

    rewritten(copied_book, "tables/organisations.csv", named)
    assert open_book(copied_book).rows("organisations")[0]["name"] == "=SUM(A1)"


def test_what_pages_rely_on_is_what_a_build_writes(made_up: MadeUp) -> None:
    for name, columns in NEEDED.items():
        path = made_up.book / "tables" / f"{name}.csv-metadata.json"
        written = {
            column["name"]: column["datatype"]
            for column in json.loads(path.read_bytes())["tableSchema"]["columns"]
        }
        assert columns.items() <= written.items(), name
        assert FILLED.get(name, frozenset()) <= columns.keys()
    for name in ("indicator", "position", "position_summary", "change", "peers"):
        assert list(NEEDED[name]) == headings_of(made_up.book, f"tables/{name}")
    assert {table for table, _ in CHOICES} <= NEEDED.keys()


# Fast, and by many at once.


def test_a_table_is_read_when_it_is_asked_for_and_once(
    made_up: MadeUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    real = reading.read_table

    def noted(file: str, *rest: Any) -> Any:
        read.append(file)
        return real(file, *rest)

    monkeypatch.setattr(reading, "read_table", noted)
    contents = open_book(made_up.book)
    assert read == []
    assert "participation" in contents.tables
    assert "nothing" not in contents.tables
    assert contents.tables["funnel"] is contents.tables["funnel"]
    assert contents.rows("nothing") == ()
    assert read == ["tables/funnel.csv"]


def test_many_readers_at_once_read_a_table_once(
    made_up: MadeUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    real = reading.read_table

    def slow(file: str, *rest: Any) -> Any:
        read.append(file)
        time.sleep(0.05)
        return real(file, *rest)

    monkeypatch.setattr(reading, "read_table", slow)
    contents = open_book(made_up.book)
    found: list[object] = []
    threads = [
        threading.Thread(target=lambda: found.append(contents.tables["position"]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read == ["tables/position.csv"]
    assert len({id(table) for table in found}) == 1


# Changed since.


def test_a_changed_table_is_absent_and_named(copied_book: Path) -> None:
    with (copied_book / "tables" / "position.csv").open("a") as file:
        file.write("more\n")
    contents = open_book(copied_book)
    assert contents.altered == {"tables/position.csv"}
    assert "position" not in contents.tables
    assert contents.rows("position") == ()
    assert contents.rows("change")


@pytest.mark.parametrize(
    ("file", "lost"),
    [
        ("tables/position.csv-metadata.json", "position"),
        ("charts/dose_response.csv", "dose_response"),
    ],
)
def test_whatever_a_table_needs_makes_it_absent(
    copied_book: Path, file: str, lost: str
) -> None:
    (copied_book / file).unlink()
    contents = open_book(copied_book)
    assert contents.altered == {file}
    assert lost not in contents.tables


def test_changed_sentences_and_drawings_are_absent(copied_book: Path) -> None:
    (copied_book / "results" / "words.json").write_text("{}")
    (copied_book / "charts" / "funnel_shown.svg").write_text("<svg/>")
    contents = open_book(copied_book)
    assert contents.words == {}
    assert "funnel_shown" not in contents.charts
    assert "dose_response" in contents.charts
    assert contents.altered == {"results/words.json", "charts/funnel_shown.svg"}


def test_a_change_of_the_same_length_is_seen(copied_book: Path) -> None:
    path = copied_book / "tables" / "peers.csv"
    raw = bytearray(path.read_bytes())
    raw[-2] ^= 1
    path.write_bytes(bytes(raw))
    assert open_book(copied_book).altered == {"tables/peers.csv"}


def test_a_table_changed_after_opening_is_refused(copied_book: Path) -> None:
    contents = open_book(copied_book)
    (copied_book / "tables" / "peers.csv").write_text("mine")
    with pytest.raises(InputError, match=r"tables/peers.csv: this was changed since"):
        contents.tables["peers"]


@pytest.mark.parametrize("linked", ["tables/peers.csv", "tables"])
def test_a_link_that_leads_out_of_the_book_is_not_followed(
    copied_book: Path, tmp_path: Path, linked: str
) -> None:
    path, elsewhere = copied_book / linked, tmp_path / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    assert "peers" not in open_book(copied_book).tables
    assert "tables/peers.csv" in open_book(copied_book).altered


def test_links_in_a_ring_are_told_as_changed(copied_book: Path) -> None:
    path = copied_book / "tables" / "peers.csv"
    path.unlink()
    path.symlink_to(path)
    assert open_book(copied_book).altered == {"tables/peers.csv"}


# By people who know how to make a seal.


def resealed(book: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the manifest and seal it again."""
    path = book / "manifest.json"
    manifest = json.loads(path.read_bytes())
    del manifest["seal"]
    change(manifest)
    path.write_bytes(sealed(manifest))


def rewritten(book: Path, file: str, change: Callable[[str], str]) -> None:
    """Change a file of the book, and its hash in the manifest."""
    path = book / file
    raw = change(path.read_text(encoding="utf-8")).encode()
    path.write_bytes(raw)
    known = {"sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw)}
    resealed(book, lambda manifest: manifest["files"].update({file: known}))


def told(book: Path) -> str:
    """Return what is told of a book that cannot be read."""
    with pytest.raises(InputError) as raised:
        read_whole_book(book)
    message = str(raised.value)
    assert message.endswith(REMEDY)
    return message


@pytest.mark.parametrize("made", ["nothing", "a file", "an empty folder"])
def test_what_is_no_book_is_told_so(tmp_path: Path, made: str) -> None:
    place = tmp_path / "place"
    if made == "a file":
        place.write_text("x")
    elif made == "an empty folder":
        place.mkdir()
    with pytest.raises(InputError, match="place is not a book: it has no manifest"):
        open_book(place)


def spoilt_manifests() -> Iterator[tuple[str, Callable[[dict[str, Any]], None]]]:
    def put(*keys: Any, value: Any) -> Callable[[dict[str, Any]], None]:
        def change(manifest: dict[str, Any]) -> None:
            *way, last = keys
            inside: Any = manifest
            for key in way:
                inside = inside[key]
            inside[last] = value

        return change

    known = {"sha256": "0" * 64, "bytes": 1}
    for name in (
        "../secret.txt",
        "/etc/passwd",
        "tables/../../secret",
        "tables\\..\\x",
        "a" * 400,
        "x\0y",
        "",
    ):
        yield f"name {name[:20]!r}", put("files", name, value=known)
    yield "format", put("format", value="candela-book/99")
    yield "made up", put("made_up", value="perhaps")
    yield "inputs", put("inputs", value={"file": "x"})
    yield "an input", put("inputs", 0, "rows", value="many")
    yield "a note", put("inputs", 0, "notes", value=[3])
    yield "files", put("files", value=[])
    yield "a hash", put("files", "report.html", "sha256", value=None)
    yield "software", put("software", "candela", value=["1"])
    yield "numbers", put("numbers", value="none")
    yield "a number", put("numbers", "primary.n", "value", value="141")
    yield "yes for a number", put("numbers", "primary.n", "value", value=True)
    yield "huge", put("numbers", "primary.n", "value", value=10**400)
    yield "too exact", put("numbers", "primary.n", "value", value=2**53 + 2)
    yield "not a number", put("numbers", "primary.n", "value", value=float("nan"))
    yield "without end", put("numbers", "primary.n", "value", value=float("inf"))
    yield "origins", put("origins", "funnel", "rows", value=[1])
    yield "settings", put("settings", "policy", value={"a": 1})
    yield "choices", put("choices", value=[{"a": 1}])


@pytest.mark.parametrize(
    "change", [c for _, c in spoilt_manifests()], ids=[n for n, _ in spoilt_manifests()]
)
def test_a_manifest_that_no_build_writes_is_refused_under_any_seal(
    copied_book: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    resealed(copied_book, change)
    assert told(copied_book).startswith("manifest.json: this is not as `candela build`")
    assert [c.file for c in verify_book(copied_book)] == ["manifest.json"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"seal":' * 100_000,
        b"9" * 100_000,
    ],
    ids=["nothing", "cut", "list", "null", "bytes", "deep", "deep objects", "long"],
)
def test_what_is_no_manifest_at_all_is_refused(copied_book: Path, raw: bytes) -> None:
    (copied_book / "manifest.json").write_bytes(raw)
    assert told(copied_book).startswith("manifest.json: ")
    assert verify_book(copied_book)[0].file == "manifest.json"


def test_a_day_that_is_none_is_refused(copied_book: Path) -> None:
    resealed(copied_book, lambda manifest: manifest.update(built_on="2025-02-30"))
    assert told(copied_book).startswith("manifest.json: `built_on` is '2025-02-30'")


@pytest.mark.parametrize(
    ("was", "put"),
    [
        ('"cautions": [', '"cautions": [7, '),
        ('"verdict": "', '"verdict": 5, "x": "'),
        ('"trusts": ', '"trusts": "many", "x": '),
        ('"finding": [', '"finding": [{"number": 3}, '),
        ('"periods": ', '"periods": 1e999, "x": '),
        ('"span":', '"other":'),
        ('"words": {\n', '"words": [], "x": {\n'),
    ],
)
def test_sentences_of_another_form_are_refused(
    copied_book: Path, was: str, put: str
) -> None:
    def change(text: str) -> str:
        assert was in text
        return text.replace(was, put, 1)

    rewritten(copied_book, "results/words.json", change)
    assert told(copied_book).startswith(
        "results/words.json: these are not a report's sentences ("
    )


@pytest.mark.parametrize(
    ("was", "put", "says"),
    [
        ('"datatype": "number"', '"datatype": "formula"', "is `formula`"),
        ('"datatype": "date"', '"datatype": "string"', "column `period_start`: it is"),
        ('"name": "verdict"', '"name": "opinion"', "column `verdict`: there is no"),
        ('"name": "upper"', '"name": "lower"', "two columns have one name"),
        ('"tableSchema"', '"schema"', "(tableSchema is missing)"),
        ('"columns": [', '"columns": [5, ', "(tableSchema.columns.0 is not an object)"),
        ('"rows": ', '"rows": NaN, "x": ', "(the number NaN)"),
    ],
)
def test_metadata_of_another_form_are_refused(
    copied_book: Path, was: str, put: str, says: str
) -> None:
    def change(text: str) -> str:
        assert was in text
        return text.replace(was, put, 1)

    rewritten(copied_book, "tables/position.csv-metadata.json", change)
    message = told(copied_book)
    assert message.startswith("tables/position.csv")
    assert says in message


def with_first_row(**cells: str) -> Callable[[str], str]:
    """Return a change of the first row of a table, whose cells hold no commas."""

    def change(text: str) -> str:
        heading, first, *rest = text.split("\n")
        names, values = heading.split(","), first.split(",")
        for name, value in cells.items():
            values[names.index(name)] = value
        return "\n".join((heading, ",".join(values), *rest))

    return change


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("value", "nan"),
        ("value", "inf"),
        ("value", "1e999"),
        ("value", "9" * 5000),
        ("value", "1_000"),
        ("value", " 1"),
        ("value", "0x10"),
        ("value", "\u0661"),  # a digit, in Arabic
        ("value", "<b>1</b>"),
        ("period_start", "1 April 2016"),
        ("period_start", "2016-02-30"),
        ("period_start", "20160401"),
        ("period_start", ""),
        ("org_code", ""),
        ("verdict", "failing"),
        ("verdict", ""),
        ("nothing", "secret"),
    ],
)
def test_a_cell_that_its_column_cannot_hold_is_refused_by_row_and_column(
    copied_book: Path, column: str, cell: str
) -> None:
    rewritten(copied_book, "tables/position.csv", with_first_row(**{column: cell}))
    assert told(copied_book).startswith(
        f"tables/position.csv, row 2, column `{column}`: "
    )


def test_a_yes_that_is_none_is_refused(copied_book: Path) -> None:
    change = with_first_row(has_outcome="maybe")
    rewritten(copied_book, "tables/organisations.csv", change)
    assert "column `has_outcome`: `maybe` is no boolean" in told(copied_book)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace("count", "number", 1), "headings are not those"),
        (lambda text: text + "ZA1,shmi\n", "there are 2 cells"),
        (lambda text: text + "\n", "there are 0 cells"),
        (lambda text: text + '"never closed', "this is not CSV"),
        (lambda text: text + "x" * 200_000 + "\n", "this is not CSV"),
    ],
    ids=["headings", "short", "blank", "quote", "long"],
)
def test_text_that_is_no_table_is_refused(
    copied_book: Path, change: Callable[[str], str], says: str
) -> None:
    rewritten(copied_book, "tables/position.csv", change)
    message = told(copied_book)
    assert message.startswith("tables/position.csv")
    assert says in message


def test_bytes_that_are_no_text_are_refused(copied_book: Path) -> None:
    path = copied_book / "tables" / "position.csv"
    raw = path.read_bytes().replace(b"ZA1", b"Z\xff1", 1)
    path.write_bytes(raw)
    known = {"sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw)}
    resealed(
        copied_book,
        lambda manifest: manifest["files"].update({"tables/position.csv": known}),
    )
    assert "this is not CSV" in told(copied_book)


def test_only_the_table_asked_for_is_refused(copied_book: Path) -> None:
    rewritten(copied_book, "tables/position.csv", with_first_row(value="nan"))
    contents = open_book(copied_book)
    assert contents.rows("change")
    with pytest.raises(InputError):
        contents.rows("position")
