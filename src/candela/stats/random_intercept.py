"""What if each organisation has its own level, drawn from a normal distribution?

A Poisson regression with a random intercept.  The integral over a cluster's intercept
depends on the cluster only through its events and the events that the fixed part
expects of it (see ``intercept_integral``), so each Newton step costs a few integrals a
cluster however many rows there are.

References
----------
Pinheiro JC, Bates DM. J Comput Graph Stat 1995;4:12-35. doi:10.2307/1390625
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.errors import NotConverged
from candela.stats.count_data import CountData, Floats
from candela.stats.count_fit import checked_contrast
from candela.stats.estimate import Estimate
from candela.stats.intercept_integral import cluster_terms
from candela.stats.intervals import critical_value, two_sided_p
from candela.stats.newton import maximise, starting_coefficients

__all__ = ["RandomInterceptFit", "fit_poisson_random_intercept"]

REFERENCE = "Pinheiro & Bates, J Comput Graph Stat 1995;4:12-35, doi:10.2307/1390625"
MODEL_BASED = (
    "The interval believes the model: normal differences between organisations and "
    "Poisson counts within them."
)
NO_DIFFERENCE = (
    "No difference between organisations beyond chance was found (the standard "
    "deviation of their levels is 0), so this is the Poisson model."
)

MAXIMUM_STEPS = 100
MAXIMUM_HALVINGS = 40
GAIN_TOLERANCE = 1e-10


@dataclass(frozen=True, eq=False)
class RandomInterceptFit:
    """A Poisson regression with a normal random intercept for each cluster.

    Parameters
    ----------
    coefficients : ndarray, shape (p,)
        Log ratios within an organisation's level.
    covariance : ndarray, shape (p, p)
        From the model, with the uncertainty of ``intercept_sd`` allowed for.
    intercept_sd
        Standard deviation of organisations' log levels; 0 when none was found.
    log_likelihood
        At the estimates, constants included.
    clusters, observations, nodes
        Clusters, rows, and quadrature nodes.
    method, reference, cautions
        In words.
    """

    coefficients: Floats
    covariance: Floats
    intercept_sd: float
    log_likelihood: float
    clusters: int
    observations: int
    nodes: int
    method: str
    reference: str
    cautions: tuple[str, ...]

    def contrast(self, vector: npt.ArrayLike, level: float = 0.95) -> Estimate:
        """Return a sum of multiples of the coefficients, as a log ratio.

        The interval is normal (Wald).

        Raises
        ------
        InputError
            If the vector has another shape, holds a missing number, or is all zeros.
        """
        c = checked_contrast(vector, len(self.coefficients))
        value = float(c @ self.coefficients)
        error = math.sqrt(max(float(c @ self.covariance @ c), 0.0))
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


@dataclass(frozen=True, eq=False)
class _Surface:
    """The log-likelihood at one point, with its slope and curvature.

    Coefficients come first and log sd last: slope (p + 1,), curve (p + 1, p + 1).
    """

    value: float
    slope: Floats
    curve: Floats


def fit_poisson_random_intercept(
    y: npt.ArrayLike,
    X: npt.ArrayLike,
    *,
    offset: npt.ArrayLike,
    clusters: npt.ArrayLike,
    nodes: int = 15,
) -> RandomInterceptFit:
    """Return a Poisson regression with a normal random intercept by cluster.

    Parameters
    ----------
    y, X, offset, clusters
        As for ``fit_poisson``.
    nodes
        Quadrature nodes, 1 to 100.  With 1 (Laplace) a cluster of few events draws
        ``intercept_sd`` a little low; with 15 no digit shown depends on it.

    Raises
    ------
    InputError
        If the rows are not fit to be modelled.
    TooFewData
        If there are fewer than two clusters, no events, or no more rows than columns.
    NotConverged
        If a coefficient has no finite value, or the steps do not settle.
    ValueError
        If ``nodes`` is not 1 to 100.

    Notes
    -----
    R: ``lme4::glmer(y ~ ... + (1 | cluster), poisson, offset = ..., nAGQ = nodes)``.
    For ``nAGQ`` above 1 lme4 leaves constants out of the log-likelihood it prints.

    References
    ----------
    Pinheiro JC, Bates DM. J Comput Graph Stat 1995;4:12-35. doi:10.2307/1390625
    """
    if not 1 <= nodes <= 100:
        raise ValueError(f"nodes is 1 to 100, not {nodes}")
    data = CountData.checked(y, X, offset=offset, clusters=clusters)
    start = starting_coefficients(data.y, data.X, data.offset)
    poisson = maximise(data.y, data.X, data.offset, start)
    first_sd = _moment_sd(data, poisson.mu)
    if first_sd == 0:
        return _without_intercepts(data, poisson.coefficients, poisson.mu, nodes)
    rule = np.polynomial.hermite.hermgauss(nodes)
    beta, log_sd = poisson.coefficients, math.log(first_sd)
    beta, log_sd, here = _climb(data, beta, log_sd, rule)
    return _fitted(
        data,
        beta,
        _inverse(-here.curve)[:-1, :-1],
        sd=math.exp(log_sd),
        log_likelihood=here.value - _constant(data),
        nodes=nodes,
    )


def _moment_sd(data: CountData, mu: Floats) -> float:
    """Return a first guess at the sd; 0 when the likelihood falls as sd leaves 0.

    Where it rises instead, its maximum lies above 0 and needs no guard.
    """
    events, expected = data.cluster_sums(data.y), data.cluster_sums(mu)
    extra = float(((events - expected) ** 2 - expected).sum())
    return math.sqrt(max(extra, 0.0) / float((expected**2).sum()))


def _climb(
    data: CountData, beta: Floats, log_sd: float, rule: tuple[Floats, Floats]
) -> tuple[Floats, float, _Surface]:
    here = _surface(data, beta, log_sd, rule)
    for _ in range(MAXIMUM_STEPS):
        step = _ascent(here)
        gain = float(here.slope @ step)
        if gain < GAIN_TOLERANCE:
            beta, log_sd = beta + step[:-1], log_sd + float(step[-1])
            return beta, log_sd, _surface(data, beta, log_sd, rule)
        for _ in range(MAXIMUM_HALVINGS):
            new = _surface(data, beta + step[:-1], log_sd + float(step[-1]), rule)
            if new.value >= here.value - 1e-12 * (1 + abs(here.value)):
                break
            step = step / 2
        else:
            raise NotConverged("the random intercept model found no better step.")
        beta, log_sd, here = beta + step[:-1], log_sd + float(step[-1]), new
    raise NotConverged(
        "the random intercept model did not settle; use the Poisson model, whose "
        "cluster-robust intervals allow for differences between organisations."
    )


def _ascent(here: _Surface) -> Floats:
    """Return Newton's step, turned uphill where the surface is not a hill."""
    scale = 1 / np.sqrt(np.maximum(np.abs(np.diag(here.curve)), 1e-300))
    values, vectors = np.linalg.eigh(-here.curve * scale[:, None] * scale)
    values = np.maximum(np.abs(values), 1e-8)
    step = scale * (vectors @ ((vectors.T @ (scale * here.slope)) / values))
    # exp(1): no more than that factor in sd at a time.
    return np.asarray(step / max(1.0, abs(float(step[-1]))), dtype=np.float64)


