"""Does every page stand, whatever a book that anyone may upload has in its cells?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

import altair as alt
import pytest

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
    sources_page,
    trace,
)
from candela.publish.pages.charts import draw
from page_cases import INDICATORS, JOINED, A, B, book

BOOKS = 60
CODES = (A, B, *(f"ZQ{n:02}" for n in range(12)), "")
NUMBERS = (
    "count",
    "size",
    "value",
    "lower",
    "upper",
    "expected",
    "lower95",
    "upper95",
    "lower998",
    "upper998",
    "third",
    "sustained_years",
)
VERDICTS = ("higher", "possibly_lower", "as_expected", "no_limits", "", None, "<b>")
KINDS = ("one_point", "two_points", "short", "no_signal", "signal", "", None, "<b>")
ODD = ("*", None, 0.0, -1.0, 1e-9, 1e15, "", "x")


class Oddities:
    """Cells as they should be, mostly, and as they never should."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.odd = self.random.choice((0.0, 0.1, 0.4))  # how many cells are odd

    def one_of(self, values: Sequence[Any]) -> Any:
        return self.random.choice(values)

    def number(self) -> Any:
        if self.random.random() < self.odd:
            return self.one_of(ODD)
        return self.random.uniform(0.5, 1.5) * self.one_of((1.0, 1.0, 1000.0))

    def numbers(self, *columns: str) -> dict[str, Any]:
        return {column: self.number() for column in columns}

    def period(self) -> dict[str, Any]:
        if self.random.random() < self.odd:
            ends = [
                self.one_of((None, "x", date(2015, 1, 1) + timedelta(n)))
                for n in (self.random.randrange(3000), self.random.randrange(3000))
            ]
        else:
            first = self.one_of((2020, 2021, 2021))
            ends = [date(first, 4, 1), date(first + 1, 3, 31)]
        return dict(zip(("period_start", "period_end"), ends, strict=True))

    def figure(self, code: str) -> dict[str, Any]:
        return {
            "org_code": code,
            "indicator": self.one_of(("shmi", "shmi", JOINED, JOINED, "x", "")),
            **self.period(),
            **self.numbers(*NUMBERS),
            "verdict": self.one_of(VERDICTS),
            "nothing": self.one_of(("", "", "", "hidden", "not_reported", None, "x")),
        }

    def summary(self) -> dict[str, Any]:
        return {
            "indicator": self.one_of(("shmi", JOINED)),
            **self.period(),
            **self.numbers("organisations", "outside95", "outside998", "between_sd"),
            **self.numbers("expected_outside95", "expected_outside998", "median"),
            **self.numbers("lower_quartile", "upper_quartile"),
            "why_no_limits": self.one_of(("", "there are 9.", None)),
        }

    def change(self) -> dict[str, Any]:
        period = self.period()
        return {
            "org_code": self.one_of(CODES),
            "indicator": self.one_of(("shmi", JOINED)),
            "kind": self.one_of(KINDS),
            **self.numbers("points", "previous", "latest", "mean", "lower", "upper"),
            "signal_period_start": period["period_start"],
            "signal_period_end": period["period_end"],
            "signal": self.one_of(("one point above", "", None)),
        }

    def analysis(self, name: str) -> dict[str, Any]:
        return {
            "name": name,
            "scale": self.one_of(("ratio", "ratio", "e_value", "x", None)),
            "primary": self.one_of((name == "primary", None, "x")),
            "outcome": "SHMI",
            **self.numbers("estimate", "lower", "upper", "p_value", "organisations"),
        }

    def book(self) -> BookContents:
        per = self.one_of((1.0, 100.0, 0.0, -1.0, None, "*"))
        codes = [*CODES, *CODES, *(self.one_of(CODES) for _ in range(10))]
        return book(
            *(self.figure(code) for code in codes),
            indicator=[{**i, "per": per} for i in INDICATORS],
            change=[self.change() for _ in range(12)],
            position_summary=[self.summary() for _ in range(6)],
            feature=[
                {
                    "org_code": code,
                    "feature": self.one_of(("beds", "staff", "")),
                    "label": self.one_of(("Beds", "", None)),
                    "value": self.number(),
                    "unit": self.one_of(("beds, daily average", "", None)),
                }
                for code in CODES
            ],
            peers=[
                {
                    "org_code": self.one_of((A, B)),
                    "basis": self.one_of(("all", "beds", None)),
                    "place": self.number(),
                    "peer_code": code,
                }
                for code in CODES
            ],
            succession=[
                {
                    "org_code": self.one_of(CODES),
                    "successors": self.one_of((*CODES, f"{A} {B}", None)),
                }
                for _ in range(4)
            ],
            association=[
                self.analysis(name)
                for name in ("primary", "unadjusted", "spearman_x", "e_value", "")
            ],
            words={
                "finding": self.one_of(([], ["A."], "A.", [{"number": 1}], None)),
                "protocol": self.one_of(({}, {"name": "plan"}, None, "x")),
            },
        )


@pytest.mark.parametrize("seed", range(BOOKS))
def test_every_page_stands_whatever_is_in_a_book(seed: int) -> None:
    one, other = Oddities(seed).book(), Oddities(BOOKS + seed).book()
    home_page(one)
    for words in ("", "a", "<b>", A):
        find(one, words)
    analyses_page(one)
    analysis_page(one, "plan")
    sources_page(one)
    downloads_page(one)
    compare_page(one, other)
    trace(one, "table:position:2:value")
    for code in (A, B, "ZQ01", ""):
        organisation_page(one, code)
        peers_page(one, code)
        for indicator in ("shmi", JOINED, ""):
            funnel_page(one, indicator, highlighted=code)
            indicator_page(one, code, indicator)


@pytest.mark.parametrize("seed", range(0, BOOKS, 4))
def test_every_picture_can_be_specified_whatever_is_in_a_book(seed: int) -> None:
    contents = Oddities(seed).book()
    for code in (A, B):
        for indicator in ("shmi", JOINED):
            page = indicator_page(contents, code, indicator)
            for figure in page.figures if page is not None else ():
                written = json.loads(draw(figure).specification)
                alt.Chart.from_dict(written, validate=True)


def test_the_odd_books_have_pages_with_figures_worth_drawing() -> None:
    """A test of books that have nothing to show would be none."""
    found: Counter[str] = Counter()
    for seed in range(BOOKS):
        contents = Oddities(seed).book()
        for code in (A, B):
            page = indicator_page(contents, code, "shmi")
            if page is not None:
                found["said"] += bool(page.means_here)
                found.update(figure.kind for figure in page.figures)
    assert min(found[k] for k in ("said", "funnel", "trend", "peers")) > 5
