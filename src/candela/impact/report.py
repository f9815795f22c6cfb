"""What is a report of impact made of, before it is put into words?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from candela.impact.claims import Claim, Role

__all__ = ["CaseReport", "Coverage", "GroupHeard", "Quoted", "StudyFacts"]


@dataclass(frozen=True)
class StudyFacts:
    """A study as a reader should know it; dates may be unknown."""

    key: str
    kind: str
    title: str
    short_title: str
    plain_summary: str
    service: str
    lead: str
    sponsor: str = ""
    opened_on: date | None = None
    closed_on: date | None = None
    recruits: int | None = None
    identifiers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class GroupHeard:
    """How many of a group were asked and answered; true counts, never shown as such."""

    role: Role
    asked: int | None
    answered: int
    anonymous: bool


@dataclass(frozen=True)
class Quoted:
    """Words that may be quoted: consent given, and cleared by a person."""

    text: str
    role: Role
    claim: str
    key: str = ""


@dataclass(frozen=True)
class Coverage:
    """Of how many studies how many were asked; always beside a count of claims."""

    eligible: int
    asked: int
    with_claims: int


@dataclass(frozen=True)
class CaseReport:
    """Everything a report of one study, or of all, may say.

    ``services`` and ``studies`` give names for the keys in claims.
    """

    organisation: str
    dated: date
    made_up: bool
    study: StudyFacts | None
    claims: tuple[Claim, ...]
    groups: tuple[GroupHeard, ...] = ()
    quotes: tuple[Quoted, ...] = ()
    coverage: Coverage | None = None
    did_not_go_to_plan: str = ""
    what_next: str = ""
    contact: str = ""
    reviewed_by: tuple[str, ...] = ()
    review_due: date | None = None
    asked_of_board: str = ""
    services: Mapping[str, str] = field(default_factory=dict)
    studies: Mapping[str, str] = field(default_factory=dict)
