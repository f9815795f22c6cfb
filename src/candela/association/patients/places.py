"""Which organisation, in which year, does each patient count for?

A *place* is an organisation in a year as the files report it; a *unit* is the
organisation that stands for it under the protocol's policy, in the same year.  Both are
small lists: nothing here is about a patient.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from candela.tables import Period, Policy, Refusal, Succession

__all__ = ["Places", "Units", "places_of", "year_of"]

Ints = npt.NDArray[np.int64]
Years = Literal["financial", "calendar"]


def year_of(year: int, kind: Years) -> Period:
    """Return the year that begins in ``year``: on 1 April, or on 1 January."""
    made = Period.financial_year if kind == "financial" else Period.calendar_year
    return made(year)


@dataclass(frozen=True, eq=False)
class Units:
    """Organisations in years, in the order of their codes.

    Attributes
    ----------
    organisations
        Sorted codes.
    trust, year : ndarray of int, shape (units,)
        Place among ``organisations``, and the year in which the unit begins.
    """

    organisations: tuple[str, ...]
    trust: Ints
    year: Ints
    kind: Years

    def __len__(self) -> int:
        return len(self.trust)

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """The year of each unit, as days."""
        return tuple(year_of(int(year), self.kind) for year in self.year)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The organisation of each unit."""
        return tuple(self.organisations[trust] for trust in self.trust)

    @cached_property
    def number(self) -> Mapping[tuple[str, int], int]:
        """Which unit an organisation and a year are."""
        return {
            (code, int(year)): unit
            for unit, (code, year) in enumerate(zip(self.codes, self.year, strict=True))
        }


@dataclass(frozen=True, eq=False)
class Places:
    """Where the files say that patients were, and who stands for it.

    Attributes
    ----------
    reported
        Organisation codes as in the files, sorted.
    years
        Years from the first to the last in which there is anybody.
    stands_for
        The organisation that a code and a year count for; those left out are not in it.
    refused
        Codes whose successors are not known.
    left_out
        Codes and years that the policy leaves out or cannot follow.
    moved
        Codes that another one stands for.
    """

    reported: tuple[str, ...]
    years: tuple[int, ...]
    stands_for: Mapping[tuple[str, int], str]
    refused: tuple[Refusal, ...]
    left_out: tuple[tuple[str, int], ...]
    moved: tuple[tuple[str, str], ...]
    kind: Years

    def number(self, code: str, year: int) -> int:
        """Return the code of a place: organisation by organisation, year by year."""
        return self.reported.index(code) * len(self.years) + year - self.years[0]

    def units(self, later_years: int = 0) -> tuple[Units, npt.NDArray[np.uint16]]:
        """Return the units and, for each place, the unit that stands for it.

        Parameters
        ----------
        later_years
            Years of follow-up for which organisations have units as well.
        """
        names = tuple(sorted(set(self.stands_for.values())))
        years = (
            *self.years,
            *range(self.years[-1] + 1, self.years[-1] + 1 + later_years),
        )
        place = {name: number for number, name in enumerate(names)}
        units = Units(
            names,
            np.repeat(np.arange(len(names)), len(years)),
            np.tile(np.array(years), len(names)),
            self.kind,
        )
        table = np.zeros(len(self.reported) * len(self.years), dtype=np.uint16)
        for (code, year), name in self.stands_for.items():
            table[self.number(code, year)] = place[name] * len(years) + year - years[0]
        return units, table


def places_of(
    seen: Iterable[tuple[str, int]],
    *,
    kind: Years,
    policy: Policy,
    succession: Succession,
) -> Places:
    """Return the places of organisations and years with patients.

    A patient cannot be shared out: an organisation that was split among several is
    refused even where the shares are known.
    """
    pairs = sorted(set(seen))
    stands_for: dict[tuple[str, int], str] = {}
    refused: dict[str, Refusal] = {}
    left_out: list[tuple[str, int]] = []
    for code, year in pairs:
        stands = _standing(code, year_of(year, kind), policy, succession)
        if isinstance(stands, str):
            stands_for[code, year] = stands
            continue
        left_out.append((code, year))
        if stands is not None:
            refused[code] = stands
    years = [year for _, year in pairs]
    return Places(
        tuple(sorted({code for code, _ in pairs})),
        tuple(range(min(years), max(years) + 1)) if years else (),
        stands_for,
        tuple(refused[code] for code in sorted(refused)),
        tuple(left_out),
        tuple(sorted({(c, n) for (c, _), n in stands_for.items() if c != n})),
        kind,
    )


def _standing(
    code: str, year: Period, policy: Policy, succession: Succession
) -> str | Refusal | None:
    """Return who stands for a code in a year; nobody if the policy leaves it out."""
    if policy.kind == "drop_year_of_merger":
        return None if succession.changed_during(code, year) else code
    if policy.at is None:
        return code
    stands = succession.standing(code, since=year.start, at=policy.at)
    if isinstance(stands, Refusal):
        return stands
    if len(stands) > 1:
        names = tuple(name for name, _ in stands)
        return Refusal(code, names, policy.at)
    return stands[0][0]
