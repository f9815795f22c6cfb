"""What shall we tell, and to whom?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from candela.errors import CandelaError
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.stories import actions
from candela.web.stories.audiences import Audience
from candela.web.stories.building import frozen_document
from candela.web.stories.files import file_answer
from candela.web.stories.forms import NewReport, WhatToTell
from candela.web.stories.models import Quote, Report
from candela.web.stories.report_page import may_see, report_page, reports_page

__all__ = [
    "ask_about_quote",
    "change",
    "file",
    "new",
    "next_version",
    "propose",
    "release",
    "report",
    "reports",
    "take_back",
    "take_quote_out",
    "withdraw",
]


@member(Permission.SEE_IMPACT)
def reports(request: Any) -> HttpResponse:
    """List the reports that this member may see."""
    return render(request, "stories/reports.html", reports_page(request.membership))


@member(Permission.BUILD_REPORTS, writes=True)
def new(request: Any) -> HttpResponse:
    """Begin a report with all that is verified."""
    form = NewReport(request.POST or None, initial=_asked_for(request))
    if request.method == "POST" and form.is_valid():
        made = actions.begin(
            organisation=request.organisation,
            kind=form.cleaned_data["kind"],
            study=form.cleaned_data["study"],
            audience=Audience(form.cleaned_data["audience"]),
            by=request.user,
            now=datetime.now(UTC),
        )
        messages.success(request, "The report was begun, with all that is verified.")
        return redirect("report", request.organisation.slug, made.pk)
    context = {
        "caption": request.organisation.name,
        "organisation": request.organisation,
        "form": form,
        "in_error": bool(form.errors),
    }
    return render(request, "stories/new.html", context)


def _asked_for(request: Any) -> dict[str, str]:
    study = request.GET.get("study", "")
    return {"study": study if study.isdecimal() else "", "kind": "story"}


@member(Permission.SEE_IMPACT)
def report(request: Any, report_id: int) -> HttpResponse:
    """Show a report: what it will tell, or what it tells."""
    return _page(request, _report(request, report_id))


@member(Permission.BUILD_REPORTS, writes=True)
def change(request: Any, report_id: int) -> HttpResponse:
    """Keep what a draft shall tell."""
    if request.method != "POST":
        return redirect("report", request.organisation.slug, report_id)
    found = _report(request, report_id, to_change=True)
    form = WhatToTell(request.POST, report=found)
    if found.state != Report.State.DRAFT or not form.is_valid():
        return _page(request, found, form)
    actions.change(
        report=found,
        title=form.cleaned_data["title"],
        choices=form.choices(found),
        by=request.user,
    )
    messages.success(request, "What the report tells was kept.")
    return redirect("report", request.organisation.slug, found.pk)


def _report(request: Any, report_id: int, *, to_change: bool = False) -> Report:
    """Return a report that this member may see; locked, where it will be changed."""
    rows = Report.objects.select_related("study", "follows", "made_by", "released_by")
    if to_change:
        rows = Report.objects.select_for_update()
    found: Report = get_object_or_404(rows, pk=report_id)
    if not may_see(found, request.membership):
        raise Http404
    found.organisation = request.organisation
    return found


def _page(request: Any, found: Report, form: WhatToTell | None = None) -> HttpResponse:
    context = report_page(
        found,
        membership=request.membership,
        today=datetime.now(UTC).date(),
        sent_back=form,
    )
    return render(request, "stories/report.html", context)


@member(Permission.SEE_IMPACT)
def file(request: Any, report_id: int, suffix: str) -> HttpResponse:
    """Send a released report as a file."""
    found = _report(request, report_id)
    if found.state != Report.State.RELEASED:
        raise Http404
    return file_answer(frozen_document(found), suffix)


def _step(
    request: Any, report_id: int, step: Callable[[Report], None], done: str
) -> HttpResponse:
    """Take one step with a report and go back to it, with what became of it."""
    if request.method == "POST":
        found = _report(request, report_id, to_change=True)
        try:
            step(found)
        except CandelaError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, done)
    return redirect("report", request.organisation.slug, report_id)


@member(Permission.BUILD_REPORTS, writes=True)
def propose(request: Any, report_id: int) -> HttpResponse:
    """Propose a draft for release."""
    now = datetime.now(UTC)
    return _step(
        request,
        report_id,
        lambda found: actions.propose(report=found, by=request.user, now=now),
        "The report was proposed. A publisher who did not make it decides.",
    )


@member(Permission.SEE_IMPACT, writes=True)
def take_back(request: Any, report_id: int) -> HttpResponse:
    """End a proposal."""
    releases = request.membership.may(Permission.RELEASE_REPORTS)
    return _step(
        request,
        report_id,
        lambda found: actions.take_back(
            report=found, releases=releases, by=request.user
        ),
        "The report is a draft again.",
    )


@member(Permission.RELEASE_REPORTS, writes=True)
def release(request: Any, report_id: int) -> HttpResponse:
    """Release what somebody else proposed."""
    seal = request.POST.get("seal", "")
    now = datetime.now(UTC)
    return _step(
        request,
        report_id,
        lambda found: actions.release(
            report=found, seal=seal, by=request.user, now=now
        ),
        "The report was released. What it says stays as it is.",
    )


@member(Permission.RELEASE_REPORTS, writes=True)
def withdraw(request: Any, report_id: int) -> HttpResponse:
    """Withdraw a released report."""
    return _step(
        request,
        report_id,
        lambda found: actions.withdraw(report=found, by=request.user),
        "The report was withdrawn. That it was there stays visible.",
    )


@member(Permission.BUILD_REPORTS, writes=True)
def next_version(request: Any, report_id: int) -> HttpResponse:
    """Begin the version after a released report."""
    if request.method != "POST":
        return redirect("report", request.organisation.slug, report_id)
    found = _report(request, report_id, to_change=True)
    try:
        made = actions.next_version(
            report=found, by=request.user, now=datetime.now(UTC)
        )
    except CandelaError as error:
        messages.error(request, str(error))
        return redirect("report", request.organisation.slug, report_id)
    messages.success(request, f"Version {made.version} was begun.")
    return redirect("report", request.organisation.slug, made.pk)


@member(Permission.BUILD_REPORTS, writes=True)
def take_quote_out(request: Any, report_id: int) -> HttpResponse:
    """Take a quote out whose permission was taken back."""
    now = datetime.now(UTC)
    return _step(
        request,
        report_id,
        lambda found: actions.take_quote_out(
            quote=_quote(request, found), by=request.user, now=now
        ),
        "The quote was taken out. Every new copy is without it.",
    )


@member(Permission.BUILD_REPORTS, writes=True)
def ask_about_quote(request: Any, report_id: int) -> HttpResponse:
    """Note that the permission was asked for again."""
    now = datetime.now(UTC)
    return _step(
        request,
        report_id,
        lambda found: actions.ask_about_quote(
            quote=_quote(request, found), by=request.user, now=now
        ),
        "It was noted that you asked. The quote stays out until they agree.",
    )


def _quote(request: Any, found: Report) -> Quote:
    number = request.POST.get("quote", "")
    key = int(number) if number.isdecimal() else 0
    quote: Quote = get_object_or_404(Quote, pk=key, report=found)
    return quote
