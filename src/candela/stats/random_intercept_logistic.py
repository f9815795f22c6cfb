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
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, NotConverged, TooFewData
from candela.stats.clustered_rows import ClusteredRows
from candela.stats.coded import CodeColumn, CodedDesign
from candela.stats.estimate import Estimate
from candela.stats.intercept_surface import (
    FlatSurface,
    Rule,
    Surface,
    surface_at,
    surface_without,
)
from candela.stats.intervals import critical_value, two_sided_p

__all__ = ["RandomInterceptLogisticFit", "fit_random_intercept_logistic"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
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
MAXIMUM_STEPS = 100
MAXIMUM_HALVINGS = 40
# Twice the log-likelihood still to be gained, for each event: the covariance is then
# right to 3e-7 of itself and the coefficients, one step later, to its square.
GAIN_TOLERANCE = 1e-13
LEAST_GAIN = 1e-11
# Second derivatives are made anew when a step leaves more than this share to be gained.
STALE = 0.04
# A spread of log odds that nobody could see.
LEAST_SD = 1e-4
FIRST_SD = 0.2
SAMPLE_ROWS = 100_000
LEAST_THINNING = 4
SAMPLE_RIDGE = 1.0
# Larger standard errors are of coefficients on their way to infinity.
LARGEST_ERROR = 100.0
COLLINEAR = 1e-11


@dataclass(frozen=True, eq=False)
class RandomInterceptLogisticFit:
    """A logistic regression with a normal random intercept for each cluster.

    Parameters
    ----------
    labels
        Of the coefficients, ``(Intercept)`` first.
    coefficients : ndarray, shape (p,)
        Log odds ratios within a cluster.
    covariance : ndarray, shape (p, p)
        From the model, with the uncertainty of ``intercept_sd`` allowed for.
    intercept_sd
        Standard deviation of the clusters' log odds; 0 when none was found.
    intercept_sd_lower, intercept_sd_upper
        95% interval: normal on the log scale; from 0, to where the likelihood has
        fallen by 1.92, when ``intercept_sd`` is 0.
    log_likelihood
        At the estimates, constants included.
    cluster_modes, cluster_spreads : ndarray, shape (G,)
        Each cluster's most likely level (log odds above the average cluster) and its
        standard deviation given the events; a cluster without rows is 0.
    clusters, observations, trials, events
        Clusters with rows, rows, trials, and events among them.
    dropped
        Labels that no row carries: their coefficients are 0 by decision.
    nodes, iterations
        Quadrature nodes, and steps over all rows.
    method, reference, cautions
        In words.
    """

    labels: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    intercept_sd: float
    intercept_sd_lower: float
    intercept_sd_upper: float
    log_likelihood: float
    cluster_modes: Floats
    cluster_spreads: Floats
    clusters: int
    observations: int
    trials: int
    events: int
    dropped: tuple[str, ...]
    nodes: int
    iterations: int
    method: str
    reference: str
    cautions: tuple[str, ...]

    def estimate(
        self, contrast: str | npt.ArrayLike, *, level: float = 0.95
    ) -> Estimate:
        """Return a coefficient, or a sum of multiples of them, as a log ratio.

        Parameters
        ----------
        contrast
            A label, or what each coefficient is multiplied by, shape (p,).
        level
            Coverage of the normal (Wald) interval.

        Raises
        ------
        InputError
            If there is no such label, or the contrast has another shape or is all
            zeros.
        TooFewData
            If no row carries the coefficient.
        """
        c = self._contrast(contrast)
        value = float(c @ self.coefficients)
        error = math.sqrt(max(float(c @ self.covariance @ c), 0.0))
        if error == 0:
            raise TooFewData("no row carries this coefficient.")
        half = critical_value(level) * error
        return Estimate(
            value=value,
            lower=value - half,
            upper=value + half,
            level=level,
            scale="log_ratio",
            standard_error=error,
            p_value=two_sided_p(value / error),
            organisations=self.clusters,
            observations=self.observations,
            method=self.method,
            reference=self.reference,
            cautions=self.cautions,
        )

    def _contrast(self, contrast: str | npt.ArrayLike) -> Floats:
        if isinstance(contrast, str):
            if contrast not in self.labels:
                raise InputError(f"the model has no coefficient `{contrast}`.")
            contrast = np.eye(len(self.labels))[self.labels.index(contrast)]
        c = np.asarray(contrast, np.float64)
        if c.shape != self.coefficients.shape or not np.isfinite(c).all():
            raise InputError(
                f"a contrast has {len(self.labels)} numbers, one a coefficient."
            )
        if not c.any():
            raise InputError("a contrast of zeros asks nothing.")
        return c


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
    hill = _Hill(rows, _rule(nodes), rows.varying())
    top = _climb(hill, _first_guess(hill))
    if top.point[-1] < math.log(LEAST_SD):
        return _without_intercepts(hill, top)
    error = math.sqrt(float(top.covariance[-1, -1]))
    sd, half = math.exp(top.point[-1]), critical_value(0.95) * error
    return _fitted(
        hill,
        top,
        covariance=top.covariance[:-1, :-1],
        sd=(sd, sd * math.exp(-half), sd * math.exp(half)),
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


@dataclass(frozen=True, eq=False)
class _Top:
    """Where a climb ended: the point, what is known there, and steps taken."""

    point: Floats
    surface: Surface | FlatSurface
    value: float
    covariance: Floats
    steps: int


@dataclass(frozen=True, eq=False)
class _Hill:
    """What is climbed: rows, how the integral is made, and what may move.

    Attributes
    ----------
    free
        Which coefficients may leave 0.
    ridge
        What keeps the coefficients of a thinned set finite.
    kind
        ``fixed`` leaves log sd where it starts; ``flat`` has none.
    """

    rows: ClusteredRows
    rule: Rule
    free: Mask
    ridge: float = 0.0
    kind: Literal["whole", "fixed", "flat"] = "whole"

    @property
    def moving(self) -> Mask:
        """Which parameters may move."""
        by_kind = {"whole": [True], "fixed": [False], "flat": []}
        return np.concatenate([self.free, np.array(by_kind[self.kind], np.bool_)])

    def at(self, point: Floats, near: Surface | FlatSurface | None) -> Any:
        if self.kind == "flat":
            return surface_without(self.rows, point)
        guess = np.zeros(self.rows.clusters)
        if isinstance(near, Surface):
            moved = point - np.append(near.beta, near.log_sd)
            guess = near.mode + near.mode_slope @ moved
        return surface_at(self.rows, point[:-1], float(point[-1]), self.rule, guess)

    def value(self, point: Floats, surface: Surface | FlatSurface) -> float:
        return surface.value - self.ridge * float(self._held(point) @ point) / 2

    def slope(self, point: Floats, surface: Surface | FlatSurface) -> Floats:
        return surface.slope() - self.ridge * self._held(point)

    def information(self, point: Floats, surface: Surface | FlatSurface) -> Floats:
        held = self.ridge * self._held(np.ones_like(point))
        return np.diag(held) - surface.curvature(self.rows)

    def _held(self, point: Floats) -> Floats:
        held = point.copy()
        held[0] = 0.0
        if self.kind != "flat":
            held[-1] = 0.0
        return held


def _first_guess(hill: _Hill) -> Floats:
    """Return where to begin: the answer of a thinned set, or the mean."""
    rows = hill.rows
    trials, events = rows.totals()
    start = np.zeros(len(rows.labels) + 1)
    start[0], start[-1] = math.log(events / (trials - events)), math.log(FIRST_SD)
    step = len(rows.events) // SAMPLE_ROWS
    if step < LEAST_THINNING:
        return start
    few = replace(hill, rows=rows.thinned(step), rule=_rule(1), ridge=SAMPLE_RIDGE)
    guess = _climb(few, start, tolerance=1e-2).point
    guess[-1] = max(guess[-1], math.log(FIRST_SD / 4))
    return guess


def _climb(hill: _Hill, point: Floats, *, tolerance: float = 0.0) -> _Top:
    """Return the top of the hill, or the first point whose sd cannot be seen."""
    exact = GAIN_TOLERANCE * hill.rows.totals()[1]
    tolerance = max(tolerance, exact, LEAST_GAIN)
    surface = hill.at(point, None)
    information, fresh = hill.information(point, surface), True
    step, gain = _ascent(hill, point, surface, information)
    for steps in range(1, MAXIMUM_STEPS + 1):
        if gain < tolerance and fresh:
            covariance = _covariance(information, hill.moving, hill.rows.labels)
            value = surface.value + gain / 2
            return _Top(point + step, surface, value, covariance, steps)
        serves = True
        if gain >= tolerance:
            point, surface, serves = _improved(hill, point, surface, step)
            if hill.kind == "whole" and point[-1] < math.log(LEAST_SD):
                return _Top(point, surface, surface.value, information, steps)
            before = gain
            step, gain = _ascent(hill, point, surface, information)
            fresh = False
            serves = serves and tolerance <= gain < STALE * before
        if gain < tolerance or not serves:
            information, fresh = hill.information(point, surface), True
            step, gain = _ascent(hill, point, surface, information)
    raise NotConverged(
        f"the random intercept model did not settle in {MAXIMUM_STEPS} steps; use the "
        "logistic model, whose cluster-robust intervals allow for differences between "
        "trusts."
    )


def _improved(
    hill: _Hill, point: Floats, surface: Surface | FlatSurface, step: Floats
) -> tuple[Floats, Surface | FlatSurface, bool]:
    """Return a better point, and whether the whole step led there."""
    value = hill.value(point, surface)
    for halvings in range(MAXIMUM_HALVINGS):
        new = hill.at(point + step, surface)
        if hill.value(point + step, new) >= value - 1e-12 * (1 + abs(value)):
            return point + step, new, halvings == 0
        step = step / 2
    raise NotConverged("the random intercept model found no better step.")


def _ascent(
    hill: _Hill, point: Floats, surface: Surface | FlatSurface, information: Floats
) -> tuple[Floats, float]:
    """Return Newton's step, turned uphill where the surface is not a hill, and gain."""
    free = hill.moving
    slope = np.where(free, hill.slope(point, surface), 0.0)
    step = np.zeros(len(slope))
    step[free] = _uphill(information[np.ix_(free, free)], slope[free])
    if hill.kind == "whole":  # no more than a factor of exp(1) in sd at a time
        step /= max(1.0, abs(float(step[-1])))
    return step, float(slope @ step)


def _uphill(information: Floats, slope: Floats) -> Floats:
    scale = 1 / np.sqrt(np.maximum(np.abs(np.diag(information)), 1e-300))
    matrix, along = information * scale[:, None] * scale, scale * slope
    try:
        np.linalg.cholesky(matrix)
        return np.asarray(scale * np.linalg.solve(matrix, along))
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(matrix)
        values = np.maximum(np.abs(values), 1e-9)
        return np.asarray(scale * (vectors @ ((vectors.T @ along) / values)))


def _covariance(information: Floats, free: Mask, labels: tuple[str, ...]) -> Floats:
    """Return the inverse of the information, 0 where a coefficient is not free."""
    matrix = information[np.ix_(free, free)]
    names = [*labels, "the standard deviation of trusts"]
    free_names = [names[k] for k in np.flatnonzero(free)]
    scale = 1 / np.sqrt(np.maximum(np.abs(np.diag(matrix)), 1e-300))
    values, vectors = np.linalg.eigh(matrix * scale[:, None] * scale)
    if values[0] < COLLINEAR:
        guilty = free_names[int(np.argmax(np.abs(vectors[:, 0])))]
        raise InputError(
            f"`{guilty}` cannot be told apart from other coefficients of the model: "
            "leave it out, or join its level with another."
        )
    inverse = ((vectors / values) @ vectors.T) * scale[:, None] * scale
    out = np.zeros_like(information)
    out[np.ix_(free, free)] = (inverse + inverse.T) / 2
    return out


def _check_finite(rows: ClusteredRows, covariance: Floats) -> None:
    """Refuse coefficients that have no finite value."""
    reach = np.ones(len(rows.labels))
    for basis, which in zip(rows.bases, rows.coefficients, strict=True):
        reach[which] = np.abs(basis).max(axis=0, initial=0.0)
    errors = np.sqrt(np.diag(covariance)) * reach
    if errors.max() > LARGEST_ERROR:
        raise NotConverged(
            f"the coefficient of `{rows.labels[int(np.argmax(errors))]}` has no finite "
            "value: its rows hold no events, or nothing but events. Join its level "
            "with another, or leave it out."
        )


def _without_intercepts(hill: _Hill, last: _Top) -> RandomInterceptLogisticFit:
    """Return the logistic model, and how large a spread the events still allow."""
    flat = _climb(replace(hill, kind="flat"), last.point[:-1])
    return _fitted(
        hill,
        replace(flat, steps=flat.steps + last.steps),
        covariance=flat.covariance,
        sd=(0.0, 0.0, _largest_sd(replace(hill, kind="fixed"), flat)),
        cautions=(NO_DIFFERENCE,),
    )


def _largest_sd(hill: _Hill, flat: _Top) -> float:
    """Return the sd at which the likelihood has fallen by half of 1.96 squared."""
    from scipy import optimize

    enough = critical_value(0.95) ** 2 / 2

    def left(log_sd: float) -> float:
        top = _climb(hill, np.append(flat.point, log_sd), tolerance=1e-4)
        return enough - (flat.value - top.value)

    low, high = math.log(LEAST_SD), math.log(FIRST_SD)
    while left(high) > 0:
        low, high = high, high + 1.0
    return math.exp(float(optimize.brentq(left, low, high, xtol=1e-4)))


def _fitted(
    hill: _Hill,
    top: _Top,
    *,
    covariance: Floats,
    sd: tuple[float, float, float],
    cautions: tuple[str, ...],
) -> RandomInterceptLogisticFit:
    rows, nodes = hill.rows, len(hill.rule[0])
    _check_finite(rows, covariance)
    dropped = tuple(rows.labels[k] for k in np.flatnonzero(~hill.free))
    modes = spreads = np.zeros(rows.clusters)
    if isinstance(top.surface, Surface):
        moved = top.point - np.append(top.surface.beta, top.surface.log_sd)
        modes = top.surface.mode + top.surface.mode_slope @ moved
        spreads = top.surface.spread
    how = "Laplace" if nodes == 1 else f"{nodes}-node adaptive quadrature"
    if dropped:
        cautions += (f"Left out, being the same for all: {', '.join(dropped)}.",)
    trials, events = rows.totals()
    return RandomInterceptLogisticFit(
        labels=rows.labels,
        coefficients=top.point[: len(rows.labels)],
        covariance=covariance,
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


def _constant(rows: ClusteredRows) -> float:
    """Return the log of the binomial coefficients; 0 with one trial a row."""
    if not rows.trials.size:
        return 0.0
    from scipy import special

    n, y = rows.trials.astype(np.float64), rows.events.astype(np.float64)
    ways = special.gammaln(n + 1) - special.gammaln(y + 1) - special.gammaln(n - y + 1)
    return float(ways.sum())
