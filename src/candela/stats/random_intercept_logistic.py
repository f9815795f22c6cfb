"""What are the odds within a trust, if each trust has its own level?

A logistic regression of rows about people with a normal random intercept by cluster.
The likelihood is that of the Laplace approximation (1 node) or of adaptive
Gauss-Hermite quadrature, maximised over coefficients and standard deviation together;
``intercept_surface`` says how its derivatives are made.

Steps are Newton's.  A first guess comes from a thinned set of rows, and a matrix of
second derivatives is kept while it still serves, so that a hundred million rows are
passed a few times only.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from candela.errors import TooFewData
from candela.stats.clustered_rows import ClusteredRows
from candela.stats.coded import CodeColumn, CodedDesign
from candela.stats.intercept_climb import LEAST_LOG_SD, Hill, Known, Top, climb
from candela.stats.intercept_profile import Ridge, sd_above, sd_below
from candela.stats.intercept_surface import FlatSurface, Rule, Surface
from candela.stats.intervals import critical_value
from candela.stats.logistic_newton import aliased_columns
from candela.stats.logistic_trouble import (
    check_separation,
    collinear,
    diverging,
    separations,
    within_terms,
)
from candela.stats.random_intercept_logistic_fit import RandomInterceptLogisticFit

__all__ = ["RandomInterceptLogisticFit", "fit_random_intercept_logistic"]

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[Any]

REFERENCE = "Pinheiro & Bates, J Comput Graph Stat 1995;4:12-35, doi:10.2307/1390625"
CONDITIONAL = (
    "Odds ratios are within a trust (conditional); over all trusts together they lie "
    "nearer to 1."
)
MODEL_BASED = (
    "The interval believes the model: normal differences between trusts, and patients "
    "of one trust alike in nothing else."
)
NO_DIFFERENCE = (
    "No difference between trusts beyond chance was found (the standard deviation of "
    "their levels is 0), so this is the ordinary logistic model."
)
LAPLACE = (
    "The Laplace approximation can draw the standard deviation a little low where "
    "trusts have few events; more nodes do not."
)

MOST_NODES = 25
FIRST_LOG_SD = math.log(0.2)
LEAST_FIRST_LOG_SD = math.log(0.05)
SAMPLE_ROWS = 100_000
LEAST_THINNING = 4
SAMPLE_RIDGE = 1.0
# Larger standard errors are of coefficients on their way to infinity.
LARGEST_ERROR = 100.0
# Of log sd: beyond it the likelihood is too skew for a normal interval.
LARGEST_NORMAL_ERROR = 0.3


def fit_random_intercept_logistic(
    design: CodedDesign,
    events: Counts,
    cluster: CodeColumn,
    *,
    nodes: int = 1,
    trials: Counts | None = None,
    keep: npt.NDArray[np.uint8] | None = None,
) -> RandomInterceptLogisticFit:
    """Return a logistic regression with a normal random intercept by cluster.

    Parameters
    ----------
    design
        Rows and terms; an intercept is added.
    events : ndarray of uint8 or uint32, shape (n,)
        0 or 1, or the number of events among ``trials``.
    cluster
        Which cluster each row belongs to.
    nodes
        Quadrature nodes, odd, 1 (Laplace) to 25.
    trials
        Trials of each row; one each when absent.
    keep
        Which rows are used (not 0); all when absent.

    Raises
    ------
    InputError
        If lengths differ, events exceed trials, or coefficients cannot be told apart.
    TooFewData
        If there are fewer than two clusters, no events, or only events.
    NotConverged
        If a coefficient has no finite value, or the steps do not settle.
    ValueError
        If ``nodes`` is even or not 1 to 25.

    Notes
    -----
    R: ``lme4::glmer(y ~ ... + (1 | cluster), binomial, nAGQ = nodes)``.  Above one node
    lme4 prints a log-likelihood without its constants.

    References
    ----------
    Pinheiro JC, Bates DM. J Comput Graph Stat 1995;4:12-35. doi:10.2307/1390625
    """
    if not 1 <= nodes <= MOST_NODES or nodes % 2 == 0:
        raise ValueError(f"nodes is odd and 1 to {MOST_NODES}, not {nodes}")
    rows = ClusteredRows.of(design, events, cluster, trials=trials, keep=keep)
    _check_comparable(rows)
    check_separation(separations(design, rows.joint, *rows.by_level))
    hill = Hill(rows, _rule(nodes), rows.varying())
    top = _summit(design, hill, _first_guess(hill))
    if top.point[-1] < top.hill.floor:
        flat = climb(replace(top.hill, kind="flat"), top.point[:-1])
        if isinstance(flat.surface, FlatSurface) and flat.surface.rise > 0:
            top = climb(replace(top.hill, floor=LEAST_LOG_SD), top.point)
        if top.point[-1] < top.hill.floor:
            return _without_intercepts(design, top, flat)
    return _fitted(
        design,
        top,
        sd=(math.exp(top.point[-1]), *_sd_limits(top)),
        cautions=(LAPLACE,) if nodes == 1 else (),
    )


def _check_comparable(rows: ClusteredRows) -> None:
    trials, events = rows.totals()
    if not 0 < events < trials:
        what = "no events" if events == 0 else "nothing but events"
        raise TooFewData(f"{trials} rows hold {what}: there is nothing to compare.")
    if rows.inhabited < 2:
        raise TooFewData("one trust alone cannot say how trusts differ.")


def _rule(nodes: int) -> Rule:
    points, weights = np.polynomial.hermite.hermgauss(nodes)
    return np.asarray(points), np.asarray(weights)


def _first_guess(hill: Hill) -> Floats:
    """Return where to begin: the answer of a thinned set, or the mean."""
    rows = hill.rows
    trials, events = rows.totals()
    start = np.zeros(len(rows.labels) + 1)
    start[0], start[-1] = math.log(events / (trials - events)), FIRST_LOG_SD
    step = len(rows.events) // SAMPLE_ROWS
    if step < LEAST_THINNING:
        return start
    few = replace(hill, rows=rows.thinned(step), rule=_rule(1), ridge=SAMPLE_RIDGE)
    guess = climb(few, start, tolerance=1e-2).point
    guess[-1] = max(guess[-1], LEAST_FIRST_LOG_SD)
    return guess


def _summit(design: CodedDesign, hill: Hill, point: Floats) -> Top:
    """Return the top over all rows, without coefficients that others tell already."""
    known = Known.of(hill, point)
    aliased = aliased_columns(known.information[:-1, :-1], hill.free)
    if not aliased:
        return climb(hill, point, known=known)
    if not within_terms(design, aliased):
        raise collinear(design, aliased)
    free, point = hill.free.copy(), point.copy()
    free[list(aliased)], point[list(aliased)] = False, 0.0
    return climb(replace(hill, free=free), point)


def _without_intercepts(
    design: CodedDesign, last: Top, flat: Top
) -> RandomInterceptLogisticFit:
    """Return the logistic model, and how large a spread the events still allow."""
    return _fitted(
        design,
        replace(flat, steps=flat.steps + last.steps),
        sd=(0.0, 0.0, sd_above(last.hill, Ridge.without_spread(flat))),
        cautions=(NO_DIFFERENCE,),
    )


def _sd_limits(top: Top) -> tuple[float, float]:
    """Return 95% limits of sd: normal on the log scale where that is near enough."""
    error = math.sqrt(float(top.covariance[-1, -1]))
    if error < LARGEST_NORMAL_ERROR:
        half = critical_value(0.95) * error
        return math.exp(top.point[-1] - half), math.exp(top.point[-1] + half)
    ridge = Ridge.with_spread(top)
    return sd_below(top.hill, ridge), sd_above(top.hill, ridge)


def _fitted(
    design: CodedDesign,
    top: Top,
    *,
    sd: tuple[float, float, float],
    cautions: tuple[str, ...],
) -> RandomInterceptLogisticFit:
    rows, nodes = top.hill.rows, len(top.hill.rule[0])
    kept = np.flatnonzero(top.hill.free)
    _check_finite(design, rows, top.covariance)
    dropped = tuple(rows.labels[k] for k in np.flatnonzero(~top.hill.free))
    if dropped:
        cautions += (
            f"No coefficient could be found for {', '.join(dropped)}: no rows there, "
            "or no variation.",
        )
    modes, spreads = _levels_of(top)
    how = "Laplace" if nodes == 1 else f"{nodes}-node adaptive quadrature"
    trials, events = rows.totals()
    return RandomInterceptLogisticFit(
        labels=tuple(rows.labels[k] for k in kept),
        coefficients=top.point[kept],
        covariance=top.covariance[np.ix_(kept, kept)],
        intercept_sd=sd[0],
        intercept_sd_lower=sd[1],
        intercept_sd_upper=sd[2],
        log_likelihood=top.value + _constant(rows),
        cluster_modes=modes,
        cluster_spreads=spreads,
        clusters=rows.inhabited,
        observations=len(rows.events),
        trials=trials,
        events=events,
        dropped=dropped,
        nodes=nodes,
        iterations=top.steps,
        method=f"logistic regression with a normal random intercept, {how}",
        reference=REFERENCE,
        cautions=(CONDITIONAL, MODEL_BASED, *cautions),
    )


def _levels_of(top: Top) -> tuple[Floats, Floats]:
    """Return each cluster's most likely level, and its standard deviation."""
    here, nothing = top.surface, np.zeros(top.hill.rows.clusters)
    if not isinstance(here, Surface):
        return nothing, nothing
    moved = top.point - np.append(here.beta, here.log_sd)
    lived_in = np.diff(top.hill.rows.starts) > 0
    modes = here.mode + here.mode_slope @ moved
    return np.where(lived_in, modes, 0.0), np.where(lived_in, here.spread, 0.0)


def _check_finite(design: CodedDesign, rows: ClusteredRows, covariance: Floats) -> None:
    reach = np.ones(len(rows.labels))
    for basis, which in zip(rows.bases, rows.coefficients, strict=True):
        reach[which] = np.ptp(basis, axis=0)
    errors = np.sqrt(np.diag(covariance)[: len(reach)]) * reach
    if errors.max() > LARGEST_ERROR:
        raise diverging(design, int(np.argmax(errors)))


def _constant(rows: ClusteredRows) -> float:
    """Return the log of the binomial coefficients; 0 with one trial a row."""
    if not rows.trials.size:
        return 0.0
    from scipy import special

    n, y = rows.trials.astype(np.float64), rows.events.astype(np.float64)
    ways = special.gammaln(n + 1) - special.gammaln(y + 1) - special.gammaln(n - y + 1)
    return float(ways.sum())
