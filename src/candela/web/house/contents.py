"""What is in a database, so that a copy of it can be checked?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from candela.errors import InputError

__all__ = ["Contents"]


@dataclass(frozen=True)
class Contents:
    """Rows of each table, the migrations done, and the folders of books it names."""

    kind: Literal["sqlite", "postgresql"]
    rows: Mapping[str, int]
    migrations: tuple[str, ...]
    book_folders: tuple[str, ...]

    @property
    def row_count(self) -> int:
        """Rows of all tables together."""
        return sum(self.rows.values())

    def refuse_if_not(self, expected: Mapping[str, int]) -> None:
        """Refuse a copy that does not have exactly the rows it should have.

        Raises
        ------
        InputError
            Naming each table that differs.
        """
        names = sorted({*self.rows, *expected})
        differing = [
            f"{name}: {self.rows.get(name, 0)} rows, and {expected.get(name, 0)} were "
            "backed up"
            for name in names
            if self.rows.get(name) != expected.get(name)
        ]
        if differing:
            raise InputError(
                "What was put back is not what was backed up. Use an earlier backup.\n"
                + "\n".join(differing)
            )

    def written(self) -> dict[str, Any]:
        """Return it as a backup notes it."""
        return {
            "database": self.kind,
            "rows": dict(self.rows),
            "migrations": sorted(self.migrations),
        }
