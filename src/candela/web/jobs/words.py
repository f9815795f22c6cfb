"""How is a job told in words?"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse

from candela.web.jobs.handlers import kind_of
from candela.web.jobs.models import Job, Status
from candela.web.parts import JobProgress, Link
from candela.web.shown import moment

__all__ = ["duration", "finding", "line", "progress", "told_of", "took"]


def finding(under_way: int, failed: int) -> str:
    """Return the sentence at the head of the list."""
    if not under_way:
        first = "Nothing is being worked on"
    elif under_way == 1:
        first = "One piece of work is waiting or being done"
    else:
        first = f"{under_way} pieces of work are waiting or being done"
    if not failed:
        return f"{first}."
    return f"{first}; {failed} could not be done."


def line(job: Job, slug: str) -> Link:
    """Return a job as a line of the list."""
    by = f" by {job.created_by}" if job.created_by else ""
    told = f"{Status(job.status).label}, asked for{by} on {moment(job.created_at)}"
    address = reverse("job", args=[slug, job.pk])
    return Link(f"{kind_of(job.kind).words}: {told}", address)


def told_of(job: Job) -> str:
    """Return a job of the service itself as a sentence."""
    when = job.finished_at or job.started_at or job.created_at
    told = Status(job.status).label
    return f"{kind_of(job.kind).words}: {told}, {moment(when)}."


def progress(job: Job, slug: str, now: datetime) -> JobProgress:
    """Return how far a job is, for its page."""
    running = not job.is_over
    result = None
    address = str(job.result.get("address", ""))
    if job.status == Status.DONE and address.startswith("/"):
        result = Link(str(job.result.get("words", "See what came of it")), address)
    return JobProgress(
        stage=_stage(job),
        address=reverse("job", args=[slug, job.pk]),
        running=running,
        done=job.done if job.total else None,
        total=job.total or None,
        elapsed=duration(now - (job.started_at or job.created_at)) if running else "",
        problem=job.message,
        cancel=(
            reverse("cancel-job", args=[slug, job.pk])
            if running and not job.cancel_requested
            else ""
        ),
        result=result,
    )


def took(job: Job) -> str:
    """Return how long a job that is over took; empty where it never began."""
    if job.started_at is None or job.finished_at is None:
        return ""
    return duration(job.finished_at - job.started_at)


def _stage(job: Job) -> str:
    if job.status == Status.RUNNING and job.cancel_requested:
        return "Being stopped."
    if job.status == Status.RUNNING:
        return f"{job.stage or 'Being begun'}."
    if job.status == Status.READY and job.attempts:
        return "Waiting to be tried again."
    told = Status(job.status).label
    return f"{told[0].upper()}{told[1:]}."


def duration(took: timedelta) -> str:
    """Return a stretch of time as ``2 minutes 5 seconds``; no more than two units."""
    seconds = max(0, round(took.total_seconds()))
    units = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
    parts = []
    for name, size in units:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
        elif parts:
            break
    return " ".join(parts[:2]) or "less than a second"
