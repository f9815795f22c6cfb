"""How many organisations fall outside each method's limits when none really differs?

Simulates countries of 130 trusts and counts who falls outside the 95% limits, by each
method.  Exits 1 when a claim made in the documentation fails:

* with ordinary variation between trusts and nothing to find, `dl`, `pm`, `reml` and
  `trim-consistent` put 4% to 7% outside; without any variation, no more than 7%;
* with six trusts that really differ, `trim-consistent` still catches nine in ten of
  them, puts no more than 7% of the others outside, and catches more than `dl`;
* the rates told in the cautions of `shmi`, `cqc` and `poisson` are the rates measured.

    python validation/funnel_limits.py

What is simulated: expected deaths lognormal with log sd 0.6 around a median; true log
ratios normal with sd 0.10 (or 0) around none; Poisson deaths; where some differ, six
trusts chosen at random have 0.5 added to their log ratio.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np

from candela.stats.funnel import FUNNEL_METHODS, FunnelMethod, funnel_limits

SEED = 20_250_402
TRUSTS = 130
SIZE_LOG_SD = 0.6
DIFFERING = 6
DIFFERENCE = 0.5
# 1,000 countries of 130 trusts: the Monte Carlo error of 5% is 0.06 points.
REPLICATES = 1000

HONEST: tuple[FunnelMethod, ...] = ("trim-consistent", "dl", "pm", "reml")
ALLOWED = (0.04, 0.07)
CAUGHT_AT_LEAST = 0.90
# What the cautions of candela.indicators.funnel say, as shares outside the 95% limits
# over medians of 400 to 1,500 expected deaths and a true sd of 0.10.
TOLD: dict[FunnelMethod, tuple[float, float]] = {
    "poisson": (1 / 3, 2 / 3),
    "shmi": (0.18, 0.22),  # about 1 in 5
    "cqc": (0.11, 0.14),  # about 1 in 8
}


@dataclass(frozen=True)
class Setting:
    """One kind of country: trusts' median expected deaths, spread, and who differs."""

    median: float
    between_sd: float
    differing: int

    def drawn(
        self, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return observed, expected, and which trusts really differ."""
        expected = np.exp(rng.normal(np.log(self.median), SIZE_LOG_SD, TRUSTS))
        differs = np.zeros(TRUSTS, dtype=bool)
        differs[rng.choice(TRUSTS, self.differing, replace=False)] = True
        level = rng.normal(0, self.between_sd, TRUSTS) + DIFFERENCE * differs
        return rng.poisson(expected * np.exp(level)), expected, differs


SETTINGS = (
    Setting(400, 0.10, 0),
    Setting(800, 0.10, 0),
    Setting(1500, 0.10, 0),
    Setting(400, 0.10, DIFFERING),
    Setting(1500, 0.10, DIFFERING),
    Setting(800, 0.0, 0),
)


@dataclass(frozen=True)
class Found:
    """What one method did: shares outside the limits, and the mean sd it found."""

    outside: float
    caught: float
    between_sd: float


def simulated(setting: Setting, rng: np.random.Generator) -> dict[FunnelMethod, Found]:
    """Return what each method did in ``REPLICATES`` countries."""
    kept: dict[FunnelMethod, list[tuple[float, float, float]]]
    kept = {method: [] for method in FUNNEL_METHODS}
    for _ in range(REPLICATES):
        observed, expected, differs = setting.drawn(rng)
        ratio = observed / expected
        for method in FUNNEL_METHODS:
            limits = funnel_limits(observed, expected, method=method)
            out = (ratio < limits.lower95) | (ratio > limits.upper95)
            caught = float(out[differs].mean()) if setting.differing else 0.0
            kept[method].append(
                (float(out[~differs].mean()), caught, limits.between_sd)
            )
    return {
        method: Found(*np.mean(rows, axis=0).tolist()) for method, rows in kept.items()
    }


def broken(setting: Setting, found: dict[FunnelMethod, Found]) -> list[str]:
    """Return the claims that these figures contradict."""
    wrong = []
    low, high = ALLOWED
    for method in HONEST:
        share = found[method].outside
        if share > high:
            wrong.append(f"`{method}` puts {share:.1%} outside, above {high:.0%}")
        if setting.between_sd and not setting.differing and share < low:
            wrong.append(f"`{method}` puts {share:.1%} outside, below {low:.0%}")
    if setting.differing:
        caught, dl = found["trim-consistent"].caught, found["dl"].caught
        if caught < max(CAUGHT_AT_LEAST, dl):
            wrong.append(f"`trim-consistent` catches {caught:.1%} (`dl` {dl:.1%})")
    elif setting.between_sd:
        for method, (least, most) in TOLD.items():
            share = found[method].outside
            if not least <= share <= most:
                wrong.append(
                    f"`{method}` puts {share:.1%} outside; its caution says "
                    f"{least:.1%} to {most:.1%}"
                )
    return [f"{setting}: {told}" for told in wrong]


def main() -> int:
    """Print the table in Markdown and return the exit code."""
    print(f"{REPLICATES:,} countries of {TRUSTS} trusts each; 95% limits.\n")
    print(
        "| median expected | true sd | differing | method | outside % of those who do "
        "not differ | caught % | mean sd found |"
    )
    print("|--:|--:|--:|:--|--:|--:|--:|")
    wrong: list[str] = []
    for number, setting in enumerate(SETTINGS):
        found = simulated(setting, np.random.default_rng([SEED, number]))
        for method, row in found.items():
            caught = f"{100 * row.caught:.1f}" if setting.differing else ""
            print(
                f"| {setting.median:g} | {setting.between_sd:.2f} "
                f"| {setting.differing} | `{method}` | {100 * row.outside:.1f} "
                f"| {caught} | {row.between_sd:.3f} |",
                flush=True,
            )
        wrong += broken(setting, found)
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
