"""What did this study bring forth?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from candela.impact.registers.entries import Work
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.jobs import queue
from candela.web.shown import month
from candela.web.studies import lookups
from candela.web.studies import outputs as actions
from candela.web.studies.models import Output, Study
from candela.web.studies.people_forms import ConfirmWorks, OutputsForm
from candela.web.studies.work import OUTPUTS

__all__ = ["look_up", "outputs", "remove"]


@member(Permission.MANAGE_STUDIES, writes=True)
def outputs(request: Any, study_id: int) -> HttpResponse:
    """List what a study brought forth; confirm more, or add by DOI."""
    study = get_object_or_404(Study, pk=study_id)
    works = {_key(work): work for work in _listed(study)}
    choices = [(key, _words(work)) for key, work in works.items()]
    sent = request.method == "POST"
    confirms = sent and "confirm" in request.POST
    confirm = ConfirmWorks(request.POST if confirms else None, choices=choices)
    adds = sent and not confirms
    form = OutputsForm(*((request.POST, request.FILES) if adds else ()))
    chosen: list[Work] = []
    if confirms and confirm.is_valid():
        chosen = [works[key] for key in confirm.cleaned_data["works"]]
    elif adds and form.is_valid():
        chosen = [_work(doi) for doi in form.cleaned_data["found"]]
    if chosen:
        added = actions.add_outputs(study=study, works=chosen, by=request.user)
        messages.success(request, f"{added} added, {len(chosen) - added} here before.")
        return redirect("study-outputs", request.organisation.slug, study.pk)
    context = {
        "caption": study.short_title,
        "organisation": request.organisation,
        "study": study,
        "outputs": Output.objects.filter(studies__study=study),
        "form": form,
        "confirm": confirm if choices else None,
        "lookups": lookups.are_on(),
        "in_error": bool(form.errors or confirm.errors),
    }
    return render(request, "studies/outputs.html", context)


@member(Permission.MANAGE_STUDIES, writes=True)
def remove(request: Any, study_id: int, output_id: int) -> HttpResponse:
    """Take an output off a study."""
    study = get_object_or_404(Study, pk=study_id)
    output = get_object_or_404(Output, pk=output_id, studies__study=study)
    if request.method == "POST":
        actions.remove_output(study=study, output=output, by=request.user)
        messages.success(request, "It was taken off. Add its DOI to have it back.")
    return redirect("study-outputs", request.organisation.slug, study.pk)


@member(Permission.MANAGE_STUDIES, writes=True)
def look_up(request: Any, study_id: int) -> HttpResponse:
    """Ask for titles, and for the lists of a study's people at ORCID."""
    study = get_object_or_404(Study, pk=study_id)
    slug = request.organisation.slug
    if request.method != "POST" or not lookups.are_on():
        return redirect("study-outputs", slug, study.pk)
    job = queue.add(
        OUTPUTS,
        by=request.user,
        organisation=request.organisation,
        arguments={"study": study.pk},
    )
    return redirect("job", slug, job.pk)


def _listed(study: Study) -> list[Work]:
    """Return what the study's people list at ORCID and is not noted yet."""
    numbers = study.members.exclude(colleague__orcid="").values_list(
        "colleague__orcid", flat=True
    )
    orcids = list(numbers)
    if study.lead is not None and study.lead.orcid:
        orcids.append(study.lead.orcid)
    listed = [
        work for orcid in dict.fromkeys(orcids) for work in lookups.works_of(orcid)
    ]
    return actions.suggested(study, listed)


def _key(work: Work) -> str:
    return work.doi or work.title


def _words(work: Work) -> str:
    when = f", {month(work.dated)}" if work.dated else ""
    return f"{work.title}{when}"


def _work(doi: str) -> Work:
    """Return what is known of a DOI; its title may not have been looked up."""
    known = lookups.work_of(doi)
    return known or Work("", doi=doi, url=f"https://doi.org/{doi}")
