"""By what factor do events differ as the design differs, beyond what was expected?

Regression of counts with a log link and an offset, log expected events, so that
coefficients are log ratios of observed to expected.  Rows of one organisation resemble
each other; every standard error allows for it (see ``cluster_robust``).

The Poisson model needs only the mean to be right for its coefficients to be consistent;
extra variation is the business of the robust covariance.  The negative binomial (NB2,
variance mu + alpha mu**2) weighs small and large organisations more evenly.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from candela.stats.cluster_robust import ROBUST_KINDS, RobustKind, cluster_robust
from candela.stats.count_data import CountData, Floats
from candela.stats.count_fit import CountFit, WaldTest
from candela.stats.leave_one_out import LeaveOneOut, leave_one_out
from candela.stats.negative_binomial import maximise_negative_binomial
from candela.stats.newton import maximise, starting_coefficients

__all__ = [
    "CountFit",
    "LeaveOneOut",
    "RobustKind",
    "WaldTest",
    "fit_negative_binomial",
    "fit_poisson",
    "leave_one_out",
]

DEFAULT_ROBUST: RobustKind = "cr2"
FEW_CLUSTERS = 10

POISSON_REFERENCE = (
    "McCullagh & Nelder 1989, chapter 6; Liang & Zeger, Biometrika 1986;73:13-22; "
    "Pustejovsky & Tipton 2018, doi:10.1080/07350015.2016.1247004"
)
NEGATIVE_BINOMIAL_REFERENCE = (
    "Lawless, Can J Stat 1987;15:209-225; Pustejovsky & Tipton 2018, "
    "doi:10.1080/07350015.2016.1247004"
)


def fit_poisson(
    y: npt.ArrayLike,
    X: npt.ArrayLike,
    *,
    offset: npt.ArrayLike,
    clusters: npt.ArrayLike,
    robust: RobustKind = DEFAULT_ROBUST,
) -> CountFit:
    """Return a Poisson regression with cluster-robust standard errors.

    Parameters
    ----------
    y : shape (n,)
        Counts, 0 or more; fractions are accepted (events shared out after a merger).
    X : shape (n, p)
        Design, the intercept included.
    offset : shape (n,)
        Log of expected events.
    clusters : shape (n,)
        Which organisation each row belongs to: numbers or text.
    robust
        ``cr1``, ``cr2`` or ``jackknife``; see ``cluster_robust``.

    Raises
    ------
    InputError
        If the rows are not fit to be modelled, naming row or column by index.
    TooFewData
        If there are fewer than two clusters, no events, or no more rows than columns.
    NotConverged
        If a coefficient has no finite value.

    Notes
    -----
    The default was chosen by the simulation in ``validation/robust_intervals.py``.

    References
    ----------
    McCullagh P, Nelder JA. Generalized Linear Models, 2nd ed, 1989, chapter 6.
    Pustejovsky JE, Tipton E. J Bus Econ Stat 2018;36:672-683.
    doi:10.1080/07350015.2016.1247004
    """
    from scipy import special

    data = CountData.checked(y, X, offset=offset, clusters=clusters)
    start = starting_coefficients(data.y, data.X, data.offset)
    best = maximise(data.y, data.X, data.offset, start)
    left_over = data.y - best.mu
    rows, columns = data.X.shape
    likelihood = data.y * np.log(best.mu) - best.mu - special.gammaln(data.y + 1)
    return _fitted(
        data,
        best.coefficients,
        best.mu,
        variance=best.mu,
        robust=robust,
        dispersion=float((left_over**2 / best.mu).sum()) / (rows - columns),
        log_likelihood=float(likelihood.sum()),
        method="Poisson regression",
        reference=POISSON_REFERENCE,
    )


def fit_negative_binomial(
    y: npt.ArrayLike,
    X: npt.ArrayLike,
    *,
    offset: npt.ArrayLike,
    clusters: npt.ArrayLike,
    robust: RobustKind = DEFAULT_ROBUST,
) -> CountFit:
    """Return a negative binomial (NB2) regression with cluster-robust standard errors.

    Parameters and errors as for ``fit_poisson``.

    Notes
    -----
    alpha (R's ``MASS::glm.nb`` gives theta = 1 / alpha) is found by maximum likelihood
    with the coefficients; the covariance is of the coefficients with alpha held, as R's
    ``sandwich`` has it, since the two are orthogonal.  When the counts vary no more
    than a Poisson does, alpha is 0 and the fit is the Poisson fit, with a caution.

    References
    ----------
    Lawless JF. Can J Stat 1987;15:209-225. doi:10.2307/3314912
    """
    data = CountData.checked(y, X, offset=offset, clusters=clusters)
    best = maximise_negative_binomial(data.y, data.X, data.offset)
    cautions: tuple[str, ...] = ()
    if best.alpha == 0:
        cautions = (
            "Counts vary no more than chance explains, so the negative binomial model "
            "is the Poisson model.",
        )
    return _fitted(
        data,
        best.coefficients,
        best.mu,
        variance=best.mu + best.alpha * best.mu**2,
        robust=robust,
        dispersion=best.alpha,
        log_likelihood=best.log_likelihood,
        method="Negative binomial (NB2) regression",
        reference=NEGATIVE_BINOMIAL_REFERENCE,
        cautions=cautions,
    )


def _fitted(
    data: CountData,
    coefficients: Floats,
    mu: Floats,
    *,
    variance: Floats,
    robust: RobustKind,
    dispersion: float,
    log_likelihood: float,
    method: str,
    reference: str,
    cautions: tuple[str, ...] = (),
) -> CountFit:
    if robust not in ROBUST_KINDS:
        raise ValueError(f"robust is one of {sorted(ROBUST_KINDS)}, not {robust!r}")
    found = cluster_robust(data, mu, variance, robust)
    rows, columns = data.X.shape
    return CountFit(
        coefficients=coefficients,
        covariance=found.covariance,
        model_covariance=found.bread,
        dispersion=dispersion,
        log_likelihood=log_likelihood,
        fitted=data.in_given_order(mu),
        clusters=data.n_clusters,
        observations=rows,
        degrees_of_freedom=rows - columns,
        robust=found,
        method=f"{method}, {ROBUST_KINDS[robust]}",
        reference=reference,
        cautions=(*cautions, *_cluster_cautions(data, found.clusters_alone)),
    )


def _cluster_cautions(data: CountData, clusters_alone: int) -> tuple[str, ...]:
    cautions: tuple[str, ...] = ()
    if data.n_clusters < FEW_CLUSTERS:
        cautions += (
            f"Only {data.n_clusters} organisations: intervals are rough however they "
            "are made.",
        )
    if clusters_alone:
        cautions += (
            f"Part of the model is carried by single organisations "
            f"({clusters_alone} of {data.n_clusters}); nothing can be said of how "
            "sure that part is.",
        )
    return cautions
