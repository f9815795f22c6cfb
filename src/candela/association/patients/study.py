"""What does a declared study of patients find?

Rows stay in the engine; what is worked on here are codes and counts, and what is handed
over are estimates and words.
"""

from __future__ import annotations

from collections.abc import Callable

from candela.association.patients.cohort import CohortCount, count_cohort
from candela.association.patients.outcome import outcome_result
from candela.association.patients.prepared import Exposures
from candela.association.patients.protocol import StudyProtocol
from candela.association.patients.result import PatientInput, StudyResult
from candela.association.patients.row_coding import outcome_rows
from candela.engine import Engine
from candela.sources.patients import PatientTables
from candela.tables import Policy, Succession
from candela.tables.patients import PATIENT_TABLES

__all__ = ["needed_columns", "study"]

CANNOT_TELL = (
    "Whether research changed any outcome: organisations were not assigned to it.",
    "Whether an organisation with more research would do worse without it.",
    "Whether an unmeasured cause, such as good leadership, explains both.",
    "Anything about one patient, or about one organisation's care.",
)
MADE_UP = "These patients are made up. Nothing here is about anybody."


def study(
    engine: Engine,
    tables: PatientTables,
    protocol: StudyProtocol,
    *,
    progress: Callable[[str], None] | None = None,
) -> StudyResult:
    """Return everything that a protocol declares.

    Parameters
    ----------
    engine, tables
        Where the rows are, and what was made of the files.
    progress
        Told what is being done, in words.

    Raises
    ------
    InputError
        If the files lack a column that the study cannot do without.
    TooFewData
        If nobody is left, or a primary analysis cannot be done.  A secondary analysis
        that cannot be done is reported with its reason.
    NotConverged
        If the model of a primary analysis did not settle.
    """
    say = progress or (lambda _: None)
    succession = (
        Succession()
        if tables.succession is None
        else Succession.from_table(tables.succession)
    )
    policy = Policy.parse(protocol.policy, latest=succession.latest)
    say("counting who is studied")
    count = count_cohort(engine, tables, protocol, policy=policy, succession=succession)
    exposures = Exposures(tables, count, policy, succession)
    outcomes = []
    for outcome in protocol.outcomes:
        say(f"{outcome.label}: reading rows")
        rows = outcome_rows(
            engine,
            count,
            protocol,
            outcome,
            beside_population=tables.life_table is not None,
        )
        outcomes.append(outcome_result(protocol, outcome, rows, exposures, say))
        del rows  # the next outcome's rows need its room
    return StudyResult(
        protocol=protocol,
        inputs=tuple(
            PatientInput(
                one.file,
                one.sha256,
                one.size_bytes,
                one.layout,
                one.table,
                one.rows,
                one.notes,
            )
            for one in tables.inputs
        ),
        engine=f"{engine.name} {engine.version}",
        made_up=tables.made_up,
        policy=str(policy),
        first_day=count.first_day,
        last_day=count.last_day,
        flow=count.flow,
        outcomes=tuple(outcomes),
        names=dict(tables.names),
        cautions=_cautions(tables, count),
        cannot_tell=CANNOT_TELL,
    )


def needed_columns(protocol: StudyProtocol) -> frozenset[str]:
    """Return the columns that a study uses, of those there may be."""
    cohort = protocol.cohort
    spells = cohort.table == "admission_spell"
    found = {cohort.organisation, cohort.index_day, "trial_participant"}
    found |= {mix.column for mix in protocol.case_mix}
    found |= {
        event for o in protocol.outcomes for event in (o.event, o.event_if_absent)
    }
    if spells:
        found |= {"age_years", "admission_method", "trial_consent_date"}
        # Not studied, but rows that they contradict must leave.
        found |= {"discharge_date", "death_date"}
    else:
        found |= {
            "age_at_diagnosis",
            "site_icd10",
            "vital_status",
            "vital_status_date",
            "first_surgery_date",
            "trial_first_date",
        }
    table = PATIENT_TABLES[cohort.table]
    return frozenset(found & {column.name for column in table.columns})


def _cautions(tables: PatientTables, count: CohortCount) -> tuple[str, ...]:
    found = [MADE_UP] if tables.made_up else []
    places = count.places
    if places.moved:
        found.append(
            f"{len(places.moved)} organisations were taken over: their patients count "
            "for the successor, before and after."
        )
    found += [f"{refusal}." for refusal in places.refused]
    if not count.has_trial:
        found.append(
            "The files do not say who was in a trial, so participants could not be "
            "left out: they are chosen to be fitter."
        )
    return (*found, *tables.notes)
