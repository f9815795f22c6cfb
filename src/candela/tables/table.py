"""What is one row, in what unit, from where?

A ``Table`` is columns of equal length with a ``TableSpec`` that says what one row
stands for (its *grain*), what each column holds, and which files it came from.  The
spec is written once and used three ways: to check a table when it is made, to write the
reference pages, and to describe the columns of every published CSV.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from candela.errors import InputError

__all__ = ["Column", "SourceFile", "Table", "TableSpec"]

Kind = Literal["text", "count", "number", "date"]
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Column:
    """One column: what it holds, in what unit, and what is refused."""

    name: str
    kind: Kind
    description: str
    unit: str = ""
    nullable: bool = False
    minimum: float | None = None
    allowed: tuple[str, ...] = ()

    def as_array(self, values: Sequence[Any] | Array) -> Array:
        """Return ``values`` as this column stores them.

        Text is ``object`` (missing: empty), numbers and counts ``float64`` (missing:
        NaN), dates ``datetime64[D]`` (missing: NaT).
        """
        if self.kind == "text":
            out = np.empty(len(values), dtype=object)
            out[:] = ["" if v is None else str(v) for v in values]
            return out
        if self.kind == "date":
            return np.asarray(values, dtype="datetime64[D]")
        return np.array([np.nan if v is None else v for v in values], dtype=np.float64)

    def missing(self, values: Array) -> npt.NDArray[np.bool_]:
        """Return which values are missing."""
        if self.kind == "text":
            return np.asarray(values == "", dtype=bool)
        if self.kind == "date":
            return np.asarray(np.isnat(values), dtype=bool)
        return np.asarray(np.isnan(values), dtype=bool)

    def refusal(self, values: Array) -> str:
        """Return why the column is refused, or nothing."""
        missing = self.missing(values)
        if not self.nullable and missing.any():
            return f"row {int(np.argmax(missing)) + 1} is blank"
        if self.kind in ("count", "number") and self.minimum is not None:
            low = values < self.minimum
            if low.any():
                where = int(np.argmax(low))
                return f"row {where + 1} is {values[where]:g}, below {self.minimum:g}"
        if self.kind == "count":
            broken = ~missing & (values != np.round(values))
            if broken.any():
                return f"row {int(np.argmax(broken)) + 1} is not a whole number"
        if self.allowed:
            known = np.isin(values, [*self.allowed, ""])
            if not known.all():
                return f"`{values[int(np.argmin(known))]}` is not one of {self.allowed}"
        return ""


@dataclass(frozen=True)
class TableSpec:
    """What one row of a table stands for.

    ``grain`` names the columns that together identify a row; an empty grain means that
    rows repeat (an event list).
    """

    name: str
    description: str
    grain: tuple[str, ...]
    columns: tuple[Column, ...]

    def __post_init__(self) -> None:
        unknown = set(self.grain) - {column.name for column in self.columns}
        if unknown:
            raise ValueError(f"grain of {self.name} names no column: {unknown}")

    def column(self, name: str) -> Column:
        """Return the column of that name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True)
class SourceFile:
    """The file a row came from: enough to find it again and to tell if it changed."""

    name: str
    sha256: str
    size_bytes: int
    layout: str = ""
    publisher: str = ""
    licence: str = ""


