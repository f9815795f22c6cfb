"""Which model answers which question?

Every model is of observed deaths with the logarithm of expected deaths as offset, so a
coefficient is a log ratio of deaths to what was expected.  Years have their own level
(expected deaths are rescaled each year, so that the country's ratio is always 1), and
intervals allow for a trust being itself year after year (cluster-robust by trust).

Notation: X the design matrix, its last columns those of the dose.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.association.panel import Panel
from candela.association.result import DoseCurve
from candela.errors import TooFewData
from candela.stats.correlation import spearman
from candela.stats.count_models import CountFit, fit_negative_binomial, fit_poisson
from candela.stats.estimate import Estimate
from candela.stats.evalue import e_values
from candela.stats.random_intercept import fit_poisson_random_intercept
from candela.stats.splines import restricted_cubic_spline, spline_knots
from candela.stats.thirds import thirds

__all__ = [
    "bent_curve",
    "between",
    "e_value",
    "given_dose",
    "linear",
    "linear_negative_binomial",
    "linear_random_intercept",
    "linear_unadjusted",
    "rank_correlation",
    "thirds_compared",
    "within",
]

Floats = npt.NDArray[np.float64]
CURVE_POINTS = 60
FEWEST_IN_A_GROUP = 10  # organisations in a year, for two thirds to be compared
DRAWN = (0.025, 0.975)


@dataclass(frozen=True)
class Contrast:
    """From how much to how much research a ratio of deaths is quoted."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """Units of dose between the two."""
        return self.high - self.low


def _nuisance(panel: Panel, *, adjusted: bool = True) -> Floats:
    """Return a level for each year, and the covariates."""
    periods = panel.distinct_periods
    levels = np.array([[p == q for q in periods] for p in panel.periods], np.float64)
    return np.hstack([levels, panel.covariates]) if adjusted else levels


def _fit(
    panel: Panel,
    columns: Floats,
    *,
    adjusted: bool = True,
    fitter: Callable[..., CountFit] = fit_poisson,
) -> CountFit:
    return fitter(
        panel.observed,
        np.column_stack([_nuisance(panel, adjusted=adjusted), columns]),
        offset=np.log(panel.expected),
        clusters=panel.clusters,
    )


def _last(fit_width: int, weights: npt.ArrayLike) -> Floats:
    """Return a contrast of the last columns; the others stay as they are."""
    tail = np.atleast_1d(np.asarray(weights, dtype=np.float64))
    return np.concatenate([np.zeros(fit_width - len(tail)), tail])


def _ratio(fit: CountFit, weights: npt.ArrayLike, level: float) -> Estimate:
    vector = _last(len(fit.coefficients), weights)
    return fit.contrast(vector, level=level).exponentiated()


def linear(panel: Panel, contrast: Contrast, *, level: float) -> Estimate:
    """Return the ratio of deaths over the contrast; log-linear in the dose, Poisson."""
    return _ratio(_fit(panel, panel.dose), contrast.width, level)


def linear_unadjusted(panel: Panel, contrast: Contrast, *, level: float) -> Estimate:
    """Return the same without the covariates."""
    return _ratio(_fit(panel, panel.dose, adjusted=False), contrast.width, level)


def linear_negative_binomial(
    panel: Panel, contrast: Contrast, *, level: float
) -> Estimate:
    """Return the same from a negative binomial model."""
    fit = _fit(panel, panel.dose, fitter=fit_negative_binomial)
    return _ratio(fit, contrast.width, level)


def linear_random_intercept(
    panel: Panel, contrast: Contrast, *, level: float
) -> Estimate:
    """Return the same with a normal random intercept for each organisation."""
    X = np.column_stack([_nuisance(panel), panel.dose])
    fit = fit_poisson_random_intercept(
        panel.observed, X, offset=np.log(panel.expected), clusters=panel.clusters
    )
    vector = _last(X.shape[1], contrast.width)
    return (
        fit.contrast(vector, level=level)
        .exponentiated()
        .with_cautions(
            "The interval holds if a trust's years differ from each other by chance "
            "alone; where they differ by more it is too narrow."
        )
    )


def thirds_compared(panel: Panel, *, third: int, level: float) -> Estimate:
    """Return the ratio of deaths of the middle (1) or top (2) third to the bottom.

    Thirds are cut within each outcome period, so that national growth does not move
    an organisation from one to another.
    """
    group = np.zeros(len(panel), dtype=np.intp)
    for period in panel.distinct_periods:
        here = np.array([p == period for p in panel.periods])
        group[here] = thirds(panel.dose[here])
    fewest = int(min((group == g).sum() for g in (0, third)))
    if fewest < FEWEST_IN_A_GROUP * len(panel.distinct_periods):
        raise TooFewData(
            f"too many organisations have the same dose: {fewest} trust-years in one "
            f"of the two groups, fewer than {FEWEST_IN_A_GROUP} a year."
        )
    columns = np.column_stack([group == 1, group == 2]).astype(np.float64)
    weights = [1.0, 0.0] if third == 1 else [0.0, 1.0]
    return _ratio(_fit(panel, columns), weights, level)


def _parted(panel: Panel) -> Floats:
    """Return each row's mean dose over the years, and its difference from it."""
    clusters = panel.clusters
    mean = np.bincount(clusters, panel.dose) / np.bincount(clusters)
    own = mean[clusters]
    return np.column_stack([own, panel.dose - own])


