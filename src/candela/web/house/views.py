"""Is the service well, and how does somebody new get going?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from candela import __version__
from candela.errors import InputError
from candela.web.access import Kind, Rule, declare, operator, signed_in
from candela.web.accounts.models import Organisation
from candela.web.house.first_steps import first_steps
from candela.web.house.health import finding, lines
from candela.web.house.work import BACK_UP
from candela.web.jobs import actions, queue
from candela.web.jobs.models import Job, Status
from candela.web.jobs.words import told_of
from candela.web.scoping import across_organisations

__all__ = ["back_up_now", "first_run", "health", "retry_work", "system"]

RECENT = timedelta(days=14)


@require_safe
@transaction.non_atomic_requests
def _health(request: HttpRequest) -> HttpResponse:
    """Answer 200 and ``ready`` to a machine that asks, or 503; no secrets or counts."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    return JsonResponse({"status": "ready", "version": __version__})


# Not by `access.public`, which opens a transaction: the database may be away.
health = declare(Rule(Kind.PUBLIC), _health)


@operator
def system(request: HttpRequest) -> HttpResponse:
    """Show who keeps the service what works, what does not, and what to do."""
    now = datetime.now(UTC)
    with across_organisations():
        found = lines(settings.CONFIGURATION, now)
        own = Job.objects.filter(organisation=None, created_at__gt=now - RECENT)
        work = [(job, told_of(job)) for job in own]
    context = {
        "finding": finding(found),
        "lines": found,
        "work": [
            {
                "told": told,
                "message": job.message,
                "number": job.pk,
                "may_retry": job.status in (Status.FAILED, Status.CANCELLED),
            }
            for job, told in work
        ],
    }
    return render(request, "house/system.html", context)


@operator(writes=True)
def back_up_now(request: HttpRequest) -> HttpResponse:
    """Ask for a backup that is restored in a test."""
    if request.method == "POST":
        queue.add(BACK_UP, by=request.user, organisation=None)
        messages.success(
            request,
            "A backup is being made. Refresh this page to see what became of it.",
        )
    return redirect("system")


@operator(writes=True)
def retry_work(request: HttpRequest, number: int) -> HttpResponse:
    """Start work of the service itself again."""
    if request.method == "POST":
        with across_organisations():
            job = get_object_or_404(Job, pk=number, organisation=None)
            try:
                actions.retry(job=job, by=request.user)
            except InputError as error:
                messages.warning(request, str(error))
            else:
                messages.success(request, "The work was asked for again.")
    return redirect("system")


@signed_in
def first_run(request: HttpRequest) -> HttpResponse:
    """Show somebody new what there is to do, all of which can wait."""
    with across_organisations():
        training = Organisation.objects.filter(
            is_training=True, pk__in=request.user.memberships.values("organisation")
        ).first()
    shown = {"tasks": first_steps(request.user), "training": training}
    return render(request, "house/first-run.html", shown)
