"""Is activity divided by size, and are only years that have passed counted?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.participation import (
    Figures,
    Rate,
    figures_of,
    rates,
    sustained_years,
    thirds_by_year,
)
from candela.tables import Period, Policy, Succession
from definitions.ascii_table import published_measures

ACTIVITY = """
    | org | period  | participants_recruited | staff_clinical_fte | spells |
    | ZA1 | 2018/19 | 300                    | 2000               | 60000  |
    | ZA1 | 2019/20 | 330                    | 2200               |        |
    | ZA2 | 2019/20 | 50                     |                    | 0      |
"""
Grid = dict[str, list[float | None]]


def figures(text: str, measure: str) -> Figures:
    return figures_of(
        published_measures(text),
        measure,
        policy=Policy("as_reported"),
        succession=Succession(),
    )


def found(*organisations: str) -> dict[tuple[str, str, str], Rate]:
    made = rates(
        figures(ACTIVITY, "participants_recruited"),
        [figures(ACTIVITY, name) for name in ("staff_clinical_fte", "spells")],
        organisations=organisations or None,
    )
    return {(rate.org_code, str(rate.period), rate.denominator): rate for rate in made}


def test_a_rate_is_activity_per_so_many_units_of_size() -> None:
    by_staff = found()["ZA1", "2018/19", "staff_clinical_fte"]
    assert by_staff.value == pytest.approx(300 / 2000 * 100)
    assert by_staff.unit == "count per 100 doctors and nurses"
    assert by_staff.activity == 300
    by_spells = found()["ZA1", "2018/19", "spells"]
    assert by_spells.value == pytest.approx(300 / 60000 * 10_000)


def test_the_figure_itself_is_given_too() -> None:
    itself = found()["ZA2", "2019/20", "none"]
    assert (itself.value, itself.unit, itself.activity) == (50, "count", 50)
    assert itself.rows == (("activity.csv", 4),)


def test_a_size_of_the_year_before_stands_in_and_is_named() -> None:
    by_spells = found()["ZA1", "2019/20", "spells"]
    assert by_spells.value == pytest.approx(330 / 60000 * 10_000)
    assert by_spells.rows == (("activity.csv", 3), ("activity.csv", 2))


def test_there_is_no_rate_without_a_size() -> None:
    of_second = {key for key in found() if key[0] == "ZA2"}
    assert of_second == {("ZA2", "2019/20", "none")}


def test_only_the_organisations_asked_for_are_given() -> None:
    assert {key[0] for key in found("ZA2", "ZA7")} == {"ZA2"}


def test_asking_for_no_organisation_gives_none() -> None:
    assert rates(figures(ACTIVITY, "spells"), [], organisations=[]) == ()


def test_a_size_that_is_no_denominator_is_passed_over() -> None:
    doctors = "| org | period | staff_doctors_fte |\n| ZA1 | 2018/19 | 700 |"
    made = rates(
        figures(ACTIVITY, "participants_recruited"),
        [figures(doctors, "staff_doctors_fte")],
    )
    assert {rate.denominator for rate in made} == {"none"}


def rates_of(grid: Grid, first_year: int = 2010) -> list[Rate]:
    return [
        Rate(
            code,
            Period.financial_year(first_year + n),
            "participants_recruited",
            "staff_clinical_fte",
            value,
            "count",
            value,
            ((code, n + 1),),
        )
        for code, values in grid.items()
        for n, value in enumerate(values)
        if value is not None
    ]


def years_running(grid: Grid) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {code: [] for code in grid}
    for rate in sustained_years(rates_of(grid)):
        found[rate.org_code].append(rate.value)
    return found


def test_years_at_or_above_the_middle_are_counted_until_one_is_not() -> None:
    grid: Grid = {
        "ZA1": [9, 9, 1, 9],
        "ZA2": [5, 5, 5, 5],  # the middle one of each year
        "ZA3": [1, 1, 9, 1],
    }
    assert years_running(grid) == {
        "ZA1": [1, 2, 0, 1],
        "ZA2": [1, 2, 3, 4],
        "ZA3": [0, 0, 1, 0],
    }


def test_a_year_without_a_figure_ends_the_count() -> None:
    grid: Grid = {"ZA1": [9, None, 9], "ZA2": [5, 5, 5], "ZA3": [1, 1, 1]}
    assert years_running(grid)["ZA1"] == [1, 1]


def test_a_year_that_nobody_published_ends_the_count() -> None:
    grid: Grid = {"ZA1": [9, 9, None, 9], "ZA2": [5, 5, None, 5]}
    assert years_running(grid)["ZA1"] == [1, 2, 1]


def test_no_research_is_never_counted_even_if_the_middle_one_did_none() -> None:
    grid: Grid = {"ZA1": [0, 0], "ZA2": [0, 0], "ZA3": [0, 3]}
    assert years_running(grid) == {"ZA1": [0, 0], "ZA2": [0, 0], "ZA3": [0, 1]}


def test_the_count_names_its_rows_from_the_year_that_began_it_anew() -> None:
    grid: Grid = {"ZA1": [9, 1, 9, 9], "ZA2": [5, 5, 5, 5]}
    made = [r for r in sustained_years(rates_of(grid)) if r.org_code == "ZA1"]
    assert made[-1].value == 2
    # The second year, below the middle, is why the count is 2 and not 4.
    assert made[-1].rows == (("ZA1", 2), ("ZA1", 3), ("ZA1", 4))
    assert made[-1].measure == "sustained_years_participants_recruited"
    assert made[-1].unit == "years"


def test_thirds_are_cut_in_each_year_by_itself() -> None:
    grid: Grid = {"ZA1": [1, 30], "ZA2": [2, 20], "ZA3": [3, 10]}
    made = thirds_by_year(rates_of(grid))
    by_org: dict[str, list[float]] = {}
    for rate in made:
        by_org.setdefault(rate.org_code, []).append(rate.value)
    assert by_org == {"ZA1": [1, 3], "ZA2": [2, 2], "ZA3": [3, 1]}
    assert {rate.measure for rate in made} == {"third_participants_recruited"}


def test_a_year_without_three_different_rates_has_no_thirds() -> None:
    grid: Grid = {"ZA1": [0, 1], "ZA2": [0, 2], "ZA3": [5, 3]}
    periods = {rate.period for rate in thirds_by_year(rates_of(grid))}
    assert periods == {Period.financial_year(2011)}


amounts = st.one_of(st.none(), st.integers(0, 6).map(float))


@given(
    st.lists(st.lists(amounts, min_size=5, max_size=5), min_size=1, max_size=6),
    st.integers(1, 4),
)
@settings(derandomize=True, max_examples=60, deadline=None)
def test_years_still_to_come_never_change_a_count(
    values: list[list[float | None]], known: int
) -> None:
    grid = {f"ZA{n}": row for n, row in enumerate(values)}
    early = {code: row[:known] for code, row in grid.items()}
    then = sustained_years(rates_of(early))
    later = sustained_years(rates_of(grid))
    last = Period.financial_year(2010 + known - 1)
    assert then == tuple(rate for rate in later if rate.period <= last)
