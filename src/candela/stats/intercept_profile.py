"""Which spreads of clusters do the events still allow?

Limits of the standard deviation by profile likelihood: those at which twice the
log-likelihood, coefficients being the most likely ones for that sd, has fallen by the
square of 1.96.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.stats.intercept_climb import LARGEST_LOG_SD, LEAST_LOG_SD, Hill, Top
from candela.stats.intercept_surface import Surface
from candela.stats.intervals import critical_value

__all__ = ["Ridge", "sd_above", "sd_below"]

Floats = npt.NDArray[np.float64]

FIRST_LOG_SD = math.log(0.2)
LOG_SD_TOLERANCE = 1e-4
# Of twice the log-likelihood: it moves a limit by less than a thousandth.
GAIN_TOLERANCE = 1e-3
MAXIMUM_STEPS = 20


@dataclass(frozen=True, eq=False)
class Ridge:
    """Where a profile begins.

    Attributes
    ----------
    beta : ndarray, shape (p + 1,)
    log_sd
        Minus infinity where there is no spread.
    value
        Log-likelihood.
    """

    beta: Floats
    log_sd: float
    value: float

    @classmethod
    def with_spread(cls, top: Top) -> Ridge:
        """Return the ridge through a top."""
        return cls(top.point[:-1], float(top.point[-1]), top.value)

    @classmethod
    def without_spread(cls, flat: Top) -> Ridge:
        """Return the ridge that begins where sd is 0."""
        return cls(flat.point, -math.inf, flat.value)

    def left(self, hill: Hill, log_sd: float) -> float:
        """Return how much further the likelihood may fall; below 0 beyond a limit."""
        beta, surface = self.beta, None
        free = np.flatnonzero(hill.free)
        for _ in range(MAXIMUM_STEPS):  # pragma: no branch: it begins near the answer
            here: Surface = hill.at(np.append(beta, log_sd), surface)
            slope = here.slope()[free]
            curve = here.curvature(hill.rows)[np.ix_(free, free)]
            step = np.linalg.solve(-curve, slope)
            gain, surface = float(slope @ step), here
            beta = beta.copy()
            beta[free] += step
            if abs(gain) < GAIN_TOLERANCE:
                break
        return critical_value(0.95) ** 2 / 2 - (self.value - here.value - gain / 2)


def sd_above(hill: Hill, ridge: Ridge) -> float:
    """Return the upper 95% limit of sd; infinite where there is none below 20."""
    low = max(ridge.log_sd, LEAST_LOG_SD)
    high = max(low, FIRST_LOG_SD) + 0.5
    while ridge.left(hill, high) > 0:
        if high >= LARGEST_LOG_SD:
            return math.inf
        low, high = high, min(high + 0.5, LARGEST_LOG_SD)
    return _crossing(hill, ridge, low, high)


def sd_below(hill: Hill, ridge: Ridge) -> float:
    """Return the lower 95% limit of sd, 0 where the events allow it."""
    if ridge.left(hill, LEAST_LOG_SD) > 0:
        return 0.0
    return _crossing(hill, ridge, LEAST_LOG_SD, ridge.log_sd)


def _crossing(hill: Hill, ridge: Ridge, low: float, high: float) -> float:
    from scipy import optimize

    def left(log_sd: float) -> float:
        return ridge.left(hill, log_sd)

    return math.exp(float(optimize.brentq(left, low, high, xtol=LOG_SD_TOLERANCE)))
