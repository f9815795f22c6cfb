"""Which files of a folder hold rows about patients, and in which layout?

Files are known by their headings, never by their names.  ``read_patient_folder`` looks
at headings and reads the small tables; ``PatientFolder.open`` lets an engine read the
rows about people and gives the tables of ``candela.tables.patients``.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from candela.errors import InputError, Problem
from candela.sources.files import open_contents
from candela.sources.ods import SUCCESSION_LAYOUT, TRUST_LAYOUT
from candela.sources.patients.folder import MAIN, TABLE_OF, PatientFolder
from candela.sources.patients.headings import Heading, heading_of
from candela.sources.patients.lookups import read_lookups
from candela.sources.patients.recognising import Role, role_of
from candela.sources.patients.tables import (
    read_life_table,
    read_measures,
    read_names,
    read_successions,
)
from candela.tables import ORGANISATION_MEASURES, Table
from candela.tables.patients import PATIENT_TABLES, RESEARCH_ACTIVITY

__all__ = ["read_patient_folder"]

OFFICIAL_LIST_BYTES = 100_000_000
# Files that say nothing without another kind, which would be passed over in silence.
DESCRIBED = {
    "hes_apc": "episodes in the layout of HES APC",
    "registry_tumour": "tumours in the layout of the Simulacrum",
}
GOES_WITH = {
    "hes_deaths": "hes_apc",
    "diagnosis_groups": "hes_apc",
    "comorbidity": "hes_apc",
    "registry_patient": "registry_tumour",
    "sact_regimen": "registry_tumour",
    "sact_drug": "registry_tumour",
    "radiotherapy": "registry_tumour",
}


def read_patient_folder(folder: Path) -> PatientFolder:
    """Return what is in a folder of files about patients; people are not read yet.

    Hidden files are passed over.

    Raises
    ------
    InputError
        If it is not a folder, holds no rows about patients, has one table in two
        layouts, or a file is cut off or wrong; every problem that is found is told.
    """
    if not folder.is_dir():
        raise InputError(
            Problem(
                str(folder),
                "this is not a folder",
                "a folder of files about patients",
                "Give the folder that holds the files, not a file.",
            )
        )
    files: dict[str, list[Heading]] = defaultdict(list)
    titles: dict[str, str] = {}
    left_out: list[str] = []
    problems: list[Problem] = []
    for path in _paths(folder):
        name = path.relative_to(folder).as_posix()
        try:
            found = _recognised(path, name)
        except InputError as error:
            problems += error.problems
            continue
        if found is None:
            left_out.append(name)
            continue
        heading, role = found
        files[role.name].append(heading)
        titles[role.name] = role.title
    problems += _conflicts(files, titles)
    if problems:
        raise InputError(problems)
    if not any(files.get(role) for role in MAIN):
        raise InputError(_nothing(folder, left_out))
    grouped = {role: tuple(headings) for role, headings in files.items()}
    return _with_small_tables(folder, grouped, titles, tuple(left_out))


def _paths(folder: Path) -> list[Path]:
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [
            Path(place) / name
            for name in names
            if not name.startswith(".") and (Path(place) / name).is_file()
        ]
    return sorted(found)


def _recognised(path: Path, name: str) -> tuple[Heading, Role] | None:
    heading = heading_of(path, name)
    role = None if heading is None else role_of(heading)
    if heading is not None and role is not None:
        return heading, role
    return _official_list(path, name)


def _official_list(path: Path, name: str) -> tuple[Heading, Role] | None:
    """Return a list of the Organisation Data Service, which has no headings."""
    if path.suffix.lower() != ".csv" or path.stat().st_size > OFFICIAL_LIST_BYTES:
        return None
    contents = open_contents(path, name)
    for layout, role in ((TRUST_LAYOUT, "etr"), (SUCCESSION_LAYOUT, "succ")):
        if layout.recognises(contents):
            return Heading(path, name, "csv", ()), Role(role, layout.title, "", ())
    return None


def _conflicts(
    files: Mapping[str, Sequence[Heading]], titles: Mapping[str, str]
) -> list[Problem]:
    """Return what must be decided: one table in two layouts, or parts of two kinds."""
    problems = []
    for table in PATIENT_TABLES:
        roles = [role for role in MAIN if TABLE_OF[role] == table and files.get(role)]
        if len(roles) > 1:
            first, second = (files[role][0].name for role in roles[:2])
            problems.append(
                Problem(
                    second,
                    f"the table `{table}` is here in two layouts: {titles[roles[0]]} "
                    f"({first}) and {titles[roles[1]]}",
                    "one layout for each table",
                    "Take one of the two out of the folder.",
                )
            )
    for role, main in GOES_WITH.items():
        if files.get(role) and not files.get(main):
            problems.append(
                Problem(
                    files[role][0].name,
                    f"it goes with {DESCRIBED[main]}, and there are none here",
                    f"{DESCRIBED[main]} beside it",
                    "Put them into the folder, or take this file out.",
                )
            )
    for role, headings in files.items():
        first_one = headings[0]
        for heading in headings[1:]:
            if role in TABLE_OF and heading.kind != first_one.kind:
                problems.append(
                    Problem(
                        heading.name,
                        f"it is {heading.kind} where {first_one.name} is "
                        f"{first_one.kind}",
                        "parts of one table in one kind of file",
                        "Write them all as the same kind.",
                    )
                )
            elif role in TABLE_OF and heading.types != first_one.types:
                problems.append(
                    Problem(
                        heading.name,
                        f"its columns are not of the types of {first_one.name}",
                        "parts of one table with the same columns and types",
                        "Write the parts again in one way.",
                    )
                )
    return problems


def _nothing(folder: Path, left_out: Sequence[str]) -> Problem:
    seen = f" ({', '.join(left_out[:10])})" if left_out else ""
    return Problem(
        str(folder),
        f"no file holds rows about patients in a layout that can be read{seen}",
        "HES APC, Simulacrum, or the plain tables admission_spell and cancer_patient",
        "See the reference page on patient layouts for the columns of each.",
    )


def _with_small_tables(
    folder: Path,
    files: Mapping[str, tuple[Heading, ...]],
    titles: Mapping[str, str],
    left_out: tuple[str, ...],
) -> PatientFolder:
    activity, sizes = Table.empty(RESEARCH_ACTIVITY), Table.empty(ORGANISATION_MEASURES)
    for heading in files.get("measures", ()):
        more_activity, more_sizes = read_measures(heading)
        activity = _stacked(activity, more_activity, heading)
        sizes = _stacked(sizes, more_sizes, heading)
    successions: Table | None = None
    for heading in (*files.get("succession", ()), *files.get("succ", ())):
        table = read_successions(heading)
        successions = (
            table if successions is None else _stacked(successions, table, heading)
        )
    names: dict[str, str] = {}
    for heading in files.get("etr", ()):
        names |= _official_names(heading)
    for heading in files.get("organisation", ()):
        names |= read_names(heading)
    life = files.get("life_table")
    return PatientFolder(
        folder,
        files,
        titles,
        activity,
        sizes,
        successions,
        names,
        read_life_table(life[0]) if life else None,
        read_lookups(files.get("diagnosis_groups", ()), files.get("comorbidity", ())),
        left_out,
    )


def _official_names(heading: Heading) -> dict[str, str]:
    contents = open_contents(heading.path, heading.name)
    table = TRUST_LAYOUT.read(contents, TRUST_LAYOUT).table
    return dict(table.keys("org_code", "org_name"))


def _stacked(table: Table, more: Table, heading: Heading) -> Table:
    """Return both tables as one; what both say is a problem of the second file."""
    try:
        return more.stacked_on(table) if len(more) else table
    except InputError as error:
        raise InputError(
            Problem(
                heading.name,
                str(error).rstrip("."),
                "each figure in one file only",
                "Take it out of one of the two files.",
            )
        ) from None
