"""How are a number, a day, a moment and nothing shown on a page?

Missing, hidden and zero are different things: they look different and read differently.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from candela.publish.pages.parts import Cell

__all__ = ["browser", "cell", "day", "heard", "moment", "month", "number", "slug"]

# What is read out in the place of a mark that says little by itself.
HEARD = {
    "hidden": "hidden to protect people",
    "not_yet": "not published yet",
    "does_not_apply": "does not apply",
}
NO_FIGURE = "(no figure)"
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS", "a Mac"),
    ("Linux", "Linux"),
)


def cell(value: Any, decimals: int | None = None) -> Cell:
    """Return a table's value as it is shown; what is a cell already stays as it is.

    ``*`` is what books write for hidden.  ``None`` says only that there is no figure.
    """
    if isinstance(value, Cell):
        return value
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return Cell(NO_FIGURE, nothing="not_reported")
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    if isinstance(value, int | float):
        return Cell(number(value, decimals), nothing="none" if value == 0 else "")
    if isinstance(value, datetime):
        return Cell(moment(value))
    if isinstance(value, date):
        return Cell(day(value))
    return Cell(str(value), nothing="hidden" if value == "*" else "")


def heard(kind: str) -> str:
    """Return what is read out for a kind of nothing; empty where its mark will do."""
    return HEARD.get(kind, "")


def number(value: float, decimals: int | None = None) -> str:
    """Return a number for reading: thousands parted, digits as its size deserves.

    A whole number has none after the point.  Else one stands there from 100 on, and
    three below, unless ``decimals`` says how many.
    """
    if decimals is None:
        size = abs(value)
        decimals = 0 if value == round(value) else 1 if size >= 100 else 3
    return f"{value:,.{decimals}f}".replace("-", "−")


def day(value: date) -> str:
    """Return a day as ``1 May 2025``."""
    if isinstance(value, datetime):
        value = _here(value)
    return f"{value.day} {value:%B %Y}"


def month(value: date) -> str:
    """Return a month as ``May 2025``."""
    return f"{value:%B %Y}"


def moment(value: datetime) -> str:
    """Return a moment as ``1 May 2025 at 14:05``, in the time of the place."""
    return f"{day(value)} at {_here(value):%H:%M}"


def browser(value: str) -> str:
    """Return what people call a browser, from what it says of itself.

    Browsers name each other's names; the first of ours that is found is the true one.
    """
    what = next((words for mark, words in BROWSERS if mark in value), "")
    where = next((words for mark, words in SYSTEMS if mark in value), "")
    if not what:
        return value or "a browser that does not say its name"
    return f"{what} on {where}" if where else what


def slug(value: str) -> str:
    """Return letters, digits and hyphens only, fit to be an element's name."""
    return slugify(value) or "part"


def _here(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value
