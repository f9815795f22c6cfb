"""Which rows cannot be used, whatever layout they came in?

Rows that contradict themselves leave, each for the first reason that holds of it, and
are counted.  Nothing is mended by guessing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from candela.engine import Engine
from candela.engine.expressions import first_step
from candela.errors import InputError
from candela.sources.patients.decisions import Candidate, Decision, RowRule
from candela.tables.patients import PATIENT_TABLES, PatientColumn

__all__ = ["Checked", "checked"]

RULES: Mapping[str, tuple[RowRule, ...]] = {
    "admission_spell": (
        RowRule(
            "no_organisation",
            "no organisation is given",
            "org_code IS NULL",
            ("org_code",),
        ),
        RowRule(
            "no_admission_date",
            "no day of admission is given",
            "admission_date IS NULL",
            ("admission_date",),
        ),
        RowRule(
            "discharge_before_admission",
            "discharge is before admission",
            "discharge_date < admission_date",
            ("discharge_date", "admission_date"),
        ),
        RowRule(
            "death_before_admission",
            "death is before admission",
            "death_date < admission_date",
            ("death_date", "admission_date"),
        ),
    ),
    "cancer_patient": (
        RowRule(
            "no_diagnosis_date",
            "no day of diagnosis is given",
            "diagnosis_date IS NULL",
            ("diagnosis_date",),
        ),
        RowRule(
            "ended_before_diagnosis",
            "death or the last day known to be alive is before diagnosis",
            "vital_status_date < diagnosis_date",
            ("vital_status_date", "diagnosis_date"),
        ),
    ),
}
INDEX_DAY = {"admission_spell": "admission_date", "cancer_patient": "diagnosis_date"}


@dataclass(frozen=True)
class Checked:
    """A table that can be counted: its columns, and how many rows are left."""

    columns: frozenset[str]
    rows: int
    decisions: tuple[Decision, ...]


def checked(
    engine: Engine, candidate: Candidate, *, latest: date | None = None
) -> Checked:
    """Make the table's view, without the rows that cannot be used.

    Parameters
    ----------
    latest
        Day after which nobody can have been admitted or diagnosed yet.

    Raises
    ------
    InputError
        If no row is left.
    """
    table = candidate.table
    rules = _rules(candidate, latest)
    listed = _view_of_columns(engine, candidate)
    step = first_step([rule.condition for rule in rules])
    counts = _counts(engine, f"SELECT {step} AS step FROM {listed}")
    decisions, remaining = list(candidate.decisions), candidate.rows
    for number, rule in enumerate(rules, 1):
        left = counts.get(number, 0)
        remaining -= left
        if left:
            decisions.append(_left(candidate, rule.name, rule.label, left, remaining))
    source = listed
    if remaining < candidate.rows:
        source = f"{table}_usable"
        engine.create_view(source, f"SELECT * FROM {listed} WHERE ({step}) = 0")
    key = PATIENT_TABLES[table].key
    if key in candidate.expressions and not candidate.key_is_unique and remaining:
        once = f"{table}_once"
        repeats = engine.keep_one(once, source, key)
        if repeats:
            remaining, source = remaining - repeats, once
            label = f"`{key}` seen before; the first by its columns in order stays"
            decisions.append(
                _left(candidate, "repeated_identifier", label, repeats, remaining)
            )
    if not remaining:
        raise InputError(_nothing_left(candidate, decisions))
    columns = ", ".join(
        f"CAST({name} AS STRING) AS {name}"
        if _is_identifier(PATIENT_TABLES[table].column(name))
        else name
        for name in _canonical(candidate)
    )
    engine.create_view(table, f"SELECT {columns} FROM {source}")
    return Checked(frozenset(_canonical(candidate)), remaining, tuple(decisions))


def _canonical(candidate: Candidate) -> list[str]:
    """Return the columns of the table that there are, in the table's order."""
    known = PATIENT_TABLES[candidate.table].columns
    return [c.name for c in known if c.name in candidate.expressions]


def _is_identifier(column: PatientColumn) -> bool:
    return column.identifies and column.kind == "text"


def _view_of_columns(engine: Engine, candidate: Candidate) -> str:
    name = f"{candidate.table}_read"
    columns = ", ".join(f"{sql} AS {n}" for n, sql in candidate.expressions.items())
    engine.create_view(name, f"SELECT {columns} FROM {candidate.view}")
    return name


def _rules(candidate: Candidate, latest: date | None) -> tuple[RowRule, ...]:
    table, found = candidate.table, candidate.expressions
    rules = [
        rule
        for rule in (*candidate.rules, *RULES[table])
        if all(name in found for name in rule.needs)
    ]
    day = INDEX_DAY[table]
    if latest is not None and day in found:
        label = f"`{day}` is after {latest.isoformat()}"
        rules.append(
            RowRule("in_the_future", label, f"{day} > DATE '{latest.isoformat()}'")
        )
    return tuple(rules)


def _counts(engine: Engine, steps: str) -> dict[int, int]:
    found = engine.rows(
        f"SELECT step, COUNT(*) AS counted FROM ({steps}) AS steps GROUP BY step"
    )
    return {int(str(row["step"])): int(str(row["counted"])) for row in found}


def _left(
    candidate: Candidate, name: str, label: str, rows: int, remaining: int
) -> Decision:
    return Decision(
        candidate.table, name, label, "left", rows, remaining, candidate.unit
    )


def _nothing_left(candidate: Candidate, decisions: list[Decision]) -> str:
    told = "; ".join(f"{d.label} ({d.rows})" for d in decisions if d.kind == "left")
    return (
        f"{candidate.table}: none of its {candidate.rows} {candidate.unit} can be "
        f"used{': ' + told if told else ''}. Check the dates and codes of the files."
    )
