"""Is each picture drawn from protected rows, its own organisation named, and honest?"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest

from candela.publish.contents import BookContents
from candela.publish.pages.charts import draw
from candela.publish.pages.charts.marks import lines_with_words
from candela.publish.pages.charts.trend import in_segments
from candela.publish.pages.figures import peers_figure
from candela.publish.pages.indicator import IndicatorPage, indicator_page
from candela.publish.pages.parts import Figure
from candela.tables import Period
from page_cases import (
    HIDDEN,
    JOINED,
    NAMES,
    NOT_REPORTED,
    A,
    B,
    C,
    book,
    change,
    deaths,
    joined,
    summary,
    year,
)

SVG = "{http://www.w3.org/2000/svg}"
MANY = [f"ZQ{n:02}" for n in range(10)]
MADE_UP = "Made-up data: nothing here describes a real organisation."
SWINGS = {"mean": 1.0, "lower": 0.9, "upper": 1.1}


def nation(**more: Any) -> BookContents:
    """Return a book of thirteen organisations over three years, on both indicators."""
    rows = []
    for n, code in enumerate((A, B, C, *MANY)):
        for first in (2020, 2021, 2022):
            size = 500.0 + 300 * n
            rows.append(deaths(code, first, size=size, value=0.9 + 0.02 * n))
            rows.append(joined(code, first, size=size, value=5.0 + 3 * n))
    near = [
        {"org_code": A, "basis": "all", "place": float(n), "peer_code": code}
        for n, code in enumerate((C, B), start=1)
    ]
    tables = {
        "position_summary": [summary(), summary(JOINED)],
        "change": [change("no_signal", **SWINGS)],
        "peers": near,
        **more,
    }
    return book(*rows, **tables)


def page_of(indicator: str = "shmi", **more: Any) -> IndicatorPage:
    page = indicator_page(nation(**more), A, indicator)
    assert page is not None
    return page


def figure_of(kind: str, indicator: str = "shmi", **more: Any) -> Figure:
    found = page_of(indicator, **more).figure(kind)
    assert found is not None
    return found


def texts(svg: str) -> list[str]:
    tree = ElementTree.fromstring(svg)
    return [t for e in tree.iter(f"{SVG}text") if (t := "".join(e.itertext()))]


def specification(figure: Figure) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(draw(figure).specification)
    return found


def axes(found: Any, channel: str) -> list[dict[str, Any]]:
    """Return the axes of a channel in any layer, with their scales."""
    if isinstance(found, dict):
        inside = [a for part in found.values() for a in axes(part, channel)]
        own = found.get(channel)
        return ([own] if isinstance(own, dict) and "axis" in own else []) + inside
    if isinstance(found, list):
        return [a for part in found for a in axes(part, channel)]
    return []


@pytest.mark.parametrize("indicator", ["shmi", JOINED])
@pytest.mark.parametrize("kind", ["funnel", "trend", "peers"])
def test_each_picture_is_drawn_says_that_it_is_made_up_and_reads_at_12_pixels(
    kind: str, indicator: str
) -> None:
    chart = draw(figure_of(kind, indicator))
    svg = chart.svg()
    assert MADE_UP in " ".join(texts(svg))
    sizes = [float(px) for px in re.findall(r'font-size="([\d.]+)px"', svg)]
    assert sizes
    assert min(sizes) >= 12
    assert "<script" not in svg
    assert "style=" not in svg
    assert chart.png()[:4] == b"\x89PNG"


@pytest.mark.parametrize("kind", ["funnel", "trend", "peers"])
def test_the_words_for_those_who_do_not_see_it_are_short_and_say_where_the_table_is(
    kind: str,
) -> None:
    figure = figure_of(kind)
    assert len(figure.alt.split()) <= 60
    assert figure.alt.endswith("Table follows.")
    assert not figure.alt.lower().startswith(("chart", "graph", "picture"))
    assert NAMES[A] in figure.alt


def test_long_words_are_cut_after_a_sentence_and_still_lead_to_the_table() -> None:
    names = {**NAMES, A: "The " + "very " * 40 + "long Hospital"}
    figure = figure_of("peers", names=names)
    assert len(figure.alt.split()) <= 60
    assert figure.alt.endswith("Table follows.")


def test_the_own_organisation_is_a_larger_diamond_with_its_name_in_bold() -> None:
    svg = draw(figure_of("funnel")).svg()
    own = [
        e
        for e in ElementTree.fromstring(svg).iter(f"{SVG}text")
        if "".join(e.itertext()) == NAMES[A]
    ]
    assert own
    assert {e.get("font-weight") for e in own} == {"bold"}
    marks = [
        layer["mark"]
        for layer in specification(figure_of("funnel"))["layer"]
        if isinstance(layer.get("mark"), dict) and layer["mark"]["type"] == "point"
    ]
    by_shape = {(mark["shape"], mark["strokeWidth"]): mark["size"] for mark in marks}
    assert by_shape[("diamond", 1.6)] > 3 * by_shape[("circle", 2.2)]
    # peers are ringed: their ring is thicker than that of the others
    assert ("circle", 0.6) in by_shape


def test_how_to_read_it_explains_the_marks_that_are_there() -> None:
    assert figure_of("funnel").how_to_read == (
        "Diamond: Quillmere Hospitals. Ringed: its peers. Each other mark is an "
        "organisation. Dashed: inner limits, where about 1 in 20 ordinary "
        "organisations fall outside; solid: outer limits, about 1 in 500."
    )
    alone = figure_of("funnel", peers=None)
    assert "Ringed" not in alone.how_to_read


@pytest.mark.parametrize(("kind", "channel"), [("funnel", "y"), ("peers", "x")])
def test_a_ratio_has_a_logarithmic_axis_with_1_marked_in_deaths_for_1000(
    kind: str, channel: str
) -> None:
    figure = figure_of(kind)
    told = [a for a in axes(specification(figure), channel) if a["field"] == "value"]
    assert told
    for axis in told:
        assert axis["scale"]["type"] == "log"
        assert 1 in axis["axis"]["values"]
        assert "1000" in axis["axis"]["labelExpr"]
    assert "1,000" in texts(draw(figure).svg())
    assert "as expected" in texts(draw(figure).svg())


def test_a_ratio_of_none_is_drawn_from_0() -> None:
    rows = [deaths(code, value=0.0, lower=0.0, upper=0.1) for code in (A, B)]
    figure = peers_figure(
        book(*rows), A, next(iter([page_indicator()])), Period.financial_year(2022), [B]
    )
    assert figure is not None
    told = axes(specification(figure), "x")[0]
    assert told["scale"]["domain"][0] == 0
    assert "type" not in told["scale"]


def page_indicator() -> Any:
    from candela.publish.pages.held import held

    return held(book(deaths())).indicators["shmi"]


def test_hidden_figures_are_not_drawn_and_their_place_says_so() -> None:
    contents = book(
        *(joined(code, size=500.0 + 100 * n) for n, code in enumerate((A, *MANY))),
        joined(B, size=777.0, **HIDDEN),
        joined(C, **NOT_REPORTED),
        peers=[
            {"org_code": A, "basis": "all", "place": 1.0, "peer_code": B},
            {"org_code": A, "basis": "all", "place": 2.0, "peer_code": C},
            {"org_code": A, "basis": "all", "place": 3.0, "peer_code": MANY[0]},
        ],
    )
    page = indicator_page(contents, A, JOINED)
    assert page is not None
    funnel, peers = page.figure("funnel"), page.figure("peers")
    assert funnel is not None
    assert peers is not None
    assert "777" not in json.dumps(specification(funnel))
    written = texts(draw(peers).svg())
    assert "hidden" in written
    assert "not reported" in written
    assert "the 1" not in peers.finding
    assert "one peer shown" in "".join(str(part) for part in peers.finding)


def test_organisations_stand_by_name_with_the_own_one_first() -> None:
    figure = figure_of("peers")
    assert [row[1] for row in figure.table.rows] == [NAMES[A], NAMES[B], NAMES[C]]
    assert figure.view.own == frozenset({0})
    order = next(a for a in axes(specification(figure), "y"))["sort"]
    assert order == [NAMES[A], NAMES[B], NAMES[C]]


def test_the_mean_and_the_swings_are_drawn_only_where_there_are_points_enough() -> None:
    with_swings = texts(draw(figure_of("trend")).svg())
    assert "mean" in with_swings
    assert with_swings.count("usual swings") == 2
    without = draw(figure_of("trend", change=[change("short")]))
    assert not {"mean", "usual swings"} & set(texts(without.svg()))
    assert "usual swings" not in without.how_to_read


def row(first: int, value: Any = 1.0, **more: Any) -> dict[str, Any]:
    return {
        "period": str(first),
        **year(first),
        "value": value,
        "lower": 0.9,
        "upper": 1.1,
        **more,
    }


@pytest.mark.parametrize(
    ("rows", "segments"),
    [
        ([row(2019), row(2020), row(2021)], [0, 0, 0]),
        ([row(2019), row(2021)], [0, 1]),  # a year is missing
        ([row(2019), row(2020, "*"), row(2021)], [0, 1]),  # a year is hidden
        ([row(2019), row(2020, None), row(2021)], [0, 1]),  # not reported
        (  # half a year is another thing than a year
            [row(2019), row(2020, period_end=date(2020, 9, 30))],
            [0, 1],
        ),
    ],
)
def test_no_line_joins_what_is_not_one_series(
    rows: list[dict[str, Any]], segments: list[int]
) -> None:
    found = [r["segment"] for r in in_segments(rows)]
    assert [found.index(s) for s in found] == [segments.index(s) for s in segments]


def test_a_year_without_a_figure_keeps_its_place() -> None:
    rows = [deaths(A, first) for first in (2019, 2020, 2022)]
    others = [deaths(B, first) for first in (2018, 2019, 2020, 2021, 2022)]
    page = indicator_page(book(*rows, *others), A, "shmi")
    assert page is not None
    figure = page.figure("trend")
    assert figure is not None
    told = [(row[0], row[3], row[-1]) for row in figure.table.rows]
    assert told == [
        ("2019/20", 1.05, "not different from expected"),
        ("2020/21", 1.05, "not different from expected"),
        ("2021/22", None, "not reported"),
        ("2022/23", 1.05, "not different from expected"),
    ]
    assert "3 points" in figure.alt
    assert "not reported" in texts(draw(figure).svg())


def test_words_of_lines_that_lie_close_together_are_moved_apart() -> None:
    lines = [(1.0, "as expected", "", [1]), (1.01, "mean", "", [1])]
    layers = lines_with_words(lines, lambda value: 100 - 100 * (value - 1))
    places = [
        layer.to_dict()["encoding"]["y"]["value"]
        for layer in layers
        if layer.to_dict()["mark"]["type"] == "text"
    ]
    assert places == [99, 114]  # 1 pixel apart, told 15 apart


def test_a_trend_needs_two_points() -> None:
    page = indicator_page(book(deaths()), A, "shmi")
    assert page is not None
    assert page.figure("trend") is None
    hidden = book(joined(A, 2021, **HIDDEN), joined(A, 2022))
    page = indicator_page(hidden, A, JOINED)
    assert page is not None
    assert page.figure("trend") is None


def test_names_and_keys_from_a_file_stay_text_in_file_names_and_drawings() -> None:
    evil = '"/><script>alert(1)</script>'
    contents = nation(names={**NAMES, A: evil, B: "\\n' + datum"})
    page = indicator_page(contents, A, "shmi")
    assert page is not None
    for figure in page.figures:
        assert re.fullmatch(r"[A-Za-z0-9_-]+", figure.name)
        svg = draw(figure).svg()
        ElementTree.fromstring(svg)
        assert "<script" not in svg


def test_two_organisations_of_one_name_are_told_apart_by_their_codes() -> None:
    names = {**NAMES, B: "Twin", C: "Twin"}
    order = axes(specification(figure_of("peers", names=names)), "y")[0]["sort"]
    assert order == [NAMES[A], f"Twin ({B})", f"Twin ({C})"]


def test_files_of_made_up_figures_say_so_in_their_names() -> None:
    assert figure_of("trend").name == f"trend_shmi_{A}_made-up"
    assert figure_of("trend", made_up=False).name == f"trend_shmi_{A}"


def test_real_figures_name_their_publishers() -> None:
    figure = figure_of(
        "trend",
        made_up=False,
        inputs=(
            {"file": "a", "publisher": "NHS England"},
            {"file": "b", "publisher": "A Register"},
        ),
    )
    assert figure.subtitle == (NAMES[A], "Source: A Register; NHS England.")


def test_a_picture_of_deaths_names_the_publisher_of_the_deaths_only() -> None:
    contents = nation(
        made_up=False,
        inputs=(
            {"file": "deaths.csv", "publisher": "NHS England"},
            {"file": "research.csv", "publisher": "A Register"},
        ),
        published_outcome=[{"org_code": A, "source_file": "deaths.csv"}],
    )
    position = contents.tables["position"]
    origin = {"rows": {"deaths.csv": "2-9", "research.csv": "2-9"}}
    contents.tables["position"] = replace(position, origin=origin)  # type: ignore[index]
    told = {}
    for indicator in ("shmi", JOINED):
        page = indicator_page(contents, A, indicator)
        assert page is not None
        told[indicator] = page.figures[0].subtitle[-1]
    assert told == {"shmi": "Source: NHS England.", JOINED: "Source: A Register."}


def test_a_peer_without_any_figure_keeps_its_row() -> None:
    near = [
        {"org_code": A, "basis": "all", "place": 1.0, "peer_code": B},
        {"org_code": A, "basis": "all", "place": 2.0, "peer_code": C},
    ]
    page = indicator_page(book(deaths(A), deaths(B), peers=near), A, "shmi")
    assert page is not None
    figure = page.figure("peers")
    assert figure is not None
    assert [(row[1], row[2], row[-1]) for row in figure.table.rows] == [
        (NAMES[A], 1.05, "not different from expected"),
        (NAMES[B], 1.05, "not different from expected"),
        (NAMES[C], None, "not reported"),
    ]
    assert figure.view.rows[2][1].nothing == "not_reported"


def test_the_name_stands_above_the_drawing_on_the_side_that_has_room() -> None:
    for code, align in ((A, "left"), (MANY[-1], "right")):
        page = indicator_page(nation(), code, "shmi")
        assert page is not None
        figure = page.figure("funnel")
        assert figure is not None
        names = [
            layer
            for layer in specification(figure)["layer"]
            if layer.get("encoding", {}).get("text", {}).get("field") == "name"
        ]
        assert [layer["mark"]["align"] for layer in names] == [align]
        assert names[0]["encoding"]["y"]["value"] < 0
