"""How is work handed out so that each piece is done exactly once?

A worker claims a job with one statement, for a *lease*.  Whoever reports progress
renews it.  When a worker dies the lease runs out, and the next one takes the job over;
after three tries it is left alone and shown.  What a job does to the database is
written in the transaction that ends it, and only if the worker still holds it.

Every function takes the moment it is about.  Workers call them; pages use ``add`` and
``candela.web.jobs.actions``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from candela.web.accounts.models import Organisation, User
from candela.web.jobs.models import Job, Status
from candela.web.scoping import (
    across_organisations,
    organisation_scope,
    read_transaction,
)

__all__ = [
    "LEASE",
    "TRIES",
    "Cancelled",
    "Claimed",
    "LostLease",
    "add",
    "claim",
    "fail",
    "finish",
    "release_all",
    "renew",
    "rows_of",
    "stop",
]

LEASE = timedelta(seconds=60)
TRIES = 3
AGAIN_AFTER = timedelta(seconds=30)  # times the tries so far
STOPPED_EACH_TIME = (
    f"This was begun {TRIES} times, and stopped each time before it was done. Nothing "
    "was changed. Start it again, or tell who keeps this service the number of the job."
)


class Cancelled(Exception):
    """Somebody asked for this job to stop."""


class LostLease(Exception):
    """Another worker has this job now; whatever was done here counts for nothing."""


@dataclass(frozen=True)
class Claimed:
    """A job as the worker who claimed it sees it."""

    pk: int
    attempts: int
    kind: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    organisation: Organisation | None = None
    created_by: User | None = None


def add(
    kind: str,
    *,
    by: User | None,
    organisation: Organisation | None,
    arguments: Mapping[str, Any] | None = None,
    run_after: datetime | None = None,
) -> Job:
    """Ask for work, in the transaction of whatever makes it necessary."""
    job = Job(
        kind=kind,
        arguments=dict(arguments or {}),
        organisation=organisation,
        created_by=by,
    )
    if run_after is not None:
        job.run_after = run_after
    # Work of the service itself belongs to no organisation's scope.
    with across_organisations() if organisation is None else nullcontext():
        job.save()
    return job


def claim(now: datetime) -> Claimed | None:
    """Take the job that has waited longest, or one whose worker has died."""
    with transaction.atomic(), across_organisations():
        _give_up_on_stopped(now)
        number = _claim_one(now)
        if number is None:
            return None
        job = Job.objects.select_related("organisation", "created_by").get(pk=number)
    return Claimed(
        job.pk,
        job.attempts,
        job.kind,
        job.arguments,
        job.organisation,
        job.created_by,
    )


def _claim_one(now: datetime) -> int | None:
    """Claim with one statement: two workers never get the same job."""
    locked = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    moment = connection.ops.adapt_datetimefield_value(now)
    until = connection.ops.adapt_datetimefield_value(now + LEASE)
    sql = f"""
        UPDATE jobs_job
        SET status = 'running', attempts = attempts + 1, lease_until = %s,
            started_at = coalesce(started_at, %s), message = ''
        WHERE id = (
            SELECT id FROM jobs_job
            WHERE (status = 'ready' AND run_after <= %s)
               OR (status = 'running' AND lease_until < %s)
            ORDER BY run_after, id LIMIT 1 {locked}
        )
        RETURNING id
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [until, moment, moment, moment])
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def _give_up_on_stopped(now: datetime) -> None:
    """End jobs whose worker died, where they were cancelled or tried often enough."""
    stopped = Job.objects.filter(status=Status.RUNNING, lease_until__lt=now)
    stopped.filter(cancel_requested=True).update(
        status=Status.CANCELLED, finished_at=now
    )
    stopped.filter(attempts__gte=TRIES).update(
        status=Status.FAILED, finished_at=now, message=STOPPED_EACH_TIME
    )


def renew(claimed: Claimed, stage: str, done: int, total: int, now: datetime) -> None:
    """Note how far the work is, and hold the job for another minute.

    Raises
    ------
    Cancelled
        If somebody asked for it to stop.
    LostLease
        If another worker has the job, or it is over.
    """
    with transaction.atomic(), across_organisations():
        held = _held(claimed).update(
            stage=stage, done=done, total=total, lease_until=now + LEASE
        )
        if not held:
            raise LostLease
        if _held(claimed).filter(cancel_requested=True).exists():
            raise Cancelled


def finish(claimed: Claimed, effect: Callable[[], dict[str, Any]]) -> None:
    """End the job and do what it does to the database, together or not at all.

    Raises
    ------
    Cancelled, LostLease
        Before anything is done.
    """
    with transaction.atomic():
        with across_organisations():
            # Written first, so that the row is ours until the end of the transaction.
            held = _held(claimed).update(status=Status.DONE)
            if not held:
                raise LostLease
            if Job.objects.filter(pk=claimed.pk, cancel_requested=True).exists():
                raise Cancelled
        with _scope_of(claimed):
            result = effect()
        with across_organisations():
            Job.objects.filter(pk=claimed.pk).update(
                result=result, finished_at=datetime.now(UTC), lease_until=None
            )


def fail(claimed: Claimed, why: str, now: datetime, *, again: bool) -> None:
    """End the job with a reason, or let it be tried ``again`` a little later."""
    ended: dict[str, Any] = {"status": Status.FAILED, "finished_at": now}
    if again and claimed.attempts < TRIES:
        after = now + AGAIN_AFTER * claimed.attempts
        ended = {"status": Status.READY, "run_after": after}
    with transaction.atomic(), across_organisations():
        _held(claimed).update(message=why, lease_until=None, **ended)


def stop(claimed: Claimed, now: datetime) -> None:
    """End a job that was cancelled."""
    with transaction.atomic(), across_organisations():
        _held(claimed).update(
            status=Status.CANCELLED, finished_at=now, lease_until=None
        )


def release_all(now: datetime) -> int:
    """Let jobs be taken over at once; for a start at which no worker can be alive."""
    with transaction.atomic(), across_organisations():
        running = Job.objects.filter(status=Status.RUNNING)
        return int(running.update(lease_until=now - timedelta(seconds=1)))


@contextmanager
def rows_of(claimed: Claimed) -> Iterator[None]:
    """Read rows while the work goes on, as the organisation of the job may."""
    with read_transaction(), _scope_of(claimed):
        yield


def _scope_of(claimed: Claimed) -> AbstractContextManager[None]:
    """Return the scope of the job's organisation; of all, for the service's own."""
    if claimed.organisation is None:
        return across_organisations()
    return organisation_scope(claimed.organisation)


def _held(claimed: Claimed) -> Any:
    """Return the job's row while the worker still holds it."""
    return Job.objects.filter(
        pk=claimed.pk, attempts=claimed.attempts, status=Status.RUNNING
    )
