"""Is it time to ask about this study, later, or never?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from candela.errors import NotAllowed
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.shown import day
from candela.web.studies import milestones as actions
from candela.web.studies.forms import AddDay
from candela.web.studies.models import Milestone, Study

__all__ = ["days", "milestone"]


@member(Permission.RUN_CAMPAIGNS, writes=True)
def milestone(request: Any, milestone_id: int) -> HttpResponse:
    """Ask now, not now, or never for this study."""
    found = get_object_or_404(
        Milestone.objects.select_related("study"), pk=milestone_id
    )
    slug = request.organisation.slug
    if request.method == "POST":
        try:
            told = _done(request, found)
        except NotAllowed as error:
            messages.error(request, str(error))
        else:
            messages.success(request, told)
        return redirect("milestone", slug, found.pk)
    context = {
        "caption": found.study.short_title,
        "organisation": request.organisation,
        "milestone": found,
        "study": found.study,
        "today": timezone.localdate(timezone.now()),
    }
    return render(request, "studies/milestone.html", context)


def _done(request: Any, found: Milestone) -> str:
    """Do what the button says; return it in words."""
    what = request.POST.get("what", "")
    today = timezone.localdate(timezone.now())
    if what == "not_now":
        until = actions.put_off(milestone=found, by=request.user, today=today)
        return f"Put off until {day(until)}."
    if what == "never":
        actions.never(milestone=found, by=request.user)
        return "Nobody is reminded of this study any more."
    if what == "again":
        actions.never(milestone=found, by=request.user, is_never=False)
        return "This study's days for asking count again."
    if what == "done":
        actions.asked(milestone=found, by=request.user, today=today)
        return "Noted as done."
    raise NotAllowed("That is not one of the choices. Nothing was changed.")


@member(Permission.RUN_CAMPAIGNS, writes=True)
def days(request: Any, study_id: int) -> HttpResponse:
    """Choose another day for asking about a study."""
    study = get_object_or_404(Study, pk=study_id)
    today = timezone.localdate(timezone.now())
    form = AddDay(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid():
        made = actions.add_day(
            study=study,
            day=form.cleaned_data["day"],
            owner=request.user,
            by=request.user,
        )
        messages.success(request, f"You are told on {day(made.due)}.")
        return redirect("study", request.organisation.slug, study.pk)
    context = {
        "caption": study.short_title,
        "organisation": request.organisation,
        "study": study,
        "form": form,
        "in_error": bool(form.errors),
    }
    return render(request, "studies/days.html", context)
