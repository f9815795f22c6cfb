"""Which organisations differ from expected, by which rule, and how many by chance?

A funnel belongs to one indicator in one period and one method.  The number outside the
limits means nothing without the number expected outside, so the two travel together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from candela.errors import TooFewData
from candela.outcomes import Outcomes, PublishedOutcome
from candela.stats.funnel import FUNNEL_METHODS, FunnelMethod, funnel_limits
from candela.tables import Period

__all__ = [
    "DEFAULT_METHOD",
    "Band",
    "Funnel",
    "FunnelRow",
    "band_of",
    "funnel_of",
    "outcome_funnels",
]

DEFAULT_METHOD: FunnelMethod = "trim-consistent"
Band = Literal["higher", "as_expected", "lower"]


@dataclass(frozen=True)
class FunnelRow:
    """One organisation against its limits; ``outer`` is its place against 99.8%."""

    org_code: str
    observed: float
    expected: float
    ratio: float
    lower95: float
    upper95: float
    lower998: float
    upper998: float
    band: Band
    outer: Band


@dataclass(frozen=True)
class Funnel:
    """All organisations of one period against the limits of one method.

    ``expected_outside95`` and ``expected_outside998`` are the numbers that fall outside
    when nobody differs, if the method holds what its limits promise.
    """

    indicator: str
    period: Period
    method: FunnelMethod
    rows: tuple[FunnelRow, ...]
    between_sd: float
    dispersion: float
    scale: str
    cautions: tuple[str, ...]

    @property
    def outside95(self) -> int:
        """Organisations outside the inner limits."""
        return sum(row.band != "as_expected" for row in self.rows)

    @property
    def outside998(self) -> int:
        """Organisations outside the outer limits."""
        return sum(row.outer != "as_expected" for row in self.rows)

    @property
    def expected_outside95(self) -> float:
        """Organisations outside the inner limits by chance, when none differs."""
        return 0.05 * len(self.rows)

    @property
    def expected_outside998(self) -> float:
        """Organisations outside the outer limits by chance, when none differs."""
        return 0.002 * len(self.rows)


# The rates are measured in validation/funnel_limits.py: 130 organisations, a median of
# 400 to 1,500 expected deaths, a true sd of 0.10 on the log ratio.
METHOD_CAUTIONS: dict[str, str] = {
    "poisson": (
        "Chance alone: ordinary variation between organisations is not allowed for. "
        "With variation of 10% between organisations, of which none stands out, a "
        "third to two thirds of them fall outside the 95% limits, not 1 in 20."
    ),
    "shmi": (
        "The official rule trims without correcting for it: with ordinary variation "
        "of 10% between organisations, of which none stands out, about 1 in 5 of them "
        "fall outside its 95% limits, not 1 in 20."
    ),
    "cqc": (
        "Winsorising is not corrected for: with ordinary variation of 10% between "
        "organisations, of which none stands out, about 1 in 8 of them fall outside "
        "the 95% limits, not 1 in 20."
    ),
}


def funnel_of(
    rows: Iterable[PublishedOutcome],
    *,
    indicator: str,
    period: Period,
    method: FunnelMethod = DEFAULT_METHOD,
) -> Funnel:
    """Return the funnel of these organisations in one period.

    Limits are computed from observed and expected; the ratio placed against them is
    the published one, to more digits than it is printed where counts are exact.

    Raises
    ------
    TooFewData
        With fewer than 10 organisations.
    """
    found = [row for row in rows if row.period == period]
    observed = np.array([row.observed for row in found])
    expected = np.array([row.expected for row in found])
    limits = funnel_limits(observed, expected, method=method)
    placed = [
        row.observed / row.expected if row.rounding_base == 1 else row.ratio
        for row in found
    ]
    made = tuple(
        _placed(row, ratio, lower95, upper95, lower998, upper998)
        for row, ratio, lower95, upper95, lower998, upper998 in zip(
            found,
            placed,
            limits.lower95.tolist(),
            limits.upper95.tolist(),
            limits.lower998.tolist(),
            limits.upper998.tolist(),
            strict=True,
        )
    )
    cautions = [METHOD_CAUTIONS[method]] if method in METHOD_CAUTIONS else []
    if any(row.rounding_base > 1 for row in found):
        cautions.append("Computed from deaths published to the nearest 5.")
    return Funnel(
        indicator,
        period,
        method,
        made,
        limits.between_sd,
        limits.dispersion,
        limits.scale,
        tuple(cautions),
    )


def outcome_funnels(
    outcomes: Outcomes, *, methods: Iterable[FunnelMethod] = FUNNEL_METHODS
) -> tuple[Funnel, ...]:
    """Return every period's funnel by every method; periods too small are left out."""
    funnels = []
    for period in outcomes.periods:
        for method in methods:
            try:
                funnels.append(
                    funnel_of(
                        outcomes.of(period),
                        indicator=outcomes.indicator,
                        period=period,
                        method=method,
                    )
                )
            except TooFewData:
                continue
    return tuple(funnels)


def _placed(
    row: PublishedOutcome,
    ratio: float,
    lower95: float,
    upper95: float,
    lower998: float,
    upper998: float,
) -> FunnelRow:
    return FunnelRow(
        row.org_code,
        row.observed,
        row.expected,
        row.ratio,
        lower95,
        upper95,
        lower998,
        upper998,
        band=band_of(ratio, lower95, upper95),
        outer=band_of(ratio, lower998, upper998),
    )


def band_of(ratio: float, lower: float, upper: float) -> Band:
    """Return where a figure lies against a pair of limits."""
    if ratio > upper:
        return "higher"
    return "lower" if ratio < lower else "as_expected"
