"""Thirds never split equal doses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.errors import InputError, TooFewData
from candela.stats.thirds import thirds


@pytest.mark.parametrize(
    ("doses", "groups"),
    [
        ([3, 1, 2], [2, 0, 1]),
        (range(9), [0, 0, 0, 1, 1, 1, 2, 2, 2]),
        # 4 doses: a cut after 1 is 1/3 away from 4/3, after 3 is 1/3 away from 8/3.
        ([1, 2, 3, 4], [0, 1, 1, 2]),
        # Six zeros of ten: the first cut can only follow them.
        ([0] * 6 + [1, 2, 3, 4], [0] * 6 + [1, 2, 2, 2]),
        # Both cuts are nearest to the place after five; only the second can move.
        ([1] * 5 + [2] * 5 + [3], [0] * 5 + [1] * 5 + [2]),
        # Both are nearest to the place after nine; only the first can move.
        ([1] + [2] * 8 + [3] * 3, [0] + [1] * 8 + [2] * 3),
        # Places after 1, 5 and 9 of 10: 5 is 5/3 from both; moving the first loses
        # 2/3 more, as does moving the second, and the first moves.
        ([1] + [2] * 4 + [3] * 4 + [4], [0] + [1] * 4 + [2] * 5),
    ],
    ids=str,
)
def test_thirds_are_worked_by_hand(doses: list[float], groups: list[int]) -> None:
    assert thirds(doses).tolist() == groups


@settings(derandomize=True, max_examples=60)
@given(
    doses=st.lists(st.integers(0, 8), min_size=3, max_size=40).filter(
        lambda doses: len(set(doses)) > 2
    )
)
def test_groups_are_never_empty_follow_the_dose_and_keep_ties_together(
    doses: list[int],
) -> None:
    groups = thirds(doses)
    assert set(groups.tolist()) == {0, 1, 2}
    order = np.argsort(doses, kind="stable")
    assert (np.diff(groups[order]) >= 0).all()
    for value in set(doses):
        assert len({int(groups[i]) for i, d in enumerate(doses) if d == value}) == 1


def test_two_different_doses_cannot_make_three_groups() -> None:
    with pytest.raises(TooFewData, match="2 different doses"):
        thirds([0, 0, 0, 1])


def test_a_missing_dose_is_refused() -> None:
    with pytest.raises(InputError, match="none missing"):
        thirds([1, 2, np.nan])