def between(panel: Panel, contrast: Contrast, *, level: float) -> Estimate:
    """Return the ratio between organisations that differ in their mean dose."""
    _needs_years(panel)
    return _ratio(_fit(panel, _parted(panel)), [contrast.width, 0.0], level)


def within(panel: Panel, contrast: Contrast, *, level: float) -> Estimate:
    """Return the ratio between years of the same organisation.

    References
    ----------
    Mundlak Y. Econometrica 1978;46:69-85. doi:10.2307/1913646
    """
    _needs_years(panel)
    return _ratio(_fit(panel, _parted(panel)), [0.0, contrast.width], level)


def given_dose(
    panel: Panel, other: Panel, contrast: Contrast, *, level: float
) -> Estimate:
    """Return the ratio over the contrast of another dose, given the panel's own.

    Rows of the two panels are matched by organisation and outcome period.  For a dose
    counted after the outcome this is a negative control: allowing for what was done
    before, what was done after should go with nothing.

    References
    ----------
    Lipsitch M and others. Epidemiology 2010;21:383-388.
    doi:10.1097/EDE.0b013e3181d61eeb
    """
    place = {
        key: n for n, key in enumerate(zip(other.codes, other.periods, strict=True))
    }
    keys = list(zip(panel.codes, panel.periods, strict=True))
    shared = panel.where(np.array([key in place for key in keys]))
    dose = other.dose[[place[key] for key in keys if key in place]]
    if len(shared) < len(panel) / 2:
        raise TooFewData("fewer than half of the rows have both doses.")
    return _ratio(
        _fit(shared, np.column_stack([shared.dose, dose])), [0.0, contrast.width], level
    )


def _needs_years(panel: Panel) -> None:
    if len(panel) == len(panel.organisations):
        raise TooFewData(
            "no organisation has two outcome periods: change within organisations "
            "cannot be seen."
        )


def bent_curve(
    panel: Panel, contrast: Contrast, *, n_knots: int, level: float
) -> tuple[Estimate, DoseCurve]:
    """Return the contrast from a restricted cubic spline, and the curve.

    References
    ----------
    Harrell FE. Regression Modeling Strategies, 2nd edition, 2015, section 2.4.
    doi:10.1007/978-3-319-19425-7
    """
    knots = _knots(panel.dose, n_knots)
    basis = restricted_cubic_spline(panel.dose, knots)
    fit = _fit(panel, basis)
    width = len(fit.coefficients)
    ends = restricted_cubic_spline(np.array([contrast.low, contrast.high]), knots)
    estimate = _ratio(fit, ends[1] - ends[0], level)
    bent = np.array(
        [_last(width, np.eye(basis.shape[1])[n]) for n in range(1, basis.shape[1])]
    )
    _, _, _, p_bent = fit.wald(bent)
    # To three figures: more could be the exact dose of one organisation.
    reference, low, high = (
        float(f"{dose:.3g}") for dose in np.quantile(panel.dose, [0.5, *DRAWN])
    )
    at = np.unique(np.append(np.linspace(low, high, CURVE_POINTS), reference))
    away = restricted_cubic_spline(at, knots) - restricted_cubic_spline(
        np.array([reference]), knots
    )
    drawn = [_ratio(fit, row, level) if row.any() else None for row in away]
    curve = DoseCurve(
        dose=at,
        ratio=np.array([1.0 if e is None else e.value for e in drawn]),
        lower=np.array([1.0 if e is None else e.lower for e in drawn]),
        upper=np.array([1.0 if e is None else e.upper for e in drawn]),
        reference=reference,
        knots=tuple(float(k) for k in knots),
        p_bent=float(p_bent),
    )
    return estimate, curve


def _knots(dose: Floats, n_knots: int) -> Floats:
    """Return knots at the usual centiles: of the doses above 0 where many are 0.

    Below the first knot the curve is a straight line, so that doses of 0 sit at the
    end of one.
    """
    try:
        return spline_knots(dose, n_knots)
    except TooFewData:
        return spline_knots(dose[dose > 0], n_knots)


def rank_correlation(panel: Panel, *, level: float) -> Estimate:
    """Return Spearman's correlation of dose and published ratio, one period only."""
    if len(panel.distinct_periods) != 1:
        raise TooFewData("a rank correlation is of one period, not of several.")
    return spearman(panel.dose, panel.published_ratio, level=level)


def e_value(ratio: Estimate) -> Estimate:
    """Return how strong an unmeasured cause would have to be to explain the ratio.

    On the ratio scale: at least this strongly associated with both research and
    deaths.  The lower end is the figure for the limit nearest to no difference; 1 when
    the interval includes none.
    """
    point, limit = e_values(ratio.value, ratio.lower, ratio.upper)
    return Estimate(
        value=point,
        lower=limit,
        upper=point,
        scale="ratio",
        level=ratio.level,
        organisations=ratio.organisations,
        observations=ratio.observations,
        method="E-value of the primary ratio; lower: of its limit nearest to 1",
        reference="VanderWeele TJ, Ding P. Ann Intern Med 2017. doi:10.7326/M16-2607",
    )
