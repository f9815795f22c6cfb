"""What does each declared analysis of one outcome find?

The primary one compares the highest class of the first exposure with the lowest.  Every
other asks it in another way.  One that cannot be done is kept, with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from candela.association.patients.exposure import ExposureClasses
from candela.association.patients.fitting import Answer, Question
from candela.association.patients.prepared import Exposures, Prepared
from candela.association.patients.protocol import (
    OutcomePlan,
    ResearchExposure,
    StudyProtocol,
)
from candela.association.patients.result import Contrast, StudyAnalysis
from candela.association.patients.rows import OutcomeRows
from candela.association.patients.selection import (
    Selection,
    UnitFactor,
    selected,
    unit_factors,
)
from candela.association.patients.tallies import masked_by, tally
from candela.association.result import NotDone
from candela.errors import InputError, NotConverged, TooFewData
from candela.stats.coded import Term
from candela.stats.estimate import Estimate

__all__ = [
    "CANNOT",
    "Classed",
    "Run",
    "contrasts_of",
    "counted",
    "exposure_words",
    "in_order",
    "without_class_rows",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.uint8]
CANNOT = (InputError, TooFewData, NotConverged)
OBSERVATION = "An association observed, not an experiment: no cause is claimed."


def exposure_words(exposure: ResearchExposure) -> str:
    """Return an exposure and when it was counted, in words."""
    lag, window = exposure.lag_years, exposure.window_years
    if exposure.form == "high_years":
        return exposure.label
    if lag < 0:
        when = "the year after" if lag == -1 else f"{-lag} years after"
    else:
        when = {0: "the same year", 1: "the year before"}.get(
            lag, f"{lag} years before"
        )
    if window > 1:
        when = f"{window} years, the last of them {when}"
    return f"{exposure.label}, {when}"


@dataclass(frozen=True, eq=False)
class Classed:
    """An exposure in classes, among the rows of one question.

    Attributes
    ----------
    patients, events : ndarray of int, shape (classes,)
        Of the rows that are kept.
    organisations : ndarray of int, shape (classes,)
        Organisations with a patient in the class.
    """

    prepared: Prepared
    classes: ExposureClasses
    patients: Ints
    events: Ints
    organisations: Ints
    name: str = "class"

    @property
    def told(self) -> list[int]:
        """Classes that can be compared: where some died, in two organisations or more.

        How much organisations differ cannot be told from one alone.
        """
        told = (self.events > 0) & (self.events < self.patients)
        return np.flatnonzero(told & (self.organisations > 1)).tolist()

    @property
    def reference(self) -> int:
        """The class that the others are compared with in tables."""
        highest = self.prepared.exposure.reference == "highest"
        return self.told[-1 if highest else 0]

    def label(self, number: int) -> str:
        """Return the label of a class's coefficient."""
        return f"{self.name} {self.classes.labels[number]}"

    def term(self) -> Term:
        """Return a coefficient for each class that can be told, but the reference.

        Raises
        ------
        TooFewData
            If fewer than two can.
        """
        if len(self.told) < 2:
            raise TooFewData(
                "patients of two organisations are in fewer than two classes of "
                f"{self.prepared.exposure.label}; there is nothing to compare."
            )
        kept = [n for n in self.told if n != self.reference]
        basis = (self.classes.of_unit[:, None] == np.array(kept)).astype(np.float64)
        return Term(self.name, "unit", tuple(self.label(n) for n in kept), basis)

    def against(self, number: int, other: int) -> dict[str, float]:
        """Return the contrast of one class against another."""
        found = {}
        if number != self.reference:
            found[self.label(number)] = 1.0
        if other != self.reference:
            found[self.label(other)] = -1.0
        return found

    def highest_against_lowest(self) -> dict[str, float]:
        """Return the main contrast."""
        return self.against(self.told[-1], self.told[0])

    def words(self) -> str:
        """Return the main contrast in words."""
        labels = self.classes.labels
        return f"{labels[self.told[-1]]} against {labels[self.told[0]]}"

    def beyond(self) -> tuple[str, ...]:
        """Return what to say where the declared ends cannot be compared."""
        missing = [
            label
            for number, label in enumerate(self.classes.labels)
            if number not in self.told
        ]
        if not missing:
            return ()
        return (
            f"No comparison of {' or '.join(missing)}: nobody there, nobody who died, "
            "or one organisation alone.",
        )


