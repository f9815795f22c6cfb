"""Does the page of a declared analysis show all of it: sure, unsure and undone?"""

from __future__ import annotations

from typing import Any

import pytest

from candela.publish.pages.analyses import analyses_page
from candela.publish.pages.analysis import AnalysisPage, analysis_page
from candela.publish.pages.analysis_numbers import analysis_label
from candela.publish.pages.explanations import (
    LITTLE,
    MUCH,
    SOME,
    Ratio,
    remains,
)
from candela.publish.pages.parts import Target, plain
from page_cases import book, deaths

PRIMARY = (0.97, 0.95, 0.99)


def row(name: str, ratio: tuple[float, float, float], **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "primary": name == "primary",
        "design": "Poisson",
        "exposure": "people by size",
        "outcome": "SHMI",
        "scale": "ratio",
        "estimate": ratio[0],
        "lower": ratio[1],
        "upper": ratio[2],
        "p_value": 0.004,
        "organisations": 141.0,
        "method": "a method (a paper)",
        **more,
    }


WORDS = {
    "finding": ["More research went with fewer deaths."],
    "verdict": "A difference, size unsure",
    "verdict_sentence": ["It could be too small to matter."],
    "comparison": ["It compares two doses."],
    "control": ["This check found no sign of another cause."],
    "protocol": {
        "name": "plan",
        "title": "Research and deaths",
        "mirrors": "A paper",
        "doi": "10.1/x",
        "departures": ["the first", "the second"],
        "windows": ["deaths of 2016/17: research of 2015/16"],
        "comparison": "A published study found -0.50.",
    },
    "refused": ["ZR2 became two"],
    "left_out": ["3 trusts: no figure"],
    "cautions": ["Deaths are rounded."],
}
NUMBERS = {
    "primary.n": {"value": 141, "words": "141", "origin": "association"},
    "primary.years": {"value": 7, "words": "7", "origin": "association"},
    "analysis.primary.value": {"value": 0.97, "words": "0.970", "origin": "a"},
}
CHECKS = (
    row("primary", PRIMARY),
    row("unadjusted", (0.963, 0.94, 0.985)),
    row("within_organisations", (0.995, 0.96, 1.03)),
    row("participants_commercial", (1.02, 1.0, 1.04)),
    row("negative_control_after", (0.999, 0.99, 1.009)),
    row("e_value", (1.21, 1.16, 1.21), scale="e_value", p_value=None),
)


def page_of(**more: Any) -> AnalysisPage:
    tables = {"association": CHECKS, "words": WORDS, "numbers": NUMBERS, **more}
    page = analysis_page(book(deaths(), **tables), "plan")
    assert page is not None
    return page


@pytest.mark.parametrize(
    ("check", "left"),
    [
        ((0.965, 0.94, 0.99), LITTLE),  # holds 0.97, excludes none, on the same side
        ((0.995, 0.96, 1.03), SOME),  # holds 0.97, and none fits too
        ((0.99, 0.98, 0.999), MUCH),  # 0.97 lies outside
        ((1.02, 1.0, 1.04), MUCH),
    ],
)
def test_what_remains_of_an_explanation_is_chosen_by_rule(
    check: tuple[float, float, float], left: str
) -> None:
    assert remains(Ratio(*PRIMARY), Ratio(*check)) == left


def test_a_check_that_also_cannot_tell_leaves_a_result_that_cannot_tell() -> None:
    unsure = Ratio(0.99, 0.96, 1.02)
    assert remains(unsure, Ratio(1.001, 0.97, 1.03)) == LITTLE
    assert remains(unsure, Ratio(0.98, 0.965, 0.995)) == SOME


def test_the_explanations_say_what_was_done_and_what_that_did() -> None:
    view = page_of().explanations
    assert view is not None
    told = {row[0].words: [cell.words for cell in row[1:]] for row in view.rows}
    assert told["Luck"][1:] == [
        "50 fewer to 10 fewer",
        "Some: 1 in 20 such intervals misses the true figure.",
    ]
    assert told["Staffing"][1:] == ["37 fewer without became 30 fewer with", LITTLE]
    assert told["Organisations differ in lasting ways"][1:] == [
        "30 fewer became 5 fewer",
        SOME,
    ]
    assert told["What counts as research"][1:] == ["30 fewer became 20 more", MUCH]
    assert told["Good care came first, or another cause lies behind both"][2] == (
        "Some: this found no sign of it, and cannot rule it out."
    )
    assert told["A cause that nobody measured"][1] == (
        "It would have to go with both by a ratio of 1.21; of 1.16 for the interval to "
        "reach none"
    )


