"""Do DuckDB and Spark read the same rows, and decide the same, in every layout?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from candela.engine.duck import open_duckdb
from candela.engine.spark import SparkEngine
from patient_files import (
    EPISODE,
    PATIENT,
    SPELL,
    TUMOUR,
    Opened,
    Row,
    opened,
    write_rows,
)
from spark_session import spark_beside

CELLS: tuple[Row, ...] = (
    {},
    {"age_years": "71.0", "sex": "Female", "discharge_date": ""},
    {"age_years": "71.5", "sex": "F", "discharge_date": "2015"},
    {"age_years": "71d", "sex": " ", "discharge_date": "2015-5-4"},
    {"age_years": "1e1", "died_in_hospital": "maybe", "discharge_date": "04/05/2015"},
    {"age_years": "131", "discharge_date": "2015-05-04T00:00:00"},
    {"age_years": "", "discharge_date": "2015-04-30"},
    {"org_code": ""},
)
EPISODES: tuple[Row, ...] = (
    {"DISDATE": "", "DISMETH": "8", "DIAG_4_03": "C78.0"},
    {"EPIKEY": "2", "EPIORDER": "2", "DISDATE": "2015-05-09", "DISMETH": "4"},
    {"EPIKEY": "3", "PSEUDO_HESID": "P3", "EPIORDER": "98", "STARTAGE": "7001"},
    {"EPIKEY": "3", "PSEUDO_HESID": "P3", "SEX": "9"},
    {"EPIKEY": "4", "PSEUDO_HESID": "P3", "EPIORDER": "98", "STARTAGE": "7001"},
    {"EPIKEY": "5", "PSEUDO_HESID": "P5", "ADMIDATE": "1801-01-01"},
    {"EPIKEY": "6", "PSEUDO_HESID": "P6", "DIAG_4_01": "R54X", "DIAG_4_02": ""},
    {"EPIKEY": "7", "PSEUDO_HESID": "P7", "EPISTART": "", "ADMIMETH": "?"},
)
TUMOURS: tuple[Row, ...] = (
    {},
    {"TUMOURID": "T2", "STAGE_BEST": "?", "PERFORMANCESTATUS": "9"},
    {"TUMOURID": "T3", "PATIENTID": "99"},
    {"TUMOURID": "T4", "DIAGNOSISDATEBEST": "2016-01-01", "AGE": "x"},
)
REGIMEN: Row = {
    "ENCORE_PATIENT_ID": "10",
    "MERGED_REGIMEN_ID": "R1",
    "START_DATE_OF_REGIMEN": "2015-07-10",
    "CLINICAL_TRIAL": "01",
}
DRUG: Row = {
    "MERGED_DRUG_DETAIL_ID": "D1",
    "MERGED_CYCLE_ID": "C1",
    "ENCORE_PATIENT_ID": "10",
    "ADMINISTRATION_DATE": "2015-07-10",
    "ORG_CODE_OF_DRUG_PROVIDER": "ZB2",
}


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkEngine]:
    with spark_beside() as engine:
        yield engine


def plain(folder: Path) -> None:
    rows = [{"spell_id": f"S{n}", **change} for n, change in enumerate(CELLS)]
    write_rows(folder / "spells.csv", SPELL, [*rows, {"spell_id": "S0"}])


def hes(folder: Path) -> None:
    write_rows(folder / "apc.txt", EPISODE, EPISODES, delimiter="|")
    deaths = [{}, {"PSEUDO_HESID": "P6", "DOD": "20150601"}, {"DOD": ""}]
    base = {"PSEUDO_HESID": "P3", "DOD": "2015-06-04"}
    write_rows(folder / "deaths.txt", base, deaths, delimiter="|")
    groups = "icd10_prefix,diagnosis_group\nI,heart\nI21,infarct\nR,symptoms\n"
    (folder / "groups.csv").write_text(groups)


def registry(folder: Path) -> None:
    write_rows(folder / "tumour.csv", TUMOUR, TUMOURS)
    write_rows(folder / "patient.csv", PATIENT, [{}, {"ETHNICITY": "B"}])
    write_rows(folder / "regimen.csv", REGIMEN, [{}, {"CLINICAL_TRIAL": "2"}])
    write_rows(folder / "drug.csv", DRUG, [{}, {"ORG_CODE_OF_DRUG_PROVIDER": "ZA1"}])


def told(found: Opened) -> list[object]:
    """Return everything that can be seen of an open folder."""
    rows: list[object] = []
    for table, columns in found.tables.columns.items():
        names = ", ".join(sorted(columns))
        key = "spell_id" if table == "admission_spell" else "tumour_id"
        sql = f"SELECT {names} FROM {table} ORDER BY {key}"
        rows += [tuple(row.items()) for row in found.engine.rows(sql)]
    return [*rows, found.tables.decisions, found.tables.rows, found.tables.notes]


@pytest.mark.parametrize("write", [plain, hes, registry])
def test_both_engines_read_alike(
    spark: SparkEngine, tmp_path: Path, write: object
) -> None:
    assert callable(write)
    write(tmp_path)
    with opened(tmp_path) as ours, opened(tmp_path, engine=spark) as theirs:
        expected = told(ours)
        assert len(expected) > 4
        assert told(theirs) == expected


def test_what_is_held_is_not_worked_out_again(
    spark: SparkEngine, tmp_path: Path
) -> None:
    with open_duckdb(folders=[tmp_path], threads=1) as engine:
        engine.put("given", {"n": [1, 2, 3]})
        engine.hold("sums", "SELECT SUM(n) AS total FROM given")
        engine.put("given", {"n": [4]})
        assert engine.rows("SELECT CAST(total AS INT) AS t FROM sums") == [{"t": 6}]
    spark.put("given", {"n": [1, 2, 3]})
    spark.hold("sums", "SELECT SUM(n) AS total FROM given")
    for _ in range(2):
        assert spark.rows("SELECT CAST(total AS INT) AS t FROM sums") == [{"t": 6}]
