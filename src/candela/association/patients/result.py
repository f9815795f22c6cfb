"""What does a study of patients hand over?

Counts, coefficients and words: nothing here is about one person.  Counts are true; they
are protected where they are published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from candela.association.patients.protocol import PublishedFigure, StudyProtocol
from candela.association.result import NotDone
from candela.association.verdict import Verdict
from candela.stats.estimate import Estimate
from candela.stats.evalue import EValues
from candela.tables import Period

__all__ = [
    "AdjustedRisk",
    "Calibration",
    "Contrast",
    "DoseShape",
    "FlowStep",
    "OutcomeResult",
    "PatientInput",
    "StudyAnalysis",
    "StudyResult",
    "SurvivalCurve",
    "TrialParticipants",
    "TrustOutcome",
]

Floats = npt.NDArray[np.float64]
Ratio = Literal["odds ratio", "hazard ratio"]


@dataclass(frozen=True)
class PatientInput:
    """One file that was read, and its fingerprint; nothing of what is in it."""

    file: str
    sha256: str
    size_bytes: int
    layout: str
    table: str
    rows: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class FlowStep:
    """One step of the cohort flow: who left here, why, and who went on.

    ``kind`` is ``left`` for a step at which rows leave, ``changed`` for a decision
    about rows that stay (an unknown stage kept as a class of its own), where ``count``
    says how many it touched.
    """

    name: str
    label: str
    kind: Literal["left", "changed"]
    count: int
    remaining: int
    remaining_organisations: int | None = None


@dataclass(frozen=True)
class Contrast:
    """One class of an exposure against the reference class, adjusted.

    Attributes
    ----------
    estimate
        On the ``ratio`` scale; ``None`` for the reference class.
    patients, events, organisations
        Who is in this class.  ``organisations`` counts those with any patient in it.
    crude_risk
        Events by patients for mortality; 1 less Kaplan-Meier at the horizon for
        survival.
    low, high
        Where the class begins and ends on the scale of the exposure; ``None`` if open.
    """

    label: str
    reference: bool
    low: float | None
    high: float | None
    organisations: int
    patients: int
    events: int
    crude_risk: float
    estimate: Estimate | None


@dataclass(frozen=True)
class AdjustedRisk:
    """Risk if everyone had been in one class, by standardisation over the cohort.

    ``difference`` is against the reference class (``difference`` scale, a proportion),
    with its interval; ``None`` for the reference class itself.
    """

    label: str
    risk: float
    difference: Estimate | None


@dataclass(frozen=True)
class StudyAnalysis:
    """One analysis, planned beforehand, and what it found.

    Attributes
    ----------
    name, label
        Short key, and words for a reader.
    primary
        Whether it is the one declared as main for its outcome.
    exposure, cohort, model
        Words of each choice, as the specification curve shows them.
    ratio
        What the estimate is a ratio of.
    target
        ``marginal`` (over the population) or ``conditional`` (within a trust): they
        differ for odds ratios.  Empty for hazards without frailty.
    naive
        Whether patients of one trust were taken as independent: shown only beside an
        honest interval, because papers may have used it.
    estimate
        The declared contrast (the highest class against the lowest, or a unit of dose),
        on the ``ratio`` scale.
    contrasts
        Every class, where the exposure is in classes; otherwise empty.
    """

    name: str
    label: str
    primary: bool
    outcome: str
    exposure: str
    cohort: str
    model: str
    ratio: Ratio
    target: Literal["marginal", "conditional", ""]
    naive: bool
    estimate: Estimate
    contrasts: tuple[Contrast, ...] = ()
    p_holm: float | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrustOutcome:
    """How one organisation's patients fared in one period, against expectation.

    Limits are of the ratio, for an organisation as expected: 95% and 99.8%.  With none
    expected, or too few organisations for limits, they are ``None``.
    """

    org_code: str
    period: Period
    outcome: str
    patients: int
    observed: int
    expected: float
    ratio: float | None
    lower95: float | None
    upper95: float | None
    lower998: float | None
    upper998: float | None


@dataclass(frozen=True, eq=False)
class Calibration:
    """Does the case-mix model say what happens, by tenth of predicted risk?"""

    predicted: Floats
    observed: Floats
    patients: npt.NDArray[np.int64]
    events: npt.NDArray[np.int64]
    c_statistic: float
    brier: float
    slope: float
    in_the_large: float


@dataclass(frozen=True, eq=False)
class SurvivalCurve:
    """Survival by day for one class of the exposure.

    ``kind`` is ``observed`` (Kaplan-Meier), ``adjusted`` (standardised over the cohort)
    or ``net`` (Pohar Perme).  ``at_risk`` is at the days of ``days``.
    """

    label: str
    kind: Literal["observed", "adjusted", "net"]
    days: npt.NDArray[np.int64]
    survival: Floats
    lower: Floats
    upper: Floats
    at_risk: npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class DoseShape:
    """The ratio over the range of doses, against a reference dose, with its test."""

    dose: Floats
    ratio: Floats
    lower: Floats
    upper: Floats
    reference: float
    knots: tuple[float, ...]
    p_bent: float
    monotone: bool
    unit: str


@dataclass(frozen=True)
class TrialParticipants:
    """How much of a difference could participants in trials make by themselves?

    Attributes
    ----------
    participants, events, unknown
        Patients in a trial by the index day, their events, and those of whom it is not
        known.  Joining later counts for nothing: one has to live to do so.
    share_highest, share_lowest
        Share of participants among the patients of the highest and lowest class.
    bound
        The ratio of risks, highest class against lowest, if care were the same
        everywhere and no participant had the event; ``None`` if not known.
    """

    participants: int
    events: int
    unknown: int
    share_highest: float | None
    share_lowest: float | None
    bound: float | None


@dataclass(frozen=True, eq=False)
class OutcomeResult:
    """Everything about one declared outcome.

    Attributes
    ----------
    median_odds_ratio
        Between two trusts drawn at random, from the random intercept; ``None`` for
        survival or where not fitted.
    proportional_hazards
        (term, chi2, degrees of freedom, p), the global test last; empty for mortality.
    trusts
        By organisation and period.
    flow
        Further steps of the cohort that concern this outcome alone.
    monotone
        Whether the classes of the primary exposure rise or fall one after the other;
        ``None`` where it is not in three classes or more.
    e_values
        Of the primary estimate and of its limit nearest to 1.
    trial
        ``None`` where the files do not say who was in a trial.
    """

    name: str
    label: str
    question: str
    kind: Literal["mortality", "survival"]
    patients: int
    events: int
    organisations: int
    primary: StudyAnalysis
    secondary: tuple[StudyAnalysis, ...]
    not_done: tuple[NotDone, ...]
    risks: tuple[AdjustedRisk, ...]
    verdict: Verdict
    trusts: tuple[TrustOutcome, ...]
    limits_method: str
    calibration: Calibration | None
    median_odds_ratio: Estimate | None
    shape: DoseShape | None
    curves: tuple[SurvivalCurve, ...]
    proportional_hazards: tuple[tuple[str, float, float, float], ...]
    published: tuple[PublishedFigure, ...]
    cautions: tuple[str, ...] = ()
    flow: tuple[FlowStep, ...] = ()
    monotone: bool | None = None
    e_values: EValues | None = None
    trial: TrialParticipants | None = None

    @property
    def analyses(self) -> tuple[StudyAnalysis, ...]:
        """All analyses, the primary one first."""
        return (self.primary, *self.secondary)


@dataclass(frozen=True, eq=False)
class StudyResult:
    """What a declared study of patients found."""

    protocol: StudyProtocol
    inputs: tuple[PatientInput, ...]
    engine: str
    made_up: bool
    policy: str
    first_day: str
    last_day: str
    flow: tuple[FlowStep, ...]
    outcomes: tuple[OutcomeResult, ...]
    names: dict[str, str]
    cautions: tuple[str, ...]
    cannot_tell: tuple[str, ...]
