"""How likely is a person of the general population to die on a given day?

Hazards by sex, calendar year and year of age, constant within a year of each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.errors import InputError

__all__ = ["DAYS_IN_YEAR", "LifeTable"]

Floats = npt.NDArray[np.float64]

DAYS_IN_YEAR = 365.241  # as R's relsurv counts a year of age


@dataclass(frozen=True, eq=False)
class LifeTable:
    """Population hazards.

    Parameters
    ----------
    hazards : ndarray, shape (sexes, years, ages)
        A day, above 0; ages 0, 1, 2 ... whole years, the last open.
    first_year
        Calendar year of the first; earlier days use it, days after the last the last.
    sexes
        In the order of the first axis.
    """

    hazards: Floats
    first_year: int
    sexes: tuple[str, ...] = ("male", "female")

    def __post_init__(self) -> None:
        if self.hazards.ndim != 3 or len(self.hazards) != len(self.sexes):
            raise InputError(
                f"a life table is of sexes, years and ages, not {self.hazards.shape}."
            )
        if not (np.isfinite(self.hazards).all() and (self.hazards >= 0).all()):
            raise InputError("a life table holds hazards of 0 or more, all known.")

    @classmethod
    def of_probabilities(
        cls,
        dying: Floats,
        first_year: int,
        sexes: tuple[str, ...] = ("male", "female"),
    ) -> LifeTable:
        """Return the table of yearly probabilities of dying, 0 to 1 (q of a table)."""
        q = np.asarray(dying, np.float64)
        if not ((q >= 0) & (q < 1)).all():
            raise InputError("yearly probabilities of dying lie from 0 to below 1.")
        return cls(-np.log1p(-q) / DAYS_IN_YEAR, first_year, sexes)
