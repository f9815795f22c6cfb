"""Does a whole book stay the same to the last digit, whatever its hidden counts are?

This is what somebody could do who has the book: put 1, 2, ... 7 in the place of each
`*`, build the book again, and see which one gives the figures printed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from book_pages import page_of, parsed, rows_of
from candela.association import Association, Material, associate, shipped_protocol
from candela.association.primary import primary_analysis
from candela.build import verify_book
from candela.build.inputs import material_of
from candela.publish.charts import Chart
from candela.publish.findings import Findings
from candela.sources import read_folder
from small_nation import (
    FEW,
    SEVEN,
    YEAR,
    MadeUp,
    build_small_book,
    count_in,
    with_other_counts,
)

RECRUITED = "participants_recruited"
INTERVENTIONAL = "participants_interventional"
OBSERVATIONAL = "participants_observational"
COMMERCIAL = "participants_commercial"
# Taken over on 1 April 2018: the book shows the two together, and each by itself is in
# the analysis of organisations as reported.
TAKEN_OVER, SUCCESSOR = "ZL1", "ZE2"
TEN = "ZV1"  # ten people in all, so that either part could be the small one


@dataclass(frozen=True)
class Country:
    files: Path
    book: Path
    found: Findings


def build(made_up: MadeUp, place: Path, few: int, small: int, seven: int) -> Country:
    """Build the country with other hidden counts; all that is shown is the same."""

    def given(code: str, measure: str) -> int:
        return count_in(made_up.files, code, measure)

    together = given(TAKEN_OVER, INTERVENTIONAL) + given(SUCCESSOR, INTERVENTIONAL)
    interventional = {
        FEW: few,
        TAKEN_OVER: few,
        SUCCESSOR: together - few,
        TEN: small,
    }
    totals = {code: given(code, RECRUITED) for code in interventional} | {TEN: 10}
    others = {(SEVEN, COMMERCIAL): seven, (TEN, RECRUITED): 10}
    for code, count in interventional.items():
        others[code, INTERVENTIONAL] = count
        others[code, OBSERVATIONAL] = totals[code] - count
    files = with_other_counts(made_up.files, place / "files", others)
    with pytest.MonkeyPatch.context() as patch:
        # Pictures of points take most of the time: what they are drawn from is enough.
        patch.setattr(Chart, "png", lambda chart: chart.specification.encode())
        found = build_small_book(files, place / "book")
    return Country(files, place / "book", found)


@pytest.fixture(scope="module")
def three(made_up: MadeUp, tmp_path_factory: pytest.TempPathFactory) -> Country:
    """Threes, ten people as 2 and 8, and 7 people in commercial studies."""
    return build(made_up, tmp_path_factory.mktemp("three"), 3, 2, 7)


@pytest.fixture(scope="module")
def six(made_up: MadeUp, tmp_path_factory: pytest.TempPathFactory) -> Country:
    """Sixes, ten people as 5 and 5, and 1 person in commercial studies."""
    return build(made_up, tmp_path_factory.mktemp("six"), 6, 5, 1)


def files_of(book: Path) -> dict[str, bytes]:
    return {
        path.relative_to(book).as_posix(): path.read_bytes()
        for path in sorted(book.rglob("*"))
        if path.is_file()
    }


SOURCES = "tables/sources.csv"


def manifest_without_hashes(book: Path) -> dict[str, Any]:
    """Return the manifest without the hashes of the input files, and of their list."""
    manifest: dict[str, Any] = json.loads((book / "manifest.json").read_bytes())
    for entry in manifest["inputs"]:
        del entry["sha256"], entry["bytes"]
    del manifest["files"][SOURCES], manifest["seal"]
    return manifest


def test_the_files_do_hold_other_counts(three: Country, six: Country) -> None:
    for code, measure, a, b in (
        (FEW, INTERVENTIONAL, 3, 6),
        (TAKEN_OVER, INTERVENTIONAL, 3, 6),
        (TEN, OBSERVATIONAL, 8, 5),
        (SEVEN, COMMERCIAL, 7, 1),
    ):
        assert count_in(three.files, code, measure) == a
        assert count_in(six.files, code, measure) == b
    assert verify_book(three.book) == verify_book(six.book) == ()


def test_whatever_the_hidden_counts_every_file_is_the_same_to_the_last_digit(
    three: Country, six: Country
) -> None:
    a, b = files_of(three.book), files_of(six.book)
    assert len(a) > 50
    assert set(a) == set(b)
    assert {name for name in a if a[name] != b[name]} == {"manifest.json", SOURCES}


def test_only_the_hash_of_the_file_tells_the_two_books_apart(
    three: Country, six: Country
) -> None:
    assert manifest_without_hashes(three.book) == manifest_without_hashes(six.book)
    a, b = (rows_of(country.book, "tables/sources") for country in (three, six))
    assert [{**row, "sha256": ""} for row in a] == [{**row, "sha256": ""} for row in b]


def true_answers(country: Country) -> Iterator[tuple[str, float]]:
    material: Material = material_of(read_folder(country.files))[0]
    for analysis in associate(material, shipped_protocol("jonker_2018")).analyses:
        yield analysis.name, analysis.estimate.value


def test_from_the_counts_themselves_the_answers_would_differ(
    three: Country, six: Country
) -> None:
    # So the files above are the same for no want of trying.
    a, b = dict(true_answers(three)), dict(true_answers(six))
    told = {
        "primary",
        "negative_binomial",
        "spline",
        "by_spells",
        "participants_observational",
        "participants_commercial",
        "policy_as_reported",
        "policy_drop_year_of_merger",
    }
    assert {name for name in told if a[name] != b[name]} == told
    assert a["studies_recruiting"] == b["studies_recruiting"]


# What can be found by trying.


def association_of(found: Findings) -> Association:
    assert found.association is not None
    return found.association


def test_trying_all_seven_against_the_answer_finds_the_stand_in_not_the_count(
    made_up: MadeUp,
) -> None:
    # All it takes is in the book: the size by which the hidden count is divided, and
    # the panel with one dose missing.
    (size,) = [
        float(row["size"])
        for row in rows_of(made_up.book, "tables/position")
        if (row["org_code"], row["indicator"], row["period_start"])
        == (FEW, f"{INTERVENTIONAL}_by_staff_clinical_fte", YEAR)
    ]
    panel_rows = rows_of(made_up.book, "tables/association_panel")
    (place,) = [n for n, row in enumerate(panel_rows) if row["dose"] == "*"]
    assert panel_rows[place]["org_code"] == FEW
    told = rows_of(made_up.book, "tables/association")[0]
    panel = association_of(made_up.found).panel
    fits = []
    for count in range(1, 8):
        dose = panel.dose.copy()
        dose[place] = count / size * 100
        tried, _ = primary_analysis(
            replace(panel, dose=dose), shipped_protocol("jonker_2018")
        )
        if tried.estimate.value == pytest.approx(float(told["estimate"]), rel=1e-9):
            fits.append(count)
    assert fits == [4]  # 3 were planted


def test_a_total_of_a_year_is_that_of_what_is_shown_and_the_stand_ins(
    made_up: MadeUp,
) -> None:
    values = [
        4.0 if row["value"] == "*" else float(row["value"])
        for row in rows_of(made_up.book, "tables/participation")
        if (row["measure"], row["period_start"], row["denominator"])
        == (INTERVENTIONAL, YEAR, "none")
    ]
    (told,) = [
        float(row["total"])
        for row in rows_of(made_up.book, "tables/concentration")
        if (row["measure"], row["period_start"]) == (INTERVENTIONAL, YEAR)
    ]
    assert told == 5 * round(sum(values) / 5)


# What is said of it.

NOBODY_BY_TRYING = "so that nobody can find the count by trying"


def notes(book: Path, name: str) -> list[str]:
    path = book / "tables" / f"{name}.csv-metadata.json"
    found: list[str] = json.loads(path.read_bytes())["notes"]
    return found


def test_the_analyses_say_how_many_hidden_counts_they_rest_on(
    made_up: MadeUp, three: Country
) -> None:
    for country, told in ((made_up, "In 1 trust-year "), (three, "In 2 trust-years ")):
        stars = [r["dose"] for r in rows_of(country.book, "tables/association_panel")]
        assert stars.count("*") == int(told.split()[1])
        (note,) = [n for n in notes(country.book, "association") if "hidden" in n]
        assert note.startswith(told)
        assert NOBODY_BY_TRYING in note
        assert note in parsed(page_of(country.book)).text()
