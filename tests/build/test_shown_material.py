"""Do analyses meet a stand-in for each hidden count, and none that gives one away?"""

from __future__ import annotations

from datetime import date

import pytest

from candela.association import Material
from candela.build.shown_material import ShownMaterial
from candela.participation import rates
from candela.publish.disclosure import hidden_counts, stand_ins
from candela.tables import MEASURES, Period, Policy, Succession, Table
from definitions.ascii_table import mergers, published_deaths, published_measures

RECRUITED = "participants_recruited"
INTERVENTIONAL = "participants_interventional"
OBSERVATIONAL = "participants_observational"
AS_REPORTED = Policy("as_reported")
FOLLOWED = Policy("successor_at", date(2020, 4, 1))
DROPPED = Policy("drop_year_of_merger")
YEAR = Period.financial_year(2018)
NO_DEATHS = published_deaths("| org | period | observed | expected |")
ONE_TAKEN_OVER = mergers(
    """
    | from | to  | on         |
    | ZA1  | ZA2 | 2020-04-01 |
    """
)


def true_material(measures: Table, succession: Succession) -> Material:
    return Material(NO_DEATHS, measures, succession)


def shown_of(material: Material, policy: Policy) -> ShownMaterial:
    """Return the material of a book by this policy."""
    found = [
        rate
        for name, measure in MEASURES.items()
        if measure.kind == "activity" and material.has(name)
        for rate in rates(material.figures_of(name, policy), ())
    ]
    return ShownMaterial.of(
        material, policy=policy, stand_ins=stand_ins(found, hidden_counts(found))
    )


def values(
    material: Material, measure: str, policy: Policy, year: Period = YEAR
) -> dict[str, float | None]:
    figures = material.figures_of(measure, policy)
    codes = [f"ZA{n}" for n in range(1, 6)]
    found = {code: figures.over(code, year) for code in codes}
    return {code: None if f is None else f.value for code, f in found.items()}


@pytest.fixture
def material() -> Material:
    """ZA1 is taken over by ZA2; with few people in 2018/19, with many in 2019/20."""
    return true_material(
        published_measures(
            f"""
            | org | period  | {INTERVENTIONAL} | studies_recruiting |
            | ZA1 | 2018/19 | 3                | 2                  |
            | ZA2 | 2018/19 | 97               | 5                  |
            | ZA3 | 2018/19 | 5                | 7                  |
            | ZA4 | 2018/19 | 50               | 9                  |
            | ZA1 | 2019/20 | 20               | 2                  |
            | ZA2 | 2019/20 | 80               | 5                  |
            | ZA3 | 2019/20 | 30               | 7                  |
            | ZA4 | 2019/20 | 60               | 9                  |
            """
        ),
        ONE_TAKEN_OVER,
    )


def test_four_stands_in_for_a_hidden_count_and_the_others_are_as_they_are(
    material: Material,
) -> None:
    shown = shown_of(material, FOLLOWED)
    assert values(shown, INTERVENTIONAL, FOLLOWED) == {
        "ZA1": None,
        "ZA2": 3 + 97,
        "ZA3": 4,
        "ZA4": 50,
        "ZA5": None,
    }
    assert values(material, INTERVENTIONAL, FOLLOWED)["ZA3"] == 5


def test_a_count_that_what_is_shown_would_give_away_is_not_known(
    material: Material,
) -> None:
    # The book shows 100 of the two together: 97 by itself would give the 3 away.
    shown = shown_of(material, FOLLOWED)
    assert values(shown, INTERVENTIONAL, AS_REPORTED) == {
        "ZA1": None,
        "ZA2": None,
        "ZA3": 4,
        "ZA4": 50,
        "ZA5": None,
    }
    hidden = shown.figures_of(INTERVENTIONAL, AS_REPORTED).hidden
    assert hidden == {("ZA1", YEAR), ("ZA2", YEAR)}


def test_a_year_in_which_nobody_is_hidden_is_as_it_is(material: Material) -> None:
    later = Period.financial_year(2019)
    shown = shown_of(material, FOLLOWED)
    assert values(shown, INTERVENTIONAL, AS_REPORTED, later) == {
        "ZA1": 20,
        "ZA2": 80,
        "ZA3": 30,
        "ZA4": 60,
        "ZA5": None,
    }


def test_the_sum_with_a_count_that_the_book_hides_is_not_known(
    material: Material,
) -> None:
    # As reported the book shows 97 and hides 3: their sum of 100 would give it away.
    shown = shown_of(material, AS_REPORTED)
    found = values(shown, INTERVENTIONAL, FOLLOWED)
    assert (found["ZA2"], found["ZA3"], found["ZA4"]) == (None, 4, 50)
    assert values(shown, INTERVENTIONAL, AS_REPORTED)["ZA1"] == 4


