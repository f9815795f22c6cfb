"""Are a funnel's limits those of the rule it names?"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.errors import InputError, TooFewData
from candela.stats.funnel import (
    FUNNEL_METHODS,
    FunnelMethod,
    funnel_limits,
    limits_of_others,
)

Floats = npt.NDArray[np.float64]
Z95 = 1.959963984540054
Z998 = 3.090232306167813
LOG_METHODS: tuple[FunnelMethod, ...] = ("shmi", "trim-consistent", "dl", "pm", "reml")
SPREAD_METHODS: tuple[FunnelMethod, ...] = (*LOG_METHODS, "cqc")


def country(seed: int, n: int = 40, sd: float = 0.15) -> tuple[Floats, Floats]:
    """Return observed and expected events of made-up trusts."""
    rng = np.random.default_rng(seed)
    expected = np.exp(rng.normal(6, 0.7, n))
    observed = rng.poisson(expected * np.exp(rng.normal(0, sd, n))).astype(float)
    return observed, expected


def test_the_official_rule_with_ten_trusts_of_one_size() -> None:
    observed = [60, 80, 80, 90, 100, 100, 110, 125, 125, 170]
    found = funnel_limits(observed, [100] * 10, method="shmi")
    # A tenth of 10 is one from each end: 60 and 170 go, whatever they are.
    # Log ratios squared of those kept: 4 x ln(1.25)^2 + ln(0.9)^2 + ln(1.1)^2
    squares = 4 * math.log(1.25) ** 2 + math.log(0.9) ** 2 + math.log(1.1) ** 2
    phi = 100 * squares / 8
    # Weights are 100 each: 800 - 8 x 100^2/800 = 700
    tau2 = (8 * phi - 7) / 700
    assert (phi, tau2) == pytest.approx((2.742, 0.021337), abs=1e-4)
    half = Z95 * math.sqrt(1 / 100 + tau2)
    assert found.dispersion == pytest.approx(phi, rel=1e-12)
    assert found.between_sd == pytest.approx(math.sqrt(tau2), rel=1e-12)
    assert found.lower95 == pytest.approx([math.exp(-half)] * 10, rel=1e-12)
    assert found.upper95 == pytest.approx([math.exp(half)] * 10, rel=1e-12)
    wilder = funnel_limits([6, *observed[1:9], 900], [100] * 10, method="shmi")
    assert wilder.between_sd == found.between_sd


def test_the_official_rule_with_trusts_of_many_sizes() -> None:
    expected = [50.0 * (1 + n) for n in range(19)]
    observed = [e * (1.3 if n % 3 else 0.75) + n for n, e in enumerate(expected)]
    found = funnel_limits(observed, expected, method="shmi")
    # A tenth of 19, rounded down, is one from each end.
    rows = [
        (math.log(o / e) * math.sqrt(e), e)
        for o, e in zip(observed, expected, strict=True)
    ]
    kept = sorted(rows)[1:-1]
    assert len(kept) == 17
    phi = sum(z * z for z, _ in kept) / 17
    weight = sum(e for _, e in kept)
    tau2 = (17 * phi - 16) / (weight - sum(e * e for _, e in kept) / weight)
    upper = [math.exp(Z95 * math.sqrt(1 / e + tau2)) for e in expected]
    assert found.dispersion == pytest.approx(phi, rel=1e-12)
    assert found.upper95 == pytest.approx(upper, rel=1e-12)


def test_the_outer_limits_of_the_official_rule_are_of_chance_alone() -> None:
    observed, expected = country(1)
    shmi = funnel_limits(observed, expected, method="shmi")
    poisson = funnel_limits(observed, expected, method="poisson")
    assert (shmi.lower998 == poisson.lower998).all()
    assert (shmi.upper998 == poisson.upper998).all()


def test_square_root_limits_are_squared_back() -> None:
    observed = [60, 80, 80, 90, 100, 100, 110, 125, 125, 170]
    found = funnel_limits(observed, [100] * 10, method="cqc")
    # z = (sqrt(O/E) - 1) / (1 / (2 x 10)) = 20 (sqrt(O/E) - 1).  Of ten values the 10%
    # quantile lies nine tenths of the way from the first to the second (R's type 7).
    z = [20 * (math.sqrt(o / 100) - 1) for o in observed]
    low, high = z[0] + 0.9 * (z[1] - z[0]), z[8] + 0.1 * (z[9] - z[8])
    phi = sum(min(max(one, low), high) ** 2 for one in z) / 10
    tau2 = max(0.0, (10 * phi - 9) / (10 * 400 - 400))
    sd = math.sqrt(1 / 400 + tau2)
    assert found.scale == "square root"
    assert found.dispersion == pytest.approx(phi, rel=1e-12)
    assert found.lower95 == pytest.approx([(1 - Z95 * sd) ** 2] * 10, rel=1e-12)
    assert found.upper95 == pytest.approx([(1 + Z95 * sd) ** 2] * 10, rel=1e-12)
    assert found.upper998 == pytest.approx([(1 + Z998 * sd) ** 2] * 10, rel=1e-12)
    # One widely used program leaves 1 + z sd, far too narrow.
    assert found.upper95[0] > 1 + Z95 * sd + 0.1


def test_a_square_root_limit_below_zero_is_zero() -> None:
    # Expected 1: chance alone has sd 1/2, and 1 - 3.09/2 is below 0.
    found = funnel_limits([1.0] * 12, [1.0] * 12, method="cqc")
    assert 1 - Z998 / 2 < 0
    assert found.lower998.tolist() == [0.0] * 12
    assert found.lower95 == pytest.approx([(1 - Z95 / 2) ** 2] * 12)


def test_without_spread_the_limits_are_those_of_the_log_ratio_by_chance() -> None:
    expected = np.linspace(40, 4000, 15)
    found = funnel_limits(expected, expected, method="dl")
    assert found.between_sd == 0
    assert found.lower95 == pytest.approx(np.exp(-Z95 / np.sqrt(expected)), rel=1e-12)
    assert found.upper998 == pytest.approx(np.exp(Z998 / np.sqrt(expected)), rel=1e-12)


def test_the_default_resists_trusts_that_really_differ() -> None:
    observed, expected = country(2, n=130, sd=0.10)
    changed = observed.copy()
    changed[:6] *= math.exp(0.5)
    before, after = (
        funnel_limits(o, expected, method="trim-consistent")
        for o in (observed, changed)
    )
    dl = [funnel_limits(o, expected, method="dl") for o in (observed, changed)]
    # DerSimonian and Laird widen everyone's limits by a third and more.
    assert after.between_sd < 1.2 * before.between_sd
    assert dl[1].between_sd > 1.33 * dl[0].between_sd


@pytest.mark.parametrize("method", FUNNEL_METHODS)
@given(st.integers(0, 10_000))
@settings(derandomize=True, max_examples=8, deadline=None)
def test_limits_narrow_as_expected_events_grow(method: FunnelMethod, seed: int) -> None:
    observed, expected = country(seed)
    found = funnel_limits(observed + 1, expected, method=method)
    order = np.argsort(expected)
    for low in (found.lower95, found.lower998):
        assert (np.diff(low[order]) >= 0).all()
        assert (low < 1).all()
    for high in (found.upper95, found.upper998):
        assert (np.diff(high[order]) <= 0).all()
        assert (high > 1).all()


@pytest.mark.parametrize("method", FUNNEL_METHODS)
@given(st.integers(0, 10_000))
@settings(derandomize=True, max_examples=8, deadline=None)
def test_the_order_of_the_trusts_does_not_matter(
    method: FunnelMethod, seed: int
) -> None:
    observed, expected = country(seed)
    shuffled = np.random.default_rng(seed).permutation(len(observed))
    found = funnel_limits(observed + 1, expected, method=method)
    other = funnel_limits((observed + 1)[shuffled], expected[shuffled], method=method)
    for name in ("lower95", "upper95", "lower998", "upper998"):
        assert getattr(other, name) == pytest.approx(
            getattr(found, name)[shuffled], rel=1e-9
        )


@pytest.mark.parametrize("method", SPREAD_METHODS)
@given(st.integers(0, 10_000), st.floats(1.0, 2.5))
@settings(derandomize=True, max_examples=8, deadline=None)
def test_more_spread_never_narrows_the_limits(
    method: FunnelMethod, seed: int, times: float
) -> None:
    observed, expected = country(seed, sd=0.1)
    if method == "cqc":
        further = expected * (1 + times * (np.sqrt(observed / expected) - 1)) ** 2
    else:
        further = expected * np.exp(times * np.log(observed / expected))
    near = funnel_limits(observed, expected, method=method)
    far = funnel_limits(further, expected, method=method)
    assert far.between_sd >= near.between_sd * (1 - 1e-9)
    assert (far.upper95 >= near.upper95 * (1 - 1e-9)).all()
    assert (far.lower95 <= near.lower95 * (1 + 1e-9)).all()


@pytest.mark.parametrize("method", LOG_METHODS)
def test_a_trust_without_events_has_no_log_ratio(method: FunnelMethod) -> None:
    observed, expected = country(3)
    observed[[2, 5]] = 0
    with pytest.raises(TooFewData, match="2 organisations observed no events") as told:
        funnel_limits(observed, expected, method=method)
    assert "`cqc`" in str(told.value)


@pytest.mark.parametrize("method", ["poisson", "cqc"])
def test_a_trust_without_events_has_limits_by_other_methods(
    method: FunnelMethod,
) -> None:
    observed, expected = country(3)
    observed[2] = 0
    found = funnel_limits(observed, expected, method=method)
    assert np.isfinite(found.lower95).all()
    assert found.lower95[2] > 0


@pytest.mark.parametrize("method", FUNNEL_METHODS)
def test_nine_trusts_are_too_few_and_ten_are_not(method: FunnelMethod) -> None:
    observed, expected = country(4, n=10)
    with pytest.raises(TooFewData, match="9 organisations: limits need at least 10"):
        funnel_limits(observed[:9], expected[:9], method=method)
    assert len(funnel_limits(observed, expected, method=method).lower95) == 10


@pytest.mark.parametrize("method", FUNNEL_METHODS)
@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        (-1.0, 10.0),
        (math.nan, 10.0),
        (math.inf, 10.0),
        (10.0, 0.0),
        (10.0, math.nan),
        (10.0, math.inf),
    ],
)
def test_impossible_events_are_refused(
    method: FunnelMethod, observed: float, expected: float
) -> None:
    o, e = [10.0] * 11 + [observed], [10.0] * 11 + [expected]
    with pytest.raises(InputError, match="expected events must be above 0"):
        funnel_limits(o, e, method=method)


def test_lists_of_two_lengths_are_refused() -> None:
    with pytest.raises(InputError, match="one length"):
        funnel_limits([10.0] * 12, [10.0] * 11, method="dl")


def test_an_unknown_method_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"`phs` is not a method.*trim-consistent"):
        funnel_limits([10.0] * 12, [10.0] * 12, method="phs")  # type: ignore[arg-type]


def test_limits_are_carried_over_to_trusts_without_part_in_the_spread() -> None:
    observed, expected = country(5)
    for method in LOG_METHODS:
        found = funnel_limits(observed + 1, expected, method=method)
        same = limits_of_others(expected, like=found)
        assert same.lower95 == pytest.approx(found.lower95, rel=1e-12)
        assert same.upper998 == pytest.approx(found.upper998, rel=1e-12)
    square = funnel_limits(observed, expected, method="cqc")
    with pytest.raises(ValueError, match="square root scale are not carried over"):
        limits_of_others(expected, like=square)
