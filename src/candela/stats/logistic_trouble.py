"""What cannot a logistic model tell from these rows, and what should be done?

Messages name terms, levels and numbers of rows, never values of a row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from candela.errors import InputError, NotConverged
from candela.stats.coded import CodedDesign, Floats, Term
from candela.stats.coded_joint import JointDesign

__all__ = [
    "Separation",
    "check_separation",
    "collinear",
    "diverging",
    "separations",
    "term_of",
    "within_terms",
]


@dataclass(frozen=True)
class Separation:
    """A group of levels of one term where nobody, or everybody, has the event.

    Attributes
    ----------
    term, column
        Their names.
    levels
        Which levels of the column.
    label
        In words.
    rows
        Trials there.
    all_events
        Whether everybody has the event.
    """

    term: str
    column: str
    levels: tuple[int, ...]
    label: str
    rows: int
    all_events: bool


def separations(
    design: CodedDesign, joint: JointDesign, trials: list[Floats], events: list[Floats]
) -> Iterator[Separation]:
    """Yield groups without events, or with nothing else, that a term sets apart.

    A term sets a group apart when it has a coefficient for every group but one, as a
    factor does.

    Parameters
    ----------
    trials, events
        By level of each joint column.
    """
    for term in design.terms:
        at = next(
            k for k, column in enumerate(joint.columns) if term.column in column.names
        )
        size = joint.columns[at].sums_of(term.column, trials[at])
        found = joint.columns[at].sums_of(term.column, events[at])
        yield from _of_term(term, size, found)


def _of_term(term: Term, size: Floats, found: Floats) -> Iterator[Separation]:
    present = np.flatnonzero(size > 0)
    # A group without events is made of levels without.
    if not ((found == 0) | (found == size))[present].any():
        return
    groups, member = np.unique(term.basis[present], axis=0, return_inverse=True)
    member = member.ravel()
    count = len(groups)
    if not 2 <= count <= len(term.labels) + 1:
        return
    if not _told_apart(groups):
        return
    for g in range(count):
        levels = present[member == g]
        trials, events = float(size[levels].sum()), float(found[levels].sum())
        if 0 < events < trials:
            continue
        yield Separation(
            term=term.name,
            column=term.column,
            levels=tuple(levels.tolist()),
            label=_label(term, groups[g]),
            rows=round(trials),
            all_events=events > 0,
        )


def _told_apart(groups: Floats) -> bool:
    """Return whether a coefficient for each column can fit any risk of each group."""
    if ((groups == 0) | (groups == 1)).all() and (groups.sum(axis=1) <= 1).all():
        return True
    widened = np.column_stack([np.ones(len(groups)), groups])
    return bool(np.linalg.matrix_rank(widened) == len(groups))


def _label(term: Term, row: Floats) -> str:
    used = np.flatnonzero(row)
    if len(used) == 0:
        return f"{term.name}, reference level"
    return ", ".join(term.labels[k] for k in used)


def check_separation(found: Iterator[Separation]) -> None:
    """Refuse groups whose coefficient has no finite value.

    Raises
    ------
    NotConverged
        Naming terms and levels.
    """
    lines = [
        f"`{one.label}` ({one.rows} rows, {'all' if one.all_events else 'none'} of "
        "them with the event)"
        for one in found
    ]
    if lines:
        raise NotConverged(
            f"no finite odds ratio fits {'; '.join(lines)}. Join each with another "
            "level of its term, by wider bands, or leave these rows out."
        )


def diverging(design: CodedDesign, column: int) -> NotConverged:
    """Return the error for a coefficient on its way to infinity, counted from 1."""
    if column == 0:
        return NotConverged("the logistic model did not settle.")
    label = design.labels[column - 1]
    return NotConverged(
        f"the coefficient of `{label}` has no finite value: with the other columns, "
        "it sets apart rows where nobody, or everybody, has the event. Use wider bands "
        f"for {term_of(design, column).name}, or leave it out."
    )


def term_of(design: CodedDesign, column: int) -> Term:
    """Return the term that a coefficient belongs to, counted from 1."""
    last = 0
    for term in design.terms:
        last += len(term.labels)
        if column <= last:
            return term
    raise ValueError(f"the design has no coefficient {column}")


def within_terms(design: CodedDesign, aliased: dict[int, list[int]]) -> bool:
    """Return whether each column is told by columns of its own term alone."""
    return all(
        term_of(design, other) is term_of(design, column)
        for column, others in aliased.items()
        for other in others
        if other > 0
    )


def collinear(design: CodedDesign, aliased: dict[int, list[int]]) -> InputError:
    """Return the error for columns that repeat others."""
    lines = []
    for column, others in aliased.items():
        names = sorted({term_of(design, other).name for other in others if other})
        lines.append(
            f"`{design.labels[column - 1]}` is told already by {', '.join(names)}"
        )
    return InputError(
        f"{'; '.join(lines)}. Leave out one of the terms that repeat one another."
    )
