"""What may somebody do about a job?  Stop it, or have it started again."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from candela.errors import InputError
from candela.web.accounts.models import User
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.jobs import queue
from candela.web.jobs.models import Job, Status

__all__ = ["cancel", "retry"]


@transaction.atomic
def cancel(*, job: Job, by: User) -> None:
    """Stop a job: at once if it waits, at its next step if it is being done.

    Raises
    ------
    InputError
        If it is over.
    """
    same = Job.objects.filter(pk=job.pk)
    waiting = same.filter(status=Status.READY)
    stopped = waiting.update(status=Status.CANCELLED, finished_at=datetime.now(UTC))
    if not stopped:
        stopped = same.filter(status=Status.RUNNING).update(cancel_requested=True)
    if not stopped:
        raise InputError("This work is over, so there is nothing to stop.")
    record(
        Action.JOB_CANCELLED,
        by=by,
        organisation=job.organisation,
        thing=f"job:{job.pk}",
        kind=job.kind,
    )


@transaction.atomic
def retry(*, job: Job, by: User) -> Job:
    """Ask for the same work again, as a job of its own; return it.

    A worker that still holds the old one cannot touch the new one.

    Raises
    ------
    InputError
        If it was done, or is not over.
    """
    if job.status not in (Status.FAILED, Status.CANCELLED):
        raise InputError("Only work that was stopped can be started again.")
    again = queue.add(
        job.kind, by=by, organisation=job.organisation, arguments=job.arguments
    )
    record(
        Action.JOB_RETRIED,
        by=by,
        organisation=job.organisation,
        thing=f"job:{job.pk}",
        kind=job.kind,
        now_job=again.pk,
    )
    return again
