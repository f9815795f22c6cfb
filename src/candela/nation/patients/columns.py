"""How do drawn rows become columns of the plain layout?

Text is written once in a dictionary and by number in the rows.  Identifiers are whole
numbers: a hundred million different texts would be most of the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from candela.nation.patients import casemix
from candela.nation.patients.admissions import NEVER, AdmissionModel, Admissions
from candela.nation.patients.cancer import CancerModel, CancerPatients
from candela.nation.structure import Structure

__all__ = ["KEYS", "admission_columns", "cancer_columns"]

# Written as differences from row to row.
KEYS = ("spell_id", "tumour_id", "person_id")
FIRST_CANCER_PERSON = 10_000_000_000  # nobody is in both tables
SEXES = ("male", "female")
TRIAL = ("no", "yes")

Flags = npt.NDArray[np.bool_]


def admission_columns(
    model: AdmissionModel, found: Admissions, first: int
) -> dict[str, Any]:
    """Return the columns of a part whose first row is number ``first``."""
    structure = model.country.structure
    quarter, hospital = np.divmod(found.cell, model.hospitals)
    # Days are kept by those who have them, so that a mask says who has none.
    participant = found.participant
    death, consent = found.death, np.where(participant, found.consent, NEVER)
    number = np.arange(first + 1, first + 1 + len(found.cell), dtype=np.int64)
    classes = np.where(found.method == casemix.METHODS.index("maternity"), 2, 0)
    return {
        "spell_id": pa.array(number),
        "person_id": pa.array(number[found.person]),
        "org_code": _text(structure.run_by[hospital, quarter], structure.codes),
        "site_code": _text(hospital, site_codes(structure)),
        "admission_date": _dates(found.admitted),
        "discharge_date": _dates(found.discharged),
        "admission_method": _text(found.method, casemix.METHODS),
        "patient_class": _text(
            np.where(found.day_case, 1, classes), ("ordinary", "day_case", "delivery")
        ),
        "age_years": pa.array(found.age.astype(np.int32)),
        "sex": _text(found.sex, SEXES, unknown=found.sex_unknown),
        "imd_quintile": _numbers(found.deprivation + 1, found.deprivation_unknown),
        "diagnosis_group": _text(found.group, group_names(model.country.design.groups)),
        "comorbidity_score": pa.array(
            casemix.COMORBIDITY_SCORES.astype(np.int32)[found.comorbidity]
        ),
        "los_days": pa.array(found.nights.astype(np.int32)),
        "died_in_hospital": pa.array(found.in_hospital),
        "died_30d_discharge": pa.array(found.died),
        "death_date": _dates(death),
        "trial_participant": _text(participant, TRIAL),
        "trial_consent_date": _dates(consent),
    }


def cancer_columns(
    model: CancerModel, found: CancerPatients, first: int
) -> dict[str, Any]:
    """Return the columns of a part whose first row is number ``first``."""
    structure = model.country.structure
    quarter, hospital = model.place(found.cell)
    number = np.arange(first + 1, first + 1 + len(found.cell), dtype=np.int64)
    return {
        "tumour_id": pa.array(number),
        "person_id": pa.array(number + FIRST_CANCER_PERSON),
        "diagnosis_date": _dates(found.diagnosed),
        "site_icd10": _text(found.site, (*casemix.SITES, *casemix.OTHER_SITES)),
        "stage": _text(found.stage, ("1", "2", "3", "4"), unknown=found.stage_unknown),
        "age_at_diagnosis": pa.array(found.age.astype(np.int32)),
        "sex": _text(found.sex, SEXES, unknown=found.sex_unknown),
        "imd_quintile": _numbers(found.deprivation + 1, found.deprivation_unknown),
        "route_to_diagnosis": _text(found.route, casemix.ROUTES),
        "performance_status": pa.array(found.performance.astype(np.int32)),
        "comorbidity_score": pa.array(
            casemix.COMORBIDITY_SCORES.astype(np.int32)[found.comorbidity]
        ),
        "trust_diagnosis": _text(structure.run_by[hospital, quarter], structure.codes),
        "first_surgery_date": _dates(found.surgery),
        "vital_status": _text(found.died, ("alive", "dead")),
        "vital_status_date": _dates(found.last_seen),
        "trial_participant": _text(found.consent != NEVER, TRIAL),
        "trial_first_date": _dates(found.consent),
    }


def site_codes(structure: Structure) -> tuple[str, ...]:
    """Return a code for each hospital: that of its first trust, and 01 or 02.

    A hospital keeps its code whoever runs it.
    """
    starts = structure.run_by[:, 0]
    seen: dict[int, int] = {}
    codes = []
    for trust in starts.tolist():
        seen[trust] = seen.get(trust, 0) + 1
        codes.append(f"{structure.codes[trust]}{seen[trust]:02}")
    return tuple(codes)


def group_names(groups: int) -> tuple[str, ...]:
    """Return the names of the diagnosis groups."""
    return tuple(f"group {number:03}" for number in range(1, groups + 1))


def _text(
    codes: npt.NDArray[Any], words: Sequence[str], *, unknown: Flags | None = None
) -> Any:
    narrow = codes.astype(np.int8 if len(words) <= 127 else np.int16)
    return pa.DictionaryArray.from_arrays(
        pa.array(narrow, mask=unknown), pa.array(list(words))
    )


def _dates(days: npt.NDArray[np.int32]) -> Any:
    return pa.array(days, mask=days == NEVER).view(pa.date32())


def _numbers(values: npt.NDArray[Any], unknown: Flags) -> Any:
    return pa.array(values.astype(np.int32), mask=unknown)
