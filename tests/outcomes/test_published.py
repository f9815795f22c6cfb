"""Are published deaths handed over as published, and never computed in silence?"""

from __future__ import annotations

from datetime import date

import pytest

from candela.errors import InputError, TooFewData
from candela.outcomes import (
    SHMI_CAUTION,
    Outcomes,
    published_outcomes,
    recomputed_ratio,
)
from candela.tables import (
    ORGANISATION_MEASURES,
    Period,
    Policy,
    Succession,
    Table,
)
from definitions.ascii_table import mergers, published_deaths

AS_REPORTED = Policy("as_reported")
ROUNDED = """
    | org | period  | spells | observed | expected | ratio  | rounded_to |
    | ZA1 | 2021/22 | 41000  | 1025     | 1000     | 1.0239 | 5          |
    | ZA2 | 2021/22 | 60000  | 1495     | 2000     | 0.7481 | 5          |
"""
EXACT = """
    | org | period  | spells | observed | expected | ratio  |
    | ZA1 | 2011/12 | 41000  | 1025     | 1000.5   | 1.0245 |
    | ZA2 | 2011/12 | 60000  | 1495     | 2000.0   | 0.7475 |
    | ZA3 | 2011/12 | 30000  | 505      | 500.0    | 1.0100 |
"""
MERGER = """
    | from | to  | on         |
    | ZA1  | ZA9 | 2015-10-01 |
    | ZA2  | ZA9 | 2015-10-01 |
"""


def of(
    text: str,
    *,
    policy: Policy = AS_REPORTED,
    succession: Succession = Succession(),  # noqa: B008  frozen
) -> Outcomes:
    return published_outcomes(
        published_deaths(text), indicator="SHMI", policy=policy, succession=succession
    )


def test_the_ratio_is_the_published_one_not_the_quotient() -> None:
    first, second = of(ROUNDED).rows
    # 1025/1000 = 1.025 and 1495/2000 = 0.7475: neither is what was published.
    assert (first.ratio, second.ratio) == (1.0239, 0.7481)
    assert [row.ratio for row in of(EXACT).rows] == [1.0245, 0.7475, 1.0100]


def test_rounded_deaths_have_no_ratio_unless_a_reason_is_given() -> None:
    with pytest.raises(InputError, match=r"rounded to the nearest 5.*give the reason"):
        recomputed_ratio(1025, 1000, rounding_base=5)
    reason = "no published ratio of the two together"
    found = recomputed_ratio(1025, 1000, rounding_base=5, accept_rounding=reason)
    assert found == 1.025
    assert recomputed_ratio(1025, 1000, rounding_base=1) == 1.025


@pytest.mark.parametrize("expected", [0.0, -1.0, float("nan")])
def test_a_ratio_to_nothing_is_refused(expected: float) -> None:
    with pytest.raises(InputError, match="above 0"):
        recomputed_ratio(10, expected, rounding_base=1)


def test_rounded_periods_are_named_in_a_caution() -> None:
    both = of(ROUNDED + "| ZA1 | 2022/23 | 41000 | 903 | 900 | 1.0033 | 1 |")
    assert both.cautions[0] == SHMI_CAUTION
    assert "2021/22 are published to the nearest 5" in both.cautions[1]
    assert "2022/23" not in both.cautions[1]
    assert of(EXACT).cautions == (SHMI_CAUTION,)


def test_other_indicators_do_not_speak_of_shmi() -> None:
    text = """
        | org | period  | observed | expected | indicator |
        | ZA1 | 2021/22 | 10       | 9        | HSMR      |
        | ZA1 | 2022/23 | 10       | 8        | SHMI      |
    """
    found = published_outcomes(
        published_deaths(text),
        indicator="HSMR",
        policy=AS_REPORTED,
        succession=Succession(),
    )
    assert [row.expected for row in found.rows] == [9]
    assert found.cautions == ()


def test_each_figure_keeps_the_row_it_came_from() -> None:
    assert [row.rows for row in of(EXACT).rows] == [
        (("shmi.csv", 2),),
        (("shmi.csv", 3),),
        (("shmi.csv", 4),),
    ]


def test_a_merged_ratio_is_the_quotient_of_the_sums() -> None:
    policy = Policy("successor_at", date(2016, 4, 1))
    kept, merged = of(EXACT, policy=policy, succession=mergers(MERGER)).rows
    assert (kept.org_code, merged.org_code) == ("ZA3", "ZA9")
    assert (merged.observed, merged.expected) == (1025 + 1495, 1000.5 + 2000.0)
    assert merged.spells == 41000 + 60000
    assert merged.ratio == pytest.approx(2520 / 3000.5, rel=1e-12)
    assert merged.rows == (("shmi.csv", 2), ("shmi.csv", 3))
    assert kept.ratio == 1.0100


def test_a_merged_trust_with_a_hidden_part_is_not_known() -> None:
    policy = Policy("successor_at", date(2016, 4, 1))
    hidden = EXACT.replace("1495     | 2000.0   | 0.7475", "*        | *        | ")
    found = of(hidden, policy=policy, succession=mergers(MERGER))
    # ZA1's 1,025 deaths are not those of ZA9, which is ZA1 and ZA2 together.
    assert [row.org_code for row in found.rows] == ["ZA3"]
    assert found.left_out == (("suppressed", 1),)


