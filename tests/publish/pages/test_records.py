"""Do numbers lead to their rows, and do files and downloads say what they hold?"""

from __future__ import annotations

from typing import Any

import pytest

from candela.publish.pages.downloads import downloads_page
from candela.publish.pages.held import held
from candela.publish.pages.parts import View, plain
from candela.publish.pages.records import period_key, period_of_key
from candela.publish.pages.sources import sources_page
from candela.publish.pages.stored import stored_view
from candela.publish.pages.trace import trace
from candela.tables import Period
from page_cases import A, book, deaths, joined, table, year

PUBLISHED = {
    "org_code": A,
    "indicator": "SHMI",
    **year(2022),
    "source_file": "shmi-2023.csv",
    "source_row": 57.0,
}
LEDGER = {
    "numbers": {"primary.ratio": {"value": 0.9698, "words": "0.970", "origin": "a"}},
    "origins": {
        "a": {"function": "associate", "note": "main", "rows": {"x.csv": "2-9"}}
    },
}


def facts(contents: Any, name: str) -> dict[str, str]:
    page = trace(contents, name)
    assert page is not None
    return {fact.term: plain(fact.words) for fact in page.facts}


def test_a_cell_leads_to_its_table_its_row_and_the_published_row() -> None:
    contents = book(joined(), deaths(), published_outcome=[PUBLISHED])
    # the second figure is row 3 of the file
    told = facts(contents, "table:position:3:value")
    assert told == {
        "Before rounding": "1.05",
        "What it is": "the value",
        "Table and row": "tables/position.csv, row 3, value",
        "Row of": (
            "org_code ZA1, indicator shmi, period_start 2022-04-01, period_end "
            "2023-03-31"
        ),
        "Published in": "shmi-2023.csv, row 57",
        "Worked out by": "make.position",
    }


def test_a_number_of_the_report_leads_to_its_origin() -> None:
    assert facts(book(deaths(), **LEDGER), "primary.ratio") == {
        "As printed": "0.970",
        "Before rounding": "0.9698",
        "Worked out by": "associate",
        "How": "main",
        "From rows of x.csv": "2-9",
        "Name in the manifest": "primary.ratio",
    }


def test_a_long_list_of_rows_is_cut_and_points_to_the_manifest() -> None:
    many = {"a": {"function": "f", "rows": {"x.csv": ",".join(map(str, range(99)))}}}
    told = facts(book(deaths(), **{**LEDGER, "origins": many}), "primary.ratio")
    assert told["From rows of x.csv"].endswith("and so on; the manifest lists them all")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "nothing",
        "table:",
        "table:position:1:value",  # the heading
        "table:position:3:value",  # beyond the last row
        "table:position:2:rubbish",
        "table:position:-1:value",
        "table:position:²:value",
        "table:position:99999999999999999999:value",
        "table:../manifest:2:value",
    ],
)
def test_a_name_that_leads_nowhere_has_no_page(name: str) -> None:
    assert trace(book(deaths()), name) is None


def test_a_row_of_figures_whose_period_cannot_be_is_passed_over() -> None:
    backwards = deaths(
        period_start=year(2022)["period_end"], period_end=year(2022)["period_start"]
    )
    found = held(book(backwards, deaths(A, 2021, period_end=None), deaths()))
    assert [p.row for p in found.positions(A, "shmi")] == [4]


def test_a_chain_of_successors_is_followed_and_a_ring_is_left() -> None:
    chain = [
        {"org_code": "ZX1", "successors": "ZX2"},
        {"org_code": "ZX2", "successors": "ZX3"},
        {"org_code": "ZX7", "successors": "ZX8"},
        {"org_code": "ZX8", "successors": "ZX7"},
    ]
    found = held(book(succession=chain))
    assert found.standing("ZX1") == "ZX3"
    assert found.standing("ZX7") == "ZX8"


def test_a_period_goes_into_an_address_and_back() -> None:
    period = Period.financial_year(2022)
    assert period_key(period) == "2022-04-01_2023-03-31"
    assert period_of_key(period_key(period)) == period
    for rubbish in ("", "x", "2022-04-01", "2023-04-01_2022-03-31"):
        assert period_of_key(rubbish) is None


def test_lookups_are_made_once_for_a_book() -> None:
    contents = book(deaths())
    assert held(contents) is held(contents)
    assert held(contents) is not held(book(deaths()))


SOURCES = [
    {
        "file": "shmi.csv",
        "recognised_as": "SHMI",
        "rows": 1200.0,
        **year(2022),
        "sha256": "0123456789abcdef",
        "publisher": "NHS England",
        "licence": "OGL",
        "notes": None,
    },
    {
        "file": "notes.txt",
        "recognised_as": "not recognised: left out",
        "rows": 0.0,
        "period_start": None,
        "period_end": None,
        "sha256": None,
        "publisher": None,
        "licence": None,
        "notes": "Left out.",
    },
]


def test_sources_tell_files_the_latest_day_and_what_needs_care() -> None:
    page = sources_page(book(sources=SOURCES))
    assert plain(page.finding) == (
        "2 files, figures up to 31 March 2023; 1 with something to know."
    )
    assert [cell.words for cell in page.table.rows[0]] == [
        "shmi.csv",
        "SHMI",
        "NHS England",
        "2022/23",
        "1,200",
        "0123456789ab",
        "",
    ]


def test_a_book_without_its_table_of_sources_shows_the_files_of_the_manifest() -> None:
    given = {"file": "a.csv", "sha256": "ab" * 32, "rows": 3, "notes": ["Old."]}
    page = sources_page(book(inputs=(given,)))
    assert plain(page.finding) == "1 file; 1 with something to know."
    assert page.table.rows[0][0].words == "a.csv"
    assert plain(sources_page(book()).finding) == (
        "This book holds no record of its files."
    )


def test_downloads_count_tables_and_charts_and_name_altered_files() -> None:
    words = {"charts": [{"name": "dose", "title": "Dose and deaths"}]}
    page = downloads_page(
        book(
            deaths(),
            charts=("dose",),
            words=words,
            altered=frozenset({"tables/peers.csv"}),
        )
    )
    assert plain(page.finding) == "3 tables, 1 chart, one manifest."
    assert [(d.name, d.size) for d in page.tables] == [
        ("indicator", "2 rows, 11 columns"),
        ("position", "1 row, 18 columns"),
        ("organisations", "4 rows, 3 columns"),
    ]
    assert page.charts[0].title == "Dose and deaths"
    assert page.warnings == (
        "tables/peers.csv is not offered: it no longer matches the record.",
    )


def test_a_table_of_the_book_tells_hidden_from_empty() -> None:
    rows = [{"x": "*", "y": None, "z": True}, {"x": 1234.5, "y": "=1", "z": False}]
    view = stored_view(table("t", rows))
    assert [[(c.words, c.nothing) for c in row] for row in view.rows] == [
        [("*", "hidden"), ("", ""), ("yes", "")],
        [("1,234.5", ""), ("=1", ""), ("no", "")],
    ]
    assert stored_view(table("t", rows), most=1).notes == (
        "The first 1 of 2 rows; the file has all.",
    )


def test_a_table_whose_rows_do_not_fit_its_headings_is_refused() -> None:
    with pytest.raises(ValueError, match="does not have 2 cells"):
        View.of("t", ("a", "b"), [("only one",)])
