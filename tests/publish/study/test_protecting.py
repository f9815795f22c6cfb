"""Can a count of 1 to 7 people be worked out from anything that is shown?"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest

from candela.association.patients.result import (
    Contrast,
    FlowStep,
    StudyResult,
    SurvivalCurve,
)
from candela.errors import InputError
from candela.publish.study.protecting import (
    is_small,
    protected,
    protected_words,
    shown_count,
)
from candela.publish.study.shown import ShownCurve
from study_cases import downing_like, ozdemir_like

SMALL = range(1, 8)


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, 0), (1, "*"), (7, "*"), (8, 10), (12, 10), (13, 15), (612_348, 612_350)],
)
def test_a_count_is_none_hidden_or_to_the_nearest_five(
    count: int, shown: int | str
) -> None:
    assert shown_count(count) == shown


@pytest.mark.parametrize("case", [ozdemir_like, downing_like])
def test_the_same_is_shown_whichever_of_one_to_seven_it_was(case: object) -> None:
    """So trying all seven tells nothing: not in the flow, nor in totals made of it."""
    shown = [protected(case(few)) for few in SMALL]  # type: ignore[operator]
    assert all(one == shown[0] for one in shown[1:])


def test_few_deaths_in_a_class_change_nothing_that_is_shown() -> None:
    shown = [protected(ozdemir_like(few, few_in_class=True)) for few in SMALL]
    assert all(one == shown[0] for one in shown[1:])


def test_a_class_of_few_deaths_has_no_estimate_and_no_risk() -> None:
    (outcome,) = protected(ozdemir_like(3, few_in_class=True)).outcomes
    (few,) = (c for c in outcome.classes if c.hidden)
    assert few.label == "middle third"
    assert (few.events, few.estimate, few.crude_risk) == ("*", None, None)
    assert "middle third" not in {risk.label for risk in outcome.risks}
    # The comparison of the two others rests on thousands, and stays.
    assert outcome.primary.estimate is not None


def test_few_in_a_class_that_is_compared_hide_the_result_and_its_verdict() -> None:
    found = ozdemir_like(3)
    (outcome,) = found.outcomes
    lowest, *others = outcome.primary.contrasts
    primary = replace(outcome.primary, contrasts=(replace(lowest, events=3), *others))
    others_too = tuple(replace(a, p_holm=0.5) for a in outcome.secondary)
    changed = replace(outcome, primary=primary, secondary=others_too)
    (shown,) = protected(replace(found, outcomes=(changed,))).outcomes
    assert shown.primary.estimate is None
    assert shown.verdict is None
    assert shown.shape is None
    # Other models of the same classes would give it away.
    same = [a for a in shown.secondary if a.exposure == shown.primary.exposure]
    assert same
    assert all(a.estimate is None for a in same)
    # So would the p-value that stands beside them.
    assert all(a.p_holm is None for a in same)


def test_counts_cannot_be_had_back_from_a_ratio_that_nothing_is_adjusted_for() -> None:
    """Rounded counts and a ratio of their odds must leave many counts possible."""
    lived, lived_, dead, dead_ = 1215, 1560, 750, 440  # to the nearest five
    ratio = (752 / 1213) / (441 / 1559)
    (outcome,) = ozdemir_like().outcomes
    plain = next(a for a in outcome.secondary if a.name == "unadjusted")
    told = replace(plain.estimate, value=ratio, lower=1.91, upper=2.47)
    found = replace(
        ozdemir_like(),
        outcomes=(replace(outcome, secondary=(replace(plain, estimate=told),)),),
    )
    (shown,) = protected(found).outcomes[0].secondary
    assert shown.estimate is not None

    def possible(value: float, digits: int) -> int:
        near = range(-2, 3)
        odds = [
            ((dead + a) / (lived + b)) / ((dead_ + c) / (lived_ + d))
            for a, b, c, d in product(near, near, near, near)
        ]
        return sum(float(f"{one:.{digits}g}") == value for one in odds)

    assert possible(shown.estimate.value, 3) > 50
    assert possible(float(f"{ratio:.6g}"), 6) <= 2  # what more would tell


def test_few_survivors_hide_a_class_as_few_deaths_do() -> None:
    """An odds ratio and its interval rest on those who did not die, too."""
    found = ozdemir_like(3)
    (outcome,) = found.outcomes
    lowest, middle, highest = outcome.primary.contrasts
    middle = replace(middle, patients=500, events=496)
    primary = replace(outcome.primary, contrasts=(lowest, middle, highest))
    (shown,) = protected(
        replace(found, outcomes=(replace(outcome, primary=primary),))
    ).outcomes
    assert next(c for c in shown.classes if c.label == "middle third").hidden


def test_a_ratio_is_made_of_the_rounded_count() -> None:
    (outcome,) = protected(ozdemir_like(3)).outcomes
    for trust in outcome.trusts:
        if isinstance(trust.observed, int) and trust.ratio is not None:
            assert trust.expected is not None
            assert trust.ratio == pytest.approx(
                trust.observed / trust.expected, rel=1e-5
            )
            assert trust.observed % 5 == 0


def test_few_deaths_of_a_trust_hide_its_ratio_and_few_patients_everything() -> None:
    (outcome,) = protected(ozdemir_like(3)).outcomes
    few_deaths, few_patients = outcome.trusts[0], outcome.trusts[2]
    assert (few_deaths.observed, few_deaths.ratio) == ("*", None)
    assert few_deaths.expected == 4.1
    assert few_patients.patients == "*"
    assert (few_patients.expected, few_patients.ratio) == (None, None)
    assert few_patients.upper998 is None


def test_totals_that_differ_by_few_people_are_shown_as_one() -> None:
    """All but 3 of the patients: the two totals must not give the 3 away."""
    (outcome,) = protected(ozdemir_like(3)).outcomes
    without = next(a for a in outcome.secondary if a.cohort != "everyone")
    assert without.estimate is not None
    assert without.estimate.observations == outcome.patients


def test_participants_of_a_share_that_is_of_few_are_hidden() -> None:
    (outcome,) = protected(ozdemir_like(3)).outcomes
    assert outcome.trial is not None
    # 0.00001 of 204,113 patients is 2 people; 0.031 is thousands.
    assert outcome.trial.share_lowest is None
    assert outcome.trial.share_highest == 0.031
    assert outcome.trial.bound is None
    assert outcome.trial.participants == "*"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("3 patients have no stage", "fewer than 8 patients have no stage"),
        ("1,203 rows left", "1,205 rows left"),
        ("0 deaths", "0 deaths"),
        ("6 linked deaths were early", "fewer than 8 linked deaths were early"),
        ("research 3 years before", "research 3 years before"),
        ("within 5 days", "within 5 days"),
        ("12 trusts", "12 trusts"),
        ("2 operations in 30 days", "fewer than 8 operations in 30 days"),
    ],
)
def test_a_count_of_people_within_a_text_is_treated_as_any_other(
    text: str, shown: str
) -> None:
    assert protected_words(text) == shown


def test_first_and_last_days_are_given_as_months() -> None:
    """They are the days of one person's admission."""
    shown = protected(ozdemir_like())
    assert (shown.first_month, shown.last_month) == ("April 2016", "March 2018")


