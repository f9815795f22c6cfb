"""How uneven is research, and is it said with its uncertainty?"""

from __future__ import annotations

import numpy as np
import pytest

from candela.participation import Concentration, Figures, concentration, figures_of
from candela.tables import Period, Policy, Succession
from definitions.ascii_table import published_measures


def figures(values: list[float], *, year: str = "2019/20") -> Figures:
    lines = ["| org | period | participants_recruited |"]
    lines += [f"| ZA{n:02d} | {year} | {value} |" for n, value in enumerate(values)]
    return figures_of(
        published_measures("\n".join(lines)),
        "participants_recruited",
        policy=Policy("as_reported"),
        succession=Succession(),
    )


def of(values: list[float], seed: int = 1) -> tuple[Concentration, ...]:
    made = figures(values)
    return concentration(made, made.organisations, rng=np.random.default_rng(seed))


def test_the_gini_of_one_to_twenty_by_hand() -> None:
    (found,) = of([float(n) for n in range(1, 21)])
    # Half the mean difference of two different organisations over the mean: of the 190
    # pairs, 20 - d differ by d, in all sum d(20 - d) = 20 x 190 - 2470 = 1330.
    # 1330/190 = 7; half of it is 3.5; the mean is 10.5: a third.
    assert found.gini == pytest.approx(1 / 3)
    assert (found.organisations, found.total) == (20, 210)
    # The ten with most have 11 + ... + 20 = 155 of 210.
    assert found.top_ten_share == pytest.approx(155 / 210)
    assert found.period == Period.financial_year(2019)
    assert found.measure == "participants_recruited"


def test_all_alike_is_no_inequality() -> None:
    (found,) = of([7.0] * 40)
    assert (found.gini, found.gini_lower, found.gini_upper) == (0, 0, 0)
    assert found.top_ten_share == found.top_lower == pytest.approx(10 / 40)


def test_one_with_nearly_everything_is_nearly_the_most_there_can_be() -> None:
    (found,) = of([0.0] * 20 + [1.0] * 19 + [981.0])
    # Ranked 1 to 40, distinct pairs: sum of (2 rank - 41) x amount over 39 x 1,000.
    # Ranks 21 to 39 hold 1 each: 1 + 3 + ... + 37 = 19^2 = 361; rank 40: 39 x 981.
    assert found.gini == pytest.approx((361 + 39 * 981) / 39_000)
    assert found.top_ten_share == pytest.approx((981 + 9) / 1000)


def test_the_interval_holds_the_figure_and_is_the_same_for_the_same_seed() -> None:
    values = np.exp(np.random.default_rng(5).normal(3, 1, 80)).round().tolist()
    (found,), (again,), (other,) = of(values, 1), of(values, 1), of(values, 2)
    assert found == again
    assert found != other
    assert found.gini_lower < found.gini < found.gini_upper
    assert found.top_lower < found.top_ten_share < found.top_upper


def test_years_in_which_fewer_than_twenty_did_any_are_left_out() -> None:
    assert of([float(n) for n in range(1, 20)]) == ()
    assert of([0.0] * 50 + [float(n) for n in range(1, 20)]) == ()
    assert len(of([0.0] * 50 + [float(n) for n in range(1, 21)])) == 1


def test_a_year_without_any_research_is_left_out() -> None:
    assert of([0.0] * 25) == ()


def test_organisations_without_a_figure_are_not_counted_as_none() -> None:
    made = figures([4.0] * 20)
    asked = (*made.organisations, "ZB01", "ZB02")
    (found,) = concentration(made, asked, rng=np.random.default_rng(1))
    assert found.organisations == 20


def test_only_the_organisations_asked_for_are_counted() -> None:
    made = figures([float(n) for n in range(1, 31)])
    (found,) = concentration(
        made, made.organisations[:20], rng=np.random.default_rng(1)
    )
    assert found.total == sum(range(1, 21))
