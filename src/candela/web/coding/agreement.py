"""Do two people who read the same answers find the same in them?

The second coder reads an answer without seeing what the first made of it.  They agree
where they chose the same kinds of change and the same direction, or both nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from candela.impact.claims import Direction
from candela.impact.coding import Coded, compare
from candela.stats.agreement import FEW_ITEMS
from candela.web.coding.models import Coding

__all__ = ["Agreement", "agreement"]


@dataclass(frozen=True)
class Agreement:
    """Of how many answers coded twice both coders said the same."""

    same: int
    both: int
    kappa: float | None = None

    @property
    def beyond_chance(self) -> str:
        """What is known of agreement beyond chance, as a sentence."""
        if not self.both:
            return ""
        if self.both < FEW_ITEMS or self.kappa is None:
            return (
                f"From {FEW_ITEMS} answers on we say how much of that is beyond chance."
            )
        return (
            "Over the kinds of change, agreement beyond chance is "
            f"{self.kappa:.2f} (kappa): 1 is all, and 0 is no more than chance."
        )

    @property
    def words(self) -> str:
        """The sentence for a page."""
        if not self.both:
            return "No answer was coded by a second person yet."
        return f"The second coder agrees in {self.same} of {self.both} answers."


def agreement() -> Agreement:
    """Return how far the coders of the organisation agree."""
    found = compare(_pairs())
    kappa = found.kinds.kappa if found.kinds is not None else None
    return Agreement(found.same, found.answers, kappa)


def _pairs() -> list[tuple[Coded, Coded]]:
    """Return what the first and the second coder made of each answer coded twice."""
    first: dict[object, Coded] = {}
    second: dict[object, Coded] = {}
    withdrawn = Coding.objects.exclude(answer__response__withdrawn_on=None)
    for coding in Coding.objects.exclude(pk__in=withdrawn):
        (second if coding.is_second else first)[coding.answer_id] = _coded(coding)
    return [(first[key], second[key]) for key in second if key in first]


def _coded(coding: Coding) -> Coded:
    """Return what a coder found: the kinds, and the direction where there are any."""
    if not coding.kinds or not coding.direction:
        return Coded(frozenset(coding.kinds))
    return Coded(frozenset(coding.kinds), Direction(coding.direction))
