"""The pages of jobs: what is being worked on, how far is this, and what came of it?"""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from candela.errors import InputError
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.jobs import actions
from candela.web.jobs.handlers import kind_of
from candela.web.jobs.models import Job, Status
from candela.web.jobs.words import finding, line, progress, took
from candela.web.parts import numbered_pages

__all__ = ["cancel_job", "job", "jobs", "retry_job"]

ON_A_PAGE = 25


@member(Permission.SEE_JOBS)
def jobs(request: HttpRequest) -> HttpResponse:
    """Show what is being worked on and what is over, newest first."""
    under_way = Job.objects.filter(status__in=(Status.READY, Status.RUNNING))
    over = Job.objects.exclude(status__in=(Status.READY, Status.RUNNING))
    page = Paginator(over.select_related("created_by"), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    slug = request.organisation.slug  # type: ignore[attr-defined]
    context = {
        "caption": request.organisation.name,  # type: ignore[attr-defined]
        "finding": finding(
            under_way.count(), over.filter(status=Status.FAILED).count()
        ),
        "under_way": [line(j, slug) for j in under_way.select_related("created_by")],
        "over": [line(j, slug) for j in page],
        "pages": numbered_pages(page, lambda n: f"?page={n}"),
    }
    return render(request, "jobs/jobs.html", context)


@member(Permission.SEE_JOBS)
def job(request: HttpRequest, number: int) -> HttpResponse:
    """Show how far a job is, or what came of it."""
    found = get_object_or_404(Job.objects.select_related("created_by"), pk=number)
    slug = request.organisation.slug  # type: ignore[attr-defined]
    context = {
        "caption": request.organisation.name,  # type: ignore[attr-defined]
        "question": kind_of(found.kind).words,
        "job": found,
        "took": took(found),
        "progress": progress(found, slug, datetime.now(UTC)),
        "jobs": reverse("jobs", args=[slug]),
        "retry": reverse("retry-job", args=[slug, number]),
        "may_retry": found.status in (Status.FAILED, Status.CANCELLED),
    }
    return render(request, "jobs/job.html", context)


@member(Permission.SEE_JOBS, writes=True)
def cancel_job(request: HttpRequest, number: int) -> HttpResponse:
    """Stop a job."""
    found = get_object_or_404(Job, pk=number)
    page = reverse("job", args=[request.organisation.slug, number])  # type: ignore[attr-defined]
    if request.method != "POST":
        return redirect(page)
    try:
        actions.cancel(job=found, by=request.user)
    except InputError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "The work is being stopped.")
    return redirect(page)


@member(Permission.SEE_JOBS, writes=True)
def retry_job(request: HttpRequest, number: int) -> HttpResponse:
    """Start the work of a job again, and show the new job."""
    found = get_object_or_404(Job, pk=number)
    slug = request.organisation.slug  # type: ignore[attr-defined]
    if request.method != "POST":
        return redirect("job", slug, number)
    try:
        again = actions.retry(job=found, by=request.user)
    except InputError as error:
        messages.warning(request, str(error))
        return redirect("job", slug, number)
    messages.success(request, "The work was asked for again.")
    return redirect("job", slug, again.pk)