@dataclass
class Run:
    """One outcome of a study as it is worked out."""

    protocol: StudyProtocol
    outcome: OutcomePlan
    rows: OutcomeRows
    exposures: Exposures
    primary: ResearchExposure
    workload: Ints
    done: list[StudyAnalysis] = field(default_factory=list)
    not_done: list[NotDone] = field(default_factory=list)
    progress: Callable[[str], None] = lambda _: None

    @property
    def level(self) -> float:
        """Coverage of intervals."""
        return self.protocol.level

    @property
    def without_participants(self) -> bool:
        """Whether the primary analysis is without participants in trials."""
        return self.protocol.cohort.trial_participants == "left_out"

    def unit_factors(self, names: tuple[str, ...]) -> dict[str, UnitFactor]:
        """Return what is adjusted for by unit."""
        found = unit_factors(self.protocol, self.rows.units, self.workload)
        return {name: factor for name, factor in found.items() if name in names}

    def patients_by_unit(self) -> Ints:
        """Return patients of the outcome by unit, shape (units,)."""
        return tally([(self.rows.unit.codes, self.rows.unit.levels)])

    def select(
        self, known: npt.NDArray[np.bool_], rows: OutcomeRows, among: Mask | None
    ) -> Selection:
        """Return the rows whose unit is known, that a model can use."""
        outcome = self.outcome
        keep = masked_by(rows.unit.codes, known, among)
        names = (*outcome.adjust_for, *outcome.stratify_by)
        return selected(rows, outcome, self.unit_factors(names), keep)

    def classed(
        self, prepared: Prepared, rows: OutcomeRows, keep: Mask, name: str = "class"
    ) -> Classed:
        """Return an exposure in classes, counted among the rows kept."""
        return counted(
            prepared, prepared.classes(self.patients_by_unit()), rows, keep, name
        )

    def question(
        self, rows: OutcomeRows, selection: Selection, *terms: Term
    ) -> Question:
        """Return the question of these terms, adjusted as declared."""
        return Question(
            self.outcome.kind,
            rows,
            selection.keep,
            selection.terms,
            terms,
            selection.strata,
        )

    def analysis(
        self,
        name: str,
        label: str,
        estimate: Estimate,
        answer: Answer,
        *,
        exposure: ResearchExposure | None = None,
        cohort: str = "",
        primary: bool = False,
        contrasts: tuple[Contrast, ...] = (),
        notes: tuple[str, ...] = (),
        naive: bool = False,
    ) -> StudyAnalysis:
        """Return an analysis with the words of its choices."""
        return StudyAnalysis(
            name=name,
            label=label,
            primary=primary,
            outcome=self.outcome.name,
            exposure=exposure_words(exposure or self.primary),
            cohort=cohort or self.cohort_words(),
            model=answer.words,
            ratio=answer.ratio,
            target=answer.target,
            naive=naive or answer.model == "naive",
            estimate=estimate.with_cautions(OBSERVATION),
            contrasts=contrasts,
            notes=notes,
        )

    def cohort_words(self) -> str:
        """Return who is in the primary analysis, in words."""
        return "without trial participants" if self.without_participants else "everyone"

    def attempt(self, name: str, label: str, make: Callable[[], StudyAnalysis]) -> None:
        """Do one secondary analysis, or note why it could not be done."""
        self.progress(label)
        try:
            self.done.append(make())
        except CANNOT as error:
            self.not_done.append(NotDone(name, label, str(error)))


def counted(
    prepared: Prepared,
    classes: ExposureClasses,
    rows: OutcomeRows,
    keep: Mask,
    name: str = "class",
) -> Classed:
    """Return classes with their patients, events and organisations."""
    by_unit = tally([(rows.unit.codes, rows.unit.levels), (rows.event, 2)], keep)
    number = len(classes.classes)
    found = np.zeros((number, 2), dtype=np.int64)
    inside = classes.of_unit >= 0
    np.add.at(found, classes.of_unit[inside], by_unit[inside])
    organisations = [
        len(
            np.unique(
                prepared.units.trust[(classes.of_unit == n) & (by_unit.sum(axis=1) > 0)]
            )
        )
        for n in range(number)
    ]
    return Classed(
        prepared,
        classes,
        found.sum(axis=1),
        found[:, 1],
        np.array(organisations, dtype=np.int64),
        name,
    )


def contrasts_of(
    answer: Answer, classed: Classed, crude: Mapping[int, float] | None = None
) -> tuple[Contrast, ...]:
    """Return every class against the reference, as the papers lay them out.

    Parameters
    ----------
    crude
        Risk of each class where it is not deaths by patients.
    """
    found = []
    for number, one in enumerate(classed.classes.classes):
        patients, events = int(classed.patients[number]), int(classed.events[number])
        risk = events / patients if patients else 0.0
        if crude is not None:
            risk = crude.get(number, 0.0)
        estimate = None
        if number in classed.told and number != classed.reference:
            estimate = _estimate(answer, classed.against(number, classed.reference))
        found.append(
            Contrast(
                label=one.label,
                reference=number == classed.reference,
                low=one.low,
                high=one.high,
                organisations=int(classed.organisations[number]),
                patients=patients,
                events=events,
                crude_risk=risk,
                estimate=estimate,
            )
        )
    return tuple(found)


def _estimate(answer: Answer, contrast: Mapping[str, float]) -> Estimate | None:
    """Return a contrast, or nothing where a single organisation carries it."""
    try:
        return answer.of(contrast)
    except TooFewData:
        return None


def in_order(contrasts: tuple[Contrast, ...]) -> bool | None:
    """Return whether the ratios rise or fall from class to class all the way.

    ``None`` with fewer than three classes.
    """
    values = [
        1.0 if one.estimate is None else one.estimate.value
        for one in contrasts
        if one.reference or one.estimate is not None
    ]
    if len(values) < 3:
        return None
    steps = np.diff(values)
    return bool((steps >= 0).all() or (steps <= 0).all())


def without_class_rows(
    selection: Selection, classed: Classed, rows: OutcomeRows
) -> Selection:
    """Return the selection without rows of classes that cannot be told."""
    told = np.isin(classed.classes.of_unit, classed.told)
    return replace(selection, keep=masked_by(rows.unit.codes, told, selection.keep))
