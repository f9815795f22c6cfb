"""What does ISRCTN's answer say about a study?

The answer of ``https://www.isrctn.com/api/query/format/default?q=ISRCTN...`` is XML of
the namespace ``http://www.67bricks.com/isrctn``: ``allTrials`` holds ``fullTrial``s,
each with a ``trial``, its ``sponsor``s, ``funder``s and contacts.  Contacts are people
and are not read.  Recruitment there is that of the whole study and is not taken.  The
register's entries may be used under CC BY.
"""

from __future__ import annotations

from xml.etree import ElementTree

from candela.errors import InputError
from candela.impact.registers.entries import (
    Entry,
    Register,
    StudyState,
    day_of,
    one_line,
)
from candela.impact.registers.numbers import Scheme, normalised

__all__ = ["LICENCE", "read"]

LICENCE = "CC BY 4.0, ISRCTN registry"
SPACE = "{http://www.67bricks.com/isrctn}"
NOT_XML = "ISRCTN's answer cannot be read. Try again later, or type the facts."
LONGEST = 3_000_000
SUMMARY = 2_000


def read(text: str, number: str) -> Entry | None:
    """Return what the answer says of the study ``number``; nothing if it has it not.

    Raises
    ------
    InputError
        If it is not an answer of the register.
    """
    root = _parsed(text)
    for full in root.iter(f"{SPACE}fullTrial"):
        trial = full.find(f"{SPACE}trial")
        if trial is None or f"ISRCTN{_text(trial, 'isrctn')}" != number:
            continue
        return _entry(full, trial, number)
    return None


def _parsed(text: str) -> ElementTree.Element:
    # Its answers have no document type.  One that has could grow without end.
    if len(text) > LONGEST or "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise InputError(NOT_XML)
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        raise InputError(NOT_XML) from None
    if root.tag != f"{SPACE}allTrials":
        raise InputError(NOT_XML)
    return root


def _entry(full: ElementTree.Element, trial: ElementTree.Element, number: str) -> Entry:
    commercial = _text(full, "sponsor", "commercialStatus").lower()
    title = _text(trial, "trialDescription", "title")
    scientific = _text(trial, "trialDescription", "scientificTitle")
    return Entry(
        Register.ISRCTN,
        _numbers(trial, number),
        title=one_line(title or scientific, 300),
        short_title=one_line(_text(trial, "trialDescription", "acronym") or title, 80),
        plain_summary=_summary(_text(trial, "trialDescription", "plainEnglishSummary")),
        sponsor=one_line(_text(full, "sponsor", "organisation"), 150),
        state=_state(_text(trial, "trialDesign", "overallStatusOverride")),
        opened_on=day_of(_text(trial, "participants", "recruitmentStart")),
        closed_recruitment_on=day_of(_text(trial, "participants", "recruitmentEnd")),
        closed_on=day_of(_text(trial, "trialDesign", "overallEndDate")),
        is_commercial=commercial == "commercial" if commercial else None,
    )


def _numbers(trial: ElementTree.Element, number: str) -> dict[Scheme, str]:
    found = {Scheme.ISRCTN: number}
    for scheme, tag in (
        (Scheme.NCT, "clinicalTrialsGovNumber"),
        (Scheme.IRAS, "irasNumber"),
    ):
        text = _text(trial, "externalRefs", tag)
        if not text:
            continue
        try:
            found[scheme] = normalised(scheme, text)
        except InputError:  # "Nil known" and the like
            continue
    return found


def _state(override: str) -> StudyState | None:
    """Return the state where the register names it; mostly it follows from dates."""
    return StudyState.CLOSED if override.lower() in ("stopped", "completed") else None


def _summary(text: str) -> str:
    """Return the plain summary; paragraphs are kept."""
    lines = (one_line(line, SUMMARY) for line in text.splitlines())
    return "\n".join(line for line in lines if line)[:SUMMARY]


def _text(element: ElementTree.Element, *path: str) -> str:
    found = element.find("/".join(f"{SPACE}{tag}" for tag in path))
    return "" if found is None else "".join(found.itertext()).strip()
