"""How must one cluster's residuals be stretched to be as wide as its errors?

A fit is drawn toward every cluster it uses, so residuals are smaller than errors, most
of all in clusters of high leverage.  Bell and McCaffrey's adjustment undoes this, on
the supposition that the model's own variance is right.

Letters: M the inverse of the information matrix, V the model variance of the counts, H
the matrix that turns counts into fitted counts, A the adjustment of one cluster.

References
----------
Bell RM, McCaffrey DF. Survey Methodology 2002;28:169-181.
Pustejovsky JE, Tipton E. J Bus Econ Stat 2018;36:672-683.
doi:10.1080/07350015.2016.1247004
"""

from __future__ import annotations

import numpy as np

from candela.stats.count_data import CountData, Floats, blocks_by_size

__all__ = ["bias_reduced"]

# An eigenvalue smaller than this share of a cluster's largest is a direction in which
# its residuals are 0 whatever its errors.
EIGENVALUE_TOLERANCE = 1e-8
# Largest stack of adjustment matrices held at once, in numbers (40 MB).
STACK_NUMBERS = 5_000_000


def bias_reduced(
    data: CountData, mu: Floats, variance: Floats, bread: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return the adjusted influence of each cluster, and two forms for its variance.

    Parameters
    ----------
    data
        What was fitted, n rows in cluster order.
    mu, variance : ndarray, shape (n,)
        Expected counts and the model's variance of each.
    bread : ndarray, shape (p, p)
        M.

    Returns
    -------
    influence : ndarray, shape (G, p)
        Their squares add up to the covariance.
    cross, spread : ndarray, shape (G, p, p)
        As in ``ClusterRobust``.
    """
    columns = data.X.shape[1]
    residuals = data.y - mu
    sums = np.empty((data.n_clusters, columns))
    cross = np.empty((data.n_clusters, columns, columns))
    spread = np.empty_like(cross)
    for members, rows in blocks_by_size(data.starts):
        step = max(1, STACK_NUMBERS // rows.shape[1] ** 2)
        for first in range(0, len(members), step):
            part, block = members[first : first + step], rows[first : first + step]
            slope = mu[block][:, :, None] * data.X[block]  # of mu in each coefficient
            v = variance[block][:, :, None]
            weighed = _bell_mccaffrey(slope, v, bread) @ (slope / v)
            sums[part] = np.einsum("gip,gi->gp", weighed, residuals[block])
            cross[part] = slope.transpose(0, 2, 1) @ weighed
            spread[part] = weighed.transpose(0, 2, 1) @ (v * weighed)
    return sums @ bread, cross, spread


def _bell_mccaffrey(slope: Floats, v: Floats, bread: Floats) -> Floats:
    """Return the adjustment A of each cluster, shape (k, size, size).

    With slope (k, size, p) and model variance v (k, size, 1) of the counts, A is
    symmetric and A (I - H) V (I - H)' A' = V: Pustejovsky & Tipton 2018, equations 5
    and 6, on the scale of the counts.
    """
    root = np.sqrt(v)
    Z = slope / root
    kept = np.eye(slope.shape[1]) - Z @ bread @ Z.transpose(0, 2, 1)
    values, vectors = np.linalg.eigh(kept * (v * v.transpose(0, 2, 1)))
    # Relative to the cluster's own scale: these eigenvalues are near count**2.
    alone = values < EIGENVALUE_TOLERANCE * values[:, -1:]
    power = np.where(alone, 0.0, 1 / np.sqrt(np.where(alone, 1.0, values)))
    middle = (vectors * power[:, None, :]) @ vectors.transpose(0, 2, 1)
    return np.asarray(middle * (root * root.transpose(0, 2, 1)))
