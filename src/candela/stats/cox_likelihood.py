"""What is the partial likelihood of a Cox model, with its slope and curvature?

Notation: w = exp(x beta); over the risk set of a cell s0 = sum of w and s1 = sum of
w x, over its d deaths e0 and e1.  By Efron the k-th of d deaths on one day
(k = 0 to d - 1) sees D = s0 - f e0 with f = k/d and the mean m = (s1 - f e1) / D; by
Breslow f is 0.

The information is the sum of (s2 - f e2)/D less that of m m'.  The first is never
summed over risk sets: it is the sum over rows of w (H(last) - H(first)) x x', with H
the running hazard, less what a death gives back.  So one step costs one pass over rows
whatever the number of days.

References
----------
Efron B. J Am Stat Assoc 1977;72:557-565. doi:10.1080/01621459.1977.10480613
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, NotConverged
from candela.stats.cox_rows import CoxRows

__all__ = ["Penalty", "RiskSets", "Ties", "climbed", "listed", "risk_sets", "varying"]

Floats = npt.NDArray[np.float64]
Ties = Literal["efron", "breslow"]
# Of coefficients: what is taken off the log-likelihood, with slope and curvature.
Penalty = Callable[[Floats], tuple[float, Floats, Floats]]

MAXIMUM_STEPS = 60
MAXIMUM_HALVINGS = 30
# Twice the log-likelihood still to be gained.  The step after this one is also taken.
GAIN_TOLERANCE = 1e-10
# A step of the linear predictor that has not shrunk when nothing is left to gain.
ENDLESS_STEP = 0.01
NO_SPREAD = 1e-9  # share of a coefficient's own squares: below, it does not vary
REPEATED = 1e-10  # share of a direction's spread: below, columns repeat each other


@dataclass(frozen=True, eq=False)
class RiskSets:
    """Sums over risk sets at one ``beta``.

    Attributes
    ----------
    weight : ndarray, shape (n,)
        exp(x beta), less a constant.
    s0, e0 : ndarray, shape (cells,)
    s1, e1 : ndarray, shape (cells, p)
    ties : ndarray, shape (6, cells)
        See ``cox_kernels.sum_ties``.
    log_likelihood
        Partial, as R prints it.
    shift
        What was taken off every linear predictor.
    """

    rows: CoxRows
    beta: Floats
    weight: Floats
    s0: Floats
    e0: Floats
    s1: Floats
    e1: Floats
    ties: Floats
    log_likelihood: float
    score: Floats
    shift: float

    @property
    def hazard(self) -> Floats:
        """Jumps of the baseline hazard, of rows with x beta = shift, by cell."""
        return np.asarray(self.ties[0])

    def hazards_by_row(self, jumps: Floats, tied: Floats) -> Floats:
        """Return w times the jumps that each row goes through, shape (n,).

        A death goes through its own cell's jump less ``tied``.
        """
        rows = self.rows
        running = np.concatenate([[0.0], np.cumsum(jumps)])
        through = running[rows.last] - running[rows.first]
        died = rows.event == 1
        through[died] -= tied[rows.last[died] - 1]
        return np.asarray(self.weight * through)

    def expected(self) -> Floats:
        """Return expected events of each row, shape (n,), in the order of rows."""
        return self.hazards_by_row(self.ties[0], self.ties[1])

    def information(self, by: Floats | None = None) -> Floats:
        """Return minus the second derivative, shape (p, p).

        Parameters
        ----------
        by : ndarray, shape (cells,)
            A weight of each cell; all 1 if not given.
        """
        return self._plain_information.copy() if by is None else self._information(by)

    @cached_property
    def _plain_information(self) -> Floats:
        return self._information(None)

    def _information(self, by: Floats | None) -> Floats:
        from candela.stats.cox_kernels import add_information

        inverse, f_inverse = self.ties[:2] if by is None else self.ties[:2] * by
        rows = self.rows
        total = add_information(
            *rows.basis,
            self.hazards_by_row(inverse, f_inverse),
            rows.size,
            rows.entries.most,
        )
        means = self._means_squared()
        if by is None:
            plain: Floats = total - means.T @ means
            return plain
        parts = len(means) // rows.cells
        total -= (means * np.tile(by, parts)[:, None]).T @ means
        return np.asarray((total + total.T) / 2)

    def _means_squared(self) -> Floats:
        """Return vectors whose squares add up to the sum of m m' over deaths.

        One a cell, shape (cells, p), or two with Efron's ties, shape (2 cells, p): the
        sum over the deaths of a cell has rank two, a form in s1 and e1.
        """
        _, _, square, f_square, ff_square, _ = self.ties
        root = np.sqrt(square)
        known = np.maximum(root, 1e-300)
        along: Floats = self.s1 * root[:, None]
        if not ff_square.any():
            return along
        along -= self.e1 * (f_square / known)[:, None]
        left = np.maximum(ff_square - (f_square / known) ** 2, 0.0)
        return np.vstack([along, self.e1 * np.sqrt(left)[:, None]])

    def death_means(self) -> Floats:
        """Return the mean of m over the deaths of each cell, shape (cells, p)."""
        sums = self.s1 * self.ties[0][:, None] - self.e1 * self.ties[1][:, None]
        return np.asarray(sums / np.maximum(self.rows.deaths, 1)[:, None])

    def scores_by(self, group: npt.NDArray[np.int64], groups: int) -> Floats:
        """Return score residuals added up by group, shape (groups, p)."""
        from candela.stats.cox_kernels import add_scores

        _, _, square, f_square, ff_square, _ = self.ties
        whole = self.s1 * square[:, None] - self.e1 * f_square[:, None]
        tied = self.s1 * f_square[:, None] - self.e1 * ff_square[:, None]
        rows = self.rows
        running = np.vstack([np.zeros(rows.size), np.cumsum(whole, axis=0)])
        return np.asarray(
            add_scores(
                *rows.basis,
                rows.first,
                rows.last,
                rows.event,
                self.weight,
                rows.event - self.expected(),
                running,
                tied,
                self.death_means(),
                group,
                groups,
            )
        )


def risk_sets(rows: CoxRows, beta: Floats, ties: Ties) -> RiskSets:
    """Return the sums over risk sets at these coefficients, shape (p,)."""
    from candela.stats import cox_kernels

    eta = rows.linear_predictors(beta)
    shift = float(eta.max())
    weight = np.exp(eta - shift)
    s0, s1, e0, e1 = cox_kernels.sum_risk_sets(
        *rows.basis,
        rows.first,
        rows.last,
        rows.event,
        rows.base,
        weight,
        rows.size,
    )
    tied = cox_kernels.sum_ties(rows.deaths, s0, e0, ties == "efron")
    died = rows.event == 1
    fit = float((eta[died] - shift).sum() - tied[5].sum())
    with np.errstate(invalid="ignore"):  # where a step was too long by far
        score = rows.sum_of_events - tied[0] @ s1 + tied[1] @ e1
    return RiskSets(rows, beta, weight, s0, e0, s1, e1, tied, fit, score, shift)


def climbed(
    rows: CoxRows,
    ties: Ties,
    *,
    start: RiskSets | None = None,
    penalty: Penalty | None = None,
) -> tuple[RiskSets, Floats, int]:
    """Return the maximum, its information (penalty included), and steps taken.

    Raises
    ------
    NotConverged
        If a coefficient has no finite value, or steps do not settle.
    """
    here = start or risk_sets(rows, np.zeros(rows.size), ties)
    fit, slope, information = _with_penalty(here, penalty)
    for steps in range(1, MAXIMUM_STEPS + 1):
        step = _solved(information, slope, rows)
        gain = float(slope @ step)
        if gain < GAIN_TOLERANCE:
            _check_settled(rows, step)
            last = risk_sets(rows, here.beta + step, ties)
            return last, _with_penalty(last, penalty)[2], steps
        least = fit - 1e-12 * (1 + abs(fit))
        for _ in range(MAXIMUM_HALVINGS):
            new = risk_sets(rows, here.beta + step, ties)
            value = new.log_likelihood - (penalty(new.beta)[0] if penalty else 0.0)
            if np.isfinite(value) and value >= least:
                break
            step = step / 2
        else:
            raise NotConverged(
                "the Cox model found no step that improves it; look for enormous "
                "values in a covariate."
            )
        here = new
        fit, slope, information = _with_penalty(here, penalty)
    raise NotConverged(
        f"the Cox model did not settle in {MAXIMUM_STEPS} steps; look for columns "
        "that nearly repeat one another."
    )


def _with_penalty(
    here: RiskSets, penalty: Penalty | None
) -> tuple[float, Floats, Floats]:
    information = here.information()
    if penalty is None:
        return here.log_likelihood, here.score, information
    value, slope, curve = penalty(here.beta)
    information[np.diag_indices(len(curve))] += curve
    return here.log_likelihood - value, here.score - slope, information


def _solved(information: Floats, slope: Floats, rows: CoxRows) -> Floats:
    if not rows.size:
        return np.zeros(0)
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    try:
        step = np.linalg.solve(information / np.outer(scale, scale), slope / scale)
    except np.linalg.LinAlgError:
        raise _endless(rows, 1 / scale) from None
    return np.asarray(step / scale)


def _spans(rows: CoxRows) -> Floats:
    """Return how far each coefficient's x reaches among the levels."""
    high, low = np.zeros(rows.size), np.zeros(rows.size)
    np.maximum.at(high, rows.entries.index, rows.entries.value)
    np.minimum.at(low, rows.entries.index, rows.entries.value)
    return np.asarray(high - low)


