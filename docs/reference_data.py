"""What does the code say of tables, file layouts and measures?"""

from __future__ import annotations

import inspect
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from reference_markdown import grid, page
from reference_words import ONE_ROW_OF

from candela.association import shipped_protocol
from candela.build.analysis import findings_of
from candela.nation import NationDesign, make_nation, write_nation
from candela.publish.book_tables import all_tables
from candela.publish.book_tables.basis import name_matches_table
from candela.publish.book_tables.outcomes import ratings_table
from candela.publish.csv_tables import PublishedTable
from candela.publish.figures import figures_of
from candela.sources import LAYOUTS, Layout, read_folder
from candela.tables import (
    DENOMINATORS,
    MEASURES,
    NAME_MATCHES,
    NAMED_MEASURES,
    ORGANISATION_MEASURES,
    ORGANISATIONS,
    PUBLISHED_OUTCOMES,
    RATINGS,
    STUDIES,
    SUCCESSIONS,
    Table,
    TableSpec,
)

__all__ = ["layouts_page", "measures_page", "tables_page"]

SPECS = (
    PUBLISHED_OUTCOMES,
    ORGANISATION_MEASURES,
    NAMED_MEASURES,
    ORGANISATIONS,
    SUCCESSIONS,
    STUDIES,
    RATINGS,
)
# The smallest made-up nation whose book has every table and every chart.
SMALL_NATION = NationDesign(trusts=44, years=3, mergers=2, splits_without_share=1)
SEED = 2018


@cache
def published_tables() -> tuple[tuple[PublishedTable, ...], tuple[PublishedTable, ...]]:
    """Return the tables of a book and those of its charts, from a small made-up one."""
    nation = make_nation(SMALL_NATION, np.random.default_rng(SEED))
    with tempfile.TemporaryDirectory() as place:
        write_nation(nation, Path(place) / "files")
        folder = read_folder(Path(place) / "files")
    folder.refuse_if_wrong()
    found = findings_of(folder, shipped_protocol("jonker_2018"))
    if found.association is None:
        raise SystemExit(f"the small nation gives no association: {found.why_not}")
    tables = {table.name: table for table in all_tables(found)}
    for table in (
        ratings_table(Table.empty(RATINGS)),
        name_matches_table(Table.empty(NAME_MATCHES)),
    ):
        tables.setdefault(table.name, table)
    charts = figures_of(found, lambda name, value, words: words)
    return tuple(tables.values()), tuple(t for chart in charts for t in chart.tables)


def tables_page() -> str:
    """Return every CSV of a book, and every table that files are read into."""
    tables, charts = published_tables()
    return page(
        "Tables",
        "Every CSV of a book, column by column, and the tables that files are read "
        "into. Each CSV has a file `NAME.csv-metadata.json` beside it with the same "
        "words, its notes and its licence. `*` in a column of numbers means hidden; "
        "an empty cell means that there is no figure.",
        "## Tables of a book (`tables/`)",
        *(_published(table) for table in tables),
        "## Tables of its charts (`charts/`)",
        *(_published(table) for table in charts),
        "## Tables that files are read into",
        "Every reader gives one of these. They are not in the book as they stand.",
        *(_read_into(spec) for spec in SPECS),
    )


def _published(table: PublishedTable) -> str:
    rows = [(f"`{c.name}`", c.datatype, c.unit, c.description) for c in table.columns]
    return (
        f"### `{table.name}.csv`\n\nOne row: {ONE_ROW_OF[table.name]}.\n\n"
        f"{grid(('column', 'kind', 'unit', 'what it holds'), rows)}"
    )


def _read_into(spec: TableSpec) -> str:
    rows = [
        (
            f"`{c.name}`",
            c.kind,
            "may be blank" if c.nullable else "",
            c.description,
        )
        for c in spec.columns
    ]
    grain = ", ".join(f"`{name}`" for name in spec.grain) or "none: rows may repeat"
    return (
        f"### {spec.name}\n\nOne row: {spec.description}. Told apart by: {grain}.\n\n"
        f"{grid(('column', 'kind', '', 'what it holds'), rows)}"
    )


def layouts_page() -> str:
    """Return every file layout that is read."""
    return page(
        "File layouts",
        "Every layout that is read, in the order in which they are tried. A file is "
        "recognised by its contents, never by its name. "
        "[Data sources](../explanation/data-sources.md) says where each comes from and "
        "what is odd about it.",
        grid(
            ("name", "layout", "publisher", "licence"),
            [(f"`{x.name}`", x.title, x.publisher, x.licence) for x in LAYOUTS],
        ),
        *(_layout(module, layouts) for module, layouts in _by_module()),
    )


def _by_module() -> Iterator[tuple[str, list[Layout]]]:
    found: dict[str, list[Layout]] = {}
    for layout in LAYOUTS:
        found.setdefault(layout.read.__module__, []).append(layout)
    yield from found.items()


def _layout(module: str, layouts: Sequence[Layout]) -> str:
    words = inspect.cleandoc(sys.modules[module].__doc__ or "")
    names = ", ".join(f"`{layout.name}`" for layout in layouts)
    return f"## {'; '.join(x.title for x in layouts)}\n\n{names}\n\n{_markdown(words)}"


def _markdown(docstring: str) -> str:
    """Return a docstring as Markdown: its tables as they stand, in a fence."""
    parts = []
    for part in docstring.replace("``", "`").split("\n\n"):
        table = part.startswith("===")
        parts.append(f"```text\n{part}\n```" if table else part)
    return "\n\n".join(parts)


def measures_page() -> str:
    """Return every measure, and every size activity is divided by."""
    rows = [
        (
            f"`{m.name}`",
            m.label,
            m.unit,
            m.kind,
            "yes" if m.counts_people else "",
            "none" if m.absent_is_zero else "not known",
            "added up" if m.summed_over_time else "averaged",
        )
        for m in MEASURES.values()
    ]
    return page(
        "Measures",
        "What may be counted of an organisation. A reader that meets another word "
        "refuses it.",
        grid(
            (
                "measure",
                "in words",
                "unit",
                "kind",
                "counts people",
                "not listed means",
                "over time",
            ),
            rows,
        ),
        "Units: `fte` is whole-time equivalents, `beds` a daily average, `gbp` pounds. "
        "A count of people from 1 to 7 is hidden; see "
        "[disclosure](../explanation/disclosure.md).",
        "## Denominators",
        "A denominator is a size by which activity is divided.",
        grid(
            ("denominator", "quoted"),
            [(f"`{d.measure}`", d.label) for d in DENOMINATORS.values()],
        ),
        "## Made of these in a book",
        "`participation.csv` also has `third_MEASURE`, the third of that year from 1 "
        "(least) to 3 (most), and `sustained_years_MEASURE`, the years running at or "
        "above the middle organisation.",
    )
