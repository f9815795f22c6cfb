"""Do the real public files become a book that is quick, whole, traced and honest?"""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from book_pages import manifest_of, page_of, parsed, rows_of
from candela.build import verify_book
from command import candela

# Ten seconds on two cores.  Where tests run beside each other the cores are shared, and
# the bound only catches a build that hangs.
BUILD_SECONDS = 20.0
BUILD_SECONDS_SHARED = 120.0


@dataclass(frozen=True)
class Built:
    book: Path
    code: int
    seconds: float


@pytest.fixture(scope="module")
def built(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    book = tmp_path_factory.mktemp("real") / "book"
    start = time.perf_counter()
    code = candela("build", real_data, "--out", book)
    return Built(book, code, time.perf_counter() - start)


def test_the_real_files_become_a_book(built: Built) -> None:
    assert built.code == 0
    assert verify_book(built.book) == ()


def test_the_build_is_quick(built: Built) -> None:
    shared = "PYTEST_XDIST_WORKER" in os.environ
    assert built.seconds < (BUILD_SECONDS_SHARED if shared else BUILD_SECONDS)


@pytest.mark.parametrize("policy", ["as_reported", "drop_year_of_merger"])
def test_every_policy_gives_a_book(
    real_data: Path, tmp_path: Path, policy: str
) -> None:
    book = tmp_path / "book"
    assert candela("build", real_data, "--out", book, "--policy", policy) == 0
    assert verify_book(book) == ()
    assert f"Policy: {policy}" in parsed(page_of(book)).text()


def test_the_real_book_is_not_made_up(built: Built) -> None:
    manifest = manifest_of(built.book)
    assert manifest["made_up"] is False
    page = parsed(page_of(built.book))
    assert "Made-up data" not in page.text()
    assert "Open Government Licence v3.0" in page.text()


def test_every_number_of_the_real_report_is_traced_to_rows(built: Built) -> None:
    manifest = manifest_of(built.book)
    files = {entry["file"] for entry in manifest["inputs"]}
    numbers = [
        e
        for e in parsed(page_of(built.book)).all("data")
        if e.attributes.get("class") == "number"
    ]
    assert len(numbers) > 50
    for element in numbers:
        told = manifest["numbers"][element.attributes["data-number"]]
        assert element.text() == told["words"]
        value = float(element.attributes["value"])
        assert value == pytest.approx(told["value"], rel=1e-9)
        rows = manifest["origins"][told["origin"]]["rows"]
        assert rows
        assert set(rows) <= files


def test_published_deaths_are_those_of_the_official_file(
    built: Built, real_data: Path
) -> None:
    # Eleven publications, October 2011 to April 2014; known by their total of deaths.
    totals: dict[str, float] = {}
    for row in rows_of(built.book, "tables/published_outcome"):
        if row["period_start"] == "2012-04-01":
            key = row["source_file"]
            totals[key] = totals.get(key, 0) + float(row["observed"])
    assert 279_274 in totals.values()  # October 2013: April 2012 to March 2013


def test_the_real_book_says_association_and_never_cause(built: Built) -> None:
    page = parsed(page_of(built.book))
    (heading,) = page.all("h1")
    assert re.search(r"went with|cannot tell", heading.text())
    assert "This does not show that one caused the other." in page.text()


def test_every_real_code_has_a_name(built: Built) -> None:
    rows = rows_of(built.book, "tables/organisations")
    assert len(rows) > 130
    with_outcome = [row for row in rows if row["has_outcome"] == "yes"]
    assert all(row["name"] for row in with_outcome)


def test_check_of_the_real_files_finds_no_problem(
    real_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert candela("check", real_data) == 0
    told = capsys.readouterr().out
    assert "What these files can answer:" in told
    assert "  yes  Which trusts differ from expected?" in told
