"""What would be expected from the case mix alone?

One model over everyone, without the exposure: the yardstick for trusts, and what is
looked at to see whether the case mix predicts well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.association.patients.analyses import Run
from candela.association.patients.fitting import Answer, Question, asked
from candela.association.patients.result import TrustOutcome
from candela.association.patients.tallies import tally
from candela.association.patients.trusts import trust_outcomes

__all__ = ["CaseMixModel", "case_mix_model"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CaseMixModel:
    """The model of the case mix, and organisations against it."""

    answer: Answer
    trusts: tuple[TrustOutcome, ...]
    limits_method: str


def case_mix_model(run: Run) -> CaseMixModel:
    """Return the model of the case mix alone, over everyone.

    Patients of a class in which nobody died have none expected.

    Raises
    ------
    InputError, TooFewData, NotConverged
        As the model says.
    """
    rows = run.rows
    everywhere = np.ones(len(rows.units), dtype=bool)
    selection = run.select(everywhere, rows, None)
    question = run.question(rows, selection)
    answer = asked(question, "naive", level=run.level)
    counts = tally([(rows.unit.codes, rows.unit.levels), (rows.event, 2)])
    trusts, method = trust_outcomes(
        run.outcome.name,
        rows.units,
        counts.sum(axis=1),
        counts[:, 1],
        expected_by_unit(question, answer),
    )
    return CaseMixModel(answer, trusts, method)


def expected_by_unit(question: Question, answer: Answer) -> Floats:
    """Return expected events by organisation and year, shape (units,)."""
    rows = question.rows
    if question.kind == "survival":
        found: Floats = answer.fit.expected_by(rows.unit)
        return found
    from candela.stats.logistic import expected_by

    return expected_by(answer.fit, question.design, rows.unit, keep=question.keep)
