"""A small made-up country with counts of few people put into it on purpose.

The trusts named here do not merge in this country.  What is planted in the activity
file of 2016/17, with the total kept true to its parts:

=========  ======================  ===================================================
``FEW``    3 interventional        the only count of 1 to 7 of that measure that year
``EIGHT``  8 interventional        the smallest count shown
``NONE``   0 interventional        none is not a person
``SEVEN``  7 commercial            the largest count hidden
=========  ======================  ===================================================
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from candela.association import shipped_protocol
from candela.build import BuildSettings, build_book
from candela.nation import NationDesign, make_nation, write_nation
from candela.publish.findings import Findings

FEW, EIGHT, NONE, SEVEN = "ZA1", "ZC1", "ZD1", "ZF1"
YEAR = "2016-04-01"
PLANTED = {
    (FEW, "participants_interventional"): 3,
    (EIGHT, "participants_interventional"): 8,
    (NONE, "participants_interventional"): 0,
    (SEVEN, "participants_commercial"): 7,
    ("ZE1", "participants_observational"): 40,  # it happened to be small as well
}
DESIGN = NationDesign(
    trusts=45,
    first_year=2016,
    years=4,
    mergers=2,
    splits_without_share=1,
    median_dose=20.0,
    recruitment_sd=0.6,
)
SEED = 5
BUILT_ON = date(2025, 5, 1)
ACTIVITY = "research-activity.csv"


@dataclass(frozen=True)
class MadeUp:
    """The country's files, its book, and what the book was made of."""

    files: Path
    book: Path
    found: Findings


def settings() -> BuildSettings:
    """Return the settings of every build of the tests: one protocol, one day."""
    return BuildSettings(shipped_protocol("jonker_2018"), BUILT_ON)


def write_small_nation(folder: Path) -> Path:
    """Write the country's files with the planted counts; return the folder."""
    write_nation(make_nation(DESIGN, np.random.default_rng(SEED)), folder)
    path = folder / ACTIVITY
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    parts: dict[str, int] = {}
    for row in rows:
        if row["period_start"] != YEAR:
            continue
        key = row["org_code"], row["measure"]
        row["value"] = str(PLANTED.get(key, row["value"]))
        if row["measure"] in (
            "participants_interventional",
            "participants_observational",
        ):
            parts[key[0]] = parts.get(key[0], 0) + int(row["value"])
    for row in rows:
        if row["period_start"] == YEAR and row["measure"] == "participants_recruited":
            row["value"] = str(parts[row["org_code"]])
    _write(path, rows)
    return folder


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")


def with_other_counts(
    files: Path, place: Path, others: Mapping[tuple[str, str], int]
) -> Path:
    """Copy the country's files with other counts of the planted year."""
    path = Path(shutil.copytree(files, place)) / ACTIVITY
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    wanted = dict(others)
    for row in rows:
        if row["period_start"] == YEAR:
            key = row["org_code"], row["measure"]
            row["value"] = str(wanted.pop(key, row["value"]))
    assert not wanted, f"not in the file: {sorted(wanted)}"
    _write(path, rows)
    return place


def count_in(files: Path, code: str, measure: str) -> int:
    """Return a count of the planted year as the file gives it."""
    with (files / ACTIVITY).open(encoding="utf-8", newline="") as file:
        (value,) = [
            row["value"]
            for row in csv.DictReader(file)
            if (row["org_code"], row["measure"], row["period_start"])
            == (code, measure, YEAR)
        ]
    return int(value)


def build_small_book(files: Path, book: Path) -> Findings:
    """Build the country's book."""
    return build_book(files, book, settings())


def small_book_of(place: Path, **changes: float) -> Path:
    """Build the book of a country with another design; return its folder."""
    design = replace(DESIGN, **changes)  # type: ignore[arg-type]
    write_nation(make_nation(design, np.random.default_rng(SEED)), place / "files")
    build_book(place / "files", place / "book", settings())
    return place / "book"
