"""Do two people who read the same answers find the same in them?

The second coder reads an answer without seeing what the first made of it.  They agree
where they chose the same kinds of change and the same direction, or both nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from candela.web.coding.models import Coding

__all__ = ["Agreement", "agreement"]


@dataclass(frozen=True)
class Agreement:
    """Of how many answers coded twice both coders said the same."""

    same: int
    both: int
    kappa: float | None = None

    @property
    def words(self) -> str:
        """The sentence for a page."""
        if not self.both:
            return "No answer was coded by a second person yet."
        return f"The second coder agrees in {self.same} of {self.both} answers."


def agreement() -> Agreement:
    """Return how far the coders of the organisation agree."""
    pairs = _pairs()
    return Agreement(sum(first == second for first, second in pairs), len(pairs))


def _pairs() -> list[tuple[str, str]]:
    """Return what the first and the second coder made of each answer coded twice."""
    first: dict[object, str] = {}
    second: dict[object, str] = {}
    withdrawn = Coding.objects.exclude(answer__response__withdrawn_on=None)
    for coding in Coding.objects.exclude(pk__in=withdrawn):
        (second if coding.is_second else first)[coding.answer_id] = _label(coding)
    return [(first[key], second[key]) for key in second if key in first]


def _label(coding: Coding) -> str:
    """Return what a coder found, as one word."""
    if coding.nothing:
        return "nothing"
    return f"{' '.join(sorted(coding.kinds))} {coding.direction}"
