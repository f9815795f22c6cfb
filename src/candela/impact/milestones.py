"""When is it worth asking what a study changed?

Half-way through recruitment if it is long; when it closes to new people; when it
closes; one and two years after, when what it found may be in use.  The days follow from
the study's dates.  Asking on another day is the coordinator's business.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from candela.impact.claims import Worded

__all__ = ["LONG_MONTHS", "Point", "StudyDates", "due_days", "months_after"]

LONG_MONTHS = 18  # a study that recruits longer is asked about half-way, too
MONTHS = 12


class Point(Worded):
    """A point in a study's life."""

    MIDDLE = "mid", "half-way through recruitment"
    CLOSE_RECRUITMENT = "close_recruitment", "closed to new people"
    CLOSE_OUT = "close_out", "closed"
    PLUS_12 = "plus12", "a year after it closed"
    PLUS_24 = "plus24", "two years after it closed"


@dataclass(frozen=True)
class StudyDates:
    """The dates of a study; each may be unknown, and may lie ahead."""

    opened_on: date | None = None
    closed_recruitment_on: date | None = None
    closed_on: date | None = None


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of a shorter month.

    A year after 29 February is 28 February.

    Raises
    ------
    ValueError
        If that day is beyond the calendar's last year.
    """
    whole = day.year * MONTHS + day.month - 1 + months
    year, month = divmod(whole, MONTHS)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def due_days(dates: StudyDates) -> dict[Point, date]:
    """Return the day of each point that follows from what is known.

    Half-way is counted from opening to the close of recruitment, or to the close where
    only that is known.  Nothing follows from dates that are not in order.
    """
    found: dict[Point, date] = {}
    middle = _middle(dates)
    if middle is not None:
        found[Point.MIDDLE] = middle
    if dates.closed_recruitment_on is not None:
        found[Point.CLOSE_RECRUITMENT] = dates.closed_recruitment_on
    if dates.closed_on is not None:
        found[Point.CLOSE_OUT] = dates.closed_on
        for point, months in ((Point.PLUS_12, MONTHS), (Point.PLUS_24, 2 * MONTHS)):
            found[point] = months_after(dates.closed_on, months)
    if found.get(Point.CLOSE_RECRUITMENT) == found.get(Point.CLOSE_OUT):
        # One day is one reason to ask.
        found.pop(Point.CLOSE_RECRUITMENT, None)
    return found


def _middle(dates: StudyDates) -> date | None:
    start, end = dates.opened_on, dates.closed_recruitment_on or dates.closed_on
    if start is None or end is None or end <= months_after(start, LONG_MONTHS):
        return None
    return start + (end - start) // 2
