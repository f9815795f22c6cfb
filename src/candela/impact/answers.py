"""What can be answered, and what is an answer?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from candela.impact.claims import Role, Worded

__all__ = ["Answers", "Gate", "Heard", "Value"]

Value = str | float | list[str]
"""Of a gate or a single choice its code; of several choices their codes; of text and
dates the text (dates as 2026-11-24); of numbers and money the number."""

Answers = Mapping[str, Value]
"""By the stable code of the question.  A question passed over is absent."""


class Gate(Worded):
    """What may be said to "did anything change?", all equal in size and order."""

    BETTER = "better", "Something got better"
    WORSE = "worse", "Something got worse or was hard"
    BOTH = "both", "Some of both"
    NO_CHANGE = "no_change", "Nothing changed"
    TOO_EARLY = "too_early", "Too early to say"
    DONT_KNOW = "dont_know", "I don't know"
    NOT_MY_AREA = "not_applicable", "Not my area"
    RATHER_NOT = "prefer_not", "I'd rather not say"

    @property
    def opens(self) -> bool:
        """Whether it opens the box "tell us in a sentence or two"."""
        return self in {Gate.BETTER, Gate.WORSE, Gate.BOTH}

    def along_with(self, other: Gate) -> Gate:
        """Return what two gates about one kind of change say together.

        Better in one and worse in another is both; a change outweighs its absence.
        """
        if self.opens and other.opens:
            return self if self is other else Gate.BOTH
        return other if other.opens else self


@dataclass(frozen=True)
class Heard:
    """What one respondent of one group said to the gate of one kind of change."""

    study: str
    role: Role
    kind: str
    gate: Gate
