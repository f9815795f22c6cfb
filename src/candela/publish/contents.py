"""What does a book hold, once it has been read back?

``candela.build.reading`` fills this from a folder; ``candela.publish.pages`` turns it
into pages.  All text in it came from a file and is plain text: never markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

__all__ = ["STUDY", "BookContents", "BookTable", "Cell", "Row"]

STUDY = "study"
"""The kind of a book that is of one study of patients."""

Cell = str | float | bool | date | None
Row = Mapping[str, Cell]


@dataclass(frozen=True)
class BookTable:
    """One table as it was written, with what its metadata say.

    Attributes
    ----------
    columns
        For each column its ``name``, ``datatype``, ``description`` and ``unit``.
    rows
        Numbers as floats, but ``*`` stays the text ``*``; empty cells are ``None``.
    origin
        The function and the rows of files it was made of.
    """

    name: str
    title: str
    columns: tuple[Mapping[str, str], ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    origin: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class BookContents:
    """A whole book; two are the same book when their seals are.

    Attributes
    ----------
    seal
        The hash of everything else in the manifest.
    tables
        By name, those of the book and those drawn in its charts.
    charts
        Names of the charts.
    words
        The report's sentences as plain data; empty in a book of an older build.
    numbers, origins
        The manifest's ledger: where each printed number came from.
    altered
        Files whose hash no longer matches the manifest; their tables are absent.
    kind
        ``STUDY`` for the book of a study of patients; empty for a book of published
        files.
    """

    seal: str
    made_up: bool
    built_on: date
    software: Mapping[str, str]
    settings: Mapping[str, Any]
    inputs: tuple[Mapping[str, Any], ...]
    choices: tuple[str, ...]
    left_out: tuple[str, ...]
    tables: Mapping[str, BookTable]
    charts: tuple[str, ...] = ()
    words: Mapping[str, Any] = field(default_factory=dict)
    numbers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    origins: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    altered: frozenset[str] = frozenset()
    kind: str = ""

    def rows(self, table: str) -> tuple[Row, ...]:
        """Return the rows of a table; none where the book does not hold it."""
        found = self.tables.get(table)
        return found.rows if found is not None else ()
