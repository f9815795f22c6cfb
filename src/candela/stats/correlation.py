"""Do two rankings of the same organisations agree?

Letters: r the correlation, n the number of organisations.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, TooFewData
from candela.stats.estimate import Estimate
from candela.stats.intervals import critical_value, two_sided_p

__all__ = ["CorrelationInterval", "correlation_interval", "ranks", "spearman"]

Floats = npt.NDArray[np.float64]
CorrelationInterval = Literal["bonett_wright", "fisher"]

REFERENCES: dict[str, str] = {
    "bonett_wright": "Bonett & Wright, Psychometrika 2000;65:23-28, "
    "doi:10.1007/BF02294183",
    "fisher": "Fisher, Biometrika 1915;10:507-521, doi:10.1093/biomet/10.4.507",
}


def ranks(x: npt.ArrayLike) -> Floats:
    """Return ranks from 1; equal values share their average rank."""
    _, place, counts = np.unique(
        np.asarray(x, dtype=float), return_inverse=True, return_counts=True
    )
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[place], dtype=np.float64)


def correlation_interval(
    r: float,
    n: int,
    *,
    level: float = 0.95,
    interval: CorrelationInterval = "bonett_wright",
) -> tuple[float, float]:
    """Return the interval of a rank correlation on Fisher's z scale.

    Parameters
    ----------
    r
        Correlation, strictly between -1 and 1.
    n
        Pairs, 4 or more.
    interval
        ``bonett_wright``: variance (1 + r^2/2)/(n - 3), right for Spearman.
        ``fisher``: 1/(n - 3), right for Pearson and too narrow for strong Spearman
        correlations; several published studies print it.

    Raises
    ------
    TooFewData
        If there are fewer than four pairs, or they agree perfectly.
    """
    if n < 4:
        raise TooFewData(f"a correlation of {n} pairs has no interval; 4 are needed.")
    if abs(r) >= 1:
        raise TooFewData(
            f"the {n} pairs are ranked perfectly alike (or opposite): no interval can "
            "be given."
        )
    if interval not in REFERENCES:
        raise ValueError(f"interval is one of {sorted(REFERENCES)}, not {interval!r}")
    size = 1 + r**2 / 2 if interval == "bonett_wright" else 1.0
    half = critical_value(level) * math.sqrt(size / (n - 3))
    z = math.atanh(r)
    return math.tanh(z - half), math.tanh(z + half)


def spearman(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    level: float = 0.95,
    interval: CorrelationInterval = "bonett_wright",
) -> Estimate:
    """Return Spearman's rank correlation of one pair of numbers an organisation.

    Parameters
    ----------
    x, y : shape (n,)
        No missing numbers.  Equal numbers share their average rank.
    level, interval
        See ``correlation_interval``.

    Raises
    ------
    InputError
        If shapes differ or a number is missing or infinite.
    TooFewData
        If there are fewer than four pairs, one side does not vary, or the two agree
        perfectly.

    Notes
    -----
    p is from t on n - 2 degrees of freedom, as R's ``cor.test(exact = FALSE)``.

    References
    ----------
    Bonett DG, Wright TA. Psychometrika 2000;65:23-28. doi:10.1007/BF02294183
    """
    first, second = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if first.ndim != 1 or first.shape != second.shape:
        raise InputError(
            f"a correlation needs pairs; x has shape {first.shape}, y {second.shape}."
        )
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise InputError("a correlation needs numbers in every pair; leave out others.")
    n = first.size
    if n < 4:
        raise TooFewData(f"a correlation of {n} pairs has no interval; 4 are needed.")
    a, b = ranks(first) - (n + 1) / 2, ranks(second) - (n + 1) / 2
    length = math.sqrt(float(a @ a) * float(b @ b))
    if length == 0:
        raise TooFewData("one side of the correlation is the same everywhere.")
    r = float(a @ b) / length
    lower, upper = correlation_interval(
        # A perfect match may miss 1 by rounding.
        math.copysign(1.0, r) if 1 - abs(r) < 1e-12 else r,
        n,
        level=level,
        interval=interval,
    )
    return Estimate(
        value=r,
        lower=lower,
        upper=upper,
        level=level,
        scale="correlation",
        p_value=two_sided_p(r * math.sqrt((n - 2) / (1 - r**2)), n - 2),
        organisations=n,
        observations=n,
        method=f"Spearman's rank correlation, interval by Fisher's z ({interval})",
        reference=REFERENCES[interval],
    )
