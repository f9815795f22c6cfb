"""What is known not to work for somebody, since when, and what to do instead?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["FAULTS", "Fault"]


@dataclass(frozen=True)
class Fault:
    """One fault of the accessibility statement; removed when it is mended."""

    what: str
    instead: str
    since: date


FAULTS = (
    Fault(
        "Single marks of a chart cannot be reached with the keyboard or heard.",
        "The table below each chart has the same numbers, one organisation a row.",
        date(2026, 11, 24),
    ),
    Fault(
        "Letters in charts do not grow when only the letters of a page are enlarged.",
        "Enlarge the whole page, or open the SVG file by itself: it stays sharp at any "
        "size.",
        date(2026, 11, 24),
    ),
    Fault(
        "Wide tables scroll sideways on a phone.",
        "The table alone scrolls, with a finger or the arrow keys; the CSV file has "
        "the same rows.",
        date(2026, 11, 24),
    ),
)