def test_what_was_not_looked_at_says_so_and_leaves_much() -> None:
    view = page_of(association=(row("primary", PRIMARY),)).explanations
    assert view is not None
    told = {row[0].words: [cell.words for cell in row[1:]] for row in view.rows}
    assert told["One organisation decides"] == [
        "Could not be looked at with these files",
        "",
        "Much: it was not looked at.",
    ]


def test_a_negative_control_that_finds_something_leaves_much() -> None:
    found = (*CHECKS[:4], row("negative_control_after", (0.98, 0.97, 0.99)))
    view = page_of(association=found).explanations
    assert view is not None
    rows = {row[0].words: row[3].words for row in view.rows}
    assert rows["Good care came first, or another cause lies behind both"].startswith(
        "Much: something else"
    )


def test_every_analysis_is_listed_the_main_one_first_and_marked() -> None:
    view = page_of(association=(*CHECKS[1:], CHECKS[0])).analyses
    assert view is not None
    assert len(view.rows) == len(CHECKS)
    assert view.rows[0][0].words == "The main analysis"
    assert view.own == frozenset({0})
    # the number of the report's ledger where it has one, else the cell of the table
    assert view.rows[0][2].number == "analysis.primary.value"
    assert view.rows[1][2].number == "table:association:2:estimate"


def test_what_could_not_be_done_is_listed_with_its_reason() -> None:
    lacking = [{"name": "lag_3", "label": "3 years before", "reason": "too few years"}]
    view = page_of(not_done=lacking).not_done
    assert view is not None
    assert [cell.words for cell in view.rows[0]] == [
        "lag_3",
        "3 years before",
        "too few years",
    ]


def test_the_page_tells_how_sure_and_each_departure_from_the_plan() -> None:
    page = page_of()
    assert plain(page.how_sure) == (
        "141 organisations, 7 years of deaths, declared in a protocol, 2 "
        "departures from the study it follows, each named below."
    )
    assert page.departures == ("the first", "the second")
    assert page.left_out == ("ZR2 became two", "3 trusts: no figure")
    assert [plain(s) for s in page.compared] == ["A published study found -0.50."]


def test_the_page_tells_what_stands_in_for_hidden_counts() -> None:
    told = ["In ", {"number": "hidden.doses", "words": "2"}, " trust-years."]
    page = page_of(words={**WORDS, "stand_ins": told})
    assert plain(page.compared[-1]) == "In 2 trust-years."


def test_the_next_step_is_about_more_data_only_where_the_result_cannot_tell() -> None:
    assert plain(page_of().next_step).startswith("Nothing for one organisation")
    unsure = page_of(words={**WORDS, "verdict": "We cannot tell"})
    assert plain(unsure.next_step).startswith("Add years or organisations")


def test_a_result_that_could_not_be_had_gives_the_reason_and_no_verdict() -> None:
    page = page_of(
        association=None, words={**WORDS, "verdict": "", "why_not": "12 trusts only."}
    )
    assert page.verdict == ""
    assert plain(page.finding) == (
        "It could not be worked out from these files. 12 trusts only."
    )
    assert page.explanations is page.analyses is None
    assert page.how_sure == ()
    assert page.cannot_tell


def test_an_older_book_without_sentences_still_shows_its_result() -> None:
    page = page_of(words={})
    assert plain(page.finding) == (
        "Where there was more research, deaths were 30 fewer for every 1,000 expected "
        "(95% interval 50 fewer to 10 fewer). This book keeps no verdict on it."
    )


def test_only_the_declared_protocol_has_a_page() -> None:
    assert analysis_page(book(deaths(), words=WORDS), "other") is None
    assert analysis_page(book(deaths(), words=WORDS), "") is None


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("lag_2", "Research 2 years before"),
        ("by_spells", "Research per 10,000 spells"),
        ("studies_recruiting", "Studies that recruited instead"),
        ("spearman_201604_201703", "Spearman correlation, 04/2016 to 03/2017"),
        ("something_new", "something new"),
    ],
)
def test_each_analysis_has_a_name_in_words(name: str, label: str) -> None:
    assert analysis_label(name) == label


def test_the_list_of_analyses_tells_planned_run_and_departures() -> None:
    contents = book(
        deaths(), association=CHECKS, not_done=[{"name": "lag_3"}], words=WORDS
    )
    page = analyses_page(contents)
    assert plain(page.finding) == (
        "1 protocol declared; 6 of its 7 analyses run; 2 departures from the study it "
        "follows, each named."
    )
    assert [cell.words for cell in page.table.rows[0]] == [
        "Research and deaths",
        "A paper",
        "7",
        "6",
        "2",
        "A difference, size unsure",
    ]
    assert page.table.rows[0][0].target == Target("analysis", "plan")


def test_a_book_that_declares_nothing_says_so() -> None:
    page = analyses_page(book(deaths(), settings={}))
    assert plain(page.finding) == "This book declares no analysis."
    assert page.table.rows == ()
