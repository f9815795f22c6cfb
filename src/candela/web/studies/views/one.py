"""What is this study, who did it, and what is known of it?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from candela.errors import InputError, NotAllowed
from candela.impact.registers.numbers import Scheme
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.jobs import queue
from candela.web.studies import actions, lookups
from candela.web.studies.forms import NumberForm, StudyForm
from candela.web.studies.models import Identifier, Study, StudyMember
from candela.web.studies.page import study_page
from candela.web.studies.people_forms import MemberForm
from candela.web.studies.work import LOOK_UP

__all__ = ["change", "look_up", "members", "numbers", "study"]


@member(Permission.SEE_IMPACT)
def study(request: Any, study_id: int) -> HttpResponse:
    """Show what a study changed here, and what is known of it."""
    found = get_object_or_404(
        Study.objects.select_related("service", "lead", "same_as"), pk=study_id
    )
    today = timezone.localdate(timezone.now())
    context = {
        "caption": found.short_title,
        "organisation": request.organisation,
        "study": found,
        "page": study_page(found, request.membership, today=today),
        "may_change": request.membership.may(Permission.MANAGE_STUDIES),
        "may_ask": request.membership.may(Permission.RUN_CAMPAIGNS),
        "may_write": request.membership.may(Permission.CODE_ANSWERS),
        "lookups": lookups.are_on(),
    }
    return render(request, "studies/study.html", context)


@member(Permission.MANAGE_STUDIES, writes=True)
def change(request: Any, study_id: int) -> HttpResponse:
    """Change what is said of a study."""
    found = get_object_or_404(Study, pk=study_id)
    initial = {name: getattr(found, name) for name in StudyForm.base_fields}
    form = StudyForm(request.POST or None, initial=initial, study=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_study(
                study=found,
                values=form.cleaned_data,
                by=request.user,
                now=timezone.now(),
            )
        except NotAllowed as error:
            form.add_error("lead", str(error))
        else:
            messages.success(request, "What you changed is kept.")
            return redirect("study", request.organisation.slug, found.pk)
    return render(request, "studies/change.html", _context(request, found, form))


@member(Permission.MANAGE_STUDIES, writes=True)
def numbers(request: Any, study_id: int) -> HttpResponse:
    """Add and remove a study's numbers in registers."""
    found = get_object_or_404(Study, pk=study_id)
    if request.method == "POST" and "remove" in request.POST:
        number = get_object_or_404(found.identifiers, pk=_key(request, "remove"))
        actions.remove_number(number=number, by=request.user)
        messages.success(request, "The number was taken off. Add it to have it back.")
        return redirect("study-numbers", request.organisation.slug, found.pk)
    form = NumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_number(
                study=found,
                scheme=Scheme(form.cleaned_data["register"]),
                value=form.cleaned_data["number"],
                by=request.user,
                now=timezone.now(),
            )
        except InputError as error:
            form.add_error("number", str(error))
        else:
            messages.success(request, "The number is kept.")
            return redirect("study-numbers", request.organisation.slug, found.pk)
    context = _context(request, found, form)
    context["numbers"] = Identifier.objects.filter(study=found)
    return render(request, "studies/numbers.html", context)


@member(Permission.MANAGE_STUDIES, writes=True)
def members(request: Any, study_id: int) -> HttpResponse:
    """Say who did a study: they verify nothing that is claimed of it."""
    found = get_object_or_404(Study.objects.select_related("lead"), pk=study_id)
    there = StudyMember.objects.filter(study=found).select_related("colleague")
    if request.method == "POST" and "remove" in request.POST:
        one = get_object_or_404(there, pk=_key(request, "remove"))
        try:
            actions.remove_member(member=one, by=request.user)
        except NotAllowed as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "They were taken off. Add them to undo that.")
        return redirect("study-members", request.organisation.slug, found.pk)
    form = MemberForm(request.POST or None, initial={"part": "investigator"})
    if request.method == "POST" and form.is_valid():
        actions.add_member(study=found, by=request.user, **form.cleaned_data)
        messages.success(request, "They are noted.")
        return redirect("study-members", request.organisation.slug, found.pk)
    context = _context(request, found, form)
    context["members"] = there.order_by("colleague__name")
    return render(request, "studies/members.html", context)


@member(Permission.MANAGE_STUDIES, writes=True)
def look_up(request: Any, study_id: int) -> HttpResponse:
    """Ask registers about a study, if that is switched on here."""
    found = get_object_or_404(Study, pk=study_id)
    slug = request.organisation.slug
    if request.method != "POST" or not lookups.are_on():
        return redirect("study", slug, found.pk)
    job = queue.add(
        LOOK_UP,
        by=request.user,
        organisation=request.organisation,
        arguments={"study": found.pk},
    )
    return redirect("job", slug, job.pk)


def _key(request: Any, name: str) -> int:
    """Return a key out of a form; one that is none belongs to nothing."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _context(request: Any, study: Study, form: Any) -> dict[str, Any]:
    return {
        "caption": study.short_title,
        "organisation": request.organisation,
        "study": study,
        "form": form,
        "in_error": bool(form.errors),
    }