def test_leaving_out_years_of_merger_keeps_the_stand_ins(material: Material) -> None:
    shown = shown_of(material, AS_REPORTED)
    assert values(shown, INTERVENTIONAL, DROPPED) == values(
        shown, INTERVENTIONAL, AS_REPORTED
    )


def test_what_are_not_people_is_never_touched(material: Material) -> None:
    shown = shown_of(material, FOLLOWED)
    for policy in (FOLLOWED, AS_REPORTED, DROPPED):
        assert shown.figures_of("studies_recruiting", policy) is material.figures_of(
            "studies_recruiting", policy
        )


def test_where_nothing_is_hidden_nothing_is_touched() -> None:
    many = true_material(
        published_measures(
            f"""
            | org | period  | {INTERVENTIONAL} |
            | ZA1 | 2018/19 | 8                |
            | ZA2 | 2018/19 | 0                |
            """
        ),
        ONE_TAKEN_OVER,
    )
    shown = shown_of(many, FOLLOWED)
    for policy in (FOLLOWED, AS_REPORTED):
        assert shown.figures_of(INTERVENTIONAL, policy) is many.figures_of(
            INTERVENTIONAL, policy
        )


def test_the_other_part_of_a_total_is_not_known_either() -> None:
    # 103 less 100 observational is the 3; and 500 less 400 of ZA2 leads there as well.
    parts = true_material(
        published_measures(
            f"""
            | org | period  | {RECRUITED} | {INTERVENTIONAL} | {OBSERVATIONAL} |
            | ZA1 | 2018/19 | 103         | 3                | 100             |
            | ZA2 | 2018/19 | 500         | 100              | 400             |
            | ZA3 | 2018/19 | 60          | 55               | 5               |
            """
        ),
        ONE_TAKEN_OVER,
    )
    shown = shown_of(parts, FOLLOWED)
    for measure, third in ((INTERVENTIONAL, 60 - 4), (OBSERVATIONAL, 4)):
        found = values(shown, measure, AS_REPORTED)
        assert (found["ZA1"], found["ZA2"], found["ZA3"]) == (None, None, third)
    totals = values(shown, RECRUITED, AS_REPORTED)
    assert (totals["ZA1"], totals["ZA2"], totals["ZA3"]) == (103, 500, 60)


def test_a_trust_that_was_divided_does_not_give_its_small_half_away() -> None:
    # Half of 10 is 5, which is hidden; and 25 with the other half less 20 is that, too.
    divided = true_material(
        published_measures(
            f"""
            | org | period  | {INTERVENTIONAL} |
            | ZA1 | 2018/19 | 10               |
            | ZA3 | 2018/19 | 20               |
            | ZA4 | 2018/19 | 50               |
            """
        ),
        mergers(
            """
            | from | to  | on         | share |
            | ZA1  | ZA2 | 2020-04-01 | 0.5   |
            | ZA1  | ZA3 | 2020-04-01 | 0.5   |
            """
        ),
    )
    shown = shown_of(divided, FOLLOWED)
    found = values(shown, INTERVENTIONAL, FOLLOWED)
    assert (found["ZA2"], found["ZA3"], found["ZA4"]) == (4, 20 + 5, 50)
    found = values(shown, INTERVENTIONAL, AS_REPORTED)
    assert (found["ZA1"], found["ZA3"], found["ZA4"]) == (None, None, 50)


def test_a_third_policy_does_not_give_away_what_two_show() -> None:
    # The book shows 150 of the three together; the first step has 103 and 47, and only
    # who looks at all three apart sees a 3: 103 less the 100 of ZA1 as reported.
    steps = true_material(
        published_measures(
            f"""
            | org | period  | {INTERVENTIONAL} |
            | ZA1 | 2018/19 | 100              |
            | ZA2 | 2018/19 | 3                |
            | ZA3 | 2018/19 | 47               |
            | ZA4 | 2018/19 | 50               |
            """
        ),
        mergers(
            """
            | from | to  | on         |
            | ZA2  | ZA1 | 2019-04-01 |
            | ZA3  | ZA1 | 2020-04-01 |
            """
        ),
    )
    shown = shown_of(steps, FOLLOWED)
    first = Policy("successor_at", date(2019, 4, 1))
    assert values(shown, INTERVENTIONAL, FOLLOWED)["ZA1"] == 100 + 3 + 47
    found = values(shown, INTERVENTIONAL, first)
    assert (found["ZA1"], found["ZA3"], found["ZA4"]) == (None, None, 50)
