"""Where is the likelihood of a model with a random intercept highest?

Newton's method over coefficients and log sd together.  A matrix of second derivatives
is kept while it still serves, since its pass over the rows is the dearest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from candela.errors import NotConverged
from candela.stats.clustered_rows import ClusteredRows
from candela.stats.intercept_surface import (
    FlatSurface,
    Rule,
    Surface,
    surface_at,
    surface_without,
)

__all__ = ["LARGEST_LOG_SD", "LEAST_LOG_SD", "Hill", "Known", "Top", "climb"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

MAXIMUM_STEPS = 100
MAXIMUM_HALVINGS = 40
# Twice the log-likelihood still to be gained, for each event: the covariance is then
# right to 3e-7 of itself and the coefficients, one step later, to its square.
GAIN_TOLERANCE = 1e-13
LEAST_GAIN = 1e-11
# Second derivatives are made anew when a step leaves more than this share to be gained.
STALE = 0.04
# A spread of log odds that nobody could see, and one where it is asked whether a
# spread of 0 is likelier.
LEAST_LOG_SD = math.log(1e-4)
SMALL_LOG_SD = math.log(0.02)
# A spread of log odds of 20 makes each cluster have the event always, or never.
LARGEST_LOG_SD = math.log(20)


@dataclass(frozen=True, eq=False)
class Top:
    """Where a climb ended: the point, what is known there, and steps taken."""

    hill: Hill
    point: Floats
    surface: Surface | FlatSurface
    value: float
    covariance: Floats
    steps: int


@dataclass(frozen=True, eq=False)
class Hill:
    """What is climbed: rows, how the integral is made, and what may move.

    Attributes
    ----------
    free
        Which coefficients may leave 0.
    ridge
        What keeps the coefficients of a thinned set finite.
    floor
        A log sd below which the climb ends.
    kind
        ``flat`` has no log sd.
    """

    rows: ClusteredRows
    rule: Rule
    free: Mask
    ridge: float = 0.0
    floor: float = SMALL_LOG_SD
    kind: Literal["whole", "flat"] = "whole"

    @property
    def moving(self) -> Mask:
        """Which parameters may move."""
        sd = np.ones(1 if self.kind == "whole" else 0, np.bool_)
        return np.concatenate([self.free, sd])

    def at(self, point: Floats, near: Surface | FlatSurface | None) -> Any:
        if self.kind == "flat":
            return surface_without(self.rows, point)
        guess = np.zeros(self.rows.clusters)
        if isinstance(near, Surface):
            moved = point - np.append(near.beta, near.log_sd)
            guess = near.mode + near.mode_slope @ moved
        return surface_at(self.rows, point[:-1], float(point[-1]), self.rule, guess)

    def value(self, point: Floats, surface: Surface | FlatSurface) -> float:
        return surface.value - self.ridge * float(self._held(point) @ point) / 2

    def slope(self, point: Floats, surface: Surface | FlatSurface) -> Floats:
        return surface.slope() - self.ridge * self._held(point)

    def information(self, point: Floats, surface: Surface | FlatSurface) -> Floats:
        held = self.ridge * self._held(np.ones_like(point))
        return np.diag(held) - surface.curvature(self.rows)

    def _held(self, point: Floats) -> Floats:
        held = point.copy()
        held[0] = 0.0
        if self.kind != "flat":
            held[-1] = 0.0
        return held


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of one point: the surface there, and minus its curvature."""

    surface: Surface | FlatSurface
    information: Floats

    @classmethod
    def of(cls, hill: Hill, point: Floats) -> Known:
        """Return what is known of a point, by passes over all rows."""
        surface = hill.at(point, None)
        return cls(surface, hill.information(point, surface))


