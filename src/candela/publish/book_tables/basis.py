"""What does a book rest on: files, organisations, names?"""

from __future__ import annotations

from typing import Any

from candela.publish.book_tables.columns import END, ORG, START, number, outcome_rows
from candela.publish.csv_tables import PublishedColumn, PublishedTable
from candela.publish.findings import Findings
from candela.publish.ledger import Origin
from candela.tables import Table

__all__ = [
    "name_matches_table",
    "organisations_table",
    "sources_table",
    "succession_table",
]


def organisations_table(found: Findings) -> PublishedTable:
    """Return the names of the organisations in the book."""
    codes = sorted(
        {r.org_code for r in found.outcomes.rows} | {r.org_code for r in found.rates}
    )
    with_outcome = {r.org_code for r in found.outcomes.rows}
    if found.association is not None:  # successors, whose outcomes are summed
        with_outcome |= set(found.association.panel.organisations)
    return PublishedTable(
        "organisations",
        "Organisations in this book",
        (
            ORG,
            PublishedColumn("name", "latest name known"),
            PublishedColumn("has_outcome", "has a published outcome", "boolean"),
        ),
        [(code, found.names.get(code, ""), code in with_outcome) for code in codes],
        Origin("candela.build.inputs.names_of", outcome_rows(found.outcomes)),
    )


def succession_table(found: Findings) -> PublishedTable:
    """Return what happened to organisations under the policy."""
    rows: list[tuple[Any, ...]] = [
        (old, new, "counted for its successor", "") for old, new in found.carried.moved
    ]
    rows += [
        (r.org_code, " ".join(r.successors), "left out", str(r))
        for r in found.carried.refused
    ]
    rows += [
        (code, "", "year left out", str(period))
        for code, period in found.carried.dropped
    ]
    return PublishedTable(
        "succession",
        f"Organisations followed through time by the policy {found.policy}",
        (
            ORG,
            PublishedColumn("successors", "codes that took over"),
            PublishedColumn("what", "what was done with its figures"),
            PublishedColumn("why", "the reason, or the period"),
        ),
        rows,
        Origin("candela.tables.succession.Succession.carry", ()),
    )


def sources_table(found: Findings) -> PublishedTable:
    """Return every file of the folder and what became of it."""
    rows = [
        (
            report.name,
            report.title or "not recognised: left out",
            report.rows,
            report.periods[0].start if report.periods else None,
            report.periods[-1].end if report.periods else None,
            report.readings[0].file.sha256 if report.readings else "",
            report.readings[0].file.publisher if report.readings else "",
            report.readings[0].file.licence if report.readings else "",
            " ".join(str(note) for note in report.notes),
        )
        for report in found.folder.files
    ]
    return PublishedTable(
        "sources",
        "Files read, and files left out",
        (
            PublishedColumn("file", "path below the folder given"),
            PublishedColumn("recognised_as", "layout, told from the contents"),
            number("rows", "rows of data read"),
            START,
            END,
            PublishedColumn("sha256", "hash of the file"),
            PublishedColumn("publisher", "who publishes it"),
            PublishedColumn("licence", "under which licence"),
            PublishedColumn("notes", "what was noticed in reading"),
        ),
        rows,
        Origin("candela.sources.folder.read_folder", ()),
    )


def name_matches_table(matches: Table) -> PublishedTable:
    """Return which published name was taken for which code, for review."""
    columns = tuple(
        PublishedColumn(c.name, c.description) for c in matches.spec.columns
    )
    return PublishedTable(
        "name_matches",
        "Published names and the codes they were matched to",
        columns,
        [tuple(row.values()) for row in matches.rows()],
        Origin("candela.tables.names.match_names", ()),
    )
