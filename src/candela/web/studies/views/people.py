"""Which services are here, and who does research?"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from candela.errors import NotAllowed
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.studies import people
from candela.web.studies.models import Colleague, Service, Study
from candela.web.studies.people_forms import ColleagueForm, ServiceForm

__all__ = ["colleague", "colleagues", "service", "services"]


@member(Permission.MANAGE_STUDIES, writes=True)
def services(request: Any) -> HttpResponse:
    """List the services, and add one."""
    form = ServiceForm(request.POST or None, initial={"level": "service"})
    if request.method == "POST" and form.is_valid():
        made = people.add_service(
            organisation=request.organisation,
            values=form.cleaned_data,
            by=request.user,
        )
        messages.success(request, f"“{made.name}” was added.")
        return redirect("services", request.organisation.slug)
    found = Service.objects.select_related("parent").annotate(held=Count("studies"))
    context = {**_context(request, form), "services": found.order_by("name")}
    return render(request, "studies/services.html", context)


@member(Permission.MANAGE_STUDIES, writes=True)
def service(request: Any, service_id: int) -> HttpResponse:
    """Change a service."""
    found = get_object_or_404(Service, pk=service_id)
    if request.method == "POST" and "remove" in request.POST:
        told = f"“{found.name}” was removed."
        removed = partial(people.remove_service, service=found)
        return _removed(request, removed, told, "services")
    initial = {name: getattr(found, name) for name in ServiceForm.base_fields}
    form = ServiceForm(request.POST or None, initial=initial, service=found)
    if request.method == "POST" and form.is_valid():
        people.change_service(service=found, values=form.cleaned_data, by=request.user)
        messages.success(request, "What you changed is kept.")
        return redirect("services", request.organisation.slug)
    context = {**_context(request, form), "caption": found.name}
    return render(request, "studies/service.html", context)


@member(Permission.MANAGE_STUDIES, writes=True)
def colleagues(request: Any) -> HttpResponse:
    """List who does research here, and add somebody."""
    form = ColleagueForm(request.POST or None, organisation=request.organisation)
    if request.method == "POST" and form.is_valid():
        made = people.add_colleague(
            organisation=request.organisation,
            values=form.cleaned_data,
            by=request.user,
        )
        messages.success(request, f"“{made.name}” was added.")
        return redirect("colleagues", request.organisation.slug)
    found = Colleague.objects.select_related("user").annotate(done=Count("studies"))
    context = {**_context(request, form), "colleagues": found.order_by("name")}
    return render(request, "studies/colleagues.html", context)


@member(Permission.MANAGE_STUDIES, writes=True)
def colleague(request: Any, colleague_id: int) -> HttpResponse:
    """Change what is said of somebody in research."""
    found = get_object_or_404(Colleague, pk=colleague_id)
    if request.method == "POST" and "remove" in request.POST:
        told = f"“{found.name}” was removed."
        removed = partial(people.remove_colleague, colleague=found)
        return _removed(request, removed, told, "colleagues")
    initial = {name: getattr(found, name) for name in ColleagueForm.base_fields}
    form = ColleagueForm(
        request.POST or None,
        initial=initial,
        organisation=request.organisation,
        colleague=found,
    )
    if request.method == "POST" and form.is_valid():
        try:
            people.change_colleague(
                colleague=found, values=form.cleaned_data, by=request.user
            )
        except NotAllowed as error:
            form.add_error("user", str(error))
        else:
            messages.success(request, "What you changed is kept.")
            return redirect("colleagues", request.organisation.slug)
    led = Study.objects.filter(lead=found)
    done = Study.objects.filter(members__colleague=found)
    context = {
        **_context(request, form),
        "caption": found.name,
        "studies": (led | done).distinct().order_by("short_title"),
    }
    return render(request, "studies/colleague.html", context)


def _removed(
    request: Any, remove: Callable[..., None], told: str, back: str
) -> HttpResponse:
    try:
        remove(by=request.user)
    except NotAllowed as error:
        messages.error(request, str(error))
    else:
        messages.success(request, told)
    return redirect(back, request.organisation.slug)


def _context(request: Any, form: Any) -> dict[str, Any]:
    return {
        "caption": request.organisation.name,
        "organisation": request.organisation,
        "form": form,
        "in_error": bool(form.errors),
    }
