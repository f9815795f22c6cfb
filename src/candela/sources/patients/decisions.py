"""What was decided about rows that are not as they should be, and about how many?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["Candidate", "Decision", "RowRule"]


@dataclass(frozen=True)
class Decision:
    """One decision about rows of one table, in the order in which it was taken.

    Attributes
    ----------
    kind
        ``left`` for rows that leave here (or are joined to another); ``changed`` for
        rows that stay, with something taken as not known.
    rows
        How many rows it touched.
    remaining
        How many rows go on.
    unit
        What is counted: ``episodes``, ``spells`` or ``tumours``.
    """

    table: str
    name: str
    label: str
    kind: Literal["left", "changed"]
    rows: int
    remaining: int
    unit: str


@dataclass(frozen=True)
class RowRule:
    """A reason for a row to leave: ``condition`` is SQL about the columns ``needs``."""

    name: str
    label: str
    condition: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A view with the columns of a table, before rows are judged.

    Attributes
    ----------
    expressions
        SQL for each canonical column that the files can give.
    rows
        How many rows the view has.
    rules
        Reasons to leave of this layout, before those that all layouts share.
    key_is_unique
        Whether the way it was made leaves no identifier twice.
    """

    table: str
    view: str
    expressions: Mapping[str, str]
    rows: int
    unit: str
    decisions: tuple[Decision, ...] = ()
    rules: tuple[RowRule, ...] = ()
    key_is_unique: bool = False
    notes: tuple[str, ...] = ()
