"""Does the reader of real patients' folders read the made-up ones?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from candela.engine import Engine
from candela.engine.duck import open_duckdb
from candela.sources.patients import PatientTables, read_patient_folder
from made_up_patients import Written


@dataclass(frozen=True)
class Opened:
    """An engine and what was read into it."""

    engine: Engine
    tables: PatientTables


@pytest.fixture(scope="module")
def opened(patients: Written) -> Iterator[Opened]:
    folder = read_patient_folder(patients.folder)
    with open_duckdb(folders=[patients.folder]) as engine:
        yield Opened(engine, folder.open(engine))


def test_every_row_is_read_and_none_is_amiss(patients: Written, opened: Opened) -> None:
    counted = patients.truth.counted
    found = opened.engine.rows(
        "SELECT (SELECT COUNT(*) FROM admission_spell) AS a,"
        " (SELECT COUNT(*) FROM cancer_patient) AS c"
    )
    assert found == [{"a": counted.admissions, "c": counted.cancer_patients}]
    left = [d for d in opened.tables.decisions if d.kind == "left" and d.rows]
    assert left == []


def test_deaths_are_as_they_were_written(patients: Written, opened: Opened) -> None:
    found = opened.engine.rows(
        "SELECT CAST(SUM(CASE WHEN died_30d_discharge THEN 1 ELSE 0 END) AS BIGINT)"
        " AS died FROM admission_spell"
    )
    assert found == [{"died": patients.truth.counted.died_within_30_days}]


def test_research_and_beds_are_read(patients: Written, opened: Opened) -> None:
    activity = opened.tables.research_activity
    design = patients.truth.design
    whole = (activity["specialty"] == "all") & (activity["design"] == "all")
    recruited = whole & (activity["measure"] == "participants_recruited")
    years = np.unique(activity["period_start"][recruited])
    # The year before the first stays is there too, for they answer to it.
    assert years.astype(str).tolist() == [
        f"{year}-04-01"
        for year in range(design.first_year - 1, design.first_year + design.years)
    ]
    beds = opened.tables.org_structure
    assert "beds_general_acute" in set(beds["measure"].tolist())


def test_every_name_says_that_it_is_made_up(opened: Opened) -> None:
    assert len(opened.tables.names) == 24 + 2  # two mergers of four take a new code
    assert all("(made up)" in name for name in opened.tables.names.values())


def test_mergers_are_read(opened: Opened) -> None:
    succession = opened.tables.succession
    assert succession is not None
    # Four mergers: two under one of the old codes, two under a new one.
    assert len(succession["predecessor_code"]) == 2 * 1 + 2 * 2
