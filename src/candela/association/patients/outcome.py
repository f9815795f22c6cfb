"""What is found of one declared outcome?

The primary analysis must be possible.  Whatever else cannot be done is kept with its
reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from candela.association.patients.analyses import CANNOT, Run
from candela.association.patients.case_mix_model import CaseMixModel, case_mix_model
from candela.association.patients.e_values import COMMON, e_values_of
from candela.association.patients.fitting import asked
from candela.association.patients.main_analysis import Primary, primary_of
from candela.association.patients.net import life_table_of, net_curves
from candela.association.patients.places import Units
from candela.association.patients.prepared import Exposures
from candela.association.patients.protocol import OutcomePlan, StudyProtocol
from candela.association.patients.result import (
    AdjustedRisk,
    DoseShape,
    OutcomeResult,
    StudyAnalysis,
    SurvivalCurve,
)
from candela.association.patients.risks import (
    adjusted_curves,
    adjusted_risks,
    marginal_odds_ratio,
    observed_curves,
)
from candela.association.patients.rows import OutcomeRows
from candela.association.patients.secondary import secondary_analyses, with_holm
from candela.association.patients.shape import dose_shape
from candela.association.patients.trials import trial_participants
from candela.association.result import NotDone
from candela.association.verdict import verdict_of
from candela.stats.estimate import Estimate

__all__ = ["outcome_result"]

Ints = npt.NDArray[np.int64]
Found = TypeVar("Found")
STOOD_IN = (
    "Deaths after discharge are not linked in these files: deaths in hospital are "
    "counted. A hospital that discharges sooner has fewer of them."
)
COMMON_OUTCOME = (
    "The outcome is common, so the ratio is further from 1 than a ratio of risks: see "
    "the risks themselves."
)


def outcome_result(
    protocol: StudyProtocol,
    outcome: OutcomePlan,
    rows: OutcomeRows,
    exposures: Exposures,
    progress: Callable[[str], None],
) -> OutcomeResult:
    """Return everything about one outcome.

    Raises
    ------
    TooFewData
        If the primary analysis cannot be done: too few patients, organisations or
        deaths.
    NotConverged
        If its model did not settle.
    """
    run = Run(
        protocol,
        outcome,
        rows,
        exposures,
        protocol.exposures[0],
        workload(exposures, rows.units),
        progress=lambda label: progress(f"{outcome.label}: {label}"),
    )
    run.progress("the primary analysis")
    primary = primary_of(run)
    secondary_analyses(run, primary)
    shape = _optional(
        run, "spline", "a curve in the dose", lambda: _shape(run, primary)
    )
    risks = _optional(
        run, "risks", "risks by class", lambda: adjusted_risks(run, primary)
    )
    model = _optional(
        run, "case_mix", "organisations as expected", lambda: case_mix_model(run)
    )
    if outcome.kind == "mortality":
        run.attempt(
            "marginal",
            "odds ratio of the risks of the whole cohort",
            lambda: _marginal(run, primary),
        )
    return _result(run, primary, shape, risks or (), model)


def workload(exposures: Exposures, units: Units) -> Ints:
    """Return the cohort's patients by organisation and year, shape (units,)."""
    found: dict[int, int] = defaultdict(int)
    count = exposures.count
    for (code, year), patients in count.patients.items():
        name = count.places.stands_for.get((code, year))
        unit = None if name is None else units.number.get((name, year))
        if unit is not None:
            found[unit] += patients
    return np.array([found[unit] for unit in range(len(units))], dtype=np.int64)


def _result(
    run: Run,
    primary: Primary,
    shape: DoseShape | None,
    risks: tuple[AdjustedRisk, ...],
    model: CaseMixModel | None,
) -> OutcomeResult:
    outcome, rows, comparison = run.outcome, run.rows, primary.comparison
    patients, events = _counts(run, primary)
    estimate = primary.analysis.estimate
    median = None
    if outcome.kind == "mortality":
        median = _optional(
            run,
            "median_odds_ratio",
            "how far organisations differ",
            lambda: _median_odds_ratio(run, primary),
        )
    curves = (*_curves(run, primary), *_net(run, primary))
    hazards = _proportional_hazards(run, primary)
    return OutcomeResult(
        name=outcome.name,
        label=outcome.label,
        question=outcome.question,
        kind=outcome.kind,
        patients=patients,
        events=events,
        organisations=estimate.organisations,
        primary=primary.analysis,
        secondary=tuple(with_holm(run)),
        not_done=tuple(run.not_done),
        risks=risks,
        verdict=verdict_of(
            estimate, smallest_ratio_that_matters=outcome.smallest_ratio_that_matters
        ),
        trusts=model.trusts if model else (),
        limits_method=model.limits_method if model else "",
        calibration=model.calibration if model else None,
        median_odds_ratio=median,
        shape=shape,
        curves=curves,
        proportional_hazards=hazards,
        published=tuple(
            one for one in run.protocol.published if one.outcome == outcome.name
        ),
        cautions=_cautions(run, model, events / patients if patients else 0.0),
        flow=(*rows.flow, *primary.steps),
        monotone=comparison.monotone,
        e_values=e_values_of(estimate, primary.analysis.ratio, events / patients),
        trial=trial_participants(rows, primary),
    )


