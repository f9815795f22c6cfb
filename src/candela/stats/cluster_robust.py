"""How sure are we of a coefficient when rows of one organisation resemble each other?

The sandwich M (sum of U_i U_i') M, where M is the inverse of the information matrix
X'WX and U_i the score of cluster i, corrected for few clusters in one of three ways:

cr1
    The plain sandwich times G/(G-1) x (N-1)/(N-p), with t on G-1 degrees of freedom:
    R ``sandwich::vcovCL(type = "HC1")``, Stata's ``vce(cluster)``.
cr2
    Residuals of each cluster adjusted so that the sandwich is unbiased when the model's
    own variance is right (Bell & McCaffrey 2002), with Satterthwaite degrees of freedom
    for each contrast: R ``clubSandwich`` with ``type = "CR2"``.
jackknife
    The spread of the coefficients found leaving out one cluster at a time, each by one
    Newton step from the full fit (CR3 times (G-1)/G), with Satterthwaite degrees of
    freedom.  One step differs from a full refit by less than the digits shown; the
    refits themselves are in ``leave_one_out``.

Degrees of freedom fall far below G-1 when few clusters carry a contrast: a heavy-tailed
dose, for one.  That is what cr1 does not see.

Letters: G clusters, N rows, p coefficients, W the working weights of the model.

References
----------
Bell RM, McCaffrey DF. Survey Methodology 2002;28:169-181.
Pustejovsky JE, Tipton E. J Bus Econ Stat 2018;36:672-683.
doi:10.1080/07350015.2016.1247004
MacKinnon JG, Nielsen MO, Webb MD. J Appl Econom 2023;38:671-694. doi:10.1002/jae.2990
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from candela.errors import TooFewData
from candela.stats.count_data import CountData, Floats, blocks_by_size

__all__ = ["ROBUST_KINDS", "ClusterRobust", "RobustKind", "cluster_robust"]

RobustKind = Literal["cr1", "cr2", "jackknife"]
ROBUST_KINDS: dict[str, str] = {
    "cr1": "cluster-robust (CR1), t on clusters less one",
    "cr2": "cluster-robust (CR2), Satterthwaite degrees of freedom",
    "jackknife": "cluster jackknife (CR3), Satterthwaite degrees of freedom",
}

# Share of a direction that other clusters must carry for it to count as estimable
# without this one.
LEVERAGE_TOLERANCE = 1e-8
# Largest stack of adjustment matrices held at once, in numbers (40 MB).
STACK_NUMBERS = 5_000_000


@dataclass(frozen=True, eq=False)
class ClusterRobust:
    """A cluster-robust covariance and what its degrees of freedom follow from.

    Parameters
    ----------
    kind
        ``cr1``, ``cr2`` or ``jackknife``.
    covariance : ndarray, shape (p, p)
        Of the coefficients.
    bread : ndarray, shape (p, p)
        M, the model's own covariance.
    cross, spread : ndarray, shape (G, p, p)
        With a_i the weights that cluster i's residuals have in a contrast c,
        ``cross`` gives X_i'a_i and ``spread`` the variance of a_i'e_i under the model,
        both as forms in M c.
    fully_leveraged : int
        Clusters that alone carry some direction of the design.
    """

    kind: RobustKind
    covariance: Floats
    bread: Floats
    cross: Floats
    spread: Floats
    fully_leveraged: int

    @property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return len(self.cross)

    def degrees_of_freedom(self, contrast: Floats) -> float:
        """Return the t degrees of freedom of one contrast, shape (p,).

        Raises
        ------
        TooFewData
            If no cluster says anything about the contrast.
        """
        if self.kind == "cr1":
            return float(self.n_clusters - 1)
        products = self._residual_products(contrast[None, :])[0, 0]
        return self._satterthwaite(products)

    @staticmethod
    def _satterthwaite(products: Floats) -> float:
        total = float(np.trace(products))
        if total <= 0:
            raise TooFewData(
                "the clusters cannot say how sure this contrast is: each direction "
                "of it is carried by a single cluster."
            )
        return total**2 / float((products**2).sum())

    def _residual_products(self, contrasts: Floats) -> Floats:
        """Return cov(a_si'e, a_tj'e) under the model, shape (q, q, G, G).

        e are residuals of the fit, so clusters are correlated through it.
        """
        combined = contrasts @ self.bread
        pull = np.einsum("gkl,sl->sgk", self.cross, combined)
        own = np.einsum("sk,gkl,tl->stg", combined, self.spread, combined)
        between: Floats = -np.einsum("sgk,kl,thl->stgh", pull, self.bread, pull)
        index = np.arange(self.n_clusters)
        between[:, :, index, index] += own
        return between

    def hotelling(self, contrasts: Floats, values: Floats) -> tuple[float, float]:
        """Return F and its denominator degrees of freedom for q contrasts at once.

        cr1 refers to F(q, G-1).  The others use the approximate Hotelling T-squared
        distribution ("HTZ") of Pustejovsky & Tipton 2018, section 4.

        Parameters
        ----------
        contrasts : ndarray, shape (q, p)
            Rows to be tested at once, linearly independent.
        values : ndarray, shape (q,)
            The estimated contrasts less their tested values.

        Raises
        ------
        TooFewData
            If there are too few clusters for so many contrasts.
        """
        q = len(contrasts)
        covariance = contrasts @ self.covariance @ contrasts.T
        try:
            wald = float(values @ np.linalg.solve(covariance, values))
        except np.linalg.LinAlgError:
            wald = -1.0
        if wald < 0 or self.n_clusters <= q:
            raise TooFewData(
                f"{self.n_clusters} clusters cannot test {q} contrasts at once."
            )
        if self.kind == "cr1":
            return wald / q, float(self.n_clusters - 1)
        freedom = self._wishart_freedom(contrasts)
        left = freedom - q + 1
        if left <= 0:
            raise TooFewData(
                f"too few clusters carry these {q} contrasts to test them at once."
            )
        return wald * left / (freedom * q), left

    def _wishart_freedom(self, contrasts: Floats) -> float:
        products = self._residual_products(contrasts)
        expected = np.einsum("stgg->st", products)
        values, vectors = np.linalg.eigh(expected)
        if values.min() <= 0:
            raise TooFewData(
                "the clusters cannot say how sure these contrasts are: some are "
                "carried by a single cluster."
            )
        root = vectors / np.sqrt(values) @ vectors.T
        scaled = np.einsum("su,uvgh,vt->stgh", root, products, root)
        own = np.einsum("ssgh->sgh", scaled)
        variance = np.einsum("sgh,tgh->", own, own)
        variance += np.einsum("stgh,tsgh->", scaled, scaled)
        q = len(contrasts)
        return q * (q + 1) / float(variance)


def cluster_robust(
    data: CountData, mu: Floats, variance: Floats, kind: RobustKind
) -> ClusterRobust:
    """Return the cluster-robust covariance of a fitted count model.

    Parameters
    ----------
    data
        What was fitted, n rows in cluster order.
    mu, variance : ndarray, shape (n,)
        Expected counts and the model's variance of each.
    kind
        See the module.
    """
    weights = mu**2 / variance
    information = data.X.T @ (weights[:, None] * data.X)
    bread = np.linalg.inv(information)
    bread = (bread + bread.T) / 2
    if kind == "cr2":
        return _cr2(data, mu, variance, bread)
    own = _cluster_information(data, weights)
    score = (data.y - mu) * mu / variance
    influence = data.cluster_sums(data.X * score[:, None]) @ bread
    if kind == "jackknife":
        return _jackknife(data.n_clusters, bread, influence, own)
    clusters, (rows, columns) = data.n_clusters, data.X.shape
    size = clusters / (clusters - 1) * (rows - 1) / (rows - columns)
    covariance = size * influence.T @ influence
    return ClusterRobust(kind, covariance, bread, own, own, 0)


def _cluster_information(data: CountData, weights: Floats) -> Floats:
    columns = data.X.shape[1]
    out = np.empty((data.n_clusters, columns, columns))
    for members, rows in blocks_by_size(data.starts):
        X = data.X[rows]
        out[members] = X.transpose(0, 2, 1) @ (weights[rows][:, :, None] * X)
    return out


def _jackknife(
    n_clusters: int, bread: Floats, influence: Floats, own: Floats
) -> ClusterRobust:
    """Leave out one cluster at a time, in coordinates where the information is I."""
    root = np.linalg.cholesky(bread)
    values, vectors = np.linalg.eigh(root.T @ own @ root)
    alone = 1 - values < LEVERAGE_TOLERANCE
    # A direction that only this cluster carries (its own fixed effect) is left where
    # it is: any generalised inverse gives the same coefficients in the others.
    inverse = np.where(alone, 0.0, 1 / np.where(alone, 1.0, 1 - values))
    middle = (vectors * inverse[:, None, :]) @ vectors.transpose(0, 2, 1)
    # The covariance without cluster i, times the full information.
    without = root @ middle @ np.linalg.inv(root)
    moved = np.einsum("gkl,gl->gk", without, influence)
    return ClusterRobust(
        kind="jackknife",
        covariance=(n_clusters - 1) / n_clusters * moved.T @ moved,
        bread=bread,
        cross=own @ without,
        spread=without.transpose(0, 2, 1) @ own @ without,
        fully_leveraged=int(alone.any(axis=1).sum()),
    )


def _cr2(data: CountData, mu: Floats, variance: Floats, bread: Floats) -> ClusterRobust:
    columns = data.X.shape[1]
    residuals = data.y - mu
    sums = np.empty((data.n_clusters, columns))
    cross = np.empty((data.n_clusters, columns, columns))
    spread = np.empty_like(cross)
    leveraged = 0
    for members, rows in blocks_by_size(data.starts):
        step = max(1, STACK_NUMBERS // rows.shape[1] ** 2)
        for first in range(0, len(members), step):
            part, block = members[first : first + step], rows[first : first + step]
            slope = mu[block][:, :, None] * data.X[block]  # of mu in each coefficient
            v = variance[block][:, :, None]
            adjustment, alone = _bell_mccaffrey(slope, v, bread)
            weighed = adjustment @ (slope / v)
            sums[part] = np.einsum("gip,gi->gp", weighed, residuals[block])
            cross[part] = slope.transpose(0, 2, 1) @ weighed
            spread[part] = weighed.transpose(0, 2, 1) @ (v * weighed)
            leveraged += alone
    influence = sums @ bread
    return ClusterRobust(
        "cr2", influence.T @ influence, bread, cross, spread, leveraged
    )


def _bell_mccaffrey(slope: Floats, v: Floats, bread: Floats) -> tuple[Floats, int]:
    """Return the adjustment A of each cluster, (k, size, size), and how many are full.

    With slope (k, size, p) and model variance v (k, size, 1) of the counts, A is
    symmetric and A (I - H) V (I - H)' A' = V: Pustejovsky & Tipton 2018, equations 5
    and 6, on the scale of the counts.
    """
    root = np.sqrt(v)
    Z = slope / root
    kept = np.eye(slope.shape[1]) - Z @ bread @ Z.transpose(0, 2, 1)
    values, vectors = np.linalg.eigh(kept * (v * v.transpose(0, 2, 1)))
    # Relative to the cluster's own scale: these eigenvalues are near count**2.
    alone = values < LEVERAGE_TOLERANCE * values[:, -1:]
    power = np.where(alone, 0.0, 1 / np.sqrt(np.where(alone, 1.0, values)))
    middle = (vectors * power[:, None, :]) @ vectors.transpose(0, 2, 1)
    adjustment = middle * (root * root.transpose(0, 2, 1))
    return adjustment, int(alone.any(axis=1).sum())
