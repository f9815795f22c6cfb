"""Does the dose come before the deaths, and from the years it says?"""

from __future__ import annotations

from typing import Any

import pytest

from candela.errors import InputError, TooFewData
from candela.participation import (
    Dose,
    DoseDesign,
    Figures,
    doses,
    exposure_periods,
    figures_of,
)
from candela.tables import Period, Policy, Succession
from definitions.ascii_table import published_measures

FINANCIAL = [Period.financial_year(year) for year in range(2012, 2019)]
CALENDAR = [Period.calendar_year(year) for year in range(2012, 2019)]
DEATHS = Period.financial_year(2016)
REASON = "a check in the wrong direction"
ACTIVITY = """
    | org | period  | participants_recruited | beds_general_acute |
    | ZA1 | 2013/14 | 100                    | 500                |
    | ZA1 | 2014/15 | 300                    | 500                |
    | ZA1 | 2015/16 | 200                    | 1000               |
    | ZA2 | 2014/15 | 80                     | 400                |
    | ZA2 | 2015/16 | 90                     |                    |
    | ZA3 | 2015/16 | 90                     | 0                  |
    | ZA4 | 2015/16 | 90                     |                    |
"""


def figures(text: str, measure: str) -> Figures:
    return figures_of(
        published_measures(text),
        measure,
        policy=Policy("as_reported"),
        succession=Succession(),
    )


def found(text: str, *organisations: str, **settings: Any) -> tuple[Dose, ...]:
    design = DoseDesign("participants_recruited", "beds_general_acute", **settings)
    return doses(
        figures(text, "participants_recruited"),
        figures(text, "beds_general_acute"),
        design=design,
        organisations=organisations,
        outcome_periods=[DEATHS],
    )


def window(
    years: list[Period], outcome: Period, lag_years: int, window_years: int = 1
) -> list[str]:
    chosen = exposure_periods(
        years, outcome, lag_years=lag_years, window_years=window_years
    )
    return [str(period) for period in chosen]


@pytest.mark.parametrize(
    ("lag_years", "financial", "calendar"),
    [
        (1, "2015/16", "2015"),
        (2, "2014/15", "2014"),
        (3, "2013/14", "2013"),
        # April to December 2016 are nine of the twelve months of 2016/17.
        (0, "2016/17", "2016"),
        # The first calendar year after 31 March 2017 is 2018.
        (-1, "2017/18", "2018"),
    ],
)
def test_each_lag_takes_its_year(lag_years: int, financial: str, calendar: str) -> None:
    assert window(FINANCIAL, DEATHS, lag_years) == [financial]
    assert window(CALENDAR, DEATHS, lag_years) == [calendar]


@pytest.mark.parametrize("years", [FINANCIAL, CALENDAR])
@pytest.mark.parametrize("lag_years", [1, 2, 3])
@pytest.mark.parametrize("start", range(1, 13))
def test_a_dose_with_a_lag_has_ended_before_the_deaths_begin(
    years: list[Period], lag_years: int, start: int
) -> None:
    outcome = Period.months((2016, start), (2016 + (start > 1), (start - 2) % 12 + 1))
    assert 365 <= outcome.days <= 366
    chosen = exposure_periods(years, outcome, lag_years=lag_years, window_years=1)
    assert len(chosen) == 1
    gap = (outcome.start - chosen[0].end).days
    # It ended 0 to 1 year before for a lag of 1, 1 to 2 years before for 2, ...
    assert 365 * (lag_years - 1) < gap <= 366 * lag_years


def test_a_window_of_three_years_ends_at_the_lag() -> None:
    assert window(FINANCIAL, DEATHS, 1, 3) == ["2013/14", "2014/15", "2015/16"]
    assert window(FINANCIAL, DEATHS, 2, 3) == ["2012/13", "2013/14", "2014/15"]


def test_a_window_that_reaches_before_the_first_year_is_nothing() -> None:
    assert window(FINANCIAL, DEATHS, 3, 3) == []
    assert window(FINANCIAL, DEATHS, 5, 1) == []
    assert window(FINANCIAL, Period.financial_year(2018), -1) == []


