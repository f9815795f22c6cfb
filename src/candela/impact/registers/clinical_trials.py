"""What does ClinicalTrials.gov's answer say about a study?

The answer of ``https://clinicaltrials.gov/api/v2/studies/NCT...`` is JSON.  Contacts
and investigators are people and are not read; enrolment is that of all sites and is not
taken.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from candela.errors import InputError
from candela.impact.registers.entries import (
    Entry,
    Register,
    StudyState,
    day_of,
    one_line,
)
from candela.impact.registers.numbers import Scheme, normalised

__all__ = ["LICENCE", "at", "parsed", "read"]

LICENCE = "public domain, ClinicalTrials.gov (U.S. National Library of Medicine)"
NAME = "ClinicalTrials.gov"
STATES: Mapping[str, StudyState] = {
    "NOT_YET_RECRUITING": StudyState.SETUP,
    "RECRUITING": StudyState.OPEN,
    "ENROLLING_BY_INVITATION": StudyState.OPEN,
    "ACTIVE_NOT_RECRUITING": StudyState.CLOSED_RECRUITMENT,
    "COMPLETED": StudyState.CLOSED,
    "TERMINATED": StudyState.CLOSED,
    "WITHDRAWN": StudyState.CLOSED,
}


def parsed(text: str, name: str) -> Mapping[str, Any]:
    """Return the object that an answer is.

    Raises
    ------
    InputError
        If it is none.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, Mapping):
        raise InputError(
            f"{name}'s answer cannot be read. Try again later, or type the facts."
        )
    return found


def at(within: object, *path: str) -> Any:
    """Return what lies at a path of keys; nothing where a part of it is not there."""
    for key in path:
        if not isinstance(within, Mapping):
            return None
        within = within.get(key)
    return within


def read(text: str, number: str) -> Entry | None:
    """Return what the answer says of the study ``number``; nothing if of another."""
    section = at(parsed(text, NAME), "protocolSection")
    names = at(section, "identificationModule")
    if at(names, "nctId") != number:
        return None
    status = at(section, "statusModule")
    sponsor = at(section, "sponsorCollaboratorsModule", "leadSponsor")
    brief = one_line(at(names, "briefTitle"), 300)
    kind = at(sponsor, "class")
    return Entry(
        Register.NCT,
        _numbers(names, number),
        title=one_line(at(names, "officialTitle"), 300) or brief,
        short_title=one_line(at(names, "acronym") or brief, 80),
        plain_summary=one_line(at(section, "descriptionModule", "briefSummary"), 2_000),
        sponsor=one_line(at(sponsor, "name"), 150),
        state=STATES.get(str(at(status, "overallStatus"))),
        opened_on=day_of(str(at(status, "startDateStruct", "date") or "")),
        closed_recruitment_on=None,
        closed_on=day_of(str(at(status, "completionDateStruct", "date") or "")),
        is_commercial=kind == "INDUSTRY" if kind else None,
    )


def _numbers(names: object, number: str) -> dict[Scheme, str]:
    found = {Scheme.NCT: number}
    others = at(names, "secondaryIdInfos")
    for other in others if isinstance(others, list) else ():
        text = str(at(other, "id") or "")
        scheme = Scheme.ISRCTN if text.upper().startswith("ISRCTN") else None
        domain = str(at(other, "domain") or "").upper()
        if scheme is None and domain == "IRAS":
            scheme = Scheme.IRAS
        if scheme is None:
            continue
        try:
            found[scheme] = normalised(scheme, text)
        except InputError:
            continue
    return found
