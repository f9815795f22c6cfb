"""Money is added only where that makes sense, and no saving twice."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candela.impact.claims import (
    Claim,
    Direction,
    Method,
    MoneyKind,
    Quantity,
    Realised,
)
from candela.impact.money import MoneySum, add_up
from impact_claims import a_claim


def money(value: float, **changes: Any) -> Quantity:
    usual: dict[str, Any] = {
        "what": "saving",
        "value": value,
        "unit": "GBP",
        "method": Method.MEASURED,
        "money_kind": MoneyKind.CASH_RELEASING,
        "price_year": 2024,
    }
    return Quantity(**(usual | changes))


def claims(*quantities: Quantity, **changes: Any) -> list[Claim]:
    return [
        a_claim(label=f"S-{number}", quantities=(quantity,), **changes)
        for number, quantity in enumerate(quantities, 1)
    ]


def only(found: list[Claim]) -> MoneySum:
    (one,) = add_up(found).sums
    return one


def test_two_studies_that_share_a_saving_have_it_once() -> None:
    shared = money(10_000, shared_key="foot clinic")
    found = only(claims(shared, shared))
    assert found.value == 10_000
    assert found.claims == ("S-1", "S-2")
    assert add_up(claims(shared, shared)).cautions == ()


def test_a_key_is_the_same_whatever_its_capitals_and_spaces() -> None:
    keys = ["Foot clinic", " foot  CLINIC "]
    assert only(claims(*(money(10_000, shared_key=k) for k in keys))).value == 10_000


def test_figures_without_a_key_are_added_with_their_ranges() -> None:
    # 10,000 (8,000 to 15,000) and 5,000 without a range: 13,000 to 20,000
    found = only(claims(money(10_000, low=8_000, high=15_000), money(5_000)))
    assert (found.low, found.value, found.high) == (13_000, 15_000, 20_000)


def test_of_different_figures_for_one_saving_the_lowest_counts_with_a_caution() -> None:
    told = claims(money(12_000, shared_key="rota"), money(9_000, shared_key="rota"))
    assert only(told).value == 9_000
    assert add_up(told).cautions == (
        "S-1 and S-2 give the same saving different figures. The lowest is counted. "
        "Agree on one figure.",
    )


def test_one_saving_of_two_kinds_is_in_one_sum_only() -> None:
    told = claims(
        money(9_000, shared_key="rota", money_kind=MoneyKind.NON_CASH),
        money(10_000, shared_key="rota"),
    )
    assert only(told).money_kind is MoneyKind.NON_CASH
    assert len(add_up(told).cautions) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"money_kind": MoneyKind.INCOME},
        {"price_year": 2023},
        {"recurring": True},
    ],
)
def test_what_is_of_another_kind_is_never_added(change: dict[str, Any]) -> None:
    sums = add_up(claims(money(10_000), money(4_000, **change))).sums
    assert sorted(found.value for found in sums) == [4_000, 10_000]


def test_what_is_only_expected_is_not_added_to_what_was_seen() -> None:
    told = [
        a_claim(label="S-1", quantities=(money(10_000),)),
        a_claim(label="S-2", quantities=(money(4_000),), realised=Realised.ANTICIPATED),
    ]
    found = {found.expected: found.value for found in add_up(told).sums}
    assert found == {False: 10_000, True: 4_000}


def test_money_without_a_price_year_is_left_out_and_said() -> None:
    found = add_up(claims(money(10_000, price_year=None)))
    assert found.sums == ()
    assert found.cautions[0].startswith("S-1 has a sum of money without the year")


def test_money_of_something_worse_is_no_saving_but_may_be_put_in() -> None:
    worse = claims(money(500), direction=Direction.NEGATIVE)
    assert add_up(worse).sums == ()
    assert "worse, or a cost" in add_up(worse).cautions[0]
    put_in = money(500, money_kind=MoneyKind.INVESTMENT)
    assert only(claims(put_in, direction=Direction.NEGATIVE)).value == 500


def test_other_quantities_are_never_added() -> None:
    visits = Quantity("visits", 30, "visits", Method.MEASURED)
    assert add_up(claims(visits, visits)).sums == ()


quantities = st.builds(
    money,
    st.integers(0, 10**6).map(float),
    money_kind=st.sampled_from([None, MoneyKind.INCOME, MoneyKind.NON_CASH]),
    price_year=st.sampled_from([None, 2023, 2024]),
    shared_key=st.sampled_from(["", "a", "b"]),
    low=st.sampled_from([None, 100.0]),
)


@given(st.lists(quantities, max_size=12), st.randoms())
def test_the_order_changes_nothing(told: list[Quantity], rng: Random) -> None:
    first = claims(*told)
    mixed = list(first)
    rng.shuffle(mixed)
    assert add_up(first) == add_up(mixed)


@given(st.lists(quantities, max_size=12))
def test_no_sum_exceeds_what_is_claimed_and_every_figure_is_in_its_range(
    told: list[Quantity],
) -> None:
    for found in add_up(claims(*told)).sums:
        everything = sum(
            q.value
            for q in told
            if (q.money_kind, q.price_year) == (found.money_kind, found.price_year)
        )
        assert found.low <= found.value <= found.high
        assert found.value <= everything


@given(st.lists(quantities, min_size=1, max_size=8))
def test_a_second_teller_of_a_saving_adds_nothing(told: list[Quantity]) -> None:
    keyed = [q for q in told if q.shared_key]
    once, twice = add_up(claims(*told)), add_up(claims(*told, *keyed))
    assert [s.value for s in once.sums] == [s.value for s in twice.sums]
