"""How sure are we of an odds ratio when patients of one trust resemble each other?

The sandwich of ``cluster_robust`` for a logistic model of coded rows.  Each cluster is
known by two things only: its score s and its information S, added up over its rows.
With M the model's covariance, root root' = M, and S in the coordinates of root having
eigenvalues v and vectors V, a cluster's influence on the coefficients is

    root V f(v) V' root' s      f(v) = 1                 cr1
                                       (1 - v)**(-1/2)   cr2
                                       1 / (1 - v)       jackknife, by one step

so that no matrix of patients by patients is needed, however large a trust is.

cr2 here is Bell and McCaffrey's adjustment of residuals divided by their standard
deviations: with Z the design times the root of the weights, (I - Z M Z')**(-1/2).
``clubSandwich`` gives these numbers for the weighted least squares fit that ends the
iterations.  For a ``glm`` it takes another root of the same matrix; both are unbiased
when the model is right, and they differ little.

References
----------
Bell RM, McCaffrey DF. Survey Methodology 2002;28:169-181.
Pustejovsky JE, Tipton E. J Bus Econ Stat 2018;36:672-683.
doi:10.1080/07350015.2016.1247004
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.errors import TooFewData
from candela.stats.cluster_robust import (
    LEVERAGE_TOLERANCE,
    ROBUST_KINDS,
    ClusterRobust,
    RobustKind,
)
from candela.stats.coded import CodeColumn, CodedDesign, Floats
from candela.stats.coded_joint import checked_codes, packed
from candela.stats.coded_sums import sum_rows, thread_count
from candela.stats.logistic import Events, Keep, checked_sizes
from candela.stats.logistic_fit import INTERCEPT, LogisticFit
from candela.stats.logistic_rows import LogisticRows

__all__ = ["ClusterSums", "robust_logistic", "sums_by_cluster"]

# Rows put in the order of their clusters at once: 64 MB of row numbers.
ORDERED_ROWS = 1 << 24


@dataclass(frozen=True, eq=False)
class ClusterSums:
    """What each cluster with rows adds to score and information.

    Attributes
    ----------
    levels : ndarray, shape (G,)
        Which levels of the cluster column have rows.
    score : ndarray, shape (G, p)
        At the coefficients of the fit, which they add up to 0 at.
    information : ndarray, shape (G, p, p)
    """

    levels: npt.NDArray[np.intp]
    score: Floats
    information: Floats


def robust_logistic(
    fit: LogisticFit,
    design: CodedDesign,
    events: Events,
    cluster: CodeColumn,
    *,
    kind: RobustKind,
    trials: npt.NDArray[np.uint32] | None = None,
    keep: Keep | None = None,
) -> ClusterRobust:
    """Return the cluster-robust covariance of a logistic fit.

    Parameters
    ----------
    design, events, trials, keep
        As they were fitted.
    cluster
        A code column of as many rows.
    kind
        ``cr1``, ``cr2`` or ``jackknife``; see ``cluster_robust``.

    Raises
    ------
    TooFewData
        If there are fewer than two clusters with rows.

    Notes
    -----
    Takes 3 x G x p**2 numbers: 350 MB for 140 clusters and 324 coefficients, a third of
    that for ``cr1``.
    """
    if kind not in ROBUST_KINDS:
        raise ValueError(f"kind is one of {sorted(ROBUST_KINDS)}, not {kind!r}")
    sums = sums_by_cluster(fit, design, events, cluster, trials=trials, keep=keep)
    clusters, columns = sums.score.shape
    if clusters < 2:
        raise TooFewData(
            f"{clusters} cluster has rows; how much clusters differ needs two at least."
        )
    size = 1.0
    if kind == "cr1":
        rows = fit.observations
        size = clusters / (clusters - 1) * (rows - 1) / max(rows - columns, 1)
    if kind == "jackknife":
        size = (clusters - 1) / clusters
    return _sandwich(kind, sums, fit.covariance, size)


def sums_by_cluster(
    fit: LogisticFit,
    design: CodedDesign,
    events: Events,
    cluster: CodeColumn,
    *,
    trials: npt.NDArray[np.uint32] | None = None,
    keep: Keep | None = None,
) -> ClusterSums:
    """Return each cluster's score and information at the coefficients of a fit."""
    checked_codes(cluster)
    checked_sizes(design, cluster.codes, trials, keep)
    sizes = checked_sizes(design, events, trials, keep)
    joint = packed(design, max(1, len(events) // cluster.levels))
    rows = LogisticRows(joint, events, sizes, 0.0, 0.0, [], [])
    beta = fit.aligned(design)
    labels = (INTERCEPT, *design.labels)
    kept = np.flatnonzero([label in fit.labels for label in labels])
    score = np.zeros((cluster.levels, len(kept)))
    information = np.zeros((cluster.levels, len(kept), len(kept)))
    size = np.zeros(cluster.levels)

    def work(part: tuple[int, npt.NDArray[np.uint32]]) -> None:
        g, numbers = part
        own = rows.changed(lambda values: values[numbers])
        if own.trials == 0:
            return
        sums = sum_rows(own.joint, beta, own.sizes, pairs=True)
        seen = own.joint.gradient(own.found, own.event_levels)
        expected = own.joint.gradient(sums.events, sums.event_levels)
        score[g] += (seen - expected)[kept]
        whole = own.joint.information(sums.weight, sums.weight_levels, sums.pairs)
        information[g] += whole[np.ix_(kept, kept)]
        size[g] += own.trials

    for groups in _in_clusters(cluster):
        with ThreadPoolExecutor(thread_count()) as pool:
            list(pool.map(work, groups))
    levels = np.flatnonzero(size)
    if len(levels) == cluster.levels:
        return ClusterSums(levels, score, information)
    return ClusterSums(levels, score[levels], information[levels])


def _in_clusters(
    cluster: CodeColumn,
) -> Iterator[list[tuple[int, npt.NDArray[np.uint32]]]]:
    """Yield the row numbers of each cluster, some millions of rows at a time."""
    from candela.stats.coded_kernels import group_order

    for first in range(0, len(cluster.codes), ORDERED_ROWS):
        part = cluster.codes[first : first + ORDERED_ROWS]
        order, starts = group_order(part, cluster.levels, first)
        ends = list(zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True))
        yield [(g, order[lo:hi]) for g, (lo, hi) in enumerate(ends) if hi > lo]


def _sandwich(
    kind: RobustKind, sums: ClusterSums, bread: Floats, size: float
) -> ClusterRobust:
    root: Floats = np.asarray(np.linalg.cholesky(bread), dtype=np.float64)
    back = np.linalg.inv(root)
    influence = np.empty_like(sums.score)
    cross = sums.information
    spread = cross if kind == "cr1" else np.empty_like(cross)
    if kind != "cr1":
        cross = np.empty_like(cross)
    alone, clusters_alone = [], 0
    for g, (score, own) in enumerate(zip(sums.score, sums.information, strict=True)):
        inner = root.T @ own @ root
        influence[g] = bread @ score
        if kind == "cr1" and np.trace(inner) < 1 - LEVERAGE_TOLERANCE:
            continue
        share, vectors = np.linalg.eigh(inner)
        mine = 1 - share < LEVERAGE_TOLERANCE
        alone.append((root @ vectors[:, mine]).T)
        clusters_alone += bool(mine.any())
        if kind == "cr1":
            continue
        # A direction that this cluster carries alone is left where it is.
        left = np.where(mine, 1.0, 1 - share)
        times = np.where(mine, 0.0, 1 / left if kind == "jackknife" else left**-0.5)
        influence[g] = root @ (vectors @ (times * (vectors.T @ (root.T @ score))))
        away = vectors.T @ back
        cross[g] = away.T @ ((share * times)[:, None] * away)
        spread[g] = away.T @ ((share * times**2)[:, None] * away)
    columns = bread.shape[0]
    return ClusterRobust(
        kind=kind,
        covariance=size * influence.T @ influence,
        bread=bread,
        cross=cross,
        spread=spread,
        alone=np.vstack([np.empty((0, columns)), *alone]),
        clusters_alone=clusters_alone,
    )
