"""Who does the jobs?  A loop: claim, do, finish, and again.

A thread beside the web server in the embedded edition, a process of its own in the
server edition.  Asked to stop, it finishes what it is at.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path

from django.db import DatabaseError, close_old_connections, connections, transaction

from candela.errors import CandelaError
from candela.web.errors import is_disk_full
from candela.web.house.models import Note
from candela.web.jobs import queue
from candela.web.jobs.handlers import Progress, kind_of, periodic
from candela.web.jobs.models import Job
from candela.web.scoping import across_organisations

__all__ = ["SEEN", "ask_for_what_is_due", "work_once", "work_until"]

log = logging.getLogger("candela.web.jobs")
POLL_SECONDS = 1.0
LOOK_ROUND_SECONDS = 60.0
SEEN = "worker seen"
AGAIN = "Something unforeseen stopped this work. It is tried again by itself."
NO_ROOM = (
    "The disk is full. Nothing was changed. Tell who keeps this service; then start "
    "the work again."
)


def work_until(stop: threading.Event) -> None:
    """Work until asked to stop; whatever goes wrong, the next job is looked at."""
    looked_round = 0.0
    try:
        while not stop.is_set():
            busy = False
            try:
                close_old_connections()
                if time.monotonic() - looked_round >= LOOK_ROUND_SECONDS:
                    looked_round = time.monotonic()
                    ask_for_what_is_due(datetime.now(UTC))
                busy = work_once()
            except DatabaseError as error:
                # The database is away or full: it is asked again, not given up.
                log.error("jobs: %s", type(error).__name__)
            if not busy:
                stop.wait(POLL_SECONDS)
    finally:
        connections.close_all()


def work_once() -> bool:
    """Do the next job, if there is one; return whether there was."""
    claimed = queue.claim(datetime.now(UTC))
    if claimed is None:
        return False
    try:
        effect = kind_of(claimed.kind).handler(claimed, Progress(claimed))
        queue.finish(claimed, effect)
    except queue.Cancelled:
        queue.stop(claimed, datetime.now(UTC))
    except queue.LostLease:
        log.warning("job %s: another worker has it", claimed.pk)
    except CandelaError as error:
        queue.fail(claimed, str(error), datetime.now(UTC), again=False)
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno}"
        log.error("job %s: %s at %s", claimed.pk, type(error).__name__, place)
        queue.fail(claimed, _told(claimed, error), datetime.now(UTC), again=True)
    return True


def _told(claimed: queue.Claimed, error: Exception) -> str:
    """Return what the page of the job says of an error that nobody foresaw."""
    if is_disk_full(error):
        return NO_ROOM
    if claimed.attempts < queue.TRIES:
        return AGAIN
    return (
        f"This was tried {queue.TRIES} times, and something unforeseen stopped it each "
        "time. Nothing was changed. Tell who keeps this service the number of the job: "
        f"{claimed.pk}."
    )


def ask_for_what_is_due(now: datetime) -> None:
    """Ask for the work of each turn that has begun, and note that a worker lives.

    A new service begins with the next turn: there is nothing to back up yet.
    """
    with transaction.atomic(), across_organisations():
        Note.objects.update_or_create(name=SEEN, defaults={"value": now.isoformat()})
        for kind in periodic():
            assert kind.every is not None
            turn = kind.every.turn(now)
            note, is_new = Note.objects.get_or_create(
                name=f"last turn of {kind.name}", defaults={"value": turn}
            )
            if is_new or note.value == turn:
                continue
            # Where another worker was first, its job has the key already.
            Job.objects.bulk_create(
                [Job(kind=kind.name, key=f"{kind.name} {turn}", run_after=now)],
                ignore_conflicts=True,
            )
            note.value = turn
            note.save()
