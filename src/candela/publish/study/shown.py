"""What is left of a study once its small numbers are hidden?

The same shape as a ``StudyResult``, but a count is 0, ``*`` or a multiple of 5, and a
figure from which a hidden count could be worked out is absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from candela.association import NotDone
from candela.association.patients.protocol import PublishedFigure, StudyProtocol
from candela.association.verdict import Verdict
from candela.stats.estimate import Estimate
from candela.stats.evalue import EValues
from candela.tables import Period

__all__ = [
    "Count",
    "ShownAnalysis",
    "ShownCalibration",
    "ShownContrast",
    "ShownCurve",
    "ShownInput",
    "ShownOutcome",
    "ShownRisk",
    "ShownShape",
    "ShownStep",
    "ShownStudy",
    "ShownTrial",
    "ShownTrust",
    "least_first",
]

Count = int | Literal["*"]
"""A count of people as it may be shown: 0, ``*`` for 1 to 7, else to the nearest 5."""


@dataclass(frozen=True)
class ShownInput:
    """One file that was read; ``rows`` is to the nearest 5."""

    file: str
    sha256: str
    size_bytes: int
    layout: str
    table: str
    rows: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ShownStep:
    """One step of the cohort flow.

    ``remaining`` is what would remain if four had left wherever the count is hidden.
    """

    name: str
    label: str
    kind: Literal["left", "changed"]
    count: Count
    before: Count
    remaining: Count
    remaining_organisations: int | None


@dataclass(frozen=True)
class ShownContrast:
    """One class of an exposure; without estimate and risk where a count is hidden."""

    label: str
    reference: bool
    low: float | None
    high: float | None
    organisations: int
    patients: Count
    events: Count
    crude_risk: float | None
    estimate: Estimate | None
    hidden: bool


def least_first(classes: Iterable[ShownContrast]) -> tuple[ShownContrast, ...]:
    """Return classes from the least research to the most."""
    return tuple(
        sorted(classes, key=lambda c: float("-inf") if c.low is None else c.low)
    )


@dataclass(frozen=True)
class ShownRisk:
    """Risk if everyone had been in one class; nothing where the class is hidden."""

    label: str
    risk: float
    difference: Estimate | None


@dataclass(frozen=True)
class ShownAnalysis:
    """One analysis; ``estimate`` is absent where it would give a hidden count away."""

    name: str
    label: str
    primary: bool
    outcome: str
    exposure: str
    cohort: str
    model: str
    ratio: Literal["odds ratio", "hazard ratio"]
    target: Literal["marginal", "conditional", ""]
    naive: bool
    estimate: Estimate | None
    contrasts: tuple[ShownContrast, ...]
    p_holm: float | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ShownTrust:
    """One organisation in one period: observed to the nearest 5, ratio made of that."""

    org_code: str
    period: Period
    outcome: str
    patients: Count
    observed: Count
    expected: float | None
    ratio: float | None
    lower95: float | None
    upper95: float | None
    lower998: float | None
    upper998: float | None


@dataclass(frozen=True)
class ShownCalibration:
    """Tenths of predicted risk: (predicted, observed, patients, deaths) in each."""

    tenths: tuple[tuple[float, float | None, Count, Count], ...]
    c_statistic: float
    brier: float
    slope: float
    in_the_large: float


@dataclass(frozen=True)
class ShownCurve:
    """Survival at days between which nobody or at least eight people died."""

    label: str
    kind: Literal["observed", "adjusted", "net"]
    points: tuple[tuple[int, float, float, float, Count], ...]


@dataclass(frozen=True)
class ShownShape:
    """The ratio over the range of doses: (dose, ratio, lower, upper)."""

    points: tuple[tuple[float, float, float, float], ...]
    reference: float
    knots: tuple[float, ...]
    p_bent: float
    monotone: bool
    unit: str


@dataclass(frozen=True)
class ShownTrial:
    """Participants in trials; a share or bound made of few people is absent."""

    participants: Count
    events: Count
    unknown: Count
    share_highest: float | None
    share_lowest: float | None
    bound: float | None


@dataclass(frozen=True)
class ShownOutcome:
    """Everything about one outcome that may be shown; no verdict if it is hidden."""

    name: str
    label: str
    question: str
    kind: Literal["mortality", "survival"]
    horizon_days: int
    patients: Count
    events: Count
    organisations: int
    primary: ShownAnalysis
    secondary: tuple[ShownAnalysis, ...]
    not_done: tuple[NotDone, ...]
    risks: tuple[ShownRisk, ...]
    verdict: Verdict | None
    trusts: tuple[ShownTrust, ...]
    limits_method: str
    calibration: ShownCalibration | None
    median_odds_ratio: Estimate | None
    shape: ShownShape | None
    curves: tuple[ShownCurve, ...]
    proportional_hazards: tuple[tuple[str, float, float, float], ...]
    published: tuple[PublishedFigure, ...]
    cautions: tuple[str, ...]
    flow: tuple[ShownStep, ...]
    monotone: bool | None
    e_values: EValues | None
    trial: ShownTrial | None

    @property
    def analyses(self) -> tuple[ShownAnalysis, ...]:
        """All analyses, the primary one first."""
        return (self.primary, *self.secondary)

    @property
    def classes(self) -> tuple[ShownContrast, ...]:
        """The classes of the primary analysis, least research first."""
        return least_first(self.primary.contrasts)


@dataclass(frozen=True)
class ShownStudy:
    """A study of patients as it may leave the house."""

    protocol: StudyProtocol
    inputs: tuple[ShownInput, ...]
    engine: str
    made_up: bool
    policy: str
    first_month: str
    last_month: str
    flow: tuple[ShownStep, ...]
    outcomes: tuple[ShownOutcome, ...]
    names: Mapping[str, str]
    cautions: tuple[str, ...]
    cannot_tell: tuple[str, ...]
