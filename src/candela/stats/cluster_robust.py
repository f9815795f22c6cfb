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
import numpy.typing as npt

from candela.errors import TooFewData
from candela.stats.bias_reduced import bias_reduced
from candela.stats.count_data import CountData, Floats, blocks_by_size

__all__ = ["ROBUST_KINDS", "ClusterRobust", "RobustKind", "cluster_robust"]

RobustKind = Literal["cr1", "cr2", "jackknife"]
ROBUST_KINDS: dict[RobustKind, str] = {
    "cr1": "cluster-robust (CR1), t on clusters less one",
    "cr2": "cluster-robust (CR2), Satterthwaite degrees of freedom",
    "jackknife": "cluster jackknife (CR3), Satterthwaite degrees of freedom",
}

# Share of a direction that other clusters must carry for it to count as estimable
# without this one.
LEVERAGE_TOLERANCE = 1e-8
# Share of a contrast's model standard error that rounding may put in a direction that
# one cluster carries alone.
SHARE_ALONE = 1e-4


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
    alone : ndarray, shape (k, p)
        Directions of the coefficients that only one cluster carries, such as that
        cluster's own level; of unit variance under the model.
    clusters_alone
        How many clusters carry such a direction.
    """

    kind: RobustKind
    covariance: Floats
    bread: Floats
    cross: Floats
    spread: Floats
    alone: Floats
    clusters_alone: int

    @property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return len(self.cross)

    def check_contrast(self, contrast: Floats) -> None:
        """Refuse a contrast, shape (p,), that one cluster alone speaks of.

        Raises
        ------
        TooFewData
            If the contrast cannot be estimated without some cluster: how much clusters
            differ then says nothing of how sure it is.
        """
        error = np.sqrt(contrast @ self.bread @ contrast)
        if (np.abs(self.alone @ contrast) > SHARE_ALONE * error).any():
            raise TooFewData(
                "this contrast rests on a single cluster, so nothing can be said of "
                "how sure it is; leave out that cluster's column."
            )

    def degrees_of_freedom(self, contrast: Floats) -> float:
        """Return the t degrees of freedom of one contrast, shape (p,).

        Raises
        ------
        TooFewData
            If the contrast rests on a single cluster.
        """
        self.check_contrast(contrast)
        if self.kind == "cr1":
            return float(self.n_clusters - 1)
        products = self._residual_products(contrast[None, :])[0, 0]
        return float(np.trace(products)) ** 2 / float((products**2).sum())

    def _residual_products(self, contrasts: Floats) -> Floats:
        """Return cov(a_si'e, a_tj'e) under the model, shape (q, q, G, G).

        e are residuals of the fit, so clusters are correlated through it.
        """
        # As products of matrices: one sum over all indices costs minutes with hundreds
        # of coefficients and clusters.
        combined = contrasts @ self.bread
        pull = np.moveaxis(self.cross @ combined.T, 2, 0)
        own = np.moveaxis(combined @ (self.spread @ combined.T), 0, 2)
        left = pull @ self.bread
        between: Floats = -(left[:, None] @ pull.transpose(0, 2, 1)[None])
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
            If there are too few clusters for so many contrasts, or a contrast rests
            on a single cluster.
        """
        for contrast in contrasts:
            self.check_contrast(contrast)
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
        # With less than one degree of freedom left, F has no centre to speak of.
        if left < 1:
            raise TooFewData(
                f"too few clusters carry these {q} contrasts to test them at once."
            )
        return wald * left / (freedom * q), left

    def _wishart_freedom(self, contrasts: Floats) -> float:
        products = self._residual_products(contrasts)
        expected = np.einsum("stgg->st", products)
        values, vectors = np.linalg.eigh(expected)
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
    own = _cluster_information(data, weights)
    leverage = _Leverage.of(own, bread)
    if kind == "cr2":
        influence, cross, spread = bias_reduced(data, mu, variance, bread)
        size = 1.0
    else:
        score = (data.y - mu) * mu / variance
        influence = data.cluster_sums(data.X * score[:, None]) @ bread
        cross, spread = own, own
        rows, columns = data.X.shape
        size = data.n_clusters / (data.n_clusters - 1) * (rows - 1) / (rows - columns)
    if kind == "jackknife":
        without = leverage.left_out()
        influence = np.einsum("gkl,gl->gk", without, influence)
        cross = own @ without
        spread = without.transpose(0, 2, 1) @ cross
        size = (data.n_clusters - 1) / data.n_clusters
    return ClusterRobust(
        kind=kind,
        covariance=size * influence.T @ influence,
        bread=bread,
        cross=cross,
        spread=spread,
        alone=leverage.directions(),
        clusters_alone=int(leverage.alone.any(axis=1).sum()),
    )


@dataclass(frozen=True, eq=False)
class _Leverage:
    """Each cluster's share of the information, in coordinates where the whole is I.

    With root root' = M and S_i the information of cluster i, ``own`` holds
    root' S_i root.  An eigenvalue of 1 is a direction that no other cluster speaks of.
    Only clusters whose eigenvalues add up to 1 (``suspects``) can have one.
    """

    root: Floats
    own: Floats
    suspects: npt.NDArray[np.intp]
    share: Floats
    vectors: Floats

    @classmethod
    def of(cls, information: Floats, bread: Floats) -> _Leverage:
        root: Floats = np.asarray(np.linalg.cholesky(bread), dtype=np.float64)
        own: Floats = root.T @ information @ root
        total = np.einsum("gkk->g", own)
        suspects = np.flatnonzero(total > 1 - LEVERAGE_TOLERANCE)
        return cls(root, own, suspects, *np.linalg.eigh(own[suspects]))

    @property
    def alone(self) -> npt.NDArray[np.bool_]:
        return np.asarray(1 - self.share < LEVERAGE_TOLERANCE)

    def directions(self) -> Floats:
        """Return directions of the coefficients carried alone, shape (k, p)."""
        return self.vectors.transpose(0, 2, 1)[self.alone] @ self.root.T

    def left_out(self) -> Floats:
        """Return the covariance without cluster i times the full information.

        A direction that only cluster i carries is left where it is: any generalised
        inverse gives the same coefficients in the others.  Shape (G, p, p).
        """
        left = np.eye(len(self.root)) - self.own
        left[self.suspects] = np.eye(len(self.root))
        middle = np.linalg.inv(left)
        alone, vectors = self.alone, self.vectors
        inverse = np.where(alone, 0.0, 1 / np.where(alone, 1.0, 1 - self.share))
        middle[self.suspects] = (vectors * inverse[:, None]) @ vectors.transpose(
            0, 2, 1
        )
        return np.asarray(self.root @ middle @ np.linalg.inv(self.root))


def _cluster_information(data: CountData, weights: Floats) -> Floats:
    columns = data.X.shape[1]
    out = np.empty((data.n_clusters, columns, columns))
    for members, rows in blocks_by_size(data.starts):
        X = data.X[rows]
        out[members] = X.transpose(0, 2, 1) @ (weights[rows][:, :, None] * X)
    return out
