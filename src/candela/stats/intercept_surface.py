"""How likely are all events, at given coefficients and a given spread of clusters?

The logistic model with a normal random intercept.  A cluster's likelihood is an
integral over its own level u,

    L = integral of exp(f(u)) du,   f(u) = l(u) - u**2 / (2 sd**2) - log(sd) - const,

where l is the log-likelihood of its rows at that level.  It is computed by K-node
adaptive Gauss-Hermite quadrature around the mode of f, scaled by the curvature
H = W + 1 / sd**2 there (K = 1: the Laplace approximation).

The value, its slope and its curvature are exact derivatives of that approximation, by
coefficients and log sd: the mode and the curvature move with them, and rows enter only
through their weights w, the weights' two slopes w' and w'', and x.  So a Newton step
needs sums by cluster and coefficient and one sum over pairs of levels.

Letters: a is the slope of the mode, D_k that of f at node k, ``e`` (last) is log sd.

References
----------
Pinheiro JC, Bates DM. J Comput Graph Stat 1995;4:12-35. doi:10.2307/1390625
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.stats.clustered_rows import ClusteredRows

__all__ = ["FlatSurface", "Rule", "Surface", "surface_at", "surface_without"]

Floats = npt.NDArray[np.float64]
Rule = tuple[Floats, Floats]  # points and weights of Gauss and Hermite

MODE_STEPS = 60
# After a step of this size by the third-order rule the error left is below 1e-13.
SMALL_STEP = 1e-3


@dataclass(frozen=True, eq=False)
class Surface:
    """The log-likelihood at one point, and what its derivatives are made of.

    Attributes
    ----------
    beta, log_sd
        The point: coefficients (p + 1,), the intercept first, and log sd.
    value
        Log-likelihood, constants of the binomial left out.
    mode, spread : ndarray, shape (G,)
        Each cluster's most likely level, and 1 / sqrt(H).
    level, share : ndarray, shape (G, K)
        Levels at the nodes, and how likely each is given the events.
    cut : ndarray, shape (K,)
        Where the nodes lie, in spreads from the mode.
    sums : ndarray, shape (2 + 2 K, G, p + 2)
        Of w' x and w'' x; then of (y - mu) x and w x at each node.
    """

    beta: Floats
    log_sd: float
    value: float
    mode: Floats
    spread: Floats
    level: Floats
    share: Floats
    cut: Floats
    sums: Floats

    @property
    def tau(self) -> float:
        """1 / sd**2."""
        return math.exp(-2 * self.log_sd)

    @property
    def residuals(self) -> Floats:
        """Sums of (y - mu) x at each node, shape (K, G, p + 2)."""
        return np.asarray(self.sums[2::2])

    @property
    def weights(self) -> Floats:
        """Sums of w x at each node, shape (K, G, p + 2)."""
        return np.asarray(self.sums[3::2])

    @property
    def mode_slope(self) -> Floats:
        """How each mode moves: a, shape (G, p + 2)."""
        a = -self.weights[len(self.cut) // 2] * self.spread[:, None] ** 2
        a[:, -1] = 2 * self.tau * self.mode * self.spread**2
        return np.asarray(a)

    @property
    def log_spread_slope(self) -> Floats:
        """How the log of each spread moves, shape (G, p + 2)."""
        by_h = self.sums[0] + self.sums[0, :, :1] * self.mode_slope
        by_h[:, -1] -= 2 * self.tau
        return np.asarray(-by_h * self.spread[:, None] ** 2 / 2)

    def node_slope(self, k: int) -> Floats:
        """How node k moves, shape (G, p + 2)."""
        away = self.cut[k] * self.spread[:, None]
        return np.asarray(self.mode_slope + away * self.log_spread_slope)

    def pull(self, k: int) -> Floats:
        """f'(u) at node k, shape (G,)."""
        return np.asarray(self.residuals[k, :, 0] - self.tau * self.level[:, k])

    def rise(self, k: int) -> Floats:
        """How f at node k moves: D_k, shape (G, p + 2)."""
        d = self.residuals[k] + self.pull(k)[:, None] * self.node_slope(k)
        d[:, -1] += self.tau * self.level[:, k] ** 2 - 1
        return np.asarray(d)

    def slope(self) -> Floats:
        """Return the slope of the log-likelihood, shape (p + 2,)."""
        total = self.log_spread_slope
        for k in range(len(self.cut)):
            total = total + self.share[:, k, None] * self.rise(k)
        return np.asarray(total.sum(axis=0))

    def curvature(self, rows: ClusteredRows) -> Floats:
        """Return second derivatives of the log-likelihood, shape (p + 2, p + 2).

        One pass over the rows, and products of sums by cluster.
        """
        by_mode, by_log_spread = self._motions()
        first, second, tau = self.sums[0], self.sums[1], self.tau
        h = self.spread**-2
        bend = by_mode - (1 + by_log_spread) * first[:, 0] * self.spread**2 / 2
        of_first, of_second = -bend / h, -(1 + by_log_spread) / (2 * h)
        a, b = self.mode_slope, self.log_spread_slope
        total = np.zeros((a.shape[1], a.shape[1]))
        total[:-1, :-1] = rows.pairs(
            self.beta,
            self.level,
            self.share,
            np.column_stack([of_first, of_second]),
        )
        total += _moved(of_first, first, a) + _moved(of_second, second, a)
        total += _crossed(2 + 3 * by_log_spread, b, b)
        explicit = _by_sd(2 * tau * bend / h, a)
        explicit[-1, -1] += float((4 * tau * (of_second - bend * self.mode / h)).sum())
        return total + explicit + self._over_nodes()

    def _motions(self) -> tuple[Floats, Floats]:
        """Return how the value moves with each mode and each log spread alone."""
        pulls = np.column_stack([self.pull(k) for k in range(len(self.cut))])
        by_mode = (self.share * pulls).sum(axis=1)
        by_spread = (self.share * pulls * self.cut).sum(axis=1)
        return by_mode, by_spread * self.spread

    def _over_nodes(self) -> Floats:
        """Return the part of the curvature that each node has by itself."""
        tau, mean = self.tau, np.zeros_like(self.sums[0])
        total = np.zeros((mean.shape[1], mean.shape[1]))
        for k in range(len(self.cut)):
            p, u = self.share[:, k], self.level[:, k]
            a, d = self.node_slope(k), self.rise(k)
            total += _moved(-p, self.weights[k], a) - tau * _crossed(p, a, a)
            total += _by_sd(2 * tau * p * u, a) + _crossed(p, d, d)
            total[-1, -1] -= 2 * tau * float(p @ u**2)
            mean += p[:, None] * d
        return np.asarray(total - mean.T @ mean)


