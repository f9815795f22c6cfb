"""What is one row about a person, in the plain layout?

Whatever the files look like, they are turned into these columns before anything is
counted.  A file needs only the columns that a protocol uses.  Nothing of a row is ever
published: rows of these tables stay inside the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from candela.tables.measures import MEASURES
from candela.tables.table import Column, TableSpec

__all__ = [
    "ADMISSION_SPELL",
    "CANCER_PATIENT",
    "LIFE_TABLE",
    "PATIENT_TABLES",
    "RESEARCH_ACTIVITY",
    "PatientColumn",
    "PatientTable",
]

Kind = Literal["text", "date", "whole", "yes_no", "choice"]


@dataclass(frozen=True)
class PatientColumn:
    """One column: its name, what it holds, and its values where they are a choice."""

    name: str
    kind: Kind
    description: str
    choices: tuple[str, ...] = ()
    identifies: bool = False
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class PatientTable:
    """One table of rows about people; ``key`` is its identifier."""

    name: str
    row: str
    key: str
    columns: tuple[PatientColumn, ...]

    def column(self, name: str) -> PatientColumn:
        """Return a column by its name."""
        return next(column for column in self.columns if column.name == name)


SEX = ("male", "female")
TRIAL = ("yes", "no", "unknown")
ADMISSION_METHODS = ("elective", "emergency", "maternity", "other")
STAGES = ("1", "2", "3", "4")


def _text(name: str, description: str, *, identifies: bool = False) -> PatientColumn:
    return PatientColumn(name, "text", description, identifies=identifies)


def _date(name: str, description: str) -> PatientColumn:
    return PatientColumn(name, "date", description, identifies=True)


def _whole(name: str, description: str, least: int, most: int) -> PatientColumn:
    return PatientColumn(name, "whole", description, least=least, most=most)


def _choice(name: str, choices: tuple[str, ...], description: str) -> PatientColumn:
    return PatientColumn(name, "choice", description, choices)


ADMISSION_SPELL = PatientTable(
    "admission_spell",
    "one stay of one person in one hospital, from admission to discharge",
    "spell_id",
    (
        _text("spell_id", "pseudonym of the stay", identifies=True),
        _text("person_id", "pseudonym of the person", identifies=True),
        _text("org_code", "ODS code of the organisation"),
        _text("site_code", "ODS code of the site"),
        _date("admission_date", "first day of the stay"),
        _date("discharge_date", "last day of the stay; empty if not yet discharged"),
        _choice("admission_method", ADMISSION_METHODS, "how the person came in"),
        _choice(
            "patient_class",
            ("ordinary", "day_case", "regular", "delivery"),
            "kind of stay",
        ),
        _whole("age_years", "age at admission", 0, 130),
        _choice("sex", SEX, "as recorded"),
        _text("ethnicity", "code as recorded"),
        _whole("imd_quintile", "fifth of deprivation, 1 the most deprived", 1, 5),
        _text("primary_diagnosis", "ICD-10 code"),
        _text("diagnosis_group", "group used for risk adjustment"),
        _whole("comorbidity_score", "score of other conditions", 0, 200),
        _text("specialty", "treatment function or main specialty"),
        _whole("los_days", "nights in hospital", 0, 20_000),
        PatientColumn("died_in_hospital", "yes_no", "whether the stay ended in death"),
        PatientColumn(
            "died_30d_discharge",
            "yes_no",
            "whether death came in hospital or within 30 days of discharge",
        ),
        _date("death_date", "day of death, from linked records"),
        _choice("trial_participant", TRIAL, "whether in a trial at the time"),
        _date("trial_consent_date", "day of consent to the first trial"),
    ),
)
CANCER_PATIENT = PatientTable(
    "cancer_patient",
    "one tumour of one person",
    "tumour_id",
    (
        _text("person_id", "pseudonym of the person", identifies=True),
        _text("tumour_id", "pseudonym of the tumour", identifies=True),
        _date("diagnosis_date", "day of diagnosis"),
        _text("site_icd10", "ICD-10 code of the site"),
        _text("morphology", "ICD-O morphology"),
        _choice("stage", STAGES, "stage at diagnosis; empty if unknown"),
        _text("grade", "grade"),
        _whole("age_at_diagnosis", "age in years", 0, 130),
        _choice("sex", SEX, "as recorded"),
        _text("ethnicity", "code as recorded"),
        _whole("imd_quintile", "fifth of deprivation, 1 the most deprived", 1, 5),
        _text(
            "route_to_diagnosis", "route as recorded, such as screening or emergency"
        ),
        _whole("performance_status", "0 fully active to 4", 0, 4),
        _whole("comorbidity_score", "score of other conditions", 0, 200),
        _text("trust_diagnosis", "ODS code of the trust of diagnosis"),
        _text("trust_first_treatment", "ODS code of the trust of first treatment"),
        _date("first_surgery_date", "day of the first major operation"),
        _date("first_sact_date", "day of the first systemic treatment"),
        _date("first_rt_date", "day of the first radiotherapy"),
        _choice("vital_status", ("alive", "dead"), "at vital_status_date"),
        _date("vital_status_date", "day of death, or last day known to be alive"),
        _text("underlying_cause", "ICD-10 code of the underlying cause of death"),
        _choice("trial_participant", TRIAL, "whether ever in a trial"),
        _date("trial_first_date", "day of the first trial treatment or consent"),
    ),
)
PATIENT_TABLES: Mapping[str, PatientTable] = {
    table.name: table for table in (ADMISSION_SPELL, CANCER_PATIENT)
}

# What the patients' exposure is made of: figures about organisations, not people.
RESEARCH_ACTIVITY = TableSpec(
    "research_activity",
    "one measure of one organisation in one period, of one route, design and specialty",
    (
        "org_code",
        "period_start",
        "period_end",
        "measure",
        "route",
        "design",
        "specialty",
    ),
    (
        Column("org_code", "text", "organisation code (ODS)"),
        Column("period_start", "date", "first day covered"),
        Column("period_end", "date", "last day covered"),
        Column("measure", "text", "what was counted", allowed=tuple(MEASURES)),
        Column(
            "route",
            "text",
            "who pays; all for every route",
            allowed=("all", "commercial", "non_commercial"),
        ),
        Column(
            "design",
            "text",
            "kind of study; all for every kind",
            allowed=("all", "interventional", "observational", "large_scale"),
        ),
        Column("specialty", "text", "managing specialty; all for every one"),
        Column("value", "number", "the figure", nullable=True, minimum=0),
        Column(
            "value_status",
            "text",
            "missing, suppressed and zero are three different things",
            allowed=("ok", "suppressed", "missing"),
        ),
        Column("source_file", "text", "file the row came from"),
        Column("source_row", "count", "row in that file, counted from 1", minimum=1),
    ),
)
LIFE_TABLE = TableSpec(
    "life_table",
    "the chance of dying within a year, of one sex, age and calendar year",
    ("sex", "age_years", "year"),
    (
        Column("sex", "text", "as recorded", allowed=SEX),
        Column("age_years", "count", "age in completed years", minimum=0),
        Column("year", "count", "calendar year", minimum=1800),
        Column("death_probability", "number", "from 0 to 1", minimum=0),
        Column("source_file", "text", "file the row came from"),
        Column("source_row", "count", "row in that file, counted from 1", minimum=1),
    ),
)
