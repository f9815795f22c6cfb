"""Do the tables made in memory say what the readers of the files say?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from candela.nation import Nation
from candela.nation.tables import measures_table, outcomes_table, successions_table
from candela.participation import Figures, figures_of
from candela.sources import Folder, read_folder
from candela.tables import (
    ORGANISATION_MEASURES,
    PUBLISHED_OUTCOMES,
    SUCCESSIONS,
    Period,
    Policy,
    Succession,
    Table,
)

YEARS = [Period.financial_year(year) for year in range(2015, 2023)]


@pytest.fixture(scope="module")
def read_back(nation_folder: Path) -> Folder:
    return read_folder(nation_folder)


def figures(table: Table, measure: str) -> Figures:
    return figures_of(
        table, measure, policy=Policy("as_reported"), succession=Succession()
    )


def test_deaths_are_those_of_the_files(nation: Nation, read_back: Folder) -> None:
    key = ("org_code", "period_start", "period_end")
    made, read = outcomes_table(nation), read_back.table(PUBLISHED_OUTCOMES)
    in_files = dict(zip(read.keys(*key), read.rows(), strict=True))
    assert set(made.keys(*key)) == set(in_files)
    for place, row in zip(made.keys(*key), made.rows(), strict=True):
        filed = in_files[place]
        # Printed in fives a count is out by 2.5 at most, an expectation printed to
        # four decimals by 0.00005; the ratio is printed to four decimals.
        slack = 2.5 if filed["rounding_base"] == 5 else 0.0
        assert abs(row["observed"] - filed["observed"]) <= slack
        assert abs(row["spells"] - filed["spells"]) <= slack
        assert abs(row["expected"] - filed["expected"]) <= slack + 0.000051
        assert row["ratio"] == pytest.approx(filed["ratio"], abs=0.00011)


@pytest.mark.parametrize(
    "measure",
    ["participants_interventional", "participants_commercial", "studies_recruiting"],
)
def test_activity_is_that_of_the_file(
    nation: Nation, read_back: Folder, measure: str
) -> None:
    key = ("org_code", "period_start", "period_end", "value")
    made = measures_table(nation, measures={measure})
    read = read_back.table(ORGANISATION_MEASURES)
    read = read.where(read["measure"] == measure)
    assert set(made.keys(*key)) == set(read.keys(*key))
    assert len(made) == len(read) > 1000


@pytest.mark.parametrize(
    "measure", ["beds_general_acute", "staff_clinical_fte", "staff_doctors_fte"]
)
def test_sizes_of_a_year_are_those_of_the_files(
    nation: Nation, read_back: Folder, measure: str
) -> None:
    made = figures(measures_table(nation, measures={measure}), measure)
    read = figures(read_back.table(ORGANISATION_MEASURES), measure)
    assert made.organisations == read.organisations
    compared = 0
    for code in made.organisations:
        for year in YEARS:
            mine, filed = made.over(code, year), read.over(code, year)
            assert (mine is None) == (filed is None)
            if mine is not None and filed is not None:
                # Quarters of 90 to 92 days are weighted by days here and alike by the
                # reader of the workforce: 1% apart in weight, at most half a trust
                # apart in size in a year of merger.
                assert filed.value == pytest.approx(mine.value, rel=0.005)
                compared += 1
    assert compared > 1000


def test_successions_are_those_of_the_file(nation: Nation, read_back: Folder) -> None:
    key = ("predecessor_code", "successor_code", "effective_date")
    made, read = successions_table(nation), read_back.table(SUCCESSIONS)
    assert set(made.keys(*key)) == set(read.keys(*key))
    assert np.isnan(made["share"]).all()
