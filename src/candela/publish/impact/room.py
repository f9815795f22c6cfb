"""How long may each part be, so that a document keeps to its sides?

What was typed may be long.  A document is first made with all the room it may have; as
long as it runs over, it is made again with less.  What has no room is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from candela.publish.documents import pdf
from candela.publish.documents.model import Document

__all__ = ["Room", "fitted"]

FEWEST_WORDS = 12
# Kept free at the foot: what was changed since the last version is added there later.
KEPT_FREE = {"Changed since": "words " * 20}


@dataclass(frozen=True)
class Room:
    """How much room there is.

    Attributes
    ----------
    share
        Of the words that each part may have at most.
    claims
        How many statements beside the first are named.
    rows
        Of a table of statements.
    evidence
        How many pieces of evidence are listed.
    chart_mm
        How wide a picture is.
    quote
        Whether there is room for a quote.
    """

    share: float
    claims: int
    rows: int
    evidence: int
    chart_mm: int
    quote: bool = True

    def words(self, most: int) -> int:
        """Return how many words a part may have that may have so many at most."""
        return max(FEWEST_WORDS, int(most * self.share))


ROOMS = (
    Room(1.0, claims=2, rows=12, evidence=3, chart_mm=160),
    Room(0.8, claims=2, rows=12, evidence=2, chart_mm=130),
    Room(0.6, claims=1, rows=10, evidence=2, chart_mm=110),
    Room(0.45, claims=1, rows=8, evidence=1, chart_mm=100),
    Room(0.3, claims=1, rows=3, evidence=1, chart_mm=90, quote=False),
)


def fitted(
    make: Callable[[Room], Document], *, rooms: Sequence[Room] = ROOMS
) -> Document:
    """Return the longest document that keeps to its sides."""
    made = make(rooms[0])
    for room in rooms[1:]:
        if pdf.sides(replace(made, about={**made.about, **KEPT_FREE})) <= made.sides:
            break
        made = make(room)
    return made
