"""Does the association bend?

A restricted cubic spline is a smooth curve, cubic between its knots and straight beyond
the outer two, so that a few very active organisations cannot bend its ends.

References
----------
Harrell FE. Regression Modeling Strategies, 2nd ed, 2015, sections 2.4.5 and 2.4.6.
doi:10.1007/978-3-319-19425-7
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, TooFewData

__all__ = ["KNOT_QUANTILES", "restricted_cubic_spline", "spline_knots"]

Floats = npt.NDArray[np.float64]

KNOT_QUANTILES: dict[int, tuple[float, ...]] = {
    3: (0.10, 0.50, 0.90),
    4: (0.05, 0.35, 0.65, 0.95),
    5: (0.05, 0.275, 0.50, 0.725, 0.95),
}


def spline_knots(x: npt.ArrayLike, n_knots: int) -> Floats:
    """Return knots at Harrell's quantiles of the dose, shape (n_knots,).

    Parameters
    ----------
    x : shape (n,)
        Doses.
    n_knots
        3, 4 or 5, decided before looking at outcomes.

    Raises
    ------
    InputError
        If a dose is missing or infinite.
    TooFewData
        If two knots fall on one value, as when many organisations have a dose of 0.
    ValueError
        If ``n_knots`` is not 3, 4 or 5.

    Notes
    -----
    Quantiles interpolate linearly (R's type 7), as ``Hmisc::rcspline.eval`` does.
    """
    if n_knots not in KNOT_QUANTILES:
        raise ValueError(f"n_knots is 3, 4 or 5, not {n_knots}")
    doses = _finite(x)
    if doses.size == 0:
        raise TooFewData("there are no doses to place knots among.")
    knots = np.quantile(doses, KNOT_QUANTILES[n_knots])
    if (np.diff(knots) <= 0).any():
        value, count = max(
            zip(*np.unique(doses, return_counts=True), strict=True),
            key=lambda pair: int(pair[1]),
        )
        raise TooFewData(
            f"{n_knots} knots cannot be told apart: {count} of {doses.size} doses are "
            f"{value:g}. Use fewer knots, or thirds."
        )
    return np.asarray(knots)


def restricted_cubic_spline(x: npt.ArrayLike, knots: npt.ArrayLike) -> Floats:
    """Return the columns of a restricted cubic spline, shape (n, k - 1).

    The first column is ``x``; the others are 0 below the first knot and straight beyond
    the last, divided by (last knot - first knot) squared so that all columns are in the
    unit of ``x``.  The curve is a straight line when all coefficients but the first are
    0.

    Parameters
    ----------
    x : shape (n,)
        Doses.
    knots : shape (k,)
        Three or more, rising.

    Raises
    ------
    InputError
        If a number is missing or infinite.
    ValueError
        If there are fewer than three knots, or they do not rise.
    """
    doses, t = _finite(x), _finite(knots)
    if t.size < 3 or (np.diff(t) <= 0).any():
        raise ValueError(f"a restricted cubic spline needs three rising knots, not {t}")
    above = np.maximum(doses[:, None] - t, 0.0) ** 3
    inner, last, final = t[:-2], t[-2], t[-1]
    bends = (
        above[:, :-2]
        - above[:, [-2]] * (final - inner) / (final - last)
        + above[:, [-1]] * (last - inner) / (final - last)
    ) / (final - t[0]) ** 2
    return np.column_stack([doses, bends])


def _finite(values: npt.ArrayLike) -> Floats:
    out = np.asarray(values, dtype=float)
    if out.ndim != 1 or not np.isfinite(out).all():
        raise InputError("doses and knots must be a row of numbers, none missing.")
    return out
