"""Which organisation?  Found by name, code or an earlier code."""

from __future__ import annotations

from dataclasses import dataclass

from candela.publish.pages.parts import Sentence

__all__ = ["FindPage", "FoundOrganisation"]


@dataclass(frozen=True)
class FoundOrganisation:
    """One organisation found: ``code`` is the present one, ``note`` says what became
    of an earlier code."""

    code: str
    name: str
    note: str = ""


@dataclass(frozen=True)
class FindPage:
    """What a search found; ``nearest`` only where nothing matched."""

    made_up: bool
    question: str
    words: str
    finding: Sentence
    found: tuple[FoundOrganisation, ...]
    nearest: tuple[FoundOrganisation, ...]
    hint: str
    warnings: tuple[str, ...]
