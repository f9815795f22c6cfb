"""What do a model's passes go over?  Columns of codes for one outcome.

A row costs about eight bytes: the organisation and year, the case mix in joint codes,
the outcome, and whether the patient was in a trial.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from candela.association.patients.casemix import Joint
from candela.association.patients.places import Units
from candela.association.patients.result import FlowStep
from candela.stats.coded import CodeColumn

__all__ = ["OutcomeRows", "PopulationRows"]

Mask = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class PopulationRows:
    """What says which people of the population each patient is like.

    Attributes
    ----------
    sex
        0 male, 1 female, 2 not known.
    age
        Whole years at diagnosis.
    begin
        Day of diagnosis, counted from 1 January of ``first_year``.
    """

    sex: CodeColumn
    age: CodeColumn
    begin: CodeColumn
    first_year: int


@dataclass(frozen=True, eq=False)
class OutcomeRows:
    """The rows of one outcome.

    Attributes
    ----------
    units
        What the levels of ``unit`` are.
    unit, trust
        Organisation in a year, and organisation.
    joints, columns
        Joint codes of the case mix, and their columns in the same order.
    event : ndarray of uint8
        1 for a death.
    trial : ndarray of uint8, or None
        1 if in a trial by the index day, 0 if not, 2 if not known.
    stop, start
        Days of follow-up, for survival.
    joined
        Days until joining a trial, one more than the horizon for never.
    day_of_year
        Of diagnosis, from 0.
    population
        Where survival is to be set beside a life table.
    """

    units: Units
    unit: CodeColumn
    trust: CodeColumn
    joints: tuple[Joint, ...]
    columns: tuple[CodeColumn, ...]
    event: Mask
    trial: Mask | None
    stop: CodeColumn | None
    joined: CodeColumn | None
    day_of_year: CodeColumn | None
    flow: tuple[FlowStep, ...]
    event_used: str
    start: CodeColumn | None = None
    population: PopulationRows | None = None

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.event)

    def joint_of(self, name: str) -> tuple[Joint, CodeColumn] | None:
        """Return the joint code that holds a factor."""
        for joint, column in zip(self.joints, self.columns, strict=True):
            if any(factor.name == name for factor in joint.factors):
                return joint, column
        return None

    def only(self, keep: Mask) -> OutcomeRows:
        """Return the rows that are kept, copied."""
        row = np.flatnonzero(keep)
        return replace(
            self,
            unit=_taken(self.unit, row),
            trust=_taken(self.trust, row),
            columns=tuple(_taken(column, row) for column in self.columns),
            event=self.event[row],
            trial=None if self.trial is None else self.trial[row],
            stop=_taken_if(self.stop, row),
            joined=_taken_if(self.joined, row),
            day_of_year=_taken_if(self.day_of_year, row),
            population=None,
        )

    def until_joining(self) -> OutcomeRows:
        """Return the rows with follow-up ended on the day of joining a trial.

        Whoever joined on the day of diagnosis has none left: their rows must not be
        kept, and ``trial`` says which they are.
        """
        assert self.stop is not None
        assert self.joined is not None
        stop, joined = self.stop.codes, self.joined.codes
        ended = np.minimum(stop, np.maximum(joined, 1)).astype(np.uint16)
        event = self.event & (stop <= joined).astype(np.uint8)
        column = CodeColumn("stop", ended, self.stop.levels)
        return replace(self, stop=column, event=event)

    def split_by_year(self) -> OutcomeRows:
        """Return the rows cut at each 1 January of follow-up, each with its own unit.

        What changes from year to year can then be different in each.  The trust stays
        that of diagnosis.
        """
        assert self.stop is not None
        assert self.day_of_year is not None
        years = self.units.year[self.unit.codes]
        stop = self.stop.codes.astype(np.int64)
        born = self.day_of_year.codes.astype(np.int64)
        parts = list(_year_parts(years, born, stop, int(self.units.year.max())))
        row = np.concatenate([part.row for part in parts])
        levels = self.stop.levels
        begins = np.concatenate([part.start for part in parts]).astype(np.uint16)
        ends = np.concatenate([part.stop for part in parts]).astype(np.uint16)
        later = np.repeat(
            [part.later for part in parts], [len(part.row) for part in parts]
        )
        unit = (self.unit.codes[row] + later).astype(np.uint16)
        last = ends == stop[row]
        return replace(
            self,
            unit=CodeColumn("unit", unit, self.unit.levels),
            trust=_taken(self.trust, row),
            columns=tuple(_taken(column, row) for column in self.columns),
            event=(self.event[row] * last).astype(np.uint8),
            trial=None if self.trial is None else self.trial[row],
            stop=CodeColumn("stop", ends, levels),
            start=CodeColumn("start", begins, levels),
            joined=None,
            day_of_year=None,
            population=None,
        )


@dataclass(frozen=True, eq=False)
class _YearPart:
    """Follow-up within one calendar year: which rows, from and to which day."""

    row: npt.NDArray[np.intp]
    start: npt.NDArray[np.int64]
    stop: npt.NDArray[np.int64]
    later: int


def _year_parts(
    years: npt.NDArray[np.int64],
    born: npt.NDArray[np.int64],
    stop: npt.NDArray[np.int64],
    last_year: int,
) -> Iterator[_YearPart]:
    """Yield the follow-up of each calendar year after that of diagnosis, and of it.

    ``born`` is the day of the year of diagnosis, from 0.  Follow-up beyond the last
    year that has units stays in it.
    """
    january = np.array(
        [_day_number(y) for y in range(int(years.min()), last_year + 2)], dtype=np.int64
    )
    first = years - years.min()
    later = 0
    while True:
        within = first + later < len(january) - 1
        begins = january[np.minimum(first + later, len(january) - 1)] - january[first]
        ends = january[np.minimum(first + later + 1, len(january) - 1)] - january[first]
        start = np.maximum(begins - born, 0)
        at_last = first + later == len(january) - 2
        end = np.where(at_last, stop, np.minimum(ends - born, stop))
        row = np.flatnonzero(within & (start < stop) & (start < end))
        if not len(row):
            return
        yield _YearPart(row, start[row], end[row], later)
        later += 1


def _day_number(year: int) -> int:
    return date(year, 1, 1).toordinal()


def _taken_if(
    column: CodeColumn | None, row: npt.NDArray[np.intp]
) -> CodeColumn | None:
    return None if column is None else _taken(column, row)


def _taken(column: CodeColumn, row: npt.NDArray[np.intp]) -> CodeColumn:
    return CodeColumn(column.name, column.codes[row], column.levels)
