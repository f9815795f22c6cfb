"""Which trust ran which hospital, and when?

A *hospital* is the part that is never divided; a trust runs one or more.  A merger
moves hospitals to another trust, a split moves the two of one trust to two others, and
everything counted of a trust is the sum over the hospitals it runs.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from candela.nation.design import NationDesign
from candela.nation.places import place, region, trust_code, trust_name

__all__ = ["Structure", "Takeover", "Trust", "make_structure"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

OPENED = date(2001, 4, 1)  # every trust of the start
QUARTER_STARTS = ((4, 0), (7, 0), (10, 0), (1, 1))  # month, years after the first
MOST_MID_YEAR = 2
MID_YEAR_SHARE = 4  # at most one merger in four is in the middle of a year


@dataclass(frozen=True)
class Trust:
    """One organisation: made-up code, name and region, and its days."""

    code: str
    name: str
    place: str
    region_code: str
    region_name: str
    opened: date = OPENED
    closed: date | None = None


@dataclass(frozen=True)
class Takeover:
    """One trust taking over from another, whole or in part, on ``day``."""

    predecessor: str
    successor: str
    day: date
    in_part: bool = False


@dataclass(frozen=True)
class Structure:
    """Trusts, what became of them, and the hospitals they ran.

    Attributes
    ----------
    run_by : array of int, shape (hospitals, quarters)
        Number of the trust that ran each hospital.  Quarters begin with April of the
        year before ``first_year``.
    """

    trusts: tuple[Trust, ...]
    takeovers: tuple[Takeover, ...]
    first_year: int
    run_by: Ints

    @property
    def codes(self) -> tuple[str, ...]:
        """Code of each trust."""
        return tuple(trust.code for trust in self.trusts)

    def yearly(self, values: Floats, *, years_before: int = 0) -> Floats:
        """Return sums over the hospitals each trust ran at the end of each year.

        After a merger in December the whole year is the new trust's, as in published
        figures.

        Parameters
        ----------
        values : array of float, shape (hospitals, years + 1)
        years_before
            Take the values of so many years before, of the hospitals run now.

        Returns
        -------
        array of float, shape (trusts, years)
            NaN where a trust did not exist.
        """
        columns = [
            self._summed(values[:, year - years_before], self.run_by[:, 4 * year + 3])
            for year in range(1, values.shape[1])
        ]
        return np.column_stack(columns)

    def quarterly(self, values: Floats, pattern: tuple[float, ...]) -> Floats:
        """Return stocks in each quarter, of the hospitals each trust ran in it.

        Parameters
        ----------
        values : array of float, shape (hospitals, years + 1)
            Averages of the year.
        pattern
            Departure of each quarter from the year's average, as a share of it.

        Returns
        -------
        array of float, shape (trusts, 4 * years)
            NaN where a trust did not exist.
        """
        columns = [
            self._summed(
                values[:, quarter // 4] * (1 + pattern[quarter % 4]),
                self.run_by[:, quarter],
            )
            for quarter in range(4, self.run_by.shape[1])
        ]
        return np.column_stack(columns)

    def _summed(self, values: Floats, run_by: Ints) -> Floats:
        size = len(self.trusts)
        total: Floats = np.bincount(run_by, values, size).astype(np.float64)
        total[np.bincount(run_by, minlength=size) == 0] = np.nan
        return total


def quarter_start(first_year: int, quarter: int) -> date:
    """Return the first day of a quarter counted from April of ``first_year``."""
    year, within = divmod(quarter, 4)
    month, later = QUARTER_STARTS[within]
    return date(first_year + year + later, month, 1)


def quarter_end(first_year: int, quarter: int) -> date:
    """Return the last day of a quarter counted from April of ``first_year``."""
    return quarter_start(first_year, quarter + 1) - timedelta(days=1)


def make_structure(design: NationDesign, rng: np.random.Generator) -> Structure:
    """Return trusts with their mergers and splits drawn at random.

    Nothing happens before the second year of the files, so that every change has a
    year before it.  No trust takes part in two changes.
    """
    drawn = iter(rng.permutation(design.trusts).tolist())
    split = [
        [next(drawn) for _ in range(3)] for _ in range(design.splits_without_share)
    ]
    pairs = [[next(drawn) for _ in range(2)] for _ in range(design.mergers)]
    # The trusts to be split run a second hospital each.
    start = np.array([*range(design.trusts), *(whole for whole, _, _ in split)])
    history = _History(
        design.first_year,
        [_trust(number, place(number)) for number in range(design.trusts)],
        np.repeat(start[:, None], 4 * (design.years + 1), axis=1),
    )
    for number, (whole, one, other) in enumerate(split):
        quarter = 4 * int(rng.integers(2, design.years + 1))
        history.move(whole, one, quarter, in_part=True)
        history.move(design.trusts + number, other, quarter, in_part=True)
    mid_year = min(MOST_MID_YEAR, design.mergers // MID_YEAR_SHARE)
    for number, (one, other) in enumerate(pairs):
        quarter = 4 * int(rng.integers(2, design.years + 1))
        if number < mid_year:
            quarter += 2 + number % 2  # 1 October, 1 January
        if number % 2 == 0:
            history.move(one, other, quarter)
        else:
            new = history.opened(one, other, quarter)
            history.move(one, new, quarter)
            history.move(other, new, quarter)
    return history.told()


@dataclass
class _History:
    """Trusts and takeovers while they are being drawn."""

    first_year: int
    trusts: list[Trust]
    run_by: Ints
    takeovers: list[Takeover] = field(default_factory=list)

    def move(
        self, hospital: int, to: int, quarter: int, *, in_part: bool = False
    ) -> None:
        """Let trust ``to`` run a hospital from a quarter on, and close the one before.

        A hospital and the trust that runs it at the start have the same number.
        """
        day = quarter_start(self.first_year - 1, quarter)
        whom = int(self.run_by[hospital, quarter])
        old = self.trusts[whom]
        self.run_by[hospital, quarter:] = to
        self.takeovers.append(Takeover(old.code, self.trusts[to].code, day, in_part))
        self.trusts[whom] = replace(old, closed=day - timedelta(days=1))

    def opened(self, one: int, other: int, quarter: int) -> int:
        """Return the number of a new trust, named for the places of two old ones."""
        places = self.trusts[one].place, self.trusts[other].place
        day = quarter_start(self.first_year - 1, quarter)
        number = len(self.trusts)
        self.trusts.append(replace(_trust(number, *places), opened=day))
        return number

    def told(self) -> Structure:
        """Return what happened, takeovers in order of day."""
        takeovers = sorted(
            self.takeovers, key=lambda t: (t.day, t.predecessor, t.successor)
        )
        return Structure(
            tuple(self.trusts), tuple(takeovers), self.first_year, self.run_by
        )


def _trust(number: int, *places: str) -> Trust:
    name = trust_name(*places)
    return Trust(trust_code(number), name, places[0], *region(number))
