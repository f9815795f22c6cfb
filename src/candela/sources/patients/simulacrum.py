"""What do the cancer registry's tables say, in the layout of the Simulacrum?

Versions 1 and 2 are both read; tables are known by their columns.  Patients and tumours
are needed.  Systemic treatment (SACT regimens) gives participation in trials and its
first day, drug administrations the trust of first systemic treatment, radiotherapy its
first day.  Only treatment on or after the day of diagnosis is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from candela.engine import Engine
from candela.errors import InputError, Problem
from candela.sources.patients.decisions import Candidate, Decision, RowRule
from candela.sources.patients.headings import Heading
from candela.sources.patients.simulacrum_columns import registry_cells

__all__ = ["open_simulacrum"]

TABLE = "cancer_patient"
FILES = ("registry_tumour", "registry_patient")

RULES = (
    RowRule("no_patient", "no row in the table of patients", "registered IS NULL"),
)
# How each column of the table comes out of the joined view, and the part it needs.
CANONICAL: Mapping[str, tuple[str, str]] = {
    "person_id": ("person", ""),
    "tumour_id": ("tumour", ""),
    "diagnosis_date": ("diagnosis", ""),
    "site_icd10": ("site", "site"),
    "morphology": ("morphology", "morphology"),
    "stage": ("stage", "stage"),
    "grade": ("grade", "grade"),
    "age_at_diagnosis": ("age", "age"),
    "sex": ("sex", "sex"),
    "ethnicity": ("ethnicity", "ethnicity"),
    "imd_quintile": ("imd", "imd"),
    "performance_status": ("performance", "performance"),
    "comorbidity_score": ("comorbidity", "comorbidity"),
    "trust_first_treatment": ("provider", "sact_provider"),
    "first_surgery_date": ("surgery", "surgery"),
    "first_sact_date": ("first_sact", "sact_regimen"),
    "first_rt_date": ("first_rt", "radiotherapy"),
    "vital_status": ("vital", ""),
    "vital_status_date": ("vital_date", ""),
    "underlying_cause": ("cause", "cause"),
    "trial_participant": ("trial", "sact_trial"),
    "trial_first_date": ("first_trial", "sact_trial"),
}


def open_simulacrum(
    engine: Engine, files: Mapping[str, Sequence[Heading]]
) -> Candidate:
    """Return the tumours of a folder with their persons and first treatments.

    Raises
    ------
    InputError
        If the table of patients is missing, a table has no rows, or treatment cannot be
        linked to patients.
    """
    if not files.get("registry_patient"):
        raise InputError(
            Problem(
                files["registry_tumour"][0].name,
                "tumours without the table of patients",
                "a file with PATIENTID, VITALSTATUS and VITALSTATUSDATE beside it",
                "Put the table of patients into the folder.",
            )
        )
    decisions: list[Decision] = []
    parts: set[str] = set()
    parts |= _read(engine, files, "registry_tumour", "sim_tumour", decisions)
    people = _read(engine, files, "registry_patient", "sim_person_all", decisions)
    parts |= {name.removeprefix("person_") for name in people}
    tumours = _rows(engine, "sim_tumour")
    repeats = engine.keep_one("sim_person", "sim_person_all", "person")
    if repeats:
        label = "person seen before in the table of patients; one row of each is used"
        decisions.append(
            Decision(
                TABLE, "repeated_person", label, "changed", repeats, tumours, "persons"
            )
        )
    parts |= _treatment(engine, files, decisions)
    sql = (Path(__file__).parent / "sql" / "simulacrum.sql").read_text(encoding="utf-8")
    engine.create_view("sim_cancer", sql)
    found = {
        name: sql
        for name, (sql, part) in CANONICAL.items()
        if not part or part in parts
    }
    return Candidate(
        TABLE,
        "sim_cancer",
        found | {"registered": "registered"},
        tumours,
        "tumours",
        tuple(decisions),
        RULES,
        notes=_notes(files, parts),
    )


def _read(
    engine: Engine,
    files: Mapping[str, Sequence[Heading]],
    role: str,
    view: str,
    decisions: list[Decision],
) -> set[str]:
    """Make a view of one kind of file; return which of its columns are there."""
    headings = files[role]
    source = f"{view}_file"
    engine.read_files(source, [h.path for h in headings], kind=headings[0].kind)
    cells = registry_cells(role, headings[0])
    columns = ", ".join(f"{cell.sql} AS {cell.name}" for cell in cells)
    engine.create_view(view, f"SELECT {columns} FROM {source}")
    asked = [cell for cell in cells if cell.bad]
    counts = "".join(
        f", COUNT(CASE WHEN {cell.bad} THEN 1 END) AS {cell.name}" for cell in asked
    )
    found = engine.rows(f"SELECT COUNT(*) AS total{counts} FROM {source}")[0]
    total = int(str(found["total"]))
    if role in FILES and not total:
        raise InputError(
            Problem(
                headings[0].name,
                "there are no rows",
                "rows of the registry",
                "Check that the extract is not empty.",
            )
        )
    decisions += [
        Decision(
            TABLE,
            f"unreadable_{cell.name}",
            f"{cell.told}: taken as not known",
            "changed",
            int(str(found[cell.name])),
            total,
            f"rows of {role.replace('_', ' ')}",
        )
        for cell in asked
        if found[cell.name]
    ]
    return {cell.name.removeprefix("tumour_") for cell in cells if cell.there}


def _treatment(
    engine: Engine,
    files: Mapping[str, Sequence[Heading]],
    decisions: list[Decision],
) -> set[str]:
    """Make the views of treatment, empty where there is no file."""
    parts: set[str] = set()
    nothing = "CAST(NULL AS STRING) AS person, CAST(NULL AS DATE) AS {}"
    regimen = f"{nothing.format('started')}, CAST(NULL AS STRING) AS trial"
    drug = f"{nothing.format('given')}, CAST(NULL AS STRING) AS provider"
    if files.get("sact_regimen"):
        seen = _read(engine, files, "sact_regimen", "sact_regimen", decisions)
        _link(engine, files, "sact_regimen", decisions)
        _unlinked(engine, decisions)
        engine.create_view("sim_regimen", "SELECT * FROM sact_regimen_linked")
        parts |= {"sact_regimen"} | ({"sact_trial"} if "trial" in seen else set())
    else:
        _nobody(engine, "sim_regimen", regimen)
    if files.get("sact_drug") and _drugs(engine, files, decisions):
        parts.add("sact_provider")
    else:
        _nobody(engine, "sim_drug", drug)
    if files.get("radiotherapy"):
        _read(engine, files, "radiotherapy", "sim_radiotherapy", decisions)
        parts.add("radiotherapy")
    else:
        _nobody(engine, "sim_radiotherapy", nothing.format("given"))
    return parts


def _nobody(engine: Engine, view: str, columns: str) -> None:
    engine.create_view(
        view, f"SELECT {columns} FROM (SELECT 1 AS one) AS nobody WHERE one = 0"
    )


def _link(
    engine: Engine,
    files: Mapping[str, Sequence[Heading]],
    role: str,
    decisions: list[Decision],
) -> None:
    """Make ``ROLE_linked``, in which persons are those of the registry.

    From version 2 the pseudonym is the registry's own; in version 1 it is linked by
    number.
    """
    heading = files[role][0]
    if heading.column("ENCORE_PATIENT_ID"):
        engine.create_view(
            f"{role}_linked", f"SELECT {role}.*, sact_person AS person FROM {role}"
        )
        return
    patients, people = files.get("sact_patient"), files["registry_patient"][0]
    if not patients or not people.column("LINKNUMBER", "LINK_NUMBER"):
        raise InputError(
            Problem(
                heading.name,
                "its persons cannot be linked to the registry's",
                "SACT PATIENT with LINK_NUMBER, and LINKNUMBER among the patients, or "
                "the column ENCORE_PATIENT_ID",
                "Put the linking table into the folder, or take this file out.",
            )
        )
    _read(engine, files, "sact_patient", "sact_patient", decisions)
    engine.create_view(
        "sact_link",
        "SELECT sact_patient.sact_person, MIN(sim_person.person) AS person"
        " FROM sact_patient INNER JOIN sim_person ON sact_patient.link ="
        " sim_person.link GROUP BY sact_patient.sact_person",
    )
    engine.create_view(
        f"{role}_linked",
        f"SELECT {role}.*, sact_link.person FROM {role}"
        f" LEFT JOIN sact_link ON {role}.sact_person = sact_link.sact_person",
    )


def _unlinked(engine: Engine, decisions: list[Decision]) -> None:
    found = engine.rows(
        "SELECT COUNT(*) AS total,"
        " COUNT(CASE WHEN sim_person.person IS NULL THEN 1 END) AS unlinked"
        " FROM sact_regimen_linked LEFT JOIN sim_person"
        " ON sact_regimen_linked.person = sim_person.person"
    )[0]
    if found["unlinked"]:
        decisions.append(
            Decision(
                TABLE,
                "unlinked_regimen",
                "regimens of nobody in the table of patients: not used",
                "changed",
                int(str(found["unlinked"])),
                int(str(found["total"])),
                "regimens",
            )
        )


def _drugs(
    engine: Engine,
    files: Mapping[str, Sequence[Heading]],
    decisions: list[Decision],
) -> bool:
    """Make the view of drugs given; return whether they tell where."""
    heading = files["sact_drug"][0]
    if not heading.column("ORG_CODE_OF_DRUG_PROVIDER"):
        return False
    _read(engine, files, "sact_drug", "sact_drug", decisions)
    provider = "UPPER(SUBSTR(sact_drug.organisation, 1, 3)) AS provider"
    columns = f"sact_drug.given, {provider}"
    if heading.column("ENCORE_PATIENT_ID") or (
        heading.column("MERGED_PATIENT_ID") and files.get("sact_patient")
    ):
        _link(engine, files, "sact_drug", decisions)
        source = "sact_drug_linked AS sact_drug"
        columns = f"sact_drug.person, {columns}"
    elif heading.column("MERGED_REGIMEN_ID") and files.get("sact_regimen"):
        source = (
            "sact_drug INNER JOIN sact_regimen_linked AS regimen"
            " ON sact_drug.regimen = regimen.regimen"
        )
        columns = f"regimen.person, {columns}"
    elif files.get("sact_cycle") and files.get("sact_regimen"):
        _read(engine, files, "sact_cycle", "sact_cycle", decisions)
        source = (
            "sact_drug INNER JOIN sact_cycle ON sact_drug.cycle = sact_cycle.cycle"
            " INNER JOIN sact_regimen_linked AS regimen"
            " ON sact_cycle.regimen = regimen.regimen"
        )
        columns = f"regimen.person, {columns}"
    else:
        return False
    engine.create_view("sim_drug", f"SELECT {columns} FROM {source}")
    return True


def _rows(engine: Engine, view: str) -> int:
    return int(
        str(engine.rows(f"SELECT COUNT(*) AS counted FROM {view}")[0]["counted"])
    )


def _notes(files: Mapping[str, Sequence[Heading]], parts: set[str]) -> tuple[str, ...]:
    notes = []
    if "sact_trial" in parts:
        notes.append(
            "Trial participation is that of systemic treatment on or after diagnosis; "
            "a patient without a regimen is `unknown`, not `no`."
        )
    if "sact_provider" in parts:
        notes.append(
            "`trust_first_treatment` is where systemic treatment was first given."
        )
    else:
        notes.append(
            "The files do not tell where a patient was treated: there is no trust to "
            "join research to."
        )
    if "comorbidity" in parts:
        charlson = files["registry_tumour"][0].column("CHRL_TOT_27_03")
        what = "Charlson's, as the registry gives it" if charlson else "ACE-27"
        notes.append(f"`comorbidity_score` is {what}.")
    return tuple(notes)
