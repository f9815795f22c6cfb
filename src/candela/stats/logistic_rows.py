"""How is a logistic model fitted to rows, cells or one stratum of either?

What ``logistic`` and ``stratified_logistic`` share, in terms of a joint design: what is
counted once, where steps begin, which columns cannot be told.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, TooFewData
from candela.stats.coded import Floats
from candela.stats.coded_cells import Cells, Keys
from candela.stats.coded_joint import Change, JointDesign
from candela.stats.coded_sums import Counts, PassSums, Sizes, sum_rows, sum_values
from candela.stats.logistic_newton import (
    Diverging,
    Maximum,
    Scaling,
    aliased_columns,
    inverse,
    maximise,
)

__all__ = ["LogisticRows", "Solution", "solved"]

Flags = npt.NDArray[np.bool_]
Judge = Callable[[dict[int, list[int]]], None]

# A sample of about so many rows finds the neighbourhood, one of eight times as many
# comes near.
SAMPLE_ROWS = 100_000
# What a sample's missing levels are held by; see ``maximise``.
SAMPLE_RIDGE = 0.5
# A sample's answer is right to its standard errors only.
SAMPLE_TOLERANCE = 0.05
# Cells are worth counting when there are few for each row, and few.
MOST_CELLS = 1 << 22
ROWS_A_CELL = 8


@dataclass(frozen=True, eq=False)
class LogisticRows:
    """Rows of a joint design with trials and events, and what is counted once.

    Attributes
    ----------
    events : ndarray, shape (n,)
    trials, found
        Totals of trials and events among the rows kept.
    trial_levels, event_levels
        Both by level of each joint column.
    """

    joint: JointDesign
    events: Counts
    sizes: Sizes
    trials: float
    found: float
    trial_levels: list[Floats]
    event_levels: list[Floats]

    @classmethod
    def counted(cls, joint: JointDesign, events: Counts, sizes: Sizes) -> LogisticRows:
        """Return rows with their totals."""
        joint = replace(joint, rows=len(events))
        codes = [(column.codes, column.levels) for column in joint.columns]
        trials, trial_levels = sum_values(codes, joint.rows, sizes.block)

        def kept(first: int, last: int) -> Floats:
            block = events[first:last].astype(np.float64)
            if sizes.keep is not None:
                block *= sizes.keep[first:last]
            return block

        found, event_levels = sum_values(codes, joint.rows, kept)
        return cls(joint, events, sizes, trials, found, trial_levels, event_levels)

    def check(self) -> None:
        """Refuse rows that no logistic model can be fitted to.

        Raises
        ------
        TooFewData
            If there are no rows, or all of them have the event, or none.
        InputError
            If there are more events than trials.
        """
        if self.trials == 0:
            raise TooFewData("no rows are left to fit a logistic model to.")
        if self.found > self.trials:
            raise InputError("there are more events than trials.")
        if self.found in (0.0, self.trials):
            which = "none" if self.found == 0 else "all"
            raise TooFewData(
                f"{which} of {self.trials:.0f} rows have the event, so odds cannot be "
                "compared."
            )

    def changed(self, change: Change) -> LogisticRows:
        """Return other rows: a part of them, or in another order."""
        joint, sizes = self.joint.with_codes(change), self.sizes.changed(change)
        return LogisticRows.counted(joint, change(self.events), sizes)

    def sampled(self, step: int) -> LogisticRows:
        """Return every ``step``-th row."""
        return self.changed(lambda part: np.ascontiguousarray(part[::step]))

    def as_cells(self) -> LogisticRows:
        """Return rows that are alike as one, where that makes them few."""
        joint = self.joint
        if joint.cells > min(MOST_CELLS, joint.rows // ROWS_A_CELL):
            return self
        cells = Cells(Keys.of(joint), joint.cells, joint.rows, self.events, self.sizes)
        columns = tuple(
            replace(column, codes=codes)
            for column, codes in zip(joint.columns, cells.codes, strict=True)
        )
        return replace(
            self,
            joint=replace(joint, columns=columns, rows=len(cells.key)),
            events=cells.events,
            sizes=Sizes(cells.trials),
        )

    def null_log_likelihood(self) -> float:
        """Return the log-likelihood of one risk for all rows."""
        risk = self.found / self.trials
        alive = self.trials - self.found
        return self.found * math.log(risk) + alive * math.log1p(-risk)


@dataclass(frozen=True, eq=False)
class Solution:
    """Coefficients of a joint design, 0 where they cannot be told.

    Attributes
    ----------
    beta, covariance : ndarray, shape (p,) and (p, p)
    active : ndarray of bool, shape (p,)
        Which could be told.
    log_likelihood
    steps
        Passes over all rows.
    """

    beta: Floats
    covariance: Floats
    active: Flags
    log_likelihood: float
    steps: int


def solved(
    rows: LogisticRows, *, judge: Judge | None = None, ridge: float = 0.0
) -> Solution:
    """Return the maximum likelihood fit to rows that were checked.

    Parameters
    ----------
    judge
        Told which columns others tell already, before they are left out; it may refuse.
    ridge
        As for ``maximise``, on numbers divided by their ranges.

    Raises
    ------
    Diverging
        If a coefficient has no finite value.
    """
    rows = rows.as_cells()
    scaling = Scaling.of(rows.joint, rows.trial_levels)
    scaled = replace(rows, joint=scaling.applied(rows.joint))
    start = _start(scaled, ~scaling.constant)
    best = _from(scaled, start, ~scaling.constant, judge=judge, ridge=ridge)
    undone = scaling.undone()
    covariance = undone @ inverse(best.information, best.active) @ undone.T
    return Solution(
        beta=undone @ best.beta,
        covariance=(covariance + covariance.T) / 2,
        active=best.active,
        log_likelihood=best.log_likelihood,
        steps=best.steps,
    )


def _score(rows: LogisticRows) -> Floats:
    return rows.joint.gradient(rows.found, rows.event_levels)


def _start(rows: LogisticRows, active: Flags) -> Floats:
    """Return coefficients near the answer, from samples if rows are many."""
    beta = np.zeros(rows.joint.coefficients)
    beta[0] = math.log(rows.found / (rows.trials - rows.found))
    for wanted in (SAMPLE_ROWS, 8 * SAMPLE_ROWS):
        # An odd step, lest rows come in pairs.
        step = rows.joint.rows // wanted | 1
        if step < 5:
            break
        sample = rows.sampled(step)
        if not 0 < sample.found < sample.trials:
            break
        try:
            beta = maximise(
                sample.joint,
                sample.sizes,
                _score(sample),
                beta,
                active,
                ridge=SAMPLE_RIDGE,
                tolerance=SAMPLE_TOLERANCE,
            ).beta
        except Diverging:
            # What a sample cannot tell, all rows may.
            break
    return beta


def _from(
    rows: LogisticRows,
    beta: Floats,
    active: Flags,
    *,
    judge: Judge | None,
    ridge: float,
) -> Maximum:
    sums = sum_rows(rows.joint, beta, rows.sizes, pairs=True)
    information = rows.joint.information(sums.weight, sums.weight_levels, sums.pairs)
    aliased = aliased_columns(information, active)
    first: PassSums | None = sums
    if aliased:
        if judge is not None:
            judge(aliased)
        active = active.copy()
        active[list(aliased)] = False
        first = None if beta[list(aliased)].any() else sums
    return maximise(
        rows.joint, rows.sizes, _score(rows), beta, active, ridge=ridge, first=first
    )
