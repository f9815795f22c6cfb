"""What would survival have been, had everyone had one class of the exposure?

Direct standardisation: the Cox model's survival is worked out for every row of the
cohort with the exposure set to one class, everything else as it was, and averaged.
Unlike a hazard ratio it says how many more would be alive, and does not depend on who
is left at risk (Makuch 1982; Gran and others).

Intervals allow for the coefficients and the baseline hazard.  With a ``cluster`` they
are made from what each cluster adds to both, as ``cox_robust``; the cohort averaged
over is taken as it is.

References
----------
Makuch RW. J Chronic Dis 1982;35:437-443. doi:10.1016/0021-9681(82)90058-3
Chang IM, Gelman R, Pagano M. J Chronic Dis 1982;35:669-674.
doi:10.1016/0021-9681(82)90019-4
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.errors import InputError
from candela.stats.coded import CodeColumn, CodedDesign
from candela.stats.cox import CoxFit
from candela.stats.cox_rows import CoxRows, Mask
from candela.stats.estimate import Estimate
from candela.stats.intervals import critical_value, two_sided_p

__all__ = ["AdjustedSurvival", "adjusted_survival"]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

REFERENCE = "Makuch 1982, doi:10.1016/0021-9681(82)90058-3"


@dataclass(frozen=True, eq=False)
class AdjustedSurvival:
    """Standardised survival by class of an exposure and by day.

    Attributes
    ----------
    labels
        Of the classes, K of them.
    days : ndarray of int64, shape (T,)
    survival, standard_error, lower, upper : ndarray, shape (K, T)
        Proportions; limits on the scale of log(-log), so that they stay within 0 and 1.
    covariance : ndarray, shape (T, K, K)
        Of the classes' survival, by day.
    rows
        Rows averaged over.
    """

    labels: tuple[str, ...]
    days: Whole
    survival: Floats
    standard_error: Floats
    lower: Floats
    upper: Floats
    covariance: Floats
    rows: int
    organisations: int
    degrees_of_freedom: float
    level: float

    def difference(self, label: str, reference: str, day: int) -> Estimate:
        """Return survival with one class less survival with another, by a day.

        Raises
        ------
        InputError
            If there is no such class or day.
        """
        for name in (label, reference):
            if name not in self.labels:
                raise InputError(f"there is no class `{name}`.")
        if day not in self.days:
            raise InputError(f"survival was not worked out to day {day}.")
        a, b = self.labels.index(label), self.labels.index(reference)
        t = int(np.flatnonzero(self.days == day)[0])
        c = np.zeros(len(self.labels))
        c[a] += 1
        c[b] -= 1
        value = float(self.survival[a, t] - self.survival[b, t])
        error = float(np.sqrt(max(c @ self.covariance[t] @ c, 0.0)))
        half = critical_value(self.level, self.degrees_of_freedom) * error
        p = two_sided_p(value / error, self.degrees_of_freedom) if error else None
        return Estimate(
            value=value,
            lower=value - half,
            upper=value + half,
            level=self.level,
            scale="difference",
            standard_error=error,
            p_value=p,
            organisations=self.organisations,
            observations=self.rows,
            method="Survival standardised over the cohort by a Cox model",
            reference=REFERENCE,
        )


def adjusted_survival(
    fit: CoxFit,
    design: CodedDesign,
    term: str,
    classes: Mapping[str, npt.ArrayLike],
    days: npt.ArrayLike,
    *,
    cluster: CodeColumn | None = None,
    over: Mask | None = None,
    level: float = 0.95,
) -> AdjustedSurvival:
    """Return survival if every row of the cohort had each class of the exposure.

    Parameters
    ----------
    fit, design
        The fitted model and what it was fitted to.
    term
        Name of the exposure's term in ``design``.
    classes
        By label, the basis row of the exposure, shape (q,): what to set it to.
    days
        Days to work survival out to, in ascending order; 0 or more.
    cluster
        Trust of each row.  Rows are taken as independent if not given.
    over : ndarray, shape (rows of the design,)
        Which rows to average over, among those fitted; by default those at risk from
        the first day (each person once).

    Raises
    ------
    InputError
        If there is no such term, a class has another shape, or no row is averaged over.
    """
    at = np.unique(np.asarray(days, np.int64))
    if not at.size or at[0] < 0:
        raise InputError("survival is worked out to at least one day, from 0 on.")
    exposure = _Exposure.of(design, term, classes, fit)
    chosen = _averaged(fit.rows, over)
    hazard, bound = _baseline(fit, at)
    total, gradient, by_hazard = _average(fit, exposure, chosen, hazard, bound)
    if cluster is None:
        covariance = _independent(fit, gradient, by_hazard, bound)
        organisations, freedom = 0, float("inf")
    else:
        present, group = np.unique(fit.rows.in_order(cluster), return_inverse=True)
        organisations = len(present)
        if organisations < 2:
            raise InputError(f"{cluster.name} has {organisations} cluster, not two.")
        covariance = _clustered(fit, gradient, by_hazard, bound, group, organisations)
        freedom = float(organisations - 1)
    error = np.sqrt(np.maximum(np.einsum("tkk->kt", covariance), 0.0))
    lower, upper = _limits(total, error, critical_value(level, freedom))
    return AdjustedSurvival(
        labels=tuple(classes),
        days=at,
        survival=total,
        standard_error=error,
        lower=lower,
        upper=upper,
        covariance=covariance,
        rows=len(chosen),
        organisations=organisations,
        degrees_of_freedom=freedom,
        level=level,
    )


def _limits(survival: Floats, error: Floats, half: float) -> tuple[Floats, Floats]:
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(survival)
        power = np.exp(half * error / (survival * np.abs(log)))
        sure = (error == 0) | (survival >= 1) | (survival <= 0)
        low = np.where(sure, survival, survival**power)
        high = np.where(sure, survival, survival ** (1 / power))
    return low, high


@dataclass(frozen=True, eq=False)
class _Exposure:
    """The exposure's coefficients, and each class's x in them, centred as the rows'."""

    where: npt.NDArray[np.intp]
    x: Floats

    @classmethod
    def of(
        cls,
        design: CodedDesign,
        term: str,
        classes: Mapping[str, npt.ArrayLike],
        fit: CoxFit,
    ) -> _Exposure:
        found = [t for t in design.terms if t.name == term]
        if not found:
            raise InputError(f"the model has no term `{term}`.")
        labels = found[0].labels
        rows = [np.atleast_1d(np.asarray(row, np.float64)) for row in classes.values()]
        if not rows or any(row.shape != (len(labels),) for row in rows):
            raise InputError(
                f"each class of {term} needs {len(labels)} numbers, and there must "
                "be one class at least."
            )
        kept = [j for j, label in enumerate(labels) if label not in fit.dropped]
        where = np.array([fit.labels.index(labels[j]) for j in kept], dtype=np.intp)
        return cls(where, np.array(rows)[:, kept] - fit.rows.entries.centre[where])


