"""Is it working?  One line for each thing that can stop, and what to do then."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import django
from django.db import connection, models

from candela import __version__
from candela.web.accounts.models import Organisation
from candela.web.audit.models import Event
from candela.web.audit.state import CHECKED
from candela.web.configuration import Configuration
from candela.web.house.models import Note
from candela.web.house.upgrade import standing
from candela.web.house.work import BOOKS_CHECKED, RESTORED_IN_TEST
from candela.web.jobs.handlers import periodic
from candela.web.jobs.models import Job, Status
from candela.web.jobs.worker import SEEN
from candela.web.mail import TROUBLE
from candela.web.shown import moment

__all__ = ["Line", "finding", "lines"]

LITTLE_ROOM = 1_000_000_000  # bytes; less than a few books and a backup need
WORKER_SEEN = timedelta(minutes=5)
JOB_WAITS = timedelta(minutes=15)
BACKUP_AGE = timedelta(hours=50)  # two nights, and the time it takes
CLOCK_OFF = timedelta(minutes=2)


@dataclass(frozen=True)
class Line:
    """One thing: whether it is well, how it stands, and what to do if it is not."""

    thing: str
    well: bool
    words: str
    remedy: str = ""


def finding(found: tuple[Line, ...]) -> str:
    """Return the sentence at the head: all well, or the first thing that is not."""
    wrong = [line for line in found if not line.well]
    if not wrong:
        return "All well."
    more = len(wrong) - 1
    if not more:
        return wrong[0].words
    things = "one more thing needs" if more == 1 else f"{more} more things need"
    return f"{wrong[0].words} Below, {things} a look."


def lines(configuration: Configuration, now: datetime) -> tuple[Line, ...]:
    """Return how everything stands, in the scope of all."""
    return (
        _disk(configuration),
        _worker(configuration, now),
        _waiting(now),
        *_work_that_failed(),
        _backup(now),
        _mail(configuration),
        _clock(now),
        _audit_log(),
        _books(),
        _versions(),
    )


def _disk(configuration: Configuration) -> Line:
    usage = shutil.disk_usage(configuration.home)
    well = usage.free >= LITTLE_ROOM
    words = f"{usage.free / 1e9:,.1f} GB of {usage.total / 1e9:,.1f} GB are free."
    return Line(
        "Disk",
        well,
        words if well else f"The disk has little room left: {words}",
        "Make room, or move the home to a larger disk: stop the service, copy the "
        "folder, and start with --home.",
    )


def _worker(configuration: Configuration, now: datetime) -> Line:
    note = Note.objects.filter(name=SEEN).first()
    seen = None if note is None else datetime.fromisoformat(note.value)
    well = seen is not None and now - seen < WORKER_SEEN
    if not well and Job.objects.filter(lease_until__gt=now).exists():
        return Line("Worker", True, "Busy with work that takes long.")
    if seen is None:
        words = "The worker has not been seen yet."
    elif well:
        words = f"Seen on {moment(seen)}."
    else:
        words = f"The worker has not been seen since {moment(seen)}."
    remedy = (
        "Start the worker: “candela worker”."
        if configuration.database.is_postgresql
        else "Stop the service and start it again."
    )
    return Line("Worker", well, words, remedy)


def _waiting(now: datetime) -> Line:
    due = Job.objects.filter(status=Status.READY, run_after__lte=now)
    first = due.order_by("run_after").first()
    if first is None or now - first.run_after < JOB_WAITS:
        count = due.count()
        words = "No work is waiting." if not count else f"{count} pieces are waiting."
        return Line("Work waiting", True, words)
    return Line(
        "Work waiting",
        False,
        f"Work that was due has not begun since {moment(first.run_after)}.",
        "See that the worker runs; where it does, start a second one.",
    )


def _work_that_failed() -> Iterator[Line]:
    """Yield a line for each kind of nightly work whose last try failed."""
    for kind in periodic():
        over = Job.objects.filter(
            kind=kind.name, status__in=(Status.DONE, Status.FAILED)
        )
        last = over.order_by("-finished_at").first()
        if last is None or last.status == Status.DONE:
            continue
        done = over.filter(status=Status.DONE).order_by("-finished_at").first()
        since = f"since {moment(done.finished_at)}" if done else "yet"
        yield Line(
            kind.words,
            False,
            f"“{kind.words}” has not worked {since}.",
            f"{last.message} Start it again below.",
        )


def _backup(now: datetime) -> Line:
    note = Note.objects.filter(name=RESTORED_IN_TEST).first()
    if note is None:
        began = Organisation.objects.aggregate(first=models.Min("created_at"))["first"]
        return Line(
            "Backup",
            began is None or now - began < BACKUP_AGE,
            "No backup has been restored in a test yet. The first is made tonight.",
            "Press “Make a backup now”, and look at what comes of it.",
        )
    at = datetime.fromisoformat(note.value["at"])
    well = now - at < BACKUP_AGE
    return Line(
        "Backup",
        well,
        f"Last made, and restored in a test, on {moment(at)}."
        if well
        else f"No backup has been restored in a test since {moment(at)}.",
        "Press “Make a backup now”, and look at what comes of it.",
    )


def _mail(configuration: Configuration) -> Line:
    trouble = Note.objects.filter(name=TROUBLE).first()
    if trouble is not None:
        return Line(
            "E-mail",
            False,
            f"E-mail could not be sent on {moment(trouble.at)}.",
            "Look at CANDELA_MAIL, and whether the mail server can be reached.",
        )
    if not configuration.mail.host:
        folder = configuration.home / "mail"
        return Line("E-mail", True, f"Written into files in {folder}, not sent.")
    return Line("E-mail", True, f"Sent through {configuration.mail.host}.")


def _clock(now: datetime) -> Line:
    """Compare with the database's clock, and with what was written last."""
    newest = Event.objects.order_by("-number").first()
    ahead = newest is not None and newest.at - now > CLOCK_OFF
    off = abs(_database_time(now) - now) > CLOCK_OFF
    if not ahead and not off:
        return Line("Clock", True, f"It is {moment(now)}.")
    return Line(
        "Clock",
        False,
        f"The clock is not right: here it is {moment(now)}, and something was written "
        "later than that."
        if ahead
        else "The clocks of service and database differ.",
        "Have the machines set their clocks from the network.",
    )


