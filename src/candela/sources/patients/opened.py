"""What can an engine be asked once a folder of patients is open?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from candela.sources.patients.decisions import Decision
from candela.sources.patients.fingerprints import PatientFile
from candela.tables import Table

__all__ = ["PatientTables"]


@dataclass(frozen=True, eq=False)
class PatientTables:
    """The views that ``PatientFolder.open`` made, and the small tables beside them.

    Attributes
    ----------
    columns
        For each view that was made, the columns that it has.
    rows
        For each view, how many rows it has.
    decisions
        What was decided about rows, in order.
    inputs
        Every file that was read, with its fingerprint.
    research_activity
        A ``RESEARCH_ACTIVITY`` table; empty if there is none.
    org_structure
        An ``ORGANISATION_MEASURES`` table of sizes; empty if there is none.
    succession
        A ``SUCCESSIONS`` table, or ``None`` without a list.
    names
        Name by organisation code.
    life_table
        A ``LIFE_TABLE`` table, or ``None`` without one.
    made_up
        Whether the files say that they are of a made-up nation.
    notes
        What is worth knowing that touches no single row.
    """

    columns: Mapping[str, frozenset[str]]
    rows: Mapping[str, int]
    decisions: tuple[Decision, ...]
    inputs: tuple[PatientFile, ...]
    research_activity: Table
    org_structure: Table
    succession: Table | None
    names: Mapping[str, str]
    life_table: Table | None = None
    made_up: bool = False
    notes: tuple[str, ...] = ()
