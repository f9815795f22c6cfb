"""Small folders of made-up patients for tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from candela.nation.patients import PatientsDesign, PatientsTruth, make_patients

SMALL = PatientsDesign(
    admissions=60_000,
    cancer_patients=20_000,
    trusts=24,
    mergers=4,
    years=5,
    first_year=2014,
    log_odds=-0.3,
    log_hazard=-0.02,
    log_hazard_per_high_year=-0.1,
    confounding=1.0,
    participant_share=0.05,
)


@dataclass(frozen=True)
class Written:
    """A folder of made-up patients and what is true of them."""

    folder: Path
    truth: PatientsTruth

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        """Return the answer to a query; {a} are admissions, {c} cancer patients."""
        with duckdb.connect() as connection:
            return connection.execute(
                sql.format(
                    a=f"'{self.folder}/admission_spell/*.parquet'",
                    c=f"'{self.folder}/cancer_patient/*.parquet'",
                )
            ).fetchall()

    def columns(self, sql: str) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
        """Return the answer to a query as arrays."""
        with duckdb.connect() as connection:
            return connection.execute(
                sql.format(
                    a=f"'{self.folder}/admission_spell/*.parquet'",
                    c=f"'{self.folder}/cancer_patient/*.parquet'",
                )
            ).fetchnumpy()


def written(
    folder: Path, seed: int, design: PatientsDesign = SMALL, *, threads: int = 2
) -> Written:
    """Make patients in parts of 25,000."""
    truth = make_patients(
        design, folder, np.random.default_rng(seed), part_rows=25_000, threads=threads
    )
    return Written(folder, truth)
