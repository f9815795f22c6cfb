"""Can anybody work out a count of few people from what is shown?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from candela.impact.claims import Role
from candela.impact.report import GroupHeard
from candela.publish.impact.small import (
    block_of,
    count_words,
    counts_to_show,
    groups_shown,
    is_count_of_people,
    may_show_again,
    share_shown,
    shown_count,
    total_shown,
)

P, C, M, R = Role.PARTICIPANT, Role.CLINICIAN, Role.MANAGER, Role.RESEARCHER
ROLES = (P, C, M, R)


def heard(counts: Mapping[Role, int], asked: int | None = 40) -> list[GroupHeard]:
    return [GroupHeard(role, asked, n, anonymous=True) for role, n in counts.items()]


@pytest.mark.parametrize(
    ("n", "shown"), [(0, 0), (1, "*"), (7, "*"), (8, 10), (12, 10), (13, 15), (40, 40)]
)
def test_a_count_is_hidden_below_eight_and_rounded_from_there(
    n: int, shown: int | str
) -> None:
    assert shown_count(n) == shown


def test_an_organisation_may_hide_more() -> None:
    assert shown_count(9, smallest=10) == "*"
    assert count_words(9, smallest=10) == "fewer than 10"


def test_a_share_is_of_rounded_parts_and_only_of_enough_people() -> None:
    assert share_shown(12, 41) == 25  # 10 of 40
    assert share_shown(0, 40) == 0
    assert share_shown(3, 40) is None  # the part is hidden
    assert share_shown(3, 7) is None
    assert share_shown(8, 8) == 100


def test_small_groups_are_shown_together() -> None:
    shown = groups_shown(heard({P: 31, C: 6, M: 3, R: 20}))
    assert [(row.words, row.answered) for row in shown] == [
        ("people who took part", 30),
        ("the research team", 20),
        ("clinicians and service staff and service leadership, shown together", 10),
    ]
    assert total_shown(heard({P: 31, C: 6, M: 3, R: 20})) == 60


def test_one_small_group_takes_the_smallest_other_with_it() -> None:
    shown = groups_shown(heard({P: 31, M: 1, R: 12}))
    assert [row.roles for row in shown] == [{P}, {M, R}]
    assert shown[1].answered == 15  # 1 + 12 = 13
    assert "service leadership" in shown[1].words


def test_seven_answers_in_all_are_hidden_and_the_eighth_is_rounded() -> None:
    (seven,) = groups_shown(heard({P: 7}))
    assert seven.is_hidden
    assert seven.share is None
    (eight,) = groups_shown(heard({P: 8}))
    assert (eight.answered, eight.share) == (10, 25)
    both = groups_shown(heard({P: 4, M: 2}))
    assert [row.answered for row in both] == ["*"]


def test_that_one_manager_did_not_answer_is_not_told() -> None:
    shown = groups_shown([*heard({P: 20}), GroupHeard(M, 1, 0, anonymous=False)])
    assert [row.roles for row in shown] == [{P, M}]
    silent = groups_shown(heard({P: 20, R: 0}))
    assert [(row.words, row.answered) for row in silent][1] == ("the research team", 0)


def test_two_campaigns_of_one_group_are_one_row() -> None:
    shown = groups_shown([*heard({P: 20}), *heard({P: 11})])
    assert [(row.asked, row.answered) for row in shown] == [(80, 30)]


def test_a_release_waits_for_eight_further_answers() -> None:
    assert not may_show_again(20, 27)
    assert may_show_again(20, 28)
    assert may_show_again(20, 20)
    assert not may_show_again(20, 19)  # one was taken back
    assert counts_to_show({P: 20}, {P: 27}) == {P: 20}
    assert counts_to_show({P: 20}, {P: 28}) == {P: 28}
    # A new group of three would be shown with the participants: it waits.
    assert counts_to_show({P: 20}, {P: 20, M: 3}) == {P: 20}
    assert counts_to_show({P: 20}, {P: 20, R: 9}) == {P: 20, R: 9}
    assert counts_to_show({}, {P: 3}) == {P: 3}


def test_only_figures_of_people_are_counts_of_people() -> None:
    assert is_count_of_people("staff trained", "nurses")
    assert is_count_of_people("patients seen", "")
    assert not is_count_of_people("time", "minutes per patient")
    assert not is_count_of_people("longer shifts", "minutes a nurse")
    assert not is_count_of_people("savings", "pounds")


# --- An attacker, who has every table of two releases and a linear programme ---------

Range = tuple[float, float]


def told(shown: int | str) -> Range:
    """Return which true counts a printed one may be."""
    if isinstance(shown, str):
        return (1, 7)
    return (0, 0) if shown == 0 else (max(8, shown - 2), shown + 2)


def constraints(
    groups: Sequence[GroupHeard], columns: Mapping[Role, int]
) -> Iterable[tuple[set[int], Range]]:
    """Yield what one release tells: sums of some of the unknowns, and their range."""
    for row in groups_shown(groups):
        range_ = (0, 7) if row.is_hidden else told(row.answered)
        yield {columns[role] for role in row.roles}, range_
    total = total_shown(groups)
    yield set(columns.values()), (0, 7) if total == "*" else told(total)


def ends(
    tables: Sequence[tuple[set[int], Range]], wanted: Mapping[int, float], width: int
) -> Range:
    """Return the least and the most that a sum of unknowns can be."""
    rows, limits = [], []
    for members, (low, high) in tables:
        row = np.array([float(n in members) for n in range(width)])
        rows += [row, -row]
        limits += [high, -low]
    aim = np.array([wanted.get(n, 0.0) for n in range(width)])
    found = []
    for sign in (1, -1):
        solved = linprog(sign * aim, A_ub=np.array(rows), b_ub=limits)
        found.append(sign * solved.fun if solved.status == 0 else -sign * math.inf)
    return found[0], found[1]


def is_safe(true: float, low: float, high: float) -> bool:
    """Say whether a small number stays unknown: it could be 8 or more, or any of 4."""
    if not 0 < abs(true) < 8:
        return True
    values = math.floor(high + 1e-6) - math.ceil(low - 1e-6) + 1
    return high >= 8 or low <= -8 or values >= 4


COUNTS = st.dictionaries(st.sampled_from(ROLES), st.integers(0, 45), min_size=1)


@given(before=COUNTS, more=st.dictionaries(st.sampled_from(ROLES), st.integers(-9, 30)))
@settings(max_examples=150, deadline=None)
@example(before={P: 22, M: 7}, more={})
@example(before={P: 12, C: 20}, more={M: 7})
@example(before={R: 8, M: 4, C: 12}, more={R: 12})
@example(before={P: 7}, more={P: 1})
def test_no_table_and_no_difference_of_two_tells_of_few_people(
    before: dict[Role, int], more: dict[Role, int]
) -> None:
    first = {role: n for role, n in before.items() if n}
    after = {r: max(0, first.get(r, 0) + more.get(r, 0)) for r in ROLES}
    after = {role: n for role, n in after.items() if n or role in first}
    second = dict(counts_to_show(first, after))
    # Whoever knows the first count to the last person learns of 8 others or of none.
    shown = {row.roles for row in groups_shown(heard(second))}
    for row in groups_shown(heard(first)):
        assert row.roles in shown
        then, now = (sum(c.get(r, 0) for r in row.roles) for c in (first, second))
        assert then == now or abs(now - then) >= 8
    width = 2 * len(ROLES)
    old = {role: n for n, role in enumerate(ROLES)}
    new = {role: n + len(ROLES) for role, n in old.items()}
    tables = list(
        chain(
            constraints(heard(first), {r: old[r] for r in first} or {P: old[P]}),
            constraints(heard(second), {r: new[r] for r in second} or {P: new[P]}),
        )
    )
    tables += [({old[r]}, (0, 0)) for r in ROLES if r not in first]
    tables += [({new[r]}, (0, 0)) for r in ROLES if r not in second]
    for role in ROLES:
        then, now = first.get(role, 0), second.get(role, 0)
        assert is_safe(then, *ends(tables, {old[role]: 1}, width)), "the first"
        assert is_safe(now, *ends(tables, {new[role]: 1}, width)), "the second"
        difference = {new[role]: 1, old[role]: -1}
        assert is_safe(now - then, *ends(tables, difference, width)), "the difference"


def test_the_attacker_finds_what_a_careless_table_gives_away() -> None:
    # 22 participants and 7 managers, each row by itself under an exact total of 29:
    # 29 less the most that 20 can be leaves 7 managers, and the * leaves no more.
    tables = [({0}, told(20)), ({1}, told("*")), ({0, 1}, (29.0, 29.0))]
    assert ends(tables, {1: 1}, 2) == pytest.approx((7, 7))
    assert not is_safe(7, 7, 7)


def test_a_row_is_found_by_its_group() -> None:
    shown = groups_shown(heard({P: 31, M: 1, R: 12}))
    assert block_of(shown, M) is block_of(shown, R)
    assert block_of(shown, C) is None
