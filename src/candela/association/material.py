"""What is an association drawn from?"""

from __future__ import annotations

from dataclasses import dataclass, field

from candela.outcomes import Outcomes, published_outcomes
from candela.participation import Figures, figures_of
from candela.tables import Policy, Succession, Table

__all__ = ["Material"]


@dataclass
class Material:
    """The tables an association draws on; figures are worked out once for each use.

    Parameters
    ----------
    outcomes, measures
        ``PUBLISHED_OUTCOMES`` and ``ORGANISATION_MEASURES`` tables; the measures
        include spells where they are wanted as a size.
    """

    outcomes: Table
    measures: Table
    succession: Succession
    _outcomes: dict[tuple[str, Policy], Outcomes] = field(default_factory=dict)
    _figures: dict[tuple[str, Policy], Figures] = field(default_factory=dict)

    def outcomes_of(self, indicator: str, policy: Policy) -> Outcomes:
        """Return the outcomes of one indicator under one policy."""
        key = (indicator, policy)
        if key not in self._outcomes:
            self._outcomes[key] = published_outcomes(
                self.outcomes,
                indicator=indicator,
                policy=policy,
                succession=self.succession,
            )
        return self._outcomes[key]

    def figures_of(self, measure: str, policy: Policy) -> Figures:
        """Return the figures of one measure under one policy."""
        key = (measure, policy)
        if key not in self._figures:
            self._figures[key] = figures_of(
                self.measures, measure, policy=policy, succession=self.succession
            )
        return self._figures[key]

    def has(self, measure: str) -> bool:
        """Say whether any file gives this measure."""
        return bool((self.measures["measure"] == measure).any())
