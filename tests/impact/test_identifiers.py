"""What tells who somebody is: what is found, what is left, and what hiding leaves."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candela.impact.identifiers import (
    Found,
    IdentifierKind,
    blocks,
    find,
    hide,
    is_nhs_number,
)
from impact.identifier_corpus import HARD, counts, snippets


def hidden(text: str, **options: list[str]) -> str:
    return hide(text, find(text, **options))


# Numbers and addresses have a shape; of names and record numbers a few slip through.
LEAST_FOUND = {
    "nhs_number": 1,
    "national_insurance": 1,
    "phone": 1,
    "email": 1,
    "postcode": 1,
    "date": 1,
    "job_title": 1,
    "name": 0.95,
    "record_number": 0.9,
}


@pytest.mark.parametrize(("kind", "least"), LEAST_FOUND.items())
def test_in_the_corpus_so_much_is_found(kind: str, least: float) -> None:
    found = counts()
    assert found.marked[kind] >= 5
    assert found.hidden[kind] >= least * found.marked[kind], found.missed


def test_the_corpus_has_over_200_snippets_and_few_false_alarms() -> None:
    found = counts()
    assert len(snippets()) > 200
    assert len(found.alarms) <= 0.03 * found.clean, found.alarms
    assert found.beside <= 2


def test_of_hard_cases_most_with_a_shape_and_some_names_are_found() -> None:
    found = counts(HARD)
    assert found.hidden.total() >= 39, found.missed
    assert found.hidden["nhs_number"] == found.marked["nhs_number"] - 1  # in words
    assert len(found.alarms) <= 15, found.alarms


def test_a_date_or_a_sum_and_a_figure_after_it_block_nobody() -> None:
    # One in eleven of them has the check digit by chance.
    for digits in range(10, 100):
        assert not blocks(find(f"On 12/05/2023 {digits} people came."))
        assert not blocks(find(f"On 12-05-2023 {digits} people came."))
        assert not blocks(find(f"From 2019-2023 {digits} people came."))
        assert not blocks(find(f"It cost £1,234,567,8{digits}."))
        assert not blocks(find(f"There were 1,2,3,4,5,6,7,8,{digits}."))


def test_the_check_digit_is_counted_by_hand() -> None:
    # 9*10 + 4*9 + 3*8 + 4*7 + 7*6 + 6*5 + 5*4 + 9*3 + 1*2 = 299 = 27*11 + 2; 11 - 2 = 9
    assert is_nhs_number("9434765919")
    assert not is_nhs_number("9434765918")


def test_a_check_digit_of_ten_belongs_to_no_number() -> None:
    # 1*2 = 2 for 000000001x gives 9; 6*2 = 12 = 11 + 1 for 000000006x gives 10
    assert is_nhs_number("0000000019")
    assert not any(is_nhs_number(f"000000006{digit}") for digit in range(10))


def test_an_nhs_number_blocks_and_ten_other_digits_do_not() -> None:
    assert blocks(find("It is 943 476 5919."))
    assert not blocks(find("It is 943 476 5918."))
    assert not blocks(find("Dr Patel, 07700 900123"))


def nhs_number(first_nine: str) -> str | None:
    return next(
        (f"{first_nine}{d}" for d in range(10) if is_nhs_number(f"{first_nine}{d}")),
        None,
    )


NUMBERS = st.from_regex(r"[0-9]{9}", fullmatch=True).map(nhs_number)
SPACINGS = st.sampled_from(["", " ", "-", ".", "\u2013", "\u00a0", "  ", " - ", "\n"])


@given(NUMBERS.filter(bool), SPACINGS, st.sampled_from([(3, 6), (), (5,), (2, 5, 8)]))
def test_every_nhs_number_is_found_in_any_common_spacing(
    number: str, between: str, breaks: tuple[int, ...]
) -> None:
    spaced = "".join(
        between + digit if place in breaks else digit
        for place, digit in enumerate(number)
    )
    text = f"My number: {spaced}, they said."
    assert Found(11, 11 + len(spaced), IdentifierKind.NHS_NUMBER) in find(text)
    assert blocks(find(text))


@given(NUMBERS.filter(bool), SPACINGS)
def test_an_nhs_number_is_found_with_a_space_between_any_two_digits(
    number: str, between: str
) -> None:
    assert blocks(find(between.join(number)))


TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.sampled_from(
            ["Dr ", "[", "] ", "name", "hidden", " hidden]", "Smith ", "07700 900123",
             "9434765919", "a@b.org", "3 March 1961 ", "A1234567", "ward manager",
             "my name is ", "LS1 4AP", " ", "Long", "1", "/", "Sarah", "é", "’s "]
        ),
        max_size=12,
    ).map("".join),
)  # fmt: skip
NAMES = st.lists(st.sampled_from(["Jane Long", "Hidden", "Name", "", "Dr [ X", "(é"]))


@given(TEXTS, NAMES)
def test_hiding_twice_hides_nothing_more(text: str, names: list[str]) -> None:
    once = hidden(text, names=names)
    assert find(once, names=names) == ()


@given(TEXTS, NAMES)
def test_what_is_not_found_stays_letter_for_letter(text: str, names: list[str]) -> None:
    found = find(text, names=names)
    kept, at = "", 0
    for item in found:
        assert at <= item.start < item.end <= len(text)
        kept += text[at : item.start]
        at = item.end
    shown = hide(text, found)
    for item in found:
        shown = shown.replace(f"[{item.kind.words} hidden]", "", 1)
    if "hidden" not in text:
        assert shown == kept + text[at:]


def test_words_stand_in_place_of_what_was_found() -> None:
    assert hidden("Dr Patel saw me on 3 March 2024 and the matron on ward 4.") == (
        "[name hidden] saw me on [date hidden] and the [job title hidden] on ward 4."
    )


def test_names_of_the_study_are_found_whole_and_in_parts() -> None:
    staff = ["Jane Long", "Ngozi Àdébáyọ̀"]
    assert hidden("jane long, Long and ADEBAYO came", names=staff) == (
        "[name hidden], [name hidden] and [name hidden] came"
    )


def test_a_surname_that_is_a_word_stays_a_word() -> None:
    assert hidden("It was a long day.", names=["Jane Long"]) == "It was a long day."


def test_a_surname_called_hidden_does_not_undo_hiding() -> None:
    once = hidden("Mr Hidden rang.", names=["Ann Hidden"])
    assert once == hidden(once, names=["Ann Hidden"]) == "[name hidden] rang."


def test_titles_of_jobs_can_be_chosen() -> None:
    titles = ["sleep physiologist"]
    assert hidden("The Sleep Physiologist knew.", job_titles=titles) == (
        "The [job title hidden] knew."
    )
    assert hidden("The ward manager knew.", job_titles=titles) == (
        "The ward manager knew."
    )


def test_parts_that_overlap_are_hidden_as_one() -> None:
    found = [Found(0, 6, IdentifierKind.NAME), Found(3, 9, IdentifierKind.DATE)]
    assert hide("0123456789", found) == "[name hidden]9"


@pytest.mark.parametrize("text", ["1" * 2000, "a" * 2000, "Dr " * 700, "1 " * 1000])
def test_a_long_answer_of_one_letter_takes_no_time(text: str) -> None:
    began = time.perf_counter()
    find(text)
    # A pattern that tries everything would take years; this takes thousandths.
    assert time.perf_counter() - began < 5