@dataclass(frozen=True)
class Table:
    """Columns of equal length, checked against their spec when made.

    Raises
    ------
    InputError
        If a column is missing, unknown, of another length, or holds a value that its
        spec refuses; or if two rows have the same grain.
    """

    spec: TableSpec
    columns: Mapping[str, Array]
    sources: tuple[SourceFile, ...] = ()

    def __post_init__(self) -> None:
        names = [column.name for column in self.spec.columns]
        if list(self.columns) != names:
            raise InputError(
                f"{self.spec.name}: columns {list(self.columns)} where {names} belong."
            )
        if len({len(values) for values in self.columns.values()}) > 1:
            raise InputError(f"{self.spec.name}: columns differ in length.")
        for column in self.spec.columns:
            refusal = column.refusal(self.columns[column.name])
            if refusal:
                raise InputError(
                    f"{self.spec.name}, column `{column.name}`: {refusal}."
                )
        self._check_grain()

    def _check_grain(self) -> None:
        if not self.spec.grain:
            return
        seen: set[tuple[Any, ...]] = set()
        for key in self.keys(*self.spec.grain):
            if key in seen:
                told = ", ".join(str(part) for part in key)
                raise InputError(
                    f"{self.spec.name}: two rows for {self.spec.grain} = {told}."
                )
            seen.add(key)

    @classmethod
    def from_rows(
        cls,
        spec: TableSpec,
        rows: Sequence[Mapping[str, Any]],
        sources: tuple[SourceFile, ...] = (),
    ) -> Table:
        """Return a table of ``rows``; a key that a row lacks is missing."""
        columns = {
            column.name: column.as_array([row.get(column.name) for row in rows])
            for column in spec.columns
        }
        return cls(spec, columns, sources)

    @classmethod
    def empty(cls, spec: TableSpec) -> Table:
        """Return a table without rows."""
        return cls.from_rows(spec, ())

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def __getitem__(self, name: str) -> Array:
        return self.columns[name]

    def keys(self, *names: str) -> list[tuple[Any, ...]]:
        """Return the values of these columns, one tuple a row, dates as ``date``."""
        return list(zip(*(self.columns[name].tolist() for name in names), strict=True))

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield each row as a dictionary of Python values."""
        names = list(self.columns)
        for values in self.keys(*names):
            yield dict(zip(names, values, strict=True))

    def where(self, keep: Array) -> Table:
        """Return the rows for which ``keep`` (boolean, or row numbers) holds."""
        columns = {name: values[keep] for name, values in self.columns.items()}
        return replace(self, columns=columns)

    def sorted_by(self, *names: str) -> Table:
        """Return the same rows in the order of these columns."""
        keys = self.keys(*names)
        order = sorted(range(len(self)), key=keys.__getitem__)
        return self.where(np.array(order, dtype=np.intp))

    def stacked_on(self, other: Table) -> Table:
        """Return the rows of ``other`` and then these; both must be of one spec."""
        if self.spec != other.spec:
            raise InputError(f"cannot stack {self.spec.name} on {other.spec.name}.")
        columns = {
            name: np.concatenate([other.columns[name], values])
            for name, values in self.columns.items()
        }
        known = {source.name: source for source in (*other.sources, *self.sources)}
        return Table(self.spec, columns, tuple(known.values()))

    def joined(self, other: Table, *, name: str) -> Table:
        """Return the rows found in both, side by side.

        Both tables must have the same grain: joining a row that stands for a trust
        and a year with a row that stands for a trust is a mistake, not a request.

        Raises
        ------
        InputError
            If the grains differ, or a column other than the grain is in both.
        """
        grain = self.spec.grain
        if grain != other.spec.grain or not grain:
            raise InputError(
                f"cannot join {self.spec.name} (one row per {' and '.join(grain)}) "
                f"with {other.spec.name} (one row per "
                f"{' and '.join(other.spec.grain)}): bring them to one grain first."
            )
        added = tuple(c for c in other.spec.columns if c.name not in grain)
        clash = {c.name for c in added} & set(self.columns)
        if clash:
            raise InputError(f"cannot join: both tables have {sorted(clash)}.")
        place = {key: row for row, key in enumerate(other.keys(*grain))}
        pairs = [
            (row, place[key])
            for row, key in enumerate(self.keys(*grain))
            if key in place
        ]
        mine = np.array([a for a, _ in pairs], dtype=np.intp)
        theirs = np.array([b for _, b in pairs], dtype=np.intp)
        spec = TableSpec(
            name,
            f"{self.spec.name} beside {other.spec.name}",
            grain,
            self.spec.columns + added,
        )
        columns = {n: values[mine] for n, values in self.columns.items()}
        columns |= {c.name: other.columns[c.name][theirs] for c in added}
        known = {source.name: source for source in (*self.sources, *other.sources)}
        return Table(spec, columns, tuple(known.values()))