def _crossed(by: Floats, left: Floats, right: Floats) -> Floats:
    return np.asarray((left * by[:, None]).T @ right)


def _moved(by: Floats, sums: Floats, a: Floats) -> Floats:
    """Return what (x + a)(x + a)' sums to beyond x x', from sums of weights times x."""
    cross = _crossed(by, sums, a)
    return cross + cross.T + _crossed(by * sums[:, 0], a, a)


def _by_sd(by: Floats, a: Floats) -> Floats:
    """Return the sum of e a' + a e'."""
    out = np.zeros((a.shape[1], a.shape[1]))
    out[-1] = by @ a
    return out + out.T


def surface_at(
    rows: ClusteredRows, beta: Floats, log_sd: float, rule: Rule, guess: Floats
) -> Surface:
    """Return the surface at one point.

    Parameters
    ----------
    rule
        With an odd number of nodes.
    guess : ndarray, shape (G,)
        Where to look for the modes.
    """
    tau = math.exp(-2 * log_sd)
    mode, weight = _modes(rows, beta, tau, guess)
    cut = math.sqrt(2) * rule[0]
    level = mode[:, None] + cut / np.sqrt(weight + tau)[:, None]
    sums, values = rows.levels(beta, level)
    spread = 1 / np.sqrt(sums[3 + 2 * (len(cut) // 2), :, 0] + tau)
    f = values - tau * level**2 / 2 - log_sd + rule[0] ** 2 + np.log(rule[1])
    top = f.max(axis=1)
    parts = np.exp(f - top[:, None])
    whole = parts.sum(axis=1)
    value = np.log(spread) + top + np.log(whole) - math.log(math.pi) / 2
    return Surface(
        beta=beta,
        log_sd=log_sd,
        value=float(value.sum()),
        mode=mode,
        spread=spread,
        level=level,
        share=parts / whole[:, None],
        cut=cut,
        # Rows do not know log sd.
        sums=np.pad(sums, ((0, 0), (0, 0), (0, 1))),
    )


def _modes(
    rows: ClusteredRows, beta: Floats, tau: float, guess: Floats
) -> tuple[Floats, Floats]:
    """Return each cluster's most likely level, and W there.

    f' falls in u, so its sign says on which side of u the mode lies.
    """
    u = guess
    low, high = np.full(len(u), -np.inf), np.full(len(u), np.inf)
    for _ in range(MODE_STEPS):  # pragma: no branch: halving always ends
        residual, w, w1, w2 = rows.modes(beta, u).T
        pull = residual - tau * u
        low, high = np.where(pull > 0, u, low), np.where(pull < 0, u, high)
        step = np.clip(pull / (w + tau), -1, 1)
        small = np.abs(step) < 0.1
        for _ in range(2):  # the curve of f' to third order, near its root
            left = pull - (w + tau) * step - w1 * step**2 / 2 - w2 * step**3 / 6
            slope = w + tau + w1 * step + w2 * step**2 / 2
            step = np.where(small, step + left / slope, step)
        new = u + step
        outside = (new < low) | (new > high)
        middle = (np.where(outside, low, 0) + np.where(outside, high, 0)) / 2
        new = np.where(outside, middle, new)
        step, u = new - u, new
        if np.abs(step).max() < SMALL_STEP:
            break
    return u, w + w1 * step + w2 * step**2 / 2


@dataclass(frozen=True, eq=False)
class FlatSurface:
    """The log-likelihood where clusters do not differ (sd = 0), shapes as above.

    ``rise`` is its slope by the variance of the clusters' levels: where that is not
    above 0, a small variance makes the events less likely.
    """

    beta: Floats
    value: float
    own_slope: Floats
    rise: float

    def curvature(self, rows: ClusteredRows) -> Floats:
        """Return second derivatives by coefficients, shape (p + 1, p + 1)."""
        flat = np.zeros((rows.clusters, 1))
        slopes = np.zeros((rows.clusters, 2))
        return rows.pairs(self.beta, flat, np.ones_like(flat), slopes)

    def slope(self) -> Floats:
        """Return the slope by coefficients, shape (p + 1,)."""
        return self.own_slope


def surface_without(rows: ClusteredRows, beta: Floats) -> FlatSurface:
    """Return the surface where clusters do not differ: the logistic model."""
    sums, values = rows.levels(beta, np.zeros((rows.clusters, 1)))
    residual, weight = sums[2, :, 0], sums[3, :, 0]
    return FlatSurface(
        beta=beta,
        value=float(values.sum()),
        own_slope=sums[2].sum(axis=0),
        rise=float((residual**2 - weight).sum()) / 2,
    )
