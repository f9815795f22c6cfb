"""Do two people who read the same answers find the same in them?

The second coder reads an answer without seeing what the first made of it.  They agree
where they chose the same kinds of change and the same direction, or both nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from candela.errors import TooFewData
from candela.stats.agreement import FEW_ITEMS, pooled_kappa
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
    pairs = _pairs()
    same = sum(_found(first) == _found(second) for first, second in pairs)
    return Agreement(same, len(pairs), _kappa(pairs))


def _kappa(pairs: list[tuple[Coding, Coding]]) -> float | None:
    """Return agreement over the kinds chosen, or nothing where that tells nothing."""
    if not pairs:
        return None
    try:
        return pooled_kappa(
            [first.kinds for first, _ in pairs], [second.kinds for _, second in pairs]
        ).kappa
    except TooFewData:
        return None


def _pairs() -> list[tuple[Coding, Coding]]:
    """Return what the first and the second coder made of each answer coded twice."""
    first: dict[object, Coding] = {}
    second: dict[object, Coding] = {}
    withdrawn = Coding.objects.exclude(answer__response__withdrawn_on=None)
    for coding in Coding.objects.exclude(pk__in=withdrawn):
        (second if coding.is_second else first)[coding.answer_id] = coding
    return [(first[key], second[key]) for key in second if key in first]


def _found(coding: Coding) -> tuple[frozenset[str], str]:
    """Return what a coder found: the kinds, and the direction where there are any."""
    kinds = frozenset(coding.kinds)
    return kinds, coding.direction if kinds else ""