def test_rounding_stays_with_a_merger_and_is_said() -> None:
    policy = Policy("successor_at", date(2022, 4, 1))
    late = MERGER.replace("2015-10-01", "2022-04-01")
    found = of(ROUNDED, policy=policy, succession=mergers(late))
    (merged,) = found.rows
    assert merged.rounding_base == 5
    assert merged.ratio == pytest.approx((1025 + 1495) / 3000)
    assert "nearest 5" in found.cautions[1]


def test_a_trust_renamed_keeps_its_published_ratio() -> None:
    policy = Policy("successor_at", date(2016, 4, 1))
    renamed = mergers("| from | to  | on         |\n| ZA1  | ZB1 | 2014-04-01 |")
    rows = of(EXACT, policy=policy, succession=renamed).rows
    assert [(row.org_code, row.ratio) for row in rows] == [
        ("ZA2", 0.7475),
        ("ZA3", 1.0100),
        ("ZB1", 1.0245),
    ]


def test_a_known_share_of_a_trust_goes_to_each_successor() -> None:
    text = "| org | period | observed | expected |\n| ZA1 | 2011/12 | 100 | 80 |"
    split = mergers("""
        | from | to  | on         | share |
        | ZA1  | ZB1 | 2014-04-01 | 0.25  |
        | ZA1  | ZB2 | 2014-04-01 | 0.75  |
    """)
    policy = Policy("successor_at", date(2016, 4, 1))
    rows = of(text, policy=policy, succession=split).rows
    assert [(r.org_code, r.observed, r.expected) for r in rows] == [
        ("ZB1", 25.0, 20.0),
        ("ZB2", 75.0, 60.0),
    ]


def test_a_split_without_shares_is_left_out_and_named() -> None:
    split = mergers("""
        | from | to  | on         |
        | ZA1  | ZB1 | 2014-04-01 |
        | ZA1  | ZB2 | 2014-04-01 |
    """)
    policy = Policy("successor_at", date(2016, 4, 1))
    found = of(EXACT, policy=policy, succession=split)
    assert [row.org_code for row in found.rows] == ["ZA2", "ZA3"]
    assert [r.org_code for r in found.carried.refused] == ["ZA1"]


def test_the_year_of_a_merger_is_dropped_and_no_other() -> None:
    text = """
        | org | period  | observed | expected |
        | ZA1 | 2014/15 | 100      | 100      |
        | ZA9 | 2015/16 | 200      | 210      |
        | ZA9 | 2016/17 | 205      | 215      |
    """
    found = of(text, policy=Policy("drop_year_of_merger"), succession=mergers(MERGER))
    assert [(r.org_code, str(r.period)) for r in found.rows] == [
        ("ZA1", "2014/15"),
        ("ZA9", "2016/17"),
    ]
    assert found.carried.dropped == (("ZA9", Period.financial_year(2015)),)


def test_as_reported_leaves_every_code_alone() -> None:
    found = of(EXACT, succession=mergers(MERGER))
    assert [row.org_code for row in found.rows] == ["ZA1", "ZA2", "ZA3"]


def test_hidden_rows_are_left_out_and_counted() -> None:
    text = EXACT + "| ZA4 | 2011/12 | 20 | * | * | |\n| ZA5 | 2011/12 | 20 | * | 9 | |"
    found = of(text)
    assert [row.org_code for row in found.rows] == ["ZA1", "ZA2", "ZA3"]
    assert found.left_out == (("suppressed", 2),)


def test_an_organisation_with_no_deaths_expected_is_left_out_and_counted() -> None:
    # To the nearest 5, two expected deaths are none.
    text = ROUNDED + "| ZA3 | 2021/22 | 40 | 5 | 0 | 2.5 | 5 |"
    found = of(text)
    assert [row.org_code for row in found.rows] == ["ZA1", "ZA2"]
    assert found.left_out == (("no expected deaths", 1),)


def test_nothing_left_out_is_counted_as_nothing() -> None:
    assert of(EXACT).left_out == ()


def test_an_indicator_nobody_published_is_too_little() -> None:
    with pytest.raises(TooFewData, match="no figures of HSMR"):
        published_outcomes(
            published_deaths(EXACT),
            indicator="HSMR",
            policy=AS_REPORTED,
            succession=Succession(),
        )


def test_a_table_of_another_kind_is_refused() -> None:
    with pytest.raises(InputError, match="organisation_measures is not a table of"):
        published_outcomes(
            Table.empty(ORGANISATION_MEASURES),
            indicator="SHMI",
            policy=AS_REPORTED,
            succession=Succession(),
        )


def test_independent_periods_share_no_deaths() -> None:
    text = """
        | org | period               | observed | expected |
        | ZA1 | 2011/12              | 100      | 100      |
        | ZA1 | Jul 2011 to Jun 2012 | 101      | 100      |
        | ZA1 | Jan 2012 to Dec 2012 | 102      | 100      |
        | ZA1 | 2012/13              | 103      | 100      |
    """
    found = of(text)
    assert len(found.periods) == 4
    assert [str(period) for period in found.independent] == ["2011/12", "2012/13"]
    assert [row.observed for row in found.of(*found.independent)] == [100, 103]
