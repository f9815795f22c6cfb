"""Does one organisation make the result?

The Poisson model is fitted again without each cluster in turn, to full convergence,
each time from where one Newton step leads: two or three steps a fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, NotConverged, TooFewData
from candela.stats.count_data import CountData, Floats, check_rank
from candela.stats.count_fit import checked_contrast
from candela.stats.newton import maximise, starting_coefficients

__all__ = ["LeaveOneOut", "leave_one_out"]


@dataclass(frozen=True, eq=False)
class LeaveOneOut:
    """A log ratio with every cluster, and without each.

    Parameters
    ----------
    all_in
        With every cluster.
    values : ndarray, shape (G,)
        Without cluster ``labels[i]``.
    labels : ndarray, shape (G,)
        Clusters as the caller labelled them, sorted.
    """

    all_in: float
    values: Floats
    labels: npt.NDArray[Any]

    @property
    def lowest(self) -> float:
        """The lowest estimate without a cluster."""
        return float(self.values.min())

    @property
    def highest(self) -> float:
        """The highest estimate without a cluster."""
        return float(self.values.max())

    @property
    def most_influential(self) -> int:
        """Index, into ``labels``, of the cluster whose absence moves it most."""
        return int(np.argmax(np.abs(self.values - self.all_in)))


def leave_one_out(
    y: npt.ArrayLike,
    X: npt.ArrayLike,
    *,
    offset: npt.ArrayLike,
    clusters: npt.ArrayLike,
    contrast: npt.ArrayLike,
) -> LeaveOneOut:
    """Return a contrast of Poisson coefficients without each cluster in turn.

    Parameters
    ----------
    y, X, offset, clusters
        As for ``fit_poisson``.
    contrast : shape (p,)
        What each coefficient is multiplied by.

    Raises
    ------
    InputError
        If the rows or the contrast are not fit to be used.
    TooFewData
        If the contrast cannot be estimated without one of the clusters.
    NotConverged
        If a fit does not settle.

    Notes
    -----
    A column that is all zeros without a cluster (its own fixed effect) is left out of
    that fit, provided that the contrast does not use it.
    """
    data = CountData.checked(y, X, offset=offset, clusters=clusters)
    c = checked_contrast(contrast, data.X.shape[1])
    start = starting_coefficients(data.y, data.X, data.offset)
    best = maximise(data.y, data.X, data.offset, start)
    information = data.X.T @ (best.mu[:, None] * data.X)
    scores = data.cluster_sums(data.X * (data.y - best.mu)[:, None])
    values = np.empty(data.n_clusters)
    for cluster in range(data.n_clusters):
        block = slice(data.starts[cluster], data.starts[cluster + 1])
        own = data.X[block].T @ (best.mu[block, None] * data.X[block])
        # Where a column is this cluster's alone, information - own is singular; the
        # full information is then a shorter step in the same direction.
        try:
            step = np.linalg.solve(information - own, scores[cluster])
        except np.linalg.LinAlgError:
            step = np.linalg.solve(information, scores[cluster])
        near = best.coefficients - step
        values[cluster] = _without(data, cluster, near, best.coefficients, c)
    return LeaveOneOut(float(c @ best.coefficients), values, data.labels)


def _without(
    data: CountData, cluster: int, near: Floats, full: Floats, c: Floats
) -> float:
    kept = data.codes != cluster
    X = data.X[kept]
    used = X.any(axis=0)
    label = data.labels[cluster]
    if c[~used].any():
        raise TooFewData(f"without cluster {label} the contrast cannot be estimated.")
    X = X[:, used]
    # A start thrown far off by a nearly singular step would cost more than none.
    start = near if np.abs(near - full).max() < 1 + np.abs(full).max() else full
    try:
        check_rank(X)
        best = maximise(data.y[kept], X, data.offset[kept], start[used])
    except (InputError, NotConverged) as error:
        raise TooFewData(f"without cluster {label}: {error}") from error
    return float(c[used] @ best.coefficients)
