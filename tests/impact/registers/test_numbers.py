"""Is a number recognised however it was typed, and refused where it is none?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candela.errors import InputError
from candela.impact.registers.numbers import Scheme, guess, normalised, orcid, page_of


@pytest.mark.parametrize(
    ("scheme", "typed", "written"),
    [
        (Scheme.ISRCTN, " isrctn 12345678 ", "ISRCTN12345678"),
        (Scheme.ISRCTN, "12345678", "ISRCTN12345678"),
        (Scheme.NCT, "nct01234567", "NCT01234567"),
        (Scheme.IRAS, "IRAS ID: 123456", "123456"),
        (Scheme.IRAS, "1001234", "1001234"),
        (Scheme.CPMS, "19978.0", "19978"),
        (Scheme.EDGE, "EDGE 4711", "4711"),
        (Scheme.DOI, "https://doi.org/10.1000/ABC.12", "10.1000/abc.12"),
        (Scheme.DOI, "doi:10.1000/182.", "10.1000/182"),
        (Scheme.AWARD, " NIHR  1234 ", "NIHR 1234"),
    ],
)
def test_each_number_has_one_form(scheme: Scheme, typed: str, written: str) -> None:
    assert normalised(scheme, typed) == written
    assert normalised(scheme, written) == written


@pytest.mark.parametrize(
    ("scheme", "typed"),
    [
        (Scheme.ISRCTN, "ISRCTN7654321"),
        (Scheme.ISRCTN, "ISRCTN987654321"),
        (Scheme.NCT, "NCT7654321"),
        (Scheme.IRAS, "123"),
        (Scheme.IRAS, "12345678"),
        (Scheme.CPMS, "19978.5"),
        (Scheme.DOI, "11.1000/182"),
        (Scheme.DOI, "10.4711/"),
        (Scheme.LOCAL, "   "),
        (Scheme.LOCAL, "x" * 81),
        (Scheme.ISRCTN, "\u0661" * 8),  # digits, yet not those of the register
    ],
)
def test_what_is_no_number_is_refused_without_repeating_it(
    scheme: Scheme, typed: str
) -> None:
    with pytest.raises(InputError) as refusal:
        normalised(scheme, typed)
    if typed.strip():
        assert typed not in str(refusal.value)


@given(st.sampled_from(Scheme), st.text(max_size=100))
def test_any_text_is_a_number_that_stays_as_it_is_or_is_refused(
    scheme: Scheme, typed: str
) -> None:
    try:
        written = normalised(scheme, typed)
    except InputError:
        return
    assert len(written) <= 80
    assert normalised(scheme, written) == written


def test_an_orcid_is_checked_by_its_last_digit() -> None:
    # Josiah Carberry, whom ORCID invented, and the example with X.
    assert orcid("https://orcid.org/0000-0002-1825-0097") == "0000-0002-1825-0097"
    assert orcid("0000000218250097") == "0000-0002-1825-0097"
    assert orcid("0000-0002-1694-233x") == "0000-0002-1694-233X"


@pytest.mark.parametrize(
    "typed", ["0000-0002-1825-0098", "0000-0002-1852-0097", "0000-0002", "", "a" * 16]
)
def test_a_slip_of_the_fingers_in_an_orcid_is_found(typed: str) -> None:
    with pytest.raises(InputError):
        orcid(typed)


@given(st.integers(min_value=0, max_value=15), st.integers(min_value=1, max_value=9))
def test_one_wrong_digit_is_always_found(place: int, by: int) -> None:
    digits = list("0000000218250097")
    digits[place] = str((int(digits[place]) + by) % 10)
    with pytest.raises(InputError):
        orcid("".join(digits))


def test_a_number_that_names_its_register_is_known_by_it() -> None:
    assert guess("isrctn12345678") is Scheme.ISRCTN
    assert guess("NCT01234567") is Scheme.NCT
    assert guess("10.1000/182") is Scheme.DOI
    assert guess("12345") is None


def test_only_registers_with_pages_have_addresses() -> None:
    assert page_of(Scheme.ISRCTN, "ISRCTN12345678").endswith("/ISRCTN12345678")
    assert page_of(Scheme.CPMS, "1") == ""
