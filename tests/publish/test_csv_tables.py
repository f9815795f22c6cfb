"""Can another analyst, and a spreadsheet, use a published table safely?"""

from __future__ import annotations

import csv
import io
import json
import math
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from book_pages import headings_of
from candela.publish.csv_tables import (
    PublishedColumn,
    PublishedTable,
    csv_text,
    metadata_text,
)
from candela.publish.ledger import Origin
from small_nation import MadeUp

ORIGIN = Origin("candela.somewhere", (("a.csv", 2),))


def table(*cells: Any) -> PublishedTable:
    """Return a table of one row."""
    columns = tuple(PublishedColumn(f"c{n}", f"column {n}") for n in range(len(cells)))
    return PublishedTable("some", "Some figures", columns, [cells], ORIGIN)


def written(*cells: Any) -> list[str]:
    """Return the cells of one row as a reader of CSV gets them."""
    return list(csv.reader(io.StringIO(csv_text(table(*cells)))))[1]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1+cmd|'/C calc'!A0", "@SUM(A1)", "\t=1", "=", '="x"', "-"],
)
def test_text_that_a_spreadsheet_would_run_is_defused(text: str) -> None:
    assert written(text) == ["'" + text]


def test_a_carriage_return_neither_hides_a_formula_nor_ends_a_row() -> None:
    assert written("\r=1", "a\rb\r\nc") == ["'\n=1", "a\nb\nc"]


@pytest.mark.parametrize("text", ["Quillmere", "a=b", "1-2", "O'Neil", "", "*"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert written(text, "x") == [text, "x"]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_no_text_ever_begins_as_a_formula_does(text: str) -> None:
    (cell, _) = written(text, "x")
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    assert cell in (plain, "'" + plain)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (-0.5, "-0.5"),
        (-7, "-7"),
        (-12.0, "-12"),
        (np.float64(-2.25), "-2.25"),
        (np.int64(-3), "-3"),
    ],
)
def test_negative_numbers_stay_numbers(value: Any, cell: str) -> None:
    assert written(value) == [cell]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (1 / 3, "0.3333333333"),
        (1234567.89123, "1234567.891"),
        (2.0, "2"),
        (12345678901234.0, "12345678901234"),
        (9.02e-24, "9.02e-24"),
        (0.1 + 0.2, "0.3"),
        (-0.0, "0"),
    ],
)
def test_numbers_keep_ten_digits_and_no_noise(value: float, cell: str) -> None:
    assert written(value) == [cell]


@given(st.floats(-1e300, 1e300, allow_subnormal=False))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_a_number_comes_back_to_ten_digits(value: float) -> None:
    (cell,) = written(value)
    assert math.isclose(float(cell), value, rel_tol=5e-10, abs_tol=0)


def test_nothing_and_not_known_are_empty_cells() -> None:
    assert written(None, math.nan, "x") == ["", "", "x"]


def test_a_number_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="not finite"):
        csv_text(table(math.inf))


def test_days_are_written_in_iso_form() -> None:
    assert written(date(2019, 4, 1)) == ["2019-04-01"]


@pytest.mark.parametrize("yes", [True, np.bool_(True)])
def test_yes_and_no_are_words(yes: Any) -> None:
    assert written(yes, not yes) == ["yes", "no"]


def test_commas_quotes_and_line_ends_come_back() -> None:
    assert written('a "b", c\nd', "x") == ['a "b", c\nd', "x"]


def test_a_row_of_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="does not have 1 cells"):
        PublishedTable("some", "", (PublishedColumn("a", ""),), [(1, 2)], ORIGIN)


def test_metadata_lists_every_column_with_its_unit() -> None:
    some = PublishedTable(
        "some",
        "Some figures",
        (
            PublishedColumn("when", "first day", "date"),
            PublishedColumn("deaths", "deaths observed", "number", "deaths"),
        ),
        [(date(2019, 4, 1), 3)],
        ORIGIN,
        ("a note",),
    )
    told = json.loads(metadata_text(some, made_up=True, licence="none"))
    assert told["tableSchema"]["columns"] == [
        {"name": "when", "datatype": "date", "dc:description": "first day"},
        {
            "name": "deaths",
            "datatype": "number",
            "dc:description": "deaths observed",
            "unit": "deaths",
        },
    ]
    assert (told["rows"], told["made_up"], told["notes"]) == (1, True, ["a note"])


def test_every_csv_of_a_book_has_its_columns_described(made_up: MadeUp) -> None:
    files = sorted(made_up.book.rglob("*.csv"))
    assert len(files) > 12
    for path in files:
        name = path.relative_to(made_up.book).with_suffix("").as_posix()
        told = json.loads(path.with_name(path.name + "-metadata.json").read_bytes())
        columns = told["tableSchema"]["columns"]
        assert [c["name"] for c in columns] == headings_of(made_up.book, name)
        assert all(c["dc:description"] for c in columns), name
        assert told["url"] == path.name
        assert told["made_up"] is True
        assert "Made-up" in told["dc:license"]


def test_every_number_column_of_a_book_holds_numbers(made_up: MadeUp) -> None:
    for path in sorted(made_up.book.rglob("*.csv")):
        told = json.loads(path.with_name(path.name + "-metadata.json").read_bytes())
        kinds = [c["datatype"] for c in told["tableSchema"]["columns"]]
        with path.open(encoding="utf-8", newline="") as file:
            for row in list(csv.reader(file))[1:]:
                for kind, cell in zip(kinds, row, strict=True):
                    if kind == "number" and cell not in ("", "*"):
                        float(cell)
                    if kind == "date" and cell:
                        date.fromisoformat(cell)
