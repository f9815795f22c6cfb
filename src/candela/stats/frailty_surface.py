"""Which variance between clusters makes a Cox model with frailties most likely?

At each variance the coefficients and the clusters' levels are a penalised maximum,
found from where the last one was; see ``frailty`` for what is maximised over variances.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from candela.errors import NotConverged
from candela.stats.cox import CoxFit
from candela.stats.cox_likelihood import Penalty, RiskSets, Ties, climbed, risk_sets
from candela.stats.cox_rows import CoxRows

__all__ = ["FrailtyDistribution", "FrailtyPoint", "FrailtySurface"]

Floats = npt.NDArray[np.float64]
FrailtyDistribution = Literal["gamma", "lognormal"]

# Beyond these the frailty is none, or no hazard is shared at all.
LEAST_VARIANCE, MOST_VARIANCE = 1e-6, 20.0
VARIANCE_TOLERANCE = 1e-5  # of log variance
WIDER = 0.7  # steps in log variance until its best value is between two
NEAR, MOST_REACH = 0.1, 20.0  # how far in log variance the highest point is sought
LEAST_GAIN = 1e-7  # of log-likelihood: less is rounding


@dataclass(frozen=True, eq=False)
class FrailtyPoint:
    """The penalised maximum at one variance; ``rise`` is 0 at the best one."""

    variance: float
    sets: RiskSets
    covariance: Floats
    log_likelihood: float
    rise: float


class FrailtySurface:
    """The fit as the variance changes, each found from where the last one was."""

    def __init__(
        self,
        rows: CoxRows,
        ties: Ties,
        distribution: FrailtyDistribution,
        by: Literal["ml", "reml"],
        deaths: Floats,
        plain: CoxFit,
    ) -> None:
        self.rows, self.ties, self.distribution = rows, ties, distribution
        self.by, self.deaths, self.plain = by, deaths, plain
        beta = np.concatenate([plain.coefficients, np.zeros(len(deaths))])
        self.start = self.last = risk_sets(rows, beta, ties)

    def at(self, variance: float) -> FrailtyPoint:
        p = len(self.plain.labels)
        penalty = _PENALTIES[self.distribution](variance, p)
        self.last, information, _ = climbed(
            self.rows, self.ties, start=self.last, penalty=penalty
        )
        b, covariance = self.last.beta[p:], np.linalg.inv(information)
        if self.distribution == "gamma":
            added = _gamma_constant(self.deaths, 1 / variance) + b.sum() / variance
            rise = -(b.sum() + _gamma_slope(self.deaths, 1 / variance)) / variance
        else:
            _, spread = np.linalg.slogdet(information[p:, p:])
            added = -(b @ b / variance + len(b) * math.log(variance) + spread) / 2
            own = covariance[p:, p:]
            if self.by == "ml":
                own = np.linalg.inv(information[p:, p:])
            rise = (b @ b + np.trace(own)) / variance / 2 - len(b) / 2
        return FrailtyPoint(
            variance=variance,
            sets=self.last,
            covariance=(covariance + covariance.T) / 2,
            log_likelihood=self.last.log_likelihood + float(added),
            rise=float(rise),
        )

    def best(self) -> FrailtyPoint | None:
        """Return the best variance's fit; ``None`` where it is 0."""
        near = self._where_level()
        if near is None or self.distribution == "gamma" or self.by == "reml":
            return near
        best = self._highest_near(near.variance)
        gain = best.log_likelihood - self.plain.log_likelihood
        return best if gain > LEAST_GAIN else None

    def _where_level(self) -> FrailtyPoint | None:
        """Return the fit at the variance where ``rise`` is 0.

        For gamma this is the slope of the likelihood in log variance, and for
        lognormal by REML what defines it; by ML it leaves out that the spread of b
        changes with b, and is a place to start.
        """
        from scipy import optimize

        def rise(log_variance: float) -> float:
            return self.at(math.exp(log_variance)).rise

        least, most = math.log(LEAST_VARIANCE), math.log(MOST_VARIANCE)
        if rise(least) <= 0:
            return None
        low = high = min(math.log(max(self._by_moments(), 1e-4)), most)
        while low > least and rise(low) <= 0:
            low, high = max(low - WIDER, least), low
        while rise(high) >= 0:
            if high >= most:
                raise _without_bound()
            low, high = high, min(high + WIDER, most)
        found = optimize.brentq(rise, low, high, xtol=VARIANCE_TOLERANCE)
        return self.at(math.exp(float(found)))

    def _by_moments(self) -> float:
        """Return a first guess: how far deaths are from those expected."""
        # With all levels 0 the score of a level is its deaths less those expected.
        away = self.start.score[len(self.plain.labels) :]
        extra = float(away @ away) - self.deaths.sum()
        return float(extra / ((self.deaths - away) ** 2).sum())

    def _highest_near(self, variance: float) -> FrailtyPoint:
        from scipy import optimize

        def loss(log_variance: float) -> float:
            return -self.at(math.exp(log_variance)).log_likelihood

        middle, reach = math.log(variance), NEAR
        while True:
            found = optimize.minimize_scalar(
                loss,
                bounds=(middle - reach, middle + reach),
                method="bounded",
                options={"xatol": VARIANCE_TOLERANCE},
            )
            if abs(found.x - middle) < 0.9 * reach or reach > MOST_REACH:
                return self.at(math.exp(float(found.x)))
            middle, reach = float(found.x), 2 * reach


def _without_bound() -> NotConverged:
    return NotConverged(
        "the variance between organisations has no finite value; are there "
        "organisations in which every patient, or none, has the event?"
    )


def _normal_penalty(variance: float, p: int) -> Penalty:
    def penalty(beta: Floats) -> tuple[float, Floats, Floats]:
        b = np.zeros_like(beta)
        b[p:] = beta[p:]
        curve = np.zeros_like(beta)
        curve[p:] = 1 / variance
        return float(b @ b) / (2 * variance), b / variance, curve

    return penalty


def _gamma_penalty(variance: float, p: int) -> Penalty:
    def penalty(beta: Floats) -> tuple[float, Floats, Floats]:
        slope, curve = np.zeros_like(beta), np.zeros_like(beta)
        with np.errstate(over="ignore"):
            levels = np.exp(beta[p:])
        slope[p:] = (levels - 1) / variance
        curve[p:] = levels / variance
        return float((levels - 1 - beta[p:]).sum()) / variance, slope, curve

    return penalty


_PENALTIES: dict[FrailtyDistribution, Callable[[float, int], Penalty]] = {
    "gamma": _gamma_penalty,
    "lognormal": _normal_penalty,
}


def _gamma_constant(deaths: Floats, shape: float) -> float:
    """Return what the integral over gamma frailties adds, beside shape times b.

    For each cluster log(gamma(k + d) / gamma(k)) + k log k - (k + d) log(k + d) + d,
    with k the shape, 1/theta; it goes to 0 with theta.
    """
    total = 0.0
    for d in deaths:
        # A sum of logs keeps the digits that differences of log gamma lose.
        steps = np.arange(int(d))
        total += float(np.log1p((steps - d) / (shape + d)).sum())
        total += shape * math.log(shape / (shape + d)) + d
    return total


def _gamma_slope(deaths: Floats, shape: float) -> float:
    """Return the derivative of ``_gamma_constant`` in the shape."""
    total = 0.0
    for d in deaths:
        total += float((1 / (shape + np.arange(int(d)))).sum())
        total -= math.log1p(d / shape)
    return total
