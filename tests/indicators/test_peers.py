"""Are the organisations named as most alike the ones that are?"""

from __future__ import annotations

from math import log, sqrt
from statistics import stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.indicators import Feature, Peer, features_of, peers_of
from candela.indicators.peers import ALL, PLACES
from candela.participation import Figures, figures_of
from candela.tables import MEASURES, Period, Policy, Succession
from definitions.ascii_table import published_measures

YEAR = Period.financial_year(2018)
BEDS, SPELLS, STAFF = "beds_general_acute", "spells", "staff_total_fte"


def feature(code: str, measure: str, value: float) -> Feature:
    return Feature(code, MEASURES[measure], value, YEAR, (("made.csv", 2),))


def of(peers: tuple[Peer, ...], code: str, basis: str) -> list[tuple[str, float]]:
    found = [p for p in peers if (p.org_code, p.basis) == (code, basis)]
    assert [p.place for p in found] == list(range(1, len(found) + 1))
    return [(p.peer_code, p.distance) for p in found]


FOUR = {"ZA1": 100.0, "ZA2": 200.0, "ZA3": 400.0, "ZA4": 300.0}


def test_the_nearest_are_told_in_standard_deviations_of_the_logarithm() -> None:
    peers = peers_of([feature(code, BEDS, beds) for code, beds in FOUR.items()])
    spread = stdev([log(beds) for beds in FOUR.values()])
    assert of(peers, "ZA3", BEDS) == [
        ("ZA4", pytest.approx(log(400 / 300) / spread)),
        ("ZA2", pytest.approx(log(400 / 200) / spread)),
        ("ZA1", pytest.approx(log(400 / 100) / spread)),
    ]


def test_twice_as_large_is_as_far_as_half_as_large() -> None:
    peers = peers_of(
        [feature(code, BEDS, FOUR[code]) for code in ("ZA1", "ZA2", "ZA3")]
    )
    (first, near), (second, far) = of(peers, "ZA2", BEDS)
    assert near == pytest.approx(far)
    assert {first, second} == {"ZA1", "ZA3"}


def test_equal_distances_are_told_in_the_order_of_codes() -> None:
    peers = peers_of(
        [feature(f"ZA{n}", BEDS, 100.0 if n == 5 else 200.0) for n in range(1, 6)]
    )
    assert [code for code, _ in of(peers, "ZA5", BEDS)] == ["ZA1", "ZA2", "ZA3", "ZA4"]


def test_over_all_sizes_it_is_the_root_of_the_mean_square() -> None:
    spells = {"ZA1": 5e4, "ZA2": 6e4, "ZA3": 4e4, "ZA4": 9e4}
    features = [feature(code, BEDS, beds) for code, beds in FOUR.items()]
    features += [feature(code, SPELLS, number) for code, number in spells.items()]
    a = log(200 / 100) / stdev([log(x) for x in FOUR.values()])
    b = log(6e4 / 5e4) / stdev([log(x) for x in spells.values()])
    told = dict(of(peers_of(features), "ZA1", ALL))
    assert told["ZA2"] == pytest.approx(sqrt((a**2 + b**2) / 2))


def test_two_that_share_fewer_than_half_of_the_sizes_are_not_compared_on_all() -> None:
    features = [
        feature(f"ZA{n}", measure, 100.0 + 10 * n + len(measure))
        for n in range(1, 5)
        for measure in (BEDS, SPELLS, STAFF)
    ]
    features.append(feature("ZA9", BEDS, 110.0))
    peers = peers_of(features)
    assert of(peers, "ZA9", ALL) == []
    assert len(of(peers, "ZA9", BEDS)) == 4
    assert "ZA9" not in dict(of(peers, "ZA1", ALL))
    # With a second size of three it is compared, over the two that both have.
    assert (
        len(of(peers_of([*features, feature("ZA9", SPELLS, 115.0)]), "ZA9", ALL)) == 4
    )


def test_a_size_that_does_not_differ_tells_nothing() -> None:
    features = [feature(f"ZA{n}", BEDS, 150.0) for n in range(1, 5)]
    assert peers_of(features) == ()
    features += [feature(f"ZA{n}", SPELLS, 1000.0 * n) for n in range(1, 5)]
    peers = peers_of(features)
    assert {peer.basis for peer in peers} == {SPELLS, ALL}


def test_a_lone_organisation_has_no_peers() -> None:
    assert peers_of([feature("ZA1", BEDS, 100.0)]) == ()
    assert peers_of([]) == ()


@given(
    st.lists(st.floats(1, 1e6), min_size=3, max_size=30),
    st.lists(st.floats(1, 1e6), min_size=30, max_size=30),
)
@settings(max_examples=50, deadline=None)
def test_every_organisation_has_its_nearest_never_itself(
    beds: list[float], spells: list[float]
) -> None:
    features = [feature(f"ZA{n:02d}", BEDS, x) for n, x in enumerate(beds)]
    features += [feature(f"ZA{n:02d}", SPELLS, spells[n]) for n in range(len(beds))]
    peers = peers_of(features)
    for basis in {p.basis for p in peers}:
        for n in range(len(beds)):
            told = of(peers, f"ZA{n:02d}", basis)
            assert len(told) == min(PLACES, len(beds) - 1)
            assert f"ZA{n:02d}" not in dict(told)
            distances = [distance for _, distance in told]
            assert distances == sorted(distances)


def figures(text: str, measure: str) -> Figures:
    return figures_of(
        published_measures(text),
        measure,
        policy=Policy("as_reported"),
        succession=Succession(),
    )


SIZES = """
    | org | period  | beds_total | spells |
    | ZA1 | 2018/19 | 500        | 60000  |
    | ZA1 | 2019/20 | 520        |        |
    | ZA2 | 2017/18 | 300        | 0      |
    | ZA3 | 2010/11 | 900        | 70000  |
"""


def test_sizes_are_of_the_period_or_the_nearest_year_and_a_half() -> None:
    found = features_of(
        [figures(SIZES, "beds_total"), figures(SIZES, "spells")],
        ["ZA1", "ZA2", "ZA3"],
        period=YEAR,
    )
    told = [(f.org_code, f.measure.name, f.value, str(f.period)) for f in found]
    assert told == [
        ("ZA1", "beds_total", 500, "2018/19"),
        ("ZA2", "beds_total", 300, "2017/18"),
        ("ZA1", "spells", 60000, "2018/19"),
    ]


def test_a_size_that_nobody_has_near_is_taken_at_its_own_last_period() -> None:
    found = features_of(
        [figures(SIZES, "beds_total"), figures(SIZES, "spells")],
        ["ZA1", "ZA2", "ZA3"],
        period=Period.financial_year(2024),
    )
    told = {(f.org_code, f.measure.name): f.value for f in found}
    assert told["ZA1", "beds_total"] == 520
    assert told["ZA1", "spells"] == 60000


def test_a_size_known_for_part_of_a_year_alone_is_none() -> None:
    quarter = """
        | org | period               | spells |
        | ZA1 | Apr 2018 to Jun 2018 | 9000   |
    """
    assert features_of([figures(quarter, "spells")], ["ZA1"], period=YEAR) == ()
