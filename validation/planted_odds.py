"""Is a planted odds ratio of trusts recovered, patient by patient, and how surely?

Makes up many nations of patients, each with case-mix, a dose of research by trust and
year, and trusts that differ for reasons of their own; fits every kind of model the
studies of mortality offer; and counts how often the 95% interval holds the planted odds
ratio.  Where none is planted, one less coverage is the type I error.  The *naive*
interval takes patients as independent, as published studies may have done: it is shown,
never a default.

    python validation/planted_odds.py [--replicates 200] [--processes 2]

Exits 1 when a default covers less than 93% or more than 97%, by more than two standard
errors of the simulation itself.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from candela.stats.coded import (
    CodeColumn,
    CodedDesign,
    Term,
    factor_term,
    numeric_term,
)
from candela.stats.logistic import fit_logistic
from candela.stats.logistic_robust import robust_logistic
from candela.stats.random_intercept_logistic import fit_random_intercept_logistic
from coverage_counts import Said, count_coverage

Floats = npt.NDArray[np.float64]

SEED = 20_261_125
YEARS = 5
# Log odds of death of six kinds of patient; the first is the reference.
KINDS = np.array([0, 0.4, 0.8, 1.2, 1.6, 2.0])
INTERCEPT = -3.6
PATIENTS = 60.0  # of one kind, in one trust and year, in the middle
SIZE_SD, DOSE_SD, DOSE_YEARLY_SD = 0.5, 0.8, 0.2
DEFAULTS = ("cr2", "random intercept")


@dataclass(frozen=True)
class Setting:
    """One kind of nation.

    ``exposure`` is the dose itself, which has a median of 1 and a long tail, or its
    third among all trusts and years.  ``log_ratio`` is per unit of dose, or of the
    highest third against the lowest, with half of it in the middle.  ``trust_sd`` is of
    what sets trusts apart for good, ``year_sd`` of what comes and goes with each year.
    """

    trusts: int
    exposure: Literal["dose", "third"]
    log_ratio: float
    trust_sd: float = 0.12
    year_sd: float = 0.0

    def __str__(self) -> str:
        return (
            f"{self.trusts} trusts, log odds ratio {self.log_ratio:g} by "
            f"{self.exposure}, "
            f"sd {self.trust_sd:g} between and {self.year_sd:g} within trusts"
        )


@dataclass(frozen=True, eq=False)
class Drawn:
    """One nation's patients, those alike in everything as one row."""

    design: CodedDesign
    events: npt.NDArray[np.uint32]
    trials: npt.NDArray[np.uint32]
    trust: CodeColumn


def drawn(setting: Setting, rng: np.random.Generator) -> Drawn:
    """Return one nation; a column of trust-years carries the year and the dose."""
    cells = setting.trusts * YEARS
    trust, year = np.divmod(np.arange(cells), YEARS)
    dose = np.exp(
        rng.normal(0, DOSE_SD, setting.trusts)[trust]
        + rng.normal(0, DOSE_YEARLY_SD, cells)
    )
    third = np.digitize(dose, np.quantile(dose, (1 / 3, 2 / 3)))
    exposure = dose if setting.exposure == "dose" else third / 2
    apart = setting.trust_sd * rng.standard_normal(setting.trusts)[trust]
    apart = apart + setting.year_sd * rng.standard_normal(cells) - 0.02 * year
    size = PATIENTS * np.exp(rng.normal(0, SIZE_SD, setting.trusts))[trust]
    log_odds = (INTERCEPT + apart + setting.log_ratio * exposure)[:, None] + KINDS
    trials = 1 + rng.poisson(np.repeat(size[:, None], len(KINDS), axis=1))
    events = rng.binomial(trials, 1 / (1 + np.exp(-log_odds)))
    cell, kind = np.indices(trials.shape)
    of_year = CodeColumn("trust year", cell.ravel().astype(np.uint16), cells)
    of_kind = CodeColumn("kind", kind.ravel().astype(np.uint8), len(KINDS))
    of_trust = CodeColumn("trust", trust[cell.ravel()].astype(np.uint8), setting.trusts)
    terms = (
        numeric_term("dose", of_year, dose)
        if setting.exposure == "dose"
        else _by_trust_year("third", third, ("low", "middle", "high")),
        _by_trust_year("year", year, [str(number) for number in range(YEARS)]),
        factor_term("kind", of_kind, [str(number) for number in range(len(KINDS))]),
    )
    return Drawn(
        CodedDesign((of_year, of_kind), terms),
        events.ravel().astype(np.uint32),
        trials.ravel().astype(np.uint32),
        of_trust,
    )


def _by_trust_year(
    name: str, level: npt.NDArray[np.int64], words: Sequence[str]
) -> Term:
    """Return a factor that the column of trust-years carries."""
    column = CodeColumn(name, np.zeros(0, np.uint8), len(words))
    plain = factor_term(name, column, words)
    return Term(name, "trust year", plain.labels, plain.basis[level])


def analysed(number: int, setting: Setting) -> dict[str, Said]:
    """Return what each kind of interval says of the nation of that number."""
    rng = np.random.default_rng([SEED, setting.trusts, number])
    what = "dose" if setting.exposure == "dose" else "third high"
    nation = drawn(setting, rng)
    design, events, trials = nation.design, nation.events, nation.trials
    fit = fit_logistic(design, events, trials=trials)
    said = {"naive": _said(fit.estimate(what))}
    for kind in ("cr1", "cr2", "jackknife"):
        robust = robust_logistic(
            fit, design, events, nation.trust, kind=kind, trials=trials
        )
        said[kind] = _said(fit.estimate(what, covariance=robust))
    within = fit_random_intercept_logistic(design, events, nation.trust, trials=trials)
    said["random intercept"] = _said(within.estimate(what))
    return said


def _said(estimate: object) -> Said:
    return Said(estimate.value, estimate.lower, estimate.upper)  # type: ignore[attr-defined]


SETTINGS = (
    Setting(140, "dose", 0.0),
    Setting(140, "third", -0.1),
    Setting(40, "third", 0.0),
    Setting(40, "dose", -0.05, year_sd=0.05),
)


if __name__ == "__main__":
    sys.exit(count_coverage(analysed, SETTINGS, defaults=DEFAULTS, about=__doc__))
