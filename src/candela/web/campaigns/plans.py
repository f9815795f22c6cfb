"""Whom does one usually ask about a study of this kind, how, and until when?

What a new coordinator starts from; all of it can be changed.  People who took part and
their families are anonymous here unless somebody decides otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from candela.impact.claims import Role
from candela.web.campaigns.models import Group
from candela.web.studies.models import Study

__all__ = [
    "MODE_WORDS",
    "Days",
    "Planned",
    "days_after",
    "days_from",
    "only_researchers",
    "plan_for",
    "usual_mode",
]

Mode: Any = Group.Mode
Kind: Any = Study.Kind
OPEN_FOR = timedelta(weeks=6)
READ_WITHIN = timedelta(weeks=4)
TELL_WITHIN = timedelta(days=90)  # after the close

# What coordinators read; what respondents read says the same from their side.
MODE_WORDS: Mapping[str, str] = {
    Mode.ANONYMOUS: (
        "Nobody can find out who said what, not even you. Answers are opened together "
        "after the close. They cannot be taken back once sent."
    ),
    Mode.CONFIDENTIAL: (
        "You read the answers without names. Information governance can look up who "
        "gave one, and each look is kept in the audit log."
    ),
    Mode.IDENTIFIED: (
        "You see who said what, and who has not answered yet. People can take their "
        "answers back until they are published."
    ),
}


@dataclass(frozen=True)
class Planned:
    """A group to ask: its role, its mode, and how many people as a first guess."""

    role: Role
    mode: str
    target: int | None = None


@dataclass(frozen=True)
class Days:
    """The days of a campaign."""

    closes_on: date
    read_by: date
    told_by: date


ANONYMOUS = frozenset({Role.PARTICIPANT, Role.CARER})
ABOUT_STUDIES = (
    Planned(Role.PARTICIPANT, Mode.ANONYMOUS, 40),
    Planned(Role.CLINICIAN, Mode.CONFIDENTIAL, 12),
    Planned(Role.MANAGER, Mode.CONFIDENTIAL, 8),
    Planned(Role.RESEARCHER, Mode.IDENTIFIED, 8),
)
ABOUT_PEOPLE = (
    Planned(Role.RESEARCHER, Mode.IDENTIFIED, 8),
    Planned(Role.MANAGER, Mode.CONFIDENTIAL, 8),
    Planned(Role.CLINICIAN, Mode.CONFIDENTIAL, 12),
)
ABOUT_CONTRIBUTORS = (
    Planned(Role.CONTRIBUTOR, Mode.CONFIDENTIAL, 12),
    Planned(Role.RESEARCHER, Mode.IDENTIFIED, 8),
)
PLANS: Mapping[str, tuple[Planned, ...]] = {
    Kind.STUDY: ABOUT_STUDIES,
    Kind.PROGRAMME: ABOUT_STUDIES,
    Kind.FELLOWSHIP: ABOUT_PEOPLE,
    Kind.PERSON_YEAR: ABOUT_PEOPLE,
    Kind.INFRASTRUCTURE: (
        Planned(Role.NURSE, Mode.CONFIDENTIAL, 12),
        *ABOUT_STUDIES[1:],
    ),
    Kind.CONTRIBUTORS: ABOUT_CONTRIBUTORS,
}


def plan_for(kind: str) -> tuple[Planned, ...]:
    """Return the groups one usually asks about something of this kind."""
    return PLANS.get(kind, ABOUT_STUDIES)


def usual_mode(role: Role) -> str:
    """Return the mode of a group that nobody decided about."""
    chosen: str = Mode.ANONYMOUS if role in ANONYMOUS else Mode.CONFIDENTIAL
    return chosen


def days_from(today: date) -> Days:
    """Return the usual days of a campaign that is prepared today."""
    return days_after(today + OPEN_FOR)


def days_after(closes_on: date) -> Days:
    """Return the usual days of a campaign that closes on a day."""
    return Days(closes_on, closes_on + READ_WITHIN, closes_on + TELL_WITHIN)


def only_researchers(roles: frozenset[Role]) -> bool:
    """Say whether nobody is asked but those who did the research."""
    return bool(roles) and all(role.is_research for role in roles)
