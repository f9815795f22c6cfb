"""What do a model's passes go over?  Columns of codes for one outcome.

A row costs about eight bytes: the organisation and year, the case mix in joint codes,
the outcome, and whether the patient was in a trial.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from candela.association.patients.casemix import Joint, joints_of
from candela.association.patients.cohort import (
    KEPT,
    CohortCount,
    Step,
    trial_sql,
    whole,
)
from candela.association.patients.places import Units
from candela.association.patients.protocol import Cohort, OutcomePlan, StudyProtocol
from candela.association.patients.result import FlowStep
from candela.association.patients.tallies import looked_up, mapped
from candela.engine import CodedRows, Engine
from candela.engine.expressions import choice, first_step, quoted
from candela.errors import InputError, TooFewData
from candela.stats.coded import CodeColumn
from candela.tables.patients import SEX

__all__ = ["OutcomeRows", "PopulationRows", "outcome_rows"]

Mask = npt.NDArray[np.uint8]
NEEDED = {
    "died_30d_discharge": ("died_30d_discharge",),
    "died_in_hospital": ("died_in_hospital",),
    "died_30d_surgery": ("first_surgery_date", "vital_status", "vital_status_date"),
    "died": ("vital_status", "vital_status_date"),
}
IN_WORDS = {
    "died_30d_discharge": "death in hospital or within 30 days of discharge",
    "died_in_hospital": "death in hospital",
    "died_30d_surgery": "death within 30 days of surgery",
    "died": "death",
}
START = {"died_30d_surgery": "first_surgery_date", "died": "diagnosis_date"}
START_WORDS = {"died_30d_surgery": "operation", "died": "diagnosis"}
CONSENT = "trial_first_date"
DAYS_IN_YEAR = 366
OLDEST = 130


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


def outcome_rows(
    engine: Engine,
    count: CohortCount,
    protocol: StudyProtocol,
    outcome: OutcomePlan,
    *,
    beside_population: bool = False,
) -> OutcomeRows:
    """Return the rows of one outcome, and the further steps at which rows left.

    Parameters
    ----------
    beside_population
        Whether sex, age and day are wanted too, for a life table.

    Raises
    ------
    InputError
        If the files lack the columns that tell the outcome.
    TooFewData
        If nobody is left.
    """
    cohort = protocol.cohort
    event = _event_at_hand(outcome, count.columns)
    steps = tuple(_steps(event, outcome.horizon_days))
    flow = tuple(_flow(engine, cohort, count, steps))
    if flow and not flow[-1].remaining:
        raise TooFewData(f"nobody is left for {outcome.label}.")
    wanted = {*outcome.adjust_for, *outcome.stratify_by}
    joints = joints_of([f for name, f in count.factors.items() if name in wanted])
    later = 0
    if outcome.kind == "survival":
        later = outcome.horizon_days // 365 + 1
    units, unit_of = count.places.units(later)
    wanted_columns = _wanted(count, cohort, outcome, event, joints)
    beside_population &= outcome.kind == "survival" and "sex" in count.columns
    if beside_population:
        wanted_columns |= _population_columns(count, cohort)
    coded = _coded(engine, steps, wanted_columns)
    place = coded.columns["place"].codes.astype(np.uint16, copy=False)
    # In place: no second copy of a column of all rows.
    mapped(place, unit_of, place)
    unit = CodeColumn("unit", place, len(units))
    return OutcomeRows(
        units=units,
        unit=unit,
        trust=looked_up("trust", place, units.trust, len(units.organisations)),
        joints=joints,
        columns=tuple(coded.columns[joint.name] for joint in joints),
        event=coded.columns["event"].codes.astype(np.uint8, copy=False),
        trial=_of(coded, "trial"),
        stop=coded.columns.get("stop"),
        joined=coded.columns.get("joined"),
        day_of_year=coded.columns.get("day_of_year"),
        flow=flow,
        event_used=event,
        population=_population(coded, count) if beside_population else None,
    )


def _of(coded: CodedRows, name: str) -> Mask | None:
    found = coded.columns.get(name)
    return None if found is None else found.codes.astype(np.uint8, copy=False)


def _event_at_hand(outcome: OutcomePlan, columns: frozenset[str]) -> str:
    for event in filter(None, (outcome.event, outcome.event_if_absent)):
        if set(NEEDED[event]) <= columns:
            return event
    lacking = [name for name in NEEDED[outcome.event] if name not in columns]
    raise InputError(
        f"The files lack {', '.join(lacking)}, and {outcome.label} cannot be told "
        "without. Add these columns, or choose another `event` in the protocol."
    )


def _steps(event: str, horizon_days: int) -> Iterator[Step]:
    if event in ("died_30d_discharge", "died_in_hospital"):
        yield Step("outcome", f"not known: {IN_WORDS[event]}", f"{event} IS NULL")
        return
    if event == "died_30d_surgery":
        yield Step("operation", "no major operation", "first_surgery_date IS NULL")
    yield Step(
        "outcome",
        "not known whether alive, or when last",
        "vital_status IS NULL OR vital_status_date IS NULL",
    )
    begins = START[event]
    yield Step(
        "ended_before",
        f"last known before the {START_WORDS[event]}",
        f"vital_status_date < {begins}",
    )
    if event == "died_30d_surgery":
        yield Step(
            "not_followed",
            f"alive, and not followed for {horizon_days} days",
            "vital_status = 'alive' AND "
            f"days_between({begins}, vital_status_date) < {horizon_days}",
        )


def _flow(
    engine: Engine, cohort: Cohort, count: CohortCount, steps: Sequence[Step]
) -> Iterator[FlowStep]:
    org = quoted(cohort.organisation)
    step = first_step([one.condition for one in steps])
    found = engine.rows(
        f"SELECT {step} AS step, {org} AS org, study_year AS year, "
        f"CAST(COUNT(*) AS BIGINT) AS n FROM {KEPT} GROUP BY 1, 2, 3"
    )
    places = count.places.stands_for
    for number, one in enumerate(steps, 1):
        stay = [r for r in found if whole(r["step"]) == 0 or whole(r["step"]) > number]
        left = sum(whole(r["n"]) for r in found if whole(r["step"]) == number)
        remaining = sum(whole(r["n"]) for r in stay)
        if left or one.name == "operation" or not remaining:
            organisations = {places[str(r["org"]), whole(r["year"])] for r in stay}
            yield FlowStep(
                one.name, one.label, "left", left, remaining, len(organisations)
            )


Wanted = dict[str, tuple[str, int]]


def _wanted(
    count: CohortCount,
    cohort: Cohort,
    outcome: OutcomePlan,
    event: str,
    joints: Sequence[Joint],
) -> Wanted:
    """Return SQL and number of levels of each code column."""
    places, horizon = count.places, outcome.horizon_days
    org = choice(quoted(cohort.organisation), places.reported, unknown=None)
    years, first = len(places.years), places.years[0]
    place = f"{org} * {years} + study_year - {first}"
    wanted: Wanted = {"place": (place, len(places.reported) * years)}
    wanted |= {joint.name: (joint.sql, joint.levels) for joint in joints}
    wanted["event"] = (_event_sql(event, horizon), 2)
    if count.has_trial:
        flag = trial_sql(cohort, count.columns, START.get(event, cohort.index_day))
        wanted["trial"] = (flag, 3)
    if outcome.kind == "survival":
        wanted |= _follow_up(cohort, event, horizon, dated=CONSENT in count.columns)
    return wanted


def _population_columns(count: CohortCount, cohort: Cohort) -> Wanted:
    years = count.places.years
    first = f"CAST('{years[0]}-01-01' AS DATE)"
    return {
        "sex": (choice("sex", SEX, unknown=len(SEX)), len(SEX) + 1),
        "age": (f"LEAST(age_at_diagnosis, {OLDEST})", OLDEST + 1),
        "begin": (
            f"days_between({first}, {quoted(cohort.index_day)})",
            len(years) * DAYS_IN_YEAR,
        ),
    }


def _population(coded: CodedRows, count: CohortCount) -> PopulationRows:
    sex, age, begin = (coded.columns[name] for name in ("sex", "age", "begin"))
    return PopulationRows(sex, age, begin, count.places.years[0])


def _coded(engine: Engine, steps: Sequence[Step], wanted: Wanted) -> CodedRows:
    inside = first_step([one.condition for one in steps])
    selected = ", ".join(f"{sql} AS {name}" for name, (sql, _) in wanted.items())
    return engine.coded(
        f"SELECT {selected} FROM {KEPT} WHERE ({inside}) = 0",
        {name: levels for name, (_, levels) in wanted.items()},
    )


def _event_sql(event: str, horizon: int) -> str:
    if event in ("died_30d_discharge", "died_in_hospital"):
        return f"CASE WHEN {event} THEN 1 ELSE 0 END"
    lived = f"days_between({START[event]}, vital_status_date)"
    return f"CASE WHEN vital_status = 'dead' AND {lived} <= {horizon} THEN 1 ELSE 0 END"


def _follow_up(
    cohort: Cohort, event: str, horizon: int, *, dated: bool
) -> dict[str, tuple[str, int]]:
    """Return days of follow-up; the day of diagnosis itself counts as day 1."""
    lived = f"days_between({START[event]}, vital_status_date)"
    day = quoted(cohort.index_day)
    found = {
        "stop": (f"LEAST(GREATEST({lived}, 1), {horizon})", horizon + 1),
        "day_of_year": (f"CAST(EXTRACT(DOY FROM {day}) AS INT) - 1", DAYS_IN_YEAR),
    }
    if dated:
        # GREATEST and LEAST pass over nulls, so that never must be asked for first.
        waited = f"days_between({day}, {CONSENT})"
        never = horizon + 1
        joined = (
            f"CASE WHEN {CONSENT} IS NULL OR {waited} > {horizon} THEN {never} "
            f"WHEN {waited} < 0 THEN 0 ELSE {waited} END"
        )
        found["joined"] = (joined, horizon + 2)
    return found


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
