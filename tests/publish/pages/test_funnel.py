"""Does the page of all organisations count, name one and explain the limits?"""

from __future__ import annotations

from typing import Any

from candela.publish.pages.funnel import FunnelPage, funnel_page
from candela.publish.pages.parts import Target, plain
from page_cases import (
    HIDDEN,
    JOINED,
    NAMES,
    NOT_REPORTED,
    A,
    B,
    C,
    book,
    deaths,
    joined,
    summary,
)

MANY = [f"ZQ{n:02}" for n in range(12)]


def many(**more: Any) -> list[dict[str, Any]]:
    return [
        deaths(code, size=500.0 + 100 * n, value=0.9 + 0.02 * n, **more)
        for n, code in enumerate(MANY)
    ]


def page_of(*positions: dict[str, Any], **more: Any) -> FunnelPage:
    keys = ("highlighted", "peers", "period")
    choices = {key: more.pop(key) for key in keys if key in more}
    page = funnel_page(book(*positions, **more), "shmi", **choices)
    assert page is not None
    return page


def test_the_finding_counts_outer_and_inner_beside_chance() -> None:
    page = page_of(*many(), position_summary=[summary()])
    assert plain(page.finding) == (
        "In 2022/23 3 of 141 organisations lie outside the outer limits; fewer than 1 "
        "would by chance. 14 lie outside the inner limits, where about 7 would."
    )
    none = page_of(*many(), position_summary=[summary(outside998=0.0, outside95=1.0)])
    assert plain(none.finding) == (
        "In 2022/23 none of 141 organisations lies outside the outer limits; fewer "
        "than 1 would by chance. 1 lies outside the inner limits, where about 7 would."
    )


def test_the_own_organisation_is_named_with_its_verdict() -> None:
    page = page_of(*many(), deaths(), position_summary=[summary()], highlighted=A)
    assert plain(page.own) == (
        "Quillmere Hospitals: 1,050 deaths for every 1,000 expected (95% interval 987 "
        "to 1,115) in 2022/23. Not different from expected (expected 830 to 1,200)."
    )
    assert page.figure is not None
    assert page.figure.own == A
    assert plain(page.figure.finding).endswith(
        "Quillmere Hospitals: not different from expected."
    )


def test_an_own_organisation_from_another_book_is_passed_over() -> None:
    page = page_of(*many(), highlighted="nobody")
    assert page.highlighted == ""
    assert page.own == ()


def test_under_10_organisations_there_is_a_table_and_no_picture() -> None:
    nine = many()[:9]
    page = page_of(*nine, highlighted=MANY[0])
    assert page.figure is None
    assert len(page.table.rows) == 9
    assert page.limits_explained == ()
    ten = page_of(*many()[:10])
    assert ten.figure is not None


def test_hidden_and_missing_figures_stand_in_the_table_each_in_its_own_way() -> None:
    contents = book(
        *(joined(code) for code in MANY), joined(A, **HIDDEN), joined(B, **NOT_REPORTED)
    )
    page = funnel_page(contents, JOINED)
    assert page is not None
    cells = {row[0].words: row[2] for row in page.table.rows}
    assert (cells[NAMES[A]].words, cells[NAMES[A]].nothing) == ("*", "hidden")
    assert (cells[NAMES[B]].words, cells[NAMES[B]].nothing) == (
        "(not reported)",
        "not_reported",
    )
    assert page.table.notes[0].startswith("`*` means 1 to 7 people")
    assert page.figure is not None
    shown = {row[0]: row[3:6] for row in page.figure.table.rows}
    assert shown[A] == ("*", "*", "*")
    assert shown[B] == (None, None, None)


def test_the_table_is_by_name_and_never_by_value() -> None:
    page = page_of(deaths(C, value=2.0), deaths(A, value=0.1), deaths(B, value=1.0))
    assert [row[0].words for row in page.table.rows] == sorted(
        (NAMES[code] for code in (A, B, C)), key=str.casefold
    )
    assert page.table.rows[0][0].target == Target("indicator", B, "shmi")


def test_the_own_row_is_marked() -> None:
    page = page_of(deaths(B), deaths(A), highlighted=A)
    assert page.table.own == frozenset({1})  # Harrowbeck, then Quillmere


def test_why_no_limits_were_drawn_is_told() -> None:
    why = "2 organisations had none, and these limits are made on a log scale."
    page = page_of(
        *many(verdict="no_limits"),
        position_summary=[summary(outside998=None, why_no_limits=why)],
    )
    assert plain(page.finding) == f"No limits could be drawn for 2022/23. {why}"
    assert page.figure is not None
    assert page.figure.alt.startswith("Points of ")


def test_indicators_and_periods_can_be_chosen() -> None:
    contents = book(deaths(A, 2021), deaths(A, 2022), joined())
    page = funnel_page(contents, "shmi", "2021-04-01_2022-03-31")
    assert page is not None
    assert page.period == "2021/22"
    assert [(i.key, i.chosen) for i in page.indicators] == [
        ("shmi", True),
        (JOINED, False),
    ]
    assert funnel_page(contents, "nothing") is None
    assert funnel_page(contents, "shmi", "rubbish") is None
