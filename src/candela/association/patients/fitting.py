"""How is one question put to the rows, by whichever model is asked?

A question is rows, which of them are kept, and terms.  Whatever the model, the answer
gives contrasts as ratios.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from candela.association.patients.result import Ratio
from candela.association.patients.rows import OutcomeRows
from candela.association.patients.tallies import tally
from candela.errors import InputError, NotConverged, TooFewData
from candela.stats.coded import CodeColumn, CodedDesign, Term
from candela.stats.estimate import Estimate

__all__ = ["Answer", "Model", "Question", "asked"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.uint8]
Model = Literal["naive", "robust", "random_intercept", "frailty"]
Target = Literal["marginal", "conditional", ""]

WORDS: Mapping[tuple[str, Model], str] = {
    ("mortality", "naive"): "logistic, patients taken as independent",
    ("mortality", "robust"): "logistic, intervals by organisation",
    ("mortality", "random_intercept"): "logistic with a random level of each "
    "organisation",
    ("survival", "naive"): "Cox, patients taken as independent",
    ("survival", "robust"): "Cox, intervals by organisation",
    ("survival", "frailty"): "Cox with a gamma frailty of each organisation",
}


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked of the rows.

    Attributes
    ----------
    base
        Terms of the case mix.
    asked
        Terms of the exposure.
    strata
        A baseline of its own for each level, for survival.
    """

    kind: Literal["mortality", "survival"]
    rows: OutcomeRows
    keep: Mask
    base: tuple[Term, ...]
    asked: tuple[Term, ...]
    strata: CodeColumn | None = None

    @property
    def design(self) -> CodedDesign:
        """The rows with the terms of both."""
        columns = (self.rows.unit, *self.rows.columns)
        return CodedDesign(columns, (*self.base, *self.asked))

    def without(self, terms: Sequence[str]) -> Question:
        """Return the question without the terms of these names."""
        kept = tuple(term for term in self.base if term.name not in terms)
        return replace(self, base=kept)


