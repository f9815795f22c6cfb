"""How many deaths are expected of each trust, and how many are there?

Notation: E expected and O observed deaths of a trust in a year, and ``before`` for the
financial year before, counted over the hospitals that the trust has now.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.nation.design import LAG_YEARS, NationDesign
from candela.nation.hospitals import Hospitals
from candela.nation.structure import Structure
from candela.nation.truth import DOCTORS_CENTRE, DOCTORS_ON_MORTALITY

__all__ = ["Deaths", "make_deaths"]

Floats = npt.NDArray[np.float64]

DEATHS_PER_SPELL, CASE_MIX_SD = 0.033, 0.18  # in hospital or within 30 days


@dataclass(frozen=True)
class Deaths:
    """Deaths of each trust in each year, and what they answer to.

    Arrays are (trusts, years), NaN where the trust did not exist.

    Attributes
    ----------
    observed, expected
        O and E; in each year they add up to the same.
    dose_before
        Participants in interventional studies per 100 doctors and nurses.
    doctors_per_100_beds_before
        Doctors per 100 general and acute beds.
    year_constants : array of float, shape (years,)
        What was taken from each log ratio so that it averages to none.
    """

    observed: Floats
    expected: Floats
    dose_before: Floats
    doctors_per_100_beds_before: Floats
    year_constants: Floats


def make_deaths(
    design: NationDesign,
    structure: Structure,
    hospitals: Hospitals,
    rng: np.random.Generator,
) -> Deaths:
    """Return expected deaths and Poisson draws of those observed.

    Expected deaths are made the official way: the risk of each spell comes from a model
    of the whole country in that year, so that the national sums agree.
    """
    hospital_count = hospitals.spells.shape[0]
    risk = np.exp(CASE_MIX_SD * rng.standard_normal((hospital_count, 1)))
    weight = DEATHS_PER_SPELL * risk * hospitals.spells
    lasting = design.between_trust_sd * rng.standard_normal((hospital_count, 1))
    crude = structure.yearly(weight)
    # What a merged trust is like for good: its hospitals by their share of deaths.
    own = structure.yearly(weight * lasting) / crude
    passing = design.within_trust_sd * rng.standard_normal(crude.shape)
    dose = 100 * _before(structure, hospitals.participants_interventional)
    dose /= _before(structure, hospitals.staff_clinical_fte)
    doctors = 100 * _before(structure, hospitals.staff_doctors_fte)
    doctors /= _before(structure, hospitals.beds_general_acute)
    on_mortality = DOCTORS_ON_MORTALITY * design.confounder_strength
    log_ratio = (
        design.association * dose
        + on_mortality * np.log(doctors / DOCTORS_CENTRE)
        + own
        + passing
    )
    total = np.nansum(crude, axis=0)
    constants = np.log(np.nansum(crude * np.exp(log_ratio), axis=0) / total)
    mean = crude * np.exp(log_ratio - constants)
    observed = np.full(crude.shape, np.nan)
    there = ~np.isnan(mean)
    observed[there] = rng.poisson(mean[there])
    expected = crude * np.nansum(observed, axis=0) / total
    return Deaths(observed, expected, dose, doctors, constants)


def _before(structure: Structure, values: Floats) -> Floats:
    return structure.yearly(values, years_before=LAG_YEARS)
