"""Which rows can a model use, and what is each adjusted for?

Where nobody of a level died, or everybody did, an odds ratio has no finite value and
the rows tell nothing of the exposure.  They leave the models, are counted, and are
still counted as patients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.association.patients.casemix import OF_UNITS, band_words, term_over
from candela.association.patients.places import Units
from candela.association.patients.protocol import CaseMix, OutcomePlan, StudyProtocol
from candela.association.patients.result import FlowStep
from candela.association.patients.rows import OutcomeRows
from candela.association.patients.tallies import looked_up, masked_by, tally
from candela.errors import TooFewData
from candela.stats.coded import CodeColumn, Term

__all__ = ["Selection", "UnitFactor", "selected", "unit_factors"]

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class UnitFactor:
    """Something adjusted for that all patients of a unit share; -1 where not known."""

    name: str
    levels: tuple[str, ...]
    level_of: Ints


@dataclass(frozen=True, eq=False)
class Selection:
    """Rows that a model can use, and the terms of the case mix.

    Attributes
    ----------
    alike
        Things in which all patients are alike, so that nothing is adjusted for.
    steps
        Rows that left since their level cannot be told.
    """

    keep: Mask
    terms: tuple[Term, ...]
    strata: CodeColumn | None
    alike: tuple[str, ...]
    steps: tuple[FlowStep, ...]


def unit_factors(
    protocol: StudyProtocol, units: Units, workload: Ints
) -> dict[str, UnitFactor]:
    """Return what may be adjusted for by unit: the year, and the trust's patients.

    Parameters
    ----------
    workload : ndarray of int, shape (units,)
        The cohort's patients of each organisation in each year.
    """
    found = {}
    for mix in protocol.case_mix:
        if mix.column not in OF_UNITS:
            continue
        if mix.column == "year":
            first = int(units.year.min())
            levels = tuple(str(y) for y in range(first, int(units.year.max()) + 1))
            found[mix.name] = UnitFactor(mix.name, levels, units.year - first)
        else:
            found[mix.name] = _workload(mix, workload)
    return found


def _workload(mix: CaseMix, workload: Ints) -> UnitFactor:
    level = np.searchsorted(mix.bands, workload, side="right") - 1
    return UnitFactor(mix.name, band_words(mix.bands), np.maximum(level, 0))


def selected(
    rows: OutcomeRows,
    outcome: OutcomePlan,
    factors: dict[str, UnitFactor],
    among: Mask,
) -> Selection:
    """Return the rows of ``among`` that a model can use, and its terms.

    Parameters
    ----------
    factors
        What is adjusted for by unit, by name.

    Raises
    ------
    TooFewData
        If nobody is left, or nobody of them died.
    """
    keep = among.copy()
    steps: list[FlowStep] = []
    names = [n for n in outcome.adjust_for if rows.joint_of(n) or n in factors]
    while True:
        tallies = _tallies(rows, keep)
        patients = int(tallies["unit"].sum())
        if not patients or not tallies["unit"][:, 1].sum():
            raise _nobody_left(outcome, patients, steps)
        found = _first_that_cannot_be_told(rows, outcome, names, factors, tallies)
        if found is None:
            break
        name, column, keeps, left = found
        keep = masked_by(column.codes, keeps, keep)
        what = "died" if outcome.kind == "survival" else "died, or everybody did"
        steps.append(
            FlowStep(
                f"untold_{name.replace(' ', '_')}",
                f"of a class of {name} in which nobody {what}",
                "left",
                left,
                patients - left,
            )
        )
    terms = {n: _term(rows, n, factors, tallies) for n in names}
    return Selection(
        keep,
        tuple(term for term in terms.values() if term is not None),
        _strata(rows, outcome.stratify_by, factors),
        tuple(name for name, term in terms.items() if term is None),
        tuple(_together(steps)),
    )


def _nobody_left(
    outcome: OutcomePlan, patients: int, steps: Sequence[FlowStep]
) -> TooFewData:
    """Return why no model can be fitted: nobody has the outcome, or all are told."""
    if steps:
        return TooFewData(
            f"{outcome.label}: nobody is left to compare. The last to leave are "
            f"{steps[-1].label}. Leave that out of `adjust_for`, or use wider bands."
        )
    if not patients:
        return TooFewData("no patient is left for this analysis.")
    return TooFewData(
        f"{outcome.label}: none of {patients:,} patients has the outcome. Check the "
        f"column `{outcome.event}`, or choose a longer time."
    )


def _tallies(rows: OutcomeRows, keep: Mask) -> dict[str, Ints]:
    """Return patients without and with the event by level, shape (levels, 2)."""
    found = {
        "unit": tally([(rows.unit.codes, rows.unit.levels), (rows.event, 2)], keep)
    }
    for joint, column in zip(rows.joints, rows.columns, strict=True):
        found[joint.name] = tally(
            [(column.codes, column.levels), (rows.event, 2)], keep
        )
    return found


def _first_that_cannot_be_told(
    rows: OutcomeRows,
    outcome: OutcomePlan,
    names: Sequence[str],
    factors: dict[str, UnitFactor],
    tallies: dict[str, Ints],
) -> tuple[str, CodeColumn, npt.NDArray[np.bool_], int] | None:
    for name in names:
        counts, level_of, column = _by_level(rows, name, factors, tallies)
        patients = counts.sum(axis=1)
        untold = (patients > 0) & (counts[:, 1] == 0)
        if outcome.kind == "mortality":
            untold |= (patients > 0) & (counts[:, 0] == 0)
        if untold.any():
            keeps = ~(np.isin(level_of, np.flatnonzero(untold)))
            return name, column, keeps, int(patients[untold].sum())
    return None


def _by_level(
    rows: OutcomeRows,
    name: str,
    factors: dict[str, UnitFactor],
    tallies: dict[str, Ints],
) -> tuple[Ints, Ints, CodeColumn]:
    """Return counts by level of a factor, the level of each code, and its column."""
    held = rows.joint_of(name)
    if held is None:
        factor = factors[name]
        counts, level_of, column = tallies["unit"], factor.level_of, rows.unit
        levels = len(factor.levels)
    else:
        joint, column = held
        counts, level_of = tallies[joint.name], joint.level_of(name)
        levels = int(level_of.max()) + 1
    found = np.zeros((levels, 2), dtype=np.int64)
    used = level_of >= 0
    np.add.at(found, level_of[used], counts[used])
    return found, level_of, column


def _term(
    rows: OutcomeRows,
    name: str,
    factors: dict[str, UnitFactor],
    tallies: dict[str, Ints],
) -> Term | None:
    held = rows.joint_of(name)
    if held is not None:
        joint, _ = held
        return joint.term(name, tallies[joint.name].sum(axis=1))
    counts, level_of, column = _by_level(rows, name, factors, tallies)
    factor = factors[name]
    return term_over(name, column.name, level_of, factor.levels, counts.sum(axis=1))


def _strata(
    rows: OutcomeRows, names: Sequence[str], factors: dict[str, UnitFactor]
) -> CodeColumn | None:
    """Return one code for all things that a survival model is stratified by."""
    codes, levels = np.zeros(rows.rows, dtype=np.int64), 1
    for name in names:
        held = rows.joint_of(name)
        if held is None:
            level_of, column = factors[name].level_of, rows.unit
        else:
            level_of, column = held[0].level_of(name), held[1]
        number = int(level_of.max()) + 1
        codes = codes * number + level_of[column.codes]
        levels *= number
    if levels == 1:
        return None
    used, compact = np.unique(codes, return_inverse=True)
    return looked_up(
        "strata", compact.astype(np.uint16), np.arange(len(used)), len(used)
    )


def _together(steps: Sequence[FlowStep]) -> list[FlowStep]:
    """Return one step for each thing: leaving may go round more than once."""
    found: dict[str, FlowStep] = {}
    for step in steps:
        before = found.pop(step.name, None)
        count = step.count + (before.count if before else 0)
        found[step.name] = FlowStep(
            step.name, step.label, step.kind, count, step.remaining
        )
    return list(found.values())
