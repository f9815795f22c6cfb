"""Which studies are here, and how is one added?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from candela.errors import InputError
from candela.impact.registers.entries import Entry
from candela.impact.registers.numbers import Scheme, normalised
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.jobs import queue
from candela.web.parts import numbered_pages
from candela.web.studies import actions, lookups
from candela.web.studies.forms import FindStudy, StudyForm
from candela.web.studies.listing import (
    StudySearch,
    due_lines,
    finding,
    found_by,
    table,
)
from candela.web.studies.milestones import due
from candela.web.studies.models import Study
from candela.web.studies.work import FIND

__all__ = ["add", "find", "studies"]

ON_A_PAGE = 25
FORM_FIELDS = frozenset(StudyForm.base_fields)


@member(Permission.SEE_IMPACT)
def studies(request: Any) -> HttpResponse:
    """List the studies, and those that are due to be asked about."""
    today = timezone.localdate(timezone.now())
    search = StudySearch(request.GET)
    page = Paginator(found_by(search), ON_A_PAGE).get_page(request.GET.get("page"))
    waiting = due(today)
    everything = Study.objects.all()
    asked = everything.exclude(campaigns__started_at=None).distinct().count()
    given = request.GET.copy()
    given.pop("page", None)
    slug = request.organisation.slug
    context = {
        "caption": request.organisation.name,
        "organisation": request.organisation,
        "finding": finding(everything.count(), asked, len(waiting)),
        "due": due_lines(waiting, today),
        "search": search,
        "in_error": bool(search.errors),
        "narrowed": any(given.values()),
        "table": table(page.object_list, slug),
        "pages": numbered_pages(page, lambda n: f"?{given.urlencode()}&page={n}"),
        "may_add": request.membership.may(Permission.MANAGE_STUDIES),
    }
    return render(request, "studies/studies.html", context)


@member(Permission.MANAGE_STUDIES, writes=True)
def add(request: Any) -> HttpResponse:
    """Add a study, with what a register said of it if it was asked."""
    scheme, number = _asked_for(request)
    found = lookups.entry_of(scheme, number) if scheme else None
    entry = found[0] if found else None
    initial = {"kind": "study_at_site", "status": "open", **_initial(entry)}
    form = StudyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        numbers = dict(entry.numbers) if entry else {}
        if scheme and number:
            numbers.setdefault(scheme, number)
        try:
            study = actions.add_study(
                organisation=request.organisation,
                values=form.cleaned_data,
                numbers=numbers,
                by=request.user,
                now=timezone.now(),
                entry=entry,
            )
        except InputError as error:
            form.add_error("short_title", str(error))
        else:
            messages.success(request, f"“{study.short_title}” was added.")
            return redirect("study", request.organisation.slug, study.pk)
    context = {
        "caption": request.organisation.name,
        "organisation": request.organisation,
        "form": form,
        "find": FindStudy(),
        "register": scheme.words if scheme else "",
        "number": number,
        "read_on": found[1] if found else None,
        "unknown": scheme is not None and lookups.is_unknown(scheme, number),
        "lookups": lookups.are_on(),
        "in_error": bool(form.errors),
    }
    return render(request, "studies/add.html", context)


@member(Permission.MANAGE_STUDIES, writes=True)
def find(request: Any) -> HttpResponse:
    """Find a study by its number: here first, then in its register."""
    slug = request.organisation.slug
    if request.method != "POST":
        return redirect("study-new", slug)
    form = FindStudy(request.POST)
    if not form.is_valid():
        context = {
            "caption": request.organisation.name,
            "organisation": request.organisation,
            "find": form,
            "in_error": True,
        }
        return render(request, "studies/find.html", context)
    scheme, number = form.cleaned_data["register"], form.cleaned_data["number"]
    there = actions.with_number(scheme, number)
    if there is not None:
        messages.success(request, "This study is here already.")
        return redirect("study", slug, there.pk)
    if _worth_asking(scheme, number, timezone.now()):
        job = queue.add(
            FIND,
            by=request.user,
            organisation=request.organisation,
            arguments={"scheme": scheme.value, "number": number},
        )
        return redirect("job", slug, job.pk)
    address = redirect("study-new", slug).headers["Location"]
    return redirect(f"{address}?register={scheme.value}&number={number}")


def _worth_asking(scheme: Scheme, number: str, now: datetime) -> bool:
    if not lookups.are_on() or scheme not in (Scheme.ISRCTN, Scheme.NCT):
        return False
    return lookups.kept(scheme, number, now=now) is None


def _asked_for(request: Any) -> tuple[Scheme | None, str]:
    """Return the register and number in the address, if it is one."""
    try:
        scheme = Scheme(request.GET.get("register", ""))
        return scheme, normalised(scheme, request.GET.get("number", ""))
    except (ValueError, InputError):
        return None, ""


def _initial(entry: Entry | None) -> dict[str, Any]:
    """Return what a register says, by the fields of the form."""
    if entry is None:
        return {}
    said = {name: getattr(entry, name, None) for name in FORM_FIELDS}
    if entry.state is not None:
        said["status"] = entry.state.value
    return {name: value for name, value in said.items() if value not in (None, "")}
