"""How sure are we of a hazard ratio when patients of one trust resemble each other?

The sandwich M (sum of U_g U_g') M, where M is the inverse information and U_g the score
residuals of cluster g added up (Lin & Wei 1989), in one of three forms:

plain
    As R's ``coxph(cluster = )`` prints it: no correction for few clusters, normal.
cr1
    Times G/(G-1), with t on G-1 degrees of freedom.  Our default.
jackknife
    The spread of the coefficients found leaving out one cluster at a time, each by one
    Newton step from the full fit, times (G-1)/G, with t on G-1 degrees of freedom.
    Risk sets are made anew without the cluster, so it costs a pass over rows for each.

Efron's ties are kept right: a death among d on one day gives back the share of hazard
that it did not go through.

References
----------
Lin DY, Wei LJ. J Am Stat Assoc 1989;84:1074-1078. doi:10.1080/01621459.1989.10478874
Lee EW, Wei LJ, Amato DA. In: Survival Analysis: State of the Art, 1992:237-247.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from candela.errors import TooFewData
from candela.stats.coded import CodeColumn
from candela.stats.contrasts import Contrast
from candela.stats.cox import CoxFit
from candela.stats.cox_likelihood import risk_sets
from candela.stats.estimate import Estimate

__all__ = ["COX_ROBUST_KINDS", "CoxRobust", "CoxRobustKind", "cox_robust"]

Floats = npt.NDArray[np.float64]
CoxRobustKind = Literal["plain", "cr1", "jackknife"]
COX_ROBUST_KINDS: dict[CoxRobustKind, str] = {
    "plain": "cluster-robust, normal",
    "cr1": "cluster-robust (CR1), t on clusters less one",
    "jackknife": "cluster jackknife, t on clusters less one",
}
REFERENCE = "Lin & Wei, J Am Stat Assoc 1989;84:1074-1078"
FEW_CLUSTERS = 10


@dataclass(frozen=True, eq=False)
class CoxRobust:
    """A cluster-robust covariance of the coefficients of a Cox model.

    Parameters
    ----------
    covariance : ndarray, shape (p, p)
        With the factor of its kind.
    influence : ndarray, shape (G, p)
        What each cluster adds to the coefficients; without the factor.
    clusters
        Clusters with at least one row, G.
    factor
        What the sum of squared influences was multiplied by.
    """

    fit: CoxFit = field(repr=False)
    kind: CoxRobustKind
    covariance: Floats
    influence: Floats
    clusters: int
    factor: float

    @property
    def degrees_of_freedom(self) -> float:
        """Of t; infinite for the plain kind."""
        return float("inf") if self.kind == "plain" else float(self.clusters - 1)

    def estimate(self, what: Contrast, *, level: float = 0.95) -> Estimate:
        """Return one coefficient or contrast as a log hazard ratio.

        Raises
        ------
        InputError
            If there is no such label or the contrast is not fit to be used.
        """
        few = (
            f"Only {self.clusters} organisations: intervals are rough however they are "
            "made.",
        )
        ties = self.fit.ties.capitalize()
        return self.fit.estimate(
            what,
            covariance=self.covariance,
            degrees_of_freedom=self.degrees_of_freedom,
            organisations=self.clusters,
            level=level,
            method=f"Cox model, {ties} ties, {COX_ROBUST_KINDS[self.kind]}",
            reference=REFERENCE,
            cautions=few if self.clusters < FEW_CLUSTERS else (),
        )


def cox_robust(
    fit: CoxFit, cluster: CodeColumn, *, kind: CoxRobustKind = "cr1"
) -> CoxRobust:
    """Return the cluster-robust covariance of a Cox model.

    Parameters
    ----------
    cluster
        Which cluster each row belongs to; as many rows as the fit was given.
    kind
        See the module.

    Raises
    ------
    TooFewData
        If there are fewer than two clusters.
    NotConverged
        If the jackknife leaves out the only cluster that carries a coefficient.
    """
    if kind not in COX_ROBUST_KINDS:
        raise ValueError(f"kind is one of {sorted(COX_ROBUST_KINDS)}, not {kind!r}")
    codes = fit.rows.in_order(cluster)
    present, group = np.unique(codes, return_inverse=True)
    clusters = len(present)
    if clusters < 2:
        raise TooFewData(
            f"{clusters} cluster of {cluster.name}: how much clusters differ is "
            "learned from two at least, and better from many."
        )
    if kind == "jackknife":
        influence = _left_out(fit, group, clusters)
        factor = (clusters - 1) / clusters
        influence -= influence.mean(axis=0)
    else:
        influence = fit.at.scores_by(group, clusters) @ fit.covariance
        factor = clusters / (clusters - 1) if kind == "cr1" else 1.0
    covariance = factor * influence.T @ influence
    return CoxRobust(fit, kind, covariance, influence, clusters, factor)


def _left_out(fit: CoxFit, group: npt.NDArray[np.intp], clusters: int) -> Floats:
    """Return how the coefficients move without each cluster, shape (G, p)."""
    moved = np.empty((clusters, len(fit.coefficients)))
    for g in range(clusters):
        without = risk_sets(fit.rows.where(group != g), fit.coefficients, fit.ties)
        try:
            moved[g] = np.linalg.solve(without.information(), without.score)
        except np.linalg.LinAlgError:
            raise TooFewData(
                "a coefficient rests on a single cluster, so leaving it out says "
                "nothing; choose another kind of interval, or leave the column out."
            ) from None
    return moved
