"""How are the tables of patients made of the files of a folder?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from candela.engine import Engine
from candela.sources.patients.checks import Checked, checked
from candela.sources.patients.decisions import Candidate, Decision
from candela.sources.patients.fingerprints import Fingerprints
from candela.sources.patients.headings import Heading
from candela.sources.patients.hes_apc import open_hes
from candela.sources.patients.lookups import Lookups
from candela.sources.patients.opened import PatientTables
from candela.sources.patients.plain import open_plain
from candela.sources.patients.simulacrum import open_simulacrum
from candela.tables import Table
from candela.tables.patients import PATIENT_TABLES

__all__ = ["MAIN", "TABLE_OF", "PatientFolder"]

MADE_UP = "(made up)"
# The table that each kind of file is for.
TABLE_OF = {
    "admission_spell": "admission_spell",
    "hes_apc": "admission_spell",
    "hes_deaths": "admission_spell",
    "cancer_patient": "cancer_patient",
    "registry_tumour": "cancer_patient",
    "registry_patient": "cancer_patient",
    "sact_patient": "cancer_patient",
    "sact_regimen": "cancer_patient",
    "sact_drug": "cancer_patient",
    "sact_cycle": "cancer_patient",
    "radiotherapy": "cancer_patient",
}
MAIN = ("admission_spell", "hes_apc", "cancer_patient", "registry_tumour")


@dataclass(frozen=True, eq=False)
class PatientFolder:
    """A folder whose files have been recognised, and its small tables read.

    Attributes
    ----------
    files
        The files of each kind, by the kind's name.
    titles
        The layout of each kind.
    left_out
        Files in none of our layouts.
    """

    path: Path
    files: Mapping[str, tuple[Heading, ...]]
    titles: Mapping[str, str]
    research_activity: Table
    org_structure: Table
    succession: Table | None
    names: Mapping[str, str]
    life_table: Table | None
    lookups: Lookups
    left_out: tuple[str, ...]

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables of patients that ``open`` will make."""
        return tuple(name for name in PATIENT_TABLES if name in self.layouts)

    @property
    def layouts(self) -> Mapping[str, str]:
        """The layout of each table of patients that is here."""
        return {TABLE_OF[r]: self.titles[r] for r in MAIN if self.files.get(r)}

    @property
    def made_up(self) -> bool:
        """Whether the files say that they are of a made-up nation."""
        marked = any(h.made_up for group in self.files.values() for h in group)
        return marked or any(MADE_UP in name for name in self.names.values())

    def open(
        self,
        engine: Engine,
        *,
        needed: Collection[str] | None = None,
        latest: date | None = None,
    ) -> PatientTables:
        """Make the views ``admission_spell`` and ``cancer_patient`` in an engine.

        Parameters
        ----------
        needed
            Columns that will be used; with none named, all that there are.  Columns of
            the plain layout that are not needed are neither looked at nor made.
        latest
            Day after which nobody can have been admitted or diagnosed yet; later rows
            leave.  Without it, no day up to 2099 is too late.

        Raises
        ------
        InputError
            If a file cannot be read, or has no rows that can be used.
        """
        found: dict[str, Checked] = {}
        decisions: list[Decision] = []
        notes: list[str] = []
        with Fingerprints(self._listed()) as fingerprints:
            for table in self.tables:
                candidate = self._candidate(engine, table, needed)
                found[table] = checked(engine, candidate, latest=latest)
                decisions += found[table].decisions
                notes += candidate.notes
            inputs = fingerprints.result()
        return PatientTables(
            {table: one.columns for table, one in found.items()},
            {table: one.rows for table, one in found.items()},
            tuple(decisions),
            inputs,
            self.research_activity,
            self.org_structure,
            self.succession,
            self.names,
            self.life_table,
            self.made_up,
            tuple(notes),
        )

    def _candidate(
        self, engine: Engine, table: str, needed: Collection[str] | None
    ) -> Candidate:
        if self.files.get(table):
            return open_plain(engine, table, self.files[table], needed=needed)
        if table == "admission_spell":
            return open_hes(engine, self.files, self.lookups)
        return open_simulacrum(engine, self.files)

    def _listed(self) -> list[tuple[Heading, str, str]]:
        return [
            (heading, self.titles[role], TABLE_OF.get(role, ""))
            for role, headings in self.files.items()
            for heading in headings
        ]
