"""Do the readers of real files read the made-up ones?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from candela.nation import Nation
from candela.sources import LAYOUTS, Folder, read_folder
from candela.tables import PUBLISHED_OUTCOMES, Period

# What must be read once its reader is there; the other two are for people.
FOR_PEOPLE = {"README.txt", "truth.json"}


@pytest.fixture(scope="module")
def read_back(nation_folder: Path) -> Folder:
    return read_folder(nation_folder)


def test_no_file_has_a_problem(read_back: Folder) -> None:
    assert [str(problem) for problem in read_back.problems] == []


def test_older_shmi_files_are_read_with_their_financial_years(
    read_back: Folder,
) -> None:
    assert "shmi_2011" in {layout.name for layout in LAYOUTS}
    periods = {
        report.name: report.periods
        for report in read_back.files
        if report.name.startswith("shmi-")
    }
    assert periods == {
        f"shmi-{year + 1}-october.csv": (Period.financial_year(year),)
        for year in (2015, 2016, 2017)
    }


def test_observed_and_expected_come_back_as_they_were_made(
    nation: Nation, read_back: Folder
) -> None:
    place = {code: n for n, code in enumerate(nation.structure.codes)}
    rows = read_back.table(PUBLISHED_OUTCOMES)
    assert len(rows) >= 3 * 140
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
