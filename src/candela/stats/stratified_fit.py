"""What does a set of logistic models, one for each stratum, expect of each trust?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from candela.errors import InputError
from candela.stats.coded import CodeColumn, Floats
from candela.stats.coded_joint import JointDesign, checked_codes
from candela.stats.coded_sums import Sizes, in_chunks, sum_values

__all__ = ["Decision", "DecisionKind", "StratifiedFit"]

DecisionKind = Literal["no_events", "all_events", "separated", "steadied"]


@dataclass(frozen=True)
class Decision:
    """Something that was done because a stratum could not be fitted as it was.

    Attributes
    ----------
    stratum
        Its level.
    kind
        See ``stratified_logistic``.
    label
        The levels concerned, in words; empty for the whole stratum.
    rows
        Trials concerned.
    """

    stratum: int
    kind: DecisionKind
    label: str
    rows: int


@dataclass(frozen=True, eq=False)
class StratifiedFit:
    """One logistic model for each stratum, and the rows that they were fitted to.

    Attributes
    ----------
    labels
        Of the coefficients; the first is ``(Intercept)``.
    coefficients : ndarray, shape (S, p)
        NaN where a stratum cannot tell one.
    trials, events : ndarray, shape (S,)
    log_likelihood : ndarray, shape (S,)
    decisions
        What was done where a stratum could not be fitted as it was.
    baselines : ndarray, shape (S,)
        Odds of each stratum, where every column's factor is 1.
    factors
        For each joint column what odds are multiplied by, stratum by stratum and level
        by level, flat.
    """

    labels: tuple[str, ...]
    coefficients: Floats
    trials: Floats
    events: Floats
    log_likelihood: Floats
    decisions: tuple[Decision, ...]
    joint: JointDesign = field(repr=False)
    strata: CodeColumn = field(repr=False)
    sizes: Sizes = field(repr=False)
    baselines: Floats = field(repr=False)
    factors: tuple[Floats, ...] = field(repr=False)

    def expected_by(self, column: CodeColumn) -> Floats:
        """Return expected events of the rows fitted by level of a column, (levels,).

        Parameters
        ----------
        column
            Any column of as many rows, such as trust and year.
        """
        checked_codes(column)
        if len(column.codes) != self.joint.rows:
            raise InputError(
                f"{column.name} has {len(column.codes)} rows; expected "
                f"{self.joint.rows}."
            )

        def values(first: int, last: int) -> Floats:
            from candela.stats.coded_kernels import weigh

            mu, w = np.empty(last - first), np.empty(last - first)
            size = self.sizes.block(first, last)
            weigh(self._odds(first, last), size, mu, w)
            return mu

        kept = [(column.codes, column.levels)]
        _, tables = sum_values(kept, self.joint.rows, values)
        return tables[0]

    def risks(self) -> Floats:
        """Return the risk of each row, left out or not, shape (n,): 8 bytes a row."""
        out = np.empty(self.joint.rows)

        def work(first: int, last: int) -> None:
            odds = np.minimum(self._odds(first, last), 1e150)
            out[first:last] = odds / (1 + odds)

        for _ in in_chunks(self.joint.rows, work):
            pass
        return out

    def _odds(self, first: int, last: int) -> Floats:
        from candela.stats.coded_kernels import multiply_levels, multiply_pairs

        strata = self.strata.codes[first:last]
        out = np.ones(last - first)
        multiply_levels(out, self.baselines, strata)
        for column, factors in zip(self.joint.columns, self.factors, strict=True):
            codes = column.codes[first:last]
            multiply_pairs(out, factors, strata, codes, column.levels)
        return out
