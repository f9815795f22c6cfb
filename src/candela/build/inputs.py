"""What do the rooms need from a folder of files?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from candela.association import Material
from candela.sources import Folder
from candela.tables import (
    NAMED_MEASURES,
    ORGANISATION_MEASURES,
    ORGANISATIONS,
    PUBLISHED_OUTCOMES,
    SUCCESSIONS,
    Succession,
    Table,
)
from candela.tables.names import NameMatches, match_names

__all__ = ["MADE_UP", "is_made_up", "material_of", "names_of", "spells_of"]

MADE_UP = "(made up)"


def material_of(folder: Folder) -> tuple[Material, NameMatches | None]:
    """Return the tables an association draws on, and how names were matched to codes.

    Figures published by name only are added where one code fits the name; a figure
    published with a code is believed first.  Spells are taken from the outcome files,
    so that a size is at hand wherever an outcome is.
    """
    outcomes = folder.table(PUBLISHED_OUTCOMES)
    measures = folder.table(ORGANISATION_MEASURES)
    named = folder.table(NAMED_MEASURES)
    matches: NameMatches | None = None
    if len(named):
        matches = match_names(named["org_name"].tolist(), folder.table(ORGANISATIONS))
        measures = _without_repeats(matches.coded(named), measures)
    measures = _without_repeats(spells_of(outcomes), measures)
    succession = Succession.from_table(folder.table(SUCCESSIONS))
    return Material(outcomes, measures, succession), matches


def spells_of(outcomes: Table) -> Table:
    """Return the spells in a table of published outcomes as a measure."""
    known = ~np.isnan(outcomes["spells"])
    found = outcomes.where(known)
    count = len(found)
    columns = {
        "org_code": found["org_code"],
        "org_name": found["org_name"],
        "period_start": found["period_start"],
        "period_end": found["period_end"],
        "measure": np.full(count, "spells", dtype=object),
        "value": found["spells"],
        "value_status": np.full(count, "ok", dtype=object),
        "source_file": found["source_file"],
        "source_row": found["source_row"],
    }
    return Table(ORGANISATION_MEASURES, columns, outcomes.sources)


def _without_repeats(more: Table, first: Table) -> Table:
    """Return ``first`` and those rows of ``more`` that it does not have."""
    grain = first.spec.grain
    known = set(first.keys(*grain))
    keep = np.array([key not in known for key in more.keys(*grain)], dtype=bool)
    return more.where(keep).stacked_on(first)


def names_of(folder: Folder) -> dict[str, str]:
    """Return each organisation's latest known name.

    Organisation lists come first, the one with the latest opening day before others;
    then the names in outcome files, later periods before earlier ones.
    """
    names: dict[str, str] = {}
    outcomes = folder.table(PUBLISHED_OUTCOMES).sorted_by("period_end", "org_code")
    for code, name in outcomes.keys("org_code", "org_name"):
        if name:
            names[code] = name
    lists = folder.table(ORGANISATIONS)
    latest: dict[str, np.datetime64] = {}
    for file in np.unique(lists["source_file"].astype(str)):
        opened = lists["open_date"][lists["source_file"] == file]
        opened = opened[~np.isnat(opened)]
        if len(opened):
            latest[str(file)] = opened.max()
    for file in sorted(latest, key=lambda f: latest[f]):
        chosen = lists.where(lists["source_file"] == file)
        names.update(chosen.keys("org_code", "org_name"))
    return names


def is_made_up(names: Mapping[str, str]) -> bool:
    """Say whether the organisations are those of the made-up nation."""
    return any(MADE_UP in name for name in names.values())
