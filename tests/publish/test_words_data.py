"""Are the report's sentences, as data, those of its page with every number traced?"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

from book_pages import manifest_of, page_of
from candela.build import build_book
from shmi_files import write_shmi
from small_nation import MadeUp, settings

SENTENCES = (
    "finding",
    "verdict_sentence",
    "control",
    "official",
    "funnel",
    "comparison",
    "stand_ins",
)


def words_of(book: Path) -> dict[str, Any]:
    content = json.loads((book / "results" / "words.json").read_bytes())
    words: dict[str, Any] = content["words"]
    return words


@pytest.fixture(scope="module")
def words(made_up: MadeUp) -> dict[str, Any]:
    return words_of(made_up.book)


def sentences(words: dict[str, Any]) -> list[list[Any]]:
    return [words[name] for name in SENTENCES] + [c["finding"] for c in words["charts"]]


def text_of(parts: list[Any]) -> str:
    return "".join(part if isinstance(part, str) else part["words"] for part in parts)


def test_every_sentence_is_on_the_page_word_for_word(
    made_up: MadeUp, words: dict[str, Any]
) -> None:
    page = html.unescape(re.sub(r"<[^>]+>", "", page_of(made_up.book)))
    told = [text_of(parts) for parts in sentences(words)]
    assert len(told) == len(SENTENCES) + 4
    for sentence in told:
        assert sentence
        assert sentence in page
    for sentence in (*words["cautions"], *words["cannot_tell"]):
        assert sentence in page


def test_no_sentence_has_marks_in_it(words: dict[str, Any]) -> None:
    for parts in sentences(words):
        assert "<" not in text_of(parts)
        assert "&" not in text_of(parts)


def test_every_number_is_in_the_manifest_with_its_words(
    made_up: MadeUp, words: dict[str, Any]
) -> None:
    numbers = manifest_of(made_up.book)["numbers"]
    named = [p for parts in sentences(words) for p in parts if isinstance(p, dict)]
    assert len(named) > 20
    for part in named:
        assert numbers[part["number"]]["words"] == part["words"]


def test_every_chart_of_the_book_is_told(
    made_up: MadeUp, words: dict[str, Any]
) -> None:
    drawn = {path.stem for path in (made_up.book / "charts").glob("*.svg")}
    assert {chart["name"] for chart in words["charts"]} == drawn
    for chart in words["charts"]:
        assert chart["alt"].endswith("Table follows.")
        assert chart["how_to_read"]
        assert chart["title"]


def test_the_protocol_is_told_with_its_windows(words: dict[str, Any]) -> None:
    protocol = words["protocol"]
    assert protocol["name"] == "jonker_2018"
    assert protocol["doi"] == "10.1016/j.puhe.2017.12.022"
    assert protocol["smallest_ratio_that_matters"] == 0.98
    assert protocol["windows"][0] == "deaths of 2017/18: research of 2016/17"
    assert len(protocol["departures"]) > 3


def test_the_rest_is_counted_and_listed(made_up: MadeUp, words: dict[str, Any]) -> None:
    assert words["periods"] == 4
    assert words["span"] == "2016/17 to 2019/20"
    assert words["trusts"] == len({r.org_code for r in made_up.found.outcomes.rows})
    assert any(" became " in refusal for refusal in words["refused"])
    assert words["why_not"] == ""
    assert any("trust-year" in reason for reason in words["left_out"])


def test_a_book_without_an_association_says_why_and_keeps_the_plan(
    tmp_path: Path,
) -> None:
    build_book(write_shmi(tmp_path / "files"), tmp_path / "book", settings())
    words = words_of(tmp_path / "book")
    assert words["finding"] == words["comparison"] == []
    assert words["verdict"] == ""
    assert words["why_not"].startswith("No file gives research activity")
    assert words["protocol"]["title"].startswith("Research activity and deaths")
    assert words["protocol"]["windows"] == []
    assert text_of(words["funnel"])
