"""How are we doing in research, and what needs a look?  One organisation's page."""

from __future__ import annotations

from dataclasses import dataclass

from candela.publish.pages.parts import Nothing, Sentence, Target

__all__ = ["IndicatorLine", "OrganisationPage"]


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator in one sentence: value, interval, period, range, change."""

    indicator: str
    label: str
    sentence: Sentence
    target: Target
    nothing: Nothing = ""


@dataclass(frozen=True)
class OrganisationPage:
    """One organisation: what is worth a question first, then the rest.

    ``histories`` says of mergers whose figures are joined, and where; ``silence`` is
    the sentence on recruitment that nobody reported, where that is so.
    """

    made_up: bool
    code: str
    name: str
    question: str
    finding: Sentence
    worth_a_question: tuple[IndicatorLine, ...]
    possibly_different: tuple[IndicatorLine, ...]
    not_different: tuple[IndicatorLine, ...]
    too_few: tuple[IndicatorLine, ...]
    silence: Sentence
    histories: tuple[Sentence, ...]
    peers: Sentence
    peer_codes: tuple[str, ...]
    changed: Sentence
    next_step: Sentence
    cannot_tell: tuple[str, ...]
    book_line: str
    warnings: tuple[str, ...]
