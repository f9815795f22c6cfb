"""What stands on a page about a method?"""

from __future__ import annotations

from dataclasses import dataclass

from candela.publish.pages.parts import View

__all__ = ["MADE_UP_ROWS", "QUESTION", "MethodPage", "Reference"]

QUESTION = "How is this worked out?"
MADE_UP_ROWS = "Made-up organisations; the numbers are worked out by the method itself."


@dataclass(frozen=True)
class Reference:
    """Where a method was published; ``doi`` may be empty."""

    words: str
    doi: str = ""


@dataclass(frozen=True)
class MethodPage:
    """One method: plain words, four rows worked through, formula, source.

    ``definition`` has at most 25 words.
    """

    name: str
    title: str
    question: str
    definition: str
    example: View
    arithmetic: tuple[str, ...]
    formula: tuple[str, ...]
    references: tuple[Reference, ...]
    leaves_out: tuple[str, ...]
    versions: tuple[str, ...]
