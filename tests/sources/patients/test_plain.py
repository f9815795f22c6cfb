"""Is the plain layout passed on as it stands, and what is wrong with it counted?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from candela.errors import InputError
from candela.sources.patients.coding import coding_of
from candela.tables.patients import ADMISSION_SPELL, CANCER_PATIENT, PATIENT_TABLES
from patient_files import SPELL, Row, opened, write_rows

DAY = date(2015, 5, 1)


def spells(folder: Path, *changes: Row) -> Path:
    write_rows(folder / "admission_spell.csv", SPELL, changes)
    return folder


def parquet(path: Path, columns: Mapping[str, object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(dict(columns)), path)
    return path


def numbered(*changes: Row) -> list[Row]:
    """Return the changes with an identifier each."""
    return [{"spell_id": f"S{n}", **change} for n, change in enumerate(changes)]


def test_csv_and_parquet_give_the_same_rows(tmp_path: Path) -> None:
    spells(tmp_path, *numbered({}, {"age_years": "", "sex": "female"}))
    parquet(
        tmp_path / "other" / "admission_spell" / "part-0.parquet",
        {
            "spell_id": pa.array([0, 1]),
            "person_id": ["P1", "P1"],
            "org_code": pa.array(["ZA1", "ZA1"]).dictionary_encode(),
            "admission_date": pa.array([DAY, DAY]),
            "discharge_date": np.array(["2015-05-04"] * 2, "datetime64[us]"),
            "admission_method": ["emergency", "emergency"],
            "age_years": pa.array([70.0, np.nan]),
            "sex": ["male", "female"],
            "died_in_hospital": pa.array([0, 0], pa.int8()),
        },
    )
    columns = tuple(SPELL)[2:]
    (tmp_path / "one").mkdir()
    (tmp_path / "admission_spell.csv").rename(tmp_path / "one" / "spells.csv")
    with opened(tmp_path / "one") as text, opened(tmp_path / "other") as typed:
        assert text.cells("sex", *columns) == typed.cells("sex", *columns)
        assert text.tables.columns == typed.tables.columns
        assert text.tables.decisions == typed.tables.decisions == ()
        types = "SELECT typeof(spell_id) AS a, typeof(discharge_date) AS b, "
        types += "typeof(age_years) AS c, typeof(died_in_hospital) AS d "
        for one in (text, typed):
            assert one.engine.rows(f"{types} FROM admission_spell LIMIT 1") == [
                {"a": "VARCHAR", "b": "DATE", "c": "INTEGER", "d": "BOOLEAN"}
            ]


def test_parts_of_a_table_are_one_table(tmp_path: Path) -> None:
    for n in range(3):
        part = {
            "spell_id": [f"S{n}"],
            "org_code": ["ZA1"],
            "admission_date": [DAY],
            "note": ["left out"],
        }
        parquet(tmp_path / "admission_spell" / f"part-{n}.parquet", part)
    with opened(tmp_path) as found:
        assert found.tables.rows == {"admission_spell": 3}
        assert found.tables.columns["admission_spell"] == {
            "spell_id",
            "org_code",
            "admission_date",
        }
        assert [file.rows for file in found.tables.inputs] == [1, 1, 1]


# A column, a cell of a CSV, and what is read; None stands for not known.
CELLS = (
    ("age_years", " 71 ", 71),
    ("age_years", "71.0", 71),
    ("age_years", "71.5", None),
    ("age_years", "131", None),
    ("age_years", "-1", None),
    ("age_years", "1e1", None),
    ("sex", "Female", "female"),
    ("sex", "F", None),
    ("discharge_date", "2015-05-04T00:00:00", date(2015, 5, 4)),
    ("discharge_date", "04/05/2015", None),
    ("discharge_date", "2015-02-30", None),
    ("discharge_date", "1066-10-14", None),
    ("discharge_date", "2015-05-04 12:30:00", None),
    ("admission_method", "EMERGENCY", "emergency"),
    ("admission_method", "21", None),
    ("died_in_hospital", "yes", True),
    ("died_in_hospital", "0", False),
    ("died_in_hospital", "maybe", None),
)


def test_cells_are_read_and_what_cannot_be_is_counted(tmp_path: Path) -> None:
    changes = [{column: cell} for column, cell, _ in CELLS]
    with opened(spells(tmp_path, *numbered({}, *changes))) as found:
        for n, (column, cell, value) in enumerate(CELLS, 1):
            sql = f"SELECT {column} AS v FROM admission_spell WHERE spell_id = 'S{n}'"
            assert found.engine.rows(sql) == [{"v": value}], (column, cell)
        counted = {f"unreadable_{column}": 0 for column, _, _ in CELLS}
        for column, _, value in CELLS:
            counted[f"unreadable_{column}"] += value is None
        assert found.decided() == counted
        kinds = {decision.kind for decision in found.tables.decisions}
    assert kinds == {"changed"}


def test_every_column_of_the_tables_can_be_read_from_text() -> None:
    for table in PATIENT_TABLES.values():
        for column in table.columns:
            assert coding_of(column, column.name, "text") is not None


def test_parquet_cells_out_of_range_are_counted(tmp_path: Path) -> None:
    parquet(
        tmp_path / "spells.parquet",
        {
            "spell_id": [f"S{n}" for n in range(4)],
            "org_code": ["ZA1", " ZA1", "ZA1", ""],
            "admission_date": [DAY] * 4,
            "discharge_date": [DAY, DAY, date(1, 1, 1), None],
            "age_years": pa.array([70, 200, -1, None], pa.int16()),
            "sex": ["male", "Male", "m", ""],
            "died_in_hospital": pa.array([1, 2, None, 0], pa.int64()),
        },
    )
    with opened(tmp_path) as found:
        assert found.cells("spell_id", "org_code", "age_years", "sex") == [
            ("S0", "ZA1", 70, "male"),
            ("S1", "ZA1", None, "male"),
            ("S2", "ZA1", None, None),
        ]
        assert found.decided() == {
            "unreadable_discharge_date": 1,
            "unreadable_age_years": 2,
            "unreadable_sex": 1,
            "unreadable_died_in_hospital": 1,
            "no_organisation": 1,
        }


def test_rows_that_contradict_themselves_leave(tmp_path: Path) -> None:
    spells(
        tmp_path,
        {"death_date": ""},
        {"spell_id": "S2", "org_code": ""},
        {"spell_id": "S3", "admission_date": ""},
        {"spell_id": "S4", "discharge_date": "2015-04-30"},
        {"spell_id": "S5", "death_date": "2015-04-30"},
        {"spell_id": "S6", "admission_date": "2026-01-01", "discharge_date": ""},
        {"spell_id": "S1", "age_years": "69"},
    )
    with opened(tmp_path, latest=date(2025, 12, 31)) as found:
        # of the two called S1 the first by its columns stays, wherever it is
        assert found.cells("spell_id", "age_years") == [("S1", 69)]
        decisions = [(d.name, d.rows, d.remaining) for d in found.tables.decisions]
    assert decisions == [
        ("no_organisation", 1, 6),
        ("no_admission_date", 1, 5),
        ("discharge_before_admission", 1, 4),
        ("death_before_admission", 1, 3),
        ("in_the_future", 1, 2),
        ("repeated_identifier", 1, 1),
    ]


def test_only_columns_that_are_needed_are_looked_at(tmp_path: Path) -> None:
    spells(tmp_path, *numbered({}, {"sex": "?", "age_years": "old"}))
    with opened(tmp_path, needed=("sex",)) as found:
        assert found.decided() == {"unreadable_sex": 1}
        assert found.tables.columns["admission_spell"] == {
            "spell_id",
            "org_code",
            "admission_date",
            "sex",
        }


def test_a_column_of_which_nothing_can_be_read_is_refused(tmp_path: Path) -> None:
    spells(tmp_path, *numbered({"sex": "marker77"}, {"sex": "marker78"}, {"sex": ""}))
    with pytest.raises(InputError) as raised, opened(tmp_path):
        pass
    assert str(raised.value) == (
        "admission_spell.csv, column `sex`: none of the 2 filled cells can be read. "
        "Expected one of male, female. Write the column again as the layout asks, or "
        "leave it out."
    )
    assert raised.value.__cause__ is None


def test_a_column_of_another_type_is_refused(tmp_path: Path) -> None:
    columns = {"spell_id": ["S1"], "org_code": ["ZA1"], "admission_date": [True]}
    parquet(tmp_path / "spells.parquet", columns)
    with (
        pytest.raises(InputError, match="column `admission_date`: the column is of"),
        opened(tmp_path),
    ):
        pass


def test_no_rows_and_no_usable_rows_are_refused(tmp_path: Path) -> None:
    (tmp_path / "spells.csv").write_text(",".join(SPELL) + "\n")
    with pytest.raises(InputError, match="there are no rows"), opened(tmp_path):
        pass
    write_rows(tmp_path / "spells.csv", SPELL, [{"org_code": ""}])
    with (
        pytest.raises(InputError, match=r"none of its 1 spells can be used: no org"),
        opened(tmp_path),
    ):
        pass


def test_both_tables_may_be_in_one_folder(tmp_path: Path) -> None:
    spells(tmp_path)
    tumour = {
        "tumour_id": "T1",
        "diagnosis_date": "2015-05-01",
        "trust_diagnosis": "ZA1",
        "stage": "3",
        "vital_status": "alive",
        "vital_status_date": "2016-05-01",
    }
    changes = [{}, {"tumour_id": "T2", "vital_status_date": "2015-04-01"}]
    write_rows(tmp_path / "cancer.txt", tumour, changes, delimiter="|")
    with opened(tmp_path) as found:
        assert found.tables.rows == {"admission_spell": 1, "cancer_patient": 1}
        assert found.cells("tumour_id", "stage", table="cancer_patient") == [
            ("T1", "3")
        ]
        assert found.decision("ended_before_diagnosis").table == "cancer_patient"


def test_identifiers_and_days_are_marked_as_identifying() -> None:
    for table in (ADMISSION_SPELL, CANCER_PATIENT):
        marked = {column.name for column in table.columns if column.identifies}
        dates = {column.name for column in table.columns if column.kind == "date"}
        assert dates | {table.key, "person_id"} == marked
