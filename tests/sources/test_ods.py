"""Are the lists of organisations and successions known by content, and read whole?"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from candela.errors import InputError
from candela.sources import Reading, recognised
from candela.sources.files import open_contents
from candela.sources.ods import SUCCESSION_LAYOUT, TRUST_LAYOUT
from candela.tables import Succession

HEADINGS = (
    "organisation_code,name,national_grouping,high_level_health_geography,address_1,"
    "address_2,address_3,address_4,address_5,postcode,open_date,close_date"
) + "," * 12


def trust(
    code: str,
    name: str = "AVONLEA NHS TRUST",
    *,
    grouping: str = "Y58",
    opened: str = "20120401",
    closed: str = "",
    width: int = 24,
) -> list[str]:
    """Return a row of ``etr.csv``: what it says, then nulls, an indicator, a region."""
    cells = [
        code,
        name,
        grouping,
        "QZZ",
        "1 HIGH STREET",
        "",
        "",
        "AVON",
        "",
        "AV1 1AV",
    ]
    cells += [opened, closed, *[""] * 9, "0", "", "K"]
    return cells + [""] * (width - 24)


def write(path: Path, rows: Sequence[Sequence[str]], *, head: str = "") -> Path:
    with path.open("w", newline="") as out:
        out.write(head + "\n" if head else "")
        csv.writer(out, lineterminator="\n").writerows(rows)
    return path


def reading(path: Path) -> Reading:
    contents = open_contents(path, path.name)
    layout = recognised(contents)
    assert layout in (TRUST_LAYOUT, SUCCESSION_LAYOUT)
    assert layout is not None
    return layout.read(contents, layout)


def told(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        reading(path)
    return str(caught.value)


@pytest.mark.parametrize("width", [24, 27])
def test_the_list_of_trusts_needs_no_headings(tmp_path: Path, width: int) -> None:
    path = write(
        tmp_path / "etr.csv",
        [
            trust("ZA1", width=width),
            trust("ZA2", "BRAMBLE", closed="20200331", width=width),
        ],
    )
    first, second = reading(path).table.rows()
    assert (first["org_code"], first["org_name"]) == ("ZA1", "AVONLEA NHS TRUST")
    assert (first["region_code"], first["postcode"]) == ("Y58", "AV1 1AV")
    assert (first["open_date"], first["close_date"]) == (date(2012, 4, 1), None)
    assert (first["source_row"], second["source_row"]) == (1, 2)
    assert second["close_date"] == date(2020, 3, 31)


def test_a_first_row_that_names_some_columns_is_no_trust(tmp_path: Path) -> None:
    table = reading(write(tmp_path / "a.csv", [trust("ZA1")], head=HEADINGS)).table
    assert list(table["org_code"]) == ["ZA1"]
    assert list(table["source_row"]) == [2]


def test_a_welsh_trust_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path / "etr.csv", [trust("ZA1"), trust("ZW1", grouping="W00")])
    assert list(reading(path).table["region_code"]) == ["Y58", "W00"]


def test_a_list_of_trusts_cut_off_in_a_row_is_refused_there(tmp_path: Path) -> None:
    path = write(tmp_path / "etr.csv", [trust("ZA1"), trust("ZA2"), trust("ZA3")[:3]])
    assert "etr.csv, row 3: the row has 3 cells" in told(path)


def test_a_day_that_is_none_is_told_with_its_place(tmp_path: Path) -> None:
    path = write(
        tmp_path / "etr.csv", [trust("ZA1"), trust("ZA2"), trust("ZA3", opened="soon")]
    )
    assert "etr.csv, row 3, column `open_date`: `soon` is not a date" in told(path)


def test_a_trust_that_closed_before_it_opened_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "etr.csv", [trust("ZA1", closed="20110101")])
    assert "row 1, column `close_date`: it closed (2011-01-01) before" in told(path)


def test_a_trust_listed_twice_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "etr.csv", [trust("ZA1"), trust("ZA1")])
    assert "row 2: a second organisation for ZA1" in told(path)


@pytest.mark.parametrize("last", [[], [""]])
def test_successions_need_no_headings(tmp_path: Path, last: list[str]) -> None:
    path = write(
        tmp_path / "succ.csv",
        [
            ["ZA1", "ZA2", "R", "20200401", *last],
            ["ZA101", "ZA201", "R", "20200401", *last],
            ["Z12345", "Z54321", "R", "19930401", *last],
        ],
    )
    table = reading(path).table
    assert list(table["predecessor_code"]) == ["ZA1", "ZA101", "Z12345"]
    assert list(table["successor_code"]) == ["ZA2", "ZA201", "Z54321"]
    assert table["effective_date"].tolist() == [
        date(2020, 4, 1),
        date(2020, 4, 1),
        date(1993, 4, 1),
    ]
    assert np.isnan(table["share"]).all()


def test_successions_with_headings_may_give_shares(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv",
        [["ZA1", "ZA2", "2020-04-01", "0.25"], ["ZA1", "ZA3", "2020-04-01", "0.75"]],
        head="old_code,new_code,date,share",
    )
    table = reading(path).table
    assert table["share"].tolist() == [0.25, 0.75]
    assert list(table["source_row"]) == [2, 3]


def test_a_share_above_one_is_refused(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv",
        [["ZA1", "ZA2", "2020-04-01", "25"]],
        head="old_code,new_code,date,share",
    )
    assert "a.csv, row 2, column `share`: 25 is above 1" in told(path)


def test_an_organisation_that_succeeds_itself_is_left_out_with_a_note(
    tmp_path: Path,
) -> None:
    path = write(
        tmp_path / "succ.csv",
        [["ZA1", "ZA2", "R", "20200401", ""], ["ZA3", "ZA3", "R", "20200401", ""]],
    )
    found = reading(path)
    assert list(found.table["predecessor_code"]) == ["ZA1"]
    assert [(n.row, n.what) for n in found.notes] == [
        (2, "left out 1 row in which an organisation succeeds itself")
    ]


def test_a_repeated_row_is_left_out_with_a_note(tmp_path: Path) -> None:
    path = write(tmp_path / "succ.csv", [["ZA1", "ZA2", "R", "20200401", ""]] * 2)
    found = reading(path)
    assert len(found.table) == 1
    assert "1 row in which the row repeats one above" in found.notes[0].what


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["Z-1", "ZA2", "R", "20200401", ""], "column `old_code`: `Z-1` is not"),
        (["ZA1", "", "R", "20200401", ""], "column `new_code`: `` is not"),
        (["ZA1", "ZA2", "R", "20201341", ""], "column `date`: `20201341` is not"),
        (["ZA1", "ZA2", "R"], "the row has 3 cells"),
    ],
)
def test_a_wrong_succession_is_told_with_its_row(
    tmp_path: Path, row: list[str], expected: str
) -> None:
    good = [["ZA1", "ZA2", "R", "20200401", ""], ["ZA4", "ZA5", "R", "20200401", ""]]
    assert f"succ.csv, row 3{',' if 'column' in expected else ':'} {expected}" in told(
        write(tmp_path / "succ.csv", [*good, row])
    )


@pytest.mark.parametrize(
    "line",
    [
        "ZA1,ZA2,R,2020",  # no day
        "ZA1,ZA2,12,20200401",  # no reason
        "ZA1,2004,4",
        "ZA1,AVONLEA,Y58,North,open",
        "code,name,grouping,geography",
        ",".join(trust("ZA101")),  # a site
        ",".join(trust("ZA1", opened="2012-04-01")),
        ",".join(trust("ZA1")[:23]),
    ],
)
def test_a_file_that_is_nearly_such_a_list_is_not_taken_for_one(
    tmp_path: Path, line: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{line}\n{line}\n")
    assert recognised(open_contents(path, "a.csv")) is None


def test_only_the_real_lists_are_known_as_such(real_data: Path) -> None:
    known = {TRUST_LAYOUT.name: set(), SUCCESSION_LAYOUT.name: set()}
    for path in sorted(p for p in real_data.rglob("*") if p.is_file()):
        contents = open_contents(path, path.name)
        for layout in (TRUST_LAYOUT, SUCCESSION_LAYOUT):
            if layout.recognises(contents):
                known[layout.name].add(path.name)
    assert known == {
        "ods_trusts": {
            "etr_2016.csv",
            "etr_2021.csv",
            "etr_2021b_raw_noheader.csv",
            "etr_2022_raw_noheader.csv",
        },
        "ods_successions": {
            "ods_succession_all_orgs.csv.gz",
            "ods_succession_trusts.csv",
        },
    }


@pytest.mark.parametrize(
    ("name", "trusts"),
    [
        ("etr_2016.csv", 239),
        ("etr_2021.csv", 228),
        ("etr_2021b_raw_noheader.csv", 227),
        ("etr_2022_raw_noheader.csv", 218),
    ],
)
def test_every_real_trust_is_read(real_data: Path, name: str, trusts: int) -> None:
    assert len(reading(real_data / "ods" / name).table) == trusts


def test_every_real_succession_is_read_but_those_of_itself(real_data: Path) -> None:
    path = real_data / "ods" / "ods_succession_all_orgs.csv.gz"
    with gzip.open(path, "rt") as text:
        rows = list(csv.DictReader(text))
    others = [row for row in rows if row["old_code"] != row["new_code"]]
    assert (len(rows), len(others)) == (25_480, 25_441)
    table = reading(path).table
    assert list(table["predecessor_code"]) == [row["old_code"] for row in others]
    assert Succession.from_table(table).latest == date(2022, 4, 1)
