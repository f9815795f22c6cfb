"""How do rows about people become columns of codes for one outcome?

Everything that a row says is coded by SQL, in the engine.  What comes out is codes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
from candela.association.patients.protocol import Cohort, OutcomePlan, StudyProtocol
from candela.association.patients.result import FlowStep
from candela.association.patients.rows import OutcomeRows, PopulationRows
from candela.association.patients.tallies import looked_up, mapped
from candela.engine import CodedRows, Engine
from candela.engine.expressions import choice, first_step, quoted
from candela.errors import InputError, TooFewData
from candela.stats.coded import CodeColumn
from candela.tables.patients import SEX

__all__ = ["outcome_rows"]

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
