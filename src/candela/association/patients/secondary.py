"""Does the answer hang on a choice?  Every secondary analysis of an outcome.

They are declared in the protocol before the run.  All are shown, and those with a test
carry a p-value that allows for how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial

import numpy as np

from candela.association.patients.analyses import Run, contrasts_of
from candela.association.patients.exposure import highest_reached
from candela.association.patients.fitting import (
    Answer,
    Model,
    Question,
    asked,
    resting_on,
)
from candela.association.patients.main_analysis import (
    Comparison,
    Primary,
    changes_in_follow_up,
    compared,
    participants_left_out,
)
from candela.association.patients.prepared import Prepared
from candela.association.patients.protocol import ResearchExposure
from candela.association.patients.result import Contrast, StudyAnalysis
from candela.association.patients.rows import OutcomeRows
from candela.association.result import p_words
from candela.errors import TooFewData
from candela.stats.coded import Term
from candela.stats.multiplicity import holm

__all__ = ["NEGATIVE_CONTROL", "secondary_analyses", "with_holm"]

NEGATIVE_CONTROL = "negative_control_after"
LABELS: dict[Model, str] = {
    "naive": "patients taken as independent of each other",
    "robust": "intervals by organisation",
    "random_intercept": "a random level for each organisation",
    "frailty": "a frailty for each organisation",
}
UNADJUSTED = "not adjusted for anything"
PARTS = {
    "between": "between organisations of different mean dose",
    "within": "between years of one organisation",
}
MODELS: dict[str, tuple[Model, ...]] = {
    "mortality": ("robust", "random_intercept"),
    "survival": ("robust", "frailty"),
}


def secondary_analyses(run: Run, primary: Primary) -> None:
    """Do every secondary analysis that is declared."""
    _other_models(run, primary)
    _other_forms(run, primary)
    _other_exposures(run, primary)
    _other_cohorts(run, primary)
    _other_times(run, primary)


def _other_models(run: Run, primary: Primary) -> None:
    declared = run.protocol.sensitivity
    models: list[Model] = ["naive"] if declared.naive else []
    possible = MODELS[run.outcome.kind]
    models += [m for m in possible if m in declared.models and m != run.outcome.model]
    for model in models:
        run.attempt(model, LABELS[model], partial(_by_model, run, primary, model))
    if primary.comparison.classed is not None:
        run.attempt(
            "unadjusted",
            UNADJUSTED,
            partial(_adjusted_otherwise, run, primary, (), True),
        )
    for name in declared.without_covariates:
        if name in run.outcome.adjust_for:
            run.attempt(
                f"without_{name.replace(' ', '_')}",
                f"not adjusted for {name}",
                partial(_adjusted_otherwise, run, primary, (name,), False),
            )


def _by_model(run: Run, primary: Primary, model: Model) -> StudyAnalysis:
    found = primary.comparison
    answer = resting_on(found.answer, model)
    if found.classed is None:
        term = found.prepared.dose_term()
        estimate = answer.of({term.labels[0]: 1.0})
        contrasts: tuple[Contrast, ...] = ()
    else:
        estimate = answer.of(found.classed.highest_against_lowest())
        contrasts = _with_counts(contrasts_of(answer, found.classed), found)
    return run.analysis(model, LABELS[model], estimate, answer, contrasts=contrasts)


def _with_counts(
    contrasts: tuple[Contrast, ...], found: Comparison
) -> tuple[Contrast, ...]:
    """Return contrasts with the counts of the primary ones."""
    return tuple(
        replace(
            one,
            patients=same.patients,
            events=same.events,
            organisations=same.organisations,
            crude_risk=same.crude_risk,
        )
        for one, same in zip(contrasts, found.contrasts, strict=True)
    )


def _adjusted_otherwise(
    run: Run, primary: Primary, without: tuple[str, ...], unadjusted: bool
) -> StudyAnalysis:
    found = compared(
        run,
        primary.comparison.prepared,
        run.outcome.model,
        rows=_rows(run, primary),
        among=primary.base,
        without=without,
        unadjusted=unadjusted,
    )
    name = "unadjusted" if unadjusted else f"without_{'_'.join(without)}"
    label = f"not adjusted for {' and '.join(without)}" if without else UNADJUSTED
    return _analysis_of(run, found, name.replace(" ", "_"), label)


def _rows(run: Run, primary: Primary) -> OutcomeRows | None:
    """Return the rows of the primary analysis, if they are not all."""
    if primary.base is None:
        return None
    return participants_left_out(run)[0]


def _analysis_of(
    run: Run, found: Comparison, name: str, label: str, *, cohort: str = ""
) -> StudyAnalysis:
    return run.analysis(
        name,
        label,
        found.estimate,
        found.answer,
        exposure=found.prepared.exposure,
        cohort=cohort,
        contrasts=found.contrasts,
        notes=found.notes,
    )


def _other_exposures(run: Run, primary: Primary) -> None:
    for exposure in run.protocol.exposures[1:]:
        run.attempt(
            f"by_{exposure.name.replace(' ', '_')}",
            exposure.label,
            partial(_by_exposure, run, primary, exposure),
        )
        if changes_in_follow_up(run, exposure):
            run.attempt(
                f"ever_{exposure.name.replace(' ', '_')}",
                f"{exposure.name} that the trust ever reached: the wrong way to count",
                partial(_ever, run, primary, exposure),
            )


def _by_exposure(
    run: Run, primary: Primary, exposure: ResearchExposure
) -> StudyAnalysis:
    prepared = run.exposures.prepared(exposure, run.rows.units)
    found = compared(
        run, prepared, run.outcome.model, rows=_rows(run, primary), among=primary.base
    )
    words = exposure.name if found.classed is None else found.classed.words()
    label = f"{exposure.name}: {words}" if found.classed is not None else words
    return _analysis_of(run, found, f"by_{exposure.name.replace(' ', '_')}", label)


def _ever(run: Run, primary: Primary, exposure: ResearchExposure) -> StudyAnalysis:
    """Return the mistake of crediting patients with years they had to live to see."""
    prepared = run.exposures.prepared(exposure, run.rows.units)
    reached = highest_reached(prepared.doses, prepared.units)
    # The classes of years, without counting them anew in each year of follow-up.
    wrong = Prepared(
        replace(exposure, form="bands", edges=_between_years(exposure)),
        prepared.units,
        reached,
    )
    found = compared(
        run, wrong, run.outcome.model, rows=_rows(run, primary), among=primary.base
    )
    labels = [one.label for one in prepared.classes(run.patients_by_unit()).classes]
    contrasts = tuple(
        replace(one, label=label)
        for one, label in zip(found.contrasts, labels, strict=True)
    )
    analysis = run.analysis(
        f"ever_{exposure.name.replace(' ', '_')}",
        f"{exposure.name} that the trust ever reached: the wrong way to count",
        found.estimate,
        found.answer,
        exposure=exposure,
        contrasts=contrasts,
        naive=True,
    )
    told = (
        "A caution, not a finding. Counting years that were still to come credits "
        "patients with having lived to see them (immortal time)."
    )
    return replace(analysis, notes=(told, *found.notes))


def _between_years(exposure: ResearchExposure) -> tuple[float, ...]:
    assert exposure.most_years is not None
    return tuple(n + 0.5 for n in range(exposure.most_years))


def _other_cohorts(run: Run, primary: Primary) -> None:
    if run.without_participants:
        run.attempt(
            "with_trial_participants",
            "trial participants included",
            partial(_everyone, run, primary),
        )
    elif run.protocol.sensitivity.without_trial_participants:
        run.attempt(
            "without_trial_participants",
            "without participants in trials",
            partial(_without_participants, run, primary),
        )


def _everyone(run: Run, primary: Primary) -> StudyAnalysis:
    found = compared(run, primary.comparison.prepared, run.outcome.model)
    label = "trial participants included"
    return _analysis_of(run, found, "with_trial_participants", label, cohort="everyone")


def _without_participants(run: Run, primary: Primary) -> StudyAnalysis:
    rows, keep = participants_left_out(run)
    found = compared(
        run, primary.comparison.prepared, run.outcome.model, rows=rows, among=keep
    )
    cohort = "without trial participants"
    if run.rows.joined is not None:
        cohort += ", each followed until joining"
    label = "without participants in trials"
    return _analysis_of(run, found, "without_trial_participants", label, cohort=cohort)


def _other_times(run: Run, primary: Primary) -> None:
    declared = run.protocol.sensitivity
    for lag in declared.lags_years:
        exposure = run.exposures.moved(run.primary, lag)
        run.attempt(
            f"lag_{lag}",
            f"research {lag} years before",
            partial(_lagged, run, primary, exposure, lag),
        )
    if declared.negative_control_lag_years is not None:
        run.attempt(
            NEGATIVE_CONTROL,
            "research afterwards, allowing for that before (negative control)",
            partial(_negative_control, run, primary),
        )


def _lagged(
    run: Run, primary: Primary, exposure: ResearchExposure, lag: int
) -> StudyAnalysis:
    prepared = run.exposures.prepared(exposure, run.rows.units)
    found = compared(
        run, prepared, run.outcome.model, rows=_rows(run, primary), among=primary.base
    )
    return _analysis_of(run, found, f"lag_{lag}", f"research {lag} years before")


def _negative_control(run: Run, primary: Primary) -> StudyAnalysis:
    """Return whether research afterwards goes with the outcome, given that before."""
    declared = run.protocol.sensitivity
    assert declared.negative_control_lag_years is not None
    if run.primary.form == "high_years":
        raise TooFewData("years of high participation are of the past only.")
    before = primary.comparison.prepared
    lag = declared.negative_control_lag_years - (run.primary.window_years - 1)
    exposure = replace(
        run.exposures.moved(run.primary, lag),
        same_year_reason=declared.negative_control_reason,
    )
    after = run.exposures.prepared(exposure, run.rows.units)
    rows = _rows(run, primary) or run.rows
    selection = run.select(before.known & after.known, rows, primary.base)
    if before.exposure.form == "continuous":
        terms = (before.dose_term("before"), after.dose_term("after"))
        question = run.question(rows, selection, *terms)
        answer = asked(question, run.outcome.model, level=run.level)
        estimate = answer.of({"after": 1.0})
    else:
        first = run.classed(before, rows, selection.keep, "before")
        second = run.classed(after, rows, selection.keep, "after")
        question = run.question(rows, selection, first.term(), second.term())
        answer = asked(question, run.outcome.model, level=run.level)
        estimate = answer.of(second.highest_against_lowest())
    return run.analysis(
        NEGATIVE_CONTROL,
        "research afterwards, allowing for that before (negative control)",
        estimate,
        answer,
        exposure=exposure,
        notes=(declared.negative_control_reason,),
    )


def _other_forms(run: Run, primary: Primary) -> None:
    prepared = primary.comparison.prepared
    if run.primary.form in ("thirds", "bands"):
        label = f"a straight line in the dose, per {run.primary.unit:g}"
        run.attempt("dose", label, partial(_straight, run, primary, prepared, label))
    if run.protocol.sensitivity.within_between and run.primary.form != "high_years":
        answered = cache(partial(_within_between, run, primary))
        for part, words in PARTS.items():
            label = f"{words}, per {run.primary.unit:g}"
            run.attempt(
                f"{part}_organisations",
                label,
                partial(_one_part, run, answered, part, label),
            )


def _straight(
    run: Run, primary: Primary, prepared: Prepared, label: str
) -> StudyAnalysis:
    question = _of_units(primary, prepared.dose_term())
    answer = asked(question, run.outcome.model, level=run.level)
    return run.analysis("dose", label, answer.of({"dose": 1.0}), answer)


def _within_between(run: Run, primary: Primary) -> Answer:
    prepared = primary.comparison.prepared
    terms = prepared.within_between_terms(run.patients_by_unit())
    question = _of_units(primary, *terms)
    return asked(question, run.outcome.model, level=run.level)


def _one_part(
    run: Run, answered: Callable[[], Answer], part: str, label: str
) -> StudyAnalysis:
    answer = answered()
    estimate = answer.of({f"{part} organisations": 1.0})
    return run.analysis(f"{part}_organisations", label, estimate, answer)


def _of_units(primary: Primary, *terms: Term) -> Question:
    """Return the primary question with other terms of the exposure."""
    question = primary.comparison.answer.question
    return replace(question, asked=terms)


def with_holm(run: Run) -> Iterator[StudyAnalysis]:
    """Yield the secondary analyses with p-values that allow for how many there are.

    Those that are shown only as cautions are not counted among them.
    """
    tested = [
        one for one in run.done if one.estimate.p_value is not None and not one.naive
    ]
    adjusted = holm(np.array([one.estimate.p_value for one in tested], np.float64))
    holms = {one.name: float(p) for one, p in zip(tested, adjusted, strict=True)}
    for one in run.done:
        p = holms.get(one.name)
        words = f"Secondary: one of {len(run.done)} analyses beside the primary one"
        words += f"; by Holm's method {p_words(p)}." if p is not None else "."
        yield replace(one, p_holm=p, estimate=one.estimate.with_cautions(words))
