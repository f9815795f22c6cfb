"""Does a table refuse what its spec refuses, and a join of two grains?"""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from candela.errors import InputError
from candela.tables import Column, SourceFile, Table, TableSpec

SPEC = TableSpec(
    "beds",
    "beds of one trust on one day",
    ("code", "day"),
    (
        Column("code", "text", "trust"),
        Column("day", "date", "day"),
        Column("beds", "count", "beds", nullable=True, minimum=0),
        Column("share", "number", "share in use", nullable=True),
        Column("kind", "text", "kind", nullable=True, allowed=("acute", "other")),
    ),
)
STAFF = TableSpec(
    "staff",
    "staff of one trust on one day",
    ("code", "day"),
    (
        Column("code", "text", "trust"),
        Column("day", "date", "day"),
        Column("fte", "number", "whole-time equivalents"),
    ),
)
DAY = date(2015, 4, 1)
FILE_A, FILE_B = (SourceFile(f"{n}.csv", n * 64, 10) for n in "ab")


def row(code: str = "ZA1", **cells: object) -> dict[str, object]:
    return {"code": code, "day": DAY, "beds": 10, "share": 0.5, "kind": "acute"} | cells


def beds(*rows: dict[str, object], file: SourceFile = FILE_A) -> Table:
    return Table.from_rows(SPEC, rows, (file,))


def test_rows_go_in_and_come_out_as_python_values() -> None:
    (found,) = beds(row()).rows()
    assert found == row()
    assert isinstance(found["day"], date)


def test_what_a_row_lacks_is_missing_and_not_zero() -> None:
    (found,) = Table.from_rows(SPEC, [{"code": "ZA1", "day": DAY}]).rows()
    assert found["kind"] == ""
    assert math.isnan(found["beds"])


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"code": ""}, "column `code`: row 2 is blank"),
        ({"day": None}, "column `day`: row 2 is blank"),
        ({"beds": -1}, "column `beds`: row 2 is -1, below 0"),
        ({"beds": 1.5}, "column `beds`: row 2 is not a whole number"),
        ({"kind": "odd"}, "column `kind`: `odd` is not one of"),
    ],
)
def test_a_value_that_the_spec_refuses_is_refused(
    cells: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=f"beds, {message}"):
        beds(row("ZA9"), row(**cells))


def test_two_rows_for_one_thing_are_refused() -> None:
    with pytest.raises(InputError, match=r"two rows for .* = ZA1, 2015-04-01"):
        beds(row(), row(beds=11))


def test_rows_repeat_where_the_grain_is_empty() -> None:
    spec = TableSpec("events", "an event", (), SPEC.columns)
    assert len(Table.from_rows(spec, [row(), row()])) == 2


def test_columns_other_than_the_spec_are_refused() -> None:
    table = beds(row())
    with pytest.raises(InputError, match=r"where .* belong"):
        Table(SPEC, {"code": table["code"]})


def test_columns_of_different_length_are_refused() -> None:
    columns = dict(beds(row()).columns)
    columns["beds"] = np.array([1.0, 2.0])
    with pytest.raises(InputError, match="columns differ in length"):
        Table(SPEC, columns)


def test_a_grain_that_names_no_column_is_a_mistake_in_the_spec() -> None:
    with pytest.raises(ValueError, match="names no column"):
        TableSpec("x", "x", ("nothing",), SPEC.columns)
    with pytest.raises(KeyError):
        SPEC.column("nothing")
    assert SPEC.column("beds").kind == "count"


def test_rows_are_chosen_by_mask_and_sorted_by_columns() -> None:
    table = beds(row("ZA2"), row("ZA1"), row("ZA3"))
    assert table.sorted_by("code")["code"].tolist() == ["ZA1", "ZA2", "ZA3"]
    assert table.where(table["code"] != "ZA1")["code"].tolist() == ["ZA2", "ZA3"]


def test_tables_of_one_spec_are_stacked_with_their_files() -> None:
    table = beds(row("ZA2"), file=FILE_B).stacked_on(beds(row("ZA1")))
    assert table["code"].tolist() == ["ZA1", "ZA2"]
    assert table.sources == (FILE_A, FILE_B)
    assert len(table.stacked_on(Table.empty(SPEC))) == 2


def test_tables_of_two_specs_are_not_stacked() -> None:
    with pytest.raises(InputError, match="cannot stack staff on beds"):
        Table.empty(STAFF).stacked_on(beds(row()))


def test_a_join_keeps_what_both_have_side_by_side() -> None:
    staff = Table.from_rows(
        STAFF,
        [
            {"code": "ZA2", "day": DAY, "fte": 50.0},
            {"code": "ZA1", "day": DAY, "fte": 40.0},
        ],
        (FILE_B,),
    )
    joined = beds(row("ZA1"), row("ZA9")).joined(staff, name="both")
    assert list(joined.keys("code", "beds", "fte")) == [("ZA1", 10, 40.0)]
    assert joined.spec.grain == ("code", "day")
    assert joined.sources == (FILE_A, FILE_B)


def test_a_join_of_two_grains_is_refused_with_both_named() -> None:
    by_trust = TableSpec("size", "one trust", ("code",), STAFF.columns[:1])
    other = Table.from_rows(by_trust, [{"code": "ZA1"}])
    with pytest.raises(
        InputError, match=r"beds \(one row per code and day\) with size \(one row per c"
    ):
        beds(row()).joined(other, name="both")


def test_a_join_of_tables_that_share_a_column_is_refused() -> None:
    with pytest.raises(InputError, match="both tables have"):
        beds(row()).joined(beds(row()), name="both")
