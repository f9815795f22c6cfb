"""Is a figure put together from what was published, and never from silence?"""

from __future__ import annotations

from datetime import date

import pytest

from candela.errors import InputError
from candela.participation import Figures, figures_of
from candela.tables import PUBLISHED_OUTCOMES, Period, Policy, Succession, Table
from definitions.ascii_table import mergers, published_measures

YEAR = Period.financial_year(2019)
QUARTERS = """
    | org | period               | participants_recruited | beds_general_acute |
    | ZA1 | Apr 2019 to Jun 2019 | 10                     | 100                |
    | ZA1 | Jul 2019 to Sep 2019 | 20                     | 200                |
    | ZA1 | Oct 2019 to Dec 2019 | 30                     | 300                |
    | ZA1 | Jan 2020 to Mar 2020 | 40                     | 400                |
"""


def of(
    text: str,
    measure: str,
    *,
    policy: Policy = Policy("as_reported"),  # noqa: B008  frozen
    succession: Succession = Succession(),  # noqa: B008  frozen
) -> Figures:
    return figures_of(
        published_measures(text), measure, policy=policy, succession=succession
    )


def test_a_flow_adds_up_over_quarters() -> None:
    found = of(QUARTERS, "participants_recruited").over("ZA1", YEAR)
    assert found is not None
    assert found.value == 10 + 20 + 30 + 40
    assert found.period == YEAR
    assert found.rows == tuple(("activity.csv", row) for row in (2, 3, 4, 5))


def test_a_stock_is_averaged_by_days() -> None:
    found = of(QUARTERS, "beds_general_acute").over("ZA1", YEAR)
    # Days of the quarters: 91, 92, 92 and, in the leap year 2020, 91.
    assert found is not None
    assert found.value == pytest.approx(
        (91 * 100 + 92 * 200 + 92 * 300 + 91 * 400) / 366, rel=1e-12
    )


def test_a_flow_of_three_quarters_is_not_a_year() -> None:
    text = QUARTERS.replace("| ZA1 | Jan 2020", "| ZA2 | Jan 2020")
    assert of(text, "participants_recruited").over("ZA1", YEAR) is None


def test_a_stock_of_three_quarters_still_speaks_for_the_year() -> None:
    text = QUARTERS.replace("| 400 ", "|     ")
    found = of(text, "beds_general_acute").over("ZA1", YEAR)
    assert found is not None
    assert found.value == pytest.approx((91 * 100 + 92 * 200 + 92 * 300) / 275)


def test_a_published_year_is_taken_before_its_quarters() -> None:
    text = QUARTERS + "| ZA1 | 2019/20 | 107 | |"
    found = of(text, "participants_recruited").over("ZA1", YEAR)
    assert found is not None
    assert (found.value, found.rows) == (107, (("activity.csv", 6),))


def test_parts_that_overlap_are_not_added() -> None:
    text = QUARTERS + "| ZA1 | Apr 2019 to Sep 2019 | 30 | |"
    assert of(text, "participants_recruited").over("ZA1", YEAR) is None


@pytest.mark.parametrize("measure", ["participants_recruited", "beds_general_acute"])
@pytest.mark.parametrize("others", ["", "| ZA2 | Oct 2019 to Dec 2019 | 5 | 5 |"])
def test_a_hidden_part_hides_the_whole(measure: str, others: str) -> None:
    # Whether anybody else has a figure for those months changes nothing.
    text = QUARTERS.replace("| 30  ", "| *   ").replace("| 300 ", "| *   ") + others
    figures = of(text, measure)
    assert figures.over("ZA1", YEAR) is None
    assert len(figures.hidden) == 1


def test_a_merger_of_a_hidden_figure_is_hidden() -> None:
    text = """
        | org | period  | participants_recruited |
        | ZA1 | 2019/20 | 100                    |
        | ZA2 | 2019/20 | *                      |
    """
    found = of(
        text,
        "participants_recruited",
        policy=Policy("successor_at", date(2021, 4, 1)),
        succession=mergers("""
            | from | to  | on         |
            | ZA1  | ZA9 | 2020-04-01 |
            | ZA2  | ZA9 | 2020-04-01 |
        """),
    )
    assert found.over("ZA9", YEAR) is None
    assert found.hidden == {("ZA9", YEAR)}


