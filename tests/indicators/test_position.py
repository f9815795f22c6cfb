"""Where does an organisation stand, and what may be told of the others beside it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.indicators import (
    Funnel,
    Indicator,
    Position,
    Standing,
    activity_standings,
    outcome_funnels,
    outcome_standings,
)
from candela.outcomes import Outcomes, PublishedOutcome
from candela.participation import Figures, figures_of
from candela.stats.poisson_limits import poisson_interval
from candela.tables import Carried, Period, Policy, Succession
from definitions.ascii_table import published_measures

AS_REPORTED = Policy("as_reported")
NOBODY = Carried(AS_REPORTED, (), (), ())
YEAR, NEXT = Period.financial_year(2018), Period.financial_year(2019)
SHMI = Indicator("shmi", "outcome", "SHMI", "expected", 1)
BY_STAFF = Indicator(
    "participants_recruited_by_staff_clinical_fte",
    "activity",
    "participants_recruited",
    "staff_clinical_fte",
    100,
)


def code(n: int) -> str:
    return f"ZA{n:02d}"


def trust(
    n: int,
    observed: float,
    *,
    period: Period = YEAR,
    expected: float = 400,
    ratio: float | None = None,
    base: int = 1,
) -> PublishedOutcome:
    told = observed / expected if ratio is None else ratio
    rows = (("made.csv", n + 2),)
    return PublishedOutcome(code(n), period, observed, expected, told, 1e4, base, rows)


def outcomes(rows: Sequence[PublishedOutcome]) -> Outcomes:
    return Outcomes("SHMI", AS_REPORTED, tuple(rows), NOBODY, (), ())


def deaths(rows: Sequence[PublishedOutcome]) -> tuple[Standing, ...]:
    found = outcomes(rows)
    return outcome_standings(found, outcome_funnels(found), indicator=SHMI)


def by_code(standing: Standing) -> dict[str, Position]:
    return {position.org_code: position for position in standing.positions}


# Deaths.


def test_a_ratio_has_the_exact_interval_of_its_deaths() -> None:
    (standing,) = deaths([trust(n, 380 + 5 * n) for n in range(12)])
    position = by_code(standing)[code(4)]  # 400 observed, 400 expected
    # The exact 95% interval of a count of 400 is 361.76 to 441.17 (Garwood).
    assert (position.count, position.size, position.value) == (400, 400, 1.0)
    assert position.lower == pytest.approx(361.76 / 400, abs=1e-5)
    assert position.upper == pytest.approx(441.17 / 400, abs=1e-4)
    assert position.rows == (("made.csv", 6),)


def test_the_interval_of_rounded_deaths_is_drawn_to_the_published_ratio() -> None:
    rows = [trust(n, 400, ratio=1.01, base=5) for n in range(12)]
    (standing,) = deaths(rows)
    position = by_code(standing)[code(0)]
    low, high = (float(end) for end in poisson_interval(400.0))
    assert position.value == 1.01
    assert position.lower == pytest.approx(1.01 * low / 400)
    assert position.upper == pytest.approx(1.01 * high / 400)


def test_no_deaths_have_an_interval_that_begins_at_none() -> None:
    (standing,) = deaths([trust(n, 0 if n == 0 else 20, expected=20) for n in range(9)])
    position = by_code(standing)[code(0)]
    # Of no events the upper end is -ln(0.025) = 3.689.
    assert (position.value, position.lower) == (0.0, 0.0)
    assert position.upper == pytest.approx(3.689 / 20, abs=1e-4)


@pytest.mark.parametrize(
    ("observed", "verdict"),
    [
        (400, "as_expected"),
        (440, "as_expected"),
        (460, "possibly_higher"),
        (350, "possibly_lower"),
        (600, "higher"),
        (250, "lower"),
    ],
)
def test_the_verdict_follows_from_inner_and_outer_limits(
    observed: float, verdict: str
) -> None:
    # Nobody else differs, so that tau is 0: limits are exp(-+ 1.96 / 20) = 0.907 and
    # 1.103, and exp(-+ 3.09 / 20) = 0.857 and 1.167; of 400 deaths 363, 441, 343, 467.
    rows = [trust(n, observed if n == 0 else 400) for n in range(40)]
    (standing,) = deaths(rows)
    position = by_code(standing)[code(0)]
    assert position.limits is not None
    assert position.limits.expected == 1
    assert position.limits.upper95 == pytest.approx(exp(1.959964 / 20))
    assert position.limits.lower998 == pytest.approx(exp(-3.090232 / 20))
    assert position.verdict == verdict


def test_only_periods_that_share_no_deaths_have_positions() -> None:
    rolling = Period.months((2018, 10), (2019, 9))
    rows = [
        trust(n, 400, period=period)
        for period in (YEAR, rolling, NEXT)
        for n in range(12)
    ]
    assert [standing.period for standing in deaths(rows)] == [YEAR, NEXT]


def test_few_organisations_have_figures_and_no_limits() -> None:
    (standing,) = deaths([trust(n, 400) for n in range(9)])
    assert standing.why_no_limits == (
        "Limits need at least 10 organisations with a figure; there are 9."
    )
    assert {p.verdict for p in standing.positions} == {"no_limits"}
    assert standing.outside95 is None
    assert standing.expected_outside95 is None
    assert standing.quartiles is None


def test_where_one_had_no_deaths_the_reason_is_that() -> None:
    (standing,) = deaths([trust(n, 0 if n == 3 else 400) for n in range(12)])
    assert standing.why_no_limits.startswith("1 organisation had none, and ")


def test_a_figure_without_a_published_ratio_has_no_position() -> None:
    rows = [trust(n, 400, ratio=float("nan") if n == 2 else 1.0) for n in range(12)]
    found = outcomes(rows)
    no_funnels: tuple[Funnel, ...] = ()
    (standing,) = outcome_standings(found, no_funnels, indicator=SHMI)
    assert code(2) not in by_code(standing)
    assert len(standing.positions) == 11


# Research activity.


def figures(measure: str, values: Mapping[tuple[int, Period], float]) -> Figures:
    rows = "\n".join(
        f"| {code(n)} | {period} | {value} |" for (n, period), value in values.items()
    )
    return figures_of(
        published_measures(f"| org | period | {measure} |\n{rows}"),
        measure,
        policy=AS_REPORTED,
        succession=Succession(),
    )


def standings(
    counts: Mapping[tuple[int, Period], float],
    sizes: Mapping[tuple[int, Period], float],
    *,
    measure: str = "participants_recruited",
    found: Outcomes | None = None,
    stand_ins: Mapping[tuple[str, Period], float] | None = None,
) -> tuple[Standing, ...]:
    return activity_standings(
        figures(measure, counts),
        figures("staff_clinical_fte", sizes),
        indicator=Indicator("key", "activity", measure, "staff_clinical_fte", 100),
        outcomes=outcomes([]) if found is None else found,
        stand_ins=stand_ins or {},
    )


def year_of(counts: Sequence[float], size: float = 1000) -> Standing:
    """Return the standing of organisations of one size with these counts."""
    (standing,) = standings(
        {(n, YEAR): count for n, count in enumerate(counts)},
        {(n, YEAR): size for n in range(len(counts))},
    )
    return standing


def test_a_figure_is_the_count_by_size_with_the_interval_of_the_count() -> None:
    position = by_code(year_of([100] * 11))[code(0)]
    # 100 people for 1,000 doctors and nurses are 10 for 100; 100 has the exact interval
    # 81.36 to 121.63.
    assert (position.count, position.size, position.value) == (100, 1000, 10)
    assert position.lower == pytest.approx(8.136, abs=1e-3)
    assert position.upper == pytest.approx(12.163, abs=1e-3)


def test_the_middle_organisation_says_what_is_expected_of_a_size() -> None:
    # 850 doctors and nurses at the middle rate of 12 for 100: 8.5 times 12 is 102.
    counts = {(n, YEAR): 120.0 for n in range(11)} | {(0, YEAR): 102.0}
    sizes = {(n, YEAR): 1000.0 for n in range(11)} | {(0, YEAR): 850.0}
    (standing,) = standings(counts, sizes)
    position = by_code(standing)[code(0)]
    assert position.limits is not None
    assert position.limits.expected == pytest.approx(12)
    # Nobody differs, tau is 0: limits are 12 exp(-+ 1.96 / sqrt(102)).
    assert position.limits.lower95 == pytest.approx(12 * exp(-1.959964 / sqrt(102)))
    assert position.limits.upper95 == pytest.approx(12 * exp(1.959964 / sqrt(102)))
    assert position.limits.upper998 == pytest.approx(12 * exp(3.090232 / sqrt(102)))
    assert position.verdict == "as_expected"


@pytest.mark.parametrize(
    ("count", "verdict"),
    # E = 100: 100 exp(-+ 0.196) is 82 to 122, 100 exp(-+ 0.309) is 73 to 136.
    [
        (83, "as_expected"),
        (81, "possibly_lower"),
        (72, "lower"),
        (121, "as_expected"),
        (123, "possibly_higher"),
        (137, "higher"),
    ],
)
def test_the_verdict_on_activity_follows_from_its_limits(
    count: float, verdict: str
) -> None:
    standing = year_of([100.0] * 20 + [count])
    assert by_code(standing)[code(20)].verdict == verdict
    outside = verdict != "as_expected"
    assert standing.outside95 == outside
    assert standing.outside998 == (verdict in ("higher", "lower"))
    assert standing.expected_outside95 == pytest.approx(0.05 * 21)
    assert standing.expected_outside998 == pytest.approx(0.002 * 21)


def test_quartiles_are_of_the_figures() -> None:
    # 10, 20 ... 110 people by 1,000: figures 1 to 11; a quarter lies below 3.5.
    assert year_of([10.0 * n for n in range(1, 12)]).quartiles == (3.5, 6.0, 8.5)


def test_one_organisation_with_none_leaves_no_limits() -> None:
    standing = year_of([100.0] * 11 + [0.0])
    assert standing.why_no_limits == (
        "1 organisation had none, and these limits are made on the scale of the "
        "logarithm, which none does not have."
    )
    assert standing.between_sd is None
    assert by_code(standing)[code(11)].value == 0
    assert by_code(standing)[code(0)].verdict == "no_limits"


def test_nine_organisations_have_no_limits() -> None:
    assert "there are 9" in year_of([100.0] * 9).why_no_limits


def test_money_has_a_figure_and_neither_interval_nor_limits() -> None:
    (standing,) = standings(
        {(n, YEAR): 5e6 for n in range(12)},
        {(n, YEAR): 1000 for n in range(12)},
        measure="research_income_gbp",
    )
    position = by_code(standing)[code(0)]
    assert position.value == 500_000
    assert (position.lower, position.upper) == (None, None)
    assert standing.why_no_limits.startswith("Money is not counted one by one")


def test_who_was_there_and_reported_nothing_has_a_position_without_a_figure() -> None:
    counts = {(n, YEAR): 100.0 for n in range(12)} | {(0, NEXT): 90.0}
    sizes = {(n, period): 1000.0 for n in range(12) for period in (YEAR, NEXT)}
    del sizes[11, NEXT]
    died = outcomes([trust(13, 400, period=YEAR)])
    first, second = standings(counts, sizes, found=died)
    assert by_code(first)[code(13)].value is None  # known by its deaths alone
    assert by_code(second)[code(5)].value is None
    assert by_code(second)[code(5)].size == 1000
    # Neither size, deaths nor research of that year: it may not have been there.
    assert code(11) not in by_code(second)
    assert code(13) not in by_code(second)


def test_a_figure_whose_size_nobody_knows_is_no_figure() -> None:
    counts = {(n, YEAR): 100.0 for n in range(12)}
    sizes = {(n, YEAR): 1000.0 for n in range(11)}
    (standing,) = standings(counts, sizes)
    position = by_code(standing)[code(11)]
    assert (position.count, position.size, position.value) == (100, None, None)
    assert len(standing.counted) == 11


def test_a_hidden_count_without_a_size_is_marked_all_the_same() -> None:
    counts = {(n, YEAR): 100.0 for n in range(12)} | {(11, YEAR): 3.0}
    sizes = {(n, YEAR): 1000.0 for n in range(11)}
    (standing,) = standings(counts, sizes, stand_ins={(code(11), YEAR): 4.0})
    assert by_code(standing)[code(11)].stood_in


def test_thirds_and_years_running_stand_beside_the_figure() -> None:
    counts = {(n, period): 10.0 * (n + 1) for n in range(12) for period in (YEAR, NEXT)}
    first, second = standings(counts, dict.fromkeys(counts, 1000.0))
    told = [(p.third, p.sustained_years) for p in first.positions]
    assert told[0] == (1, 0)
    assert told[5] == (2, 0)  # 60 is below the middle, 65
    assert told[6] == (2, 1)
    assert by_code(second)[code(11)].sustained_years == 2


# Hidden counts.


SPREAD = [30.0 + 17 * n for n in range(30)]


def with_first(count: float, *, hidden: bool = True) -> Standing:
    """Return a year in which the first organisation, a small one, has this count."""
    counts = {(n, YEAR): v for n, v in enumerate(SPREAD)} | {(0, YEAR): count}
    sizes = {(n, YEAR): 400.0 + 90 * n for n in range(30)} | {(0, YEAR): 40.0}
    (standing,) = standings(
        counts, sizes, stand_ins={(code(0), YEAR): 4.0} if hidden else {}
    )
    return standing


@pytest.mark.parametrize("count", range(1, 8))
def test_nothing_told_over_organisations_rests_on_a_hidden_count(count: int) -> None:
    four, other = with_first(4), with_first(count)
    assert other.between_sd == four.between_sd
    assert other.quartiles == four.quartiles
    assert (other.outside95, other.outside998) == (four.outside95, four.outside998)
    assert other.positions[1:] == four.positions[1:]
    assert other.positions[0].limits == four.positions[0].limits
    assert other.positions[0].value != four.positions[0].value or count == 4


def test_a_count_that_is_no_stand_in_does_move_the_rest() -> None:
    told = {with_first(n, hidden=False).between_sd for n in range(1, 8)}
    assert len(told) > 1


def test_a_hidden_organisation_is_not_among_those_counted_outside() -> None:
    standing = with_first(0.2)  # a share of one, after a division
    assert standing.positions[0].verdict != "as_expected"
    assert len(standing.counted) == 29
    assert standing.expected_outside95 == pytest.approx(0.05 * 29)
    told = sum(p.verdict != "as_expected" for p in standing.positions[1:])
    assert standing.outside95 == told


def test_limits_never_rest_on_more_stand_ins_than_trimming_drops() -> None:
    counts = {(n, YEAR): 5.0 if n < 4 else 200.0 for n in range(30)}
    sizes = {(n, YEAR): 1000.0 for n in range(30)}
    hidden = {(code(n), YEAR): 4.0 for n in range(4)}
    (four,) = standings(counts, sizes, stand_ins=hidden)
    assert four.why_no_limits.startswith("4 of 30 counts are too small to show")
    hidden.pop((code(3), YEAR))
    (three,) = standings(counts, sizes, stand_ins=hidden)
    assert three.why_no_limits == ""


@given(
    st.lists(st.integers(1, 2000), min_size=10, max_size=40),
    st.floats(0.5, 20),
)
@settings(max_examples=40, deadline=None)
def test_the_unit_of_size_changes_no_verdict(counts: list[int], times: float) -> None:
    one = year_of([float(c) for c in counts], 1000.0)
    other = year_of([float(c) for c in counts], 1000.0 * round(times, 2))
    assert [p.verdict for p in one.positions] == [p.verdict for p in other.positions]


def test_the_middle_organisation_is_as_expected() -> None:
    rng = np.random.default_rng(3)
    standing = year_of(rng.poisson(200, 31).astype(float).tolist())
    middle = sorted(standing.positions, key=lambda p: p.value or 0)[15]
    assert middle.limits is not None
    assert middle.value == middle.limits.expected
    assert middle.verdict == "as_expected"