def test_a_window_over_a_year_nobody_published_is_nothing() -> None:
    gap = [year for year in FINANCIAL if str(year) != "2014/15"]
    assert window(gap, DEATHS, 1, 1) == ["2015/16"]
    assert window(gap, DEATHS, 1, 3) == []


def test_years_that_stop_early_are_not_the_year_before() -> None:
    # 2015/16 was not published: 2014/15 is two years before, not one.
    early = [year for year in FINANCIAL if str(year) < "2015"]
    assert str(early[-1]) == "2014/15"
    assert window(early, DEATHS, 1) == []


def test_a_lag_over_a_year_nobody_published_is_nothing() -> None:
    gap = [year for year in FINANCIAL if str(year) != "2014/15"]
    # The second last published year is 2013/14, but that is three years before.
    assert window(gap, DEATHS, 2) == []
    late = [year for year in FINANCIAL if str(year) != "2017/18"]
    assert window(late, DEATHS, -1) == []


def test_the_same_year_is_not_a_year_that_shares_a_few_months() -> None:
    # Without 2016 the calendar year that shares most days is 2017, with three months.
    gap = [year for year in CALENDAR if str(year) != "2016"]
    assert window(gap, DEATHS, 0) == []


def test_a_year_that_ends_on_a_leap_day_is_followed() -> None:
    leap = Period.months((2015, 3), (2016, 2))
    assert window([leap], Period.months((2016, 3), (2017, 2)), 1) == [
        "Mar 2015 to Feb 2016"
    ]
    assert window([leap], Period.months((2017, 3), (2018, 2)), 1) == []


def test_the_dose_is_activity_per_hundred_beds() -> None:
    (dose,) = found(ACTIVITY, "ZA1")
    # 200 recruits and 1,000 beds in 2015/16: 20 per 100 beds.
    assert dose.value == pytest.approx(20)
    assert dose.activity == 200
    assert (dose.exposure_start, dose.exposure_end) == (FINANCIAL[3], FINANCIAL[3])
    assert dose.outcome_period == DEATHS
    assert dose.rows == (("activity.csv", 4),)


def test_a_window_is_its_mean_year_by_its_mean_size() -> None:
    (dose,) = found(ACTIVITY, "ZA1", window_years=3)
    # 600 recruits over 3 years, 2,000/3 beds: 200 / 666.7 x 100 = 30
    assert dose.value == pytest.approx(30)
    assert dose.activity == 600
    assert (str(dose.exposure_start), str(dose.exposure_end)) == ("2013/14", "2015/16")


def test_a_size_a_year_away_will_do() -> None:
    (dose,) = found(ACTIVITY, "ZA2")
    assert dose.value == pytest.approx(100 * 90 / 400)
    assert dose.rows == (("activity.csv", 6), ("activity.csv", 5))


def test_no_beds_and_unknown_beds_give_no_dose() -> None:
    assert found(ACTIVITY, "ZA3", "ZA4", "ZA9") == ()


def test_a_window_with_a_year_missing_gives_no_dose() -> None:
    assert found(ACTIVITY, "ZA2", window_years=3) == ()


def test_outcomes_that_no_year_precedes_are_told_apart_from_no_dose() -> None:
    text = """
        | org | period  | participants_recruited | beds_general_acute |
        | ZA1 | 2017/18 | 100                    | 500                |
    """
    with pytest.raises(
        TooFewData, match="participants recruited, all studies precedes"
    ):
        found(text, "ZA1")


@pytest.mark.parametrize("lag_years", [0, -1, -2])
def test_a_dose_that_does_not_come_first_needs_a_reason(lag_years: int) -> None:
    with pytest.raises(InputError, match="begin before its exposure has ended"):
        DoseDesign("spells", "beds_general_acute", lag_years=lag_years)
    design = DoseDesign(
        "spells", "beds_general_acute", lag_years=lag_years, reason=REASON
    )
    assert design.reason == REASON


def test_a_window_of_no_years_is_refused() -> None:
    with pytest.raises(InputError, match="at least one year"):
        DoseDesign("spells", "beds_general_acute", window_years=0)


def test_an_unknown_size_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"`wards` is not one of.*beds_general_acute"):
        DoseDesign("spells", "wards")