@pytest.mark.parametrize("measure", ["participants_recruited", "beds_general_acute"])
def test_over_a_merger_flows_and_stocks_both_add_up(measure: str) -> None:
    text = """
        | org | period  | participants_recruited | beds_general_acute |
        | ZA1 | 2019/20 | 100                    | 100                |
        | ZA2 | 2019/20 | 50                     | 50                 |
    """
    found = of(
        text,
        measure,
        policy=Policy("successor_at", date(2021, 4, 1)),
        succession=mergers("""
            | from | to  | on         |
            | ZA1  | ZA9 | 2020-04-01 |
            | ZA2  | ZA9 | 2020-04-01 |
        """),
    )
    (figure,) = found.by_org["ZA9"].values()
    assert figure.value == 150
    assert figure.rows == (("activity.csv", 2), ("activity.csv", 3))
    assert found.organisations == ("ZA9",)


def test_a_known_share_of_a_figure_goes_to_each_successor() -> None:
    found = of(
        "| org | period | spells |\n| ZA1 | 2019/20 | 1000 |",
        "spells",
        policy=Policy("successor_at", date(2021, 4, 1)),
        succession=mergers("""
            | from | to  | on         | share |
            | ZA1  | ZB1 | 2020-04-01 | 0.3   |
            | ZA1  | ZB2 | 2020-04-01 | 0.7   |
        """),
    )
    values = {code: figures[YEAR].value for code, figures in found.by_org.items()}
    assert values == pytest.approx({"ZB1": 300, "ZB2": 700})


REGISTER = """
    | org | period    | sponsored_trials | participants_recruited |
    | ZA1 | year 2018 | 3                | 3                      |
    | ZA1 | year 2019 | 4                | 4                      |
    | ZA2 | year 2019 | 2                | 2                      |
"""


def test_silence_of_a_register_means_none_where_it_covers_the_year() -> None:
    trials = of(REGISTER, "sponsored_trials")
    found = trials.over("ZA2", Period.calendar_year(2018))
    assert found is not None
    assert (found.value, found.rows) == (0.0, ())
    nobody = trials.over("ZA7", Period.calendar_year(2019))
    assert nobody is not None
    assert nobody.value == 0.0


def test_silence_of_a_register_means_nothing_outside_the_years_it_covers() -> None:
    trials = of(REGISTER, "sponsored_trials")
    assert trials.over("ZA2", Period.calendar_year(2017)) is None
    # Half in 2019, half in 2020, which the register does not reach.
    assert trials.over("ZA2", Period.months((2019, 7), (2020, 6))) is None


def test_months_that_overlap_do_not_cover_a_year() -> None:
    text = """
        | org | period               | sponsored_trials |
        | ZA1 | Jan 2019 to Jun 2019 | 1                |
        | ZA1 | Feb 2019 to Jul 2019 | 1                |
    """
    # 181 and 181 days, but 212 different ones.
    assert of(text, "sponsored_trials").over("ZA2", Period.calendar_year(2019)) is None
    half = Period.months((2019, 1), (2019, 7))
    assert of(text, "sponsored_trials").over("ZA2", half) is not None


def test_silence_of_a_return_says_nothing() -> None:
    recruits = of(REGISTER, "participants_recruited")
    assert recruits.over("ZA2", Period.calendar_year(2018)) is None


def test_the_nearest_size_stands_in_within_its_bound() -> None:
    text = """
        | org | period  | beds_general_acute |
        | ZA1 | 2015/16 | 500                |
        | ZA1 | 2018/19 | 700                |
    """
    beds = of(text, "beds_general_acute")

    def near(year: int, within_days: int) -> float | None:
        found = beds.near("ZA1", Period.financial_year(year), within_days=within_days)
        return None if found is None else found.value

    assert near(2018, 0) == 700
    assert near(2019, 550) == 700
    assert near(2016, 550) == 500
    # Midpoints of 2020/21 and 2018/19 are two years, 731 days, apart.
    assert near(2020, 550) is None
    assert near(2020, 730) is None
    assert near(2020, 731) == 700
    assert beds.near("ZA2", YEAR, within_days=10_000) is None