def test_another_rule_than_that_of_hospital_statistics_is_refused() -> None:
    found = ozdemir_like()
    other = replace(found, protocol=replace(found.protocol, disclosure="none"))
    with pytest.raises(InputError, match="disclosure rule `none`"):
        protected(other)


def with_flow(found: StudyResult, counts: list[int], start: int) -> StudyResult:
    steps, remaining = [], start
    for n, count in enumerate(counts):
        remaining -= count
        steps.append(FlowStep(f"s{n}", f"step {n}", "left", count, remaining))
    return replace(found, flow=tuple(steps))


def test_subtracting_the_totals_of_a_flow_never_narrows_a_hidden_step() -> None:
    """For each start and each of the counts hidden, what is shown is the same.

    Were totals merely rounded, 1,003 and 996 would be shown as 1,005 and 995, and the
    step between them could be 6 or 7 only.
    """
    found = ozdemir_like()
    for start in range(1000, 1010):
        shown = {
            tuple((s.before, s.count, s.remaining) for s in protected(one).flow)
            for few in SMALL
            for one in (with_flow(found, [120, few, 33, 60], start),)
        }
        assert len(shown) == 1


def test_two_hidden_steps_are_told_apart_by_nothing() -> None:
    found = ozdemir_like()
    shown = {
        tuple((s.before, s.count, s.remaining) for s in protected(one).flow)
        for a in SMALL
        for b in SMALL
        for one in (with_flow(found, [a, 40, b], 2000),)
    }
    assert len(shown) == 1


# Survival.


