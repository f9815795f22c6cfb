"""How is a column coded in SQL that means the same on every engine?

Each function returns the text of an expression.  Columns are given as SQL, so that an
expression may be coded too; names and texts go through ``quoted`` and ``literal``.

The common subset, tested on both engines: cast before arithmetic (``7/2`` differs);
cast sums of whole numbers to ``BIGINT``; write text as ``STRING``; ask for membership
with ``among`` and for a level with ``choice``, never with a join, which costs ten times
as much and loses the order of rows.  Five functions that each engine spells its own way
are made under one name when an engine opens (``candela.engine.functions``):
``days_between``, ``iso_date``, ``compact_date``, ``whole_number`` and ``text_matches``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

__all__ = ["among", "band", "choice", "first_step", "literal", "quoted"]

# Spark takes what separates for a pattern: none of these means anything in one.
SEPARATORS = ",;~!@%&=_ "


def quoted(identifier: str) -> str:
    """Return the name of a column or view, safe in SQL."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text, safe in SQL."""
    # A quote within is written '' on one engine and \' on another.
    parts = [f"'{part}'" for part in text.split("'")]
    return parts[0] if len(parts) == 1 else f"CONCAT({', CHR(39), '.join(parts)})"


def band(column: str, edges: Sequence[float], *, unknown: int | None = None) -> str:
    """Return the band of a number: 0 below the first edge, a new band at each edge.

    Parameters
    ----------
    column
        SQL of a number.
    edges
        Rising; a number equal to an edge is in the band that begins there.
    unknown
        Code where the number is null; without one, null stays null.

    Raises
    ------
    ValueError
        If the edges do not rise.
    """
    if any(later <= earlier for earlier, later in pairwise(edges)):
        raise ValueError("edges of bands must rise")
    steps = [
        f"WHEN {column} < {_number(edge)} THEN {code}"
        for code, edge in enumerate(edges)
    ]
    absent = "NULL" if unknown is None else str(unknown)
    return " ".join(
        [f"CASE WHEN {column} IS NULL THEN {absent}", *steps, f"ELSE {len(edges)} END"]
    )


def choice(column: str, values: Sequence[str], *, unknown: int | None) -> str:
    """Return the place of a text among ``values``, counted from 0.

    ``unknown`` is the code of null and of any other text; with ``None`` they are null,
    which ``Engine.coded`` refuses.
    """
    absent = "NULL" if unknown is None else str(unknown)
    if not values:
        return f"CAST({absent} AS INT)"
    place = f"NULLIF(ARRAY_POSITION({_texts(values)}, CAST({column} AS STRING)), 0)"
    return f"COALESCE(CAST({place} AS INT) - 1, {absent})"


def among(column: str, values: Sequence[str]) -> str:
    """Return whether a text is one of ``values``; false where it is null."""
    if not values:
        return "FALSE"
    found = f"ARRAY_CONTAINS({_texts(values)}, CAST({column} AS STRING))"
    return f"COALESCE({found}, FALSE)"


def first_step(conditions: Sequence[str]) -> str:
    """Return the first condition, counted from 1, that a row meets; 0 if none.

    A condition that is null is not met.
    """
    if not conditions:
        return "0"
    steps = [
        f"WHEN {condition} THEN {step}" for step, condition in enumerate(conditions, 1)
    ]
    return " ".join(["CASE", *steps, "ELSE 0 END"])


def _number(edge: float) -> str:
    return str(int(edge)) if float(edge).is_integer() else f"CAST({edge!r} AS DOUBLE)"


def _texts(values: Sequence[str]) -> str:
    # A list is written ['a', 'b'] on one engine and array('a', 'b') on the other, and
    # both split a text.
    free = (mark for mark in SEPARATORS if not any(mark in value for value in values))
    mark = next(free, "\u001f")
    if any(mark in value for value in values):
        raise ValueError("a value holds a control character")
    return f"SPLIT({literal(mark.join(values))}, {literal(mark)})"
