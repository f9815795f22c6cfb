"""Who is studied, and at which step did everyone else leave?

Rows stay in the engine.  What comes out is a table of counts by step, organisation and
year, and later columns of codes.  Each row leaves at the first step that holds of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from candela.association.patients.casemix import FEWEST_ROWS, Factor, factor_of
from candela.association.patients.places import Places, places_of
from candela.association.patients.protocol import CaseMix, Cohort, StudyProtocol
from candela.association.patients.result import FlowStep
from candela.engine import Engine
from candela.engine.expressions import among, first_step, literal, quoted
from candela.errors import InputError, TooFewData
from candela.sources.patients import PatientTables
from candela.tables import Policy, Succession
from candela.tables.patients import PATIENT_TABLES

__all__ = ["KEPT", "CohortCount", "Step", "count_cohort", "trial_sql", "whole"]

ROWS = "study_row"
KEPT = "study_kept"
ROWS_NOUN = {"admission_spell": "spells", "cancer_patient": "tumours"}
CONSENT = {
    "admission_spell": "trial_consent_date",
    "cancer_patient": "trial_first_date",
}
MADE = ("year", "month", "trust_patients")
MOST_PLACES = 50_000
ALWAYS_TOLD = ("age", "admission_method", "site")  # others only where somebody left


@dataclass(frozen=True)
class Step:
    """One reason for a row to leave; ``condition`` is SQL."""

    name: str
    label: str
    condition: str


@dataclass(frozen=True, eq=False)
class CohortCount:
    """The cohort, counted; its rows are the view ``study_kept`` of the engine.

    Attributes
    ----------
    factors
        What may be adjusted for, by name; without those of units.
    missing
        Names of the case mix whose column no file gives.
    patients
        Of each organisation as reported and year, whatever the study's days: a size
        that research may be divided by.
    flow
        Steps in order.
    columns
        Columns of the table that the files give.
    has_trial
        Whether they say anything of trials.
    """

    places: Places
    factors: Mapping[str, Factor]
    missing: tuple[str, ...]
    patients: Mapping[tuple[str, int], int]
    flow: tuple[FlowStep, ...]
    first_day: str
    last_day: str
    columns: frozenset[str]
    has_trial: bool


def count_cohort(
    engine: Engine,
    tables: PatientTables,
    protocol: StudyProtocol,
    *,
    policy: Policy,
    succession: Succession,
) -> CohortCount:
    """Count who is studied, and make the view of those who stay.

    Raises
    ------
    InputError
        If the files lack a column that says who is studied.
    TooFewData
        If nobody stays.
    """
    cohort = protocol.cohort
    columns = _columns(tables, cohort)
    _make_rows(engine, cohort, columns)
    places = places_of(
        _seen(engine, cohort), kind=cohort.years, policy=policy, succession=succession
    )
    if not places.years:
        raise TooFewData("no row has both an organisation and a day.")
    given, missing = _given(protocol.case_mix, columns)
    factors = _factors(engine, given, cohort)
    steps = tuple(_steps(protocol, factors, places))
    notes = tuple(_notes(factors))
    counted = _count(engine, cohort, steps, notes)
    kept = first_step([step.condition for step in steps])
    engine.create_view(KEPT, f"SELECT * FROM {ROWS} WHERE ({kept}) = 0")
    flow = (*_of_files(tables, cohort.table), *_flow(counted, steps, notes, places))
    if not flow[-1].remaining:
        raise TooFewData(_nobody_left(flow, ROWS_NOUN[cohort.table]))
    first, last = _days(engine, cohort)
    return CohortCount(
        places,
        factors,
        missing,
        _sizes(counted, steps),
        flow,
        first,
        last,
        columns,
        bool({"trial_participant", CONSENT[cohort.table]} & columns),
    )


def _nobody_left(flow: Sequence[FlowStep], noun: str) -> str:
    told = [f"{one.label} ({one.count:,})" for one in flow if one.count]
    return (
        f"nobody is left of the {noun} in the files. Left: {'; '.join(told)}. Check "
        "these columns, and [cohort] of the protocol."
    )


def trial_sql(cohort: Cohort, columns: frozenset[str], day: str) -> str:
    """Return SQL: 1 if in a trial by ``day``, 0 if not, 2 if not known.

    Consent after the day counts for nothing: to give it one has to live until then.
    """
    consent = CONSENT[cohort.table]
    dated = consent in columns
    conditions = []
    if dated:
        conditions += [
            f"WHEN {consent} <= {day} THEN 1",
            f"WHEN {consent} IS NOT NULL THEN 0",
        ]
    if "trial_participant" in columns:
        # Of a stay it is said of the time of the stay; of a tumour, of any time.
        undated = 1 if cohort.table == "admission_spell" else 2
        conditions += [
            f"WHEN trial_participant = 'yes' THEN {undated}",
            "WHEN trial_participant = 'no' THEN 0",
        ]
    otherwise = 2 if "trial_participant" in columns or not dated else 0
    if not conditions:
        return str(otherwise)
    return " ".join(["CASE", *conditions, f"ELSE {otherwise} END"])


def whole(value: object) -> int:
    """Return a count that an engine gave, 0 for null."""
    return 0 if value is None else int(str(value))


def _columns(tables: PatientTables, cohort: Cohort) -> frozenset[str]:
    columns = tables.columns.get(cohort.table)
    if columns is None:
        had = ", ".join(tables.columns) or "nothing of that kind"
        raise InputError(
            f"The study is of {cohort.table}, and the folder gives {had}. "
            "Put the files there, or choose another protocol."
        )
    wanted = [cohort.organisation, cohort.index_day, _age(cohort)]
    if cohort.admission_methods:
        wanted.append("admission_method")
    if cohort.sites_icd10:
        wanted.append("site_icd10")
    lacking = [name for name in wanted if name not in columns]
    if lacking:
        raise InputError(
            f"{cohort.table} lacks {', '.join(lacking)}, which say who is studied. "
            "Add these columns to the files, or change [cohort] of the protocol."
        )
    return columns


def _age(cohort: Cohort) -> str:
    spells = cohort.table == "admission_spell"
    return "age_years" if spells else "age_at_diagnosis"


def _make_rows(engine: Engine, cohort: Cohort, columns: frozenset[str]) -> None:
    day = quoted(cohort.index_day)
    year, month = (
        f"CAST(EXTRACT({part} FROM {day}) AS INT)" for part in ("YEAR", "MONTH")
    )
    if cohort.years == "financial":
        year = f"{year} - CASE WHEN {month} < 4 THEN 1 ELSE 0 END"
    engine.create_view(
        ROWS,
        f"SELECT *, {year} AS study_year, {month} AS study_month, "
        f"{trial_sql(cohort, columns, day)} AS study_trial FROM {cohort.table}",
    )


def _seen(engine: Engine, cohort: Cohort) -> Iterator[tuple[str, int]]:
    org = quoted(cohort.organisation)
    try:
        found = engine.rows(
            f"SELECT {org} AS org, study_year AS year, "
            f"CAST(COUNT(*) AS BIGINT) AS patients FROM {ROWS} "
            f"WHERE {org} IS NOT NULL AND study_year IS NOT NULL GROUP BY 1, 2",
            most=MOST_PLACES,
        )
    except ValueError:
        raise InputError(
            f"{cohort.organisation} has more than {MOST_PLACES:,} different codes and "
            "years. Expected codes of organisations. Check the column."
        ) from None
    for row in found:
        yield str(row["org"]), whole(row["year"])


def _given(
    case_mix: Sequence[CaseMix], columns: frozenset[str]
) -> tuple[list[CaseMix], tuple[str, ...]]:
    given = [m for m in case_mix if m.column in columns or m.column in MADE]
    return given, tuple(m.name for m in case_mix if m not in given)


def _factors(
    engine: Engine, given: Sequence[CaseMix], cohort: Cohort
) -> dict[str, Factor]:
    table = PATIENT_TABLES[cohort.table]
    found = {}
    for mix in given:
        if mix.column in ("year", "trust_patients"):
            continue
        texts: dict[str, dict[str, int]] = {}
        if mix.column != "month" and table.column(mix.column).kind == "text":
            texts[mix.column] = _texts(engine, mix)
        found[mix.name] = factor_of(mix, table, texts)
    return found


def _texts(engine: Engine, mix: CaseMix) -> dict[str, int]:
    """Return how many rows have each value of a text column."""
    column = quoted(mix.column)
    shown = f"SUBSTR({column}, 1, {mix.characters})" if mix.characters else column
    try:
        found = engine.rows(
            f"SELECT {shown} AS value, CAST(COUNT(*) AS BIGINT) AS patients "
            f"FROM {ROWS} WHERE {column} IS NOT NULL GROUP BY 1",
            most=MOST_PLACES,
        )
    except ValueError:
        raise InputError(
            f"{mix.column} has more than {MOST_PLACES:,} different values, and "
            f"{mix.name} is adjusted for by it. Give groups, or keep only the first "
            "characters: `characters` in the protocol."
        ) from None
    return {str(row["value"]): whole(row["patients"]) for row in found}


def _steps(
    protocol: StudyProtocol, factors: Mapping[str, Factor], places: Places
) -> Iterator[Step]:
    cohort = protocol.cohort
    org, age = quoted(cohort.organisation), quoted(_age(cohort))
    yield Step("no_day", f"no {_words(cohort.index_day)}", "study_year IS NULL")
    yield Step("age_unknown", "age not known", f"{age} IS NULL")
    yield Step(
        "age",
        f"younger than {cohort.least_age_years} or older than {cohort.most_age_years}",
        f"{age} < {cohort.least_age_years} OR {age} > {cohort.most_age_years}",
    )
    if cohort.admission_methods:
        told = " or ".join(cohort.admission_methods)
        kept = among("admission_method", cohort.admission_methods)
        yield Step("admission_method", f"not admitted as {told}", f"NOT {kept}")
    if cohort.sites_icd10:
        begins = " OR ".join(
            f"site_icd10 LIKE {literal(f'{site}%')}" for site in cohort.sites_icd10
        )
        told = ", ".join(cohort.sites_icd10)
        yield Step(
            "site", f"another site than {told}", f"NOT COALESCE({begins}, FALSE)"
        )
    yield Step("no_organisation", "no organisation given", f"{org} IS NULL")
    if places.left_out:
        keys = [f"{code}|{year}" for code, year in places.left_out]
        key = f"{org} || '|' || CAST(study_year AS STRING)"
        told = "in a year of merger, or successors not known"
        yield Step("not_followed", f"organisation {told}", among(key, keys))
    yield from _after_sizes(protocol, factors)


def _after_sizes(
    protocol: StudyProtocol, factors: Mapping[str, Factor]
) -> Iterator[Step]:
    """Yield the steps whose rows still count for the size of their organisation."""
    cohort = protocol.cohort
    day = quoted(cohort.index_day)
    outside = []
    if cohort.first_day is not None:
        outside.append(f"{day} < CAST('{cohort.first_day.isoformat()}' AS DATE)")
    if cohort.last_day is not None:
        outside.append(f"{day} > CAST('{cohort.last_day.isoformat()}' AS DATE)")
    if outside:
        yield Step("outside_days", "outside the days studied", " OR ".join(outside))
    for factor in factors.values():
        if factor.mix.unknown == "leave_out":
            yield Step(
                f"unknown_{factor.name.replace(' ', '_')}",
                f"{factor.name} not known",
                factor.unknown,
            )


def _words(column: str) -> str:
    return {
        "admission_date": "day of admission",
        "diagnosis_date": "day of diagnosis",
    }[column]


@dataclass(frozen=True)
class _Counted:
    """How many rows of an organisation in a year left at a step, 0 for none."""

    step: int
    org: str
    year: int
    rows: int
    noted: tuple[int, ...]


def _count(
    engine: Engine, cohort: Cohort, steps: Sequence[Step], notes: Sequence[Step]
) -> list[_Counted]:
    org = quoted(cohort.organisation)
    step = first_step([step.condition for step in steps])
    sums = "".join(
        f", CAST(SUM(CASE WHEN {note.condition} THEN 1 ELSE 0 END) AS BIGINT) AS u{n}"
        for n, note in enumerate(notes)
    )
    found = engine.rows(
        f"SELECT {step} AS step, COALESCE({org}, '') AS org, "
        f"COALESCE(study_year, 0) AS year, CAST(COUNT(*) AS BIGINT) AS n{sums} "
        f"FROM {ROWS} GROUP BY 1, 2, 3",
        most=MOST_PLACES * (len(steps) + 1),
    )
    counted = [
        _Counted(
            whole(row["step"]),
            str(row["org"]),
            whole(row["year"]),
            whole(row["n"]),
            tuple(whole(row[f"u{n}"]) for n in range(len(notes))),
        )
        for row in found
    ]
    return sorted(counted, key=lambda one: (one.step, one.org, one.year))


def _flow(
    counted: Sequence[_Counted],
    steps: Sequence[Step],
    notes: Sequence[Step],
    places: Places,
) -> Iterator[FlowStep]:
    for number, step in enumerate(steps, 1):
        left = sum(one.rows for one in counted if one.step == number)
        stay = [one for one in counted if one.step == 0 or one.step > number]
        organisations = {
            places.stands_for[one.org, one.year]
            for one in stay
            if (one.org, one.year) in places.stands_for
        }
        remaining = sum(one.rows for one in stay)
        if left or step.name in ALWAYS_TOLD:
            yield FlowStep(
                step.name, step.label, "left", left, remaining, len(organisations)
            )
    kept = [one for one in counted if one.step == 0]
    remaining = sum(one.rows for one in kept)
    for number, note in enumerate(notes):
        count = sum(one.noted[number] for one in kept)
        if count:
            yield FlowStep(note.name, note.label, "changed", count, remaining)


def _notes(factors: Mapping[str, Factor]) -> Iterator[Step]:
    """Yield what is decided about rows that stay; the condition says which."""
    for factor in factors.values():
        name = factor.name.replace(" ", "_")
        if factor.mix.unknown == "class":
            label = f"{factor.name} not known: a class of its own"
            yield Step(f"class_{name}", label, factor.unknown)
        if factor.rare:
            label = f"{factor.name} of fewer than {FEWEST_ROWS} rows: one class"
            yield Step(f"rare_{name}", label, factor.rare)


def _of_files(tables: PatientTables, table: str) -> Iterator[FlowStep]:
    """Yield what happened to rows before they were rows of a study."""
    decisions = [one for one in tables.decisions if one.table == table]
    began = tables.rows[table]
    if decisions:
        first = decisions[0]
        began = first.remaining + (first.rows if first.kind == "left" else 0)
    noun = decisions[0].unit if decisions else ROWS_NOUN[table]
    yield FlowStep("read", f"{noun} in the files", "left", 0, began)
    for one in decisions:
        yield FlowStep(one.name, one.label, one.kind, one.rows, one.remaining)


def _sizes(
    counted: Sequence[_Counted], steps: Sequence[Step]
) -> dict[tuple[str, int], int]:
    before = 1 + max(
        number
        for number, step in enumerate(steps, 1)
        if step.name in ("no_organisation", "not_followed")
    )
    found: dict[tuple[str, int], int] = defaultdict(int)
    for one in counted:
        if one.step == 0 or one.step >= before:
            found[one.org, one.year] += one.rows
    return dict(found)


def _days(engine: Engine, cohort: Cohort) -> tuple[str, str]:
    """Return the first and last month with anybody in it, as 2015-04."""
    # A day might be one person's; a month of a whole cohort is not.
    row = engine.rows(
        "SELECT MIN(study_year * 100 + study_month) AS first, "
        "MAX(study_year * 100 + study_month) AS last FROM "
        f"(SELECT CAST(EXTRACT(YEAR FROM {quoted(cohort.index_day)}) AS INT) "
        f"AS study_year, study_month FROM {KEPT}) AS months"
    )[0]
    first, last = whole(row["first"]), whole(row["last"])
    return f"{first // 100}-{first % 100:02d}", f"{last // 100}-{last % 100:02d}"
