"""Does the default interval of a count model cover what it says it covers?

Simulates trusts and years like ours, fits the Poisson model, and counts how often the
95% interval of the dose holds the true log ratio, for each kind of cluster-robust
covariance.  Exits 1 when the default covers less than 93% or more than 97%, by more
than two standard errors of the simulation itself.

    python validation/robust_intervals.py

What is simulated: expected deaths lognormal, kept within 300 to 4,000; a dose that is
lognormal with log sd 1 between trusts and nearly constant within one; levels that
differ between trusts with log sd 0.08; a level for each year; Poisson deaths.  Where
the true ratio is 1, one less coverage is the type I error.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.stats.cluster_robust import ROBUST_KINDS, RobustKind, cluster_robust
from candela.stats.count_data import CountData
from candela.stats.count_models import DEFAULT_ROBUST
from candela.stats.intervals import critical_value
from candela.stats.newton import maximise, starting_coefficients

Floats = npt.NDArray[np.float64]

SEED = 20_250_401
LEVEL = 0.95
ALLOWED = (0.93, 0.97)
BETWEEN_LOG_SD = 0.08
# The Monte Carlo standard error of 95% is then 0.5 points.
REPLICATES = 2000


@dataclass(frozen=True)
class Setting:
    """One made-up country: trusts, years and the true log ratio per unit of dose."""

    trusts: int
    years: int
    log_ratio: float

    def drawn(self, rng: np.random.Generator) -> CountData:
        """Return one country's counts; columns are the years, then the dose."""
        trust = np.repeat(np.arange(self.trusts), self.years)
        year = np.tile(np.arange(self.years), self.trusts)
        size = np.exp(rng.normal(np.log(1100), 0.66, self.trusts)).clip(300, 4000)
        expected = size[trust] * np.exp(rng.normal(0, 0.05, trust.size))
        dose = np.exp(rng.normal(0, 1, self.trusts))[trust]
        dose = dose * np.exp(rng.normal(0, 0.15, trust.size))
        level = rng.normal(0, BETWEEN_LOG_SD, self.trusts)[trust] + 0.02 * year
        deaths = rng.poisson(expected * np.exp(self.log_ratio * dose + level))
        return CountData.checked(
            deaths,
            np.column_stack([np.eye(self.years)[year], dose]),
            offset=np.log(expected),
            clusters=trust,
        )


@dataclass(frozen=True)
class Found:
    """What one kind of interval did: share covered, median width and median df."""

    covered: float
    width: float
    degrees_of_freedom: float


def intervals(data: CountData) -> dict[RobustKind, tuple[float, float, float]]:
    """Return, for each kind, the log ratio, half its interval's width, and its df."""
    start = starting_coefficients(data.y, data.X, data.offset)
    best = maximise(data.y, data.X, data.offset, start)
    contrast = np.eye(data.X.shape[1])[-1]
    found: dict[RobustKind, tuple[float, float, float]] = {}
    for kind in ROBUST_KINDS:
        robust = cluster_robust(data, best.mu, best.mu, kind)
        freedom = robust.degrees_of_freedom(contrast)
        half = critical_value(LEVEL, freedom) * np.sqrt(robust.covariance[-1, -1])
        found[kind] = (float(best.coefficients[-1]), float(half), freedom)
    return found


def simulated(
    setting: Setting, rng: np.random.Generator, replicates: int
) -> dict[RobustKind, Found]:
    """Return what each kind of interval did in that many countries."""
    rows: dict[RobustKind, list[tuple[bool, float, float]]]
    rows = {kind: [] for kind in ROBUST_KINDS}
    for _ in range(replicates):
        for kind, (value, half, freedom) in intervals(setting.drawn(rng)).items():
            inside = abs(value - setting.log_ratio) <= half
            rows[kind].append((inside, 2 * half, freedom))
    found = {}
    for kind, kept in rows.items():
        covered, width, freedoms = np.array(kept, dtype=float).T
        found[kind] = Found(
            float(covered.mean()), float(np.median(width)), float(np.median(freedoms))
        )
    return found


def leaves(covered: float, replicates: int) -> bool:
    """Say whether coverage lies outside what is allowed, beyond Monte Carlo error."""
    error = np.sqrt(LEVEL * (1 - LEVEL) / replicates)
    low, high = ALLOWED
    return not low - 2 * error <= covered <= high + 2 * error


def main() -> int:
    """Print the table and return the exit code."""
    print(f"{REPLICATES:,} replicates each; default: {DEFAULT_ROBUST}")
    print("trusts years log_ratio kind      covered%  outside%  width   df")
    wrong = []
    for number, setting in enumerate(
        (Setting(135, 7, 0.0), Setting(135, 3, 0.0), Setting(135, 3, 0.02))
    ):
        rng = np.random.default_rng([SEED, number])
        for kind, found in simulated(setting, rng, REPLICATES).items():
            print(
                f"{setting.trusts:6} {setting.years:5} {setting.log_ratio:9.2f} "
                f"{kind:9} {100 * found.covered:8.1f} {100 - 100 * found.covered:9.1f}"
                f" {found.width:7.4f} {found.degrees_of_freedom:5.1f}",
                flush=True,
            )
            if kind == DEFAULT_ROBUST and leaves(found.covered, REPLICATES):
                wrong.append(f"{setting}: {found.covered:.3f}")
    for line in wrong:
        print(f"the default leaves {ALLOWED}: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
