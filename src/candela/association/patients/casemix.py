"""What is a patient like, in codes that a model can use?

Each thing adjusted for has few levels.  Several small ones are made into one joint code
by SQL, so that a row costs a few bytes; the terms of a model are then written over the
levels of the joint code.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from candela.association.patients.protocol import CaseMix
from candela.engine.expressions import among, band, choice, quoted
from candela.errors import InputError
from candela.stats.coded import Term
from candela.tables.patients import PatientTable

__all__ = [
    "FEWEST_ROWS",
    "OF_UNITS",
    "OTHER",
    "UNKNOWN",
    "Factor",
    "Joint",
    "band_words",
    "factor_of",
    "joints_of",
    "term_over",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

UNKNOWN = "not known"
OTHER = "other"
FEWEST_ROWS = 10  # a value of fewer could point at somebody, and tells a model little
OF_UNITS = ("year", "trust_patients")  # the same for all patients of a unit
MOST_TEXTS = 250
MOST_JOINT = 256
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True)
class Factor:
    """One thing adjusted for, as levels.

    Attributes
    ----------
    levels
        Words of each level; the last is ``not known`` where that is a class.
    sql
        The level of a row, from 0.
    unknown
        SQL: whether it is not known of a row.
    rare
        SQL: whether its value is too rare to be a level; empty if none is.
    """

    mix: CaseMix
    levels: tuple[str, ...]
    sql: str
    unknown: str
    rare: str = ""

    @property
    def name(self) -> str:
        """What it is called in the protocol."""
        return self.mix.name


@dataclass(frozen=True)
class Joint:
    """A code column that stands for several factors at once."""

    name: str
    factors: tuple[Factor, ...]

    @property
    def levels(self) -> int:
        """Number of levels of all factors together."""
        return int(np.prod([len(factor.levels) for factor in self.factors]))

    @property
    def sql(self) -> str:
        """The joint level of a row: the first factor varies slowest."""
        code = f"CAST({self.factors[0].sql} AS INT)"
        for factor in self.factors[1:]:
            code = f"({code} * {len(factor.levels)} + CAST({factor.sql} AS INT))"
        return code

    def level_of(self, name: str) -> Ints:
        """Return the level of one factor for each level of the joint code."""
        shape = tuple(len(factor.levels) for factor in self.factors)
        place = [factor.name for factor in self.factors].index(name)
        return np.unravel_index(np.arange(self.levels), shape)[place].astype(np.int64)

    def counts_of(self, name: str, counts: Ints) -> Ints:
        """Return counts by level of one factor, from those by joint level."""
        factor = next(f for f in self.factors if f.name == name)
        return np.bincount(
            self.level_of(name), counts, minlength=len(factor.levels)
        ).astype(np.int64)

    def term(self, name: str, counts: Ints) -> Term | None:
        """Return the term of one factor; none if all patients are alike in it.

        Parameters
        ----------
        counts : ndarray of int, shape (levels,)
            Patients by joint level.  The most common level is the reference, and levels
            without patients have no coefficient.
        """
        factor = next(f for f in self.factors if f.name == name)
        return term_over(
            name,
            self.name,
            self.level_of(name),
            factor.levels,
            self.counts_of(name, counts),
        )


def term_over(
    name: str,
    column: str,
    level_of: Ints,
    levels: Sequence[str],
    counts: Ints,
) -> Term | None:
    """Return a term with a coefficient for each level with patients but the commonest.

    Parameters
    ----------
    level_of : ndarray of int, shape (codes of the column,)
        The level for each code, -1 for codes that no row that is kept has.
    counts : ndarray of int, shape (levels,)
        Patients by level.
    """
    used = [level for level in range(len(levels)) if counts[level] > 0]
    if len(used) < 2:
        return None
    reference = int(np.argmax(counts))
    kept = [level for level in used if level != reference]
    basis: Floats = (level_of[:, None] == np.array(kept)).astype(np.float64)
    return Term(name, column, tuple(f"{name} {levels[k]}" for k in kept), basis)


def factor_of(
    mix: CaseMix, table: PatientTable, texts: Mapping[str, Mapping[str, int]]
) -> Factor:
    """Return the levels of one thing adjusted for, and the SQL that codes it.

    Parameters
    ----------
    texts
        For each text column, how many rows each value has.

    Raises
    ------
    InputError
        If a text column has too many different values.
    """
    if mix.column == "month":
        return Factor(mix, MONTHS, "study_month - 1", "study_month IS NULL")
    kind = table.column(mix.column)
    column = quoted(mix.column)
    if kind.kind == "text":
        return _text_factor(mix, column, texts[mix.column])
    if kind.kind == "choice":
        return _chosen(mix, column, kind.choices)
    if mix.bands:
        levels = band_words(mix.bands)
        # Below the first band is not known: it is nobody's band.
        inside = f"CASE WHEN {column} >= {mix.bands[0]:g} THEN {column} END"
        coded = band(inside, mix.bands[1:], unknown=len(levels))
        return _factor(mix, levels, coded, f"{inside} IS NULL")
    assert kind.least is not None
    assert kind.most is not None
    levels = tuple(str(n) for n in range(kind.least, kind.most + 1))
    coded = f"COALESCE({column} - {kind.least}, {len(levels)})"
    return _factor(mix, levels, coded, f"{column} IS NULL")


def _factor(mix: CaseMix, levels: tuple[str, ...], sql: str, unknown: str) -> Factor:
    found = Factor(mix, levels, sql, unknown)
    if mix.unknown == "class":
        return replace(found, levels=(*levels, UNKNOWN))
    return found


def _chosen(mix: CaseMix, column: str, values: Sequence[str]) -> Factor:
    coded = choice(column, values, unknown=len(values))
    return _factor(mix, tuple(values), coded, f"{column} IS NULL")


def _text_factor(mix: CaseMix, column: str, rows: Mapping[str, int]) -> Factor:
    values = sorted(value for value, count in rows.items() if count >= FEWEST_ROWS)
    if len(values) > MOST_TEXTS:
        raise InputError(
            f"{mix.column} has {len(values)} different values, and {mix.name} is "
            f"adjusted for by it. Expected at most {MOST_TEXTS}. Give groups, or keep "
            "only the first characters: `characters` in the protocol."
        )
    shown = f"SUBSTR({column}, 1, {mix.characters})" if mix.characters else column
    coded = choice(shown, values, unknown=len(values))
    if len(values) == len(rows):
        return _factor(mix, tuple(values), coded, f"{column} IS NULL")
    not_known = len(values) + 1
    found = _factor(
        mix,
        (*values, OTHER),
        f"CASE WHEN {column} IS NULL THEN {not_known} ELSE {coded} END",
        f"{column} IS NULL",
    )
    listed = among(shown, values)
    return replace(found, rare=f"{column} IS NOT NULL AND NOT {listed}")


def band_words(bands: Sequence[float]) -> tuple[str, ...]:
    """Return the words of bands, from the first value of each."""
    words = []
    for low, high in itertools.pairwise(bands):
        whole = float(low).is_integer() and float(high).is_integer()
        last = high - 1 if whole else high
        words.append(f"{low:g}" if last == low else f"{low:g} to {last:g}")
    return (*words, f"{bands[-1]:g} or more")


def joints_of(factors: Sequence[Factor]) -> tuple[Joint, ...]:
    """Return joint codes of at most 256 levels: the largest factor first, then fit."""
    groups: list[list[Factor]] = []
    for factor in sorted(factors, key=lambda f: (-len(f.levels), f.name)):
        for group in groups:
            size = len(factor.levels) * int(np.prod([len(f.levels) for f in group]))
            if size <= MOST_JOINT:
                group.append(factor)
                break
        else:
            groups.append([factor])
    return tuple(
        Joint(f"joint_{number}", tuple(group)) for number, group in enumerate(groups)
    )
