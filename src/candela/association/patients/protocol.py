"""What was planned before the patients' rows were looked at?

A study of patients is declared in a TOML file with ``kind = "patients"``.  Its hash
travels with every result, so that what was planned can be told from what was tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

__all__ = [
    "CaseMix",
    "Cohort",
    "OutcomePlan",
    "PublishedFigure",
    "ResearchExposure",
    "Sensitivity",
    "StudyProtocol",
]

Form = Literal["thirds", "bands", "high_years", "continuous"]


@dataclass(frozen=True)
class Cohort:
    """Who is studied."""

    table: Literal["admission_spell", "cancer_patient"]
    first_day: date | None
    last_day: date | None
    least_age_years: int
    most_age_years: int
    admission_methods: tuple[str, ...] = ()
    sites_icd10: tuple[str, ...] = ()


@dataclass(frozen=True)
class OutcomePlan:
    """What is counted: an event by a day, or the time to one.

    ``event`` names an outcome of the table: ``died_30d_discharge``,
    ``died_in_hospital``, ``died_30d_surgery`` or ``died``.
    """

    name: str
    label: str
    question: str
    kind: Literal["mortality", "survival"]
    event: str
    horizon_days: int
    smallest_ratio_that_matters: float
    adjust_for: tuple[str, ...]
    model: Literal["robust", "random_intercept", "frailty"]


@dataclass(frozen=True)
class ResearchExposure:
    """How research-active the trust was before: a measure by a size, in a form.

    ``denominator`` is a measure of size, or ``cohort_patients`` for the patients of the
    cohort in the same trust and year.  ``edges`` bound the bands, ``high_from`` is what
    counts as a year of high participation.
    """

    name: str
    label: str
    measure: str
    design: str
    specialty: str
    denominator: str
    lag_years: int
    window_years: int
    same_year_reason: str
    form: Form
    edges: tuple[float, ...]
    high_from: float | None
    most_years: int | None
    unit: float


@dataclass(frozen=True)
class CaseMix:
    """One thing adjusted for: a column, in bands where it is a number."""

    name: str
    column: str
    bands: tuple[float, ...]
    unknown: Literal["class", "leave_out"]


@dataclass(frozen=True)
class Sensitivity:
    """What else is tried, declared beforehand."""

    lags_years: tuple[int, ...]
    without_trial_participants: bool
    within_between: bool
    naive: bool
    models: tuple[str, ...]
    spline_knots: int
    without_covariates: tuple[str, ...]
    negative_control_lag_years: int | None
    negative_control_reason: str


@dataclass(frozen=True)
class PublishedFigure:
    """A figure as printed in the paper that the design follows, on its orientation."""

    outcome: str
    exposure: str
    label: str
    estimate: float | None
    lower: float | None
    upper: float | None
    patients: int | None
    ratio: Literal["odds ratio", "hazard ratio", "risk", "survival"]
    note: str


@dataclass(frozen=True)
class StudyProtocol:
    """A declared study of patients; ``sha256`` is of the file as written."""

    name: str
    title: str
    mirrors: str
    doi: str
    comparison: str
    departures: tuple[str, ...]
    policy: str
    level: float
    fewest_organisations: int
    least_coverage: float
    disclosure: str
    cohort: Cohort
    outcomes: tuple[OutcomePlan, ...]
    exposures: tuple[ResearchExposure, ...]
    case_mix: tuple[CaseMix, ...]
    sensitivity: Sensitivity
    published: tuple[PublishedFigure, ...]
    sha256: str
