"""How is a day or a time between two said?"""

from __future__ import annotations

from datetime import date

__all__ = ["day_words", "month_words", "span_words"]


def day_words(day: date) -> str:
    """Return a day in words: 24 November 2026."""
    return f"{day.day} {day:%B %Y}"


def month_words(day: date) -> str:
    """Return a month in words: November 2026."""
    return f"{day:%B %Y}"


def span_words(start: date | None, end: date | None) -> str:
    """Return when something ran, as far as that is known."""
    match start, end:
        case date(), date():
            return f"from {month_words(start)} to {month_words(end)}"
        case date(), None:
            return f"from {month_words(start)}"
        case None, date():
            return f"until {month_words(end)}"
    return ""
