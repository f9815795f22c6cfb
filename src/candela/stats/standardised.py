"""What would the risk be if every patient had this class of exposure?

Marginal standardisation: each patient keeps their own age, diagnosis and so on, the
exposure alone is set, and risks are averaged over the cohort.  Odds ratios of a
logistic model are conditional on its covariates and larger than differences between
patients as a whole; standardised risks are not.

Intervals are by the delta method, from whichever covariance of the coefficients is
right: a model's own, or a cluster-robust one.  The cohort is taken as it is.

References
----------
Lane PW, Nelder JA. Biometrics 1982;38:613-621. doi:10.2307/2530043
Localio AR, Margolis DJ, Berlin JA. J Clin Epidemiol 2007;60:874-882.
doi:10.1016/j.jclinepi.2006.12.001
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from candela.errors import TooFewData
from candela.stats.cluster_robust import ClusterRobust
from candela.stats.coded import CodedDesign, Floats, Term
from candela.stats.coded_joint import packed
from candela.stats.coded_sums import Sizes, sum_rows, sum_values
from candela.stats.estimate import Estimate, Scale
from candela.stats.logistic import Keep, checked_sizes
from candela.stats.logistic_fit import INTERCEPT, LogisticFit, with_interval

__all__ = ["StandardisedRisks", "risks"]

REFERENCE = "Lane & Nelder, Biometrics 1982;38:613-621, doi:10.2307/2530043"


@dataclass(frozen=True, eq=False)
class StandardisedRisks:
    """The cohort's risk under each class of one exposure.

    Attributes
    ----------
    classes
        Their names, k of them.
    risks : ndarray, shape (k,)
        Between 0 and 1.
    gradient : ndarray, shape (k, p)
        Of each risk in the coefficients of the fit.
    covariance
        Of the coefficients: cluster-robust, or shape (p, p).
    naive
        Whether the covariance takes patients as independent.
    observations, organisations
        Patients averaged over, and organisations if the covariance does not say.
    cautions
        Sentences that go with every number.
    """

    classes: tuple[str, ...]
    risks: Floats
    gradient: Floats
    covariance: ClusterRobust | Floats
    naive: bool
    observations: int
    organisations: int = 0
    cautions: tuple[str, ...] = ()

    def risk(self, name: str, *, level: float = 0.95) -> Estimate:
        """Return the risk under a class, on the scale ``difference`` (0 to 1).

        The interval is made on the logit scale, so that it lies between 0 and 1.
        """
        k = self._place(name)
        value = float(self.risks[k])
        slope = self.gradient[k] / (value * (1 - value))
        found = self._interval(math.log(value / (1 - value)), slope, level, "log_ratio")
        lower, upper = (1 / (1 + math.exp(-x)) for x in (found.lower, found.upper))
        error = found.standard_error
        return replace(
            found,
            value=value,
            lower=lower,
            upper=upper,
            scale="difference",
            standard_error=None if error is None else error * value * (1 - value),
            p_value=None,
        )

    def difference(self, name: str, other: str, *, level: float = 0.95) -> Estimate:
        """Return the risk under one class less that under another."""
        a, b = self._place(name), self._place(other)
        value = float(self.risks[a] - self.risks[b])
        slope = self.gradient[a] - self.gradient[b]
        return self._interval(value, slope, level, "difference")

    def odds_ratio(self, name: str, other: str, *, level: float = 0.95) -> Estimate:
        """Return the marginal log odds ratio of one class against another."""
        a, b = self._place(name), self._place(other)
        risk = self.risks
        value = math.log(risk[a] / (1 - risk[a])) - math.log(risk[b] / (1 - risk[b]))
        slopes = self.gradient / (risk * (1 - risk))[:, None]
        return self._interval(value, slopes[a] - slopes[b], level, "log_ratio")

    def risk_ratio(self, name: str, other: str, *, level: float = 0.95) -> Estimate:
        """Return the log of one class's risk over another's."""
        a, b = self._place(name), self._place(other)
        value = math.log(self.risks[a] / self.risks[b])
        slopes = self.gradient / self.risks[:, None]
        return self._interval(value, slopes[a] - slopes[b], level, "log_ratio")

    def _interval(
        self, value: float, slope: Floats, level: float, scale: Scale
    ) -> Estimate:
        found = with_interval(
            value,
            slope,
            self.covariance,
            naive=self.naive,
            level=level,
            organisations=self.organisations,
            observations=self.observations,
            method="Standardised over the cohort, from a logistic regression",
            scale=scale,
            cautions=self.cautions,
        )
        return replace(found, reference=REFERENCE)

    def _place(self, name: str) -> int:
        if name not in self.classes:
            raise ValueError(f"there is no class {name!r} among {self.classes}")
        return self.classes.index(name)


def risks(
    fit: LogisticFit,
    design: CodedDesign,
    column: str,
    levels_to: Mapping[str, npt.ArrayLike],
    covariance: ClusterRobust | Floats | None = None,
    *,
    trials: npt.NDArray[np.uint32] | None = None,
    keep: Keep | None = None,
    organisations: int = 0,
) -> StandardisedRisks:
    """Return the risk if every patient had each class of an exposure.

    Parameters
    ----------
    fit, design
        A fit and its rows.
    column
        The exposure: a term, or a code column that carries one term only.
    levels_to
        By class, what the exposure is set to: the term's row of numbers, shape (q,).
        For thirds with the lowest as reference: ``{"lowest": [0, 0], ...}``.
    covariance
        Of the coefficients; without it the model's own, with a caution.
    trials, keep
        As for ``fit_logistic``: whom to average over.

    Raises
    ------
    TooFewData
        If no rows are left to average over.
    ValueError
        If there is no such term, or a row does not fit it.
    """
    term = _term(design, column)
    sizes = checked_sizes(design, design.columns[0].codes, trials, keep)
    labels = (INTERCEPT, *design.labels)
    kept = [labels.index(label) for label in fit.labels]
    beta = fit.aligned(design)
    values, slopes, people = [], [], 0.0
    for name, row in levels_to.items():
        numbers = np.asarray(row, dtype=np.float64)
        if numbers.shape != (len(term.labels),):
            raise ValueError(
                f"class {name!r} has shape {numbers.shape}; {term.name} has "
                f"{len(term.labels)} columns"
            )
        joint = packed(_set(design, term, numbers))
        sums = sum_rows(joint, beta, sizes)
        people = people or _people(sizes, joint.rows)
        values.append(sums.events / people)
        slopes.append(joint.gradient(sums.weight, sums.weight_levels)[kept] / people)
    return StandardisedRisks(
        classes=tuple(levels_to),
        risks=np.array(values),
        gradient=np.array(slopes),
        covariance=fit.covariance if covariance is None else covariance,
        naive=covariance is None,
        observations=round(people),
        organisations=organisations,
        cautions=fit.cautions,
    )


def _people(sizes: Sizes, rows: int) -> float:
    total, _ = sum_values([], rows, sizes.block)
    if total == 0:
        raise TooFewData("no rows are left to average risks over.")
    return total


def _set(design: CodedDesign, term: Term, row: Floats) -> CodedDesign:
    """Return the design with the same row of numbers at every level of a term."""
    same = replace(term, basis=np.tile(row, (len(term.basis), 1)))
    return design.with_terms([same if t is term else t for t in design.terms])


def _term(design: CodedDesign, name: str) -> Term:
    named = [term for term in design.terms if term.name == name]
    found = named or [term for term in design.terms if term.column == name]
    if len(found) != 1:
        raise ValueError(
            f"{name!r} is not one term of {[t.name for t in design.terms]}"
        )
    return found[0]
