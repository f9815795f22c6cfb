"""Which publications do Crossref and ORCID list?

Crossref answers ``https://api.crossref.org/works/DOI`` with one work, ORCID answers
``https://pub.orcid.org/v3.0/ORCID/works`` with those of one person; both in JSON.
Titles, dates and numbers are taken, and no authors.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from candela.errors import InputError
from candela.impact.registers.clinical_trials import at, parsed
from candela.impact.registers.entries import Work, one_line
from candela.impact.registers.numbers import Scheme, normalised

__all__ = ["CROSSREF_LICENCE", "ORCID_LICENCE", "crossref", "orcid_works"]

CROSSREF_LICENCE = "facts, Crossref"
ORCID_LICENCE = "CC0 1.0, ORCID public data"
MOST_WORKS = 500
KINDS: Mapping[str, str] = {
    "journal-article": "publication",
    "posted-content": "preprint",
    "preprint": "preprint",
    "dataset": "data",
    "data-set": "data",
    "software": "software",
    "book": "book",
    "book-chapter": "book",
    "report": "report",
    "patent": "patent",
    "standard": "guideline",
    "guidelines": "guideline",
}


def crossref(text: str) -> Work | None:
    """Return the work of Crossref's answer; nothing where it has no title or DOI."""
    message = at(parsed(text, "Crossref"), "message")
    doi = _doi(str(at(message, "DOI") or ""))
    titles = at(message, "title")
    title = one_line(titles[0], 300) if isinstance(titles, list) and titles else ""
    if not doi or not title:
        return None
    return Work(
        title,
        doi=doi,
        kind=KINDS.get(str(at(message, "type")), "publication"),
        dated=_issued(at(message, "issued", "date-parts")),
        url=f"https://doi.org/{doi}",
    )


def orcid_works(text: str) -> tuple[Work, ...]:
    """Return the works of ORCID's answer, each once, the newest first."""
    groups = at(parsed(text, "ORCID"), "group")
    found: dict[str, Work] = {}
    for group in (groups if isinstance(groups, list) else [])[:MOST_WORKS]:
        summaries = at(group, "work-summary")
        if not isinstance(summaries, list) or not summaries:
            continue
        # The first is the one its owner prefers.
        work = _of_summary(summaries[0])
        if work is not None:
            found.setdefault(work.doi or work.title.casefold(), work)
    return tuple(sorted(found.values(), key=_newest_first))


def _newest_first(work: Work) -> tuple[int, str]:
    return (-work.dated.toordinal() if work.dated else 0, work.title)


def _of_summary(summary: object) -> Work | None:
    title = one_line(at(summary, "title", "title", "value"), 300)
    if not title:
        return None
    doi = pmid = ""
    others = at(summary, "external-ids", "external-id")
    for other in others if isinstance(others, list) else ():
        value = str(at(other, "external-id-value") or "")
        kind = at(other, "external-id-type")
        if at(other, "external-id-relationship") not in (None, "self"):
            continue
        if kind == "doi":
            doi = doi or _doi(value)
        elif kind == "pmid" and value.isascii() and value.isdigit():
            pmid = pmid or value[:12]
    day = at(summary, "publication-date")
    parts = [at(day, part, "value") for part in ("year", "month", "day")]
    return Work(
        title,
        doi=doi,
        pmid=pmid,
        kind=KINDS.get(str(at(summary, "type")), "publication"),
        dated=_issued([parts]),
        url=f"https://doi.org/{doi}" if doi else "",
    )


def _doi(text: str) -> str:
    try:
        return normalised(Scheme.DOI, text)
    except InputError:
        return ""


def _issued(parts: Any) -> date | None:
    """Return a day of year, month and day, of which the last two may be unknown."""
    try:
        year, month, day, *_ = [*[int(part) for part in parts[0] if part], 1, 1]
        return date(year, month, day)
    except (TypeError, ValueError, IndexError):
        return None
