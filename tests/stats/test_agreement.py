"""Agreement of coders: statsmodels, worked examples in print, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa as their_kappa
from statsmodels.stats.inter_rater import to_table

from candela.errors import InputError, TooFewData
from candela.stats.agreement import cohens_kappa, krippendorffs_alpha, pooled_kappa


def test_kappa_is_the_one_counted_by_hand() -> None:
    # 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: po = 35/50 = 0.7;
    # pe = 0.5 * 0.6 + 0.5 * 0.4 = 0.5; kappa = 0.2/0.5 = 0.4
    first = ["y"] * 25 + ["n"] * 25
    second = ["y"] * 20 + ["n"] * 5 + ["y"] * 10 + ["n"] * 15
    found = cohens_kappa(first, second)
    assert (found.observed, found.expected) == pytest.approx((0.7, 0.5))
    assert found.kappa == pytest.approx(0.4)


codes = st.sampled_from("abcd")


@given(st.lists(st.tuples(codes, codes), min_size=5, max_size=60))
def test_kappa_and_its_interval_are_those_of_statsmodels(
    pairs: list[tuple[str, str]],
) -> None:
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    try:
        found = cohens_kappa(first, second)
    except TooFewData:
        assert len({*first, *second}) == 1
        return
    numbers = [["abcd".index(a), "abcd".index(b)] for a, b in pairs]
    with np.errstate(all="ignore"):  # its test of kappa = 0, which we do not make
        theirs = their_kappa(to_table(numbers, bins=[-0.5, 0.5, 1.5, 2.5, 3.5])[0])
    assert found.kappa == pytest.approx(theirs.kappa, abs=1e-12)
    half = 1.959963984540054 * max(theirs.var_kappa, 0) ** 0.5
    assert found.lower == pytest.approx(max(theirs.kappa - half, -1), abs=1e-6)
    assert found.upper == pytest.approx(min(theirs.kappa + half, 1), abs=1e-6)


@given(st.lists(st.tuples(codes, codes), min_size=5, max_size=40))
def test_it_does_not_matter_who_coded_first(pairs: list[tuple[str, str]]) -> None:
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    if len({*first, *second}) == 1:
        return
    one, other = cohens_kappa(first, second), cohens_kappa(second, first)
    assert one.kappa == pytest.approx(other.kappa)
    assert one.upper == pytest.approx(other.upper)


def test_few_items_and_full_agreement_come_with_a_caution() -> None:
    found = cohens_kappa(["a", "b", "a"], ["a", "b", "a"])
    assert (found.kappa, found.lower, found.upper) == (1, 1, 1)
    assert len(found.cautions) == 2
    assert cohens_kappa(["a", "b", "b"] * 10, ["a", "b", "a"] * 10).cautions == ()


@pytest.mark.parametrize(
    ("first", "second", "error", "words"),
    [
        (["a"], [], InputError, "one has 1, the other 0"),
        ([], [], TooFewData, "no item was coded by two people"),
        (["a", "a"], ["a", "a"], TooFewData, "all 2 items the same code"),
    ],
)
def test_what_cannot_be_compared_is_said(
    first: list[str], second: list[str], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        cohens_kappa(first, second)


def test_several_codes_an_item_are_pooled_by_hand() -> None:
    # W1: yes/yes, no/no, yes/no, no/no: po 3/4, pe = 2/4*1/4 + 2/4*3/4 = 0.5
    # W2: no/no, yes/yes, no/no, no/no: po 1, pe = 1/16 + 9/16 = 0.625
    # pooled: (0.875 - 0.5625)/(1 - 0.5625) = 0.3125/0.4375 = 5/7
    first = [{"W1"}, {"W2"}, {"W1"}, set()]
    second = [{"W1"}, {"W2"}, set(), set()]
    found = pooled_kappa(first, second)
    assert found.kappa == pytest.approx(5 / 7)
    assert (found.items, found.same) == (4, 3)
    assert found.by_code["W1"].kappa == pytest.approx(0.5)
    assert found.by_code["W2"].kappa == 1


def test_a_code_that_both_chose_throughout_is_left_out() -> None:
    found = pooled_kappa([{"W1", "R1"}, {"W1"}], [{"W1", "R1"}, {"W1"}])
    assert set(found.by_code) == {"R1"}


def test_without_any_code_nothing_can_be_told() -> None:
    with pytest.raises(TooFewData):
        pooled_kappa([set(), set()], [set(), set()])


def rows(*coders: str) -> list[list[str | None]]:
    """Items of coders written as one letter an item, a dot where none was given."""
    return [
        [None if code == "." else code for code in item]
        for item in zip(*coders, strict=True)
    ]


FOUR_CODERS = ("123321412...", "1233224125..", ".33323422513", "12332441251.")
"""Krippendorff 2011, twelve items, codes missing; also in R's ``irr``."""

THREE_CODERS = (".....34121133.3", "1.213343.......", "..21344.21133.4")
"""Fifteen items, most codes missing; widely printed with 0.811 for intervals."""


@pytest.mark.parametrize(
    ("coders", "printed"), [(FOUR_CODERS, 0.743), (THREE_CODERS, 0.691)]
)
def test_alpha_is_the_published_one(coders: tuple[str, ...], printed: float) -> None:
    assert krippendorffs_alpha(rows(*coders)) == pytest.approx(printed, abs=5e-4)


@given(st.lists(st.tuples(codes, codes), min_size=2, max_size=30))
def test_alpha_of_two_coders_is_kappa_like_with_shared_shares(
    pairs: list[tuple[str, str]],
) -> None:
    # Scott's pi with the small-sample step: 1 - (1 - pi)(2n - 1)/(2n).
    every = [code for pair in pairs for code in pair]
    if len(set(every)) == 1:
        return
    n = len(pairs)
    po = sum(a == b for a, b in pairs) / n
    pe = sum((every.count(code) / (2 * n)) ** 2 for code in set(every))
    pi = (po - pe) / (1 - pe)
    expected = 1 - (1 - pi) * (2 * n - 1) / (2 * n)
    assert krippendorffs_alpha(pairs) == pytest.approx(expected)


@pytest.mark.parametrize("items", [[], [["a"], ["b", None]], [["a", "a"]]])
def test_alpha_needs_two_coders_and_two_codes(items: list[list[str | None]]) -> None:
    with pytest.raises(TooFewData):
        krippendorffs_alpha(items)
