"""Between which values does a ratio lie by chance alone, or a true ratio lie?

Notation: O observed events, E expected events.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from candela.errors import InputError

__all__ = ["poisson_interval", "poisson_ratio_limits"]

Floats = npt.NDArray[np.float64]


def poisson_ratio_limits(
    expected: npt.ArrayLike, *, coverage: float = 0.998
) -> tuple[Floats, Floats]:
    """Return control limits for an observed/expected ratio, no over-dispersion.

    Parameters
    ----------
    expected : array of float, shape (n,)
        Expected events, > 0 (events, not a rate).
    coverage : float in (0, 1)
        Two-sided probability inside the limits.

    Returns
    -------
    lower, upper : arrays of float, shape (n,)
        Limits of the ratio.

    Raises
    ------
    InputError
        If an expectation is not above 0, or ``coverage`` not between 0 and 1.

    Notes
    -----
    The exact interval of a Poisson count, taken at O = E.  This is the convention of
    the published 99.8% limits of the SHMI (``PO_LL``, ``PO_UL``).  Interpolated Poisson
    quantiles are another convention and differ at small E.

    References
    ----------
    Spiegelhalter DJ. Stat Med 2005;24:1185-1202. doi:10.1002/sim.1970
    """
    from scipy import special

    e = np.asarray(expected, dtype=np.float64)
    if not ((e > 0) & np.isfinite(e)).all():
        raise InputError(
            "expected events must be above 0 and finite for control limits."
        )
    tail = _tail(coverage)
    lower = special.gammaincinv(e, tail) / e
    upper = special.gammainccinv(e + 1, tail) / e
    return lower, upper


def poisson_interval(
    observed: npt.ArrayLike, *, coverage: float = 0.95
) -> tuple[Floats, Floats]:
    """Return the exact interval for the mean of a Poisson count.

    Parameters
    ----------
    observed : array of float, shape (n,)
        Events, >= 0; fractional events (from shares of an organisation) are allowed.

    References
    ----------
    Garwood F. Biometrika 1936;28:437-442. doi:10.1093/biomet/28.3-4.437
    """
    from scipy import special

    o = np.asarray(observed, dtype=np.float64)
    if not (o >= 0).all():
        raise InputError("events cannot be negative.")
    tail = _tail(coverage)
    with np.errstate(invalid="ignore"):
        lower = np.where(o > 0, special.gammaincinv(np.maximum(o, 1e-300), tail), 0.0)
    return lower, special.gammainccinv(o + 1, tail)


def _tail(coverage: float) -> float:
    if not 0 < coverage < 1:
        raise InputError(f"coverage is a share between 0 and 1, not {coverage}.")
    return (1 - coverage) / 2
