"""Is the book of a study whole, and does nothing in it tell of few people?"""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from book_pages import headings_of, manifest_of, rows_of
from candela.build import open_book, read_whole_book, verify_book
from candela.build import writing as writing_module
from candela.build.study import StudySettings, write_study
from candela.errors import InputError
from study_cases import TODAY, downing_like, ozdemir_like

FEW, AS_FEW = 2, 6


def written(found: Any, book: Path) -> Path:
    write_study(found, book, StudySettings(found.protocol, TODAY))
    return book


def everything(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book of a study of deaths, in which few is two; only to be read."""
    place = tmp_path_factory.mktemp("study")
    return written(ozdemir_like(FEW, few_in_class=True), place / "book")


@pytest.fixture(scope="module")
def survival(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book of a study of survival; only to be read."""
    return written(downing_like(FEW), tmp_path_factory.mktemp("study") / "book")


def test_a_book_is_as_it_was_written(book: Path, survival: Path) -> None:
    assert verify_book(book) == ()
    assert verify_book(survival) == ()
    assert manifest_of(book)["kind"] == "study"


def test_whoever_opens_a_book_of_any_kind_can_open_it(
    book: Path, survival: Path
) -> None:
    for place in (book, survival):
        contents = read_whole_book(place)
        assert contents.kind == "study"
        assert contents.altered == frozenset()
        assert contents.words["study"]["outcomes"]
        assert set(contents.charts) <= {
            p.stem for p in (place / "charts").glob("*.svg")
        }


def test_the_tables_named_in_the_documentation_are_there(book: Path) -> None:
    assert headings_of(book, "tables/outcome")[:1] == ["org_code"]
    assert {"period_start", "period_end", "patients", "observed", "expected"} <= set(
        headings_of(book, "tables/outcome")
    )
    assert {"ratio", "lower95", "upper95", "lower998", "upper998"} <= set(
        headings_of(book, "tables/outcome")
    )
    (main,) = (r for r in rows_of(book, "tables/association") if r["primary"] == "yes")
    assert main["estimate"] == "0.943396"  # 1 / 1.06


def test_the_same_book_is_written_whichever_of_one_to_seven_it_was(
    book: Path, tmp_path: Path
) -> None:
    """To the byte: pictures, drawings, JSON and the seal, too."""
    other = written(ozdemir_like(AS_FEW, few_in_class=True), tmp_path / "book")
    first, again = everything(book), everything(other)
    assert list(first) == list(again)
    assert [name for name in first if first[name] != again[name]] == []


def test_few_people_change_nothing_in_a_book_of_survival(
    survival: Path, tmp_path: Path
) -> None:
    other = written(downing_like(AS_FEW), tmp_path / "book")
    first, again = everything(survival), everything(other)
    assert [name for name in first if first[name] != again.get(name)] == []


def counts_of(value: Any) -> Iterator[int]:
    """Yield every count of people in a result."""
    people = {"count", "remaining", "patients", "events", "observed", "observations"}
    if isinstance(value, list | tuple):
        for one in value:
            yield from counts_of(one)
    elif is_dataclass(value):
        for field in fields(value):
            one = getattr(value, field.name)
            if field.name in people and isinstance(one, int):
                yield one
            elif field.name not in ("protocol", "published"):
                yield from counts_of(one)


@pytest.mark.parametrize("case", ["book", "survival"])
def test_no_true_count_is_in_any_file(
    case: str, request: pytest.FixtureRequest
) -> None:
    """Those that are long enough to be found by chance in nothing else."""
    place: Path = request.getfixturevalue(case)
    found = (
        ozdemir_like(FEW, few_in_class=True) if case == "book" else downing_like(FEW)
    )
    true = {n for n in counts_of(found) if n > 999 and n % 5}
    assert len(true) > 20
    planted = {words for n in true for words in (str(n), f"{n:,}")}
    for name, raw in everything(place).items():
        if name.endswith(".png") or name == "tables/published.csv":
            continue
        numbers = set(re.findall(r"(?<![\d.,])\d[\d,]*(?![\d.])", raw.decode()))
        # What the paper printed stands beside ours, and is not a count of these files.
        assert not numbers & (planted - printed(found)), name


def printed(found: Any) -> set[str]:
    numbers = [p.patients for p in found.protocol.published if p.patients]
    return {words for n in numbers for words in (str(n), f"{n:,}")}


def test_a_cell_of_few_people_is_a_star_in_every_table(book: Path) -> None:
    (few,) = (
        row
        for row in rows_of(book, "tables/outcome")
        if row["org_code"] == "ZT00" and row["period_start"] == "2016-04-01"
    )
    assert (few["observed"], few["ratio"]) == ("*", "")
    (step,) = (
        r for r in rows_of(book, "tables/cohort_flow") if r["step"] == "discharge"
    )
    assert step["count"] == "*"
    told = json.loads((book / "results" / "study.json").read_text())["study"]
    assert told["flow"][1]["count"] == "*"
    assert told["outcomes"][0]["trusts"][0]["observed"] == "*"


def test_every_number_of_the_page_has_an_origin_in_the_manifest(book: Path) -> None:
    page = (book / "report.html").read_text(encoding="utf-8")
    named = set(re.findall(r'data-number="([^"]+)"', page))
    manifest = manifest_of(book)
    assert len(named) > 30
    assert named == set(manifest["numbers"])
    for number in manifest["numbers"].values():
        assert number["origin"] in manifest["origins"]
    assert manifest["origins"]["study"]["rows"] == {}


def test_the_manifest_rounds_rows_and_names_no_day_of_a_person(book: Path) -> None:
    first, *_ = manifest_of(book)["inputs"]
    assert first["rows"] == 640_000  # of 640,001
    assert (first["first_day"], first["last_day"]) == (None, None)
    assert first["notes"] == ["fewer than 8 rows have a day of death before admission"]
    for name, raw in everything(book).items():
        if not name.endswith(".png"):
            assert b"2016-04-03" not in raw
            assert b"2018-03-30" not in raw


def test_a_disk_that_is_full_leaves_no_book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: Any, **more: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writing_module.Path, "write_bytes", full)
    with pytest.raises(InputError, match="No space left on device"):
        written(replace(ozdemir_like(), outcomes=()), tmp_path / "book")
    assert list(tmp_path.iterdir()) == []


def test_real_files_are_not_said_to_be_under_an_open_licence(tmp_path: Path) -> None:
    found = replace(ozdemir_like(), made_up=False, outcomes=())
    place = written(found, tmp_path / "book")
    about = json.loads((place / "tables" / "inputs.csv-metadata.json").read_text())
    assert (
        about["dc:license"] == "As your agreement with the provider of the data allows"
    )
    assert open_book(place).words["why_not"]
