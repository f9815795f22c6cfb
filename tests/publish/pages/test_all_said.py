"""Is everything that is said of the small made-up nation fit to be said?

Every page of every organisation and indicator of its book: no word of blame or cause,
no abbreviation before it is explained, short findings, no hidden count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from candela.build.reading import open_book
from candela.publish.contents import BookContents
from candela.publish.pages import (
    analyses_page,
    analysis_page,
    compare_page,
    downloads_page,
    find,
    funnel_page,
    home_page,
    indicator_page,
    organisation_page,
    peers_page,
    plain,
    sources_page,
)
from candela.publish.pages.held import held
from candela.publish.pages.nothings import CELLS
from page_cases import forbidden_in, said
from small_nation import FEW, SEVEN, YEAR, MadeUp

ABBREVIATION = re.compile(r"\b[A-Z]{2,}\b")
EXPLAINED = "eaths compared with expected (SHMI)"
MOST_WORDS = 30
INTERVAL = re.compile(r" \((?:95% interval|expected) [^)]*\)")


@cache
def opened(book: Path) -> BookContents:
    return open_book(book)


@pytest.fixture
def contents(made_up: MadeUp) -> BookContents:
    return opened(made_up.book)


@cache
def pages_of(contents: BookContents) -> tuple[tuple[str, Any], ...]:
    """Return every page of a book with its name."""
    book = held(contents)
    found: list[tuple[str, Any]] = [
        ("home", home_page(contents)),
        ("find", find(contents, "a")),
        ("analyses", analyses_page(contents)),
        ("analysis", analysis_page(contents, "jonker_2018")),
        ("sources", sources_page(contents)),
        ("downloads", downloads_page(contents)),
        ("compare", compare_page(contents, contents)),
    ]
    for key in book.indicators:
        for period in book.periods(key):
            name = f"{period.start}_{period.end}"
            found.append((f"funnel {key} {name}", funnel_page(contents, key, name)))
    for code in book.codes:
        found.append((f"organisation {code}", organisation_page(contents, code)))
        found.append((f"peers {code}", peers_page(contents, code)))
        for key in book.indicators:
            page = indicator_page(contents, code, key)
            found.append((f"indicator {code} {key}", page))
    return tuple(found)


def every(contents: BookContents, *kinds: str) -> Iterator[tuple[str, Any]]:
    for name, page in pages_of(contents):
        if not kinds or name.split()[0] in kinds:
            yield name, page


def test_every_page_is_there(contents: BookContents) -> None:
    assert [name for name, page in every(contents) if page is None] == []
    assert len(list(every(contents, "indicator"))) > 300


def test_no_page_says_a_word_of_blame_cause_or_rank(contents: BookContents) -> None:
    # The title of the study that is followed is a quotation; sources are file names.
    where = {
        text: name
        for name, page in every(contents)
        if name not in ("sources", "downloads")
        for text in said(page)
        if "Jonker" not in text
    }
    found = {t: (where[t], words) for t in where if (words := forbidden_in(t))}
    assert found == {}


def above_the_charts(name: str, page: Any, names: list[str]) -> list[str]:
    """Return what is read above the first chart, without names of organisations."""
    parts = [page.question, plain(page.finding)]
    if name.startswith("indicator"):
        parts += [page.label, plain(page.next_step)]
        parts += [plain(s) for s in page.means_here]
    if name.startswith("organisation"):
        groups = (page.worth_a_question, page.possibly_different)
        groups += (page.not_different, page.too_few)
        parts += [plain(line.sentence) for group in groups for line in group]
    if name.startswith("home"):
        parts += [plain(door.answer) for door in page.doors]
    told = []
    for part in parts:
        for known in names:
            part = part.replace(known, "")
        told.append(part)
    return told


def test_no_abbreviation_stands_unexplained_above_a_chart(
    contents: BookContents,
) -> None:
    book = held(contents)
    names = sorted((book.name(code) for code in book.codes), key=len, reverse=True)
    lacking = {
        (name, text)
        for name, page in every(contents)
        for text in above_the_charts(name, page, names)
        if ABBREVIATION.findall(text.replace(EXPLAINED, ""))
    }
    assert lacking == set()


def test_a_finding_takes_30_words_beside_its_interval_and_names(
    contents: BookContents,
) -> None:
    book = held(contents)
    long = {}
    for name, page in every(contents):
        told = INTERVAL.sub("", plain(page.finding))
        for code in book.codes:
            told = told.replace(book.name(code), "")
        sentences = re.split(r"(?<=[.;?])\s+", told)
        words = max(len(sentence.split()) for sentence in sentences)
        if words > MOST_WORDS:
            long[name] = told
    assert long == {}


def test_the_finding_of_an_indicator_is_short_as_a_whole(
    contents: BookContents,
) -> None:
    long = {
        name: told
        for name, page in every(contents, "indicator")
        if len((told := INTERVAL.sub("", plain(page.finding))).split()) > MOST_WORDS + 8
    }
    assert long == {}


def test_no_sentence_repeats_a_space_or_leaves_a_gap(contents: BookContents) -> None:
    where = {
        text: name
        for name, page in every(contents)
        if name not in ("sources", "downloads", "analysis")
        for text in said(page)
    }
    odd = re.compile(r"  |\s[.,;)]|\(\s|\.\.|^\s|\s$|None\b(?! of)|nan")
    assert {text: name for text, name in where.items() if odd.search(text)} == {}


@pytest.mark.parametrize(
    ("code", "measure"),
    [(FEW, "participants_interventional"), (SEVEN, "participants_commercial")],
)
def test_a_hidden_count_is_on_no_page_of_its_organisation(
    contents: BookContents, code: str, measure: str
) -> None:
    book = held(contents)
    key = next(k for k, i in book.indicators.items() if i.measure == measure)
    first = f"{YEAR}_{int(YEAR[:4]) + 1}-03-31"
    page = indicator_page(contents, code, key, first)
    assert page is not None
    assert page.nothing == "hidden"
    assert plain(page.finding).startswith("Fewer than 8 people were counted")
    assert page.figure("peers") is None
    funnel = page.figure("funnel")
    assert funnel is None or code not in {
        row[0] for row in funnel.table.rows if isinstance(row[3], float)
    }
    trend = page.figure("trend")
    assert trend is not None
    shown = {row[0]: row[3:6] for row in trend.table.rows}
    assert shown["2016/17"] == ("*", "*", "*")
    assert CELLS["hidden"] in {cell.words for row in trend.view.rows for cell in row}
    assert not any(fact.term.startswith("Participants") for fact in page.numbers)


def test_every_number_said_leads_to_its_origin(contents: BookContents) -> None:
    from candela.publish.pages import Number, trace

    names = {
        part.name
        for name, page in every(contents, "home", "organisation", "analysis", "funnel")
        for sentence in sentences_of(page)
        for part in sentence
        if isinstance(part, Number)
    }
    assert len(names) > 500
    assert [name for name in names if trace(contents, name) is None] == []


def sentences_of(thing: Any) -> Iterator[tuple[Any, ...]]:
    from dataclasses import fields, is_dataclass

    from candela.publish.pages import Number

    if isinstance(thing, tuple):
        if any(isinstance(part, Number) for part in thing):
            yield thing
        else:
            for part in thing:
                yield from sentences_of(part)
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from sentences_of(getattr(thing, field.name))