def _surface(
    data: CountData, beta: Floats, log_sd: float, rule: tuple[Floats, Floats]
) -> _Surface:
    eta = data.offset + data.X @ beta
    with np.errstate(over="ignore"):
        mu = np.exp(eta)
    expected = data.cluster_sums(mu)
    if not np.isfinite(expected).all() or (expected <= 0).any():
        size = len(beta) + 1
        return _Surface(-math.inf, np.zeros(size), np.zeros((size, size)))
    with np.errstate(over="ignore", invalid="ignore"):
        value, d_m, d_s, d_mm, d_ms, d_ss = cluster_terms(
            data.cluster_sums(data.y), np.log(expected), log_sd, rule
        )
    # log M changes with beta as the mean of x weighted by mu does.
    pull = data.cluster_sums(data.X * mu[:, None]) / expected[:, None]
    share = mu * (d_m / expected)[data.codes]
    p = len(beta)
    curve = np.empty((p + 1, p + 1))
    curve[:p, :p] = data.X.T @ (share[:, None] * data.X)
    curve[:p, :p] += pull.T @ ((d_mm - d_m)[:, None] * pull)
    curve[:p, p] = curve[p, :p] = pull.T @ d_ms
    curve[p, p] = d_ss.sum()
    slope = np.append(data.X.T @ data.y + pull.T @ d_m, d_s.sum())
    return _Surface(float(data.y @ eta + value.sum()), slope, curve)


def _inverse(matrix: Floats) -> Floats:
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def _constant(data: CountData) -> float:
    from scipy import special

    return float(special.gammaln(data.y + 1).sum())


def _without_intercepts(
    data: CountData, beta: Floats, mu: Floats, nodes: int
) -> RandomInterceptFit:
    covariance = _inverse(data.X.T @ (mu[:, None] * data.X))
    fit = float((data.y * np.log(mu) - mu).sum()) - _constant(data)
    return _fitted(
        data,
        beta,
        covariance,
        sd=0.0,
        log_likelihood=fit,
        nodes=nodes,
        cautions=(NO_DIFFERENCE,),
    )


def _fitted(
    data: CountData,
    beta: Floats,
    covariance: Floats,
    *,
    sd: float,
    log_likelihood: float,
    nodes: int,
    cautions: tuple[str, ...] = (),
) -> RandomInterceptFit:
    how = "Laplace" if nodes == 1 else f"{nodes}-node adaptive quadrature"
    return RandomInterceptFit(
        coefficients=beta,
        covariance=(covariance + covariance.T) / 2,
        intercept_sd=sd,
        log_likelihood=log_likelihood,
        clusters=data.n_clusters,
        observations=len(data.y),
        nodes=nodes,
        method=f"Poisson regression with a normal random intercept, {how}",
        reference=REFERENCE,
        cautions=(MODEL_BASED, *cautions),
    )
