"""By what factor does the hazard differ as a covariate differs?

Cox's proportional hazards model of days until an event, on coded rows (see ``coded``):
Efron's or Breslow's way with events on one day, strata, and rows that begin late or are
split where an exposure changes (start-stop).

Patients of one trust resemble each other: use ``cox_robust`` or ``frailty`` for how
sure a coefficient is.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from candela.stats.coded import CodeColumn, CodedDesign
from candela.stats.contrasts import Contrast, chosen_contrast
from candela.stats.cox_likelihood import (
    RiskSets,
    Ties,
    climbed,
    listed,
    risk_sets,
    varying,
)
from candela.stats.cox_rows import CoxRows, Mask, laid_out, summed_by
from candela.stats.estimate import Estimate
from candela.stats.intervals import critical_value, two_sided_p

__all__ = ["CoxFit", "Ties", "concordance", "fit_cox"]

Floats = npt.NDArray[np.float64]
# A label; labels with multipliers; or the multipliers in order.

REFERENCE = "Cox DR, J R Stat Soc B 1972;34:187-220; Efron 1977"
INDEPENDENT = (
    "The interval takes patients as independent of each other, though those of one "
    "trust are not."
)


@dataclass(frozen=True, eq=False)
class CoxFit:
    """A fitted Cox model.

    Parameters
    ----------
    labels
        Of the coefficients.
    coefficients : ndarray, shape (p,)
        Log hazard ratios.
    covariance : ndarray, shape (p, p)
        Inverse information: patients taken as independent.
    log_likelihood, null_log_likelihood
        Partial; with all coefficients 0 for the latter.
    score_statistic
        Chi-squared of the score test that all coefficients are 0.
    observations, events
        Rows used, and events among them.
    strata
        Levels of the stratum column; 1 without strata.
    dropped
        Labels of the design without a coefficient: no rows there, or nothing varies
        with it among those at risk when events happen.
    at : RiskSets
        The sums behind it, for what builds on the fit.
    """

    labels: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    log_likelihood: float
    null_log_likelihood: float
    score_statistic: float
    observations: int
    events: int
    iterations: int
    ties: Ties
    strata: int
    dropped: tuple[str, ...]
    at: RiskSets = field(repr=False)

    @property
    def rows(self) -> CoxRows:
        """The rows it was fitted to, laid out."""
        return self.at.rows

    @property
    def likelihood_ratio(self) -> float:
        """Chi-squared of the likelihood ratio test that all coefficients are 0."""
        return 2 * (self.log_likelihood - self.null_log_likelihood)

    def estimate(
        self,
        what: Contrast,
        *,
        covariance: Floats | None = None,
        degrees_of_freedom: float = np.inf,
        organisations: int = 0,
        level: float = 0.95,
        method: str = "",
        reference: str = "",
        cautions: tuple[str, ...] | None = None,
    ) -> Estimate:
        """Return one coefficient or contrast as a log hazard ratio.

        Parameters
        ----------
        what
            A label; labels with multipliers; or the multipliers in order, shape (p,).
        covariance : ndarray, shape (p, p)
            Another than the model's own, with its degrees of freedom of t.

        Raises
        ------
        InputError
            If there is no such label or the contrast is not fit to be used.
        """
        c = chosen_contrast(self.labels, what, self.dropped)
        used = self.covariance if covariance is None else covariance
        value, error = float(c @ self.coefficients), float(np.sqrt(c @ used @ c))
        half = critical_value(level, degrees_of_freedom) * error
        if cautions is None:
            cautions = (INDEPENDENT,) if covariance is None else ()
        if self.dropped:
            cautions += (
                f"No coefficient could be found for {listed(list(self.dropped))}: no "
                "rows there, or no variation.",
            )
        return Estimate(
            value=value,
            lower=value - half,
            upper=value + half,
            level=level,
            scale="log_ratio",
            standard_error=error,
            p_value=two_sided_p(value / error, degrees_of_freedom) if error else None,
            organisations=organisations,
            observations=self.observations,
            method=method or f"Cox model, {self.ties.capitalize()} ties",
            reference=reference or REFERENCE,
            cautions=cautions,
        )

    def expected_by(self, column: CodeColumn) -> Floats:
        """Return events expected by the model at each level, shape (levels,).

        Over all levels they add up to the events observed.
        """
        return summed_by(self.rows.in_order(column), self.at.expected(), column.levels)

    def observed_by(self, column: CodeColumn) -> npt.NDArray[np.int64]:
        """Return events at each level, shape (levels,)."""
        codes = self.rows.in_order(column)[self.rows.event == 1]
        return np.bincount(codes, minlength=column.levels).astype(np.int64)


def fit_cox(
    design: CodedDesign,
    stop: CodeColumn,
    event: npt.NDArray[np.uint8],
    *,
    start: CodeColumn | None = None,
    strata: CodeColumn | None = None,
    ties: Ties = "efron",
    keep: Mask | None = None,
) -> CoxFit:
    """Return a Cox model fitted by maximum partial likelihood.

    Parameters
    ----------
    design
        Rows and terms, without an intercept.
    stop
        Whole days at which each row ends.
    event : ndarray of uint8, shape (n,)
        1 if it ends in the event.
    start
        Days after which each row is at risk; from the beginning if not given.
    strata
        Each level has a baseline hazard of its own.
    ties
        ``efron`` or ``breslow``.
    keep : ndarray, shape (n,)
        Which rows to use; all if not given.

    Raises
    ------
    InputError
        If columns differ in length, hold what they should not, or a coefficient cannot
        be told from the others.
    TooFewData
        If there is no row or no event.
    NotConverged
        If a coefficient has no finite value.

    Notes
    -----
    R: ``survival::coxph(Surv(stop, event) ~ ..., ties = ...)``.  A column that does not
    vary is left out and named, as in R; columns that repeat each other are refused.

    References
    ----------
    Cox DR. J R Stat Soc B 1972;34:187-220. doi:10.1111/j.2517-6161.1972.tb00899.x
    Efron B. J Am Stat Assoc 1977;72:557-565. doi:10.1080/01621459.1977.10480613
    """
    if ties not in ("efron", "breslow"):
        raise ValueError(f"ties is efron or breslow, not {ties!r}")
    rows = laid_out(design, stop, event, start=start, strata=strata, keep=keep)
    null = risk_sets(rows, np.zeros(rows.size), ties)
    told = varying(null)
    dropped = tuple(np.array(rows.labels, dtype=object)[~told])
    if dropped:
        rows = rows.with_columns(told)
        null = risk_sets(rows, np.zeros(rows.size), ties)
    best, information, steps = climbed(rows, ties, start=null)
    covariance = np.linalg.inv(information)
    score = float(null.score @ np.linalg.solve(null.information(), null.score))
    return CoxFit(
        labels=rows.labels,
        coefficients=best.beta,
        covariance=(covariance + covariance.T) / 2,
        log_likelihood=best.log_likelihood,
        null_log_likelihood=null.log_likelihood,
        score_statistic=score,
        observations=rows.rows,
        events=int(rows.deaths.sum()),
        iterations=steps,
        ties=ties,
        strata=rows.strata,
        dropped=dropped,
        at=best,
    )


def concordance(fit: CoxFit) -> float:
    """Return Harrell's C: how often the one who dies first was predicted to.

    Between 0 and 1, within strata; pairs with one predictor count half.  R:
    ``survival::concordance``.

    References
    ----------
    Harrell FE and others. Stat Med 1996;15:361-387.
    doi:10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4
    """
    from candela.stats.concordance_kernels import count_pairs

    rows = fit.rows
    # Sums of one row's numbers in another order may differ in their last digit.
    _, rank = np.unique(np.round(np.log(fit.at.weight), 10), return_inverse=True)
    by_first = np.argsort(rows.first, kind="stable")
    agreed, opposed, even = count_pairs(
        rank.astype(np.int64), rows.first, rows.last, rows.event, by_first
    )
    pairs = agreed + opposed + even
    return float((agreed + even / 2) / pairs) if pairs else float("nan")
