"""Two coders of the same answers."""

from __future__ import annotations

import pytest

from candela.impact.claims import Direction
from candela.impact.coding import Coded, compare

BETTER, WORSE = Direction.POSITIVE, Direction.NEGATIVE


def coded(*kinds: str, direction: Direction | None = BETTER) -> Coded:
    return Coded(frozenset(kinds), direction if kinds else None)


def test_kinds_and_direction_are_compared_by_hand() -> None:
    # W1 as yes/yes, yes/yes, no/no, no/no; W2 as no/no, no/yes, yes/yes, no/no.
    # po (1 + 3/4)/2 = 0.875; pe (0.5 + 0.25*0.5 + 0.75*0.5)/2 = 0.5; kappa 0.75.
    # Direction of the three answers in which both found a change: po 2/3,
    # pe 2/3*1/3 + 1/3*2/3 = 4/9; kappa (2/9)/(5/9) = 0.4.
    found = compare(
        [
            (coded("W1"), coded("W1")),
            (coded("W1"), coded("W1", "W2", direction=WORSE)),
            (coded("W2", direction=WORSE), coded("W2", direction=WORSE)),
            (coded(), coded()),
        ]
    )
    assert (found.answers, found.same) == (4, 3)
    assert found.kinds is not None
    assert found.kinds.kappa == pytest.approx(0.75)
    assert found.direction is not None
    assert found.direction.kappa == pytest.approx(0.4)
    assert found.why_not == ()


def test_without_answers_coded_twice_it_says_so() -> None:
    found = compare([])
    assert (found.answers, found.kinds, found.direction) == (0, None, None)
    assert found.why_not == (
        "Kinds of change: no item was coded by two people yet.",
        "Direction: no item was coded by two people yet.",
    )


def test_one_code_throughout_cannot_tell() -> None:
    found = compare([(coded("W1"), coded("W1"))] * 3)
    assert found.same == 3
    assert found.kinds is None
    assert "all 3 items the same code" in found.why_not[1]
