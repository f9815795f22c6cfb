"""What constant makes a share of everybody what the design says it is?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

__all__ = ["log_hazard_constant", "log_odds_constant"]

Floats = npt.NDArray[np.float64]

LARGEST = 40.0
HALVINGS = 60


def log_odds_constant(log_odds: Floats, share: float) -> float:
    """Return what, added to these log odds, makes the average risk the share."""

    def risk(constant: float) -> float:
        return float((1 / (1 + np.exp(-log_odds - constant))).mean())

    return _rising(risk, share)


def log_hazard_constant(log_hazard: Floats, cumulative: float, share: float) -> float:
    """Return what, added to these log hazards, makes the share of the dead.

    ``cumulative`` is the cumulative hazard of somebody whose log hazard is 0.
    """

    def dead(constant: float) -> float:
        return float(-np.expm1(-np.exp(log_hazard + constant) * cumulative).mean())

    return _rising(dead, share)


def _rising(average: Callable[[float], float], wanted: float) -> float:
    low, high = -LARGEST, LARGEST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        with np.errstate(over="ignore"):
            found = average(middle)
        low, high = (middle, high) if found < wanted else (low, middle)
    return (low + high) / 2
