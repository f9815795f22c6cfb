"""Where does a t or normal interval end, and how surprising is the value?

Only ``scipy.special`` is used: ``scipy.stats`` takes half a second to import.
"""

from __future__ import annotations

import math

__all__ = ["critical_value", "f_tail", "two_sided_p"]


def critical_value(level: float, degrees_of_freedom: float = math.inf) -> float:
    """Return the half-width of a central interval in standard errors.

    Parameters
    ----------
    level
        Coverage, between 0 and 1.
    degrees_of_freedom
        Of t, > 0; infinite for the normal distribution.
    """
    from scipy import special

    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level:g}")
    tail = (1 + level) / 2
    if math.isinf(degrees_of_freedom):
        return float(special.ndtri(tail))
    return float(special.stdtrit(degrees_of_freedom, tail))


def two_sided_p(statistic: float, degrees_of_freedom: float = math.inf) -> float:
    """Return the two-sided p of a t (or, with infinite df, normal) statistic."""
    from scipy import special

    if math.isinf(degrees_of_freedom):
        return float(2 * special.ndtr(-abs(statistic)))
    return float(2 * special.stdtr(degrees_of_freedom, -abs(statistic)))


def f_tail(statistic: float, df1: float, df2: float) -> float:
    """Return P(F > statistic) on ``df1`` and ``df2`` degrees of freedom."""
    from scipy import special

    return float(special.fdtrc(df1, df2, max(statistic, 0.0)))
