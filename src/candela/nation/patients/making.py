"""How does a folder of made-up patients come about, whole or not at all?

Everything is written beside the folder under another name, and moved when it is whole:
whoever stops it half-way leaves nothing behind.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from candela.errors import InputError, Problem
from candela.nation.patients.admissions import admission_model
from candela.nation.patients.cancer import NEVER, cancer_model
from candela.nation.patients.counted import Counted
from candela.nation.patients.country import make_country
from candela.nation.patients.design import PatientsDesign
from candela.nation.patients.parts import PART_ROWS, Part, parts_of, write_parts
from candela.nation.patients.small_files import small_files
from candela.nation.patients.truth import PatientsTruth, notes, truth_of
from candela.nation.truth import seed_note

__all__ = ["make_patients"]

SURGERY_DAYS = 30
THREADS = 2


def make_patients(
    design: PatientsDesign,
    folder: Path,
    rng: np.random.Generator,
    *,
    progress: Callable[[str], None] = lambda _: None,
    part_rows: int = PART_ROWS,
    threads: int = THREADS,
) -> PatientsTruth:
    """Write made-up patients in the plain layout; return what was planted.

    ===============================  ==============================================
    ``admission_spell/part-*``       Parquet, ``part_rows`` rows each
    ``cancer_patient/part-*``        the same
    ``research_activity.csv``        participants by trust and year
    ``org_structure.csv``            beds and staff by trust and year
    ``organisation.csv``             names, each marked as made up
    ``organisation_succession.csv``  mergers
    ``life_table.csv``               deaths in the whole population
    ``truth.json``, ``README.txt``   what is planted
    ===============================  ==============================================

    The same design and generator give the same rows, however many threads draw them.
    About 200 MB of memory is used for each thread, whatever the size.

    Parameters
    ----------
    folder
        New or empty.
    progress
        Told how far it is.
    part_rows
        Rows in a part; another number gives other rows.

    Raises
    ------
    InputError
        If the folder holds anything: made-up rows beside real ones would be read
        together with them.
    """
    _refuse_unless_empty(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(
        tempfile.mkdtemp(prefix=f".{folder.name}-unfinished-", dir=folder.parent)
    )
    try:
        truth = _written(design, unfinished, rng, progress, part_rows, threads)
        unfinished.chmod(0o755)
        if folder.exists():
            folder.rmdir()
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return truth


def _refuse_unless_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(
            Problem(
                str(folder),
                "it is there already and is not an empty folder",
                "a new or empty folder, so that nobody made up lies beside real people",
                "Give another folder.",
            )
        )


def _written(
    design: PatientsDesign,
    folder: Path,
    rng: np.random.Generator,
    progress: Callable[[str], None],
    part_rows: int,
    threads: int,
) -> PatientsTruth:
    note = seed_note(rng)
    progress("making up trusts")
    of_country, of_admissions, of_cancer = rng.spawn(3)
    country = make_country(design, of_country)
    admissions = admission_model(country, of_admissions)
    cancer = cancer_model(country, of_cancer)
    from candela.nation.patients.columns import (
        admission_columns,
        cancer_columns,
        site_codes,
    )

    def draw_admissions(part: Part) -> tuple[dict[str, Any], Counted]:
        found = admissions.draw(part.first, part.last, part.rng)
        counted = Counted(
            admissions=part.last - part.first,
            died_within_30_days=int(found.died.sum()),
            admissions_of_participants=int(found.participant.sum()),
            second_stays=int((found.person != np.arange(len(found.person))).sum()),
        )
        return admission_columns(admissions, found, part.first), counted

    def draw_cancer(part: Part) -> tuple[dict[str, Any], Counted]:
        found = cancer.draw(part.first, part.last, part.rng)
        operated = found.surgery != NEVER
        soon = found.died & (found.last_seen - found.surgery <= SURGERY_DAYS)
        counted = Counted(
            cancer_patients=part.last - part.first,
            colorectal_patients=int((~cancer.is_other(found.cell)).sum()),
            cancer_deaths=int(found.died.sum()),
            operations=int(operated.sum()),
            died_within_30_days_of_surgery=int((operated & soon).sum()),
            cancer_participants=int((found.consent != NEVER).sum()),
        )
        return cancer_columns(cancer, found, part.first), counted

    total = Counted()
    for name, rows, generator, draw in (
        ("admission_spell", design.admissions, of_admissions, draw_admissions),
        ("cancer_patient", design.cancer_patients, of_cancer, draw_cancer),
    ):
        if rows == 0:
            continue
        (folder / name).mkdir()
        progress(f"{name}: 0 of {rows:,} rows")
        total += write_parts(
            parts_of(folder / name, rows, part_rows, generator),
            draw,
            threads=threads,
            say=lambda done, name=name, rows=rows: progress(  # type: ignore[misc]
                f"{name}: {done:,} of {rows:,} rows"
            ),
        )
    truth = truth_of(admissions, cancer, site_codes(country.structure), total, note)
    for file, content in {**small_files(country), **notes(truth)}.items():
        (folder / file).write_bytes(content)
    return truth
