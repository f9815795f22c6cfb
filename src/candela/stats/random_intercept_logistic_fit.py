"""What does a logistic model with a level of its own for each trust say?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.stats.contrasts import Contrast, chosen_contrast
from candela.stats.estimate import Estimate
from candela.stats.intervals import critical_value, two_sided_p

__all__ = ["RandomInterceptLogisticFit"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RandomInterceptLogisticFit:
    """A logistic regression with a normal random intercept for each cluster.

    Parameters
    ----------
    labels
        Of the coefficients; the first is ``(Intercept)``.
    coefficients : ndarray, shape (p,)
        Log odds ratios within a cluster.
    covariance : ndarray, shape (p, p)
        From the model, with the uncertainty of ``intercept_sd`` allowed for.
    intercept_sd
        Standard deviation of the clusters' log odds; 0 when none was found.
    intercept_sd_lower, intercept_sd_upper
        95% interval: normal on the log scale; by profile likelihood where that would
        be rough, from 0 where the events allow it, to infinity where they allow all.
    log_likelihood
        At the estimates, constants included.
    cluster_modes, cluster_spreads : ndarray, shape (G,)
        Each cluster's most likely level (log odds above the average cluster) and its
        standard deviation given the events; a cluster without rows is 0.
    clusters, observations, trials, events
        Clusters with rows, rows, trials, and events among them.
    dropped
        Labels of the design without a coefficient: no rows, no variation, or told by
        other levels of the same term.
    nodes, iterations
        Quadrature nodes, and steps over all rows.
    method, reference, cautions
        In words.
    """

    labels: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    intercept_sd: float
    intercept_sd_lower: float
    intercept_sd_upper: float
    log_likelihood: float
    cluster_modes: Floats
    cluster_spreads: Floats
    clusters: int
    observations: int
    trials: int
    events: int
    dropped: tuple[str, ...]
    nodes: int
    iterations: int
    method: str
    reference: str
    cautions: tuple[str, ...]

    @property
    def standard_errors(self) -> Floats:
        """Of the coefficients, shape (p,)."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    def contrast(self, contrast: Contrast) -> Floats:
        """Return a contrast as what each coefficient is multiplied by, shape (p,).

        Parameters
        ----------
        contrast
            A label; labels with multipliers; or the multipliers in order.

        Raises
        ------
        InputError
            If a label has no coefficient, or the multipliers are not a contrast.
        """
        return chosen_contrast(self.labels, contrast, self.dropped)

    def estimate(self, contrast: Contrast, *, level: float = 0.95) -> Estimate:
        """Return a sum of multiples of the coefficients, as a log odds ratio.

        Conditional: within a cluster.  The interval is normal (Wald).

        Parameters
        ----------
        contrast
            As for ``contrast``.
        level
            Coverage of the interval.

        Raises
        ------
        InputError
            If it is not a contrast of these coefficients.
        """
        c = self.contrast(contrast)
        value = float(c @ self.coefficients)
        error = math.sqrt(max(float(c @ self.covariance @ c), 0.0))
        half = critical_value(level) * error
        return Estimate(
            value=value,
            lower=value - half,
            upper=value + half,
            level=level,
            scale="log_ratio",
            standard_error=error,
            p_value=two_sided_p(value / error) if error > 0 else None,
            organisations=self.clusters,
            observations=self.trials,
            method=self.method,
            reference=self.reference,
            cautions=self.cautions,
        )
