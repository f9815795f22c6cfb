"""How far apart are trusts, in words of odds, and what is an odds ratio over them all?

A random intercept model gives a standard deviation, sd, of trusts' log odds, and odds
ratios *within* a trust (conditional).  The median odds ratio says what sd means: take
two trusts at random, and the same patient; the median of the higher odds divided by the
lower is exp(sqrt(2) sd z75), z75 the upper quartile of the standard normal.

An odds ratio over all trusts (marginal, population-averaged) lies nearer to 1 than the
conditional one, without any bias: odds ratios cannot be averaged.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from candela.errors import InputError, TooFewData
from candela.stats.estimate import Estimate
from candela.stats.random_intercept_logistic_fit import RandomInterceptLogisticFit

__all__ = ["marginal_from_conditional", "median_odds_ratio", "variance_partition"]

UPPER_QUARTILE = 0.6744897501960817
LOGISTIC_VARIANCE = math.pi**2 / 3
# Slope that brings the logistic function nearest to the normal distribution's.
NORMAL_SLOPE = 16 * math.sqrt(3) / (15 * math.pi)
QUADRATURE_NODES = 60
MEDIAN_REFERENCE = (
    "Larsen & Merlo, Am J Epidemiol 2005;161:81-8, doi:10.1093/aje/kwi017"
)
PARTITION_REFERENCE = (
    "Goldstein, Browne & Rasbash, Understanding Statistics 2002;1:223-31, "
    "doi:10.1207/S15328031US0104_02"
)
MARGINAL_REFERENCE = (
    "Zeger, Liang & Albert, Biometrics 1988;44:1049-60, doi:10.2307/2531734"
)
SD_KNOWN = (
    "The interval takes the standard deviation of trusts as known: it is the "
    "conditional interval, moved."
)


def median_odds_ratio(fit: RandomInterceptLogisticFit) -> Estimate:
    """Return the median odds ratio between two trusts, 1 or more, with 95% limits.

    Raises
    ------
    TooFewData
        If the events allow any spread of trusts.

    Notes
    -----
    Limits are those of ``intercept_sd`` carried over.  1 means that trusts do not
    differ beyond chance.  It may be compared with the odds ratios of the same model.

    References
    ----------
    Larsen K, Merlo J. Am J Epidemiol 2005;161:81-8. doi:10.1093/aje/kwi017
    """

    def ratio(sd: float) -> float:
        return math.exp(math.sqrt(2) * sd * UPPER_QUARTILE)

    return _of_sd(fit, ratio, "ratio", "Median odds ratio", MEDIAN_REFERENCE)


def variance_partition(fit: RandomInterceptLogisticFit) -> Estimate:
    """Return the share of the variance of latent log odds that is between trusts, 0-1.

    Raises
    ------
    TooFewData
        If the events allow any spread of trusts.

    Notes
    -----
    sd**2 / (sd**2 + pi**2 / 3): the latent-variable form, also called the intraclass
    correlation.  It is not a share of deaths.

    References
    ----------
    Goldstein H, Browne W, Rasbash J. Understanding Statistics 2002;1:223-31.
    doi:10.1207/S15328031US0104_02
    """

    def share(sd: float) -> float:
        return sd**2 / (sd**2 + LOGISTIC_VARIANCE)

    words = "Share of variance between trusts (latent)"
    return _of_sd(fit, share, "index", words, PARTITION_REFERENCE)


def _of_sd(
    fit: RandomInterceptLogisticFit,
    function: Callable[[float], float],
    scale: str,
    words: str,
    reference: str,
) -> Estimate:
    if math.isinf(fit.intercept_sd_upper):
        raise TooFewData(
            f"{fit.clusters} trusts are too few to say how far trusts differ."
        )
    return Estimate(
        value=function(fit.intercept_sd),
        lower=function(fit.intercept_sd_lower),
        upper=function(fit.intercept_sd_upper),
        scale=scale,  # type: ignore[arg-type]
        organisations=fit.clusters,
        observations=fit.trials,
        method=f"{words}, from {fit.method}",
        reference=reference,
        cautions=fit.cautions[1:],
    )


def marginal_from_conditional(
    conditional: Estimate, intercept_sd: float, *, reference_risk: float | None = None
) -> Estimate:
    """Return an odds ratio over all trusts from one within a trust, as a log ratio.

    Parameters
    ----------
    conditional
        On the ``log_ratio`` scale.
    intercept_sd
        Standard deviation of trusts' log odds, 0 or more.
    reference_risk
        Risk over all trusts without the exposure, between 0 and 1.  With it the
        integral over trusts is exact; without it the log ratio is divided by
        sqrt(1 + c**2 sd**2), c = 16 sqrt(3) / (15 pi), which needs no risk and is
        good to about 1% for sd below 1.

    Raises
    ------
    InputError
        If the scale is another, sd is negative, or the risk is not between 0 and 1.

    Notes
    -----
    Over trusts only, for patients alike in all else.  The odds ratio over patients who
    differ comes from standardised risks (see ``standardised``).

    References
    ----------
    Zeger SL, Liang KY, Albert PS. Biometrics 1988;44:1049-60. doi:10.2307/2531734
    """
    if conditional.scale != "log_ratio":
        raise InputError(f"a {conditional.scale} is not a conditional log odds ratio.")
    if not intercept_sd >= 0:
        raise InputError("a standard deviation is 0 or more.")
    if reference_risk is None:
        factor = 1 / math.sqrt(1 + (NORMAL_SLOPE * intercept_sd) ** 2)
        how = "approximate"

        def moved(log_ratio: float) -> float:
            return log_ratio * factor
    else:
        if not 0 < reference_risk < 1:
            raise InputError("the reference risk lies between 0 and 1.")
        base = _linear_of(reference_risk, intercept_sd)
        how = "integrated over trusts"

        def moved(log_ratio: float) -> float:
            risk = _risk_over_trusts(base + log_ratio, intercept_sd)
            return _logit(risk) - _logit(_risk_over_trusts(base, intercept_sd))

    return replace(
        conditional,
        value=moved(conditional.value),
        lower=moved(conditional.lower),
        upper=moved(conditional.upper),
        standard_error=None,
        method=f"{conditional.method}; over all trusts ({how})",
        reference=MARGINAL_REFERENCE,
        cautions=(*conditional.cautions[1:], SD_KNOWN),
    )


def _risk_over_trusts(linear: float, sd: float) -> float:
    """Return the mean risk over trusts whose levels are normal around ``linear``."""
    points, weights = np.polynomial.hermite.hermgauss(QUADRATURE_NODES)
    risks = 1 / (1 + np.exp(-(linear + math.sqrt(2) * sd * points)))
    return float(weights @ risks) / math.sqrt(math.pi)


def _linear_of(risk: float, sd: float) -> float:
    """Return the average trust's log odds where the mean risk over trusts is this."""
    from scipy import optimize

    reach = abs(_logit(risk)) * (1 + sd) + 10 * (1 + sd) ** 2

    def away(linear: float) -> float:
        return _risk_over_trusts(linear, sd) - risk

    return float(optimize.brentq(away, -reach, reach, xtol=1e-13))


def _logit(risk: float) -> float:
    return math.log(risk / (1 - risk))
