"""What does a fitted count model say about a contrast of its coefficients?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from candela.errors import InputError
from candela.stats.cluster_robust import ClusterRobust
from candela.stats.count_data import Floats
from candela.stats.estimate import Estimate
from candela.stats.intervals import critical_value, f_tail, two_sided_p

__all__ = ["CountFit", "WaldTest", "checked_contrast"]

FEW_DEGREES_OF_FREEDOM = 5.0


class WaldTest(NamedTuple):
    """An F test that several contrasts are all 0."""

    statistic: float
    df1: int
    df2: float
    p: float


@dataclass(frozen=True, eq=False)
class CountFit:
    """A Poisson or negative binomial regression with a log link.

    Parameters
    ----------
    coefficients : ndarray, shape (p,)
        Log ratios per unit of each column.
    covariance : ndarray, shape (p, p)
        Cluster-robust.
    model_covariance : ndarray, shape (p, p)
        As if the model were right and rows independent.
    dispersion
        Pearson chi-squared over residual degrees of freedom (Poisson), or alpha in
        variance = mu + alpha mu**2 (negative binomial).
    log_likelihood
        At the estimates, constants included.
    fitted : ndarray, shape (n,)
        Expected counts, in the order of the rows given.
    clusters, observations, degrees_of_freedom
        Clusters, rows, and rows less coefficients.
    robust
        What ``covariance`` and the degrees of freedom of contrasts come from.
    method, reference
        In words.
    cautions
        Sentences that go with every contrast.
    """

    coefficients: Floats
    covariance: Floats
    model_covariance: Floats
    dispersion: float
    log_likelihood: float
    fitted: Floats
    clusters: int
    observations: int
    degrees_of_freedom: int
    robust: ClusterRobust
    method: str
    reference: str
    cautions: tuple[str, ...] = ()

    def contrast(self, vector: npt.ArrayLike, level: float = 0.95) -> Estimate:
        """Return a sum of multiples of the coefficients, as a log ratio.

        Parameters
        ----------
        vector : shape (p,)
            What each coefficient is multiplied by.
        level
            Coverage of the interval, from t with the degrees of freedom of ``robust``.

        Raises
        ------
        InputError
            If the vector has another shape, holds a missing number, or is all zeros.
        TooFewData
            If the clusters cannot say how sure the contrast is.
        """
        c = checked_contrast(vector, len(self.coefficients))
        value = float(c @ self.coefficients)
        error = math.sqrt(max(float(c @ self.covariance @ c), 0.0))
        freedom = self.robust.degrees_of_freedom(c)
        half = critical_value(level, freedom) * error
        cautions = self.cautions
        if freedom < FEW_DEGREES_OF_FREEDOM:
            cautions += (
                f"A few organisations carry this result: it rests on {freedom:.1f} "
                f"degrees of freedom although there are {self.clusters} of them.",
            )
        return Estimate(
            value=value,
            lower=value - half,
            upper=value + half,
            level=level,
            scale="log_ratio",
            standard_error=error,
            p_value=two_sided_p(value / error, freedom) if error > 0 else None,
            organisations=self.clusters,
            observations=self.observations,
            method=self.method,
            reference=self.reference,
            cautions=cautions,
        )

    def wald(self, matrix: npt.ArrayLike) -> WaldTest:
        """Return the test that every row of ``matrix`` times the coefficients is 0.

        Parameters
        ----------
        matrix : shape (q, p)
            One contrast a row, linearly independent.

        Raises
        ------
        InputError
            If a row is not a contrast of these coefficients, or repeats the others.
        TooFewData
            If the clusters are too few to test so many contrasts.
        """
        rows = np.atleast_2d(np.asarray(matrix, dtype=float))
        for row in rows:
            checked_contrast(row, len(self.coefficients))
        if np.linalg.matrix_rank(rows) < len(rows):
            raise InputError("the contrasts tested together repeat one another.")
        statistic, df2 = self.robust.hotelling(rows, rows @ self.coefficients)
        return WaldTest(statistic, len(rows), df2, f_tail(statistic, len(rows), df2))


def checked_contrast(vector: npt.ArrayLike, columns: int) -> Floats:
    """Return the contrast as an array, or refuse it.

    Raises
    ------
    InputError
        If it does not have one finite number a column, or is all zeros.
    """
    c = np.asarray(vector, dtype=float)
    if c.shape != (columns,):
        raise InputError(
            f"a contrast has shape {c.shape}; the design has {columns} columns."
        )
    if not np.isfinite(c).all() or not c.any():
        raise InputError("a contrast needs finite numbers, not all of them 0.")
    return c