def climb(
    hill: Hill, point: Floats, *, known: Known | None = None, tolerance: float = 0.0
) -> Top:
    """Return the top of the hill, or the first point below its floor.

    Parameters
    ----------
    point
        Where to begin, and what is known there.
    tolerance
        Twice the log-likelihood that may be left to gain, where little will do.

    Raises
    ------
    NotConverged
        If the steps do not settle.
    """
    exact = GAIN_TOLERANCE * hill.rows.totals()[1]
    tolerance = max(tolerance, exact, LEAST_GAIN)
    known = Known.of(hill, point) if known is None else known
    surface, information = known.surface, known.information
    step, gain = _ascent(hill, point, surface, information)
    for steps in range(1, MAXIMUM_STEPS + 1):
        if gain < tolerance:
            covariance = _inverse(information, hill.moving)
            value = surface.value + gain / 2
            return Top(hill, point + step, surface, value, covariance, steps)
        point, surface, whole = _improved(hill, point, surface, step)
        if hill.kind == "whole" and point[-1] < hill.floor:
            return Top(hill, point, surface, surface.value, information, steps)
        if hill.kind == "whole" and point[-1] > LARGEST_LOG_SD:
            raise _without_top()
        before = gain
        step, gain = _ascent(hill, point, surface, information)
        if not (whole and tolerance <= gain < STALE * before):
            information = hill.information(point, surface)
            step, gain = _ascent(hill, point, surface, information)
    raise NotConverged(
        f"the random intercept model did not settle in {MAXIMUM_STEPS} steps; use the "
        "logistic model, whose cluster-robust intervals allow for differences between "
        "trusts."
    )


def _improved(
    hill: Hill, point: Floats, surface: Surface | FlatSurface, step: Floats
) -> tuple[Floats, Surface | FlatSurface, bool]:
    """Return a better point, and whether the whole step led there."""
    value = hill.value(point, surface)
    for halvings in range(MAXIMUM_HALVINGS):
        new = hill.at(point + step, surface)
        if hill.value(point + step, new) >= value - 1e-12 * (1 + abs(value)):
            return point + step, new, halvings == 0
        step = step / 2
    raise NotConverged("the random intercept model found no better step.")


def _ascent(
    hill: Hill, point: Floats, surface: Surface | FlatSurface, information: Floats
) -> tuple[Floats, float]:
    """Return Newton's step, turned uphill where the surface is not a hill, and gain."""
    free = hill.moving
    slope = np.where(free, hill.slope(point, surface), 0.0)
    step = np.zeros(len(slope))
    step[free] = _uphill(information[np.ix_(free, free)], slope[free])
    if hill.kind == "whole":  # no more than a factor of exp(1) in sd at a time
        step /= max(1.0, abs(float(step[-1])))
    return step, float(slope @ step)


def _uphill(information: Floats, slope: Floats) -> Floats:
    scale = 1 / np.sqrt(np.maximum(np.abs(np.diag(information)), 1e-300))
    matrix, along = information * scale[:, None] * scale, scale * slope
    try:
        np.linalg.cholesky(matrix)
        return np.asarray(scale * np.linalg.solve(matrix, along))
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(matrix)
        values = np.maximum(np.abs(values), 1e-9)
        return np.asarray(scale * (vectors @ ((vectors.T @ along) / values)))


def _without_top() -> NotConverged:
    return NotConverged(
        "the random intercept model has no highest likelihood: the patients of most "
        "trusts all had the event, or none had. Use a longer period."
    )


def _inverse(information: Floats, free: Mask) -> Floats:
    """Return the inverse of the information, 0 where a parameter is not free.

    Raises
    ------
    NotConverged
        If the point is no top: the likelihood is flat there, or bent upwards.
    """
    out = np.zeros_like(information)
    matrix = information[np.ix_(free, free)]
    scale = 1 / np.sqrt(np.maximum(np.diag(matrix), 1e-300))
    matrix = matrix * scale[:, None] * scale
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        raise _without_top() from None
    inverse = np.linalg.inv(matrix) * scale[:, None] * scale
    out[np.ix_(free, free)] = (inverse + inverse.T) / 2
    return out
