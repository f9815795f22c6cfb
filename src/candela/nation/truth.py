"""What was planted, so that it can be looked for?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from candela.nation.design import NationDesign
from candela.nation.structure import Takeover

__all__ = [
    "DOCTORS_CENTRE",
    "DOCTORS_ON_MORTALITY",
    "DOCTORS_ON_RECRUITMENT",
    "NOT_ASSOCIATED",
    "Truth",
    "seed_note",
]

# Per unit of log doctors per 100 beds, at a confounder strength of 1: a tenth more
# doctors goes with 15% more recruitment (1.1 ** 1.5) and 2.4% fewer deaths.
DOCTORS_ON_RECRUITMENT = 1.5
DOCTORS_ON_MORTALITY = -0.25
DOCTORS_CENTRE = 90.0  # doctors per 100 general and acute beds in the middle trust

# Measures without an association of their own: given the dose and the doctors they say
# nothing about mortality.  Those that share in the dose go with mortality on their own.
NOT_ASSOCIATED = (
    "participants_observational",
    "participants_commercial",
    "studies_recruiting",
    "studies_commercial",
    "beds_general_acute",
    "spells",
)


@dataclass(frozen=True)
class Truth:
    """Everything planted in one made-up country.

    For a trust in a year, with dose and doctors of the year before::

        observed ~ Poisson(expected * ratio)
        log ratio = association * dose
                    + doctors_on_mortality * log(doctors per 100 beds / doctors_centre)
                    + trust + trust and year - constant of the year

    The constant makes expected and observed deaths add up to the same in each year.

    Attributes
    ----------
    association
        Log mortality ratio per unit of dose.
    dose_interquartile
        Difference between the quartiles of the doses that mortality answered to.
    rate_ratio_per_interquartile
        exp(association * dose_interquartile).
    doctors_on_mortality, doctors_on_recruitment
        Coefficients of log doctors per 100 beds on log mortality ratio and log dose.
    between_trust_sd, within_trust_sd
        Of the terms *trust* and *trust and year*.
    not_associated
        Measures without an association of their own.
    hidden_year
        First day-year of the activity that is in no file.
    year_constants
        The constant of each year, first year first.
    seed_note
        Which generator drew the country.
    """

    design: NationDesign
    dose_unit: str
    lag_years: int
    association: float
    dose_interquartile: float
    rate_ratio_per_interquartile: float
    doctors_on_mortality: float
    doctors_on_recruitment: float
    doctors_centre: float
    between_trust_sd: float
    within_trust_sd: float
    not_associated: tuple[str, ...]
    hidden_year: int
    year_constants: tuple[float, ...]
    takeovers: tuple[Takeover, ...]
    seed_note: str


def seed_note(rng: np.random.Generator) -> str:
    """Return which generator and seed this is, as far as it can tell."""
    bits = rng.bit_generator
    name = type(bits).__name__
    seeds = bits.seed_seq
    if not isinstance(seeds, np.random.SeedSequence):
        return f"{name}, seed not known"
    note = f"{name}, seed {seeds.entropy}"
    if seeds.spawn_key:
        note += f", spawned as {', '.join(str(key) for key in seeds.spawn_key)}"
    if str(type(bits)(seeds).state) != str(bits.state):
        note += ", after earlier draws"
    return note
