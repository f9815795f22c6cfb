"""What does a reader hand over, and how is a layout known?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from candela.errors import Problem
from candela.sources.files import Contents
from candela.tables import Period, SourceFile, Table

__all__ = ["Layout", "Reading", "find_header", "normal", "periods_of"]

NHS_OGL = "Open Government Licence v3.0"


@dataclass(frozen=True)
class Reading:
    """What one file says, once read.

    Parameters
    ----------
    restates
        Whether the file repeats periods published before, on purpose.
    revision
        Day the file says it was published or revised, where it says so.
    """

    layout: str
    file: SourceFile
    table: Table
    periods: tuple[Period, ...]
    notes: tuple[Problem, ...] = ()
    revision: date | None = None
    restates: bool = False


@dataclass(frozen=True)
class Layout:
    """One published file layout: how to know it, how to read it.

    ``recognises`` must look only at the contents; ``read`` raises ``InputError`` with
    every problem it found.
    """

    name: str
    title: str
    publisher: str
    licence: str
    recognises: Callable[[Contents], bool]
    read: Callable[[Contents, Layout], Reading]

    def source(self, contents: Contents) -> SourceFile:
        """Return the provenance of a file in this layout."""
        return SourceFile(
            contents.name,
            contents.sha256,
            contents.size_bytes,
            self.name,
            self.publisher,
            self.licence,
        )


def periods_of(table: Table) -> tuple[Period, ...]:
    """Return the distinct periods that a table's rows cover, in order."""
    spans = set(table.keys("period_start", "period_end"))
    return tuple(sorted(Period(start, end) for start, end in spans))


def normal(heading: object) -> str:
    """Return a heading without case, spaces, underscores, or marks around it."""
    text = "" if heading is None else str(heading)
    return "".join(ch for ch in text.lower() if ch.isalnum() or ch in "%/&")


def find_header(
    rows: Iterable[tuple[int, Sequence[object]]], wanted: Sequence[str], *, within: int
) -> tuple[int, list[str]] | None:
    """Return the number and headings of the first row that has all ``wanted``."""
    needed = {normal(name) for name in wanted}
    for number, cells in rows:
        if number > within:
            return None
        if needed <= {normal(cell) for cell in cells}:
            return number, ["" if c is None else str(c).strip() for c in cells]
    return None
