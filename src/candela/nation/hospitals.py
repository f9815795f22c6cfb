"""How large is each hospital, who works there, and how much research is done?

Sizes are those of English acute hospitals in round figures, put in by hand: a middle
hospital has 500 general and acute beds, 90 doctors and 190 nurses per 100 beds, and 75
spells a bed and year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.nation.design import NationDesign
from candela.nation.truth import DOCTORS_CENTRE, DOCTORS_ON_RECRUITMENT

__all__ = ["Hospitals", "make_hospitals"]

Floats = npt.NDArray[np.float64]

MIDDLE_BEDS, BEDS_SD, FEWEST_BEDS, MOST_BEDS = 500.0, 0.50, 150.0, 1500.0
MATERNITY_SHARE, OCCUPANCY = 0.07, 0.91
DOCTORS_SD, DOCTORS_YEARLY_SD = 0.20, 0.02
NURSES_PER_BED, NURSES_SD = 1.9, 0.08
OTHER_PER_CLINICAL, OTHER_SD = 1.4, 0.06
SPELLS_PER_BED, SPELLS_SD = 75.0, 0.10
STAFF_GROWTH, SPELLS_GROWTH = 0.015, 0.01

MIDDLE_OBSERVATIONAL, OBSERVATIONAL_SD = 14.0, 1.2  # per 100 doctors and nurses
SHARED_ACTIVITY = 0.4  # correlation of interventional and observational log activity
COMMERCIAL_SHARES = (2.0, 14.0)  # beta distribution: one participant in eight
COMMERCIAL_STUDIES = 0.22
STUDIES_PER_PARTICIPANTS, STUDIES_POWER = 1.2, 0.55


@dataclass(frozen=True)
class Hospitals:
    """Yearly figures of each hospital, shape (hospitals, years + 1) each.

    Names are those of ``candela.tables.MEASURES`` where there is one; staff are
    whole-time equivalents, beds daily averages, the rest counts.
    """

    beds_general_acute: Floats
    beds_maternity: Floats
    beds_general_acute_occupied: Floats
    staff_doctors_fte: Floats
    staff_nurses_fte: Floats
    staff_other_fte: Floats
    spells: Floats
    participants_interventional: Floats
    participants_observational: Floats
    participants_commercial: Floats
    studies_recruiting: Floats
    studies_commercial: Floats

    @property
    def staff_clinical_fte(self) -> Floats:
        """Doctors and nurses."""
        return self.staff_doctors_fte + self.staff_nurses_fte

    @property
    def participants_recruited(self) -> Floats:
        """Participants in all studies."""
        return self.participants_interventional + self.participants_observational

    def measure(self, name: str) -> Floats:
        """Return the figures of that name."""
        found = getattr(self, name)
        assert isinstance(found, np.ndarray), f"`{name}` is not a measure"
        return found


def make_hospitals(
    design: NationDesign, hospitals: int, rng: np.random.Generator
) -> Hospitals:
    """Return the figures of so many hospitals, drawn from ``design``."""
    shape = (hospitals, design.years + 1)
    year = np.arange(shape[1])

    def spread(sd: float) -> Floats:
        return np.exp(sd * rng.standard_normal((hospitals, 1)))

    def yearly(sd: float) -> Floats:
        return np.exp(sd * rng.standard_normal(shape))

    beds = np.clip(MIDDLE_BEDS * spread(BEDS_SD), FEWEST_BEDS, MOST_BEDS)
    beds = beds * yearly(0.01)
    grown = np.exp(STAFF_GROWTH * year)
    per_bed = DOCTORS_CENTRE / 100 * spread(DOCTORS_SD) * yearly(DOCTORS_YEARLY_SD)
    doctors = beds * per_bed * grown
    nurses = beds * NURSES_PER_BED * spread(NURSES_SD) * yearly(0.01) * grown
    other = (doctors + nurses) * OTHER_PER_CLINICAL * spread(OTHER_SD)
    spells = beds * SPELLS_PER_BED * spread(SPELLS_SD) * np.exp(SPELLS_GROWTH * year)
    interventional, observational = _participants(
        design, doctors / beds, doctors + nurses, rng
    )
    commercial = rng.binomial(
        interventional, rng.beta(*COMMERCIAL_SHARES, size=(hospitals, 1))
    )
    everyone = interventional + observational
    studies = np.minimum(
        everyone,
        1 + rng.poisson(STUDIES_PER_PARTICIPANTS * everyone**STUDIES_POWER),
    )
    # Where someone took part in a commercial study there is at least one.
    commercial_studies = np.clip(
        rng.binomial(studies, COMMERCIAL_STUDIES), commercial > 0, commercial
    )
    return Hospitals(
        beds_general_acute=beds,
        beds_maternity=beds * MATERNITY_SHARE,
        beds_general_acute_occupied=beds * OCCUPANCY * np.minimum(1.08, yearly(0.02)),
        staff_doctors_fte=doctors,
        staff_nurses_fte=nurses,
        staff_other_fte=other,
        spells=np.round(spells * yearly(0.02)),
        participants_interventional=interventional.astype(np.float64),
        participants_observational=observational.astype(np.float64),
        participants_commercial=commercial.astype(np.float64),
        studies_recruiting=studies.astype(np.float64),
        studies_commercial=commercial_studies.astype(np.float64),
    )


def _participants(
    design: NationDesign, per_bed: Floats, clinical: Floats, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return participants in interventional and in observational studies."""
    year = np.arange(clinical.shape[1])
    mine = _first_order(clinical.shape, design.recruitment_persistence, rng)
    own = _first_order(clinical.shape, design.recruitment_persistence, rng)
    other = SHARED_ACTIVITY * mine + np.sqrt(1 - SHARED_ACTIVITY**2) * own
    coefficient = DOCTORS_ON_RECRUITMENT * design.confounder_strength
    # Growth is counted from the first year of the files, which is year 1.
    shared = design.recruitment_growth * (year - 1) + coefficient * np.log(
        per_bed * 100 / DOCTORS_CENTRE
    )
    dose = design.median_dose * np.exp(shared + design.recruitment_sd * mine)
    observed = MIDDLE_OBSERVATIONAL * np.exp(shared + OBSERVATIONAL_SD * other)
    return rng.poisson(dose * clinical / 100), rng.poisson(observed * clinical / 100)


def _first_order(
    shape: tuple[int, ...], persistence: float, rng: np.random.Generator
) -> Floats:
    """Return standard normal rows in which neighbours correlate by ``persistence``."""
    drawn = rng.standard_normal(shape)
    fresh = np.sqrt(1 - persistence**2)
    for year in range(1, shape[1]):
        drawn[:, year] = persistence * drawn[:, year - 1] + fresh * drawn[:, year]
    return drawn
