"""How are a hundred million rows written so that a model can pass over them?

Every covariate has few distinct values, so a row is a handful of codes: an age is one
of a hundred, a trust in a year one of a thousand.  A ``CodeColumn`` holds the codes; a
``Term`` says what they mean to a model, as a small table with a row for each level and
a column for each coefficient.  A factor, a number and a spline are all such tables, and
the row of the design matrix is never written out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from candela.errors import InputError

__all__ = [
    "CodeColumn",
    "CodedDesign",
    "Codes",
    "Term",
    "factor_term",
    "numeric_term",
]

Codes = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
Floats = npt.NDArray[np.float64]

MOST_LEVELS = 65_536


@dataclass(frozen=True, eq=False)
class CodeColumn:
    """One column of codes.

    Parameters
    ----------
    codes : ndarray of uint8 or uint16, shape (n,)
        From 0 to ``levels`` less one.
    levels
        How many levels there are, those without rows included.
    """

    name: str
    codes: Codes
    levels: int

    def __post_init__(self) -> None:
        if not 1 <= self.levels <= MOST_LEVELS:
            raise InputError(
                f"{self.name} has {self.levels} levels; expected 1 to {MOST_LEVELS}. "
                "Band it."
            )
        if self.codes.dtype not in (np.dtype(np.uint8), np.dtype(np.uint16)):
            raise ValueError(f"codes of {self.name} are {self.codes.dtype}")

    def __repr__(self) -> str:
        # Never the codes: a row of them is about a person.
        return f"CodeColumn({self.name}, {len(self.codes)} rows, {self.levels} levels)"

    def __reduce__(self) -> str:
        raise TypeError("rows about people are not written or sent anywhere")


@dataclass(frozen=True, eq=False)
class Term:
    """The coefficients that one code column carries.

    Parameters
    ----------
    column
        Name of the ``CodeColumn``.
    labels
        One for each coefficient, such as ``age 65 to 69``.
    basis : ndarray, shape (levels, q)
        What a level adds to the linear predictor, by coefficient.
    """

    name: str
    column: str
    labels: tuple[str, ...]
    basis: Floats

    def __post_init__(self) -> None:
        if self.basis.ndim != 2 or self.basis.shape[1] != len(self.labels):
            raise ValueError(f"{self.name} has a basis of shape {self.basis.shape}")
        if not np.isfinite(self.basis).all():
            raise InputError(f"{self.name} holds a value that is not a number.")


@dataclass(frozen=True, eq=False)
class CodedDesign:
    """Code columns and the terms they carry; a term's column must be among them.

    A column may carry several terms (a trust in a year carries its year and its dose)
    or none.
    """

    columns: tuple[CodeColumn, ...]
    terms: tuple[Term, ...]

    def __post_init__(self) -> None:
        by_name = {column.name: column for column in self.columns}
        if len(by_name) != len(self.columns):
            raise ValueError("two code columns have one name")
        if len({len(column.codes) for column in self.columns}) > 1:
            raise ValueError("code columns differ in length")
        for term in self.terms:
            if len(term.basis) != by_name[term.column].levels:
                raise ValueError(
                    f"{term.name} has {len(term.basis)} rows in its basis for "
                    f"{by_name[term.column].levels} levels of {term.column}"
                )

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.columns[0].codes) if self.columns else 0

    @property
    def labels(self) -> tuple[str, ...]:
        """Coefficient labels in the order of the terms."""
        return tuple(label for term in self.terms for label in term.labels)

    def column(self, name: str) -> CodeColumn:
        """Return a column by its name."""
        return next(column for column in self.columns if column.name == name)

    def matrix(self) -> Floats:
        """Return the design matrix itself, shape (n, p): for small data and tests."""
        parts = [t.basis[self.column(t.column).codes] for t in self.terms]
        return np.hstack(parts) if parts else np.empty((self.rows, 0))

    def with_terms(self, terms: Sequence[Term]) -> CodedDesign:
        """Return the same rows with other terms."""
        return replace(self, terms=tuple(terms))

    @classmethod
    def of_values(
        cls,
        numbers: Mapping[str, npt.ArrayLike],
        factors: Mapping[str, npt.ArrayLike] | None = None,
    ) -> CodedDesign:
        """Return the design of plain columns: numbers as they are, factors by level.

        The first level of a factor, in sorted order, is the reference.
        """
        columns, terms = [], []
        for name, values in numbers.items():
            distinct, column = _coded(name, values)
            columns.append(column)
            terms.append(numeric_term(name, column, distinct.astype(np.float64)))
        for name, values in (factors or {}).items():
            distinct, column = _coded(name, values)
            columns.append(column)
            terms.append(factor_term(name, column, [str(level) for level in distinct]))
        return cls(tuple(columns), tuple(terms))


def factor_term(
    name: str, column: CodeColumn, levels: Sequence[str], *, reference: int = 0
) -> Term:
    """Return a term with a coefficient for each level but the reference."""
    kept = [level for level in range(column.levels) if level != reference]
    basis = np.zeros((column.levels, len(kept)))
    basis[kept, np.arange(len(kept))] = 1.0
    return Term(name, column.name, tuple(f"{name} {levels[k]}" for k in kept), basis)


def numeric_term(name: str, column: CodeColumn, values: Floats) -> Term:
    """Return a term with one coefficient: a number for each level, shape (levels,)."""
    return Term(name, column.name, (name,), np.asarray(values, np.float64)[:, None])


def _coded(
    name: str, values: npt.ArrayLike
) -> tuple[npt.NDArray[np.generic], CodeColumn]:
    distinct, codes = np.unique(np.asarray(values), return_inverse=True)
    if len(distinct) > MOST_LEVELS:
        raise InputError(f"{name} has {len(distinct)} distinct values; band it.")
    narrow = len(distinct) <= 256
    kept: Codes = codes.astype(np.uint8) if narrow else codes.astype(np.uint16)
    return distinct, CodeColumn(name, kept, len(distinct))
