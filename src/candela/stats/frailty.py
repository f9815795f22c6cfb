"""What if each trust multiplies the hazard by a level of its own?

A Cox model with a random effect b for each cluster, shared by its patients.  The
coefficients are within a trust's level (conditional), unlike those of ``cox_robust``.

gamma
    exp(b) is gamma with mean 1 and variance theta.  Given theta the coefficients are
    those of the EM algorithm, found by Newton steps on a penalised likelihood
    (Therneau, Grambsch & Pankratz 2003); theta maximises the likelihood with the
    frailties integrated out, which has a closed form.  R: ``frailty(id, dist =
    "gamma")``; its log-likelihood is the one R calls I-likelihood.
lognormal
    b is normal with variance theta.  Given theta the coefficients are those of R's
    ``frailty(id, dist = "gauss", theta = )``.  By ``ml`` theta maximises Laplace's
    approximation to the integrated likelihood (Ripatti & Palmgren 2000), as R's
    ``coxme`` does; by ``reml`` it solves theta = (sum of b**2 + trace) / G, with the
    trace of the covariance of b, as R's ``frailty`` does by default.  REML allows for
    the coefficients having been estimated and is a little larger.

The covariance is the inverse of the whole penalised information, theta held.  For more
than five clusters R's ``frailty`` takes the part between clusters as diagonal
(``sparse``), which changes its standard errors in the third digit; ``sparse = FALSE``
gives ours.

References
----------
Therneau TM, Grambsch PM, Pankratz VS. J Comput Graph Stat 2003;12:156-175.
doi:10.1198/1061860031365
Ripatti S, Palmgren J. Biometrics 2000;56:1016-1022.
doi:10.1111/j.0006-341X.2000.01016.x
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, TooFewData
from candela.stats.coded import CodeColumn, CodedDesign, Term
from candela.stats.contrasts import Contrast, chosen_contrast
from candela.stats.cox import CoxFit, fit_cox
from candela.stats.cox_likelihood import Ties
from candela.stats.cox_rows import Mask, laid_out
from candela.stats.estimate import Estimate
from candela.stats.frailty_surface import (
    FrailtyDistribution,
    FrailtyPoint,
    FrailtySurface,
)
from candela.stats.intervals import critical_value, two_sided_p

__all__ = ["FrailtyDistribution", "FrailtyFit", "fit_frailty"]

Floats = npt.NDArray[np.float64]

REFERENCES: dict[FrailtyDistribution, str] = {
    "gamma": "Therneau, Grambsch & Pankratz 2003, doi:10.1198/1061860031365",
    "lognormal": "Ripatti & Palmgren 2000, doi:10.1111/j.0006-341X.2000.01016.x",
}
NO_DIFFERENCE = (
    "No difference between organisations beyond chance was found (the variance of "
    "their levels is 0), so this is the Cox model without them."
)
MODEL_BASED = (
    "The interval believes the model: levels of organisations drawn from one "
    "distribution, unrelated to what is adjusted for."
)

FEW_CLUSTERS = 10
MOST_CLUSTERS = 3_000


@dataclass(frozen=True, eq=False)
class FrailtyFit:
    """A Cox model with a frailty for each cluster.

    Parameters
    ----------
    labels, coefficients, covariance
        As of ``CoxFit``, within a cluster's level.
    variance
        theta: of exp(b) for gamma, of b for lognormal; 0 when none was found.
    levels : ndarray, shape (clusters given,)
        b of each cluster; 0 for clusters without rows.
    log_likelihood
        Frailties integrated out (by Laplace for lognormal); without frailty it is that
        of the Cox model.
    null_log_likelihood
        Of the Cox model without frailty: ``log_likelihood`` less it, doubled, is the
        likelihood ratio, half of it chi-squared on 1 and half 0 by chance alone.
    clusters, observations, events
        Counts.
    """

    labels: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    distribution: FrailtyDistribution
    variance: float
    levels: Floats
    log_likelihood: float
    null_log_likelihood: float
    clusters: int
    observations: int
    events: int
    ties: Ties
    cautions: tuple[str, ...]
    without: CoxFit = field(repr=False)

    @property
    def p_value(self) -> float:
        """Of no difference between clusters, from the likelihood ratio."""
        from scipy import special

        ratio = max(2 * (self.log_likelihood - self.null_log_likelihood), 0.0)
        return float(special.chdtrc(1, ratio)) / 2 if ratio else 1.0

    def estimate(self, what: Contrast, *, level: float = 0.95) -> Estimate:
        """Return one coefficient or contrast as a log hazard ratio, normal interval.

        Raises
        ------
        InputError
            If there is no such label or the contrast is not fit to be used.
        """
        c = chosen_contrast(self.labels, what)
        value, error = (
            float(c @ self.coefficients),
            float(np.sqrt(c @ self.covariance @ c)),
        )
        half = critical_value(level) * error
        return Estimate(
            value=value,
            lower=value - half,
            upper=value + half,
            level=level,
            scale="log_ratio",
            standard_error=error,
            p_value=two_sided_p(value / error),
            organisations=self.clusters,
            observations=self.observations,
            method=f"Cox model, {self.ties.capitalize()} ties, {self.distribution} "
            "frailty by organisation",
            reference=REFERENCES[self.distribution],
            cautions=self.cautions,
        )

    def median_hazard_ratio(self) -> float:
        """Return the hazard ratio of two clusters drawn at random, the higher on top.

        The median over such pairs, at least 1 (Austin and others 2017,
        doi:10.1002/sim.7188).
        """
        from scipy import special

        if self.distribution == "lognormal":
            spread = math.sqrt(2 * self.variance)
            return math.exp(spread * float(special.ndtri(0.75)))
        if self.variance == 0:
            return 1.0
        # The ratio of two gammas is an F with 2/theta degrees of freedom each.
        freedom = 2 / self.variance
        return float(special.fdtri(freedom, freedom, 0.75))


def fit_frailty(
    design: CodedDesign,
    stop: CodeColumn,
    event: npt.NDArray[np.uint8],
    cluster: CodeColumn,
    *,
    distribution: FrailtyDistribution = "gamma",
    variance: float | None = None,
    by: Literal["ml", "reml"] = "ml",
    start: CodeColumn | None = None,
    strata: CodeColumn | None = None,
    ties: Ties = "efron",
    keep: Mask | None = None,
) -> FrailtyFit:
    """Return a Cox model with a frailty for each cluster.

    Parameters
    ----------
    design, stop, event, start, strata, ties, keep
        As for ``fit_cox``.
    cluster
        Which cluster each row belongs to.
    variance
        Hold theta at this, above 0, instead of finding it.
    by
        How theta is found for ``lognormal``: see the module.

    Raises
    ------
    InputError, TooFewData, NotConverged
        As ``fit_cox``; and with fewer than two clusters, or more than 3,000.
    """
    if distribution not in REFERENCES or by not in ("ml", "reml"):
        raise ValueError(f"no frailty is {distribution!r} by {by!r}")
    if variance is not None and not variance > 0:
        raise ValueError(f"a variance lies above 0, not at {variance}")
    chosen = cluster.codes if keep is None else cluster.codes[np.flatnonzero(keep)]
    present = np.unique(chosen)
    if len(present) < 2:
        raise TooFewData(f"{len(present)} cluster of {cluster.name} has no spread.")
    if len(present) > MOST_CLUSTERS:
        raise InputError(
            f"{cluster.name} has {len(present)} clusters; a frailty takes at most "
            f"{MOST_CLUSTERS}. Use robust intervals."
        )
    plain = fit_cox(
        design, stop, event, start=start, strata=strata, ties=ties, keep=keep
    )
    basis = np.zeros((cluster.levels, len(present)))
    basis[present, np.arange(len(present))] = 1.0
    columns = design.columns
    if all(column.name != cluster.name for column in columns):
        columns = (*columns, cluster)
    own = Term("frailty", cluster.name, tuple(f"frailty {g}" for g in present), basis)
    widened = CodedDesign(columns, (*design.terms, own))
    rows = laid_out(widened, stop, event, start=start, strata=strata, keep=keep)
    deaths = plain.observed_by(cluster)[present].astype(np.float64)
    if plain.dropped:
        rows = rows.with_columns(~np.isin(rows.labels, plain.dropped))
    surface = FrailtySurface(rows, ties, distribution, by, deaths, plain)
    found = surface.at(variance) if variance else surface.best()
    return _fitted(found, surface, cluster, present, plain)


def _fitted(
    found: FrailtyPoint | None,
    surface: FrailtySurface,
    cluster: CodeColumn,
    present: npt.NDArray[Any],
    plain: CoxFit,
) -> FrailtyFit:
    p, levels = len(plain.labels), np.zeros(cluster.levels)
    cautions = [MODEL_BASED] if found else [NO_DIFFERENCE]
    if len(present) < FEW_CLUSTERS:
        cautions.append(
            f"Only {len(present)} organisations: how much they differ is hardly known."
        )
    if found:
        levels[present] = found.sets.beta[p:]
    return FrailtyFit(
        labels=plain.labels,
        coefficients=found.sets.beta[:p] if found else plain.coefficients,
        covariance=found.covariance[:p, :p] if found else plain.covariance,
        distribution=surface.distribution,
        variance=found.variance if found else 0.0,
        levels=levels,
        log_likelihood=found.log_likelihood if found else plain.log_likelihood,
        null_log_likelihood=plain.log_likelihood,
        clusters=len(present),
        observations=plain.observations,
        events=plain.events,
        ties=plain.ties,
        cautions=tuple(cautions),
        without=plain,
    )
