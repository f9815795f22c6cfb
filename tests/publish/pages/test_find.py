"""Is an organisation found by its name, its code and what it used to be?"""

from __future__ import annotations

import pytest

from candela.publish.pages.find import find
from candela.publish.pages.names import written_name
from candela.publish.pages.parts import plain
from page_cases import MERGED, NAMES, OLD, A, B, C, book, deaths

BOOK = book(deaths(A), deaths(B), deaths(C), deaths(OLD), succession=MERGED)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("quillmere", [A]),
        ("QUILL", [A]),
        ("hosp quill", [A]),  # words in any order, each the start of a word
        ("hospital", [A, C]),  # Hospitals too; the cottage hospital leads to A
        ("zb2", [B]),
        ("", [B, A, C]),
        ("   ", [B, A, C]),
    ],
)
def test_words_match_the_start_of_words_of_a_name_or_a_code(
    words: str, codes: list[str]
) -> None:
    assert [found.code for found in find(BOOK, words).found] == codes


@pytest.mark.parametrize("words", ["Brackenford", OLD])
def test_an_earlier_name_or_code_leads_to_the_one_that_took_over(words: str) -> None:
    page = find(BOOK, words)
    assert [(f.code, f.name, f.note) for f in page.found] == [
        (
            A,
            NAMES[A],
            "Brackenford Cottage Hospital (ZX9): merged into Quillmere Hospitals",
        )
    ]
    assert plain(page.finding) == f"1 organisation matches ‘{words}’."


def test_an_organisation_and_its_earlier_code_are_one_line() -> None:
    page = find(BOOK, "hospital")
    assert [f.code for f in page.found].count(A) == 1
    assert plain(page.finding) == "2 organisations match ‘hospital’."


def test_where_nothing_matches_the_nearest_three_names_are_told() -> None:
    page = find(BOOK, "Quilmeer")
    assert page.found == ()
    assert len(page.nearest) == 3
    assert page.nearest[0].code == A
    assert plain(page.finding) == (
        "No organisation matches ‘Quilmeer’. The nearest names are below."
    )


def test_very_long_words_are_cut_and_any_sign_is_only_text() -> None:
    page = find(BOOK, "<script>" + "x" * 1000)
    assert len(page.words) == 200
    assert page.found == ()


def test_a_hint_gives_an_example_that_would_be_found() -> None:
    hint = find(BOOK).hint
    example = hint.rsplit(" ", 1)[1].rstrip(".")
    assert find(BOOK, example).found


def test_an_apostrophe_and_capitals_are_no_hindrance() -> None:
    contents = book(names={A: "GUY'S AND ST THOMAS' NHS FOUNDATION TRUST"})
    for words in ("guys", "guy's", "GUY’S", "st thomas"):
        assert [f.code for f in find(contents, words).found] == [A]
    assert find(contents).found[0].name == "Guy's and St Thomas' NHS Foundation Trust"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        (
            "THE NEWCASTLE UPON TYNE HOSPITALS NHS FOUNDATION TRUST",
            "The Newcastle upon Tyne Hospitals NHS Foundation Trust",
        ),
        ("STOCKTON-ON-TEES (NORTH) HOSPITAL", "Stockton-On-Tees (North) Hospital"),
        ("Already Written as it is", "Already Written as it is"),
        ("ZA1", "ZA1"),  # a code is no name
        ("", ""),
    ],
)
def test_a_name_in_capitals_is_written_as_a_name(name: str, written: str) -> None:
    assert written_name(name) == written
