"""How unevenly is research shared out between organisations, and does it change?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from candela.participation.figures import Figures
from candela.stats.inequality import gini_estimate, top_share_estimate
from candela.tables import Period

__all__ = ["Concentration", "concentration"]

TOP = 10


@dataclass(frozen=True)
class Concentration:
    """Inequality of one measure between organisations in one year.

    Attributes
    ----------
    gini
        0 when all have the same, near 1 when one has all.
    top_ten_share
        Share (0 to 1) of the ten organisations with most.
    gini_lower, gini_upper, top_lower, top_upper
        95% bootstrap intervals (BCa) over organisations.
    """

    measure: str
    period: Period
    organisations: int
    total: float
    gini: float
    gini_lower: float
    gini_upper: float
    top_ten_share: float
    top_lower: float
    top_upper: float


def concentration(
    activity: Figures,
    organisations: tuple[str, ...],
    *,
    rng: np.random.Generator,
    replicates: int = 400,
) -> tuple[Concentration, ...]:
    """Return the concentration of one measure over these organisations, by year.

    Years in which fewer than twenty organisations did any are left out: ten of them
    would hold all of it, or nearly.
    """
    found = []
    for period in activity.years:
        figures = [activity.over(code, period) for code in organisations]
        values = np.array([f.value for f in figures if f is not None])
        if (values > 0).sum() < 2 * TOP:
            continue
        spread = gini_estimate(values, rng=rng, replicates=replicates)
        top = top_share_estimate(values, TOP, rng=rng, replicates=replicates)
        found.append(
            Concentration(
                activity.measure.name,
                period,
                len(values),
                float(values.sum()),
                spread.value,
                spread.lower,
                spread.upper,
                top.value,
                top.lower,
                top.upper,
            )
        )
    return tuple(found)
