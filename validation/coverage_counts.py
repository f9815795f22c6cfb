"""How often does an interval hold what was planted, and how sure is that count?

For the scripts that make up many small nations and analyse each: what one analysis said
(``Said``), the counts over all nations, and whether a declared default keeps its word.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import Any

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
    """What one kind of interval did over all nations it was asked of.

    ``error`` is the mean log ratio less the truth, ``spread`` the standard deviation of
    the log ratios, ``half`` the median half-width over it: 1.96 if it is honest.
    """

    nations: int
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
            nations=len(value),
            covered=float(((lower <= truth) & (truth <= upper)).mean()),
            error=float(value.mean() - truth),
            spread=spread,
            half=float(np.median(upper - lower) / 2 / spread),
        )


def leaves(counts: Counts) -> bool:
    """Say whether coverage lies outside what is allowed, beyond Monte Carlo error.

    Where nothing is planted, one less coverage is the type I error: 3 to 7%.
    """
    error = np.sqrt(LEVEL * (1 - LEVEL) / counts.nations)
    low, high = COVERAGE
    return not low - 2 * error <= counts.covered <= high + 2 * error


def workers(processes: int) -> ProcessPoolExecutor:
    """Return processes that take one core each.

    They are started anew, so that their numpy finds the setting: threads that wait for
    one another on small matrices cost twenty times the work itself.
    """
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    return ProcessPoolExecutor(processes, mp_context=get_context("spawn"))


HEADINGS = "interval            nations  covered%  outside%  mean error  half/spread"


def told(name: str, counts: Counts) -> str:
    """Return one line of the table under ``HEADINGS``."""
    covered = 100 * counts.covered
    return (
        f"{name:18} {counts.nations:8} {covered:9.1f} {100 - covered:9.1f} "
        f"{counts.error:+11.4f} {counts.half:12.2f}"
    )


def gathered(said: Iterable[Mapping[str, Said]], truth: float) -> dict[str, Counts]:
    """Return counts by kind of interval; a kind may have been asked of some only."""
    rows = list(said)
    names = dict.fromkeys(name for row in rows for name in row)
    return {
        name: Counts.of([row[name] for row in rows if name in row], truth)
        for name in names
    }


def count_coverage(
    analysed: Callable[..., dict[str, Said]],
    settings: Sequence[Any],
    *,
    defaults: Collection[str],
    about: str,
) -> int:
    """Analyse the nations of each setting, print its table, and return the exit code.

    Parameters
    ----------
    analysed
        Called with a number and ``setting=``; settings have a ``log_ratio``.
    defaults
        Intervals that must keep their word.
    """
    options = argparse.ArgumentParser(description=about.splitlines()[0])
    options.add_argument("--replicates", type=int, default=200)
    options.add_argument("--processes", type=int, default=2)
    chosen = options.parse_args()
    wrong = []
    with workers(chosen.processes) as pool:
        for setting in settings:
            found = gathered(
                pool.map(
                    partial(analysed, setting=setting),
                    range(chosen.replicates),
                    chunksize=10,
                ),
                setting.log_ratio,
            )
            print(f"\n{setting}: {chosen.replicates} nations\n{HEADINGS}")
            for name, counts in found.items():
                print(told(name, counts), flush=True)
                if name in defaults and leaves(counts):
                    wrong.append(f"{setting}, {name}: {counts.covered:.3f}")
    for line in wrong:
        print(f"a default leaves what is allowed: {line}", file=sys.stderr)
    return 1 if wrong else 0
