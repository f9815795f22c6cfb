"""Whose export is this, and which column holds what?

Headings as seen in exports, the commonest spelling first; case, spaces and signs do not
matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from candela.errors import InputError, Problem
from candela.impact.registers.entries import Register

__all__ = ["Aliases", "places", "recognised"]

Aliases = Mapping[str, tuple[str, ...]]
CPMS: Aliases = {
    "cpms": ("StudyId", "CPMS Study ID", "CPMS ID", "Study ID", "CPMS Number"),
    "short_title": ("StudyShortName", "Study Short Name", "Short Name", "Short Title"),
    "title": ("StudyLongName", "Study Long Name", "Research Title", "Long Title"),
    "iras": ("IrasId", "IRAS ID", "IRAS Number", "IRAS Project ID"),
    "isrctn": ("IsrctnNumber", "ISRCTN", "ISRCTN Number"),
    "nct": ("ClinicalTrialsGovNumber", "NCT Number", "NCT ID"),
    "specialty": ("ManagingSpecialty", "Managing Specialty", "Main Specialty"),
    "sponsor": ("StudySponsors", "Sponsor", "Study Sponsor", "Sponsor Organisation"),
    "state": ("StudyStatus", "Study Status", "Status"),
    "route": ("StudyRoute", "Study Route", "Commercial/Non-commercial", "Route"),
    "opened": ("ActualOpeningDate", "Actual Opening Date", "Study Opened Date"),
    "planned_opening": ("PlannedOpeningDate", "Planned Opening Date"),
    "closed_recruitment": (
        "ActualClosureToRecruitmentDate",
        "Actual Closure To Recruitment Date",
        "Actual Closure Date",
    ),
    "planned_closure": (
        "PlannedClosureToRecruitmentDate",
        "Planned Closure To Recruitment Date",
        "Planned Closure Date",
    ),
}
EDGE: Aliases = {
    "edge": ("Project ID", "EDGE ID", "EDGE Project ID", "Project Edge ID"),
    "short_title": ("Project Short title", "Short Title", "Project Short Name"),
    "title": (
        "Project Full title",
        "Full Title",
        "Project Title",
        "Project Long title",
    ),
    "iras": ("IRAS Number", "IRAS ID", "Project IRAS Number"),
    "cpms": ("CPMS ID", "Portfolio ID", "NIHR CPMS ID", "CRN/RDN CPMS ID"),
    "isrctn": ("ISRCTN", "ISRCTN Number", "Project ISRCTN"),
    "nct": ("NCT Number", "ClinicalTrials.gov Number", "Project NCT Number"),
    "specialty": (
        "Primary Clinical Management Areas",
        "Primary Clinical Management Area",
        "Specialty",
    ),
    "sponsor": ("Lead Sponsor", "Sponsor", "Project Sponsor"),
    "state": ("Project site status", "Site status", "Project status"),
    "route": ("Commercial", "Project Commercial Status", "Commercial status"),
    "opened": (
        "Project site Open to recruitment",
        "Open to recruitment",
        "Project site date open to recruitment",
        "Project site Start date (NHS Permission)",
        "Start date (NHS Permission)",
        "Date of NHS Permission",
    ),
    "closed_recruitment": (
        "Project site actual recruitment end date",
        "Recruitment end date (Actual)",
        "Actual recruitment end date",
    ),
    "planned_closure": (
        "Project site planned recruitment end date",
        "Recruitment end date (Planned)",
        "Planned recruitment end date",
    ),
    "closed": ("Project site Closed date", "Closed date", "End Date"),
    "planned_close": (
        "Project site Planned closing date",
        "Planned closing date",
        "Project site Closing Date (Planned)",
    ),
    "recruits": ("Recruited (org)", "Actual recruitment", "Recruited"),
}


def recognised(
    headings: Sequence[str], name: str, row: int
) -> tuple[Register, Aliases]:
    """Return whose export it is: EDGE says Project where CPMS says Study."""
    for register, aliases, own, other in (
        (Register.EDGE, EDGE, "edge", "state"),
        (Register.CPMS, CPMS, "cpms", "short_title"),
    ):
        found = places(headings, aliases)
        if {own, "short_title", other} <= set(found):
            return register, aliases
    seen = ", ".join(f"`{h[:40]}`" for h in headings[:30] if h)
    raise InputError(
        Problem(
            name,
            f"these are not the headings of a CPMS or EDGE export; seen: {seen}",
            "a heading row with StudyId and StudyShortName (CPMS), or with Project ID, "
            "Project Short title and Project site status (EDGE)",
            "Choose an export of studies, with its heading row.",
            row=row,
        )
    )


def places(headings: Sequence[str], aliases: Aliases) -> dict[str, int]:
    by_name: dict[str, int] = {}
    for place, heading in enumerate(headings):
        by_name.setdefault(_bare(heading), place)
    found: dict[str, int] = {}
    for field_, spellings in aliases.items():
        for spelling in spellings:
            if _bare(spelling) in by_name:
                found[field_] = by_name[_bare(spelling)]
                break
    return found


def _bare(heading: str) -> str:
    return "".join(ch for ch in heading.lower() if ch.isalnum())
