"""Is every method explained, with arithmetic that is true?"""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from candela.publish.pages.methods import method_names, method_page
from candela.publish.pages.methods.page import MethodPage
from candela.publish.pages.words import words_page
from candela.stats.funnel import FUNNEL_METHODS
from candela.tables import MEASURES
from page_cases import forbidden_in, said

GLOSSARY = Path(__file__).parents[3] / "docs" / "glossary.md"


def page(name: str) -> MethodPage:
    found = method_page(name)
    assert found is not None
    return found


def test_every_method_measure_and_indicator_has_a_page() -> None:
    names = set(method_names())
    assert {f"limits-{method}" for method in FUNNEL_METHODS} <= names
    assert {f"measure-{name.replace('_', '-')}" for name in MEASURES} <= names
    assert {"shmi", "activity", "interval", "change", "peers"} <= names
    assert method_page("nothing") is None


@pytest.mark.parametrize("name", method_names())
def test_a_page_is_plain_short_and_whole(name: str) -> None:
    found = page(name)
    assert found.name == name
    assert len(found.definition.split()) <= 25
    assert found.definition.endswith(".")
    assert len(found.example.rows) == 4
    assert found.arithmetic
    assert found.formula
    assert found.leaves_out
    assert found.versions


@pytest.mark.parametrize("name", method_names())
def test_a_page_says_nothing_that_may_not_be_said(name: str) -> None:
    found = page(name)
    assert {t: f for t in said(found) if (f := forbidden_in(t))} == {}


@pytest.mark.parametrize(
    "name", [n for n in method_names() if not n.startswith("measure")]
)
def test_a_method_names_its_source(name: str) -> None:
    references = page(name).references
    assert any(r.doi for r in references)
    assert all(re.fullmatch(r"10\.\d{4,}/\S+", r.doi) for r in references if r.doi)


def cells(found: MethodPage) -> list[list[str]]:
    return [[cell.words for cell in row] for row in found.example.rows]


def test_the_example_of_deaths_can_be_worked_out_by_hand() -> None:
    first = cells(page("shmi"))[0]
    assert first[:4] == ["Organisation A", "130", "100", "1,300"]  # 130 / 100


def test_the_arithmetic_of_over_dispersed_limits_holds() -> None:
    lines = page("limits-trim-consistent").arithmetic
    tau2 = float(re.findall(r"tau2 = ([\d.]+)", lines[1])[0])
    s = math.sqrt(1 / 100 + tau2)  # 100 expected
    assert f"{s:.4f}" in lines[2]
    assert f"{math.exp(-1.96 * s):.3f}" in lines[3]
    assert f"{math.exp(1.96 * s):.3f}" in lines[3]


def test_the_arithmetic_of_the_square_root_holds() -> None:
    lines = page("limits-cqc").arithmetic
    tau2 = float(re.findall(r"tau2 = ([\d.]+)", lines[1])[0])
    s = math.sqrt(1 / 400 + tau2)
    assert f"{(1 + 1.96 * s) ** 2:.3f}" in lines[3]


def test_the_example_of_change_ends_with_a_signal() -> None:
    found = page("change")
    assert cells(found)[-1] == ["Period 12", "70", "28", "outside"]
    # mean of all: 471 / 12; mean move: 107 / 11 = 9.73
    assert found.arithmetic[:2] == ("Mean of all 12: 39.2", "Mean move: 9.73")
    assert found.arithmetic[-1] == "Period 12 is 70: one point above the limits"


def test_the_example_of_peers_gives_the_distance_of_its_arithmetic() -> None:
    found = page("peers")
    z = [float(re.findall(r"= ([\d.]+)$", line)[-1]) for line in found.arithmetic[:2]]
    distance = math.sqrt((z[0] ** 2 + z[1] ** 2) / 2)
    assert cells(found)[1][-1] == f"{distance:.2f}"


def test_a_size_is_averaged_over_a_year_and_a_flow_is_added_up() -> None:
    # 686 + 700 + 707 + 707 = 2,800
    assert page("measure-beds-total").arithmetic == (
        "A: (686 + 700 + 707 + 707) / 4 = 700 on average over the year",
    )
    assert page("measure-spells").arithmetic == (
        "A: 2,058 + 2,100 + 2,121 + 2,121 = 8,400 in the year",
    )


def test_a_word_and_its_example_take_40_words_at_most() -> None:
    words = [word for _, letter in words_page().letters for word in letter]
    assert len(words) > 45
    for word in words:
        assert len(f"{word.meaning} {word.example}".split()) <= 40, word
        assert word.example
        assert forbidden_in(f"{word.meaning} {word.example}") == [], word


def test_words_stand_from_a_to_z_each_once() -> None:
    letters = words_page().letters
    assert [letter for letter, _ in letters] == sorted({lt for lt, _ in letters})
    names = [word.word.casefold() for _, letter in letters for word in letter]
    assert names == sorted(set(names))


def test_the_glossary_of_the_docs_has_the_same_words_and_meanings() -> None:
    told = dict(
        re.findall(
            r"^\| (?!word \||---)([^|]+) \| ([^|]+) \|$",
            GLOSSARY.read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    )
    ours = {
        word.word: word.meaning for _, letter in words_page().letters for word in letter
    }
    assert told == ours
