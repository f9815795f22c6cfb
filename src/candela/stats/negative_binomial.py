"""How much more do counts vary than chance explains?

Maximum likelihood of NB2, variance mu + alpha mu**2: coefficients and log(alpha) are
improved in turn, which settles fast because the two are orthogonal.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from candela.errors import NotConverged
from candela.stats.count_data import Floats
from candela.stats.newton import maximise, starting_coefficients

__all__ = ["NegativeBinomialMaximum", "maximise_negative_binomial"]

MAXIMUM_ROUNDS = 100
MAXIMUM_ALPHA_STEPS = 100
LARGEST_ALPHA_STEP = 1.5
ALPHA_TOLERANCE = 1e-10
# Least alpha x largest expected count: the variance is then Poisson to four digits, and
# differences of digamma functions still have digits to spare.
SMALLEST_SHARE = 1e-4
LARGEST_ALPHA = 1e6


@dataclass(frozen=True, eq=False)
class NegativeBinomialMaximum:
    """Coefficients (p,), alpha, expected counts (n,) and log-likelihood."""

    coefficients: Floats
    alpha: float
    mu: Floats
    log_likelihood: float


def maximise_negative_binomial(
    y: Floats, X: Floats, offset: Floats
) -> NegativeBinomialMaximum:
    """Return the maximum likelihood fit; alpha is 0 if counts vary no more than chance.

    Raises
    ------
    NotConverged
        If coefficients or alpha do not settle.
    """
    best = maximise(y, X, offset, starting_coefficients(y, X, offset))
    mu = best.mu
    # The slope of the log-likelihood in alpha, at alpha = 0.
    if float(((y - mu) ** 2 - y).sum()) <= 0:
        return NegativeBinomialMaximum(
            best.coefficients, 0.0, mu, _log_likelihood(y, mu, 0.0)
        )
    moment = float(((y - mu) ** 2 - mu).sum() / (mu**2).sum())
    log_alpha = math.log(max(moment, 1e-4))
    for _ in range(MAXIMUM_ROUNDS):
        before = log_alpha
        log_alpha = _improved_log_alpha(y, mu, log_alpha)
        alpha = math.exp(log_alpha)
        best = maximise(y, X, offset, best.coefficients, alpha=alpha)
        moved = float(np.abs(best.mu / mu - 1).max())
        mu = best.mu
        if abs(log_alpha - before) < ALPHA_TOLERANCE and moved < ALPHA_TOLERANCE:
            return NegativeBinomialMaximum(
                best.coefficients, alpha, mu, _log_likelihood(y, mu, alpha)
            )
    raise NotConverged(
        "the negative binomial model did not settle; use the Poisson model, whose "
        "cluster-robust intervals allow for extra variation."
    )


def _improved_log_alpha(y: Floats, mu: Floats, log_alpha: float) -> float:
    """Return the best log(alpha) for these expected counts, by guarded Newton steps."""
    low, high = math.log(SMALLEST_SHARE / float(mu.max())), math.log(LARGEST_ALPHA)
    log_alpha = min(max(log_alpha, low), high)
    for _ in range(MAXIMUM_ALPHA_STEPS):
        slope, curve = _slope_and_curve(y, mu, math.exp(log_alpha))
        if slope > 0:
            low = log_alpha
        else:
            high = log_alpha
        step = -slope / curve if curve < 0 else math.copysign(1.0, slope)
        step = min(max(step, -LARGEST_ALPHA_STEP), LARGEST_ALPHA_STEP)
        new = log_alpha + step
        if not low < new < high:
            new = (low + high) / 2
        if abs(new - log_alpha) < ALPHA_TOLERANCE / 10:
            return new
        log_alpha = new
    raise NotConverged(
        "the extra variation of the negative binomial model did not settle; use the "
        "Poisson model, whose cluster-robust intervals allow for it."
    )


def _slope_and_curve(y: Floats, mu: Floats, alpha: float) -> tuple[float, float]:
    """Return first and second derivatives of the log-likelihood in log(alpha)."""
    from scipy import special

    theta = 1 / alpha
    total = theta + mu
    first = (
        special.digamma(y + theta)
        - special.digamma(theta)
        - np.log1p(mu / theta)
        + (mu - y) / total
    ).sum()
    second = (
        special.polygamma(1, y + theta)
        - special.polygamma(1, theta)
        + mu / (theta * total)
        - (mu - y) / total**2
    ).sum()
    # d theta / d log(alpha) = -theta.
    return float(-theta * first), float(theta * first + theta**2 * second)


def _log_likelihood(y: Floats, mu: Floats, alpha: float) -> float:
    from scipy import special

    if alpha == 0:
        return float((y * np.log(mu) - mu - special.gammaln(y + 1)).sum())
    theta = 1 / alpha
    return float(
        (
            special.gammaln(y + theta)
            - special.gammaln(theta)
            - special.gammaln(y + 1)
            + y * np.log(alpha * mu)
            - (y + theta) * np.log1p(alpha * mu)
        ).sum()
    )
