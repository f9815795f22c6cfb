"""Does SQL for coding mean the same on every engine?"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from candela.engine import Engine
from candela.engine.expressions import (
    among,
    band,
    choice,
    first_step,
    literal,
    quoted,
)
from engine_cases import ENGINES, opened

TEXTS = ["a", "b,c", "d'e", "f|g", "h\\d", None, "other"]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with opened(request.param, tmp_path) as found:
        yield found


def values(engine: Engine, expression: str, order: str = "place") -> list[object]:
    found = engine.rows(f"SELECT {expression} AS found FROM given ORDER BY {order}")
    return [row["found"] for row in found]


def test_a_number_is_in_the_band_that_begins_at_or_below_it(engine: Engine) -> None:
    given = [17, 18, 64, 65, None]
    engine.put("given", {"place": range(5), "age": given})
    # Below 18 is 0, 18 to 64 is 1, 65 and over is 2.
    assert values(engine, band("age", [18, 65])) == [0, 1, 1, 2, None]
    assert values(engine, band("age", [18, 64.5], unknown=3)) == [0, 1, 1, 2, 3]
    assert values(engine, band("age", [])) == [0, 0, 0, 0, None]


def test_a_text_has_its_place_among_the_choices(engine: Engine) -> None:
    engine.put("given", {"place": range(7), "text": TEXTS})
    chosen = ["b,c", "a", "h\\d", "f|g"]
    assert values(engine, choice("text", chosen, unknown=4)) == [1, 0, 4, 3, 2, 4, 4]
    assert values(engine, choice("text", ["d'e"], unknown=None)) == [
        *(None, None, 0, None, None, None, None)
    ]
    assert values(engine, choice("text", [], unknown=0)) == [0] * 7
    # What is not text is compared as it is written.
    assert values(engine, choice("place", ["5", "1"], unknown=2)) == [
        *(2, 1, 2, 2, 2, 0, 2)
    ]


def test_membership_is_false_where_a_text_is_unknown(engine: Engine) -> None:
    engine.put("given", {"place": range(7), "text": TEXTS})
    found = values(engine, among("text", ["d'e", "a", "b,c"]))
    assert found == [True, True, True, False, False, False, False]
    assert values(engine, among("text", [])) == [False] * 7


def test_a_row_leaves_at_the_first_step_that_it_meets(engine: Engine) -> None:
    engine.put("given", {"place": range(4), "age": [10, 30, 90, None]})
    steps = ["age < 18", "age > 20", "age > 80"]
    # 90 meets the second and the third; null meets none.
    assert values(engine, first_step(steps)) == [1, 2, 2, 0]
    assert values(engine, first_step([])) == [0, 0, 0, 0]


def test_names_and_texts_are_safe_whatever_they_hold(engine: Engine) -> None:
    name, text = 'no "good" name; --', "it's a \\d -- text, 'quoted'"
    engine.put("given", {name: [text, "x"], "place": [0, 1]})
    assert values(engine, f"{quoted(name)} = {literal(text)}") == [True, False]
    assert values(engine, literal(text)) == [text, text]


def test_functions_that_engines_spell_their_own_way_agree(engine: Engine) -> None:
    texts = ["2020-03-31", "20200331", "2020-02-30", "31/03/2020", "-12", "1e3", None]
    engine.put("given", {"place": range(7), "text": texts})
    day = datetime.date(2020, 3, 31)
    assert values(engine, "iso_date(text)") == [day, *[None] * 6]
    assert values(engine, "compact_date(text)") == [None, day, *[None] * 5]
    assert values(engine, "whole_number(text)") == [
        *(None, 20200331, None, None, -12, None, None)
    ]
    # 2020 was a leap year: 366 days from one first of January to the next.
    leap = "days_between(DATE '2020-01-01', DATE '2021-01-01')"
    back = "days_between(DATE '2020-01-03', DATE '2020-01-01')"
    assert values(engine, f"{leap} * 10 + {back}") == [3658] * 7
    assert values(engine, "text_matches(text, '^[0-9]{2}/')") == [
        *(False, False, False, True, False, False, None)
    ]


def test_what_the_common_subset_promises(engine: Engine) -> None:
    engine.put("given", {"place": [0]})
    assert values(engine, "CAST(7 AS DOUBLE) / 2") == [3.5]
    assert values(engine, "CAST(SUM(place + 3) AS BIGINT)", "1") == [3]
    assert values(engine, "CAST(DATE '2020-01-31' + INTERVAL '30' DAY AS DATE)") == [
        datetime.date(2020, 3, 1)
    ]
    assert values(engine, "TRY_CAST('x' AS INT)") == [None]


@pytest.mark.parametrize("edges", [[2, 1], [1, 1]])
def test_bands_must_rise(edges: list[float]) -> None:
    with pytest.raises(ValueError, match="must rise"):
        band("age", edges)
