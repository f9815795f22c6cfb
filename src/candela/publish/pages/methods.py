"""How is this worked out?  One page for each method, indicator and measure."""

from __future__ import annotations

from dataclasses import dataclass

from candela.publish.pages.parts import View

__all__ = ["MethodPage", "Reference"]


@dataclass(frozen=True)
class Reference:
    """Where a method was published; ``doi`` may be empty."""

    words: str
    doi: str = ""


@dataclass(frozen=True)
class MethodPage:
    """One method: plain words, four rows worked through, formula, source."""

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
