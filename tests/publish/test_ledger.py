"""Is every number remembered with what it came from, and none twice?"""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.publish.ledger import Ledger, Origin, parts_of, row_ranges


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger()
    made.origin("deaths", Origin("candela.outcomes", (("a.csv", 2), ("a.csv", 3))))
    return made


def test_a_number_is_printed_with_its_name_and_value(ledger: Ledger) -> None:
    assert ledger.show("deaths.total", 1234.5, "1,235", origin="deaths") == (
        '<data class="number" data-number="deaths.total" value="1234.5">1,235</data>'
    )
    assert ledger.numbers == {
        "deaths.total": {"value": 1234.5, "words": "1,235", "origin": "deaths"}
    }


def test_the_same_number_may_be_printed_twice(ledger: Ledger) -> None:
    first = ledger.show("deaths.total", 5.0, "5", origin="deaths")
    assert ledger.show("deaths.total", 5.0, "5", origin="deaths") == first


@pytest.mark.parametrize(("value", "words"), [(6.0, "5"), (5.0, "five")])
def test_a_number_printed_twice_with_two_values_is_refused(
    ledger: Ledger, value: float, words: str
) -> None:
    ledger.show("deaths.total", 5.0, "5", origin="deaths")
    with pytest.raises(ValueError, match=r"deaths\.total was printed with another"):
        ledger.show("deaths.total", value, words, origin="deaths")
    assert ledger.numbers["deaths.total"]["value"] == 5.0


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_a_number_is_refused(ledger: Ledger, value: float) -> None:
    with pytest.raises(ValueError, match="the number deaths is"):
        ledger.show("deaths", value, "some", origin="deaths")
    assert ledger.numbers == {}


def test_a_number_from_nowhere_is_refused(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="no origin called beds"):
        ledger.show("beds", 5.0, "5", origin="beds")


def test_words_and_names_are_escaped(ledger: Ledger) -> None:
    printed = ledger.show('a"b', 1.0, "<1 & 2>", origin="deaths")
    assert 'data-number="a&quot;b"' in printed
    assert ">&lt;1 &amp; 2&gt;</data>" in printed


def test_rows_are_written_as_ranges_by_file() -> None:
    rows = [("b.csv", 7), *(("a.csv", n) for n in range(2, 149)), ("a.csv", 150)]
    assert row_ranges(rows) == {"a.csv": "2-148,150", "b.csv": "7"}


def test_a_row_named_twice_counts_once() -> None:
    assert row_ranges([("a.csv", 3), ("a.csv", 2), ("a.csv", 3)]) == {"a.csv": "2-3"}


def test_no_rows_give_no_files() -> None:
    assert row_ranges([]) == {}


@given(st.sets(st.integers(1, 60), min_size=1))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_ranges_hold_exactly_the_rows_given(rows: set[int]) -> None:
    back: set[int] = set()
    for part in row_ranges([("a.csv", n) for n in rows])["a.csv"].split(","):
        first, _, last = part.partition("-")
        back |= set(range(int(first), int(last or first) + 1))
    assert back == rows


def test_a_sentence_as_data_has_its_numbers_by_name(ledger: Ledger) -> None:
    first = ledger.show("deaths.total", 1234.5, "1,235", origin="deaths")
    last = ledger.show("deaths.lower", 1000.0, "1,000", origin="deaths")
    assert parts_of(f"{first} deaths, from {last}.") == [
        {"number": "deaths.total", "words": "1,235"},
        " deaths, from ",
        {"number": "deaths.lower", "words": "1,000"},
        ".",
    ]


def test_a_sentence_without_numbers_is_one_part_and_nothing_is_none() -> None:
    assert parts_of("We cannot tell.") == ["We cannot tell."]
    assert parts_of("") == []


def test_marks_in_names_and_words_come_back_as_they_were(ledger: Ledger) -> None:
    shown = ledger.show('a"b', 1.0, "<1 & more", origin="deaths")
    assert parts_of(f"R&amp;D {shown}") == [
        "R&D ",
        {"number": 'a"b', "words": "<1 & more"},
    ]
