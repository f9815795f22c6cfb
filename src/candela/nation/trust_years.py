"""What would an analyst see, one row for each trust and year, without any file?

For simulations: a country becomes an analysis table in memory in milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.nation.society import Nation

__all__ = ["TrustYears", "trust_years"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class TrustYears:
    """Trusts by years, every array of one length.

    Attributes
    ----------
    codes
        Code of each trust by its number, not by row.
    trust
        Number of the trust.
    year
        Financial year of the deaths, by the year in which it begins.
    observed, expected
        Deaths.
    dose_before
        Participants in interventional studies per 100 doctors and nurses in the year
        before, counted over the hospitals the trust has in ``year``.
    doctors_per_100_beds_before
        Doctors per 100 general and acute beds in the year before, likewise.
    spells
        Spells of the year.
    merged_this_year
        The trust took over another on a day of the year, its first day included.
    merged_so_far
        The same, in this year or any before.
    dose_hidden
        The year before is in no file (the first year).
    """

    codes: tuple[str, ...]
    trust: Ints
    year: Ints
    observed: Floats
    expected: Floats
    dose_before: Floats
    doctors_per_100_beds_before: Floats
    spells: Floats
    merged_this_year: Flags
    merged_so_far: Flags
    dose_hidden: Flags

    def __len__(self) -> int:
        return len(self.trust)


def trust_years(nation: Nation) -> TrustYears:
    """Return one row for each trust in each year in which it existed at year end."""
    deaths, first = nation.deaths, nation.design.first_year
    merged = np.zeros(deaths.observed.shape, dtype=bool)
    codes = nation.structure.codes
    place = {code: number for number, code in enumerate(codes)}
    for takeover in nation.structure.takeovers:
        financial_year = takeover.day.year - (takeover.day.month < 4)
        merged[place[takeover.successor], financial_year - first] = True
    there = ~np.isnan(deaths.observed)
    trust, year = np.nonzero(there)
    return TrustYears(
        codes=codes,
        trust=trust,
        year=year + first,
        observed=deaths.observed[there],
        expected=deaths.expected[there],
        dose_before=deaths.dose_before[there],
        doctors_per_100_beds_before=deaths.doctors_per_100_beds_before[there],
        spells=nation.yearly("spells")[there],
        merged_this_year=merged[there],
        merged_so_far=np.maximum.accumulate(merged, axis=1)[there],
        dose_hidden=year == 0,
    )