@dataclass(frozen=True, eq=False)
class Answer:
    """A fitted model, and how a contrast is had from it."""

    question: Question
    model: Model
    level: float
    fit: Any = field(repr=False)
    robust: Any = field(default=None, repr=False)

    @property
    def ratio(self) -> Ratio:
        """What estimates are ratios of."""
        mortality = self.question.kind == "mortality"
        return "odds ratio" if mortality else "hazard ratio"

    @property
    def target(self) -> Target:
        """Whether they are over the population or within an organisation."""
        if self.model in ("random_intercept", "frailty"):
            return "conditional"
        return "marginal" if self.question.kind == "mortality" else ""

    @property
    def words(self) -> str:
        """The model in words."""
        return WORDS[self.question.kind, self.model]

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of the coefficients."""
        found: tuple[str, ...] = self.fit.labels
        return found

    def log_ratio(self, contrast: Mapping[str, float]) -> Estimate:
        """Return a sum of multiples of coefficients.

        Raises
        ------
        InputError
            If a label has no coefficient.
        TooFewData
            If the organisations cannot say how sure it is.
        """
        multipliers = self.multipliers(contrast)
        if self.question.kind == "mortality" and self.model in ("naive", "robust"):
            found: Estimate = self.fit.estimate(
                multipliers,
                covariance=self.robust,
                level=self.level,
                organisations=self.organisations,
            )
        elif self.robust is not None:
            found = self.robust.estimate(multipliers, level=self.level)
        elif self.model == "naive":
            found = self.fit.estimate(
                multipliers, level=self.level, organisations=self.organisations
            )
        else:
            found = self.fit.estimate(multipliers, level=self.level)
        return found

    def of(self, contrast: Mapping[str, float]) -> Estimate:
        """Return a contrast as a ratio."""
        return self.log_ratio(contrast).exponentiated()

    def multipliers(self, contrast: Mapping[str, float]) -> Floats:
        """Return a contrast as what each coefficient is multiplied by."""
        found = np.zeros(len(self.labels))
        for label, times in contrast.items():
            if label not in self.labels:
                raise InputError(f"no coefficient of `{label}` could be found.")
            found[self.labels.index(label)] += times
        return found

    @property
    def covariance(self) -> Floats:
        """Of the coefficients, as the intervals use it."""
        used = self.fit if self.robust is None else self.robust
        found: Floats = used.covariance
        return found

    @property
    def organisations(self) -> int:
        """Organisations with a row that is kept."""
        return organisations_of(self.question)

    def p_of(self, labels: Sequence[str]) -> float:
        """Return the p-value of a Wald test that these coefficients are all 0.

        An F on one less than the organisations where they are allowed for.
        """
        from scipy import special

        place = [self.labels.index(label) for label in labels]
        part = self.fit.coefficients[place]
        wald = float(
            part @ np.linalg.solve(self.covariance[np.ix_(place, place)], part)
        )
        if self.model == "naive":
            return float(special.chdtrc(len(place), wald))
        below = max(self.organisations - 1, 1)
        return float(special.fdtrc(len(place), below, wald / len(place)))


def organisations_of(question: Question) -> int:
    """Return organisations with a row that is kept."""
    trust = question.rows.trust
    return int((tally([(trust.codes, trust.levels)], question.keep) > 0).sum())


def asked(question: Question, model: Model, *, level: float) -> Answer:
    """Return the answer of a model to a question.

    Raises
    ------
    InputError, TooFewData, NotConverged
        As the model says.
    """
    if not question.keep.any():
        raise TooFewData("no patient is left for this analysis.")
    if question.kind == "mortality":
        return _mortality(question, model, level)
    return _survival(question, model, level)


def resting_on(answer: Answer, model: Model) -> Answer:
    """Return the same fit with other intervals: naive or by organisation."""
    if {answer.model, model} <= {"naive", "robust"}:
        robust = _robust(answer.question, answer.fit) if model == "robust" else None
        return replace(answer, model=model, robust=robust)
    return asked(answer.question, model, level=answer.level)


def _mortality(question: Question, model: Model, level: float) -> Answer:
    rows = question.rows
    if model == "random_intercept":
        from candela.stats.random_intercept_logistic import (
            fit_random_intercept_logistic,
        )

        mixed = fit_random_intercept_logistic(
            question.design, rows.event, rows.trust, keep=question.keep
        )
        return Answer(question, model, level, mixed)
    from candela.stats.logistic import fit_logistic

    fit = fit_logistic(question.design, rows.event, keep=question.keep)
    robust = _robust(question, fit) if model == "robust" else None
    return Answer(question, model, level, fit, robust)


def _survival(question: Question, model: Model, level: float) -> Answer:
    rows = question.rows
    assert rows.stop is not None
    if model == "frailty":
        from candela.stats.frailty import fit_frailty

        shared = fit_frailty(
            question.design,
            rows.stop,
            rows.event,
            rows.trust,
            start=rows.start,
            strata=question.strata,
            keep=question.keep,
        )
        return Answer(question, model, level, shared)
    from candela.stats.cox import fit_cox

    fit = fit_cox(
        question.design,
        rows.stop,
        rows.event,
        start=rows.start,
        strata=question.strata,
        keep=question.keep,
    )
    robust = _robust(question, fit) if model == "robust" else None
    return Answer(question, model, level, fit, robust)


def _robust(question: Question, fit: Any) -> Any:
    rows = question.rows
    if question.kind == "mortality":
        from candela.stats.logistic_robust import robust_logistic

        return robust_logistic(
            fit, question.design, rows.event, rows.trust, kind="cr2", keep=question.keep
        )
    return _robust_cox(fit, rows.trust)


def _robust_cox(fit: Any, trust: CodeColumn) -> Any:
    """Return intervals by organisation, leaving out each of them in turn.

    That costs a pass for each, and is what covers as it should where a few
    organisations have doses far from the others (``validation/planted_hazard.py``).  It
    cannot be done where a level of the case mix is found in one organisation alone.
    """
    from candela.stats.cox_robust import cox_robust

    try:
        return cox_robust(fit, trust, kind="jackknife")
    except (TooFewData, NotConverged):
        return cox_robust(fit, trust, kind="cr1")
