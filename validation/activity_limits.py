"""How often do limits of research activity, and signs of change, cry out for nothing?

Simulates countries of 130 organisations in which none stands out, and steady series of
figures.  Exits 1 when a claim made in the documentation fails:

* with a median of 20 counts or more, the limits of activity put 4% to 6% of the
  organisations outside the 95% limits, and 0.1% to 0.8% outside the 99.8% limits;
* where counts of 1 to 7 people are hidden, 3% to 6% of those shown are outside the 95%
  limits: the smallest, of whom some would be, are not among them;
* with a median of 5, and of 10 where organisations differ much, fewer than 1 country in
  20 has limits at all: some organisation has none;
* steady series of 12, 24 and 36 points give at least one signal of change as often as
  ``candela.indicators.trend`` says, to one in a hundred; and at least twice as often
  where each point has a correlation of 0.3 with the one before.

    python validation/activity_limits.py

What is simulated: sizes lognormal with log sd 0.6; rates lognormal between
organisations with log sd 0.5 or 0.9, around a median count of 5 to 500; Poisson counts.
Series are normal values, independent or correlated.  Counts of people are hidden and
stood in for as in a book; countries whose limits a book would withhold are counted, and
left out.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np

from candela.indicators.activity import activity_limits
from candela.indicators.trend import FALSE_ALARMS, swings_of
from candela.publish.disclosure import MIDDLE_HIDDEN, SMALLEST_SHOWN
from candela.stats.funnel import TRIM

SEED = 20_261_124
ORGANISATIONS = 130
SIZE_LOG_SD = 0.6
# 1,000 countries of 130: the Monte Carlo error of 5% is 0.06 points.
COUNTRIES = 1000
SERIES = 10_000  # the Monte Carlo error of 15% is 0.4 points

MEDIANS = (5, 10, 20, 50, 100, 500)
BETWEEN_SDS = (0.5, 0.9)
ENOUGH = 20  # the median count from which limits are claimed to hold
FEW_COUNTRIES = 0.05
SHARES_95 = {False: (0.04, 0.06), True: (0.03, 0.06)}
SHARES_998 = {False: (0.001, 0.008), True: (0.0, 0.008)}
CORRELATION = 0.3
TIMES_AS_OFTEN = 2
NEAR = 0.01  # what a false alarm rate may differ from what is told


@dataclass(frozen=True)
class Setting:
    """One kind of country: its median count, spread, and whether people are counted."""

    median: int
    between_sd: float
    people: bool

    def drawn(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return counts and sizes; nobody differs but by chance and ordinary spread."""
        sizes = np.exp(rng.normal(0, SIZE_LOG_SD, ORGANISATIONS))
        rates = np.exp(rng.normal(np.log(self.median), self.between_sd, ORGANISATIONS))
        return rng.poisson(rates * sizes).astype(float), sizes


@dataclass(frozen=True)
class Found:
    """Share of countries with limits, and what was outside them."""

    with_limits: float
    outside95: float | None
    outside998: float | None
    hidden: float | None


def simulated(setting: Setting, rng: np.random.Generator) -> Found:
    """Return what the limits did in ``COUNTRIES`` countries."""
    kept = []
    for _ in range(COUNTRIES):
        counts, sizes = setting.drawn(rng)
        small = (counts < SMALLEST_SHOWN) & setting.people
        if (counts == 0).any() or small.mean() > TRIM:
            continue
        shown = np.where(small, MIDDLE_HIDDEN, counts)
        middle, limits = activity_limits(shown, sizes)
        ratio = (counts / sizes / middle)[~small]
        kept.append(
            (
                _outside(ratio, limits.lower95[~small], limits.upper95[~small]),
                _outside(ratio, limits.lower998[~small], limits.upper998[~small]),
                float(small.mean()),
            )
        )
    if not kept:
        return Found(0.0, None, None, None)
    return Found(len(kept) / COUNTRIES, *np.mean(kept, axis=0).tolist())


def _outside(ratio: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> float:
    return float(((ratio < lower) | (ratio > upper)).mean())


def broken(setting: Setting, found: Found) -> list[str]:
    """Return the claims that these figures contradict."""
    wrong = []
    few = setting.median == 5 or (setting.median == 10 and setting.between_sd == 0.9)
    if few and found.with_limits >= FEW_COUNTRIES:
        wrong.append(f"{found.with_limits:.1%} of countries have limits")
    if setting.median >= ENOUGH:
        for share, (low, high), which in (
            (found.outside95, SHARES_95[setting.people], "95%"),
            (found.outside998, SHARES_998[setting.people], "99.8%"),
        ):
            if share is not None and not low <= share <= high:
                wrong.append(
                    f"{share:.2%} outside the {which} limits, claimed "
                    f"{low:.1%} to {high:.1%}"
                )
    return [f"{setting}: {told}" for told in wrong]


def false_alarms(points: int, correlation: float, rng: np.random.Generator) -> float:
    """Return the share of steady series with at least one signal of change."""
    series = rng.normal(0, 1, (SERIES, points))
    for n in range(1, points):
        series[:, n] *= np.sqrt(1 - correlation**2)
        series[:, n] += correlation * series[:, n - 1]
    told = [swings_of(values).signal is not None for values in (10 + series).tolist()]
    return float(np.mean(told))


def _percent(share: float | None, digits: int = 1) -> str:
    return "" if share is None else f"{100 * share:.{digits}f}"


def main() -> int:
    """Print the tables in Markdown and return the exit code."""
    print(f"{COUNTRIES:,} countries of {ORGANISATIONS} organisations each.\n")
    print(
        "| median count | sd | people | countries with limits % | outside 95% | "
        "outside 99.8% | hidden % |"
    )
    print("|--:|--:|:--|--:|--:|--:|--:|")
    wrong: list[str] = []
    settings = [
        Setting(median, sd, people)
        for people in (False, True)
        for sd in BETWEEN_SDS
        for median in MEDIANS
    ]
    for number, setting in enumerate(settings):
        found = simulated(setting, np.random.default_rng([SEED, number]))
        print(
            f"| {setting.median} | {setting.between_sd} "
            f"| {'yes' if setting.people else 'no'} | {_percent(found.with_limits)} "
            f"| {_percent(found.outside95)} | {_percent(found.outside998, 2)} "
            f"| {_percent(found.hidden)} |",
            flush=True,
        )
        wrong += broken(setting, found)
    print(f"\n{SERIES:,} steady series each; share with at least one signal.\n")
    print(
        f"| points | independent % | told % | correlation {CORRELATION} % |\n"
        "|--:|--:|--:|--:|"
    )
    for points, told in FALSE_ALARMS.items():
        share, correlated = (
            false_alarms(points, rho, np.random.default_rng([SEED, points, n]))
            for n, rho in enumerate((0.0, CORRELATION))
        )
        print(
            f"| {points} | {_percent(share)} | {_percent(told, 0)} "
            f"| {_percent(correlated)} |",
            flush=True,
        )
        if abs(share - told) > NEAR:
            wrong.append(f"{points} points: {share:.1%} with a signal, told {told:.0%}")
        if correlated < TIMES_AS_OFTEN * share:
            wrong.append(f"{points} points: {correlated:.1%} where points correlate")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