def _averaged(rows: CoxRows, over: Mask | None) -> Whole:
    if over is None:
        found = np.flatnonzero(rows.begin <= 0)
    else:
        found = np.flatnonzero(np.asarray(over)[rows.order])
    if not found.size:
        raise InputError("no row is left to average survival over.")
    return found


def _baseline(fit: CoxFit, days: Whole) -> tuple[Floats, Whole]:
    """Return the baseline hazard to each day, and the cell after the last counted."""
    rows = fit.rows
    running = np.concatenate([[0.0], np.cumsum(fit.at.hazard)])
    bound = np.empty((rows.strata, len(days)), np.int64)
    start = np.searchsorted(rows.stratum, np.arange(rows.strata + 1))
    for s in range(rows.strata):
        own = rows.day[start[s] : start[s + 1]]
        bound[s] = start[s] + np.searchsorted(own, days, side="right")
    return running[bound] - running[start[:-1]][:, None], bound


def _average(
    fit: CoxFit, exposure: _Exposure, chosen: Whole, hazard: Floats, bound: Whole
) -> tuple[Floats, Floats, Floats]:
    """Return survival (K, T), its slope (K, T, p) and that by hazard (K, T, strata)."""
    from candela.stats.adjusted_survival_kernels import average_survival

    rows, beta = fit.rows, fit.coefficients
    own = np.zeros(len(beta), np.uint8)
    own[exposure.where] = 1
    relative = np.exp(rows.linear_predictors(np.where(own, 0.0, beta)) - fit.at.shift)
    total, weight, slope = average_survival(
        *rows.basis,
        chosen,
        relative,
        rows.own_stratum.astype(np.int64),
        np.exp(exposure.x @ beta[exposure.where]),
        hazard,
        own,
        len(beta),
    )
    n = len(chosen)
    reached = np.einsum("kts,st->kt", weight, hazard)
    slope[:, :, exposure.where] = reached[:, :, None] * exposure.x[:, None, :]
    # The baseline hazard falls as the coefficients rise.
    _, _, square, f_square, _, _ = fit.at.ties
    falls = fit.at.s1 * square[:, None] - fit.at.e1 * f_square[:, None]
    running = np.vstack([np.zeros(len(beta)), np.cumsum(falls, axis=0)])
    start = np.searchsorted(rows.stratum, np.arange(rows.strata))
    fallen = running[bound] - running[start][:, None, :]
    slope -= np.einsum("kts,stp->ktp", weight, fallen)
    return total / n, -slope / n, -weight / n


def _independent(
    fit: CoxFit, gradient: Floats, by_hazard: Floats, bound: Whole
) -> Floats:
    running = np.concatenate([[0.0], np.cumsum(fit.at.ties[2])])
    start = np.searchsorted(fit.rows.stratum, np.arange(fit.rows.strata))
    variance = running[bound] - running[start][:, None]
    by_coefficients = np.einsum(
        "ktp,pq,ltq->tkl", gradient, fit.covariance, gradient, optimize=True
    )
    by_baseline = np.einsum("kts,st,lts->tkl", by_hazard, variance, by_hazard)
    return np.asarray(by_coefficients + by_baseline)


def _clustered(
    fit: CoxFit,
    gradient: Floats,
    by_hazard: Floats,
    bound: Whole,
    group: npt.NDArray[np.intp],
    groups: int,
) -> Floats:
    from candela.stats.adjusted_survival_kernels import add_hazard_influence

    at, rows = fit.at, fit.rows
    influence = at.scores_by(group, groups) @ fit.covariance
    moved = add_hazard_influence(
        rows.first,
        rows.last,
        rows.event,
        at.weight,
        rows.own_stratum.astype(np.int64),
        group,
        groups,
        bound,
        at.ties[0] / np.maximum(rows.deaths, 1),
        np.concatenate([[0.0], np.cumsum(at.ties[2])]),
        at.ties[3],
    )
    whole = np.einsum("gp,ktp->gkt", influence, gradient)
    whole += np.einsum("gst,kts->gkt", moved, by_hazard)
    return np.asarray(groups / (groups - 1) * np.einsum("gkt,glt->tkl", whole, whole))
