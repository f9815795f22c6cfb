"""What kind of country is to be made up?

A design says everything but the seed: how many trusts, which years, how recruitment is
spread, and what is planted.  The same design and the same generator make the same
country, to the byte.

*Dose* is participants in interventional studies per 100 doctors and nurses in a
financial year.  Mortality answers to the dose of the financial year before.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from candela.errors import InputError

__all__ = ["DOSE_UNIT", "LAG_YEARS", "NationDesign"]

DOSE_UNIT = "participants in interventional studies per 100 doctors and nurses"
LAG_YEARS = 1
MOST_TRUSTS = 300  # made-up place names run out soon after
FEWEST_AT_THE_END = 10  # control limits are not drawn for fewer
EARLIEST_YEAR = 2011  # the older layout starts with publications of October 2011
LATEST_YEAR = 2090


@dataclass(frozen=True)
class NationDesign:
    """Settings of a made-up country.

    Parameters
    ----------
    trusts
        Acute trusts at the start.  Each merger and each split leaves one fewer.
    first_year, years
        First financial year, by the year in which it begins, and how many there are.
        One more year of activity before the first is made and kept out of the files,
        so that the deaths of the first year answer to something too.
    mergers
        Two trusts become one.  Every second time under a new code, otherwise under one
        of the two old codes; up to two of them in the middle of a financial year.
    splits_without_share
        One trust is divided between two others and nobody says in which shares.
    association
        Log mortality ratio per unit of dose in the year before.  The default is a rate
        ratio of about 0.97 for the interquartile difference between trusts, which is
        about 14 per 100 in the other default settings: log(0.97) / 14 = -0.0022.
    confounder_strength
        1 for a country in which doctors per bed raise recruitment and lower mortality
        as strongly as ``Truth`` tells; 0 for none; 2 for twice as much.
    between_trust_sd
        Standard deviation of what sets trusts apart for good, on the log ratio.
    within_trust_sd
        The same for what comes and goes with each year, beyond Poisson chance.
    median_dose
        Dose of the middle trust in the first year.
    recruitment_sd
        Standard deviation of log dose across trusts, beside the part due to doctors.
    recruitment_persistence
        Correlation of a trust's log dose from one year to the next (AR(1)).
    recruitment_growth
        Yearly growth of log dose, the same in every trust.

    Raises
    ------
    InputError
        If a setting is impossible, or there are too few trusts for the mergers asked.
    """

    trusts: int = 150
    first_year: int = 2015
    years: int = 8
    mergers: int = 8
    splits_without_share: int = 1
    association: float = -0.0022
    confounder_strength: float = 1.0
    between_trust_sd: float = 0.08
    within_trust_sd: float = 0.03
    median_dose: float = 10.0
    recruitment_sd: float = 0.8
    recruitment_persistence: float = 0.9
    recruitment_growth: float = 0.04

    def __post_init__(self) -> None:
        self._check_numbers()
        self._check_trusts()

    def _check_numbers(self) -> None:
        last_year = self.first_year + self.years - 1
        reals = (self.association, self.recruitment_growth)
        spreads = {
            "confounder_strength": self.confounder_strength,
            "between_trust_sd": self.between_trust_sd,
            "within_trust_sd": self.within_trust_sd,
            "recruitment_sd": self.recruitment_sd,
        }
        for name, value in spreads.items():
            if not 0 <= value < float("inf"):
                raise InputError(f"{name} is {value}; expected 0 or more.")
        if not all(isfinite(value) for value in reals):
            raise InputError("association and recruitment_growth must be numbers.")
        if not 0 < self.median_dose < float("inf"):
            raise InputError(f"median_dose is {self.median_dose}; expected above 0.")
        if not 0 <= self.recruitment_persistence < 1:
            raise InputError(
                f"recruitment_persistence is {self.recruitment_persistence}; expected "
                "a correlation from 0 to below 1."
            )
        if self.years < 2:
            raise InputError(
                f"years is {self.years}; expected at least 2, since deaths answer to "
                "the year before."
            )
        if not EARLIEST_YEAR <= self.first_year <= last_year <= LATEST_YEAR:
            raise InputError(
                f"the years {self.first_year} to {last_year} are outside "
                f"{EARLIEST_YEAR} to {LATEST_YEAR}."
            )

    def _check_trusts(self) -> None:
        if self.mergers < 0 or self.splits_without_share < 0:
            raise InputError("mergers and splits_without_share cannot be negative.")
        if self.trusts > MOST_TRUSTS:
            raise InputError(
                f"trusts is {self.trusts}; expected at most {MOST_TRUSTS}: there are "
                "no more made-up names."
            )
        left = self.trusts - self.mergers - self.splits_without_share
        needed = 2 * self.mergers + 3 * self.splits_without_share
        if left < FEWEST_AT_THE_END or needed > self.trusts:
            raise InputError(
                f"{self.trusts} trusts are too few for {self.mergers} mergers and "
                f"{self.splits_without_share} splits: at least {FEWEST_AT_THE_END} "
                "must be left, and each merger takes 2 trusts, each split 3."
            )