def _database_time(now: datetime) -> datetime:
    if connection.vendor != "postgresql":
        return now
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (there,) = cursor.fetchone()
    return there


def _audit_log() -> Line:
    note = Note.objects.filter(name=CHECKED).first()
    if note is None:
        return Line("Audit log", True, "It is checked for the first time tonight.")
    at = moment(datetime.fromisoformat(note.value["at"]))
    broken = note.value["broken"]
    if not broken:
        return Line("Audit log", True, f"Unbroken when checked on {at}.")
    return Line(
        "Audit log",
        False,
        f"The audit log has not been whole since {at}: line {broken['number']}, "
        f"{broken['what']}.",
        "Change nothing, keep the latest backups, and run “candela audit verify”.",
    )


def _books() -> Line:
    note = Note.objects.filter(name=BOOKS_CHECKED).first()
    if note is None:
        return Line("Books", True, "They are checked again once a week.")
    at = moment(datetime.fromisoformat(note.value["at"]))
    changed = note.value["changed"]
    if not changed:
        return Line("Books", True, f"As they were written when checked on {at}.")
    return Line(
        "Books",
        False,
        f"{len(changed)} of {note.value['count']} books have not been as they were "
        f"written since {at}: {', '.join(changed)}.",
        "Add each again from where it was built, or restore a backup.",
    )


def _versions() -> Line:
    pending = standing().pending
    version = ".".join(str(part) for part in connection.get_database_version())
    words = (
        f"Candela {__version__}, Python {platform.python_version()}, Django "
        f"{django.get_version()}, {connection.display_name} {version}."
    )
    if not pending:
        return Line("Versions", True, words)
    return Line(
        "Versions",
        False,
        f"The database has not been brought to this version. {words}",
        "Stop the service and run “candela upgrade”.",
    )
