"""Which coefficients make these counts most likely?

Newton's method for log-link models of counts with variance mu + alpha mu**2, alpha
known (0: Poisson).  For Poisson the weights are exact second derivatives; otherwise
their expectations, so that steps are those of iteratively reweighted least squares.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from candela.errors import NotConverged
from candela.stats.count_data import Floats

__all__ = ["Maximum", "maximise", "starting_coefficients"]

MAXIMUM_STEPS = 100
MAXIMUM_HALVINGS = 30
# Twice the log-likelihood still to be gained.  The step after this one is also taken.
GAIN_TOLERANCE = 1e-10
# exp(-14): a rate under a millionth of the average is a coefficient on its way to
# minus infinity, not a finding.
LOWEST_LOG_RATE = -14.0


@dataclass(frozen=True, eq=False)
class Maximum:
    """Coefficients (p,) and expected counts (n,) at the maximum."""

    coefficients: Floats
    mu: Floats
    steps: int


def starting_coefficients(y: Floats, X: Floats, offset: Floats) -> Floats:
    """Return coefficients of a weighted least squares fit to log(y + 0.1)."""
    mu = y + 0.1
    root = np.sqrt(mu)
    wanted = np.log(mu) - offset
    return np.asarray(np.linalg.lstsq(X * root[:, None], wanted * root, rcond=None)[0])


def maximise(
    y: Floats, X: Floats, offset: Floats, start: Floats, *, alpha: float = 0.0
) -> Maximum:
    """Return the maximum likelihood coefficients.

    Parameters
    ----------
    y, offset : ndarray, shape (n,)
        Counts and log exposure.
    X : ndarray, shape (n, p)
        Design of full rank.
    start : ndarray, shape (p,)
        Where to begin; near the answer, two or three steps are enough.
    alpha
        Extra variance, 0 or more.

    Raises
    ------
    NotConverged
        If steps do not settle, or a coefficient has no finite maximum because a group
        or a range of the design holds no events.
    """
    beta: Floats = start
    mu, fit = _fit(y, X, offset, beta, alpha)
    if not np.isfinite(fit):
        raise _without_improvement()
    for steps in range(1, MAXIMUM_STEPS + 1):
        score = X.T @ ((y - mu) / (1 + alpha * mu))
        weights = mu / (1 + alpha * mu)
        try:
            step = _solved(X.T @ (weights[:, None] * X), score)
        except np.linalg.LinAlgError:
            raise _without_events(X, beta) from None
        gain = float(score @ step)
        if gain < GAIN_TOLERANCE:
            beta = beta + step
            mu, _ = _fit(y, X, offset, beta, alpha)
            _check_events(y, X, offset, beta)
            return Maximum(beta, mu, steps)
        beta, mu, fit = _improved(y, X, offset, beta, step, alpha, fit)
    raise NotConverged(
        f"the count model did not settle in {MAXIMUM_STEPS} steps; look for columns "
        "that nearly repeat one another, or for enormous values of the dose."
    )


def _solved(matrix: Floats, right: Floats) -> Floats:
    return np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)


def _fit(
    y: Floats, X: Floats, offset: Floats, beta: Floats, alpha: float
) -> tuple[Floats, float]:
    """Return expected counts and the log-likelihood, less what beta cannot change."""
    eta = offset + X @ beta
    with np.errstate(over="ignore", invalid="ignore"):
        mu = np.exp(eta)
        if alpha > 0:
            fit = float(y @ eta - ((y + 1 / alpha) * np.log1p(alpha * mu)).sum())
        else:
            fit = float(y @ eta - mu.sum())
    return mu, fit


def _improved(
    y: Floats,
    X: Floats,
    offset: Floats,
    beta: Floats,
    step: Floats,
    alpha: float,
    fit: float,
) -> tuple[Floats, Floats, float]:
    # Sums of large counts carry rounding, so a fit may seem to fall by a hair.
    least = fit - 1e-12 * (1 + abs(fit))
    for _ in range(MAXIMUM_HALVINGS):
        mu, new = _fit(y, X, offset, beta + step, alpha)
        if np.isfinite(new) and new >= least:
            return beta + step, mu, new
        step = step / 2
    raise _without_improvement()


def _without_improvement() -> NotConverged:
    return NotConverged(
        "the count model found no step that improves it; look for enormous values of "
        "the dose or the offset."
    )


def _check_events(y: Floats, X: Floats, offset: Floats, beta: Floats) -> None:
    average = np.log(y.sum()) - np.logaddexp.reduce(offset)
    if (X @ beta - average < LOWEST_LOG_RATE).any():
        raise _without_events(X, beta)


def _without_events(X: Floats, beta: Floats) -> NotConverged:
    column = int(np.argmax(np.abs(beta) * X.std(axis=0)))
    return NotConverged(
        f"the coefficient of column index {column} has no finite value: the design "
        "sets apart rows that hold no events. Join that group with another, or leave "
        "the column out."
    )
