"""Is each figure, verdict, change and kind of nothing said as it should be?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from candela.publish.pages.changes import (
    change_in_a_line,
    change_in_short,
    change_sentence,
    false_alarms,
)
from candela.publish.pages.held import held
from candela.publish.pages.nothings import (
    CELLS,
    kind_of_nothing,
    nothing_next,
    nothing_sentence,
)
from candela.publish.pages.parts import Nothing, Number, joined, plain
from candela.publish.pages.values import (
    during,
    in_a_sentence,
    range_in_counts,
    value_with_interval,
)
from candela.publish.pages.verdicts import board_verdict, manager_verdict
from candela.tables import Period
from page_cases import (
    HIDDEN,
    JOINED,
    NOT_REPORTED,
    A,
    B,
    C,
    book,
    change,
    deaths,
)
from page_cases import joined as joined_row

YEAR = Period.financial_year(2022)


def only(row: dict[str, Any]) -> Any:
    """Return the one figure of a book, and what it is a figure of."""
    found = held(book(row))
    indicator = found.indicators[row["indicator"]]
    return indicator, found.positions(row["org_code"], indicator.key)[0]


def test_deaths_are_told_for_every_1000_expected_with_their_interval() -> None:
    assert plain(value_with_interval(*only(deaths()))) == (
        # 1000 x 1.05; the interval is 128 wide
        "1,050 deaths for every 1,000 expected (95% interval 987 to 1,115)"
    )


def test_activity_is_told_by_size() -> None:
    assert plain(value_with_interval(*only(joined_row()))) == (
        "21 participants recruited per 100 doctors and nurses (95% interval 19 to 23)"
    )


def test_money_is_told_in_pounds() -> None:
    income = {
        "indicator": "income",
        "label": "Research income",
        "kind": "activity",
        "measure": "research_income_gbp",
        "denominator": "staff_clinical_fte",
        "per": 100.0,
    }
    row = joined_row(indicator="income", value=60000.0, lower=None, upper=None)
    found = held(book(row, indicator=[income]))
    position = found.positions(A, "income")[0]
    assert plain(value_with_interval(found.indicators["income"], position)) == (
        "£60,000 of research income per 100 doctors and nurses"
    )


def test_a_figure_without_an_interval_says_none() -> None:
    told = value_with_interval(*only(deaths(lower=None, upper=None)))
    assert plain(told) == "1,050 deaths for every 1,000 expected"


def test_each_number_of_a_sentence_has_the_name_of_its_cell() -> None:
    numbers = [
        part
        for part in value_with_interval(*only(deaths()))
        if isinstance(part, Number)
    ]
    # the first row of figures is row 2 of the file: the heading is row 1
    assert [n.name for n in numbers] == [
        "table:position:2:value",
        "table:position:2:lower",
        "table:position:2:upper",
    ]


def test_what_is_usual_is_told_in_counts_of_this_size() -> None:
    # 8.0 to 51.2 per 100, of 2,000 doctors and nurses
    assert plain(range_in_counts(*only(joined_row()))) == "160 to 1,024"


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (YEAR, "in 2022/23"),
        (Period.calendar_year(2022), "in 2022"),
        (Period.months((2022, 4), (2022, 6)), "from April 2022 to June 2022"),
    ],
)
def test_a_period_is_told_in_full(period: Period, words: str) -> None:
    assert during(period) == words


def test_a_label_in_a_sentence_keeps_its_abbreviation() -> None:
    assert in_a_sentence("Deaths compared") == "deaths compared"
    assert in_a_sentence("SHMI by year") == "SHMI by year"


@pytest.mark.parametrize(
    ("verdict", "board", "manager"),
    [
        (
            "higher",
            "Different from expected: higher.",
            "Higher than expected (expected 830 to 1,200).",
        ),
        (
            "lower",
            "Different from expected: lower.",
            "Lower than expected (expected 830 to 1,200).",
        ),
        (
            "possibly_higher",
            "Possibly different from expected: higher; about 1 in 20 ordinary "
            "organisations would be here.",
            "Possibly higher than expected (expected 830 to 1,200).",
        ),
        (
            "possibly_lower",
            "Possibly different from expected: lower; about 1 in 20 ordinary "
            "organisations would be here.",
            "Possibly lower than expected (expected 830 to 1,200).",
        ),
        (
            "as_expected",
            "Not different from expected.",
            "Not different from expected (expected 830 to 1,200).",
        ),
        ("no_limits", "No limits could be drawn.", "No limits could be drawn."),
        ("gibberish", "No limits could be drawn.", "No limits could be drawn."),
    ],
)
def test_each_verdict_has_its_sentences(verdict: str, board: str, manager: str) -> None:
    assert board_verdict(verdict) == board
    assert plain(manager_verdict(*only(deaths(verdict=verdict)))) == manager


def test_the_expected_range_is_that_of_the_inner_limits() -> None:
    told = manager_verdict(*only(deaths()))
    names = {part.name for part in told if isinstance(part, Number)}
    assert names == {"table:position:2:lower95", "table:position:2:upper95"}


def test_why_there_are_no_limits_is_told() -> None:
    told = manager_verdict(*only(deaths(verdict="no_limits")), why="There are 9.")
    assert plain(told) == "No limits could be drawn: There are 9."


SIGNAL = {
    "mean": 0.9,
    "lower": 0.8,
    "upper": 1.0,
    "signal_period_start": date(2020, 4, 1),
    "signal_period_end": date(2021, 3, 31),
    "signal": "8 points running above the mean",
}
SWINGS = {"mean": 1.0, "lower": 0.9, "upper": 1.1}


@pytest.mark.parametrize(
    ("row", "short", "full"),
    [
        (
            change("one_point"),
            "One period only, so no change can be told.",
            "One period only, so no change can be told.",
        ),
        (change("two_points"), "1,020 then 1,050.", "1,020 then 1,050."),
        (
            change("short"),
            "8 periods are too few to tell change from chance.",
            "8 points are too few to tell change from chance; we say more from 12.",
        ),
        (
            # 1,050 after 1,020
            change("no_signal", **SWINGS),
            "No sign of change over 14 periods.",
            "Up 30 on the period before. Swings from 900 to 1,100 are usual here, so "
            "this is not a sign of change.",
        ),
        (
            change("no_signal", **SWINGS, previous=1.08),
            "No sign of change over 14 periods.",
            "Down 30 on the period before. Swings from 900 to 1,100 are usual here, "
            "so this is not a sign of change.",
        ),
        (
            change("no_signal", **SWINGS, previous=1.0501),
            "No sign of change over 14 periods.",
            "The same as in the period before. Swings from 900 to 1,100 are usual "
            "here, so this is not a sign of change.",
        ),
        (
            change("signal", **SIGNAL),
            "A sign of change around 2020/21.",
            "8 points running above the mean. Something changed around 2020/21; we do "
            "not know what.",
        ),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_each_kind_of_change_has_its_sentences(
    row: dict[str, Any], short: str, full: str
) -> None:
    found = held(book(deaths(), change=[row]))
    indicator, told = found.indicators["shmi"], found.changes[A, "shmi"]
    assert plain(change_in_short(indicator, told)) == short
    assert plain(change_sentence(indicator, told)) == full


@pytest.mark.parametrize(
    ("points", "told"),
    [
        (
            12.0,
            "Over 12 periods a steady series gives at least one such signal in "
            "about 3 of 100 charts, and more often where periods resemble each other.",
        ),
        (
            40.0,
            "Over 36 periods a steady series gives at least one such signal in "
            "about 15 of 100 charts, and more often where periods resemble each other.",
        ),
    ],
)
def test_a_signal_is_told_with_how_often_chance_gives_one(
    points: float, told: str
) -> None:
    found = held(book(deaths(), change=[change("signal", **SIGNAL, points=points)]))
    assert plain(false_alarms(found.changes[A, "shmi"])) == told
    steady = held(book(deaths(), change=[change("no_signal", **SWINGS)]))
    assert false_alarms(steady.changes[A, "shmi"]) == ()


def test_two_points_are_never_called_a_rise_or_a_fall() -> None:
    found = held(book(deaths(), change=[change("two_points")]))
    told = plain(change_sentence(found.indicators["shmi"], found.changes[A, "shmi"]))
    assert not any(w in told.lower() for w in ("rose", "fell", "up", "down", "trend"))


def test_a_change_whose_figures_are_hidden_shows_none_of_them() -> None:
    hidden = dict.fromkeys(("previous", "latest", "mean", "lower", "upper"), "*")
    for kind in ("two_points", "short", "no_signal", "signal"):
        row = change(kind, A, JOINED, **hidden)
        found = held(book(joined_row(), change=[row]))
        indicator, told = found.indicators[JOINED], found.changes[A, JOINED]
        words = plain(change_sentence(indicator, told))
        assert not set("0123456789") & set(
            words.replace("12", "").replace("14", "").replace("8 points", "")
        )


def test_many_lines_below_each_other_say_it_shorter() -> None:
    found = held(book(deaths(), change=[change("short")]))
    told = change_in_a_line(found.indicators["shmi"], found.changes[A, "shmi"])
    assert plain(told) == "8 periods: too few to tell change."


def test_an_organisation_without_a_series_has_no_sentence_on_change() -> None:
    found = held(book(deaths()))
    assert change_in_short(found.indicators["shmi"], None) == ()
    assert change_sentence(found.indicators["shmi"], None) == ()


NO_SHMI = [{"org_code": C, "name": "Tansyvale Hospital", "has_outcome": False}]


@pytest.mark.parametrize(
    ("code", "key", "first", "kind", "sentence"),
    [
        (A, "shmi", 2022, "", ""),
        (
            A,
            JOINED,
            2021,
            "none",
            "Participants recruited in 2021/22: none.",
        ),
        (
            A,
            JOINED,
            2022,
            "hidden",
            "Fewer than 8 people were counted in 2022/23, so we do not show how many, "
            "nor what could be worked out from it.",
        ),
        (
            B,
            JOINED,
            2022,
            "not_reported",
            "No figure of Harrowbeck Infirmary was reported for 2022/23. We do not "
            "treat it as zero.",
        ),
        (
            A,
            "shmi",
            2023,
            "not_yet",
            "Figures for 2023/24 are not in this book yet.",
        ),
        (
            C,
            "shmi",
            2022,
            "does_not_apply",
            "Tansyvale Hospital has no deaths compared with expected (SHMI) in this "
            "book: it is published for acute trusts.",
        ),
    ],
)
def test_the_kinds_of_nothing_read_differently(
    code: str, key: str, first: int, kind: Nothing, sentence: str
) -> None:
    names = [
        {"org_code": A, "name": "Quillmere Hospitals", "has_outcome": True},
        {"org_code": B, "name": "Harrowbeck Infirmary", "has_outcome": True},
        *NO_SHMI,
    ]
    zero = joined_row(A, 2021, count=0.0, value=0.0, lower=0.0, upper=0.2)
    found = held(
        book(
            deaths(),
            zero,
            joined_row(A, **HIDDEN),
            joined_row(B, **NOT_REPORTED),
            organisations=names,
        )
    )
    indicator, period = found.indicators[key], Period.financial_year(first)
    assert kind_of_nothing(found, code, indicator, period) == kind
    told = nothing_sentence(
        kind,
        name=found.name(code),
        indicator=indicator,
        period=period,
        position=found.position(code, key, period),
    )
    assert plain(told) == sentence


def test_an_organisation_without_a_size_says_that_and_not_that_nothing_came() -> None:
    row = {**joined_row(), **NOT_REPORTED, "count": 415.0}
    indicator, position = only(row)
    told = nothing_sentence(
        "not_reported",
        name="Quillmere Hospitals",
        indicator=indicator,
        period=YEAR,
        position=position,
    )
    assert plain(told) == (
        "No size of Quillmere Hospitals is known near 2022/23, so this figure cannot "
        "be worked out."
    )


def test_each_kind_of_nothing_has_a_cell_of_its_own_and_what_to_do() -> None:
    assert len(set(CELLS.values())) == len(CELLS)
    assert CELLS["hidden"] == "*"
    assert CELLS["none"] == "0"
    for kind in ("hidden", "not_reported", "not_yet", "does_not_apply"):
        assert nothing_next(kind)


def test_sentences_are_joined_with_a_space_and_empty_ones_passed_over() -> None:
    assert joined(("One.",), (), ("Two.",)) == ("One.", " ", "Two.")
