"""Who works where, who takes part in research, and who dies?

Notation: arrays are (hospitals or trusts, years).  Of hospitals, year 0 is the hidden
year before the first file.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.nation.deaths import Deaths, make_deaths
from candela.nation.design import DOSE_UNIT, LAG_YEARS, NationDesign
from candela.nation.hospitals import Hospitals, make_hospitals
from candela.nation.structure import Structure, make_structure
from candela.nation.truth import (
    DOCTORS_CENTRE,
    DOCTORS_ON_MORTALITY,
    DOCTORS_ON_RECRUITMENT,
    NOT_ASSOCIATED,
    Truth,
    seed_note,
)

__all__ = ["Nation", "make_nation"]

Floats = npt.NDArray[np.float64]

# Departure of each quarter from the year's average: beds open in winter, staff grow.
# Each adds up to 0, so that the average of the quarters is the year's figure.
BEDS_BY_QUARTER = (-0.010, -0.015, 0.005, 0.020)
STAFF_BY_QUARTER = (-0.006, -0.002, 0.002, 0.006)


@dataclass(frozen=True)
class Nation:
    """A made-up country: what was planted and everything that came of it."""

    design: NationDesign
    structure: Structure
    hospitals: Hospitals
    deaths: Deaths
    truth: Truth

    @property
    def years(self) -> range:
        """Financial years in the files, by the year in which they begin."""
        return range(self.design.first_year, self.design.first_year + self.design.years)

    def yearly(self, measure: str) -> Floats:
        """Return a measure of each trust in each year, shape (trusts, years).

        ``measure`` is a field of ``Hospitals``.  Trusts are as they stood at the end of
        the year; NaN where one did not exist.
        """
        return self.structure.yearly(self.hospitals.measure(measure))

    def quarterly(self, measure: str) -> Floats:
        """Return beds or staff of each trust in each quarter, (trusts, 4 * years).

        Trusts are as they stood in the quarter, as they would have reported then; NaN
        where one did not exist.
        """
        pattern = BEDS_BY_QUARTER if measure.startswith("beds") else STAFF_BY_QUARTER
        return self.structure.quarterly(self.hospitals.measure(measure), pattern)


def make_nation(design: NationDesign, rng: np.random.Generator) -> Nation:
    """Return a made-up country drawn from ``design``.

    The same design and a generator in the same state give the same country.
    """
    note = seed_note(rng)
    structure = make_structure(design, rng)
    hospitals = make_hospitals(design, structure.run_by.shape[0], rng)
    deaths = make_deaths(design, structure, hospitals, rng)
    low, high = np.nanquantile(deaths.dose_before, (0.25, 0.75))
    iqr = float(high - low)
    truth = Truth(
        design,
        DOSE_UNIT,
        LAG_YEARS,
        association=design.association,
        dose_interquartile=iqr,
        rate_ratio_per_interquartile=float(np.exp(design.association * iqr)),
        doctors_on_mortality=DOCTORS_ON_MORTALITY * design.confounder_strength,
        doctors_on_recruitment=DOCTORS_ON_RECRUITMENT * design.confounder_strength,
        doctors_centre=DOCTORS_CENTRE,
        between_trust_sd=design.between_trust_sd,
        within_trust_sd=design.within_trust_sd,
        not_associated=NOT_ASSOCIATED,
        hidden_year=design.first_year - 1,
        year_constants=tuple(deaths.year_constants.tolist()),
        takeovers=structure.takeovers,
        seed_note=note,
    )
    return Nation(design, structure, hospitals, deaths, truth)