def kaplan_meier(
    died: np.ndarray, days: np.ndarray, horizon: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return days, survival and number at risk, at each day on which somebody left."""
    at = np.unique(days[days <= horizon])
    risk = np.array([(days >= d).sum() for d in at])
    deaths = np.array([(died & (days == d)).sum() for d in at])
    return at, np.cumprod(1 - deaths / risk), risk


def shown_curve(curve: SurvivalCurve) -> ShownCurve:
    found = downing_like()
    survival = replace(found.outcomes[0], curves=(curve,))
    return protected(replace(found, outcomes=(survival,))).outcomes[0].curves[0]


@pytest.mark.parametrize("seed", range(20))
def test_no_step_of_a_curve_is_of_one_to_seven_deaths(seed: int) -> None:
    """Whoever counts the deaths between two points shown finds none, or eight or more.

    The people are known to the test, so that the truth is counted, not guessed.
    """
    rng = np.random.default_rng(seed)
    people = int(rng.integers(20, 300))
    life = rng.exponential(900, people).astype(int) + 1
    leave = rng.integers(200, 2500, people)
    died, days = life <= leave, np.minimum(life, leave)
    at, survival, risk = kaplan_meier(died, days, 1826)
    curve = SurvivalCurve("all", "observed", at, survival, survival, survival, risk)
    points = shown_curve(curve).points
    assert points[0] == (0, 1.0, 1.0, 1.0, shown_count(people))
    for (before, *_), (after, *_) in pairwise(points):
        deaths = int((died & (days > before) & (days <= after)).sum())
        assert not is_small(deaths)
    assert len(points) - 1 <= died.sum() / 8 + sum(
        a[1] == b[1] for a, b in pairwise(points)
    )


def test_curves_of_a_class_begin_with_its_patients_whatever_their_first_day() -> None:
    days = np.array([30, 400, 800])
    ones, risk = np.ones(3), np.array([7100, 6000, 5000])
    curve = SurvivalCurve("above 10%", "adjusted", days, ones, ones, ones, risk)
    assert shown_curve(curve).points[0][-1] == shown_count(7282)  # not 7,100


def test_a_curve_ends_where_fewer_than_eight_are_followed() -> None:
    days = np.arange(1, 1827)
    risk = np.maximum(400 - days, 5)
    survival = np.maximum(1 - days / 500, 0.2)
    curve = SurvivalCurve("0%", "observed", days, survival, survival, survival, risk)
    points = shown_curve(curve).points
    # 400 less the day is 8 on day 392: the last quarter before it is day 365.
    assert points[-1][0] == 365


def test_a_large_curve_keeps_every_quarter_up_to_five_years() -> None:
    shown = protected(downing_like()).outcomes[0].curves[0]
    assert len(shown.points) == 1 + 20
    assert shown.points[-1][0] == 1826


def test_calibration_hides_a_tenth_of_few_deaths() -> None:
    (outcome,) = protected(ozdemir_like(3)).outcomes
    assert outcome.calibration is not None
    _, observed, patients, deaths = outcome.calibration.tenths[0]
    assert (observed, patients, deaths) == (None, 61_235, "*")


def test_what_a_class_rests_on_is_rounded_before_its_share() -> None:
    crude = Contrast("a", True, None, 1.0, 5, 1_003, 96, 96 / 1_003, None)
    found = ozdemir_like()
    (outcome,) = found.outcomes
    primary = replace(outcome.primary, contrasts=(crude, *outcome.primary.contrasts))
    (shown,) = protected(
        replace(found, outcomes=(replace(outcome, primary=primary),))
    ).outcomes
    # 1,003 is shown as 1,005 and 96 as 95.
    assert shown.classes[0].crude_risk == pytest.approx(95 / 1_005)


def test_a_class_without_few_of_its_people_is_shown_as_the_class() -> None:
    """204,113 patients with and 204,108 without participants: 5 must not be told."""
    found = ozdemir_like()
    (outcome,) = found.outcomes
    lowest, *others = outcome.primary.contrasts
    without = replace(outcome.secondary[-1], contrasts=(
        replace(lowest, patients=lowest.patients - 5, events=lowest.events - 2),
        *others,
    ))  # fmt: skip
    secondary = (*outcome.secondary[:-1], without)
    (shown,) = protected(
        replace(found, outcomes=(replace(outcome, secondary=secondary),))
    ).outcomes
    main, other = shown.classes[0], shown.secondary[-1].contrasts[0]
    assert (other.patients, other.events) == (main.patients, main.events)


def test_where_thirds_are_cut_is_told_to_two_digits_and_their_ends_are_open() -> None:
    """They are doses of single trusts in single years, which few people may make."""
    found = ozdemir_like()
    (outcome,) = found.outcomes
    lowest, middle, highest = outcome.primary.contrasts
    cut = (
        replace(lowest, low=0.0943794, high=0.6625387),
        replace(middle, low=0.6633260, high=1.2986875),
        replace(highest, low=1.3045312, high=15.342001),
    )
    primary = replace(outcome.primary, contrasts=cut)
    (shown,) = protected(
        replace(found, outcomes=(replace(outcome, primary=primary),))
    ).outcomes
    assert [(c.low, c.high) for c in shown.classes] == [
        (None, 0.66),
        (0.66, 1.3),
        (1.3, None),
    ]


def test_edges_that_were_declared_are_told_as_they_are() -> None:
    survival = protected(downing_like()).outcomes[0]
    assert [(c.low, c.high) for c in survival.classes] == [
        (None, 0.0),
        (0.0, 0.05),
        (0.05, 0.10),
        (0.10, None),
    ]
