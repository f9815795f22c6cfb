"""Which trust treats how many patients in each quarter, and what awaits them there?

Everything is kept by *cell*, a hospital in a quarter: its patients, the trust that ran
it, and what that trust adds to the log odds or the log hazard of each of them.  Rows
are drawn from cells, so these tables are all that a row needs to know of its trust.

Notation: arrays are (hospitals, quarters) unless said otherwise; quarter 0 begins in
April of the year before the first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.nation.hospitals import Hospitals, make_hospitals
from candela.nation.patients.design import (
    HIGH_SHARE,
    MOST_HIGH_YEARS,
    PatientsDesign,
)
from candela.nation.structure import Structure, make_structure
from candela.nation.truth import (
    DOCTORS_CENTRE,
    DOCTORS_ON_MORTALITY,
    DOCTORS_ON_RECRUITMENT,
)

__all__ = ["AdmissionCells", "CancerCells", "Country", "make_country"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

WINTER = (0.98, 0.97, 1.01, 1.04)  # admissions by quarter of the financial year
# Share recruited to interventional cancer studies: none where the latent level is low,
# above HIGH_SHARE for one trust in thirteen.
NONE_BELOW, SHARE_SCALE, SHARE_POWER, LARGEST_SHARE = -0.6, 0.055, 1.5, 0.6
SHARE_PERSISTENCE = 0.9
LARGEST_PARTICIPANT_SHARE = 0.5
CANCER_PER_SPELL_SD = 0.2


@dataclass(frozen=True, eq=False)
class AdmissionCells:
    """Admissions: how many, their dose, their log odds, and the chance of a trial.

    Attributes
    ----------
    log_odds
        Of the trust: dose, doctors, and what sets it apart.
    """

    count: Ints
    dose: Floats
    log_odds: Floats
    participant_share: Floats


@dataclass(frozen=True, eq=False)
class CancerCells:
    """Cancer patients; quarters 3 to ``4 * years + 2`` make whole calendar years.

    Attributes
    ----------
    colorectal, other
        Patients by site of the tumour.
    recruits
        Colorectal patients recruited to interventional studies.
    share
        Chance of being recruited, in the quarter's calendar year.
    log_hazard
        Of the trust: dose, doctors, and what sets it apart.
    high_years : ndarray of uint8, shape (hospitals, quarters, calendar years)
        Years of high participation before each calendar year from the first to the end
        of follow-up, of the hospitals that the trust had in the quarter of diagnosis.
    """

    colorectal: Ints
    other: Ints
    recruits: Ints
    share: Floats
    dose: Floats
    log_hazard: Floats
    high_years: npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Country:
    """Trusts, hospitals, and the cells of both tables.

    Attributes
    ----------
    apart : ndarray, shape (hospitals,)
        What sets each hospital apart for good, in standard deviations of trusts; a
        merged trust has the average of its hospitals by beds.
    """

    design: PatientsDesign
    structure: Structure
    hospitals: Hospitals
    apart: Floats
    admissions: AdmissionCells
    cancer: CancerCells


def make_country(design: PatientsDesign, rng: np.random.Generator) -> Country:
    """Return the country around the patients, drawn from ``design``."""
    structure = make_structure(design.nation(), rng)
    hospitals = make_hospitals(design.nation(), structure.run_by.shape[0], rng)
    apart = rng.standard_normal((structure.run_by.shape[0],))
    place = _Place(design, structure, hospitals, apart)
    return Country(
        design,
        structure,
        hospitals,
        apart,
        _admissions(place, rng),
        _cancer(place, rng),
    )


@dataclass(frozen=True, eq=False)
class _Place:
    """What the cells of both tables are made from."""

    design: PatientsDesign
    structure: Structure
    hospitals: Hospitals
    apart: Floats

    def of_trust(self, values: Floats | Ints, quarter: int) -> Floats:
        """Return, for each hospital, the sum over its trust's hospitals."""
        run_by = self.structure.run_by[:, quarter]
        total: Floats = np.bincount(run_by, values).astype(np.float64)
        return total[run_by]

    def of_quarters(self, years: Floats) -> Floats:
        """Return values of each financial year in each of its quarters."""
        return np.repeat(years, 4, axis=1)

    def set_apart(self, rng: np.random.Generator) -> Floats:
        """Return what sets trusts apart and how many doctors they have, log scale."""
        size, design = self.structure.run_by.shape, self.design
        beds = self.of_quarters(self.hospitals.beds_general_acute)
        doctors = self.of_quarters(self.hospitals.staff_doctors_fte)
        passing = rng.standard_normal((len(self.structure.trusts), size[1] // 4))
        found = np.empty(size)
        for quarter in range(size[1]):
            held = self.of_trust(beds[:, quarter], quarter)
            own = self.of_trust(beds[:, quarter] * self.apart, quarter) / held
            per_bed = 100 * self.of_trust(doctors[:, quarter], quarter) / held
            year = passing[self.structure.run_by[:, quarter], quarter // 4]
            found[:, quarter] = (
                design.trust_sd * own
                + design.trust_year_sd * year
                + DOCTORS_ON_MORTALITY
                * design.confounding
                * np.log(per_bed / DOCTORS_CENTRE)
            )
        return found


def _admissions(place: _Place, rng: np.random.Generator) -> AdmissionCells:
    design, hospitals = place.design, place.hospitals
    weights = place.of_quarters(hospitals.spells) * np.tile(WINTER, design.years + 1)
    weights[:, :4] = 0  # the year before is there for its research only
    recruits, beds = hospitals.participants_recruited, hospitals.beds_general_acute
    dose = np.zeros(weights.shape)
    now = np.zeros(weights.shape)
    for quarter in range(4, weights.shape[1]):
        year = quarter // 4
        dose[:, quarter] = place.of_trust(
            recruits[:, year - 1], quarter
        ) / place.of_trust(beds[:, year - 1], quarter)
        now[:, quarter] = place.of_trust(recruits[:, year], quarter) / place.of_trust(
            hospitals.spells[:, year], quarter
        )
    relative = now / (now * weights).sum() * weights.sum()
    return AdmissionCells(
        count=_drawn(design.admissions, weights, rng),
        dose=dose,
        log_odds=design.log_odds * dose + place.set_apart(rng),
        participant_share=np.minimum(
            design.participant_share * relative, LARGEST_PARTICIPANT_SHARE
        ),
    )


def _cancer(place: _Place, rng: np.random.Generator) -> CancerCells:
    design, size = place.design, place.structure.run_by.shape
    weights = place.of_quarters(
        place.hospitals.spells
        * np.exp(CANCER_PER_SPELL_SD * rng.standard_normal((size[0], 1)))
    )
    weights[:, :3] = 0
    weights[:, 4 * design.years + 3 :] = 0
    others = round(design.cancer_patients * design.other_sites)
    colorectal = _drawn(design.cancer_patients - others, weights, rng)
    levels = _shares(place, rng)
    # Of quarters 3 to 6 the calendar year is the first, 1; 0 is the hidden one before.
    year = np.clip((np.arange(size[1]) + 1) // 4, 0, design.years)
    share = levels[:, year]
    recruits = rng.binomial(colorectal, share)
    yearly, joined = (
        np.column_stack(
            [
                counts[:, year == number].sum(axis=1)
                for number in range(design.years + 1)
            ]
        )
        for counts in (colorectal, recruits)
    )
    dose, high = _doses(place, yearly, joined, levels[:, 0])
    return CancerCells(
        colorectal=colorectal,
        other=_drawn(others, weights, rng),
        recruits=recruits,
        share=share,
        dose=dose,
        log_hazard=design.log_hazard * dose + place.set_apart(rng),
        high_years=high,
    )


def _doses(
    place: _Place, patients: Ints, recruits: Ints, hidden: Floats
) -> tuple[Floats, npt.NDArray[np.uint8]]:
    """Return per cent recruited in the year before, and high years before each year.

    ``patients`` and ``recruits`` are (hospitals, years + 1), of which the first is the
    hidden year, in which ``hidden`` is the share.
    """
    design, size = place.design, place.structure.run_by.shape
    known = np.zeros((size[0], design.years + 1))
    dose = np.zeros(size)
    later = design.years + design.follow_up_years
    high = np.zeros((*size, later), dtype=np.uint8)
    for quarter in range(3, 4 * design.years + 3):
        for year in range(1, design.years + 1):
            treated = place.of_trust(patients[:, year], quarter)
            joined = place.of_trust(recruits[:, year], quarter)
            known[:, year] = np.divide(
                joined, treated, out=np.zeros(size[0]), where=treated > 0
            )
        known[:, 0] = hidden
        dose[:, quarter] = 100 * known[:, (quarter + 1) // 4 - 1]
        # The hidden year is in no file and counts for nobody.
        so_far = np.cumsum(known[:, 1:] >= HIGH_SHARE, axis=1)
        before = np.minimum(np.arange(later), design.years)
        counted = np.column_stack([np.zeros(size[0], dtype=np.int64), so_far])
        high[:, quarter] = np.minimum(counted[:, before], MOST_HIGH_YEARS)
    return dose, high


def _shares(place: _Place, rng: np.random.Generator) -> Floats:
    """Return shares recruited, (hospitals, years + 1), the hidden year first."""
    design, hospitals = place.design, place.hospitals
    shape = hospitals.spells.shape
    level = rng.standard_normal(shape)
    fresh = np.sqrt(1 - SHARE_PERSISTENCE**2)
    for year in range(1, shape[1]):
        level[:, year] = SHARE_PERSISTENCE * level[:, year - 1] + fresh * level[:, year]
    per_bed = 100 * hospitals.staff_doctors_fte / hospitals.beds_general_acute
    shared = DOCTORS_ON_RECRUITMENT * design.confounding
    above = np.maximum(
        level + shared * np.log(per_bed / DOCTORS_CENTRE) - NONE_BELOW, 0
    )
    return np.minimum(SHARE_SCALE * above**SHARE_POWER, LARGEST_SHARE)


def _drawn(rows: int, weights: Floats, rng: np.random.Generator) -> Ints:
    shares = weights.ravel() / weights.sum()
    counts: Ints = rng.multinomial(rows, shares).reshape(weights.shape)
    return counts