def test_a_quarter_of_a_flow_never_stands_in_for_a_year() -> None:
    text = """
        | org | period               | spells |
        | ZA1 | Apr 2018 to Jun 2018 | 250    |
        | ZA1 | 2017/18              | 900    |
    """
    spells = of(text, "spells")
    found = spells.near("ZA1", Period.financial_year(2018), within_days=550)
    assert found is not None
    assert found.value == 900


def test_years_are_the_periods_of_about_a_year() -> None:
    figures = of(QUARTERS + "| ZA1 | 2018/19 | 90 | |", "participants_recruited")
    assert len(figures.periods) == 5
    assert figures.years == (Period.financial_year(2018),)


def test_a_measure_outside_the_vocabulary_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"`recruits` is not one of.*sponsored_trials"):
        of(QUARTERS, "recruits")


def test_a_table_of_another_kind_is_refused() -> None:
    with pytest.raises(InputError, match="published_outcomes is not a table of"):
        figures_of(
            Table.empty(PUBLISHED_OUTCOMES),
            "spells",
            policy=Policy("as_reported"),
            succession=Succession(),
        )


def test_a_year_of_merger_left_out_is_not_a_year_of_none() -> None:
    text = """
        | org | period    | sponsored_trials |
        | ZA9 | year 2014 | 3                |
        | ZA9 | year 2015 | 4                |
        | ZA8 | year 2015 | 1                |
    """
    merger = mergers("""
        | from | to  | on         |
        | ZA1  | ZA9 | 2015-10-01 |
    """)
    found = of(
        text,
        "sponsored_trials",
        policy=Policy("drop_year_of_merger"),
        succession=merger,
    )
    assert found.over("ZA9", Period.calendar_year(2015)) is None
    before = found.over("ZA9", Period.calendar_year(2014))
    assert before is not None
    assert before.value == 3
    # A trust that the register does not list sponsored none in a year it covers.
    other = found.over("ZA7", Period.calendar_year(2015))
    assert other is not None
    assert other.value == 0


def test_another_value_stands_in_where_there_is_a_figure_and_nowhere_else() -> None:
    plain = of(
        """
        | org | period  | participants_recruited |
        | ZA1 | 2018/19 | 3                      |
        | ZA1 | 2019/20 | 300                    |
        """,
        "participants_recruited",
    )
    year, other = Period.financial_year(2018), Period.financial_year(2019)
    made = plain.standing_in({("ZA1", year): 4.0, ("ZA9", year): 4.0})
    found = made.over("ZA1", year)
    assert found is not None
    assert (found.value, found.rows) == (4.0, (("activity.csv", 2),))
    assert made.over("ZA1", other) == plain.over("ZA1", other)
    assert made.over("ZA9", year) is None
    assert made.years == plain.years
    before = plain.over("ZA1", year)
    assert before is not None
    assert before.value == 3


def test_a_figure_that_is_not_known_is_neither_none_nor_a_sum_of_quarters() -> None:
    plain = of(
        """
        | org | period               | participants_recruited |
        | ZA1 | 2018/19              | 30                     |
        | ZA1 | Apr 2018 to Jun 2018 | 3                      |
        | ZA1 | Jul 2018 to Mar 2019 | 27                     |
        | ZA2 | 2018/19              | 40                     |
        """,
        "participants_recruited",
    )
    year = Period.financial_year(2018)
    made = plain.without([("ZA1", year)])
    assert made.over("ZA1", year) is None
    assert made.hidden == {("ZA1", year)}
    assert made.over("ZA2", year) == plain.over("ZA2", year)
    before = plain.over("ZA1", year)
    assert before is not None
    assert before.value == 30
