"""What is the one primary analysis of an outcome?

The highest class of the first exposure against the lowest, adjusted as declared, with
an interval that allows for patients of one organisation being alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from candela.association.patients.analyses import (
    Classed,
    Run,
    contrasts_of,
    in_order,
    without_class_rows,
)
from candela.association.patients.crude import crude_risks
from candela.association.patients.fitting import Answer, Model, asked
from candela.association.patients.prepared import Prepared
from candela.association.patients.protocol import ResearchExposure
from candela.association.patients.result import Contrast, FlowStep, StudyAnalysis
from candela.association.patients.rows import OutcomeRows
from candela.association.patients.selection import Selection
from candela.association.patients.tallies import masked_by
from candela.errors import TooFewData
from candela.stats.estimate import Estimate

__all__ = ["Comparison", "Primary", "compared", "participants_left_out", "primary_of"]

Mask = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Comparison:
    """An exposure compared, in classes or per unit of dose.

    Attributes
    ----------
    selection
        The rows used.
    patients
        Classes with their patients; for an exposure that changes in follow-up, by what
        it was at the beginning.  ``None`` for a continuous dose.
    """

    prepared: Prepared
    rows: OutcomeRows
    selection: Selection
    answer: Answer
    estimate: Estimate
    contrasts: tuple[Contrast, ...]
    classed: Classed | None
    patients: Classed | None
    notes: tuple[str, ...] = ()

    @property
    def monotone(self) -> bool | None:
        """Whether the ratios go one way all along."""
        return in_order(self.contrasts) if self.contrasts else None


@dataclass(frozen=True, eq=False)
class Primary:
    """The primary analysis, and what others build on."""

    comparison: Comparison
    analysis: StudyAnalysis
    steps: tuple[FlowStep, ...]
    base: Mask | None


def participants_left_out(run: Run) -> tuple[OutcomeRows, Mask]:
    """Return the rows without participants in trials, and which rows are kept.

    Follow-up ends on the day of joining: until then one was not a participant.  Those
    of whom it is not known stay.

    Raises
    ------
    TooFewData
        If the files do not say who was in a trial, or nobody was.
    """
    rows = run.rows
    if rows.trial is None:
        raise TooFewData("the files do not say who was in a trial.")
    keep: Mask = (rows.trial != 1).astype(np.uint8)
    ending = rows.until_joining() if rows.joined is not None else rows
    joins = keep.all() and (ending is rows or np.array_equal(ending.event, rows.event))
    if joins and (ending is rows or _same_stop(ending, rows)):
        raise TooFewData("nobody is known to have been in a trial.")
    return ending, keep


def _same_stop(ending: OutcomeRows, rows: OutcomeRows) -> bool:
    assert ending.stop is not None
    assert rows.stop is not None
    return bool(np.array_equal(ending.stop.codes, rows.stop.codes))


def primary_of(run: Run) -> Primary:
    """Return the primary analysis.

    Raises
    ------
    TooFewData
        If too few patients or organisations have a known dose, or the classes cannot
        be told apart.
    """
    rows, base = run.rows, None
    steps: list[FlowStep] = []
    if run.without_participants:
        rows, base = participants_left_out(run)
        left = int((base == 0).sum())
        label = "in a trial by the day the outcome is counted from"
        steps.append(FlowStep("trial", label, "left", left, len(base) - left))
    prepared = run.exposures.prepared(run.primary, rows.units)
    steps.append(_known(run, prepared, rows, base))
    found = compared(run, prepared, run.outcome.model, rows=rows, among=base)
    if found.classed is not None:
        _refuse_ends_without_ratio(found.classed)
    steps += found.selection.steps
    analysis = run.analysis(
        "primary",
        _label(found),
        found.estimate,
        found.answer,
        primary=True,
        contrasts=found.contrasts,
        notes=found.notes,
    )
    return Primary(found, analysis, tuple(steps), base)


def _refuse_ends_without_ratio(classed: Classed) -> None:
    """Refuse classes at an end in which nobody had the outcome, or everybody.

    Another class put in its place would be chosen by what happened to the patients.  A
    class that is empty, or of one organisation, says nothing of outcomes.
    """
    several = np.flatnonzero(classed.organisations > 1)
    for number in (several[0], several[-1]):
        if number not in classed.told:
            who = "nobody" if classed.events[number] == 0 else "everybody"
            raise TooFewData(
                f"in the {classed.classes.labels[number]} ({classed.patients[number]:,}"
                f" patients) {who} has the outcome: what was declared cannot be "
                "compared. Choose an outcome that is more common, other classes, or "
                "more years."
            )


def _label(found: Comparison) -> str:
    if found.classed is None:
        return f"per {found.prepared.exposure.unit:g} of dose"
    return found.classed.words()


def _known(
    run: Run, prepared: Prepared, rows: OutcomeRows, base: Mask | None
) -> FlowStep:
    """Return the step of those without a dose, or refuse if they are too many."""
    unit = rows.unit
    patients = np.bincount(
        unit.codes if base is None else unit.codes[base != 0], minlength=unit.levels
    )
    total, known = int(patients.sum()), int(patients[prepared.known].sum())
    having = prepared.known & (patients > 0)
    organisations = len(np.unique(rows.units.trust[having]))
    protocol = run.protocol
    if known < protocol.least_coverage * total:
        raise TooFewData(
            f"{known:,} of {total:,} patients are in a trust and year with a known "
            f"dose ({prepared.exposure.label}); at least "
            f"{100 * protocol.least_coverage:g}% are needed. Bring research of "
            f"{prepared.exposure.lag_years} year(s) before under the same codes of "
            "organisations, or change `lag_years`."
        )
    if organisations < protocol.fewest_organisations:
        raise TooFewData(
            f"{organisations} organisations have a known dose "
            f"({prepared.exposure.label}); at least {protocol.fewest_organisations} "
            "are needed."
        )
    label = f"organisation without a known dose in its year: {prepared.exposure.name}"
    return FlowStep("dose", label, "left", total - known, known, organisations)


def compared(
    run: Run,
    prepared: Prepared,
    model: Model,
    *,
    rows: OutcomeRows | None = None,
    among: Mask | None = None,
    without: tuple[str, ...] = (),
    unadjusted: bool = False,
) -> Comparison:
    """Return an exposure compared by one model.

    Parameters
    ----------
    rows
        Other rows than those of the run.
    among
        Which of them to use; all if not given.
    without
        Things that are not adjusted for after all.
    """
    used = run.rows if rows is None else rows
    if changes_in_follow_up(run, prepared.exposure):
        return _time_updated(run, prepared, model, used, among)
    selection = run.select(prepared.known, used, among)
    if prepared.exposure.form == "continuous":
        term = prepared.dose_term()
        question = run.question(used, selection, term)
        answer = asked(question.without(without), model, level=run.level)
        estimate = answer.of({term.labels[0]: 1.0})
        return Comparison(prepared, used, selection, answer, estimate, (), None, None)
    classed = run.classed(prepared, used, selection.keep)
    selection = without_class_rows(selection, classed, used)
    question = run.question(used, selection, classed.term())
    if unadjusted:
        question = question.without([term.name for term in question.base])
    answer = asked(question.without(without), model, level=run.level)
    crude = crude_risks(run.outcome, classed, used, selection.keep)
    return Comparison(
        prepared,
        used,
        selection,
        answer,
        answer.of(classed.highest_against_lowest()),
        contrasts_of(answer, classed, crude),
        classed,
        classed,
        (*_alike(selection), *classed.beyond()),
    )


def changes_in_follow_up(run: Run, exposure: ResearchExposure) -> bool:
    """Say whether the exposure is counted anew in each year of follow-up."""
    return exposure.form == "high_years" and run.outcome.kind == "survival"


def _time_updated(
    run: Run, prepared: Prepared, model: Model, rows: OutcomeRows, among: Mask | None
) -> Comparison:
    """Return years of high participation, counted anew at each 1 January."""
    if among is not None:
        # Rows that are not kept are cut away with their follow-up.
        known = masked_by(rows.unit.codes, prepared.known, among)
        rows = rows.only(known)
    at_start = run.select(prepared.known, rows, None)
    patients = run.classed(prepared, rows, at_start.keep)
    split = rows.split_by_year()
    selection = run.select(prepared.known, split, None)
    classed = run.classed(prepared, split, selection.keep)
    selection = without_class_rows(selection, classed, split)
    question = run.question(split, selection, classed.term())
    answer = asked(question, model, level=run.level)
    crude = crude_risks(run.outcome, patients, rows, at_start.keep)
    contrasts = contrasts_of(answer, classed, crude)
    return Comparison(
        prepared,
        split,
        selection,
        answer,
        answer.of(classed.highest_against_lowest()),
        tuple(_counted_at_start(contrasts, patients)),
        classed,
        patients,
        (
            "Classes change during follow-up: each day is counted in the class that "
            "past years had made by then. Patients and deaths are shown by the class "
            "at diagnosis.",
            *_alike(selection),
            *classed.beyond(),
        ),
    )


def _counted_at_start(
    contrasts: tuple[Contrast, ...], patients: Classed
) -> list[Contrast]:
    return [
        replace(
            one,
            patients=int(patients.patients[number]),
            events=int(patients.events[number]),
            organisations=int(patients.organisations[number]),
        )
        for number, one in enumerate(contrasts)
    ]


def _alike(selection: Selection) -> tuple[str, ...]:
    if not selection.alike:
        return ()
    told = " and ".join(selection.alike)
    return (f"Not adjusted for {told}: all patients are alike in it.",)