def _optional(
    run: Run, name: str, label: str, make: Callable[[], Found]
) -> Found | None:
    """Return what can be made, or note why it cannot."""
    run.progress(label)
    try:
        return make()
    except CANNOT as error:
        run.not_done.append(NotDone(name, label, str(error)))
        return None


def _counts(run: Run, primary: Primary) -> tuple[int, int]:
    """Return patients and deaths of the primary analysis."""
    comparison = primary.comparison
    if comparison.patients is not None:
        return (
            int(comparison.patients.patients.sum()),
            int(comparison.patients.events.sum()),
        )
    keep = comparison.selection.keep
    return int(keep.sum()), int((comparison.rows.event & keep).sum())


def _shape(run: Run, primary: Primary) -> DoseShape:
    shape, analysis = dose_shape(run, primary)
    run.done.append(analysis)
    return shape


def _marginal(run: Run, primary: Primary) -> StudyAnalysis:
    estimate = marginal_odds_ratio(run, primary)
    return run.analysis(
        "marginal",
        "odds ratio of the risks of the whole cohort",
        estimate,
        primary.comparison.answer,
        notes=(
            "A model's odds ratio is of patients alike in case mix. It is further from "
            "1 than that of the whole cohort.",
        ),
    )


def _median_odds_ratio(run: Run, primary: Primary) -> Estimate:
    from candela.stats.median_odds_ratio import median_odds_ratio

    answer = primary.comparison.answer
    if answer.model != "random_intercept":
        answer = asked(answer.question, "random_intercept", level=run.level)
    return median_odds_ratio(answer.fit)


def _curves(run: Run, primary: Primary) -> tuple[SurvivalCurve, ...]:
    if run.outcome.kind != "survival":
        return ()
    found = _optional(
        run, "observed_curves", "survival", lambda: observed_curves(run, primary)
    )
    adjusted = _optional(
        run,
        "adjusted_curves",
        "survival by class, adjusted",
        lambda: adjusted_curves(run, primary),
    )
    return (*(found or ()), *(adjusted or ()))


def _net(run: Run, primary: Primary) -> tuple[SurvivalCurve, ...]:
    table = run.exposures.tables.life_table
    if run.outcome.kind != "survival" or table is None or not len(table):
        return ()
    found = _optional(
        run,
        "net_survival",
        "net survival by class",
        lambda: net_curves(run, primary, life_table_of(table)),
    )
    return found or ()


def _proportional_hazards(
    run: Run, primary: Primary
) -> tuple[tuple[str, float, float, float], ...]:
    answer = primary.comparison.answer
    if run.outcome.kind != "survival" or answer.model == "frailty":
        return ()
    from candela.stats.proportional_hazards import zph

    found = _optional(
        run,
        "proportional_hazards",
        "whether hazards are proportional",
        lambda: zph(answer.fit, answer.question.design),
    )
    return tuple(
        (one.term, one.statistic, float(one.degrees_of_freedom), one.p_value)
        for one in found or ()
    )


def _cautions(run: Run, model: CaseMixModel | None, risk: float) -> tuple[str, ...]:
    outcome, exposures = run.outcome, run.exposures
    found = []
    if run.rows.event_used != outcome.event:
        found.append(STOOD_IN)
    missing = [n for n in exposures.count.missing if n in outcome.adjust_for]
    if missing:
        told = " and ".join(missing)
        found.append(f"Not adjusted for {told}: the files do not give it.")
    if risk >= COMMON:
        found.append(COMMON_OUTCOME)
    found += model.cautions if model else ()
    return tuple(found)
