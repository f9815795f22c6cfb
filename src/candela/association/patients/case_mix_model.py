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
from candela.stats.coded import CodeColumn, CodedDesign

__all__ = ["CaseMixModel", "case_mix_model"]

Floats = npt.NDArray[np.float64]
LIMITS = (
    "Limits allow for chance and for the ordinary differences between organisations of "
    "one year (log ratio, spread from the middle 80%)"
)
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
    found = standardised_mortality(
        rows.unit,
        rows.event,
        _expected(answer),
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
        LIMITS,
        _calibration(answer) if run.outcome.kind == "mortality" else None,
        found.cautions,
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
