"""Who is it fair to compare us with?"""

from __future__ import annotations

from dataclasses import dataclass

from candela.publish.pages.parts import Sentence, View

__all__ = ["BasisChoice", "PeerChoice", "PeersPage"]


@dataclass(frozen=True)
class BasisChoice:
    """What peers may be alike in: a feature's key, or ``all``."""

    key: str
    words: str
    chosen: bool


@dataclass(frozen=True)
class PeerChoice:
    """An organisation that can be kept or dropped."""

    code: str
    name: str
    chosen: bool
    alike: Sentence  # in what it is most and least alike


@dataclass(frozen=True)
class PeersPage:
    """The organisations most alike, and in what; none of it says who does better."""

    made_up: bool
    code: str
    name: str
    question: str
    finding: Sentence
    how_made: tuple[str, ...]
    bases: tuple[BasisChoice, ...]
    peers: tuple[PeerChoice, ...]
    table: View
    too_few: str
    cannot_tell: tuple[str, ...]
    book_line: str
    warnings: tuple[str, ...]
