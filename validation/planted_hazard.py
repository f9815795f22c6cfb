"""Is a planted hazard ratio of trusts recovered, patient by patient, and how surely?

Makes up many nations of patients followed for five years, each with case-mix, a dose of
research by trust and year of diagnosis, and trusts that differ for reasons of their
own; fits a Cox model with every kind of interval that the studies of survival offer,
and with a frailty by trust; and counts how often the 95% interval holds the planted
hazard ratio.  Where none is planted, one less coverage is the type I error.  The
*naive* interval takes patients as independent, as published studies may have done.

    python validation/planted_hazard.py [--replicates 200] [--processes 2]

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
from candela.stats.cox import fit_cox
from candela.stats.cox_robust import cox_robust
from candela.stats.frailty import fit_frailty
from coverage_counts import Said, count_coverage

SEED = 20_261_126
YEARS = 5
HORIZON = 1826  # days; those who live longer are censored there
# Log hazard of six kinds of patient; the first is the reference.
KINDS = np.array([0, 0.5, 1.1, 2.2, 0.2, 0.8])
LOG_HAZARD, SHAPE = -2.0, 0.6  # of a cumulative hazard in years
PATIENTS = 20.0  # diagnosed in one trust and year, in the middle
SIZE_SD, DOSE_SD, DOSE_YEARLY_SD = 0.5, 0.8, 0.2
DEFAULTS = ("jackknife", "gamma frailty")
# A frailty takes ten times as long as the rest: of this many trusts, in some nations.
FRAILTY_TRUSTS, FRAILTY_NATIONS = 40, 100


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
    patients: float = PATIENTS
    trust_sd: float = 0.12
    year_sd: float = 0.0

    def __str__(self) -> str:
        return (
            f"{self.trusts} trusts, log hazard ratio {self.log_ratio:g} by "
            f"{self.exposure}, "
            f"sd {self.trust_sd:g} between and {self.year_sd:g} within trusts"
        )


@dataclass(frozen=True, eq=False)
class Drawn:
    """One nation's patients, a row each."""

    design: CodedDesign
    stop: CodeColumn
    event: npt.NDArray[np.uint8]
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
    size = setting.patients * np.exp(rng.normal(0, SIZE_SD, setting.trusts))[trust]
    cell = np.repeat(np.arange(cells), 1 + rng.poisson(size))
    kind = rng.integers(0, len(KINDS), cell.size)
    log_hazard = LOG_HAZARD + (apart + setting.log_ratio * exposure)[cell] + KINDS[kind]
    used = rng.standard_exponential(cell.size) * np.exp(-log_hazard)
    days = np.ceil(365.25 * used ** (1 / SHAPE))
    of_year = CodeColumn("trust year", cell.astype(np.uint16), cells)
    of_kind = CodeColumn("kind", kind.astype(np.uint8), len(KINDS))
    terms = (
        numeric_term("dose", of_year, dose)
        if setting.exposure == "dose"
        else _by_trust_year("third", third, ("low", "middle", "high")),
        _by_trust_year("year", year, [str(number) for number in range(YEARS)]),
        factor_term("kind", of_kind, [str(number) for number in range(len(KINDS))]),
    )
    return Drawn(
        CodedDesign((of_year, of_kind), terms),
        CodeColumn("days", np.minimum(days, HORIZON).astype(np.uint16), HORIZON + 1),
        (days <= HORIZON).astype(np.uint8),
        CodeColumn("trust", trust[cell].astype(np.uint8), setting.trusts),
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
    fit = fit_cox(nation.design, nation.stop, nation.event)
    found = {"naive": fit.estimate(what)}
    for kind in ("plain", "cr1", "jackknife"):
        found[kind] = cox_robust(fit, nation.trust, kind=kind).estimate(what)
    asked = setting.trusts <= FRAILTY_TRUSTS and number < FRAILTY_NATIONS
    for distribution in ("gamma", "lognormal") if asked else ():
        frailty = fit_frailty(
            nation.design,
            nation.stop,
            nation.event,
            nation.trust,
            distribution=distribution,
        )
        found[f"{distribution} frailty"] = frailty.estimate(what)
    return {name: Said(e.value, e.lower, e.upper) for name, e in found.items()}


SETTINGS = (
    Setting(140, "dose", 0.0),
    Setting(140, "third", -0.1),
    Setting(40, "third", 0.0, patients=2 * PATIENTS),
    Setting(40, "dose", -0.05, patients=2 * PATIENTS, year_sd=0.05),
)


if __name__ == "__main__":
    sys.exit(count_coverage(analysed, SETTINGS, defaults=DEFAULTS, about=__doc__))