def _check_settled(rows: CoxRows, step: Floats) -> None:
    moved = np.abs(step) * _spans(rows)
    if moved.size and moved.max() > ENDLESS_STEP:
        raise _endless(rows, moved)


def _endless(rows: CoxRows, size: Floats) -> NotConverged:
    return NotConverged(
        f"the coefficient of {rows.labels[int(np.argmax(size))]} has no finite value: "
        "it sets apart rows that have no events, or that hold all of them. Join that "
        "group with another, or leave it out."
    )


def varying(here: RiskSets) -> npt.NDArray[np.bool_]:
    """Return which coefficients' x varies among those at risk at events, shape (p,).

    Raises
    ------
    InputError
        If, of those that do, some say the same between them.
    """
    rows, information = here.rows, here.information()
    own = np.diag(information)
    raw = own + np.einsum("t,tj->j", here.ties[2], here.s1**2)
    told = np.asarray(own > NO_SPREAD * raw)
    kept = np.flatnonzero(told)
    if kept.size:
        scale = np.sqrt(own[kept])
        part = information[np.ix_(kept, kept)] / np.outer(scale, scale)
        values, vectors = np.linalg.eigh(part)
        if values[0] < REPEATED:
            same = kept[np.abs(vectors[:, 0]) > 0.01]
            raise InputError(
                f"{listed([rows.labels[j] for j in same])} say the same between them. "
                "Leave one of them out."
            )
    return told


def listed(labels: list[str]) -> str:
    shown = ", ".join(labels[:6])
    return shown if len(labels) <= 6 else f"{shown} and {len(labels) - 6} more"
