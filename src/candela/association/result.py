"""What does an association hand over?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.association.panel import Panel
from candela.association.protocol import Protocol
from candela.association.verdict import Verdict
from candela.stats.estimate import Estimate

__all__ = ["Analysis", "Association", "DoseCurve", "NotDone", "Third", "p_words"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Analysis:
    """One analysis of the protocol and what it found.

    Attributes
    ----------
    rows
        The (file, row) pairs it rests on.
    p_holm
        p-value adjusted by Holm's method over the secondary analyses; none for the
        primary one, which is alone.
    """

    name: str
    label: str
    primary: bool
    design: str
    exposure: str
    outcome: str
    estimate: Estimate
    rows: tuple[tuple[str, int], ...]
    p_holm: float | None = None


@dataclass(frozen=True)
class NotDone:
    """An analysis that was planned and could not be done, and why."""

    name: str
    label: str
    reason: str


@dataclass(frozen=True)
class Third:
    """The organisations of one third of research activity in the last period.

    ``ratio`` is of all together; ``interval`` is missing where they are too few to
    tell their spread.
    """

    codes: tuple[str, ...]
    ratio: float
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class DoseCurve:
    """The ratio of deaths over the range of doses, against the middle dose.

    Drawn between the 2.5th and 97.5th centile of the doses at hand, not beyond.
    """

    dose: Floats
    ratio: Floats
    lower: Floats
    upper: Floats
    reference: float
    knots: tuple[float, ...]
    p_bent: float


@dataclass(frozen=True)
class Association:
    """The results of a declared protocol."""

    protocol: Protocol
    panel: Panel
    dose_low: float
    dose_high: float
    primary: Analysis
    secondary: tuple[Analysis, ...]
    not_done: tuple[NotDone, ...]
    curve: DoseCurve | None
    left_out_one: tuple[tuple[str, float], ...]
    thirds: tuple[Third, ...]
    verdict: Verdict

    @property
    def analyses(self) -> tuple[Analysis, ...]:
        """All analyses, the primary one first."""
        return (self.primary, *self.secondary)


def p_words(p: float) -> str:
    """Return a p-value as it is written everywhere: ``p = 0.034``, never 0.000."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
