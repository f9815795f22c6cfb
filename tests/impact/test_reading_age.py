"""Is the reading age that a form states the one that another program measures?"""

from __future__ import annotations

import math

import pytest
import textstat

from candela.impact.questions import Form
from candela.impact.reading_age import (
    NOT_MEASURED,
    YOUNGEST,
    grade,
    measured,
    passages,
)
from impact.forms_at_hand import EVERY_FORM, NAMES

FOR_PUBLIC = {"participant", "carer", "carer-bereaved", "contributor"}
EASIER = {"easy_read", "child_6_11", "young_12_15"}
SCHOOL_BEGINS = 5
APART = 1.0  # syllables by rule and by dictionary

ENGLISH = [form for form in EVERY_FORM if form.locale == "en-GB"]
english = pytest.mark.parametrize(
    "form", ENGLISH, ids=[n for n in NAMES if n.endswith("en-GB")]
)


def age(form: Form) -> float:
    """Return the reading age by the other program."""
    grades = [textstat.flesch_kincaid_grade(passage) for passage in passages(form)]
    return max(grades) + SCHOOL_BEGINS


@english
def test_the_other_program_finds_the_same_within_a_year(form: Form) -> None:
    for passage in passages(form):
        other = textstat.flesch_kincaid_grade(passage)
        assert grade(passage) == pytest.approx(other, abs=APART), passage


@english
def test_what_is_stated_is_what_was_measured_rounded_up(form: Form) -> None:
    assert form.reading_age == measured(form)
    assert abs(form.reading_age - max(YOUNGEST, math.ceil(age(form)))) <= 1


@english
def test_people_who_took_part_can_read_it(form: Form) -> None:
    usual = 11 if form.key in FOR_PUBLIC else 14
    limit = 9 if form.format in EASIER else usual
    assert age(form) <= limit
    assert form.reading_age <= limit


def test_other_languages_are_not_measured_with_a_formula_for_english() -> None:
    welsh = [form for form in EVERY_FORM if form.locale == "cy"]
    assert [form.reading_age for form in welsh] == [NOT_MEASURED]
    assert measured(welsh[0]) == NOT_MEASURED


def test_the_grade_is_that_of_the_formula() -> None:
    # 6 words, 1 sentence, 6 syllables.
    assert grade("The cat sat on the mat.") == pytest.approx(
        0.39 * 6 / 1 + 11.8 * 6 / 6 - 15.59
    )
    # 3 words, 1 sentence, 1 + 3 + 4 syllables.
    assert grade("What happened? Unfortunately.") > 5
    assert grade("") == 0.0
