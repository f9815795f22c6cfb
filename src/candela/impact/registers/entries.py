"""What does a register hold about one study, or about one publication?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from candela.impact.claims import Worded
from candela.impact.registers.numbers import Scheme

__all__ = ["Entry", "Register", "StudyState", "Work", "day_of", "one_line"]

ISO = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")


class Register(Worded):
    """Where facts came from, with its name in a sentence."""

    EDGE = "edge", "an EDGE export"
    CPMS = "cpms", "a CPMS export"
    ISRCTN = "isrctn", "ISRCTN"
    NCT = "nct", "ClinicalTrials.gov"
    CROSSREF = "crossref", "Crossref"
    ORCID = "orcid", "ORCID"

    @property
    def nearness(self) -> int:
        """How near it is to us: what our own systems say of this site goes first."""
        return {Register.EDGE: 3, Register.CPMS: 2}.get(self, 1)


class StudyState(Enum):
    """How far a study is; the values are those of the study's own field."""

    SETUP = "setup"
    OPEN = "open"
    CLOSED_RECRUITMENT = "closed_recruitment"
    CLOSED = "closed"


@dataclass(frozen=True)
class Entry:
    """What a register says of one study; what it does not say is empty.

    Attributes
    ----------
    numbers
        The study's number here and in other registers.
    recruits
        People recruited at this site; never the total of the whole study.
    """

    register: Register
    numbers: Mapping[Scheme, str]
    title: str = ""
    short_title: str = ""
    plain_summary: str = ""
    sponsor: str = ""
    specialty: str = ""
    state: StudyState | None = None
    opened_on: date | None = None
    closed_recruitment_on: date | None = None
    closed_on: date | None = None
    recruits: int | None = None
    is_commercial: bool | None = None
    results: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Work:
    """A publication or another output as a register lists it."""

    title: str
    doi: str = ""
    pmid: str = ""
    kind: str = "publication"
    dated: date | None = None
    url: str = ""


def day_of(text: str) -> date | None:
    """Return the day of an ISO date or moment; a month alone is its first day."""
    found = ISO.match(text.strip())
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        return None


def one_line(text: object, longest: int) -> str:
    """Return text of somebody else on one line, without signs that steer."""
    shown = "".join(c if c.isprintable() else " " for c in str(text or ""))
    shown = " ".join(shown.split())
    return shown if len(shown) <= longest else f"{shown[: longest - 3].rstrip()}..."
