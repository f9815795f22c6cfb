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
    """Who is studied.

    ``organisation`` is the column that says which organisation a row belongs to.
    ``trial_participants`` says whether those in a trial by the index day stay in the
    primary analysis; both ways are shown whatever it says.
    """

    table: Literal["admission_spell", "cancer_patient"]
    organisation: str
    first_day: date | None
    last_day: date | None
    least_age_years: int
    most_age_years: int
    admission_methods: tuple[str, ...] = ()
    sites_icd10: tuple[str, ...] = ()
    trial_participants: Literal["kept", "left_out"] = "kept"

    @property
    def index_day(self) -> str:
        """The column with the day a row counts from."""
        spells = self.table == "admission_spell"
        return "admission_date" if spells else "diagnosis_date"

    @property
    def years(self) -> Literal["financial", "calendar"]:
        """The years exposure is counted in: of the finances, or of the diagnosis."""
        return "financial" if self.table == "admission_spell" else "calendar"


@dataclass(frozen=True)
class OutcomePlan:
    """What is counted: an event by a day, or the time to one.

    ``event`` names an outcome of the table: ``died_30d_discharge``,
    ``died_in_hospital``, ``died_30d_surgery`` or ``died``.  ``event_if_absent`` stands
    in where the files do not give it, with a caution; empty for none.  ``adjust_for``
    names things of the case mix, and ``stratify_by`` those that a survival model is
    stratified by instead.
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
    event_if_absent: str = ""
    stratify_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class ResearchExposure:
    """How research-active the trust was before: a measure by a size, in a form.

    ``denominator`` is a measure of size, or ``cohort_patients`` for the patients of the
    cohort in the same trust and year.  ``edges`` bound the bands, ``high_from`` is what
    counts as a year of high participation.  ``reference`` is the class the others are
    compared with in the tables, as the paper does; the main estimate is always of the
    highest class against the lowest.  ``cut_at`` says whether thirds are of trust-years
    or of trusts, each at its mean.  The first exposure declared is the primary one.
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
    reference: Literal["lowest", "highest"] = "lowest"
    cut_at: Literal["trust_years", "trusts"] = "trust_years"


@dataclass(frozen=True)
class CaseMix:
    """One thing adjusted for: a column, in bands where it is a number.

    Besides the columns of the table, ``column`` may be ``year``, ``month``, or
    ``trust_patients`` (the cohort's patients of the trust in the year: its workload).
    ``characters`` keeps only the first characters of a code, 0 for all of it.
    """

    name: str
    column: str
    bands: tuple[float, ...]
    unknown: Literal["class", "leave_out"]
    characters: int = 0


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
