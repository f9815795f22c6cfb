"""Which ratios differ from expected by more than chance and ordinary variation?

Notation: O observed and E expected events, s the chance standard error on the scale of
the method, z = deviation / s, phi the mean of z squared, tau2 the variance between
organisations beyond chance.

=================  ==========================================================
method             what it does
=================  ==========================================================
``poisson``        chance alone; exact
``shmi``           the official rule: log ratio, 10% trimmed from each end and
                   *not* corrected for it; 95% limits over-dispersed, 99.8%
                   limits exact Poisson, as published
``trim-consistent``  as ``shmi``, corrected so that tau2 is right for normal
                   data; both pairs of limits over-dispersed.  Our default
``dl``             log ratio, DerSimonian-Laird tau2, no trimming
``pm``, ``reml``   log ratio, Paule-Mandel or REML tau2
``cqc``            square root of the ratio, 10% winsorised, limits squared
                   back (one widely used program forgets to)
=================  ==========================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, TooFewData
from candela.stats.between_variance import (
    between_variance_dl,
    between_variance_pm,
    between_variance_reml,
    trimmed_between_variance,
)
from candela.stats.poisson_limits import poisson_ratio_limits

__all__ = [
    "FUNNEL_METHODS",
    "FunnelLimits",
    "FunnelMethod",
    "funnel_limits",
    "limits_of_others",
]

Floats = npt.NDArray[np.float64]
FunnelMethod = Literal["poisson", "shmi", "trim-consistent", "dl", "pm", "reml", "cqc"]
FUNNEL_METHODS: tuple[FunnelMethod, ...] = (
    "poisson",
    "shmi",
    "trim-consistent",
    "dl",
    "pm",
    "reml",
    "cqc",
)

Z95 = 1.959963984540054  # standard normal, two-sided 95%
Z998 = 3.090232306167813  # two-sided 99.8%
TRIM = 0.1
FEWEST = 10  # a funnel of fewer organisations says nothing about their spread


@dataclass(frozen=True)
class FunnelLimits:
    """Limits of the ratio for each organisation, and the spread they rest on.

    Attributes
    ----------
    lower95, upper95, lower998, upper998 : arrays of float, shape (n,)
        Limits of O / E, around a target of 1.
    between_sd
        Square root of tau2, on the scale named.
    dispersion
        phi: 1 when chance explains all of the spread; by the method's own rule.
    scale
        ``log`` or ``square root``: where tau2 lives.
    """

    method: FunnelMethod
    lower95: Floats
    upper95: Floats
    lower998: Floats
    upper998: Floats
    between_sd: float
    dispersion: float
    scale: str


def funnel_limits(
    observed: npt.ArrayLike, expected: npt.ArrayLike, *, method: FunnelMethod
) -> FunnelLimits:
    """Return control limits around a ratio of 1 for each organisation.

    Parameters
    ----------
    observed, expected : arrays of float, shape (n,)
        Events; expected above 0.
    method
        See the module's table.

    Raises
    ------
    InputError
        If shapes differ, a number is missing or impossible, or the method is not known.
    TooFewData
        With fewer than 10 organisations; or, on the log scale, if one observed none.

    References
    ----------
    Spiegelhalter DJ. Stat Med 2005;24:1185-1202. doi:10.1002/sim.1970;
    Spiegelhalter DJ and others. J R Stat Soc A 2012;175:1-47.
    doi:10.1111/j.1467-985X.2011.01010.x; NHS England, SHMI specification.
    """
    o, e = np.asarray(observed, np.float64), np.asarray(expected, np.float64)
    if o.shape != e.shape or o.ndim != 1:
        raise InputError("observed and expected must be two lists of one length.")
    if len(o) < FEWEST:
        raise TooFewData(
            f"{len(o)} organisations: limits need at least {FEWEST}, since the spread "
            "between fewer cannot be told from chance."
        )
    if not ((e > 0).all() and (o >= 0).all() and np.isfinite([o, e]).all()):
        raise InputError(
            "expected events must be above 0, observed not negative, and both finite."
        )
    if method == "poisson":
        return FunnelLimits(
            method,
            *poisson_ratio_limits(e, coverage=0.95),
            *poisson_ratio_limits(e, coverage=0.998),
            between_sd=0.0,
            dispersion=float(np.mean((o - e) ** 2 / e)),
            scale="log",
        )
    if method == "cqc":
        return _square_root_limits(o, e)
    if method in FUNNEL_METHODS:
        return _log_limits(o, e, method)
    raise InputError(f"`{method}` is not a method; choose from {FUNNEL_METHODS}.")


def _log_limits(o: Floats, e: Floats, method: FunnelMethod) -> FunnelLimits:
    if (o == 0).any():
        raise TooFewData(
            f"{int((o == 0).sum())} organisations observed no events, and the log of "
            "0 does not exist: use method `cqc` or a longer period."
        )
    y, v = np.log(o / e), 1 / e
    phi = float(np.mean(y**2 / v))
    match method:
        case "shmi":
            tau2, phi = _shmi_tau2(y, e)
        case "trim-consistent":
            tau2 = trimmed_between_variance(y, v, trim=TRIM)
        case "dl":
            tau2 = between_variance_dl(y, v)
        case "pm":
            tau2 = between_variance_pm(y, v)
        case "reml":
            tau2 = between_variance_reml(y, v)
        case _:
            raise AssertionError(f"unhandled method {method!r}")
    return _around_one(e, method, float(np.sqrt(tau2)), phi)


def limits_of_others(expected: npt.ArrayLike, *, like: FunnelLimits) -> FunnelLimits:
    """Return limits for organisations that had no part in finding the spread.

    Parameters
    ----------
    expected : array of float, shape (n,)
        Events, above 0.
    like
        Limits on the log scale, whose spread is taken over.

    Raises
    ------
    ValueError
        If ``like`` is not on the log scale.
    """
    if like.scale != "log":
        raise ValueError(f"limits on the {like.scale} scale are not carried over")
    e = np.asarray(expected, np.float64)
    return _around_one(e, like.method, like.between_sd, like.dispersion)


def _around_one(
    e: Floats, method: FunnelMethod, between_sd: float, phi: float
) -> FunnelLimits:
    sd = np.sqrt(1 / e + between_sd**2)
    outer = (np.exp(-Z998 * sd), np.exp(Z998 * sd))
    if method == "shmi":
        outer = poisson_ratio_limits(e, coverage=0.998)
    return FunnelLimits(
        method,
        np.exp(-Z95 * sd),
        np.exp(Z95 * sd),
        *outer,
        between_sd=between_sd,
        dispersion=phi,
        scale="log",
    )


def _shmi_tau2(y: Floats, e: Floats) -> tuple[float, float]:
    """Return tau2 and phi by the official rule.

    A tenth of the organisations, rounded down, is dropped from each end of the ordered
    z-scores; both phi and the weights are of those kept.  Found to reproduce every
    published limit of October 2011 to April 2014 to the last printed digit.
    """
    n = len(y)
    dropped = n // 10
    order = np.argsort(y * np.sqrt(e), kind="stable")
    kept = order[dropped : n - dropped]
    w = e[kept]
    phi = float(np.mean(y[kept] ** 2 * w))
    m = len(kept)
    tau2 = (m * phi - (m - 1)) / (w.sum() - (w @ w) / w.sum())
    return max(0.0, float(tau2)), phi


def _square_root_limits(o: Floats, e: Floats) -> FunnelLimits:
    y, s = np.sqrt(o / e) - 1, 1 / (2 * np.sqrt(e))
    z = y / s
    low, high = np.quantile(z, [TRIM, 1 - TRIM])
    phi = float(np.mean(np.clip(z, low, high) ** 2))
    w, n = 1 / s**2, len(z)
    tau2 = max(0.0, float((n * phi - (n - 1)) / (w.sum() - (w @ w) / w.sum())))
    sd = np.sqrt(s**2 + tau2)

    def squared_back(z_: float) -> tuple[Floats, Floats]:
        # A negative root must become 0 before squaring, or it would turn positive.
        return np.maximum(0.0, 1 - z_ * sd) ** 2, (1 + z_ * sd) ** 2

    return FunnelLimits(
        "cqc",
        *squared_back(Z95),
        *squared_back(Z998),
        between_sd=float(np.sqrt(tau2)),
        dispersion=phi,
        scale="square root",
    )
