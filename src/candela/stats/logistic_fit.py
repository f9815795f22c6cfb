"""What does a fitted logistic model say about a contrast of its coefficients?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from candela.stats.cluster_robust import ROBUST_KINDS, ClusterRobust
from candela.stats.coded import CodedDesign, Floats
from candela.stats.contrasts import Contrast, chosen_contrast, place_of
from candela.stats.count_fit import FEW_DEGREES_OF_FREEDOM
from candela.stats.estimate import Estimate, Scale
from candela.stats.intervals import critical_value, two_sided_p

__all__ = ["INTERCEPT", "Contrast", "LogisticFit", "with_interval"]

INTERCEPT = "(Intercept)"
NAIVE = (
    "This interval takes patients as independent; patients of one organisation are not."
)
REFERENCE = "McCullagh & Nelder 1989, chapter 4, doi:10.1201/9780203753736"
ROBUST_REFERENCE = (
    "McCullagh & Nelder 1989, chapter 4; Pustejovsky & Tipton 2018, "
    "doi:10.1080/07350015.2016.1247004"
)


@dataclass(frozen=True, eq=False)
class LogisticFit:
    """A logistic regression fitted by maximum likelihood.

    Attributes
    ----------
    labels
        Of the coefficients; the first is ``(Intercept)``.
    coefficients : ndarray, shape (p,)
        Log odds, then log odds ratios per unit of each column.
    covariance : ndarray, shape (p, p)
        Inverse of the information: as if the model were right and rows independent.
    log_likelihood, null_log_likelihood
        Of the rows; binomial coefficients of grouped rows are left out.  The null model
        has an intercept alone.
    observations, events
        Trials and events.
    iterations
        Passes over all rows.
    dropped
        Labels of the design without a coefficient: no rows, no variation, or told by
        other levels of the same term.
    cautions
        Sentences that go with every contrast.
    """

    labels: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    log_likelihood: float
    null_log_likelihood: float
    observations: int
    events: int
    iterations: int
    dropped: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()

    @property
    def standard_errors(self) -> Floats:
        """Model standard errors, shape (p,)."""
        return np.sqrt(np.diag(self.covariance))

    def coefficient(self, label: str) -> float:
        """Return one coefficient by its label."""
        return float(self.coefficients[place_of(label, self.labels, self.dropped)])

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

    def estimate(
        self,
        contrast: Contrast,
        *,
        covariance: ClusterRobust | Floats | None = None,
        level: float = 0.95,
        organisations: int = 0,
    ) -> Estimate:
        """Return a sum of multiples of the coefficients, as a log odds ratio.

        Parameters
        ----------
        contrast
            As for ``contrast``.
        covariance
            Cluster-robust, with its own degrees of freedom; or shape (p, p), with
            normal limits.  Without it the model's own, with a caution.
        level
            Coverage of the interval.
        organisations
            How many stand behind the number, where the covariance does not say.

        Raises
        ------
        InputError
            If it is not a contrast of these coefficients.
        TooFewData
            If the clusters cannot say how sure the contrast is.
        """
        c = self.contrast(contrast)
        return with_interval(
            float(c @ self.coefficients),
            c,
            self.covariance if covariance is None else covariance,
            naive=covariance is None,
            level=level,
            organisations=organisations,
            observations=self.observations,
            method="Logistic regression",
            cautions=self.cautions,
        )

    def aligned(self, design: CodedDesign) -> Floats:
        """Return the coefficients in the order of a design, 0 where dropped.

        Returns
        -------
        ndarray, shape (1 + number of labels of the design,)

        Raises
        ------
        ValueError
            If the design has a label that this model never saw.
        """
        by_label = dict(zip(self.labels, self.coefficients, strict=True))
        unknown = set(design.labels) - set(self.labels) - set(self.dropped)
        if unknown:
            raise ValueError(f"the model has no coefficient for {sorted(unknown)}")
        wanted = (INTERCEPT, *design.labels)
        return np.array([float(by_label.get(label, 0.0)) for label in wanted])


def with_interval(
    value: float,
    slope: Floats,
    covariance: ClusterRobust | Floats,
    *,
    naive: bool,
    level: float,
    organisations: int,
    observations: int,
    method: str,
    scale: Scale = "log_ratio",
    cautions: tuple[str, ...] = (),
) -> Estimate:
    """Return a function of the coefficients with slope ``slope``, shape (p,)."""
    freedom, reference = math.inf, REFERENCE
    if isinstance(covariance, ClusterRobust):
        freedom = covariance.degrees_of_freedom(slope)
        organisations = covariance.n_clusters
        method += f", {ROBUST_KINDS[covariance.kind]}"
        reference = ROBUST_REFERENCE
        matrix = covariance.covariance
        if freedom < FEW_DEGREES_OF_FREEDOM:
            cautions += (
                f"A few organisations carry this result: it rests on {freedom:.1f} "
                f"degrees of freedom although there are {organisations} of them.",
            )
    else:
        matrix = covariance
    if naive:
        cautions += (NAIVE,)
    error = math.sqrt(max(float(slope @ matrix @ slope), 0.0))
    half = critical_value(level, freedom) * error
    return Estimate(
        value=value,
        lower=value - half,
        upper=value + half,
        level=level,
        scale=scale,
        standard_error=error,
        p_value=two_sided_p(value / error, freedom) if error > 0 else None,
        organisations=organisations,
        observations=observations,
        method=method,
        reference=reference,
        cautions=cautions,
    )
