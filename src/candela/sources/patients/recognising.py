"""What is this file for, going by its headings?"""

from __future__ import annotations

from dataclasses import dataclass

from candela.errors import InputError, Problem
from candela.sources.patients.headings import Heading

__all__ = ["ROLES", "Role", "role_of"]


@dataclass(frozen=True)
class Role:
    """What a file is for: ``marks`` are columns of which it has one of each group."""

    name: str
    title: str
    table: str
    marks: tuple[tuple[str, ...], ...]
    lacks: tuple[str, ...] = ()

    def fits(self, heading: Heading) -> bool:
        """Say whether a file is of this kind."""
        if any(heading.column(name) for name in self.lacks):
            return False
        return all(heading.column(*group) for group in self.marks)


PERSON = (
    "PSEUDO_HESID",
    "TOKEN_PERSON_ID",
    "ENCRYPTED_HESID",
    "EXTRACT_HESID",
    "HESID",
    "STUDY_ID",
    "PERSON_ID",
)
PROVIDER = ("PROCODE3", "PROCODET", "PROCODE5", "PROCODE")
DEATH_DAY = (
    "REG_DATE_OF_DEATH",
    "DATE_OF_DEATH",
    "DOD",
    "DEATH_DATE",
    "DEATHDATE",
)

ROLES: tuple[Role, ...] = (
    Role("hes_apc", "HES APC", "admission_spell", (("EPIKEY",), PROVIDER)),
    Role(
        "hes_deaths", "linked deaths", "", (PERSON, DEATH_DAY), ("EPIKEY", "ORG_CODE")
    ),
    Role(
        "deaths_without_days",
        "linked deaths",
        "",
        (("DEATH_NOTIFICATION_STATUS", "DERIVED_FOR_DODYM", "DERIVED_INF_DODYM"),),
        DEATH_DAY,
    ),
    Role(
        "registry_tumour",
        "Simulacrum",
        "cancer_patient",
        (("TUMOURID",), ("PATIENTID",), ("DIAGNOSISDATEBEST",)),
    ),
    Role(
        "registry_patient",
        "Simulacrum",
        "",
        (("PATIENTID",), ("VITALSTATUSDATE",)),
        ("TUMOURID",),
    ),
    Role(
        "sact_patient",
        "Simulacrum",
        "",
        (("MERGED_PATIENT_ID",), ("LINK_NUMBER",)),
        ("MERGED_REGIMEN_ID", "MERGED_TUMOUR_ID"),
    ),
    Role(
        "sact_regimen",
        "Simulacrum",
        "",
        (("MERGED_REGIMEN_ID",), ("START_DATE_OF_REGIMEN",)),
    ),
    Role("sact_drug", "Simulacrum", "", (("MERGED_DRUG_DETAIL_ID",),)),
    Role(
        "sact_cycle",
        "Simulacrum",
        "",
        (("MERGED_CYCLE_ID",), ("MERGED_REGIMEN_ID",), ("CYCLE_NUMBER",)),
        ("MERGED_DRUG_DETAIL_ID",),
    ),
    Role(
        "radiotherapy",
        "Simulacrum",
        "",
        (("RADIOTHERAPYEPISODEID",), ("PATIENTID",), ("APPTDATE",)),
        ("TIMEOFEXPOSURE",),
    ),
    Role(
        "admission_spell",
        "plain",
        "admission_spell",
        (("ORG_CODE",), ("ADMISSION_DATE",)),
    ),
    Role(
        "cancer_patient",
        "plain",
        "cancer_patient",
        (
            ("DIAGNOSIS_DATE",),
            ("TUMOUR_ID", "TRUST_DIAGNOSIS", "TRUST_FIRST_TREATMENT"),
        ),
    ),
    Role(
        "measures",
        "research activity and sizes",
        "",
        (("ORG_CODE",), ("PERIOD_START",), ("PERIOD_END",), ("MEASURE",), ("VALUE",)),
    ),
    Role(
        "succession",
        "who took over from whom",
        "",
        (
            ("PREDECESSOR_CODE", "OLD_CODE"),
            ("SUCCESSOR_CODE", "NEW_CODE"),
            ("EFFECTIVE_DATE", "DATE"),
        ),
    ),
    Role(
        "organisation",
        "organisations",
        "",
        (("ORG_CODE", "ORGANISATION_CODE"), ("NAME", "ORG_NAME")),
        ("MEASURE", "VALUE", "ADMISSION_DATE", "DIAGNOSIS_DATE"),
    ),
    Role(
        "diagnosis_groups",
        "diagnosis groups",
        "",
        (("ICD10_PREFIX",), ("DIAGNOSIS_GROUP",)),
    ),
    Role(
        "life_table",
        "life table",
        "",
        (("SEX",), ("AGE_YEARS", "AGE"), ("YEAR",), ("DEATH_PROBABILITY",)),
    ),
    Role("comorbidity", "other conditions", "", (("ICD10_PREFIX",), ("WEIGHT",))),
)
NAMED_AFTER_A_TABLE = ("admission_spell", "cancer_patient")


def role_of(heading: Heading) -> Role | None:
    """Return what a file is for, or nothing if it is in none of our layouts.

    Raises
    ------
    InputError
        If a file is called after a table and lacks the table's columns, or gives deaths
        without their days.
    """
    role = next((role for role in ROLES if role.fits(heading)), None)
    if role is not None and role.name == "deaths_without_days":
        raise InputError(
            _lacking(heading, "no day of death", f"one of {', '.join(DEATH_DAY)}")
        )
    if role is None:
        for name in NAMED_AFTER_A_TABLE:
            if name in (heading.path.parent.name, heading.path.name.split(".")[0]):
                known = next(role for role in ROLES if role.name == name)
                wanted = ", ".join(" or ".join(g).lower() for g in known.marks)
                raise InputError(
                    _lacking(heading, "the columns are not those of the table", wanted)
                )
    return role


def _lacking(heading: Heading, what: str, wanted: str) -> Problem:
    return Problem(
        heading.name,
        f"{what}; columns seen: {', '.join(heading.columns)[:2000]}",
        f"a heading row with {wanted}",
        "Check that this is the file meant, with its heading row.",
    )
