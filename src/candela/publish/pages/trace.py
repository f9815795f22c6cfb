"""Where did this number come from?"""

from __future__ import annotations

from dataclasses import dataclass

from candela.publish.pages.parts import Fact

__all__ = ["TracePage"]


@dataclass(frozen=True)
class TracePage:
    """One printed number: its value before rounding, its rule, its rows."""

    made_up: bool
    name: str
    question: str
    facts: tuple[Fact, ...]
    book_line: str
