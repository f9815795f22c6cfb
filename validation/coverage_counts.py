"""How often does an interval hold what was planted, and how sure is that count?

For the scripts that make up many small nations and analyse each: what one analysis said
(``Said``), the counts over all nations, and whether a declared default keeps its word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

LEVEL = 0.95
COVERAGE = (0.93, 0.97)


@dataclass(frozen=True)
class Said:
    """What one kind of interval said of one nation: log ratio, limits."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Counts:
    """What one kind of interval did over all nations.

    ``error`` is the mean log ratio less the truth, ``spread`` the standard deviation of
    the log ratios, ``half`` the median half-width over it: 1.96 if it is honest.
    """

    covered: float
    error: float
    spread: float
    half: float

    @classmethod
    def of(cls, said: Iterable[Said], truth: float) -> Counts:
        """Return the counts."""
        value, lower, upper = np.array([(s.value, s.lower, s.upper) for s in said]).T
        spread = float(value.std(ddof=1))
        return cls(
            covered=float(((lower <= truth) & (truth <= upper)).mean()),
            error=float(value.mean() - truth),
            spread=spread,
            half=float(np.median(upper - lower) / 2 / spread),
        )


def leaves(covered: float, replicates: int) -> bool:
    """Say whether coverage lies outside what is allowed, beyond Monte Carlo error.

    Where nothing is planted, one less coverage is the type I error: 3 to 7%.
    """
    error = np.sqrt(LEVEL * (1 - LEVEL) / replicates)
    low, high = COVERAGE
    return not low - 2 * error <= covered <= high + 2 * error


HEADINGS = "interval                     covered%  outside%  mean error  half/spread"


def told(name: str, counts: Counts) -> str:
    """Return one line of the table under ``HEADINGS``."""
    return (
        f"{name:27} {100 * counts.covered:9.1f} {100 - 100 * counts.covered:9.1f} "
        f"{counts.error:+11.4f} {counts.half:12.2f}"
    )


def gathered(said: Iterable[Mapping[str, Said]], truth: float) -> dict[str, Counts]:
    """Return counts by kind of interval."""
    rows = list(said)
    return {name: Counts.of([row[name] for row in rows], truth) for name in rows[0]}
