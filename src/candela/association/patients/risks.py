"""What would the risk have been, had everyone been in one class of the exposure?

A ratio says little without the risk it is a ratio of.  Risks are averaged over the
cohort as it is, each patient keeping everything but the exposure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from candela.association.patients.analyses import Classed, Run
from candela.association.patients.crude import class_column
from candela.association.patients.fitting import Answer
from candela.association.patients.main_analysis import Primary
from candela.association.patients.result import AdjustedRisk, SurvivalCurve
from candela.association.patients.tallies import masked_by
from candela.errors import TooFewData
from candela.stats.coded import Term
from candela.stats.estimate import Estimate

if TYPE_CHECKING:
    from candela.stats.adjusted_survival import AdjustedSurvival
    from candela.stats.standardised import StandardisedRisks

__all__ = [
    "adjusted_curves",
    "adjusted_risks",
    "curve_days",
    "marginal_odds_ratio",
    "observed_curves",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
CURVE_POINTS = 60


def adjusted_risks(run: Run, primary: Primary) -> tuple[AdjustedRisk, ...]:
    """Return the risk by class, and its difference from the reference class.

    By the horizon for survival, as 1 less survival.

    Raises
    ------
    TooFewData
        If the exposure is not in classes.
    """
    classed, answer = _classes(run, primary)
    if run.outcome.kind == "mortality":
        return _of_mortality(run, classed, answer)
    adjusted = _adjusted(run, classed, answer)
    day = run.outcome.horizon_days
    reference = classed.classes.labels[classed.reference]
    found = []
    for number in classed.told:
        label = classed.classes.labels[number]
        place = adjusted.labels.index(label)
        difference = None
        if number != classed.reference:
            difference = _negated(adjusted.difference(label, reference, day))
        risk = 1 - float(adjusted.survival[place, -1])
        found.append(AdjustedRisk(label, risk, difference))
    return tuple(found)


def marginal_odds_ratio(run: Run, primary: Primary) -> Estimate:
    """Return the odds ratio of the whole cohort's risks, highest class by lowest."""
    classed, answer = _classes(run, primary)
    labels = classed.classes.labels
    found = _standardised(answer, classed)
    highest, lowest = labels[classed.told[-1]], labels[classed.told[0]]
    return found.odds_ratio(highest, lowest, level=run.level).exponentiated()


def adjusted_curves(run: Run, primary: Primary) -> tuple[SurvivalCurve, ...]:
    """Return survival by day if everyone had been in one class."""
    classed, answer = _classes(run, primary)
    adjusted = _adjusted(run, classed, answer)
    followed = _at_risk(run, primary, adjusted.days.tolist())
    return tuple(
        SurvivalCurve(
            label,
            "adjusted",
            adjusted.days,
            adjusted.survival[place],
            adjusted.lower[place],
            adjusted.upper[place],
            followed[label],
        )
        for place, label in enumerate(adjusted.labels)
    )


def observed_curves(run: Run, primary: Primary) -> tuple[SurvivalCurve, ...]:
    """Return Kaplan-Meier's survival of each class, as it was at diagnosis."""
    from candela.stats.kaplan_meier import kaplan_meier

    comparison = primary.comparison
    classed = comparison.patients
    if classed is None:
        return ()
    rows = comparison.rows if comparison.rows.start is None else run.rows
    assert rows.stop is not None
    column = class_column(classed, rows)
    keep = masked_by(rows.unit.codes, classed.classes.of_unit >= 0, primary.base)
    curves = kaplan_meier(
        rows.stop,
        rows.event,
        group=column,
        labels=classed.classes.labels,
        keep=keep,
        level=run.level,
    )
    days = curve_days(run)
    found = []
    for curve in curves:
        place = np.searchsorted(curve.days, days, side="right") - 1
        last = len(curve.at_risk_by_day) - 1
        inside = days <= last
        found.append(
            SurvivalCurve(
                curve.label,
                "observed",
                days[inside],
                curve.survival[place][inside],
                curve.lower[place][inside],
                curve.upper[place][inside],
                curve.at_risk_by_day[days[inside]],
            )
        )
    return tuple(found)


def _at_risk(run: Run, primary: Primary, days: list[int]) -> Mapping[str, Ints]:
    """Return how many of each class were followed to each day; 0 after the last."""
    found = {}
    for one in observed_curves(run, primary):
        by_day = dict(zip(one.days.tolist(), one.at_risk.tolist(), strict=True))
        counts = [by_day.get(day, 0) for day in days]
        found[one.label] = np.array(counts, dtype=np.int64)
    return found


def curve_days(run: Run) -> Ints:
    """Return the days at which curves are told, from 0 to the horizon."""
    days = np.linspace(0, run.outcome.horizon_days, CURVE_POINTS)
    return np.unique(np.round(days)).astype(np.int64)


def _classes(run: Run, primary: Primary) -> tuple[Classed, Answer]:
    comparison = primary.comparison
    if comparison.classed is None:
        raise TooFewData("a dose that is not in classes has no risk of a class.")
    if comparison.rows.start is not None:
        raise TooFewData("the classes change during follow-up.")
    answer = comparison.answer
    if answer.model in ("random_intercept", "frailty"):
        from candela.association.patients.fitting import asked

        answer = asked(answer.question, "robust", level=run.level)
    return comparison.classed, answer


def _settings(classed: Classed, term: Term) -> dict[str, Floats]:
    """Return the row of the exposure's term that stands for each class."""
    found = {}
    for number in classed.told:
        row = np.zeros(len(term.labels))
        if number != classed.reference:
            row[term.labels.index(classed.label(number))] = 1.0
        found[classed.classes.labels[number]] = row
    return found


def _of_mortality(
    run: Run, classed: Classed, answer: Answer
) -> tuple[AdjustedRisk, ...]:
    found = _standardised(answer, classed)
    reference = classed.classes.labels[classed.reference]
    return tuple(
        AdjustedRisk(
            label,
            float(found.risks[place]),
            None
            if label == reference
            else found.difference(label, reference, level=run.level),
        )
        for place, label in enumerate(found.classes)
    )


def _standardised(answer: Answer, classed: Classed) -> StandardisedRisks:
    from candela.stats.standardised import risks

    question = answer.question
    return risks(
        answer.fit,
        question.design,
        classed.name,
        _settings(classed, question.asked[0]),
        answer.robust,
        keep=question.keep,
    )


def _adjusted(run: Run, classed: Classed, answer: Answer) -> AdjustedSurvival:
    from candela.stats.adjusted_survival import adjusted_survival

    question = answer.question
    return adjusted_survival(
        answer.fit,
        question.design,
        classed.name,
        _settings(classed, question.asked[0]),
        curve_days(run)[1:],
        cluster=question.rows.trust,
        level=run.level,
    )


def _negated(estimate: Estimate) -> Estimate:
    """Return a difference in survival as one in risk."""
    return estimate.scaled(-1.0)
