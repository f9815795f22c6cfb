"""What can be asked of an engine, whichever it is?

An engine holds person-level rows and answers with two things only: small tables of
counts, and columns of codes for a model to pass over.  Identifiers, dates and text stay
inside.  The same SQL runs on every engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self

from candela.stats.coded import CodeColumn

__all__ = ["CodedRows", "Engine", "FileKind"]

FileKind = Literal["parquet", "csv", "pipe"]


@dataclass(frozen=True, eq=False)
class CodedRows:
    """Columns of codes, a row each for a person, a spell or a group of them alike.

    Attributes
    ----------
    columns
        By name, in the order asked for.
    """

    columns: Mapping[str, CodeColumn]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(next(iter(self.columns.values())).codes) if self.columns else 0

    def __repr__(self) -> str:
        return f"CodedRows({self.rows} rows, {', '.join(self.columns)})"


class Engine(Protocol):
    """A place where person-level rows are counted.  Use it in a ``with`` block."""

    name: Literal["duckdb", "spark"]
    version: str

    def read_files(
        self, view: str, files: Sequence[Path], *, kind: FileKind
    ) -> tuple[str, ...]:
        """Make files of one layout a view, every column as text unless Parquet.

        Returns
        -------
        tuple of str
            The column names as written in the files.

        Raises
        ------
        InputError
            If a file cannot be read or files differ in their columns.
        """

    def create_view(self, view: str, sql: str) -> None:
        """Name a query: one ``SELECT``, and nothing that writes.

        Raises
        ------
        ValueError
            If it is not one, or names what is not there.
        """

    def hold(self, view: str, sql: str) -> None:
        """Name a query and work it out once, for what would be worked out many times.

        Its rows stay in the engine's memory until it is closed.

        Raises
        ------
        InputError
            If they do not fit and no folder for spilling was named.
        """

    def put(self, view: str, columns: Mapping[str, Sequence[object]]) -> None:
        """Make a small table of our own, such as codes of trusts, a view to join."""

    def rows(self, sql: str, *, most: int = 100_000) -> list[dict[str, object]]:
        """Return a small table of counts.

        Raises
        ------
        ValueError
            If there are more rows than ``most``: then it is not a table of counts.
        """

    def coded(self, sql: str, levels: Mapping[str, int]) -> CodedRows:
        """Return columns of codes.

        Parameters
        ----------
        sql
            A query whose columns are named as in ``levels`` and hold whole numbers from
            0 to the level less one, none of them null.
        levels
            Number of levels of each column, at most 65,536.

        Raises
        ------
        InputError
            If a value is null or beyond its levels; the column is named, the value not.
        """

    def repeated_keys(self, view: str, key: str) -> int:
        """Return how many rows repeat the key of another row; null is no key."""

    def keep_one(self, view: str, source: str, key: str) -> int:
        """Make ``view`` the rows of ``source`` with one row of each key.

        Rows without a key stay.  Of rows with one key, the first by their columns in
        order stays, wherever it was in the files.

        Returns
        -------
        int
            How many rows were left out.
        """

    def close(self) -> None:
        """Forget everything; nothing is left on disk."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
