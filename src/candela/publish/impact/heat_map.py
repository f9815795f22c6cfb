"""Where are there statements, where are there none, and where was nobody asked?

A heat map with a figure in each cell.  A cell is hatched where nobody was asked, which
is not the same as none.  Statements of a cost or harm are told apart in words, so that
it reads without colour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import Any

from candela.publish.charts.chart import INK, MUTED, Chart, specification
from candela.publish.csv_tables import PublishedColumn, PublishedTable
from candela.publish.documents.clean import plain_text
from candela.publish.documents.model import Figure
from candela.publish.ledger import Origin
from candela.publish.pages.parts import Cell, View

__all__ = ["HOW_TO_READ", "Grid", "GridCell", "alt_of", "drawn", "heat_map", "view_of"]

HOW_TO_READ = (
    "The figure is the number of verified statements. Hatched: nobody was asked. "
    "0: asked, and nothing verified."
)
CELL_HEIGHT = 44
DARKEST = "#a9bdd4"  # words in INK on it have a contrast of more than 7 to 1
NAME_LETTERS = 30
MOST_WORDS = 60


@dataclass(frozen=True)
class GridCell:
    """How many statements; ``asked`` is false where nobody was asked."""

    claims: int = 0
    negative: int = 0
    asked: bool = True


@dataclass(frozen=True)
class Grid:
    """What a heat map shows.

    Attributes
    ----------
    name, title
        For files, and above the drawing.
    row_heading, column_heading
        What a row and a column are.
    rows
        Names of rows, each with its coverage in words: ``2 of 5 studies asked``.
    columns
        Names of columns.
    cells
        By number of row and of column; what is missing was not asked.
    subtitle
        Of whom, and whether it is made up.
    """

    name: str
    title: str
    row_heading: str
    column_heading: str
    rows: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[int, int], GridCell]
    finding: str
    subtitle: tuple[str, ...] = ()
    how_to_read: str = HOW_TO_READ

    def cell(self, row: int, column: int) -> GridCell:
        """Return one cell."""
        return self.cells.get((row, column), GridCell(asked=False))


def heat_map(grid: Grid) -> Chart:
    """Return the heat map with its words and its rows."""
    grid = _plain(grid)
    return Chart(
        name=grid.name,
        finding=grid.finding,
        alt=alt_of(grid),
        how_to_read=grid.how_to_read,
        table=_table(grid),
        specification=specification(
            _drawing(grid), title=grid.title, subtitle=grid.subtitle
        ),
    )


def drawn(grid: Grid, *, width_mm: int = 160) -> Figure:
    """Return the heat map as a figure of a document."""
    chart = heat_map(grid)
    return Figure(
        name=grid.name,
        caption=grid.finding,
        alt=chart.alt,
        svg=chart.svg().encode(),
        png=chart.png(),
        width_mm=width_mm,
        note=f"How to read: {grid.how_to_read}",
    )


def _plain(grid: Grid) -> Grid:
    """Return the grid with texts that a drawing can hold: no control signs."""
    return replace(
        grid,
        title=plain_text(grid.title),
        rows=tuple((plain_text(name), plain_text(of)) for name, of in grid.rows),
        columns=tuple(map(plain_text, grid.columns)),
        finding=plain_text(grid.finding),
        subtitle=tuple(map(plain_text, grid.subtitle)),
    )


def alt_of(grid: Grid) -> str:
    """Return the alternative text of the drawing."""
    none = sum(
        not any(grid.cell(r, c).asked for c in range(len(grid.columns)))
        for r in range(len(grid.rows))
    )
    was = "1 row was" if none == 1 else f"{none or 'No'} rows were"
    asked = f"{was} not asked about."
    words = (
        f"Heat map: {len(grid.rows)} rows of {grid.row_heading.lower()} by "
        f"{len(grid.columns)} columns of {grid.column_heading.lower()}. "
        f"{grid.finding} {asked} Table follows."
    )
    kept = words.split()
    return words if len(kept) <= MOST_WORDS else " ".join(kept[:MOST_WORDS])


def _places(grid: Grid) -> list[dict[str, Any]]:
    return [
        {
            "row": _row_name(grid.rows[r]),
            "column": grid.columns[c],
            "claims": cell.claims,
            "figure": str(cell.claims) if cell.asked or cell.claims else "",
            "worse": f"{cell.negative} worse" if cell.negative else "",
            "asked": cell.asked,
        }
        for r in range(len(grid.rows))
        for c in range(len(grid.columns))
        for cell in [grid.cell(r, c)]
    ]


def _row_name(row: tuple[str, str]) -> str:
    name, coverage = row
    lines = wrap(name, NAME_LETTERS)
    return "\n".join([*lines, *wrap(coverage, NAME_LETTERS)])


def _drawing(grid: Grid) -> Any:
    import altair as alt

    width = max(70, min(110, 440 // len(grid.columns)))
    places = _places(grid)
    most = max([place["claims"] for place in places] or [0])
    split = "split(datum.label, '\\n')"
    letters = width // 7
    wrapped = {name: wrap(name, letters) for name in grid.columns}
    lines = max(len(name) for name in wrapped.values())
    # Names grow downwards from their first line: shorter ones begin lower.
    headings = {
        name: "\n".join([""] * (lines - len(words)) + words)
        for name, words in wrapped.items()
    }
    for place in places:
        place["column"] = headings[place["column"]]
    x = alt.X(
        "column:N",
        sort=list(headings.values()),
        axis=alt.Axis(
            orient="top", title=None, labelAngle=0, labelExpr=split,
            labelLimit=width, ticks=False, domain=False, labelFontSize=12,
            labelPadding=14 * (lines - 1) + 6,
        ),
    )  # fmt: skip
    y = alt.Y(
        "row:N",
        sort=[_row_name(row) for row in grid.rows],
        axis=alt.Axis(
            title=None, labelExpr=split, labelLimit=260, ticks=False, domain=False,
            labelFontSize=12,
        ),
    )  # fmt: skip
    return alt.layer(
        *_marks(places, most, x=x, y=y, width=width),
    ).properties(width=width * len(grid.columns), height=CELL_HEIGHT * len(grid.rows))


def _marks(
    places: Sequence[Mapping[str, Any]], most: int, *, x: Any, y: Any, width: int
) -> list[Any]:
    import altair as alt

    def rows(chosen: Sequence[Mapping[str, Any]]) -> Any:
        kept = ("row", "column", "claims", "figure", "worse")
        return alt.Data(values=[{k: place[k] for k in kept} for place in chosen])

    asked = [place for place in places if place["asked"]]
    blank = [place for place in places if not place["asked"]]
    shade = alt.Color(
        "claims:Q",
        legend=None,
        scale=alt.Scale(
            domain=[0, max(most, 1)], range=["#ffffff", DARKEST], interpolate="rgb"
        ),
    )
    cells = alt.Chart(rows(asked)).mark_rect(stroke=MUTED, strokeWidth=1)
    empty = alt.Chart(rows(blank)).mark_rect(fill="white", stroke=MUTED, strokeWidth=1)
    hatch = alt.Chart(rows(blank)).mark_point(
        shape=_hatch(width, CELL_HEIGHT), size=width**2, stroke=MUTED, strokeWidth=0.8
    )
    figures = alt.Chart(rows(places)).mark_text(fontSize=15, fontWeight="bold", dy=-5)
    worse = alt.Chart(rows(places)).mark_text(fontSize=12, dy=12)
    return [
        cells.encode(x=x, y=y, color=shade),
        empty.encode(x=x, y=y),
        hatch.encode(x=x, y=y),
        figures.encode(x=x, y=y, text="figure:N", color=alt.value(INK)),
        worse.encode(x=x, y=y, text="worse:N", color=alt.value(INK)),
    ]


def _hatch(width: int, height: int) -> str:
    """Return the path of slanting lines that fill a cell, its half width being 1."""
    tall = height / width
    step = 0.28
    lines, at = [], -1 - tall + step
    while at < 1 + tall:
        # From the lower to the upper edge, cut where it leaves the sides.
        left, right = max(-1.0, at - tall), min(1.0, at + tall)
        if left < right:
            lines.append(
                f"M{left:.3f},{tall - (left - (at - tall)):.3f}"
                f"L{right:.3f},{tall - (right - (at - tall)):.3f}"
            )
        at += step
    return "".join(lines)


def _table(grid: Grid) -> PublishedTable:
    columns = (
        PublishedColumn("row", grid.row_heading.lower()),
        PublishedColumn("coverage", "of how many studies how many were asked"),
        PublishedColumn("column", grid.column_heading.lower()),
        PublishedColumn("asked", "whether anybody was asked", "boolean"),
        PublishedColumn("statements", "verified statements", "integer"),
        PublishedColumn("cost_or_harm", "those of a cost or harm", "integer"),
    )
    rows = [
        (*grid.rows[r], grid.columns[c], cell.asked, cell.claims, cell.negative)
        for r in range(len(grid.rows))
        for c in range(len(grid.columns))
        for cell in [grid.cell(r, c)]
    ]
    origin = Origin("candela.impact.rollup.roll_up", ())
    return PublishedTable(grid.name, grid.title, columns, rows, origin)


def view_of(grid: Grid) -> View:
    """Return the same figures as a table for reading."""
    rows = [
        [
            Cell(name),
            Cell(coverage),
            *(_shown(grid.cell(r, c)) for c in range(len(grid.columns))),
        ]
        for r, (name, coverage) in enumerate(grid.rows)
    ]
    return View.of(
        grid.title,
        (grid.row_heading, "Studies asked", *grid.columns),
        rows,
        numeric=(False, False, *(True for _ in grid.columns)),
        notes=(grid.how_to_read.replace("Hatched", "Not asked"),),
    )


def _shown(cell: GridCell) -> Cell:
    if not cell.asked and not cell.claims:
        return Cell("not asked")
    worse = f" ({cell.negative} worse)" if cell.negative else ""
    return Cell(f"{cell.claims}{worse}", sort=float(cell.claims))
