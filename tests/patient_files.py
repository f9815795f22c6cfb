"""Small files of made-up people in every layout, and what an engine reads of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from candela.engine import Engine
from candela.engine.duck import open_duckdb
from candela.sources.patients import Decision, PatientTables, read_patient_folder

Row = Mapping[str, object]

EPISODE: Row = {
    "EPIKEY": "1",
    "PSEUDO_HESID": "P1",
    "PROCODE3": "ZA1",
    "SITETRET": "ZA101",
    "ADMIDATE": "2015-05-01",
    "DISDATE": "2015-05-04",
    "EPISTART": "2015-05-01",
    "EPIEND": "2015-05-04",
    "EPIORDER": "1",
    "EPISTAT": "3",
    "EPITYPE": "1",
    "ADMIMETH": "21",
    "CLASSPAT": "1",
    "DISMETH": "1",
    "DISDEST": "19",
    "STARTAGE": "70",
    "SEX": "1",
    "ETHNOS": "A",
    "IMD04_DECILE": "3",
    "TRETSPEF": "300",
    "DIAG_4_01": "I219",
    "DIAG_4_02": "E119",
    "DIAG_4_03": "",
}
SPELL: Row = {
    "spell_id": "S1",
    "person_id": "P1",
    "org_code": "ZA1",
    "admission_date": "2015-05-01",
    "discharge_date": "2015-05-04",
    "admission_method": "emergency",
    "age_years": "70",
    "sex": "male",
    "died_in_hospital": "false",
}
TUMOUR: Row = {
    "TUMOURID": "T1",
    "PATIENTID": "10",
    "DIAGNOSISDATEBEST": "2015-06-01",
    "SITE_ICD10_O2": "C187",
    "STAGE_BEST": "2A",
    "GRADE": "G2",
    "AGE": "66",
    "SEX": "2",
    "quintile_2015": "1 - most deprived",
    "PERFORMANCESTATUS": "1m",
    "ACE27": "2",
    "DATE_FIRST_SURGERY": "2015-06-20",
}
PATIENT: Row = {
    "PATIENTID": "10",
    "LINKNUMBER": "810",
    "SEX": "2",
    "ETHNICITY": "A",
    "DEATHCAUSECODE_UNDERLYING": "C189",
    "NEWVITALSTATUS": "D",
    "VITALSTATUSDATE": "2017-01-05",
}


def write_rows(
    path: Path, base: Row, changes: Sequence[Row], *, delimiter: str = ","
) -> Path:
    """Write ``base`` with each of the changes; a change to ``None`` takes it out."""
    rows = [{**base, **change} for change in changes] or [dict(base)]
    names = [name for name in rows[0] if rows[0][name] is not None]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([[row.get(name, "") for name in names] for row in rows])
    return path


@dataclass(frozen=True)
class Opened:
    """An open folder, and questions to it."""

    engine: Engine
    tables: PatientTables

    def cells(self, *columns: str, table: str = "admission_spell") -> list[object]:
        """Return these columns of the rows, in order of their first column."""
        told = ", ".join(columns)
        rows = self.engine.rows(f"SELECT {told} FROM {table} ORDER BY 1, 2")
        return [tuple(row.values()) for row in rows]

    def decided(self) -> dict[str, int]:
        """Return how many rows each decision touched."""
        return {decision.name: decision.rows for decision in self.tables.decisions}

    def decision(self, name: str) -> Decision:
        """Return one decision."""
        return next(d for d in self.tables.decisions if d.name == name)


@contextmanager
def opened(
    folder: Path,
    *,
    engine: Engine | None = None,
    needed: Sequence[str] | None = None,
    latest: date | None = None,
) -> Iterator[Opened]:
    """Open a folder with DuckDB, or with the engine given."""
    found = read_patient_folder(folder)
    if engine is not None:
        yield Opened(engine, found.open(engine, needed=needed, latest=latest))
        return
    with open_duckdb(folders=[folder], threads=1) as own:
        yield Opened(own, found.open(own, needed=needed, latest=latest))
