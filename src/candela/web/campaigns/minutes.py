"""How long does it take to answer?  An estimate, and called one.

Nobody's time is measured: when somebody began and ended would tell who they are.
"""

from __future__ import annotations

from candela.errors import CandelaError
from candela.web.campaigns.models import Group
from candela.web.questionnaires.reading import form_of

__all__ = ["minutes_of", "span"]

USUAL = 5


def minutes_of(group: Group) -> int:
    """Return the minutes the questionnaire of a group is meant to take."""
    if group.questionnaire is None:
        return USUAL
    try:
        return form_of(group.questionnaire).minutes_goal
    except CandelaError:
        return USUAL


def span(minutes: list[int]) -> str:
    """Return how long it takes in words, over several groups."""
    if not minutes:
        return f"about {USUAL} minutes"
    low, high = min(minutes), max(minutes)
    return f"about {low} minutes" if low == high else f"{low} to {high} minutes"
