"""Where did every printed number come from?

A number is printed through a ``Ledger``, which remembers its value, its words, the
function that made it and the rows of the files it rests on.  What is not in the ledger
is not printed.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = ["Ledger", "Origin", "parts_of", "row_ranges"]

NUMBER = re.compile(r'<data class="number" data-number="([^"]*)"[^>]*>([^<]*)</data>')


@dataclass(frozen=True)
class Origin:
    """What made a group of numbers: a function, and rows of named files."""

    function: str
    rows: tuple[tuple[str, int], ...]
    note: str = ""

    def written(self) -> dict[str, object]:
        """Return it for the manifest."""
        return {
            "function": self.function,
            "rows": row_ranges(self.rows),
            **({"note": self.note} if self.note else {}),
        }


@dataclass
class Ledger:
    """The numbers of one book."""

    origins: dict[str, Origin] = field(default_factory=dict)
    numbers: dict[str, dict[str, object]] = field(default_factory=dict)

    def origin(self, name: str, origin: Origin) -> str:
        """Remember an origin under a name that numbers can refer to."""
        self.origins[name] = origin
        return name

    def show(self, name: str, value: float, words: str, *, origin: str) -> str:
        """Return the number's markup and remember it.

        Raises
        ------
        ValueError
            If the value is not a number, the origin is not known, or the name was
            used for another value.
        """
        if not math.isfinite(value):
            raise ValueError(f"the number {name} is {value}")
        if origin not in self.origins:
            raise ValueError(f"no origin called {origin}")
        entry: dict[str, object] = {"value": value, "words": words, "origin": origin}
        if self.numbers.setdefault(name, entry) != entry:
            raise ValueError(f"the number {name} was printed with another value")
        return (
            f'<data class="number" data-number="{html.escape(name)}" '
            f'value="{value:.10g}">{html.escape(words)}</data>'
        )


def parts_of(markup: str) -> list[str | dict[str, str]]:
    """Return a sentence as plain data: text, and numbers by their names and words.

    ``We saw <data ...>3</data>.`` becomes ``["We saw ", {"number": "n", "words": "3"},
    "."]``.  Whoever shows it must escape it again.
    """
    parts: list[str | dict[str, str]] = []
    reached = 0
    for found in NUMBER.finditer(markup):
        parts.append(html.unescape(markup[reached : found.start()]))
        name, words = map(html.unescape, found.groups())
        parts.append({"number": name, "words": words})
        reached = found.end()
    parts.append(html.unescape(markup[reached:]))
    return [part for part in parts if part]


def row_ranges(rows: Iterable[tuple[str, int]]) -> dict[str, str]:
    """Return row numbers by file, written as ``2-148,150``."""
    by_file: dict[str, set[int]] = {}
    for name, row in rows:
        by_file.setdefault(name, set()).add(row)
    return {name: _ranges(sorted(found)) for name, found in sorted(by_file.items())}


def _ranges(rows: list[int]) -> str:
    parts: list[str] = []
    start = before = rows[0]
    for row in [*rows[1:], -1]:
        if row == before + 1:
            before = row
            continue
        parts.append(str(start) if start == before else f"{start}-{before}")
        start = before = row
    return ",".join(parts)
