"""What is the ratio of a group of organisations together, and how sure is it?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, TooFewData
from candela.stats.estimate import Estimate

__all__ = ["pooled_ratio"]

FEWEST = 5  # organisations from which their spread can be told at all


def pooled_ratio(
    observed: npt.ArrayLike, expected: npt.ArrayLike, *, level: float = 0.95
) -> Estimate:
    """Return observed over expected of all together, with the spread between them.

    Parameters
    ----------
    observed, expected : shape (n,)
        Events of each organisation; expected above 0.

    Raises
    ------
    TooFewData
        With fewer than 5 organisations, or if none observed any event.

    Notes
    -----
    The ratio estimator R = sum O / sum E of a sample of organisations.  Its variance is
    that of the residuals O - R E, so that organisations which differ among themselves
    widen it; the interval is t on the log scale.

    References
    ----------
    Cochran WG. Sampling Techniques, 3rd edition. Wiley 1977, section 6.4.
    """
    from scipy import stats

    o, e = np.asarray(observed, np.float64), np.asarray(expected, np.float64)
    if o.shape != e.shape or o.ndim != 1 or not ((o >= 0).all() and (e > 0).all()):
        raise InputError("observed and expected must be two lists of events.")
    n = len(o)
    if n < FEWEST or o.sum() == 0:
        raise TooFewData(f"{n} organisations are too few to tell their spread.")
    ratio = float(o.sum() / e.sum())
    error = np.sqrt(n / (n - 1) * ((o - ratio * e) ** 2).sum()) / e.sum() / ratio
    half = float(stats.t.ppf((1 + level) / 2, n - 1) * error)
    return Estimate(
        value=ratio,
        lower=ratio * float(np.exp(-half)),
        upper=ratio * float(np.exp(half)),
        scale="ratio",
        level=level,
        organisations=n,
        observations=n,
        method="ratio of sums, interval from the spread between organisations",
        reference="Cochran 1977, section 6.4",
    )
