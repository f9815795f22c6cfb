"""Is what may be said chosen by the interval, and by nothing else?"""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.association.verdict import Kind, verdict_of
from candela.errors import InputError
from candela.stats.estimate import Estimate, Scale

MATTERS = 0.98  # and, on the other side, 1/0.98 = 1.0204


def interval(lower: float, upper: float, *, scale: Scale = "ratio") -> Estimate:
    return Estimate(
        value=math.sqrt(lower * upper),
        lower=lower,
        upper=upper,
        scale=scale,
        organisations=100,
        observations=400,
        method="made by hand",
        reference="none",
    )


def kind(lower: float, upper: float) -> Kind:
    return verdict_of(interval(lower, upper), smallest_ratio_that_matters=MATTERS).kind


@pytest.mark.parametrize(
    ("lower", "upper", "said"),
    [
        # excludes none, and all of it is beyond what matters
        (0.90, 0.97, Kind.MATTERS),
        (1.03, 1.10, Kind.MATTERS),
        # excludes none, part of it is smaller than what matters
        (0.95, 0.99, Kind.SIZE_UNSURE),
        (1.01, 1.10, Kind.SIZE_UNSURE),
        # includes none, wholly within what matters
        (0.99, 1.01, Kind.LITTLE_OR_NONE),
        # includes none, reaches beyond what matters
        (0.95, 1.01, Kind.CANNOT_TELL),
        (0.99, 1.05, Kind.CANNOT_TELL),
        (0.90, 1.10, Kind.CANNOT_TELL),
        # excludes none, all of it is smaller than what matters
        (0.985, 0.995, Kind.TOO_SMALL),
        (1.005, 1.015, Kind.TOO_SMALL),
    ],
)
def test_the_five_things_that_may_be_said(
    lower: float, upper: float, said: Kind
) -> None:
    assert kind(lower, upper) is said


@pytest.mark.parametrize(
    ("lower", "upper", "said"),
    [
        # a limit at 1 does not exclude none
        (0.99, 1.0, Kind.LITTLE_OR_NONE),
        (0.97, 1.0, Kind.CANNOT_TELL),
        (1.0, 1.01, Kind.LITTLE_OR_NONE),
        # a limit at what matters is beyond it ...
        (0.95, 0.98, Kind.MATTERS),
        (0.95, math.nextafter(0.98, 1), Kind.SIZE_UNSURE),
        # ... and an interval that reaches it is not past it
        (0.98, 0.99, Kind.TOO_SMALL),
        (math.nextafter(0.98, 0), 0.99, Kind.SIZE_UNSURE),
        (0.98, 1.01, Kind.LITTLE_OR_NONE),
        (math.nextafter(0.98, 0), 1.01, Kind.CANNOT_TELL),
    ],
)
def test_a_limit_on_the_boundary_is_settled_by_rule(
    lower: float, upper: float, said: Kind
) -> None:
    assert kind(lower, upper) is said


@given(st.floats(0.8, 1.2), st.floats(0.0005, 0.2))
@settings(derandomize=True, max_examples=60, deadline=None)
def test_turning_the_ratio_round_changes_nothing(value: float, half: float) -> None:
    lower, upper = value * math.exp(-half), value * math.exp(half)
    matters = -math.log(MATTERS)
    edges = (0.0, matters, -matters)
    ends = (math.log(lower), math.log(upper))
    if min(abs(end - edge) for end in ends for edge in edges) > 1e-9:
        assert kind(lower, upper) is kind(1 / upper, 1 / lower)


def test_information_grows_with_the_square_of_the_width() -> None:
    matters = -math.log(MATTERS)
    wide = interval(math.exp(-3 * matters), math.exp(3 * matters))
    found = verdict_of(wide, smallest_ratio_that_matters=MATTERS)
    # Three times too wide: nine times the organisation-years.
    assert found.times_information == pytest.approx(9)
    assert found.smallest_ratio_that_matters == MATTERS
    narrow = verdict_of(interval(0.999, 1.001), smallest_ratio_that_matters=MATTERS)
    assert narrow.times_information == 1


def test_a_verdict_is_of_a_ratio() -> None:
    with pytest.raises(InputError, match="given on a ratio"):
        verdict_of(
            interval(0.2, 0.9, scale="log_ratio"), smallest_ratio_that_matters=MATTERS
        )


@pytest.mark.parametrize("smallest", [0.0, 1.0, 1.02])
def test_what_matters_lies_below_one(smallest: float) -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        verdict_of(interval(0.9, 1.1), smallest_ratio_that_matters=smallest)


@pytest.mark.parametrize("ends", [(0.975, 1.003), (0.976, 1.001), (0.97, 1.0005)])
def test_an_interval_that_cannot_tell_always_needs_more(
    ends: tuple[float, float],
) -> None:
    lower, upper = ends
    found = verdict_of(interval(lower, upper), smallest_ratio_that_matters=0.98)
    assert found.kind is Kind.CANNOT_TELL
    centre = abs(math.log(lower) + math.log(upper)) / 2
    half = (math.log(upper) - math.log(lower)) / 2
    # With this much more the interval would exclude none, or lie within what matters.
    narrowed = half / math.sqrt(found.times_information)
    within = centre + narrowed <= -math.log(0.98) + 1e-12
    assert found.times_information > 1
    assert narrowed <= centre + 1e-12 or within
