"""What would be expected from the case mix alone?

One model over everyone, without the exposure, so that research is neither credited nor
blamed: the yardstick for organisations, and what is looked at to see whether the case
mix predicts well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from candela.association.patients.analyses import Run
from candela.association.patients.fitting import Answer, asked
from candela.association.patients.result import Calibration, TrustOutcome
from candela.association.patients.tallies import looked_up
from candela.stats.coded import CodeColumn, CodedDesign

__all__ = ["CaseMixModel", "case_mix_model"]

Floats = npt.NDArray[np.float64]
LIMITS = (
    "Limits allow for chance and for the ordinary differences between organisations of "
    "one year (log ratio, spread from the middle 80%)"
)
ONE_MODEL = "Expected by one model of all patients, without research"
BY_GROUP = "Expected by one model for each diagnosis group, without research"
GROUP = "diagnosis_group"
BLOCK_ROWS = 1 << 22


@dataclass(frozen=True, eq=False)
class CaseMixModel:
    """Organisations against the case mix, and how well that predicts."""

    trusts: tuple[TrustOutcome, ...]
    limits_method: str
    calibration: Calibration | None
    cautions: tuple[str, ...]


def case_mix_model(run: Run) -> CaseMixModel:
    """Return what the case mix alone leads one to expect, over everyone.

    Deaths are expected by one model for each diagnosis group where groups are adjusted
    for, as the official SHMI has it, and by one model of all patients otherwise.
    Patients of a class in which nobody died have none expected.

    Raises
    ------
    InputError, TooFewData, NotConverged
        As the model says.
    """
    from candela.outcomes.mortality import standardised_mortality

    rows = run.rows
    everywhere = np.ones(len(rows.units), dtype=np.bool_)
    selection = run.select(everywhere, rows, None)
    answer = asked(run.question(rows, selection), "naive", level=run.level)
    group = _group_of(run)
    words, cautions = ONE_MODEL, tuple[str, ...]()
    if group is None:
        expected = _expected(answer)
    else:
        words = BY_GROUP
        expected, cautions = _by_group(run, answer, *group)
    found = standardised_mortality(
        rows.unit,
        rows.event,
        expected,
        places=list(zip(rows.units.codes, rows.units.periods, strict=True)),
    )
    return CaseMixModel(
        tuple(
            TrustOutcome(
                one.org_code,
                one.period,
                run.outcome.name,
                one.patients,
                one.observed,
                one.expected,
                one.ratio,
                one.lower95,
                one.upper95,
                one.lower998,
                one.upper998,
            )
            for one in found.trusts
        ),
        f"{words}. {LIMITS}",
        _calibration(answer) if run.outcome.kind == "mortality" else None,
        (*found.cautions, *cautions),
    )


def _expected(answer: Answer) -> Floats:
    """Return expected events by organisation and year, shape (units,)."""
    question = answer.question
    if question.kind == "survival":
        found: Floats = answer.fit.expected_by(question.rows.unit)
        return found
    from candela.stats.logistic import expected_by

    unit = question.rows.unit
    return expected_by(answer.fit, question.design, unit, keep=question.keep)


def _group_of(run: Run) -> tuple[str, CodeColumn] | None:
    """Return the name and codes of diagnosis groups, if they are adjusted for."""
    if run.outcome.kind != "mortality":
        return None
    for mix in run.protocol.case_mix:
        held = run.rows.joint_of(mix.name)
        if mix.column != GROUP or mix.name not in run.outcome.adjust_for or not held:
            continue
        joint, column = held
        level_of = joint.level_of(mix.name)
        levels = int(level_of.max()) + 1
        return mix.name, looked_up("group", column.codes, level_of, levels)
    return None


def _by_group(
    run: Run, answer: Answer, name: str, group: CodeColumn
) -> tuple[Floats, tuple[str, ...]]:
    """Return expected deaths by unit from a model of each diagnosis group."""
    from candela.stats.stratified_logistic import fit_by_stratum

    question = answer.question.without([name])
    fit = fit_by_stratum(question.design, run.rows.event, group)
    touched = len({decision.stratum for decision in fit.decisions})
    cautions = (
        f"{touched} diagnosis groups have a smaller model, or none: nobody died in "
        "them, or in a class of them.",
    )
    return fit.expected_by(run.rows.unit), cautions if touched else ()


def _calibration(answer: Answer) -> Calibration | None:
    from candela.stats.calibration import calibration

    found = calibration(_blocks(answer))
    if found.slope is None:
        return None
    return Calibration(
        predicted=found.predicted,
        observed=found.observed,
        patients=found.patients,
        events=found.events,
        c_statistic=found.c_statistic,
        brier=found.brier,
        slope=found.slope,
        in_the_large=found.in_the_large,
    )


def _blocks(answer: Answer) -> Iterator[tuple[Floats, npt.NDArray[Any]]]:
    """Yield risks and events some rows at a time: a risk is as large as the row."""
    from candela.stats.logistic import predicted_risks

    question = answer.question
    design, events = question.design, question.rows.event
    for first in range(0, question.rows.rows, BLOCK_ROWS):
        part = slice(first, first + BLOCK_ROWS)
        columns = tuple(
            CodeColumn(column.name, column.codes[part], column.levels)
            for column in design.columns
        )
        chosen = question.keep[part] != 0
        risks = predicted_risks(answer.fit, CodedDesign(columns, design.terms))
        yield risks[chosen], events[part][chosen]
