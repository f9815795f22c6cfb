"""What was planted among made-up patients, and what is told to whoever opens them?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from candela.nation.notes import README_FILE, TRUTH_FILE, WARNING
from candela.nation.patients import casemix
from candela.nation.patients.admissions import AdmissionModel
from candela.nation.patients.cancer import CancerModel
from candela.nation.patients.columns import group_names
from candela.nation.patients.counted import Counted
from candela.nation.patients.design import (
    ADMISSIONS_DOSE,
    CANCER_DOSE,
    HIGH_SHARE,
    PatientsDesign,
)
from candela.nation.structure import Takeover
from candela.nation.truth import DOCTORS_ON_MORTALITY, DOCTORS_ON_RECRUITMENT

__all__ = ["PatientsTruth", "notes", "truth_of"]

Floats = npt.NDArray[np.float64]

README = """\
Made-up patients
================

Everything in this folder is made up. No person, organisation, place, code or figure is
real. The tables are in the plain layout for rows about people, so that they are read
as real ones are. Do not put them beside real files.

admission_spell/             {admissions:,} hospital stays
cancer_patient/              {cancer_patients:,} cancer patients
research_activity.csv        participants by trust and year
org_structure.csv            beds and staff by trust and year
organisation.csv             names
organisation_succession.csv  who took over from whom
life_table.csv               deaths in the whole population
truth.json                   what was planted

Planted: odds of death after admission of {odds:.4f} times for each
{admissions_dose};
hazard of death after a diagnosis of cancer of {hazard:.4f} times for each
{cancer_dose}.
Every interventional study is of colorectal cancer.

Drawn by: {seed}
"""


@dataclass(frozen=True)
class PatientsTruth:
    """Everything planted in one folder of made-up patients.

    Attributes
    ----------
    odds_ratio, hazard_ratio
        Per unit of dose.
    hazard_ratio_per_high_year
        For each earlier year in which at least ``high_share`` joined.
    doctors_on_mortality, doctors_on_recruitment
        Coefficients of log doctors per bed on log odds and log hazard, and on log dose.
    log_odds_constant, log_hazard_constant, hazard_shape
        See ``admissions`` and ``cancer``.
    age, ..., stage
        Coefficients by level of each trait; those of cancer begin with ``cancer``.
    sites_apart
        What sets each hospital apart for good, by site code, on the log scale.
    counted
        Rows by what became of them.
    seed_note
        Which generator drew it all.
    """

    design: PatientsDesign
    admissions_dose: str
    cancer_dose: str
    high_share: float
    odds_ratio: float
    hazard_ratio: float
    hazard_ratio_per_high_year: float
    doctors_on_mortality: float
    doctors_on_recruitment: float
    log_odds_constant: float
    log_hazard_constant: float
    hazard_shape: float
    log_odds: dict[str, dict[str, float]]
    log_hazard: dict[str, dict[str, float]]
    sites_apart: dict[str, float]
    takeovers: tuple[Takeover, ...]
    counted: Counted
    seed_note: str


def truth_of(
    admissions: AdmissionModel,
    cancer: CancerModel,
    sites: tuple[str, ...],
    counted: Counted,
    seed_note: str,
) -> PatientsTruth:
    """Return what was planted and what was counted."""
    country = admissions.country
    design = country.design
    apart = (design.trust_sd * country.apart).tolist()
    return PatientsTruth(
        design=design,
        admissions_dose=ADMISSIONS_DOSE,
        cancer_dose=CANCER_DOSE,
        high_share=HIGH_SHARE,
        odds_ratio=float(np.exp(design.log_odds)),
        hazard_ratio=float(np.exp(design.log_hazard)),
        hazard_ratio_per_high_year=float(np.exp(design.log_hazard_per_high_year)),
        doctors_on_mortality=DOCTORS_ON_MORTALITY * design.confounding + 0.0,  # no -0
        doctors_on_recruitment=DOCTORS_ON_RECRUITMENT * design.confounding,
        log_odds_constant=admissions.constant,
        log_hazard_constant=cancer.constant,
        hazard_shape=casemix.HAZARD_SHAPE,
        log_odds=_log_odds(admissions),
        log_hazard=_log_hazard(),
        sites_apart=dict(zip(sites, apart, strict=True)),
        takeovers=country.structure.takeovers,
        counted=counted,
        seed_note=seed_note,
    )


def _log_odds(model: AdmissionModel) -> dict[str, dict[str, float]]:
    groups = group_names(model.country.design.groups)
    ages = [str(age) for age in casemix.AGES]
    scores = [str(score) for score in casemix.COMORBIDITY_SCORES]
    return {
        "diagnosis_group": _by(groups, model.group_log_odds),
        "age_years": _by(ages, casemix.admission_age_log_odds()),
        "admission_method": _by(casemix.METHODS, casemix.METHOD_LOG_ODDS),
        "sex": _by(("male", "female"), casemix.SEX_LOG_ODDS),
        "imd_quintile": _by("12345", casemix.DEPRIVATION_LOG_ODDS),
        "comorbidity_score": _by(scores, casemix.COMORBIDITY_LOG_ODDS),
        "month": _by([str(m) for m in range(1, 13)], casemix.MONTH_LOG_ODDS),
        "year": {"each": casemix.YEARLY_LOG_ODDS},
    }


def _log_hazard() -> dict[str, dict[str, float]]:
    ages = [str(age) for age in casemix.AGES]
    scores = [str(score) for score in casemix.COMORBIDITY_SCORES]
    return {
        "stage": _by("1234", casemix.STAGE_LOG_HAZARD),
        "age_at_diagnosis": _by(ages, casemix.CANCER_AGE_LOG_HAZARD),
        "sex": _by(("male", "female"), casemix.CANCER_SEX_LOG_HAZARD),
        "route_to_diagnosis": _by(casemix.ROUTES, casemix.ROUTE_LOG_HAZARD),
        "performance_status": _by("01234", casemix.PERFORMANCE_LOG_HAZARD),
        "imd_quintile": _by("12345", casemix.CANCER_DEPRIVATION_LOG_HAZARD),
        "comorbidity_score": _by(scores, casemix.CANCER_COMORBIDITY_LOG_HAZARD),
    }


def _by(levels: Sequence[str], values: Floats) -> dict[str, float]:
    return dict(zip(levels, np.round(values, 6).tolist(), strict=True))


def notes(truth: PatientsTruth) -> dict[str, bytes]:
    """Return README.txt and truth.json."""
    design = truth.design
    readme = README.format(
        admissions=design.admissions,
        cancer_patients=design.cancer_patients,
        odds=truth.odds_ratio,
        hazard=truth.hazard_ratio,
        admissions_dose=truth.admissions_dose,
        cancer_dose=truth.cancer_dose,
        seed=truth.seed_note,
    )
    told = {"warning": WARNING, **asdict(truth)}
    text = json.dumps(told, indent=2, default=_iso, ensure_ascii=False)
    return {README_FILE: readme.encode(), TRUTH_FILE: (text + "\n").encode()}


def _iso(value: object) -> str:
    assert isinstance(value, date), f"Unhandled {value!r}"
    return value.isoformat()
