"""What do all figures share: columns, names, sources, the length of their words?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from candela.publish.book_tables.columns import ORG, number
from candela.publish.contents import BookContents
from candela.publish.csv_tables import PublishedColumn, PublishedTable
from candela.publish.disclosure import HIDDEN, NOTE
from candela.publish.ledger import Origin
from candela.publish.pages.held import Held
from candela.publish.pages.records import Indicator, Position, text_of
from candela.publish.pages.values import money, unit_words

__all__ = [
    "LIMITS",
    "NAME",
    "ORG",
    "VALUES",
    "VERDICT",
    "capital",
    "figure_name",
    "named",
    "notes_of",
    "protected_values",
    "shortened",
    "subtitle_of",
    "table_of",
    "value_title",
]

MOST_WORDS = 60  # of an alternative text
NAME = PublishedColumn("name", "latest name known")
VERDICT = PublishedColumn("verdict", "what may be said")
VALUES = (
    number("value", f"the figure, or {HIDDEN} where hidden"),
    number("lower", "lower end of its 95% interval"),
    number("upper", "upper end of its 95% interval"),
)
LIMITS = (
    number("expected", "figure of the middle organisation, or 1"),
    number("lower95", "lower inner limit"),
    number("upper95", "upper inner limit"),
    number("lower998", "lower outer limit"),
    number("upper998", "upper outer limit"),
)


def protected_values(position: Position) -> tuple[float | str | None, ...]:
    """Return figure and interval as they may be shown."""
    if position.nothing == "hidden":
        return (HIDDEN, HIDDEN, HIDDEN)
    return (position.value, position.lower, position.upper)


def notes_of(indicator: Indicator) -> tuple[str, ...]:
    """Return what to know about the figures of an indicator."""
    return (NOTE,) if indicator.counts_people else ()


def table_of(
    contents: BookContents,
    name: str,
    title: str,
    columns: Iterable[PublishedColumn],
    rows: Sequence[Sequence[object]],
    notes: tuple[str, ...],
) -> PublishedTable:
    """Return the rows drawn, with the origin of the positions they come from."""
    table = contents.tables.get("position")
    function = str(table.origin.get("function", "")) if table is not None else ""
    note = f"rows of tables/position.csv of the book {contents.seal}"
    return PublishedTable(
        name, title, tuple(columns), rows, Origin(function, (), note), notes
    )


def figure_name(contents: BookContents, *parts: str) -> str:
    """Return a name for files, which says so where the figures are made up."""
    made_up = ("made-up",) if contents.made_up else ()
    name = "_".join(part for part in (*parts, *made_up) if part)
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name)  # keys come from files: no markup


def subtitle_of(
    contents: BookContents, indicator: Indicator, who: str = ""
) -> tuple[str, ...]:
    """Return the lines under a title: of whom, and from where."""
    return tuple(line for line in (who, _source_line(contents, indicator)) if line)


def _source_line(contents: BookContents, indicator: Indicator) -> str:
    """Return who published the files that an indicator's figures rest on."""
    if contents.made_up:
        return "Made-up data: nothing here describes a real organisation."
    table = contents.tables.get("position")
    every = set(table.origin.get("rows", {})) if table is not None else set()
    deaths = {text_of(r, "source_file") for r in contents.rows("published_outcome")}
    wanted = every & deaths if indicator.is_ratio else every - deaths
    publishers = {
        str(given.get("publisher", ""))
        for given in contents.inputs
        if not wanted or given.get("file") in wanted
    }
    found = sorted(p for p in publishers if p)
    return f"Source: {'; '.join(found)}." if found else ""


def value_title(indicator: Indicator) -> str:
    """Return the heading of a column or an axis of figures."""
    title = capital(unit_words(indicator).removeprefix("of "))
    return f"{title} (£)" if money(indicator) else title


def named(book: Held, position: Position) -> tuple[str, str]:
    """Return code and name."""
    return position.org_code, book.name(position.org_code)


def capital(words: str) -> str:
    """Return words with their first letter a capital."""
    return words[:1].upper() + words[1:]


def shortened(alt: str) -> str:
    """Return an alternative text of at most 60 words, cut after a sentence."""
    words = alt.split()
    if len(words) <= MOST_WORDS:
        return alt
    kept = " ".join(words[: MOST_WORDS - 2])
    return f"{kept[: kept.rfind('. ') + 1]} Table follows."
