"""How likely are a cluster's events, whatever its own level?

The integral behind the Poisson model with a normal random intercept, and its slopes.
Y are a cluster's events, M the events that the fixed part expects of it, and

    L(Y, M, sd) = log of the integral of exp(Y sd b - M exp(sd b)) over a standard
    normal b

computed by adaptive Gauss-Hermite quadrature (1 node: the Laplace approximation) and
differentiated in log M and log sd on a small grid.  The derivatives are then those of
the approximation in use, at the cost of a few integrals.

References
----------
Pinheiro JC, Bates DM. J Comput Graph Stat 1995;4:12-35. doi:10.2307/1390625
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from candela.stats.count_data import Floats

__all__ = ["ClusterTerms", "cluster_terms"]

MODE_STEPS = 100
# Fourth-order differences at this step leave errors near 1e-11 of a log-likelihood.
GRID_STEP = 2e-3
FIRST = np.array([1.0, -8.0, 0.0, 8.0, -1.0]) / 12 / GRID_STEP
SECOND = np.array([-1.0, 16.0, -30.0, 16.0, -1.0]) / 12 / GRID_STEP**2


class ClusterTerms(NamedTuple):
    """L of each cluster, and its derivatives by log M and by log sd."""

    value: Floats
    by_m: Floats
    by_sd: Floats
    by_m_m: Floats
    by_m_sd: Floats
    by_sd_sd: Floats


def cluster_terms(
    events: Floats, log_m: Floats, log_sd: float, rule: tuple[Floats, Floats]
) -> ClusterTerms:
    """Return L of each cluster and its derivatives, shape (G,) each.

    Parameters
    ----------
    events, log_m : ndarray, shape (G,)
        Y, and log M.
    log_sd
        Log standard deviation of the clusters' log levels.
    rule
        Points and weights of a Gauss-Hermite rule.
    """
    away = GRID_STEP * np.arange(-2, 3)
    grid = _log_integral(
        events,
        log_m + away[:, None, None],
        np.exp(log_sd + away)[None, :, None],
        rule,
    )
    return ClusterTerms(
        grid[2, 2],
        np.einsum("i,ig->g", FIRST, grid[:, 2]),
        np.einsum("j,jg->g", FIRST, grid[2]),
        np.einsum("i,ig->g", SECOND, grid[:, 2]),
        np.einsum("i,j,ijg->g", FIRST, FIRST, grid),
        np.einsum("j,jg->g", SECOND, grid[2]),
    )


def _log_integral(
    events: Floats, log_m: Floats, sd: Floats, rule: tuple[Floats, Floats]
) -> Floats:
    """Return L; arguments broadcast, with clusters on the last axis."""
    mode = _mode(events, log_m, sd)
    spread = 1 / np.sqrt(1 + sd**2 * np.exp(log_m + sd * mode))
    points, weights = rule
    total = np.zeros(mode.shape)
    top = _integrand(events, log_m, sd, mode)
    for point, weight in zip(points.tolist(), weights.tolist(), strict=True):
        b = mode + math.sqrt(2) * point * spread
        total += weight * np.exp(point**2 + _integrand(events, log_m, sd, b) - top)
    # The rule integrates against exp(-x**2), whose whole is the root of pi.
    return np.asarray(top + np.log(spread * total / math.sqrt(math.pi)))


def _integrand(events: Floats, log_m: Floats, sd: Floats, b: Floats) -> Floats:
    return np.asarray(events * sd * b - np.exp(log_m + sd * b) - b**2 / 2)


def _mode(events: Floats, log_m: Floats, sd: Floats) -> Floats:
    """Return where the integrand is highest.

    Its slope falls and is concave, so Newton's method started above the mode comes
    down to it without passing it.
    """
    with np.errstate(divide="ignore"):
        b = np.maximum((np.log(events) - log_m) / sd, 0.0)
    for _ in range(MODE_STEPS):  # pragma: no branch: it always comes down in time
        rate = sd * np.exp(log_m + sd * b)
        step = (sd * events - rate - b) / (1 + sd * rate)
        b = b + step
        if np.abs(step).max() < 1e-13 * (1 + np.abs(b).max()):
            break
    return np.asarray(b)
