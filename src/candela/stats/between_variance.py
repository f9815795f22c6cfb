"""How much do true ratios differ between organisations, beyond chance?

Notation: y estimates on a scale where their chance error is near normal, v their chance
variances, tau2 the variance of the true values, w = 1 / v.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, NotConverged, TooFewData

__all__ = [
    "between_variance_dl",
    "between_variance_pm",
    "between_variance_reml",
    "trimmed_between_variance",
    "trimmed_normal_variance",
]

Floats = npt.NDArray[np.float64]
MAX_STEPS = 200
# REML: the grid on which its peaks are told apart, from this share of its top.
GRID_POINTS = 80
LEAST_SHARE = 1e-8


def between_variance_dl(y: npt.ArrayLike, v: npt.ArrayLike) -> float:
    """Return tau2 by the method of moments of DerSimonian and Laird.

    References
    ----------
    DerSimonian R, Laird N. Control Clin Trials 1986;7:177-188.
    doi:10.1016/0197-2456(86)90046-2
    """
    y_, v_ = _checked(y, v)
    w = 1 / v_
    mean = (w @ y_) / w.sum()
    q = w @ (y_ - mean) ** 2
    return max(0.0, float((q - (len(y_) - 1)) / (w.sum() - (w @ w) / w.sum())))


def between_variance_pm(y: npt.ArrayLike, v: npt.ArrayLike) -> float:
    """Return tau2 at which the weighted squared deviations equal their expectation.

    References
    ----------
    Paule RC, Mandel J. J Res Natl Bur Stand 1982;87:377-385. doi:10.6028/jres.087.022
    """
    y_, v_ = _checked(y, v)

    def excess(tau2: float) -> float:
        w = 1 / (v_ + tau2)
        mean = (w @ y_) / w.sum()
        return float(w @ (y_ - mean) ** 2) - (len(y_) - 1)

    return _root_of_decreasing(excess, scale=float(np.var(y_) + v_.max()))


def between_variance_reml(y: npt.ArrayLike, v: npt.ArrayLike) -> float:
    """Return tau2 by restricted maximum likelihood.

    Notes
    -----
    The likelihood is compared over a grid, and its highest place refined to where the
    slope is 0.  Fisher scoring, the usual way, swings from side to side for ever on
    some data, and stops at the first of several peaks on others.

    References
    ----------
    Viechtbauer W. J Educ Behav Stat 2005;30:261-293. doi:10.3102/10769986030003261
    """
    from scipy import optimize

    y_, v_ = _checked(y, v)

    def weighed(tau2: float) -> tuple[Floats, float, Floats]:
        w = 1 / (v_ + tau2)
        return w, float(w.sum()), y_ - (w @ y_) / w.sum()

    def log_likelihood(tau2: float) -> float:
        w, total, r = weighed(tau2)
        return float(np.log(w).sum() - np.log(total) - w @ r**2)

    def slope(tau2: float) -> float:
        w, total, r = weighed(tau2)
        return float((w**2) @ r**2 - total + (w @ w) / total)

    top = float(np.var(y_) + v_.max())
    while slope(top) > 0:
        top *= 2
    grid = [0.0, *(top * np.geomspace(LEAST_SHARE, 1, GRID_POINTS)).tolist()]
    best = int(np.argmax([log_likelihood(tau2) for tau2 in grid]))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, GRID_POINTS)]
    if best == 0 and slope(0.0) <= 0:
        return 0.0
    return float(optimize.brentq(slope, low, high, xtol=1e-15, rtol=1e-13))


def trimmed_between_variance(
    y: npt.ArrayLike, v: npt.ArrayLike, *, target: float = 0.0, trim: float = 0.1
) -> float:
    """Return tau2 from the middle of the organisations, consistent for normal data.

    The standardised deviations ``(y - target) / sqrt(v + tau2)`` are ordered, a share
    ``trim`` is dropped from each end, and tau2 is the value at which the mean square of
    the rest equals what trimmed standard normal deviates give.  Organisations that
    really differ sit in the dropped ends and do not widen everyone's limits.

    Notes
    -----
    Trimming without this correction underestimates the variance: the mean square of
    the middle 80% of standard normal deviates is 0.438, not 1.  Dividing by that
    constant once, at tau2 = 0, is still biased when chance variances differ; solving
    for tau2 is not.
    """
    y_, v_ = _checked(y, v)
    n = len(y_)
    dropped = int(trim * n)
    if n - 2 * dropped < 3:
        raise TooFewData(
            f"{n} organisations are too few to trim {trim:.0%} from each end."
        )
    wanted = trimmed_normal_variance(n, dropped)

    def excess(tau2: float) -> float:
        z = np.sort((y_ - target) / np.sqrt(v_ + tau2))
        middle = z[dropped : n - dropped]
        return float(middle @ middle) / len(middle) - wanted

    return _root_of_decreasing(excess, scale=float(np.var(y_) + v_.max()))


def trimmed_normal_variance(n: int, dropped: int) -> float:
    """Return the mean square of standard normal deviates without their ends.

    ``dropped`` of ``n`` values are left out at each end: the variance of a standard
    normal truncated at the quantiles ``dropped / n`` and ``1 - dropped / n``.
    """
    if not 0 <= 2 * dropped < n:
        raise InputError(f"cannot drop {dropped} values from each end of {n}.")
    if dropped == 0:
        return 1.0
    from scipy import special

    cut = float(special.ndtri(1 - dropped / n))
    density = np.exp(-(cut**2) / 2) / np.sqrt(2 * np.pi)
    return float(1 - 2 * cut * density / (1 - 2 * dropped / n))


def _checked(y: npt.ArrayLike, v: npt.ArrayLike) -> tuple[Floats, Floats]:
    y_, v_ = np.asarray(y, dtype=np.float64), np.asarray(v, dtype=np.float64)
    if y_.shape != v_.shape or y_.ndim != 1:
        raise InputError("estimates and variances must be two lists of one length.")
    if len(y_) < 3:
        raise TooFewData("fewer than 3 organisations: no spread can be estimated.")
    if not (np.isfinite([y_, v_]).all() and (v_ > 0).all()):
        raise InputError(
            "estimates must be finite, and their variances too and above 0."
        )
    return y_, v_


def _root_of_decreasing(excess: object, *, scale: float) -> float:
    """Return where ``excess`` falls to 0, or 0 if it is never above."""
    assert callable(excess)
    if excess(0.0) <= 0:
        return 0.0
    from scipy import optimize

    upper = scale
    for _ in range(MAX_STEPS):
        if excess(upper) < 0:
            return float(optimize.brentq(excess, 0.0, upper, xtol=1e-15, rtol=1e-13))
        upper *= 2
    raise NotConverged("the between-organisation variance did not settle.")
