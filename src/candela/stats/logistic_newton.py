"""Which coefficients make these events most likely, and can they all be told?

Newton's method on a joint design whose numbers were centred and scaled first, so that a
step of 1 in a coefficient is a change of 1 in log odds across the range of its column.
A small sample of the rows finds the neighbourhood; all rows find the answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.errors import NotConverged
from candela.stats.coded import Floats
from candela.stats.coded_joint import JointDesign
from candela.stats.coded_sums import PassSums, Sizes, sum_rows

__all__ = [
    "Diverging",
    "Maximum",
    "Scaling",
    "aliased_columns",
    "inverse",
    "maximise",
]

MAXIMUM_STEPS = 60
MAXIMUM_HALVINGS = 30
# Largest change of a linear predictor still to come when steps stop: the coefficients
# are then right to its square, and the information to itself.
STEP_TOLERANCE = 1e-7
# A step that moves a linear predictor further than this is shortened to it.
LONGEST_STEP = 6.0
# An odds ratio of exp(25) across a column's range is on its way to infinity.
FURTHEST_COEFFICIENT = 25.0
# Share of a column's own information left when those before it are known.
ALIAS_TOLERANCE = 1e-9
# A column with less of a share in another is no part of it.
ALIAS_SHARE = 1e-6

Flags = npt.NDArray[np.bool_]


class Diverging(NotConverged):
    """A coefficient has no finite value: which, counted from the intercept 0."""

    def __init__(self, column: int) -> None:
        super().__init__("a coefficient of the logistic model has no finite value.")
        self.column = column


@dataclass(frozen=True, eq=False)
class Maximum:
    """Coefficients and information at the maximum.

    Attributes
    ----------
    beta : ndarray, shape (p,)
        0 where not active.
    information : ndarray, shape (p, p)
    active : ndarray of bool, shape (p,)
        Which coefficients were free.
    log_likelihood
    steps
        Passes over all rows.
    """

    beta: Floats
    information: Floats
    active: Flags
    log_likelihood: float
    steps: int


@dataclass(frozen=True, eq=False)
class Scaling:
    """Numbers of a design centred at their means and divided by their ranges.

    Attributes
    ----------
    centre, span : ndarray, shape (p,)
        Of each column; 0 and 1 for the intercept.
    """

    centre: Floats
    span: Floats

    @classmethod
    def of(cls, joint: JointDesign, counts: list[Floats]) -> Scaling:
        """Return the scaling by rows at each joint level; a constant has span 0."""
        centre, span = np.zeros(joint.coefficients), np.ones(joint.coefficients)
        for column, count in zip(joint.columns, counts, strict=True):
            present = column.basis[count > 0]
            total = count.sum()
            if total == 0:
                continue
            centre[column.places] = count @ column.basis / total
            span[column.places] = present.max(axis=0) - present.min(axis=0)
        return cls(centre, span)

    @property
    def constant(self) -> Flags:
        """Which columns do not vary."""
        return np.asarray(self.span == 0)

    def applied(self, joint: JointDesign) -> JointDesign:
        """Return the design with centred and scaled numbers; constants become 0."""
        spans = np.where(self.constant, np.inf, self.span)
        return joint.with_bases(
            (column.basis - self.centre[column.places]) / spans[column.places]
            for column in joint.columns
        )

    def undone(self) -> Floats:
        """Return the matrix from scaled coefficients to those of the design, (p, p)."""
        out = np.diag(1 / np.where(self.constant, 1.0, self.span))
        out[0] = -self.centre / np.where(self.constant, 1.0, self.span)
        out[0, 0] = 1.0
        return out


def aliased_columns(information: Floats, active: Flags) -> dict[int, list[int]]:
    """Return columns that those before them already tell, and which those are."""
    free = np.flatnonzero(active)
    matrix = information[np.ix_(free, free)]
    scale = np.sqrt(np.where(np.diag(matrix) > 0, np.diag(matrix), 1.0))
    matrix = matrix / scale / scale[:, None]
    try:
        left = np.diag(np.linalg.cholesky(matrix)) ** 2
    except np.linalg.LinAlgError:
        return _told_by_others(matrix, free)
    return {} if (left > ALIAS_TOLERANCE).all() else _told_by_others(matrix, free)


def _told_by_others(
    matrix: Floats, names: npt.NDArray[np.intp]
) -> dict[int, list[int]]:
    """Sweep the columns out one by one; ``matrix`` has ones on its diagonal."""
    out: dict[int, list[int]] = {}
    swept = matrix.copy()
    kept: list[int] = []
    for k in range(len(swept)):
        if swept[k, k] <= ALIAS_TOLERANCE:
            share = np.abs(swept[kept, k])
            told = np.flatnonzero(share > ALIAS_SHARE)
            out[int(names[k])] = [int(names[kept[i]]) for i in told]
            continue
        kept.append(k)
        row = swept[k] / swept[k, k]
        column = swept[:, k].copy()
        column[k] = 0.0
        swept -= column[:, None] * row
        swept[k] = row
    return out


def maximise(
    joint: JointDesign,
    sizes: Sizes,
    score: Floats,
    start: Floats,
    active: Flags,
    *,
    ridge: float = 0.0,
    tolerance: float = STEP_TOLERANCE,
    first: PassSums | None = None,
) -> Maximum:
    """Return the maximum likelihood coefficients of a scaled design.

    Parameters
    ----------
    score : ndarray, shape (p,)
        Sum of events x (1, x).
    start : ndarray, shape (p,)
        Where to begin.
    active : ndarray of bool, shape (p,)
        Coefficients that may differ from 0.
    ridge
        Half of ``ridge`` x beta**2 is taken off for each but the intercept: for a
        sample in which some level has no events.
    tolerance
        Largest change of a linear predictor still to come when steps stop.
    first
        The sums at ``start``, if they are known.

    Raises
    ------
    Diverging
        If a coefficient has no finite value.
    """
    penalty = np.full(joint.coefficients, ridge)
    penalty[0] = 0.0
    beta = np.where(active, start, 0.0)
    sums, value = _at(joint, sizes, score, beta, penalty, first)
    for steps in range(1, MAXIMUM_STEPS + 1):
        slope = score - joint.gradient(sums.events, sums.event_levels) - penalty * beta
        information = joint.information(sums.weight, sums.weight_levels, sums.pairs)
        information[np.diag_indices_from(information)] += penalty
        step = _newton_step(information, slope, active, beta)
        moved = _largest_change(joint, step)
        if moved < tolerance:
            value += float(slope @ step) / 2
            _check_finite(beta)
            return Maximum(beta + step, information, active, value, steps)
        step *= min(1.0, LONGEST_STEP / moved)
        beta, sums, value = _improved(joint, sizes, score, beta, step, penalty, value)
    raise Diverging(_furthest(beta))


def _at(
    joint: JointDesign,
    sizes: Sizes,
    score: Floats,
    beta: Floats,
    penalty: Floats,
    known: PassSums | None = None,
) -> tuple[PassSums, float]:
    sums = known or sum_rows(joint, beta, sizes, pairs=True)
    return sums, float(score @ beta - sums.loss - (penalty * beta**2).sum() / 2)


def _improved(
    joint: JointDesign,
    sizes: Sizes,
    score: Floats,
    beta: Floats,
    step: Floats,
    penalty: Floats,
    value: float,
) -> tuple[Floats, PassSums, float]:
    # Sums over many rows carry rounding, so a value may seem to fall by a hair.
    least = value - 1e-12 * (1 + abs(value))
    for _ in range(MAXIMUM_HALVINGS):
        sums, new = _at(joint, sizes, score, beta + step, penalty)
        if np.isfinite(new) and new >= least:
            return beta + step, sums, new
        step = step / 2
    raise Diverging(_furthest(beta))


def _newton_step(
    information: Floats, slope: Floats, active: Flags, beta: Floats
) -> Floats:
    free = np.flatnonzero(active)
    out = np.zeros_like(slope)
    matrix = information if active.all() else information[np.ix_(free, free)]
    scale = np.sqrt(np.diag(matrix))
    if not (scale > 0).all():
        raise Diverging(int(free[np.argmin(scale)]))
    try:
        matrix = matrix / scale / scale[:, None]
        out[free] = np.linalg.solve(matrix, slope[free] / scale) / scale
    except np.linalg.LinAlgError:
        raise Diverging(_furthest(beta)) from None
    # Rounding in a matrix that is all but singular may turn a step round.
    if not np.isfinite(out).all() or out @ slope < 0:
        raise Diverging(_furthest(beta))
    return out


def _largest_change(joint: JointDesign, step: Floats) -> float:
    """Return a bound on how far any row's linear predictor moves."""
    levels = [float(np.abs(level).max()) for level in joint.linear(step)]
    return abs(float(step[0])) + sum(levels)


def _furthest(beta: Floats) -> int:
    return 1 + int(np.argmax(np.abs(beta[1:]))) if len(beta) > 1 else 0


def _check_finite(beta: Floats) -> None:
    if np.abs(beta[1:]).max(initial=0.0) > FURTHEST_COEFFICIENT:
        raise Diverging(_furthest(beta))


def inverse(information: Floats, active: Flags) -> Floats:
    """Return the inverse over active coefficients, and 0 elsewhere, shape (p, p)."""
    free = np.ix_(np.flatnonzero(active), np.flatnonzero(active))
    out = np.zeros_like(information)
    matrix = information[free]
    scale = np.sqrt(np.diag(matrix))
    out[free] = np.linalg.inv(matrix / scale / scale[:, None]) / scale / scale[:, None]
    return (out + out.T) / 2
