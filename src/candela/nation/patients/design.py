"""Which patients of what country are to be made up?

A design says everything but the seed: how many rows, how many trusts, and what is
planted.  The same design and the same generator make the same files.

*Dose* has two meanings, each of the year before and of the hospitals that a trust has
now.  Of admissions it is participants recruited per general and acute bed, by financial
year.  Of cancer it is the share of colorectal patients who were recruited to
interventional studies, in per cent, by calendar year.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from candela.errors import InputError
from candela.nation.design import NationDesign

__all__ = ["ADMISSIONS_DOSE", "CANCER_DOSE", "HIGH_SHARE", "PatientsDesign"]

ADMISSIONS_DOSE = (
    "participants recruited per general and acute bed in the financial year before"
)
CANCER_DOSE = (
    "per cent of colorectal patients recruited to interventional studies in the "
    "calendar year before"
)
HIGH_SHARE = 0.16  # from here on a year is one of high participation
MOST_HIGH_YEARS = 4
MOST_ROWS = 1_000_000_000
MOST_YEARS = 20
MOST_GROUPS = 256


@dataclass(frozen=True)
class PatientsDesign:
    """Settings of made-up patients.

    Parameters
    ----------
    admissions, cancer_patients
        Rows of each table; 0 leaves the table out.
    trusts, first_year, years, mergers
        As of ``NationDesign``.  Admissions are of financial years.  Diagnoses are of
        the calendar years with the same numbers.
    log_odds
        Log odds of death within 30 days of discharge, per unit of dose.
    log_hazard
        Log hazard of death after diagnosis, per unit (one per cent) of dose.
    log_hazard_per_high_year
        Log hazard for each year of high participation (``HIGH_SHARE``) before the
        current calendar year, at most four: it changes while a patient is followed.
    confounding
        1 for a country in which doctors per bed raise recruitment and lower mortality
        as strongly as ``candela.nation.truth`` tells; 0 for none.
    trust_sd, trust_year_sd
        Standard deviation, on the log odds and the log hazard alike, of what sets
        trusts apart for good, and of what comes and goes with each year.
    death_share
        Share of admissions that end in death within 30 days of discharge.
    five_year_survival
        Share of cancer patients alive five years after diagnosis.
    groups, group_sd
        Diagnosis groups, and the standard deviation of their log odds.
    emergency_share
        Share of admissions that are emergencies.
    participant_share
        Share of admissions of people who join a trial; of cancer patients it is the
        dose of their own hospital and year.
    participant_log_odds, participant_log_hazard
        Better prognosis of those who would join a trial, whether or not they live to
        do so.
    readmissions
        Share of admissions that are a later stay of somebody already there.
    unknown_deprivation, unknown_stage, unknown_sex
        Shares left empty.
    other_sites
        Share of cancer patients whose tumour is not colorectal.
    follow_up_years
        Years after the last year of diagnosis in which deaths are still known.

    Raises
    ------
    InputError
        If a setting is impossible.
    """

    admissions: int = 1_000_000
    cancer_patients: int = 100_000
    trusts: int = 140
    first_year: int = 2015
    years: int = 6
    mergers: int = 6
    log_odds: float = -0.04
    log_hazard: float = -0.003
    log_hazard_per_high_year: float = 0.0
    confounding: float = 0.0
    trust_sd: float = 0.1
    trust_year_sd: float = 0.0
    death_share: float = 0.035
    five_year_survival: float = 0.45
    groups: int = 140
    group_sd: float = 1.3
    emergency_share: float = 0.45
    participant_share: float = 0.02
    participant_log_odds: float = -0.5
    participant_log_hazard: float = -0.4
    readmissions: float = 0.2
    unknown_deprivation: float = 0.03
    unknown_stage: float = 0.12
    unknown_sex: float = 0.0005
    other_sites: float = 0.1
    follow_up_years: int = 5

    def __post_init__(self) -> None:
        for name in ("admissions", "cancer_patients"):
            if not 0 <= getattr(self, name) <= MOST_ROWS:
                raise InputError(
                    f"{name} is {getattr(self, name)}; expected 0 to {MOST_ROWS:,}."
                )
        if self.admissions + self.cancer_patients == 0:
            raise InputError("there is nobody to make up; ask for one row or more.")
        if not 1 <= self.groups <= MOST_GROUPS:
            raise InputError(f"groups is {self.groups}; expected 1 to {MOST_GROUPS}.")
        if self.years > MOST_YEARS or not 0 <= self.follow_up_years <= MOST_YEARS:
            raise InputError(
                f"years and follow_up_years are {self.years} and "
                f"{self.follow_up_years}; expected at most {MOST_YEARS}."
            )
        self._check_shares()
        self._check_reals()
        self.nation()

    def _check_shares(self) -> None:
        inner = ("death_share", "five_year_survival")
        for name in (
            *inner,
            "emergency_share",
            "participant_share",
            "readmissions",
            "unknown_deprivation",
            "unknown_stage",
            "unknown_sex",
            "other_sites",
        ):
            value = getattr(self, name)
            inside = 0 < value < 1 if name in inner else 0 <= value <= 1
            if not inside:
                raise InputError(f"{name} is {value}; expected a share from 0 to 1.")
        if self.readmissions > 0.5:
            raise InputError(
                f"readmissions is {self.readmissions}; expected at most 0.5, since "
                "nobody is given more than two stays."
            )

    def _check_reals(self) -> None:
        for name in (
            "log_odds",
            "log_hazard",
            "log_hazard_per_high_year",
            "participant_log_odds",
            "participant_log_hazard",
        ):
            if not isfinite(getattr(self, name)):
                raise InputError(f"{name} must be a number.")
        for name in ("confounding", "trust_sd", "trust_year_sd", "group_sd"):
            value = getattr(self, name)
            if not 0 <= value < float("inf"):
                raise InputError(f"{name} is {value}; expected 0 or more.")

    def nation(self) -> NationDesign:
        """Return the country around the patients."""
        return NationDesign(
            trusts=self.trusts,
            first_year=self.first_year,
            years=self.years,
            mergers=self.mergers,
            splits_without_share=0,
            confounder_strength=self.confounding,
        )
