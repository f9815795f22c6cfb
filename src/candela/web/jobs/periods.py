"""How often is something done, and has it been done this time round?

A *turn* is one hour, day, week or month in UTC.  Each turn's job has a key, so that two
workers that notice the turn together ask for it once.  A machine that was off at night
does last night's work when it is next on.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

__all__ = ["NIGHT", "Every"]

# Nothing heavy at the stroke of midnight or while people are at work: 2 in the morning.
NIGHT = timedelta(hours=2)


class Every(Enum):
    """How often a kind of work comes due."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    def turn(self, now: datetime) -> str:
        """Return the name of the turn that ``now`` lies in."""
        if self is Every.HOUR:
            return f"{now:%Y-%m-%dT%H}"
        at_night = now - NIGHT
        if self is Every.DAY:
            return f"{at_night:%Y-%m-%d}"
        if self is Every.WEEK:
            year, week, _ = at_night.isocalendar()
            return f"{year}-W{week:02}"
        return f"{at_night:%Y-%m}"
