"""How much could fitter participants, or an unmeasured cause, explain?"""

from __future__ import annotations

import pytest

from candela.association.patients.analyses import in_order
from candela.association.patients.e_values import e_values_of
from candela.association.patients.result import Contrast
from candela.association.patients.trials import bound_of
from candela.stats.estimate import Estimate


def ratio(value: float, lower: float, upper: float) -> Estimate:
    return Estimate(
        value=value,
        lower=lower,
        upper=upper,
        scale="ratio",
        organisations=140,
        observations=1000,
        method="",
        reference="",
    )


def test_an_odds_ratio_of_a_rare_outcome_is_taken_as_a_risk_ratio() -> None:
    # Odds ratio 0.89 (0.82 to 0.96): 1.12 + sqrt(1.12 * 0.12) and 1.04 + ...
    found = e_values_of(ratio(0.89, 0.82, 0.96), "odds ratio", 0.06)
    assert found.point == pytest.approx(1.50, abs=0.005)
    assert found.limit == pytest.approx(1.25, abs=0.005)


def test_a_hazard_ratio_of_a_common_outcome_is_turned_into_a_risk_ratio() -> None:
    # Hazard ratio 0.97 (0.95 to 0.99) with more than half dead in five years.
    rare = e_values_of(ratio(0.97, 0.95, 0.99), "hazard ratio", 0.05)
    common = e_values_of(ratio(0.97, 0.95, 0.99), "hazard ratio", 0.57)
    assert (round(rare.point, 2), round(rare.limit, 2)) == (1.21, 1.11)
    assert (round(common.point, 2), round(common.limit, 2)) == (1.17, 1.09)


def test_an_odds_ratio_of_a_common_outcome_is_the_square_of_a_risk_ratio() -> None:
    common = e_values_of(ratio(0.81, 0.64, 0.9604), "odds ratio", 0.4)
    rare = e_values_of(ratio(0.9, 0.8, 0.98), "odds ratio", 0.01)
    assert common == pytest.approx(rare)


def classes(*values: float | None) -> tuple[Contrast, ...]:
    return tuple(
        Contrast(
            label=str(n),
            reference=value is None,
            low=None,
            high=None,
            organisations=40,
            patients=1000,
            events=70,
            crude_risk=0.07,
            estimate=None if value is None else ratio(value, value * 0.9, value * 1.1),
        )
        for n, value in enumerate(values)
    )


def test_thirds_that_go_up_and_down_again_are_not_in_order() -> None:
    # As printed by Ozdemir, against the highest third: lowest 1.069, middle 1.085.
    assert in_order(classes(1.069, 1.085, None)) is False
    # Income by bed: 1.050, 1.040 and 1.
    assert in_order(classes(1.050, 1.040, None)) is True


def test_two_classes_have_no_order_to_speak_of() -> None:
    assert in_order(classes(1.069, None)) is None


def test_the_shares_of_participants_bound_the_ratio_they_could_make() -> None:
    # 4.9% of a class in trials and none elsewhere: if no participant died, risks would
    # differ by 4.9% and no more, so that an odds ratio of 0.8 needs another cause.
    assert bound_of(lowest=0.0, highest=0.049) == pytest.approx(0.951)
    assert bound_of(lowest=0.01, highest=0.05) == pytest.approx(0.95 / 0.99)
    assert bound_of(lowest=None, highest=0.049) is None
    assert bound_of(lowest=1.0, highest=1.0) is None
