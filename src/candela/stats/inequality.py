"""How unevenly is something shared out between organisations?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, TooFewData
from candela.stats.estimate import Estimate
from candela.stats.intervals import critical_value

__all__ = [
    "GiniConvention",
    "LorenzCurve",
    "gini",
    "gini_estimate",
    "lorenz_curve",
    "top_share",
    "top_share_estimate",
]

Floats = npt.NDArray[np.float64]
GiniConvention = Literal["distinct_pairs", "all_pairs"]

WHOLE_COUNTRY = (
    "The interval treats these organisations as a sample of what might have been."
)
BOOTSTRAP_REFERENCE = (
    "Efron, J Am Stat Assoc 1987;82:171-185, doi:10.1080/01621459.1987.10478410"
)


class LorenzCurve(NamedTuple):
    """Shares held by the organisations with least, both from 0 to 1, shape (n + 1,)."""

    organisations: Floats
    total: Floats


def gini(
    values: npt.ArrayLike, *, convention: GiniConvention = "distinct_pairs"
) -> float:
    """Return the Gini coefficient: 0 if all have the same, 1 if one has everything.

    Parameters
    ----------
    values : shape (n,)
        Amounts, 0 or more.
    convention
        ``distinct_pairs``: half the mean difference between two different
        organisations, relative to the mean.  One holding everything gives 1 whatever
        n is, so years with different numbers of organisations compare.
        ``all_pairs``: an organisation is also compared with itself, which gives
        (n - 1)/n of that: R's ``ineq::Gini`` and most published figures.

    Raises
    ------
    InputError
        If an amount is missing or below 0.
    TooFewData
        If there are fewer than two organisations or nothing is shared out.
    """
    amounts = np.sort(_amounts(values))
    n = amounts.size
    if convention not in ("distinct_pairs", "all_pairs"):
        raise ValueError(f"no such convention: {convention!r}")
    pairs = n - 1 if convention == "distinct_pairs" else n
    weights = 2 * np.arange(1, n + 1) - n - 1
    return max(float(weights @ amounts) / (pairs * float(amounts.sum())), 0.0)


def top_share(values: npt.ArrayLike, n: int) -> float:
    """Return the share of the total held by the ``n`` organisations with most.

    Raises
    ------
    InputError
        If an amount is missing or below 0, or ``n`` is not 1 to the number of them.
    TooFewData
        If there are fewer than two organisations or nothing is shared out.
    """
    amounts = np.sort(_amounts(values))
    if not 1 <= n <= amounts.size:
        raise InputError(f"the top {n} of {amounts.size} organisations do not exist.")
    return min(float(amounts[-n:].sum()) / float(amounts.sum()), 1.0)


def lorenz_curve(values: npt.ArrayLike) -> LorenzCurve:
    """Return the points of the Lorenz curve, from (0, 0) to (1, 1)."""
    amounts = np.sort(_amounts(values))
    held = np.concatenate([[0.0], np.cumsum(amounts)])
    return LorenzCurve(np.linspace(0, 1, amounts.size + 1), held / held[-1])


def gini_estimate(
    values: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    level: float = 0.95,
    replicates: int = 2000,
) -> Estimate:
    """Return the Gini coefficient (distinct pairs) with a bootstrap interval.

    Parameters
    ----------
    values : shape (n,)
        Amounts, 0 or more.
    rng
        Where chance comes from; the same state gives the same interval.
    replicates
        Resamples of the organisations.

    Notes
    -----
    Bias-corrected and accelerated: resampling repeats organisations, which makes
    plain percentile intervals of inequality too low.
    """
    return _bootstrapped(values, gini, rng, level, replicates, "Gini coefficient")


def top_share_estimate(
    values: npt.ArrayLike,
    n: int,
    *,
    rng: np.random.Generator,
    level: float = 0.95,
    replicates: int = 2000,
) -> Estimate:
    """Return the share of the top ``n`` with a bootstrap interval, as for the Gini."""
    top_share(values, n)  # refuses a top that does not exist

    def share(amounts: npt.ArrayLike) -> float:
        return top_share(amounts, min(n, np.size(amounts)))

    label = f"share of the {n} organisations with most"
    return _bootstrapped(values, share, rng, level, replicates, label)


def _amounts(values: npt.ArrayLike) -> Floats:
    amounts = np.asarray(values, dtype=float)
    if amounts.ndim != 1 or not np.isfinite(amounts).all() or (amounts < 0).any():
        raise InputError("amounts must be a row of numbers, 0 or more, none missing.")
    if amounts.size < 2 or not amounts.any():
        raise TooFewData(
            "inequality needs two organisations and something to share out."
        )
    return amounts


def _bootstrapped(
    values: npt.ArrayLike,
    statistic: Callable[[npt.ArrayLike], float],
    rng: np.random.Generator,
    level: float,
    replicates: int,
    label: str,
) -> Estimate:
    amounts = _amounts(values)
    if amounts.size < 3:
        raise TooFewData("an interval of inequality needs three organisations.")
    found = statistic(amounts)
    samples = amounts[rng.integers(0, amounts.size, size=(replicates, amounts.size))]
    # A resample in which nobody has anything says nothing of how it is shared.
    draws = np.array([statistic(sample) for sample in samples if sample.any()])
    places = _bca_places(amounts, statistic, found, draws, level)
    lower, upper = np.quantile(draws, places).tolist()
    return Estimate(
        value=found,
        # With a handful of organisations the resamples can all lie on one side.
        lower=min(lower, found),
        upper=max(upper, found),
        level=level,
        scale="index",
        organisations=amounts.size,
        observations=amounts.size,
        method=f"{label}, bias-corrected and accelerated bootstrap interval "
        f"({replicates:,} resamples)",
        reference=BOOTSTRAP_REFERENCE,
        cautions=(WHOLE_COUNTRY,),
    )


def _bca_places(
    amounts: Floats,
    statistic: Callable[[npt.ArrayLike], float],
    found: float,
    draws: Floats,
    level: float,
) -> Floats:
    """Return which quantiles of the resamples end the interval."""
    from scipy import special

    below = float(((draws < found) + 0.5 * (draws == found)).mean())
    edge = 0.5 / draws.size
    bias = special.ndtri(min(max(below, edge), 1 - edge))
    kept = [np.delete(amounts, i) for i in range(amounts.size)]
    left = np.array([statistic(rest) if rest.any() else found for rest in kept])
    away = left.mean() - left
    size = float((away**2).sum())
    speed = float((away**3).sum()) / (6 * size**1.5) if size > 0 else 0.0
    z = critical_value(level)
    tilted = bias + np.array([-z, z])
    return np.asarray(special.ndtr(bias + tilted / (1 - speed * tilted)))
