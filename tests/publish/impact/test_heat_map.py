"""Does none look different from not asked, in a picture that reads in grey?"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from candela.publish.charts.chart import INK
from candela.publish.csv_tables import csv_text
from candela.publish.impact.by_domain import by_domain, finding
from candela.publish.impact.heat_map import (
    DARKEST,
    Grid,
    GridCell,
    drawn,
    heat_map,
    view_of,
)
from heron import CLAIMS

GRID = Grid(
    name="heat",
    title="What research changed, by service",
    row_heading="Service",
    column_heading="Domain",
    rows=(("Diabetes", "4 of 5 studies asked"), ("Theatres", "0 of 3 studies asked")),
    columns=("Health benefit", "Knowledge production & exchange"),
    cells={(0, 0): GridCell(12, 1), (0, 1): GridCell(0)},
    finding="Most are about health benefit.",
)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_figures_can_be_read_on_the_darkest_cell() -> None:
    contrast = (luminance(DARKEST) + 0.05) / (luminance(INK) + 0.05)
    assert contrast >= 7


def test_each_cell_has_its_figure_and_only_what_was_not_asked_is_hatched() -> None:
    svg = heat_map(GRID).svg()
    assert ">12<" in svg
    assert ">1 worse<" in svg
    assert ">0<" in svg
    assert "2 of" not in svg
    assert "0 of 3 studies asked" in svg
    marks = json.loads(heat_map(GRID).specification)["layer"]
    hatched = next(m for m in marks if m["mark"]["type"] == "point")
    assert [row["figure"] for row in hatched["data"]["values"]] == ["", ""]


def test_a_statement_where_nobody_was_asked_is_still_shown() -> None:
    told = replace(GRID, cells={(1, 0): GridCell(3, asked=False)})
    assert ">3<" in heat_map(told).svg()
    assert view_of(told).rows[1][2].words == "3"


def test_the_table_tells_none_from_not_asked() -> None:
    words = [[cell.words for cell in row] for row in view_of(GRID).rows]
    assert words == [
        ["Diabetes", "4 of 5 studies asked", "12 (1 worse)", "0"],
        ["Theatres", "0 of 3 studies asked", "not asked", "not asked"],
    ]
    lines = csv_text(heat_map(GRID).table).splitlines()
    assert lines[1] == "Diabetes,4 of 5 studies asked,Health benefit,yes,12,1"
    assert lines[4].endswith(",no,0,0")


def test_the_words_for_those_who_do_not_see_it_are_short() -> None:
    long = replace(GRID, finding="Most are about health. " * 30)
    for grid in (GRID, long):
        assert len(heat_map(grid).alt.split()) <= 60
    assert "1 row was not asked about" in heat_map(GRID).alt


def test_a_figure_of_a_document_has_the_same_words() -> None:
    figure = drawn(GRID)
    assert figure.caption == GRID.finding
    assert figure.alt == heat_map(GRID).alt
    assert figure.svg.startswith(b"<svg")
    assert figure.png.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        (CLAIMS, "6 statements; most are about service and workforce; 1 describes a "),
        (
            CLAIMS[:1],
            "1 statement; it is about service and workforce; none describe",
        ),
        ((), "No statement has been chosen."),
    ],
)
def test_the_finding_counts_what_is_drawn(claims: tuple, said: str) -> None:  # type: ignore[type-arg]
    assert finding(claims).startswith(said)


def test_statements_of_one_study_are_drawn_by_domain_and_direction() -> None:
    grid = by_domain(CLAIMS)
    total = sum(cell.claims for cell in grid.cells.values())
    assert total == len(CLAIMS)
    assert [name for name, _ in grid.rows] == [
        "Health benefit",
        "Service and workforce",
        "Economic",
        "Influence and reputation",
    ]
