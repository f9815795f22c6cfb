"""Do the readers of real files read the made-up ones?"""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import numpy as np
import pytest

from candela.nation import Nation
from candela.sources import Folder, read_folder
from candela.tables import ORGANISATIONS, PUBLISHED_OUTCOMES, SUCCESSIONS, Period


@pytest.fixture(scope="module")
def read_back(nation_folder: Path) -> Folder:
    return read_folder(nation_folder)


def test_no_file_has_a_problem(read_back: Folder) -> None:
    assert [str(problem) for problem in read_back.problems] == []


@pytest.mark.parametrize(
    ("pattern", "layout", "files"),
    [
        ("shmi-*.csv", "shmi_2011", 3),
        ("SHMI data, *.zip", "shmi_2018", 5),
        ("etr.csv", "ods_trusts", 1),
        ("succ.csv", "ods_successions", 1),
        ("KH03 beds open overnight, *.csv", "kh03_csv", 8),
        ("NHS Workforce*.csv", "workforce", 1),
        ("research-activity.csv", "activity", 1),
    ],
)
def test_each_file_is_recognised_for_what_it_imitates(
    read_back: Folder, pattern: str, layout: str, files: int
) -> None:
    found = [r for r in read_back.files if fnmatch(r.name, pattern)]
    assert len(found) == files
    assert {x.layout for report in found for x in report.readings} == {layout}


def test_each_financial_year_has_its_deaths_once(read_back: Folder) -> None:
    outcomes = [
        reading.periods
        for report in read_back.files
        for reading in report.readings
        if reading.table.spec == PUBLISHED_OUTCOMES
    ]
    assert sorted(outcomes) == [
        (Period.financial_year(year),) for year in range(2015, 2023)
    ]


def test_successions_come_back_without_a_share(
    nation: Nation, read_back: Folder
) -> None:
    rows = read_back.table(SUCCESSIONS)
    assert set(rows.keys("predecessor_code", "successor_code", "effective_date")) == {
        (t.predecessor, t.successor, t.day) for t in nation.structure.takeovers
    }
    assert np.isnan(rows["share"]).all()


def test_the_register_comes_back_with_its_days(
    nation: Nation, read_back: Folder
) -> None:
    rows = read_back.table(ORGANISATIONS)
    assert set(rows.keys("org_code", "org_name", "open_date", "close_date")) == {
        (t.code, t.name, t.opened, t.closed) for t in nation.structure.trusts
    }


def test_observed_and_expected_come_back_as_they_were_made(
    nation: Nation, read_back: Folder
) -> None:
    place = {code: n for n, code in enumerate(nation.structure.codes)}
    rows = read_back.table(PUBLISHED_OUTCOMES)
    assert len(rows) == (~np.isnan(nation.deaths.observed)).sum()
    for code, start, observed, expected, base in rows.keys(
        "org_code", "period_start", "observed", "expected", "rounding_base"
    ):
        at = place[code], start.year - 2015
        # A count printed in fives is out by 2.5 at most, a printed expectation of
        # four decimals by 0.00005.
        slack = 2.5 if base == 5 else 0.0
        assert abs(observed - nation.deaths.observed[at]) <= slack
        assert abs(expected - nation.deaths.expected[at]) <= slack + 0.000051
    assert np.isfinite(rows["od95_lower"]).all()
