"""How much of what one organisation shows is its own, and may they be ranked?

Letters: y estimates on a log scale, s their standard errors, tau2 the variance of true
values between organisations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, TooFewData

__all__ = ["Shrunk", "data_needed", "rankability", "reliability", "shrink"]

Floats = npt.NDArray[np.float64]
NO_DIFFERENCE = (
    "No difference between organisations beyond chance was found, so each is given the "
    "average of all."
)


@dataclass(frozen=True, eq=False)
class Shrunk:
    """Estimates drawn toward their mean by as much as they are uncertain.

    Parameters
    ----------
    mean
        Of true values, weighted by 1 / (tau2 + s**2).
    values : ndarray, shape (n,)
        reliability x own + (1 - reliability) x mean.
    standard_errors : ndarray, shape (n,)
        Of the true value around ``values``, tau2 and the mean taken as known.
    reliability : ndarray, shape (n,)
        tau2 / (tau2 + s**2), 0 to 1.
    rankability
        tau2 / (tau2 + median of s**2), 0 to 1.  Below 0.5 no ranks should be shown.
    cautions
        Sentences that go with the values.
    """

    mean: float
    values: Floats
    standard_errors: Floats
    reliability: Floats
    rankability: float
    cautions: tuple[str, ...] = ()


def reliability(standard_errors: npt.ArrayLike, *, tau2: float) -> Floats:
    """Return the share of each estimate's variance that is true difference."""
    s = _standard_errors(standard_errors, tau2)
    return np.asarray(tau2 / (tau2 + s**2), dtype=np.float64)


def rankability(standard_errors: npt.ArrayLike, *, tau2: float) -> float:
    """Return tau2 / (tau2 + median s**2): what of the spread of ranks is not chance.

    References
    ----------
    van Dishoeck AM, et al. Stat Med 2011;30:869-881. doi:10.1002/sim.4151
    """
    s = _standard_errors(standard_errors, tau2)
    return float(tau2 / (tau2 + np.median(s**2)))


def data_needed(reliability: float, *, target: float = 0.7) -> float:
    """Return how many times as much data would bring a reliability to ``target``.

    Standard errors are taken to fall as one over the root of the amount of data
    (Spearman-Brown).

    Raises
    ------
    ValueError
        Unless both lie strictly between 0 and 1.
    """
    if not (0 < reliability < 1 and 0 < target < 1):
        raise ValueError("reliability and target lie strictly between 0 and 1")
    return target / (1 - target) * (1 - reliability) / reliability


def shrink(
    estimates: npt.ArrayLike, standard_errors: npt.ArrayLike, *, tau2: float
) -> Shrunk:
    """Return empirical Bayes estimates.

    Parameters
    ----------
    estimates, standard_errors : shape (n,)
        On a log scale; standard errors above 0.
    tau2
        Variance between organisations, 0 or more; see ``between_variance``.

    Raises
    ------
    InputError
        If shapes differ, or a number is missing or impossible.
    TooFewData
        If there are fewer than two organisations.

    References
    ----------
    Morris CN. J Am Stat Assoc 1983;78:47-55. doi:10.1080/01621459.1983.10477920
    """
    y, s = np.asarray(estimates, dtype=float), _standard_errors(standard_errors, tau2)
    if y.shape != s.shape or not np.isfinite(y).all():
        raise InputError("each estimate needs a number and a standard error.")
    if y.size < 2:
        raise TooFewData("one organisation has no others to be drawn toward.")
    weights = 1 / (tau2 + s**2)
    mean = float(weights @ y / weights.sum())
    own = tau2 * weights
    return Shrunk(
        mean=mean,
        values=own * y + (1 - own) * mean,
        standard_errors=np.sqrt(own) * s,
        reliability=own,
        rankability=rankability(s, tau2=tau2),
        cautions=(NO_DIFFERENCE,) if tau2 == 0 else (),
    )


def _standard_errors(standard_errors: npt.ArrayLike, tau2: float) -> Floats:
    s = np.asarray(standard_errors, dtype=float)
    if s.ndim != 1 or s.size == 0 or not (np.isfinite(s) & (s > 0)).all():
        raise InputError("standard errors must be a row of numbers above 0.")
    if not (np.isfinite(tau2) and tau2 >= 0):
        raise ValueError(f"tau2 is a variance, 0 or more, not {tau2}")
    return s
