"""Who differs from expected, by which rule, and is that what was published?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from candela.errors import TooFewData
from candela.indicators import DEFAULT_METHOD, Funnel, funnel_of, outcome_funnels
from candela.outcomes import Outcomes, PublishedOutcome, published_outcomes
from candela.sources import read_folder
from candela.stats.funnel import FUNNEL_METHODS, FunnelMethod
from candela.tables import PUBLISHED_OUTCOMES, Period, Policy, Succession, Table

YEAR = Period.financial_year(2018)
# Eleven publications of October 2011 to April 2014, all trusts of each.
PUBLISHED = 1576
PERIODS = 11


def trust(
    number: int, observed: float, expected: float, *, ratio: float = 0.0, base: int = 1
) -> PublishedOutcome:
    return PublishedOutcome(
        f"ZA{number:02d}",
        YEAR,
        observed,
        expected,
        ratio or observed / expected,
        expected * 30,
        base,
        (("made.csv", number + 2),),
    )


def twelve(*, base: int = 1) -> list[PublishedOutcome]:
    """Return twelve trusts of 400 expected deaths, one of which observed 600."""
    return [
        trust(n, 600 if n == 7 else 380 + 5 * (n % 9), 400, base=base)
        for n in range(12)
    ]


def funnel(rows: list[PublishedOutcome], method: FunnelMethod) -> Funnel:
    return funnel_of(rows, indicator="SHMI", period=YEAR, method=method)


@pytest.fixture(scope="module")
def published(real_data: Path) -> Table:
    """The outcomes of every real SHMI file of 2011 to 2014."""
    found = read_folder(real_data / "shmi").table(PUBLISHED_OUTCOMES)
    early = found["period_end"] < np.datetime64("2013-10-01")
    return found.where(early)


@pytest.fixture(scope="module")
def real_outcomes(published: Table) -> Outcomes:
    return published_outcomes(
        published,
        indicator="SHMI",
        policy=Policy("as_reported"),
        succession=Succession(),
    )


def against_published(
    published: Table, outcomes: Outcomes, method: FunnelMethod, names: tuple[str, ...]
) -> tuple[dict[str, float], int, int]:
    """Return how far limits are from the published ones, rows and bands compared."""
    by_key = {
        (row["org_code"], row["period_start"], row["period_end"]): row
        for row in published.rows()
    }
    furthest = dict.fromkeys(names, 0.0)
    same_band = compared = 0
    for made in outcome_funnels(outcomes, methods=(method,)):
        for row in made.rows:
            official = by_key.pop((row.org_code, made.period.start, made.period.end))
            compared += 1
            same_band += row.band == official["banding"]
            ours = {
                "od95_lower": row.lower95,
                "od95_upper": row.upper95,
                "po998_lower": row.lower998,
                "po998_upper": row.upper998,
            }
            for name in names:
                away = abs(ours[name] - official[name])
                assert away == away, f"{row.org_code}: no published {name}"
                furthest[name] = max(furthest[name], away)
    assert not by_key, "published rows that no funnel has"
    return furthest, compared, same_band


def test_the_official_limits_and_bands_are_those_published(
    published: Table, real_outcomes: Outcomes
) -> None:
    names = ("od95_lower", "od95_upper", "po998_lower", "po998_upper")
    furthest, compared, same_band = against_published(
        published, real_outcomes, "shmi", names
    )
    assert compared == PUBLISHED
    assert len(real_outcomes.periods) == PERIODS
    assert same_band == PUBLISHED
    assert max(furthest.values()) < 0.0002
    # In truth no limit is further than half of the last printed digit: the largest
    # differences are 0.0000500 (five digits of it).
    assert max(furthest.values()) < 0.5e-4


def test_the_published_outer_limits_are_exact_poisson(
    published: Table, real_outcomes: Outcomes
) -> None:
    names = ("po998_lower", "po998_upper")
    furthest, compared, _ = against_published(
        published, real_outcomes, "poisson", names
    )
    assert compared == PUBLISHED
    assert max(furthest.values()) < 0.5e-4


def test_far_more_fall_outside_the_official_limits_than_one_in_twenty(
    real_outcomes: Outcomes,
) -> None:
    made = outcome_funnels(real_outcomes, methods=("shmi",))
    # 284 of 1,576 were published as higher or lower: 18%, where 79 would be 5%.
    assert sum(f.outside95 for f in made) == 284
    assert sum(f.expected_outside95 for f in made) == pytest.approx(0.05 * 1576)


def test_numbers_expected_outside_are_shares_of_the_organisations() -> None:
    made = funnel(twelve(), DEFAULT_METHOD)
    assert made.expected_outside95 == pytest.approx(12 * 0.05)
    assert made.expected_outside998 == pytest.approx(12 * 0.002)


def test_the_organisation_that_differs_is_placed_higher() -> None:
    made = funnel(twelve(), DEFAULT_METHOD)
    assert {
        row.org_code: row.band for row in made.rows if row.band != "as_expected"
    } == {"ZA07": "higher"}
    assert made.rows[7].outer == "higher"
    assert (made.outside95, made.outside998) == (1, 1)
    assert made.rows[7].ratio == 1.5


def test_an_organisation_with_few_deaths_is_placed_lower() -> None:
    rows = [*twelve()[:7], *twelve()[8:], trust(20, 200, 400)]
    assert [row.band for row in funnel(rows, "poisson").rows][-1] == "lower"


def test_an_organisation_between_the_limits_is_outside_the_inner_only() -> None:
    rows = [trust(n, 400, 400) for n in range(11)]
    # Chance alone at 400: 95% limits 0.904 and 1.103, 99.8% limits 0.852 and 1.165.
    found = funnel([*rows, trust(20, 452, 400)], "poisson").rows[-1]
    assert found.upper95 < 452 / 400 < found.upper998
    assert (found.band, found.outer) == ("higher", "as_expected")


def test_rounded_deaths_are_placed_by_their_published_ratio() -> None:
    rows = [trust(n, 400, 400, base=5) for n in range(11)]
    upper = funnel(rows, "poisson").rows[0].upper95
    beyond = trust(20, 440, 400, ratio=upper + 0.001, base=5)
    assert upper > 440 / 400
    assert funnel([*rows, beyond], "poisson").rows[-1].band == "higher"


def test_exact_deaths_are_placed_by_their_own_quotient() -> None:
    rows = [trust(n, 400, 400) for n in range(11)]
    upper = funnel(rows, "poisson").rows[0].upper95
    # As printed to two digits the ratio would be inside.
    inside = trust(20, 442, 400, ratio=1.10)
    assert 442 / 400 > upper > 1.10
    found = funnel([*rows, inside], "poisson").rows[-1]
    assert (found.band, found.ratio) == ("higher", 1.10)


@pytest.mark.parametrize("method", FUNNEL_METHODS)
def test_fewer_than_ten_organisations_are_refused(method: FunnelMethod) -> None:
    with pytest.raises(TooFewData, match="9 organisations"):
        funnel(twelve()[:9], method)


def test_only_organisations_of_the_period_are_in_the_funnel() -> None:
    other = Period.financial_year(2019)
    made = funnel_of(twelve(), indicator="SHMI", period=YEAR)
    assert (len(made.rows), made.period) == (12, YEAR)
    with pytest.raises(TooFewData, match="0 organisations"):
        funnel_of(twelve(), indicator="SHMI", period=other)


def outcomes_of(rows: list[PublishedOutcome]) -> Outcomes:
    policy = Policy("as_reported")
    carried = Succession().carry(Table.empty(PUBLISHED_OUTCOMES), policy)
    return Outcomes("SHMI", policy, tuple(rows), carried, (), ())


def test_every_period_has_a_funnel_by_every_method() -> None:
    made = outcome_funnels(outcomes_of(twelve()))
    assert [f.method for f in made] == list(FUNNEL_METHODS)


def test_periods_too_small_are_left_out_and_others_are_not() -> None:
    later = Period.financial_year(2019)
    few = [
        PublishedOutcome(f"ZB{n}", later, 90, 100, 0.9, 3000, 1, ()) for n in range(9)
    ]
    made = outcome_funnels(outcomes_of([*twelve(), *few]), methods=("dl", "cqc"))
    assert [(f.period, f.method) for f in made] == [(YEAR, "dl"), (YEAR, "cqc")]


def test_a_year_in_which_one_had_no_deaths_keeps_the_methods_that_can() -> None:
    rows = [*twelve(), trust(20, 0, 3)]
    made = outcome_funnels(outcomes_of(rows))
    assert [f.method for f in made] == ["poisson", "cqc"]


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("poisson", "a third to two thirds of them fall outside the 95% limits"),
        ("shmi", "about 1 in 5 of them fall outside its 95% limits"),
        ("cqc", "about 1 in 8 of them fall outside the 95% limits"),
    ],
)
def test_a_method_that_flags_too_many_says_so(method: FunnelMethod, words: str) -> None:
    (caution,) = funnel(twelve(), method).cautions
    assert words in caution


@pytest.mark.parametrize("method", ["trim-consistent", "dl", "pm", "reml"])
def test_a_method_that_keeps_its_promise_needs_no_caution(method: FunnelMethod) -> None:
    assert funnel(twelve(), method).cautions == ()


def test_limits_from_rounded_deaths_say_so() -> None:
    assert funnel(twelve(base=5), "dl").cautions == (
        "Computed from deaths published to the nearest 5.",
    )
