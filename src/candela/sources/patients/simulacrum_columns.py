"""How is each column of the cancer registry's tables read?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from candela.engine.expressions import quoted
from candela.sources.patients.coding import blank_to_null, day_of, text_list, whole_of
from candela.sources.patients.headings import Heading

__all__ = ["Cell", "registry_cells"]

SEXES = {"male": ("1",), "female": ("2",)}
NO_SEX = ("0", "9")
TRIAL = {
    "yes": ("1", "01", "Y", "YES", "TRUE"),
    "no": ("2", "02", "N", "NO", "FALSE"),
}
# Alive, and gone abroad: known to be alive on the day given.
VITAL = {"alive": ("A", "X"), "dead": ("D",)}
STAGES = ("1", "2", "3", "4")
STAGE_0 = "0"
ACE_27_MOST = 3
CHARLSON_MOST = 60


@dataclass(frozen=True)
class Cell:
    """How one column is read, and when a filled cell could not be."""

    name: str
    sql: str
    bad: str = ""
    told: str = ""
    there: bool = True


def registry_cells(role: str, heading: Heading) -> list[Cell]:
    if role == "registry_tumour":
        return [
            _text(heading, "tumour", "TUMOURID"),
            _text(heading, "person", "PATIENTID"),
            _date(heading, "diagnosis", "DIAGNOSISDATEBEST"),
            _text(heading, "site", "SITE_ICD10_O2", "SITE_ICD10_O2_3CHAR"),
            _text(heading, "morphology", "MORPH_ICD10_O2"),
            _first_of(
                heading, "stage", STAGES, (STAGE_0, "?", "U", "X", "6"), "STAGE_BEST"
            ),
            _text(heading, "grade", "GRADE"),
            _whole(heading, "age", 0, 130, "AGE"),
            _coded(heading, "tumour_sex", SEXES, NO_SEX, "SEX", "GENDER"),
            _fifth(heading),
            _performance(heading),
            _comorbidity(heading),
            _date(heading, "surgery", "DATE_FIRST_SURGERY"),
        ]
    if role == "registry_patient":
        return [
            _text(heading, "person", "PATIENTID"),
            _text(heading, "link", "LINKNUMBER", "LINK_NUMBER"),
            _coded(heading, "person_sex", SEXES, NO_SEX, "SEX", "GENDER"),
            _text(heading, "ethnicity", "ETHNICITY"),
            _vital(heading),
            _date(heading, "vital_date", "VITALSTATUSDATE"),
            _text(heading, "cause", "DEATHCAUSECODE_UNDERLYING"),
        ]
    if role == "sact_regimen":
        return [
            _text(heading, "regimen", "MERGED_REGIMEN_ID"),
            _text(heading, "sact_person", "ENCORE_PATIENT_ID", "MERGED_PATIENT_ID"),
            _date(heading, "started", "START_DATE_OF_REGIMEN"),
            _coded(heading, "trial", TRIAL, ("9", "99"), "CLINICAL_TRIAL"),
        ]
    if role == "sact_drug":
        return [
            _text(heading, "sact_person", "ENCORE_PATIENT_ID", "MERGED_PATIENT_ID"),
            _text(heading, "regimen", "MERGED_REGIMEN_ID"),
            _text(heading, "cycle", "MERGED_CYCLE_ID"),
            _date(heading, "given", "ADMINISTRATION_DATE"),
            _text(heading, "organisation", "ORG_CODE_OF_DRUG_PROVIDER"),
        ]
    if role == "sact_cycle":
        return [
            _text(heading, "cycle", "MERGED_CYCLE_ID"),
            _text(heading, "regimen", "MERGED_REGIMEN_ID"),
        ]
    if role == "sact_patient":
        return [
            _text(heading, "sact_person", "MERGED_PATIENT_ID"),
            _text(heading, "link", "LINK_NUMBER"),
        ]
    return [
        _text(heading, "person", "PATIENTID"),
        _date(heading, "given", "APPTDATE"),
    ]


def _cell_text(heading: Heading, *columns: str) -> tuple[str, str]:
    """Return the first of these columns there is, and its text in SQL."""
    name = heading.column(*columns)
    if name is None:
        return "", "CAST(NULL AS STRING)"
    return name, blank_to_null(f"CAST({quoted(name)} AS STRING)")


def _text(heading: Heading, name: str, *columns: str) -> Cell:
    column, text = _cell_text(heading, *columns)
    return Cell(name, text, there=bool(column))


def _date(heading: Heading, name: str, *columns: str) -> Cell:
    column, text = _cell_text(heading, *columns)
    sql = day_of(text) if column else "CAST(NULL AS DATE)"
    return _read_cell(name, text, sql, "a date such as 2015-04-01", (), column)


def _whole(heading: Heading, name: str, least: int, most: int, *columns: str) -> Cell:
    column, text = _cell_text(heading, *columns)
    sql = whole_of(text, least, most)
    told = f"a whole number from {least} to {most}"
    return _read_cell(name, text, sql, told, (), column)


def _coded(
    heading: Heading,
    name: str,
    codes: Mapping[str, Sequence[str]],
    unknown: Sequence[str],
    *columns: str,
) -> Cell:
    column, text = _cell_text(heading, *columns)
    steps = " ".join(
        f"WHEN UPPER({text}) IN ({text_list(values)}) THEN '{code}'"
        for code, values in codes.items()
    )
    told = "one of the codes of the data dictionary"
    return _read_cell(name, text, f"CASE {steps} END", told, unknown, column)


def _first_of(
    heading: Heading,
    name: str,
    known: Sequence[str],
    unknown: Sequence[str],
    *columns: str,
) -> Cell:
    """Return a code by its first character: stage 2A is stage 2."""
    column, text = _cell_text(heading, *columns)
    first = f"SUBSTR({text}, 1, 1)"
    sql = f"CASE WHEN {first} IN ({text_list(known)}) THEN {first} END"
    return _read_cell(name, text, sql, "a code from 1 to 4", unknown, column, first)


def _fifth(heading: Heading) -> Cell:
    """Return the fifth of deprivation, written `1` or `1 - most deprived`."""
    columns = ("QUINTILE_2019", "QUINTILE_2015", "IMD_QUINTILE", "QUINTILE_2010")
    column, text = _cell_text(heading, *columns)
    sql = whole_of(f"SUBSTR({text}, 1, 1)", 1, 5)
    return _read_cell("imd", text, sql, "a fifth from 1 to 5", (), column)


def _performance(heading: Heading) -> Cell:
    """Return performance status; `1m` is 1, from multidisciplinary records."""
    column, text = _cell_text(heading, "PERFORMANCESTATUS")
    first = f"SUBSTR({text}, 1, 1)"
    sql = whole_of(first, 0, 4)
    told = "a number from 0 to 4"
    return _read_cell("performance", text, sql, told, ("9",), column, first)


def _comorbidity(heading: Heading) -> Cell:
    if heading.column("CHRL_TOT_27_03"):
        return _whole(heading, "comorbidity", 0, CHARLSON_MOST, "CHRL_TOT_27_03")
    column, text = _cell_text(heading, "ACE27")
    first = f"SUBSTR({text}, 1, 1)"
    sql = whole_of(first, 0, ACE_27_MOST)
    told = f"a number from 0 to {ACE_27_MOST}"
    return _read_cell("comorbidity", text, sql, told, ("9", "X"), column, first)


def _vital(heading: Heading) -> Cell:
    column, text = _cell_text(heading, "NEWVITALSTATUS", "VITALSTATUS")
    first = f"UPPER(SUBSTR({text}, 1, 1))"
    steps = " ".join(
        f"WHEN {first} IN ({text_list(values)}) THEN '{code}'"
        for code, values in VITAL.items()
    )
    sql, told = f"CASE {steps} END", "A (alive), D (dead) or X (gone abroad)"
    return _read_cell("vital", text, sql, told, (), column)


def _read_cell(
    name: str,
    text: str,
    sql: str,
    told: str,
    unknown: Sequence[str],
    column: str,
    judged: str = "",
) -> Cell:
    """Return a cell; codes that mean ``unknown`` are not counted as unreadable."""
    if not column:
        return Cell(name, sql, there=False)
    bad = f"{text} IS NOT NULL AND ({sql}) IS NULL"
    if unknown:
        bad += f" AND {judged or f'UPPER({text})'} NOT IN ({text_list(unknown)})"
    return Cell(name, sql, bad, f"`{column}` is not {told}")
