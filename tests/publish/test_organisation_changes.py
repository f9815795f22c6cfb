"""What changed for one organisation, in words short enough for an e-mail?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from candela.build.reading import open_book
from candela.publish.contents import BookContents, Row
from candela.publish.pages.organisation_changes import (
    NO_SIGNAL,
    organisation_changes,
)
from small_nation import MadeUp

ORG, LATEST = "ZA1", date(2019, 4, 1)


@pytest.fixture
def book(made_up: MadeUp) -> BookContents:
    """The small made-up book."""
    return open_book(made_up.book)


def with_rows(
    book: BookContents, table: str, change: Callable[[Row], Row | None]
) -> BookContents:
    """Return a book in which rows of a table are changed, or dropped."""
    rows = tuple(r for row in book.rows(table) if (r := change(row)) is not None)
    tables = {name: book.tables[name] for name in book.tables}
    tables[table] = replace(tables[table], rows=rows)
    return replace(book, tables=tables, seal="0" * 64)


def is_deaths(row: Row) -> bool:
    return row["org_code"] == ORG and row["indicator"] == "shmi"


def test_nothing_is_told_of_what_the_newer_book_does_not_know(
    book: BookContents,
) -> None:
    assert organisation_changes(book, book, "QQQ") is None


def test_the_same_figures_are_none_that_differ(book: BookContents) -> None:
    told = organisation_changes(book, book, ORG)
    assert told is not None
    assert told.figures == 0
    assert told.differs == "0 figures differ from the book of 1 May 2025."
    assert told.signals == ()


def test_what_is_new_and_what_was_revised_are_counted_apart(
    book: BookContents,
) -> None:
    def older(row: Row) -> Row | None:
        if is_deaths(row) and row["period_start"] == LATEST:
            return None
        if is_deaths(row) and row["period_start"] == date(2017, 4, 1):
            return {**row, "value": float(str(row["value"])) * 1.1}
        return row

    told = organisation_changes(with_rows(book, "position", older), book, ORG)
    assert told is not None
    assert told.figures == 2
    assert told.differs == (
        "2 figures differ from the book of 1 May 2025: 1 because data were revised "
        "and 1 new."
    )
    # Its latest figure is of a later period, and four periods show no change.
    assert told.signals == (NO_SIGNAL,)


def test_a_signal_is_told_with_its_figure(book: BookContents) -> None:
    def drop_latest(row: Row) -> Row | None:
        return None if is_deaths(row) and row["period_start"] == LATEST else row

    def signal(row: Row) -> Row:
        if not is_deaths(row):
            return row
        return {
            **row,
            "kind": "signal",
            "signal": "one point outside the usual swings",
            "signal_period_start": LATEST,
            "signal_period_end": date(2020, 3, 31),
        }

    older = with_rows(book, "position", drop_latest)
    told = organisation_changes(older, with_rows(book, "change", signal), ORG)
    assert told is not None
    (words,) = told.signals
    assert words.startswith("Deaths compared with expected (SHMI): A signal. ")
