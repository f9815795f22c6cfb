"""Which organisations, in which years, with what dose and what deaths?

A panel has one row for an organisation in an outcome period.  Everything that did not
get in is counted, with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, TooFewData
from candela.participation import DoseDesign
from candela.tables import Period, Policy, Refusal

__all__ = ["Left", "Panel"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Left:
    """How many organisation-years were left out for one reason."""

    reason: str
    observations: int
    organisations: tuple[str, ...]


@dataclass(frozen=True)
class Panel:
    """One row for an organisation in an outcome period, all columns of one length.

    Attributes
    ----------
    dose
        Yearly activity per unit of the denominator.
    activity
        What the dose was made of: the sum over its window.
    covariates : array, shape (n, k)
        Logarithms, centred on their mean.

    Raises
    ------
    InputError
        If two outcome periods share a day: their deaths would count twice.
    """

    codes: tuple[str, ...]
    periods: tuple[Period, ...]
    observed: Floats
    expected: Floats
    published_ratio: Floats
    dose: Floats
    activity: Floats
    covariates: Floats
    covariate_names: tuple[str, ...]
    design: DoseDesign
    policy: Policy
    exposure_windows: tuple[tuple[Period, Period, Period], ...]
    outcome_rows: tuple[tuple[str, int], ...]
    dose_rows: tuple[tuple[str, int], ...]
    covariate_rows: tuple[tuple[str, int], ...]
    left: tuple[Left, ...]
    refused: tuple[Refusal, ...]
    cautions: tuple[str, ...]

    def __post_init__(self) -> None:
        ordered = self.distinct_periods
        for a, b in pairwise(ordered):
            if a.overlaps(b):
                raise InputError(
                    f"the outcome periods {a} and {b} share days, so their deaths "
                    "would be counted twice as if they were independent. Use periods "
                    "that do not overlap."
                )

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def rows(self) -> tuple[tuple[str, int], ...]:
        """Every (file, row) pair the panel rests on."""
        return tuple(
            sorted({*self.outcome_rows, *self.dose_rows, *self.covariate_rows})
        )

    @property
    def distinct_periods(self) -> tuple[Period, ...]:
        """The outcome periods, in order."""
        return tuple(sorted(set(self.periods)))

    @property
    def organisations(self) -> tuple[str, ...]:
        """The organisations, in order."""
        return tuple(sorted(set(self.codes)))

    @property
    def clusters(self) -> npt.NDArray[np.intp]:
        """Number of each row's organisation, in the order of ``organisations``."""
        place = {code: n for n, code in enumerate(self.organisations)}
        return np.array([place[code] for code in self.codes], dtype=np.intp)

    def quartiles(self) -> tuple[float, float]:
        """Return the dose a quarter and three quarters of the way up.

        To three figures: a contrast needs no more, and more could be the exact dose of
        one organisation.

        Raises
        ------
        TooFewData
            If the two are the same.
        """
        low, high = (
            float(f"{dose:.3g}") for dose in np.quantile(self.dose, [0.25, 0.75])
        )
        if high <= low:
            raise TooFewData(
                "the organisations a quarter and three quarters of the way up have the "
                "same dose, so there is no contrast between more and less."
            )
        return low, high

    def in_period(self, period: Period) -> Panel:
        """Return the rows of one outcome period."""
        keep = np.array([p == period for p in self.periods])
        return self.where(keep)

    def where(self, keep: npt.NDArray[np.bool_]) -> Panel:
        """Return the rows for which ``keep`` holds."""
        index = np.flatnonzero(keep)
        return replace(
            self,
            codes=tuple(self.codes[n] for n in index),
            periods=tuple(self.periods[n] for n in index),
            observed=self.observed[index],
            expected=self.expected[index],
            published_ratio=self.published_ratio[index],
            dose=self.dose[index],
            activity=self.activity[index],
            covariates=self.covariates[index],
        )
