"""What is every page made of?

A *sentence* is a tuple of plain text and numbers; each number knows the name by which
``trace`` says where it came from.  A *target* names what a link leads to by kind and
key, never by address: addresses belong to the web.  All text is plain, never markup.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from candela.publish.csv_tables import PublishedTable

__all__ = [
    "Cell",
    "Fact",
    "Figure",
    "Nothing",
    "Number",
    "PeriodChoice",
    "Sentence",
    "Target",
    "TargetKind",
    "View",
    "joined",
    "plain",
]

TargetKind = Literal[
    "organisation",  # key: organisation code
    "indicator",  # key: organisation code, more: indicator key
    "funnel",  # key: indicator key
    "peers",  # key: organisation code
    "analyses",  # no key
    "analysis",  # key: name of the protocol
    "method",  # key: name of the method page
    "sources",  # no key
    "downloads",  # no key
    "compare",  # no key
    "words",  # key: the word, or none
    "table",  # key: name of a table of the book
    "chart",  # key: name of a chart of the book
]
# The kinds of nothing (a count that happened to be none is a 0, and something).
Nothing = Literal["", "none", "not_yet", "not_reported", "hidden", "does_not_apply"]


@dataclass(frozen=True)
class Number:
    """A number in a sentence: its name, for ``trace``, and the words that show it."""

    name: str
    words: str


Sentence = tuple[str | Number, ...]


def plain(sentence: Sentence) -> str:
    """Return a sentence as text, without its names of numbers."""
    return "".join(p if isinstance(p, str) else p.words for p in sentence)


def joined(*sentences: Sentence) -> Sentence:
    """Return sentences as one, a space between them; empty ones are passed over."""
    parts: list[str | Number] = []
    for sentence in sentences:
        if not sentence:
            continue
        if parts:
            parts.append(" ")
        parts += sentence
    return tuple(parts)


@dataclass(frozen=True)
class Target:
    """What a link leads to."""

    kind: TargetKind
    key: str = ""
    more: str = ""


@dataclass(frozen=True)
class Cell:
    """One cell of a table as people read it.

    ``number`` is its name for ``trace``, where it has one; ``nothing`` says which kind
    of nothing it is, so that each looks and sorts differently; ``sort`` is the value to
    order by, where there is one.
    """

    words: str
    number: str = ""
    target: Target | None = None
    nothing: Nothing = ""
    sort: float | None = None


@dataclass(frozen=True)
class View:
    """A table as people read it; ``numeric`` says which columns stand to the right."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: tuple[bool, ...] = ()
    notes: tuple[str, ...] = ()
    own: frozenset[int] = frozenset()  # rows of the organisation the page is about

    def __post_init__(self) -> None:
        width = len(self.headings)
        if any(len(row) != width for row in self.rows):
            raise ValueError(f"a row of {self.caption!r} does not have {width} cells")

    @classmethod
    def of(
        cls,
        caption: str,
        headings: Iterable[str],
        rows: Iterable[Iterable[Cell | str]],
        **more: object,
    ) -> View:
        """Return a view whose plain texts are made cells."""
        made = tuple(
            tuple(c if isinstance(c, Cell) else Cell(c) for c in row) for row in rows
        )
        return cls(caption, tuple(headings), made, **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Fact:
    """One line of *numbers and method*: what it is, and the number in its sentence."""

    term: str
    words: Sentence


@dataclass(frozen=True)
class PeriodChoice:
    """A period that can be chosen: ``key`` goes in the address (its first and last day,
    ``2016-04-01_2017-03-31``)."""

    key: str
    words: str
    chosen: bool


@dataclass(frozen=True)
class Figure:
    """A chart that can be drawn: everything but the drawing.

    ``pages.charts.draw`` makes the picture when it is asked for.

    Attributes
    ----------
    kind
        ``funnel``, ``trend`` or ``peers``: the key of the picture on its page.
    name
        For file names: what, of whom, when, and whether made up.
    finding
        The heading: one sentence.
    alt
        For those who do not see it; at most 60 words.
    how_to_read
        One line under the drawing.
    subtitle
        Lines under the title: of whom, and who published it or that it is made up.
    table, view
        The same protected rows, for files and for the page.
    ratio, logarithmic
        Whether values are observed over expected; whether an axis of rates has equal
        steps for equal quotients, as limits made on the scale of the logarithm do.
    own, ringed
        Code of the organisation the page is about, and those of its peers.
    mean, limits
        Of a trend, where there are enough points for them.
    """

    kind: Literal["funnel", "trend", "peers"]
    name: str
    title: str
    finding: Sentence
    alt: str
    how_to_read: str
    table: PublishedTable
    view: View
    made_up: bool
    subtitle: tuple[str, ...]
    value_title: str
    size_title: str = ""
    ratio: bool = False
    logarithmic: bool = False
    own: str = ""
    ringed: tuple[str, ...] = ()
    mean: float | None = None
    limits: tuple[float, float] | None = None
