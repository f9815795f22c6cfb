"""Workers that are killed, paused and replaced while they work; run by ``test_kills``.

    python nursery.py SECONDS_AT_MOST

The database is that of the environment.  Prints, as JSON, how often workers were killed
and paused, and how often each of the jobs had its effect.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

JOBS = 150
WORKERS = 3
KILLS = 25
LEASE = timedelta(seconds=1)
rng = random.Random(7)


def prepare() -> int:
    """Make the database and ask for the work."""
    from django.core.management import call_command
    from django.db import transaction

    from candela.web.jobs import queue
    from candela.web.scoping import across_organisations

    call_command("migrate", verbosity=0)
    with transaction.atomic(), across_organisations():
        for n in range(JOBS):
            queue.add("count", by=None, organisation=None, arguments={"n": n})
    return 0


def work() -> int:
    """Be one worker, until killed."""
    import logging

    from candela.web.house.models import Note
    from candela.web.jobs import queue
    from candela.web.jobs.handlers import Progress, handles
    from candela.web.jobs.worker import work_until

    logging.disable(logging.CRITICAL)
    # A worker of the test is killed more often than three times, and waits less long.
    queue.LEASE, queue.TRIES = LEASE, 1000  # type: ignore[misc]
    chance = random.Random(os.getpid())

    @handles("count")
    def count(job: queue.Claimed, progress: Progress) -> Callable[[], dict[str, Any]]:
        time.sleep(chance.uniform(0, 0.04))
        progress("counting", 1, 2)

        def effect() -> dict[str, Any]:
            name = f"effect {job.arguments['n']} {os.getpid()} {job.attempts}"
            Note.objects.create(name=name, value=job.arguments["n"])
            time.sleep(chance.uniform(0, 0.04))  # killed here, nothing may stay
            return {}

        return effect

    work_until(threading.Event())
    return 0


def unfinished() -> int:
    """Return whether any work is left, as an exit code."""
    from django.db import transaction

    from candela.web.jobs.models import Job, Status
    from candela.web.scoping import across_organisations

    with transaction.atomic(), across_organisations():
        return int(Job.objects.exclude(status=Status.DONE).exists())


def told() -> int:
    """Print how often each job had its effect, and how often it was tried."""
    from django.db import transaction

    from candela.web.house.models import Note
    from candela.web.jobs.models import Job
    from candela.web.scoping import across_organisations

    with transaction.atomic(), across_organisations():
        values = Note.objects.filter(name__startswith="effect ")
        effects = [n.value for n in values]
        tries = list(Job.objects.values_list("attempts", flat=True))
    counts = [effects.count(n) for n in range(JOBS)]
    print(json.dumps({"effects": counts, "most_tries": max(tries)}), flush=True)
    return 0


def forked(what: Callable[[], int]) -> int:
    """Do it in a process of its own: this one never touches the database."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        code = what()
    finally:
        os._exit(code)


def done(what: Callable[[], int]) -> int:
    """Do it in a process of its own and return its exit code."""
    return os.waitstatus_to_exitcode(os.waitpid(forked(what), 0)[1])


def torment(until: float) -> dict[str, int]:
    """Kill and pause workers at random until all is done."""
    workers = [forked(work) for _ in range(WORKERS)]
    killed = paused = 0
    resume: dict[int, float] = {}
    while time.monotonic() < until:
        time.sleep(rng.uniform(0.05, 0.3))
        for pid in [p for p, at in resume.items() if at < time.monotonic()]:
            os.kill(pid, signal.SIGCONT)
            del resume[pid]
        if killed >= KILLS:
            if done(unfinished) == 0:
                break
            continue
        place = rng.randrange(WORKERS)
        victim = workers[place]
        if victim in resume:
            continue
        if rng.random() < 0.25:  # asleep for longer than its lease, then late
            os.kill(victim, signal.SIGSTOP)
            resume[victim] = time.monotonic() + 1.6
            paused += 1
            continue
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        workers[place] = forked(work)
        killed += 1
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return {"killed": killed, "paused": paused}


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "candela.web.settings"
    django.setup()
    if done(prepare):
        sys.exit("the database could not be made")
    print(json.dumps(torment(time.monotonic() + float(sys.argv[1]))), flush=True)
    sys.exit(done(told))
