"""What does a file say that has the columns of the plain layout?

The files may have any of the table's columns; others are left out.  A Parquet file
whose cells are as they should be is passed on as it stands, so that a hundred million
rows cost one look at the columns that are needed, and no copy.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from candela.engine import Engine
from candela.errors import InputError, Problem
from candela.sources.patients.coding import Coding, coding_of
from candela.sources.patients.decisions import Candidate, Decision
from candela.sources.patients.headings import Heading
from candela.tables.patients import PATIENT_TABLES, PatientColumn

__all__ = ["UNITS", "open_plain"]

UNITS = {"admission_spell": "spells", "cancer_patient": "tumours"}


@dataclass(frozen=True)
class _Read:
    """A column that is looked at, and how."""

    column: PatientColumn
    heading: str
    coding: Coding


def open_plain(
    engine: Engine,
    table: str,
    headings: Sequence[Heading],
    *,
    needed: Collection[str] | None = None,
) -> Candidate:
    """Return the rows of a table in the plain layout.

    Parameters
    ----------
    needed
        Columns to look at; all that there are, if none are named.

    Raises
    ------
    InputError
        If there are no rows, or a column holds nothing of its kind.
    """
    first = headings[0]
    view = f"{table}_file"
    engine.read_files(view, [h.path for h in headings], kind=first.kind)
    reads = list(_reads(table, first, needed))
    asked = {f"untidy_{n}": read.coding.untidy for n, read in enumerate(reads)}
    counts = _counted(engine, view, asked)
    rows = counts["total"]
    if not rows:
        raise InputError(
            Problem(
                _names(headings),
                "there are no rows",
                f"rows of {PATIENT_TABLES[table].row}",
                "Check that the extract is not empty.",
            )
        )
    untidy = [n for n in range(len(reads)) if counts.get(f"untidy_{n}")]
    closer = _looked_at_closer(engine, view, reads, untidy)
    decisions = []
    for number in untidy:
        filled, bad = closer[f"filled_{number}"], closer.get(f"bad_{number}", 0)
        if bad:
            _refuse_if_all(headings, reads[number], filled=filled, bad=bad)
            decisions.append(_unknown(table, reads[number], bad, rows))
    expressions = {
        read.column.name: read.coding.careful if n in untidy else read.coding.plain
        for n, read in enumerate(reads)
    }
    return Candidate(table, view, expressions, rows, UNITS[table], tuple(decisions))


def _looked_at_closer(
    engine: Engine, view: str, reads: Sequence[_Read], untidy: Sequence[int]
) -> dict[str, int]:
    """Return how many cells are filled and bad, in columns that are not all tidy."""
    if not untidy:
        return {}
    filled = {f"filled_{n}": reads[n].coding.filled for n in untidy}
    bad = {f"bad_{n}": reads[n].coding.bad for n in untidy}
    return _counted(engine, view, filled | bad)


def _reads(
    table: str, heading: Heading, needed: Collection[str] | None
) -> Sequence[_Read]:
    found = []
    spec = PATIENT_TABLES[table]
    always = {spec.key, "org_code", "admission_date", "diagnosis_date"}
    for column in spec.columns:
        place = heading.place(column.name)
        wanted = needed is None or column.name in needed or column.name in always
        if place is None or not wanted:
            continue
        kind = heading.type_of(place)
        coding = coding_of(column, heading.columns[place], kind)
        if coding is None:
            raise InputError(
                Problem(
                    heading.name,
                    f"the column is of type {kind}",
                    f"a column of type {column.kind}",
                    "Write it again as the layout asks.",
                    column=heading.columns[place],
                )
            )
        found.append(_Read(column, heading.columns[place], coding))
    return found


def _counted(engine: Engine, view: str, asked: Mapping[str, str]) -> dict[str, int]:
    """Return how many rows there are, and of how many each condition holds."""
    parts = ["COUNT(*) AS total"]
    parts += [
        f"COUNT(CASE WHEN {condition} THEN 1 END) AS {name}"
        for name, condition in asked.items()
        if condition
    ]
    found = engine.rows(f"SELECT {', '.join(parts)} FROM {view}")[0]
    return {name: int(str(count)) for name, count in found.items()}


def _refuse_if_all(
    headings: Sequence[Heading], read: _Read, *, filled: int, bad: int
) -> None:
    """Refuse a column of which no cell can be read: it is not what it is called."""
    if bad < filled:
        return
    raise InputError(
        Problem(
            _names(headings),
            f"none of the {filled} filled cells can be read",
            read.coding.expected,
            "Write the column again as the layout asks, or leave it out.",
            column=read.heading,
        )
    )


def _unknown(table: str, read: _Read, bad: int, rows: int) -> Decision:
    return Decision(
        table,
        f"unreadable_{read.column.name}",
        f"`{read.column.name}` is not {read.coding.expected}: taken as not known",
        "changed",
        bad,
        rows,
        UNITS[table],
    )


def _names(headings: Sequence[Heading]) -> str:
    if len(headings) == 1:
        return headings[0].name
    return f"{headings[0].name} and {len(headings) - 1} more parts"
