"""Are numbers, days and the kinds of nothing shown as people read them?"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime

import pytest

from candela.publish.pages.parts import Cell
from candela.web.shown import browser, cell, day, heard, moment, month, number, slug


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (1234567, "1,234,567"),
        (12.0, "12"),
        (0.98765, "0.988"),
        (99.95, "99.950"),
        (100.25, "100.2"),  # a half is rounded to the even digit
        (-1234.56, "−1,234.6"),
    ],
)
def test_a_number_has_the_digits_that_its_size_deserves(
    value: float, shown: str
) -> None:
    assert number(value) == shown


def test_a_number_has_as_many_decimals_as_asked_for() -> None:
    assert number(0.98765, 1) == "1.0"
    assert number(12, 2) == "12.00"


def test_the_kinds_of_nothing_stay_apart() -> None:
    assert cell("*") == Cell("*", nothing="hidden")
    assert cell(0) == Cell("0", nothing="none")
    assert cell(None) == Cell("(no figure)", nothing="not_reported")
    assert cell(math.nan) == cell(None)
    assert cell("(not yet)", None) == Cell("(not yet)")


def test_what_is_a_cell_already_stays_as_it_is() -> None:
    given = Cell("(n/a)", nothing="does_not_apply")
    assert cell(given) is given


def test_other_values_are_written_in_words() -> None:
    assert cell(True).words == "yes"
    assert cell(False) == Cell("no")  # which is not a count of none
    assert cell(date(2025, 5, 1)).words == "1 May 2025"
    assert cell(datetime(2025, 5, 1, 13, 5, tzinfo=UTC)).words == "1 May 2025 at 14:05"
    assert cell(2.5, 2).words == "2.50"
    assert cell("<b>").words == "<b>"


def test_only_marks_that_say_little_are_read_out_in_other_words() -> None:
    assert heard("hidden") == "hidden to protect people"
    assert heard("does_not_apply") == "does not apply"
    assert heard("not_reported") == ""
    assert heard("") == ""


def test_a_moment_is_told_in_the_time_of_the_place() -> None:
    # Clocks in London are an hour ahead of UTC in May, and level with it in January.
    assert moment(datetime(2025, 5, 1, 23, 30, tzinfo=UTC)) == "2 May 2025 at 00:30"
    assert moment(datetime(2025, 1, 1, 23, 30, tzinfo=UTC)) == "1 January 2025 at 23:30"
    assert day(datetime(2025, 5, 1, 23, 30, tzinfo=UTC)) == "2 May 2025"
    assert month(date(2025, 5, 1)) == "May 2025"


def test_a_name_for_an_element_is_never_empty() -> None:
    assert slug("What it means here?") == "what-it-means-here"
    assert slug("<>") == "part"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like "
            "Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/130.0.0.0 Safari/537.36",
            "Chrome on Linux",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) Version/17.6 "
            "Mobile/15E148 Safari/604.1",
            "Safari on an iPhone",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Gecko/20100101 "
            "Firefox/132.0",
            "Firefox on a Mac",
        ),
        ("A program", "A program"),
        ("", "a browser that does not say its name"),
    ],
)
def test_a_browser_is_called_what_people_call_it(said: str, words: str) -> None:
    assert browser(said) == words
