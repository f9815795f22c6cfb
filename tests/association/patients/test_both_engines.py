"""Does a study find the same on DuckDB and on Spark?"""

from __future__ import annotations

from pathlib import Path

import pytest

from candela.association.patients import study
from candela.association.patients.result import OutcomeResult, StudyResult
from patient_studies import (
    ADMISSIONS,
    CANCER,
    Columns,
    at_hand,
    patients,
    plan,
    spells,
    write_folder,
)
from spark_session import spark_beside

TOLERANCE = 1e-9


def both(folder: Path, text: str) -> tuple[StudyResult, StudyResult]:
    protocol = plan(text)
    with at_hand(folder) as (engine, tables):
        here = study(engine, tables, protocol)
    with at_hand(folder, spark_beside) as (engine, tables):
        there = study(engine, tables, protocol)
    return here, there


def estimates(found: OutcomeResult) -> dict[str, tuple[float, float, float]]:
    return {
        one.name: (one.estimate.value, one.estimate.lower, one.estimate.upper)
        for one in found.analyses
    }


@pytest.mark.parametrize(
    ("text", "spell", "cancer"),
    [(ADMISSIONS, spells(1500), None), (CANCER, None, patients(1500))],
    ids=["admissions", "cancer"],
)
def test_counts_are_the_same_and_estimates_nearly(
    text: str, spell: Columns | None, cancer: Columns | None, tmp_path: Path
) -> None:
    here, there = both(write_folder(tmp_path, spell=spell, cancer=cancer), text)
    assert here.engine.startswith("duckdb")
    assert there.engine.startswith("spark")
    assert there.flow == here.flow
    for one, other in zip(here.outcomes, there.outcomes, strict=True):
        assert other.flow == one.flow
        assert (other.patients, other.events) == (one.patients, one.events)
        assert [c.patients for c in other.primary.contrasts] == [
            c.patients for c in one.primary.contrasts
        ]
        assert {n.name for n in other.not_done} == {n.name for n in one.not_done}
        ours, theirs = estimates(one), estimates(other)
        assert ours.keys() == theirs.keys()
        for name, values in ours.items():
            assert theirs[name] == pytest.approx(values, rel=TOLERANCE), name
