"""Who did what, and is the record whole?"""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from candela.publish.pages.parts import View
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.audit.actions import Action
from candela.web.audit.asked import Asked
from candela.web.audit.chain import record
from candela.web.audit.export import exported
from candela.web.audit.state import ChainState, chain_state
from candela.web.audit.words import names_in, tell
from candela.web.parts import numbered_pages
from candela.web.shown import day, moment

__all__ = ["audit", "export_audit"]

ON_A_PAGE = 50
WHAT_IT_MEANS = (
    "The log was changed after it was written: by somebody who can write to the "
    "database itself, or by putting back an old copy of it."
)


@member(Permission.SEE_AUDIT)
def audit(request: HttpRequest) -> HttpResponse:
    """Show the log of an organisation, newest first, and whether it is whole."""
    asked = Asked(request.GET or None)
    lines = asked.lines()
    page = Paginator(lines, ON_A_PAGE).get_page(request.GET.get("page"))
    names = names_in(page)
    told = [tell(event, names) for event in page]
    kept = _kept(request)
    state = chain_state(datetime.now(UTC))
    context = {
        "caption": request.organisation.name,  # type: ignore[attr-defined]
        "in_error": asked.is_bound and not asked.is_valid(),
        "asked": asked,
        "finding": _finding(state, page.paginator.count, filtered=bool(kept)),
        "broken": WHAT_IT_MEANS if state.broken else "",
        "contact": settings.CONFIGURATION.contact,
        "table": View.of(
            "Events, newest first",
            ("When", "Who", "What", "About"),
            [(t.when, t.who, t.what, t.about) for t in told],
        ),
        "pages": numbered_pages(page, lambda n: f"?{urlencode({**kept, 'page': n})}"),
        "export": _export_address(request, kept),
        "everything": reverse("audit", args=[request.organisation.slug]),  # type: ignore[attr-defined]
    }
    return render(request, "audit/audit.html", context)


@member(Permission.SEE_AUDIT, writes=True)
def export_audit(request: HttpRequest) -> HttpResponse:
    """Give out the lines asked for as a table; that this was done is a line, too."""
    organisation = request.organisation  # type: ignore[attr-defined]
    if request.method != "POST":
        return redirect("audit", organisation.slug)
    lines = list(Asked(request.GET or None).lines())
    record(
        Action.AUDIT_EXPORTED,
        by=request.user,
        organisation=organisation,
        lines=len(lines),
    )
    name = f"audit_{organisation.slug}_{datetime.now(UTC):%Y-%m-%d}.csv"
    return HttpResponse(
        exported(lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _kept(request: HttpRequest) -> dict[str, str]:
    """Return what was asked for, as it goes in the address."""
    names = Asked.base_fields
    return {n: request.GET[n] for n in names if request.GET.get(n)}


def _export_address(request: HttpRequest, kept: dict[str, str]) -> str:
    address = reverse("export-audit", args=[request.organisation.slug])  # type: ignore[attr-defined]
    return f"{address}?{urlencode(kept)}" if kept else address


def _finding(state: ChainState, count: int, *, filtered: bool) -> str:
    """Return whether the log is whole, and how many events there are here."""
    events = f"{count:,} event{'' if count == 1 else 's'}"
    if filtered:
        events += " of those asked for"
    if state.broken:
        return f"The chain is broken at {state.broken}. {events} here."
    if state.since is None:
        return "Nothing has been done yet."
    if state.checked_at is None:
        return f"{events} here. The chain is checked for the first time tonight."
    checked = f"Checked on {moment(state.checked_at)}."
    return f"Chain unbroken since {day(state.since)}; {events}. {checked}"
