"""Do figures have the digits that their intervals deserve?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candela.publish.pages.rounding import about, counted, digits_of, figure


@pytest.mark.parametrize(
    ("lower", "upper", "value", "digits", "shown"),
    [
        # the last digit shown is the smallest of which the interval holds two
        (1056, 1148, 1101, 0, "1,101"),  # 92 wide: 46 tens are too coarse, ones it is
        (3.82, 4.64, 4.22, 1, "4.2"),  # 0.82 wide holds 8 tenths
        (8.0, 9.9, 8.9, 1, "8.9"),  # 1.9 wide holds 1.9 ones: not two
        (8.0, 10.0, 8.9, 0, "9"),  # 2.0 wide holds two ones
        (0.02, 0.33, 0.11, 1, "0.1"),  # 0.31 wide holds 3 tenths
        (0.011, 0.033, 0.022, 2, "0.02"),  # 0.022 wide holds two hundredths
        (0.10001, 0.10002, 0.100015, 4, "0.1000"),  # never more than four
        (None, None, 1234.5, 0, "1,234"),  # without an interval three figures
        (None, None, 12.345, 1, "12.3"),
        (None, None, 0.01234, 4, "0.0123"),
        (None, None, 0.0, 0, "0"),
        (5.0, 5.0, 5.0, 2, "5.00"),  # an interval of no width is none
    ],
)
def test_the_width_of_the_interval_decides_the_last_digit(
    lower: float | None, upper: float | None, value: float, digits: int, shown: str
) -> None:
    assert digits_of(lower, upper, value) == digits
    assert figure(value, digits) == shown


@given(st.floats(0, 1e6), st.floats(1e-3, 1e6, allow_nan=False, allow_infinity=False))
def test_an_interval_never_rounds_to_one_number(lower: float, width: float) -> None:
    """Two or more units of the last digit are wider than any rounding of both ends."""
    upper = lower + width
    digits = digits_of(lower, upper, lower)
    if width > lower * 1e-9 and digits < 4:
        assert figure(lower, digits) != figure(upper, digits)


def test_a_figure_that_rounds_to_none_has_no_sign() -> None:
    assert figure(-0.01, 1) == "0.0"
    assert figure(-0.06, 1) == "-0.1"


def test_money_carries_its_sign_and_counts_are_whole() -> None:
    assert figure(1234.5, 0, "gbp") == "£1,234"
    assert counted(1234.5001) == "1,235"


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        (0.0, "fewer than 1"),
        (0.99, "fewer than 1"),
        (1.0, "about 1"),
        (7.05, "about 7"),
    ],
)
def test_chance_is_told_as_about_so_many(expected: float, words: str) -> None:
    assert about(expected) == words
