"""Is each drawing self-contained, told in words, and made of its table's rows?"""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path
from typing import Any

import altair
import pytest

from book_pages import parsed, rows_of
from candela.publish.charts import VERDICTS, Chart
from candela.publish.csv_tables import csv_text
from candela.publish.disclosure import hidden_counts, hidden_doses
from candela.publish.figures import figures_of
from small_nation import MadeUp

NAMES = ("dose_response", "trusts_by_third", "funnel_shown", "concentration_shown")
PNG = b"\x89PNG\r\n\x1a\n"
MOST_ALT_WORDS = 60


@pytest.fixture(scope="module")
def charts(made_up: MadeUp) -> dict[str, Chart]:
    """Charts drawn anew from what the book was made of."""
    found = figures_of(made_up.found, lambda name, value, words: words)
    return {chart.name: chart for chart in found}


def svg_of(made_up: MadeUp, name: str) -> str:
    return (made_up.book / "charts" / f"{name}.svg").read_text(encoding="utf-8")


def test_a_book_with_everything_has_four_charts(made_up: MadeUp) -> None:
    assert {p.stem for p in (made_up.book / "charts").glob("*.svg")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_specification_is_one_that_its_grammar_allows(
    charts: dict[str, Chart], name: str
) -> None:
    """Nothing is checked when a chart is made, so that a page waits for less."""
    altair.Chart.from_dict(json.loads(charts[name].specification), validate=True)


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_is_a_picture_with_its_words_as_title(
    made_up: MadeUp, charts: dict[str, Chart], name: str
) -> None:
    (svg,) = parsed(svg_of(made_up, name)).all("svg")
    assert svg.attributes["role"] == "img"
    (title,) = svg.all("title")
    assert svg.attributes["aria-labelledby"] == title.attributes["id"]
    assert title.text() == charts[name].alt
    assert svg.inside[0] is title


@pytest.mark.parametrize("name", NAMES)
def test_the_words_of_a_drawing_are_few_and_lead_to_its_table(
    charts: dict[str, Chart], name: str
) -> None:
    alt = charts[name].alt
    assert len(alt.split()) <= MOST_ALT_WORDS
    assert alt.endswith("Table follows.")


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_runs_nothing_and_fetches_nothing(made_up: MadeUp, name: str) -> None:
    drawn = svg_of(made_up, name)
    for element in parsed(drawn).all():
        assert element.tag not in ("script", "foreignobject", "image", "a", "use")
        for attribute, value in element.attributes.items():
            assert not attribute.startswith("on")
            if not attribute.startswith("xmlns"):
                assert "http" not in value
                assert not re.search(r"url\((?!#)", value)
    assert "@import" not in drawn


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_for_print_is_a_png_of_twice_the_size(
    made_up: MadeUp, name: str
) -> None:
    raw = (made_up.book / "charts" / f"{name}.png").read_bytes()
    assert raw[:8] == PNG
    # The first chunk is IHDR: length, name, then width and height of 4 bytes each.
    width, height = struct.unpack(">II", raw[16:24])
    (svg,) = parsed(svg_of(made_up, name)).all("svg")
    assert width == pytest.approx(2 * float(svg.attributes["width"]), abs=2)
    assert height == pytest.approx(2 * float(svg.attributes["height"]), abs=2)


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_of_made_up_data_says_so_in_its_subtitle(
    charts: dict[str, Chart], name: str
) -> None:
    subtitle = json.loads(charts[name].specification)["title"]["subtitle"]
    assert "Made-up data." in " ".join(subtitle)


@pytest.mark.parametrize("name", NAMES)
def test_subtitle_lines_fit_the_drawing(charts: dict[str, Chart], name: str) -> None:
    for line in json.loads(charts[name].specification)["title"]["subtitle"]:
        assert len(line) <= 92


def drawn_rows(specification: Any) -> list[list[dict[str, Any]]]:
    """Return the rows of every data set of more than one row in a specification."""
    found = []
    if isinstance(specification, dict):
        values = specification.get("values")
        if isinstance(values, list) and all(isinstance(v, dict) for v in values):
            found.append(values)
        for key, part in specification.items():
            if key == "datasets":
                found += list(part.values())
            elif key != "values":
                found += drawn_rows(part)
    elif isinstance(specification, list):
        for part in specification:
            found += drawn_rows(part)
    return [rows for rows in found if len(rows) > 1]


def published_rows(made_up: MadeUp, chart: Chart) -> list[dict[str, str]]:
    rows = []
    for table in chart.tables:
        path = made_up.book / "charts" / f"{table.name}.csv"
        assert path.read_text(encoding="utf-8") == csv_text(table)
        rows += rows_of(made_up.book, f"charts/{table.name}")
    return rows


def same(cell: str, value: Any) -> bool:
    if isinstance(value, float | int):
        return float(cell) == pytest.approx(value, rel=1e-9)
    return cell == str(value)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_drawn_is_the_rows_that_are_published(
    made_up: MadeUp, charts: dict[str, Chart], name: str
) -> None:
    chart = charts[name]
    published = published_rows(made_up, chart)
    sets = drawn_rows(json.loads(chart.specification))
    assert sets
    for rows in sets:
        if set(rows[0]) == {"dose"}:
            continue  # the rug: the next test
        for row in rows:
            # `spread` scatters points that lie on each other; it is no figure.
            figures = {k: v for k, v in row.items() if k != "spread"}
            assert any(
                set(figures) == set(told)
                and all(same(told[k], v) for k, v in figures.items())
                for told in published
            ), figures


def test_the_rug_is_the_doses_of_the_published_panel(
    made_up: MadeUp, charts: dict[str, Chart]
) -> None:
    (rug,) = [
        rows
        for rows in drawn_rows(json.loads(charts["dose_response"].specification))
        if set(rows[0]) == {"dose"}
    ]
    told = rows_of(made_up.book, "tables/association_panel")
    doses = [float(row["dose"]) for row in told if row["dose"] != "*"]
    for row in rug:
        assert any(d == pytest.approx(row["dose"], rel=1e-9) for d in doses)
    association = made_up.found.association
    assert association is not None
    hidden = hidden_doses(association.panel, hidden_counts(made_up.found.rates))
    for dose in association.panel.dose[hidden]:
        assert all(row["dose"] != pytest.approx(dose, rel=1e-9) for row in rug)


def test_a_funnel_tells_apart_by_shape_as_well_as_colour(
    charts: dict[str, Chart],
) -> None:
    text = charts["funnel_shown"].specification
    shapes = re.search(r'"shape": (\{.*?"range": \[[^]]*\])', text)
    assert shapes is not None
    names = json.loads("[" + shapes.group(1).rpartition("[")[2])
    assert len(set(names)) == len(VERDICTS)


def test_words_are_escaped_in_a_drawing(charts: dict[str, Chart]) -> None:
    from dataclasses import replace

    chart = replace(charts["concentration_shown"], alt="a <b> & c")
    assert ">a &lt;b&gt; &amp; c</title>" in chart.svg()


def test_drawing_twice_gives_the_same_bytes(charts: dict[str, Chart]) -> None:
    chart = charts["trusts_by_third"]
    assert chart.svg() == chart.svg()
    assert chart.png() == chart.png()


def test_pictures_do_not_depend_on_where_they_lie(made_up: MadeUp) -> None:
    for path in sorted((made_up.book / "charts").glob("*.svg")):
        assert str(Path.home()) not in path.read_text(encoding="utf-8")
