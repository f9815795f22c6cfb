"""What does the code say of files about patients?"""

from __future__ import annotations

from reference_markdown import grid, page

from candela.sources.patients.charlson import CHARLSON, SUPERSEDED
from candela.sources.patients.checks import RULES
from candela.sources.patients.hes_apc import EPISODE_STEPS, SPELL_RULES, STAY_STEPS
from candela.sources.patients.hes_columns import (
    ALIASES,
    CLASSES,
    DEPRIVATION,
    METHODS,
    REQUIRED,
    SEXES,
)
from candela.sources.patients.lookups import CHAPTERS
from candela.sources.patients.recognising import ROLES
from candela.sources.patients.simulacrum import RULES as REGISTRY_RULES
from candela.tables import TableSpec
from candela.tables.patients import (
    LIFE_TABLE,
    PATIENT_TABLES,
    RESEARCH_ACTIVITY,
    PatientColumn,
    PatientTable,
)

__all__ = ["patient_layouts_page"]

KINDS = {
    "text": "text",
    "date": "date, as 2015-04-01",
    "yes_no": "true or false",
}


def patient_layouts_page() -> str:
    """Return every layout of rows about people, and what is decided about rows."""
    return page(
        "Patient layouts",
        "Files of rows about people are turned into the tables below before anything "
        "is counted. [Bring patient data](../how-to/bring-patient-data.md) says how "
        "to lay out a folder. Rows of these tables never leave the engine.",
        "## How a file is known",
        "By its headings, whatever the file is called. A file is of a kind if it has "
        "a column of each group; capitals do not matter.",
        _kinds(),
        "## The plain layout",
        "A file may have any of these columns; others are left out. A CSV may have "
        "commas or bars between cells and may be packed with gzip (`.csv.gz`). A "
        "Parquet column may have any type that can hold the value, and identifiers "
        "may be numbers. A table may be in parts: several files with the same columns.",
        *(_table(table) for table in PATIENT_TABLES.values()),
        "## Figures about organisations",
        "Beside the patients, one row a figure. Sizes of organisations have the same "
        "five columns without route, design and specialty.",
        *(_spec(spec) for spec in (RESEARCH_ACTIVITY, LIFE_TABLE)),
        "## HES APC",
        "Columns are found by name, so that a part of the official ones is enough. Of "
        "several names the first that the file has is used.",
        grid(
            ("what", "column", ""),
            [
                (
                    name.replace("_", " "),
                    " or ".join(f"`{alias}`" for alias in aliases),
                    "needed" if name in REQUIRED else "",
                )
                for name, aliases in ALIASES.items()
            ]
            + [("other diagnoses", "`DIAG_4_02` to `DIAG_4_20`, or `DIAG_02` on", "")],
        ),
        *_codes(),
        "### Conditions of the comorbidity score",
        "Weights of Charlson (1987), codes of Quan and others (2005). Each counts "
        "once. " + _superseded(),
        grid(
            ("condition", "weight", "ICD-10 codes begin"),
            [(c.name, c.weight, " ".join(c.prefixes)) for c in CHARLSON],
        ),
        "### Diagnosis groups where the folder brings none",
        grid(
            ("group", "ICD-10 codes"),
            [(name, f"{first} to {last}") for first, last, name in CHAPTERS],
        ),
        "## What is decided about rows",
        "Every decision is counted and is in the cohort flow of a study. A row leaves "
        "for the first reason that holds of it.",
        _decisions(),
    )


def _kinds() -> str:
    shown = [role for role in ROLES if role.name != "deaths_without_days"]
    return grid(
        ("kind", "layout", "has"),
        [
            (
                role.name.replace("_", " "),
                role.title,
                "; ".join(
                    " or ".join(f"`{name}`" for name in group) for group in role.marks
                ),
            )
            for role in shown
        ],
    )


def _table(table: PatientTable) -> str:
    rows = [(f"`{c.name}`", _kind(c), c.description) for c in table.columns]
    return (
        f"### {table.name}\n\nOne row: {table.row}. Told apart by `{table.key}`.\n\n"
        f"{grid(('column', 'holds', 'what it is'), rows)}"
    )


def _kind(column: PatientColumn) -> str:
    if column.kind == "choice":
        return " or ".join(f"`{choice}`" for choice in column.choices)
    if column.kind == "whole":
        return f"whole number, {column.least} to {column.most}"
    return KINDS[column.kind]


def _spec(spec: TableSpec) -> str:
    rows = [
        (
            f"`{c.name}`",
            ", ".join(c.allowed) if len(c.allowed) < 6 else "",
            c.description,
        )
        for c in spec.columns
        if not c.name.startswith(("source_", "value_status"))
    ]
    return (
        f"### {spec.name}\n\nOne row: {spec.description}.\n\n"
        f"{grid(('column', 'one of', 'what it is'), rows)}"
    )


def _codes() -> tuple[str, ...]:
    tables = {
        "admission_method": METHODS,
        "patient_class": CLASSES,
        "sex": SEXES,
        "imd_quintile": DEPRIVATION,
    }
    return tuple(
        f"### Codes of `{column}`\n\n"
        + grid(
            ("becomes", "codes"),
            [(name, ", ".join(codes)) for name, codes in table.items()],
        )
        for column, table in tables.items()
    )


def _superseded() -> str:
    pairs = [f"{mild} gives way to {grave}" for mild, grave in SUPERSEDED.items()]
    return f"{'; '.join(pairs).capitalize()}."


def _decisions() -> str:
    rows = [("HES APC", name, label) for name, label in (*EPISODE_STEPS, *STAY_STEPS)]
    rows += [("HES APC", rule.name, rule.label) for rule in SPELL_RULES]
    rows += [("Simulacrum", rule.name, rule.label) for rule in REGISTRY_RULES]
    rows += [
        (table, rule.name, rule.label)
        for table, rules in RULES.items()
        for rule in rules
    ]
    for table, spec in PATIENT_TABLES.items():
        rows.append((table, "repeated_identifier", f"`{spec.key}` seen before"))
    return grid(
        ("where", "name", "why rows leave"),
        [(where, f"`{name}`", label) for where, name, label in rows],
    )
