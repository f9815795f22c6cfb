"""What stands on the pages of reports, and who sees them?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.urls import reverse
from markupsafe import Markup

from candela.errors import CandelaError
from candela.publish.documents import page
from candela.web.accounts.models import Membership
from candela.web.accounts.permissions import Permission
from candela.web.shown import day
from candela.web.stories.actions import OWN, makers_of
from candela.web.stories.audiences import Audience
from candela.web.stories.building import draft_document, frozen_document
from candela.web.stories.consents import gone_from, reports_with_gone_quotes
from candela.web.stories.differing import differences
from candela.web.stories.files import file_links
from candela.web.stories.forms import WhatToTell
from candela.web.stories.gathering import left_out, statements_to_choose
from candela.web.stories.models import Report

__all__ = ["Choices", "may_see", "report_page", "reports_page", "standing"]

State: Any = Report.State


@dataclass(frozen=True)
class Choices:
    """What this member may do with a report now."""

    change: bool
    propose: bool
    take_back: bool
    release: bool
    withdraw: bool
    next_version: bool
    why_not: str = ""


def may_see(report: Report, membership: Membership) -> bool:
    """Say whether a member sees it: all see what was released, others work on it."""
    works = (Permission.BUILD_REPORTS, Permission.RELEASE_REPORTS)
    if any(membership.may(permission) for permission in works):
        return True
    return report.state in (State.RELEASED, State.WITHDRAWN)


def choices_of(report: Report, membership: Membership) -> Choices:
    """Return what may be done next, and by whom if not by this member."""
    builds = membership.may(Permission.BUILD_REPORTS)
    releases = membership.may(Permission.RELEASE_REPORTS)
    is_draft, is_proposed = report.state == State.DRAFT, report.state == State.PROPOSED
    is_released = report.state == State.RELEASED
    own = membership.user_id in makers_of(report)
    why_not = ""
    if is_proposed and own:
        why_not = OWN
    elif is_proposed and not releases:
        why_not = "A publisher decides about it."
    return Choices(
        change=is_draft and builds,
        propose=is_draft and builds,
        take_back=is_proposed and (own or releases),
        release=is_proposed and releases and not own,
        withdraw=is_released and releases,
        next_version=is_released and builds,
        why_not=why_not,
    )


def standing(report: Report) -> str:
    """Return how a report stands, in a sentence."""
    kind = f"{report.get_kind_display()}, version {report.version}".capitalize()
    reader = f"for {Audience(report.audience).words}"
    match report.state:
        case State.DRAFT:
            return f"{kind}, {reader}: a draft."
        case State.PROPOSED:
            return f"{kind}, {reader}: waits for somebody to release it."
        case State.RELEASED:
            on, due = day(report.released_at.date()), day(report.review_due)
            return f"{kind}, {reader}: released on {on}, to be looked at by {due}."
    return f"{kind}, {reader}: withdrawn. It was released on {_released_day(report)}."


def _released_day(report: Report) -> str:
    return day(report.released_at.date()) if report.released_at else "no day"


def reports_page(membership: Membership) -> dict[str, Any]:
    """Return the list of reports, and how many statements are ready to be told."""
    organisation = membership.organisation
    rows = [r for r in Report.objects.select_related("study") if may_see(r, membership)]
    flagged = reports_with_gone_quotes(rows)
    ready = statements_to_choose(None).count()
    return {
        "caption": organisation.name,
        "organisation": organisation,
        "finding": _finding(ready, len(rows), len(flagged)),
        "rows": [(row, standing(row), row.pk in flagged) for row in rows],
        "may_build": membership.may(Permission.BUILD_REPORTS),
    }


def _finding(ready: int, reports: int, flagged: int) -> str:
    are = "statement is" if ready == 1 else "statements are"
    there = "There is 1 report" if reports == 1 else f"There are {reports} reports"
    waiting = f"; in {flagged} a quote waits to be taken out" if flagged else ""
    return f"{ready} {are} verified and ready to be told. {there}{waiting}."


def report_page(
    report: Report,
    *,
    membership: Membership,
    today: date,
    sent_back: WhatToTell | None = None,
) -> dict[str, Any]:
    """Return what the page of one report shows."""
    may = choices_of(report, membership)
    slug = report.organisation.slug
    context: dict[str, Any] = {
        "caption": report.organisation.name,
        "organisation": report.organisation,
        "report": report,
        "standing": standing(report),
        "may": may,
        "differs": differences(report),
        "left_out": left_out(report) if report.state == State.DRAFT else 0,
        "gone": [g for g in gone_from(report) if not g.taken_out],
        "form": None,
        "sent_back": sent_back,
        "in_error": sent_back is not None,
        "files": [],
        "public_address": "",
    }
    context |= _shown_document(report, today=today)
    if may.change:
        context["form"] = sent_back or WhatToTell(report=report)
    if report.state == State.RELEASED:
        address = partial(_file_address, slug, report.pk)
        context["files"] = file_links(address, report.title)
        if report.audience == Audience.PUBLIC:
            context["public_address"] = reverse("story", args=[report.public_id])
    return context


def _file_address(slug: str, number: int, suffix: str) -> str:
    return reverse("report-file", args=[slug, number, suffix])


def _shown_document(report: Report, *, today: date) -> dict[str, Any]:
    """Return the document for the page, or why there is none."""
    try:
        if report.state == State.DRAFT:
            document = draft_document(report, today=today)
        else:
            document = frozen_document(report)
    except CandelaError as error:
        return {"document": "", "why_none": str(error)}
    # What writes a document as a page escapes every text in it.
    return {"document": Markup(page.write(document)), "why_none": ""}
