"""Is each piece of work done once, by whoever holds it, and left alone in the end?"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import OperationalError

from candela.errors import InputError
from candela.web.house.models import Note
from candela.web.jobs import handlers, queue, worker
from candela.web.jobs.handlers import Progress, handles
from candela.web.jobs.models import Job, Status
from candela.web.jobs.periods import Every
from candela.web.jobs.queue import Cancelled, Claimed, LostLease
from candela.web.jobs.worker import (
    SEEN,
    ask_for_what_is_due,
    work_once,
    work_until,
)
from candela.web.scoping import across_organisations

if TYPE_CHECKING:
    from web.conftest import Place

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test register kinds of work of its own."""
    monkeypatch.setattr(handlers, "_KINDS", {})


def ask(place: Place | None = None, kind: str = "count", **arguments: Any) -> Job:
    with across_organisations():
        return queue.add(
            kind,
            by=None,
            organisation=place.organisation if place else None,
            arguments=arguments,
            run_after=NOON,
        )


def job(of: Job | Claimed) -> Job:
    with across_organisations():
        return Job.objects.get(pk=of.pk)


def note(name: str) -> Callable[[], dict[str, Any]]:
    def effect() -> dict[str, Any]:
        Note.objects.create(name=name, value=1)
        return {"noted": name}

    return effect


def claimed(now: datetime = NOON) -> Claimed:
    found = queue.claim(now)
    assert found is not None
    return found


def test_the_job_that_has_waited_longest_is_claimed_first(here: Place) -> None:
    first, second = ask(here, n=1), ask(here, n=2)
    found = claimed()
    assert (found.pk, found.attempts, found.arguments) == (first.pk, 1, {"n": 1})
    assert found.organisation == here.organisation
    assert claimed().pk == second.pk
    assert queue.claim(NOON) is None


def test_a_job_for_later_waits(here: Place) -> None:
    ask(here)
    assert queue.claim(NOON - SECOND) is None
    assert queue.claim(NOON) is not None


def test_what_a_job_does_is_written_with_its_end_and_in_its_organisation(
    here: Place,
) -> None:
    ask(here)
    found = claimed()

    def effect() -> dict[str, Any]:
        (seen,) = Job.objects.all()  # raises outside the scope of an organisation
        return {"seen": seen.pk}

    queue.finish(found, effect)
    over = job(found)
    assert (over.status, over.result) == (Status.DONE, {"seen": found.pk})
    assert over.finished_at is not None
    assert over.lease_until is None


def test_an_effect_that_breaks_leaves_the_job_to_be_done() -> None:
    ask()
    found = claimed()

    def effect() -> dict[str, Any]:
        Note.objects.create(name="half", value=1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        queue.finish(found, effect)
    assert job(found).status == Status.RUNNING
    assert not Note.objects.filter(name="half").exists()


def test_a_lease_that_ran_out_is_taken_over_and_the_late_worker_changes_nothing() -> (
    None
):
    ask()
    late = claimed()
    assert queue.claim(NOON + queue.LEASE) is None
    taker = claimed(NOON + queue.LEASE + SECOND)
    assert (taker.pk, taker.attempts) == (late.pk, 2)
    with pytest.raises(LostLease):
        queue.renew(late, "counting", 1, 2, NOON + queue.LEASE + 2 * SECOND)
    with pytest.raises(LostLease):
        queue.finish(late, note("late"))
    queue.fail(late, "the late one's words", NOON, again=False)
    queue.stop(late, NOON)
    assert (job(taker).status, job(taker).message) == (Status.RUNNING, "")
    queue.finish(taker, note("taker"))
    with pytest.raises(LostLease):
        queue.finish(taker, note("twice"))
    names = {n.name for n in Note.objects.all()}
    assert "taker" in names
    assert not names & {"late", "twice"}


def test_progress_is_noted_and_holds_the_job() -> None:
    ask()
    found = claimed()
    queue.renew(found, "reading files", 3, 9, NOON + 50 * SECOND)
    held = job(found)
    assert (held.stage, held.done, held.total) == ("reading files", 3, 9)
    # Claimed for 60 seconds at noon, held for 60 more from 12:00:50.
    assert queue.claim(NOON + 110 * SECOND) is None
    assert queue.claim(NOON + 111 * SECOND) is not None


def test_progress_within_a_stage_is_written_once_a_second_and_at_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[tuple[str, int]] = []
    monkeypatch.setattr(
        handlers,
        "renew",
        lambda job, stage, done, total, now: written.append((stage, done)),
    )
    progress = Progress(Claimed(1, 1, "count"))
    for n in range(1, 101):
        progress("reading", n, 100)
    progress("writing", 1, 100)
    assert written == [("reading", 1), ("reading", 100), ("writing", 1)]


def test_a_job_that_was_cancelled_is_told_so_and_does_nothing() -> None:
    ask()
    found = claimed()
    with across_organisations():
        Job.objects.filter(pk=found.pk).update(cancel_requested=True)
    with pytest.raises(Cancelled):
        queue.renew(found, "reading", 1, 2, NOON)
    with pytest.raises(Cancelled):
        queue.finish(found, note("anyway"))
    assert job(found).status == Status.RUNNING
    queue.stop(found, NOON)
    assert job(found).status == Status.CANCELLED
    assert not Note.objects.filter(name="anyway").exists()


def test_a_cancelled_job_whose_worker_died_ends_as_cancelled() -> None:
    ask()
    found = claimed()
    with across_organisations():
        Job.objects.filter(pk=found.pk).update(cancel_requested=True)
    assert queue.claim(NOON + queue.LEASE + SECOND) is None
    assert job(found).status == Status.CANCELLED


def test_after_three_tries_a_job_is_left_alone_and_says_so() -> None:
    ask()
    now = NOON
    for attempt in (1, 2, 3):
        assert claimed(now).attempts == attempt
        now += queue.LEASE + SECOND
    assert queue.claim(now) is None
    (left,) = all_jobs()
    assert (left.status, left.attempts) == (Status.FAILED, 3)
    assert left.message.startswith("This was begun 3 times")


def test_a_failure_is_tried_again_later_each_time_and_three_times_in_all() -> None:
    ask()
    first = claimed()
    queue.fail(first, "once", NOON, again=True)
    assert (job(first).status, job(first).message) == (Status.READY, "once")
    assert queue.claim(NOON + 29 * SECOND) is None
    second = claimed(NOON + 30 * SECOND)
    queue.fail(second, "twice", NOON + 30 * SECOND, again=True)
    assert queue.claim(NOON + 89 * SECOND) is None  # 30 s + 2 times 30 s
    third = claimed(NOON + 90 * SECOND)
    queue.fail(third, "thrice", NOON + 90 * SECOND, again=True)
    assert (job(third).status, job(third).message) == (Status.FAILED, "thrice")


def test_at_a_start_with_no_worker_alive_jobs_are_taken_over_at_once() -> None:
    ask()
    claimed()
    assert queue.release_all(NOON) == 1
    assert claimed().attempts == 2


def all_jobs() -> list[Job]:
    with across_organisations():
        return list(Job.objects.order_by("pk"))


# The worker.


def test_the_worker_does_a_job_with_the_handler_of_its_kind(here: Place) -> None:
    @handles("count")
    def count(job: Claimed, progress: Progress) -> Callable[[], dict[str, Any]]:
        progress("counting", 1, 1)
        total = sum(job.arguments["of"])
        return lambda: {"total": total}

    asked = ask(here, of=[1, 2, 3])
    assert work_once()
    assert not work_once()
    done = job(asked)
    assert (done.status, done.stage, done.result) == (
        Status.DONE,
        "counting",
        {"total": 6},
    )


def test_a_known_error_ends_a_job_with_its_own_words() -> None:
    @handles("count")
    def count(job: Claimed, progress: Progress) -> Callable[[], dict[str, Any]]:
        raise InputError("book.zip is not a book: it has no manifest.json.")

    asked = ask()
    work_once()
    ended = job(asked)
    assert (ended.status, ended.attempts) == (Status.FAILED, 1)
    assert ended.message == "book.zip is not a book: it has no manifest.json."


def test_an_unforeseen_error_is_tried_again_and_tells_no_values(
    caplog: pytest.LogCaptureFixture,
) -> None:
    @handles("count")
    def count(job: Claimed, progress: Progress) -> Callable[[], dict[str, Any]]:
        raise ValueError("ann@example.org")

    asked = ask()
    work_once()
    waiting = job(asked)
    assert (waiting.status, waiting.attempts) == (Status.READY, 1)
    assert waiting.message == (
        "Something unforeseen stopped this work. It is tried again by itself."
    )
    assert "ann@" not in caplog.text
    assert f"job {asked.pk}: ValueError at test_queue.py:" in caplog.text


def test_a_full_disk_is_told_as_such() -> None:
    @handles("count")
    def count(job: Claimed, progress: Progress) -> Callable[[], dict[str, Any]]:
        raise OSError(28, "No space left on device")

    asked = ask()
    work_once()
    assert job(asked).message.startswith("The disk is full. Nothing was changed.")


def test_work_of_a_kind_that_is_not_known_is_told_and_not_tried_again() -> None:
    asked = ask(kind="build-pack")
    work_once()
    assert job(asked).status == Status.FAILED
    assert "`build-pack`" in job(asked).message
    assert "another version" in job(asked).message


@pytest.fixture
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the connection of the test, which holds its transaction."""
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker.connections, "close_all", lambda: None)
    monkeypatch.setattr(worker, "POLL_SECONDS", 0.01)


def test_asked_to_stop_the_worker_finishes_the_job_at_hand_and_begins_no_other(
    one_connection: None,
) -> None:
    stop = threading.Event()

    @handles("count")
    def count(job: Claimed, progress: Progress) -> Callable[[], dict[str, Any]]:
        stop.set()
        return lambda: {"counted": True}

    first, second = ask(), ask()
    work_until(stop)
    assert (job(first).status, job(first).result) == (Status.DONE, {"counted": True})
    assert job(second).status == Status.READY


def test_a_worker_whose_database_is_away_asks_again(
    one_connection: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, tries = threading.Event(), []

    def away() -> bool:
        tries.append(len(tries))
        if len(tries) == 3:
            stop.set()
        raise OperationalError("the database is shutting down")

    monkeypatch.setattr(worker, "work_once", away)
    work_until(stop)
    assert len(tries) == 3


def test_a_worker_looks_round_for_what_is_due_when_it_starts(
    one_connection: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = threading.Event()

    def nothing() -> bool:
        stop.set()
        return False

    monkeypatch.setattr(worker, "work_once", nothing)
    work_until(stop)
    assert Note.objects.filter(name=SEEN).exists()


def test_two_handlers_of_one_kind_are_refused() -> None:
    handles("count")(lambda job, progress: dict)
    with pytest.raises(ValueError, match="two handlers of count"):
        handles("count")(lambda job, progress: dict)


# Work that comes due by itself.


def test_the_first_turn_of_a_new_service_is_not_asked_for() -> None:
    handles("backup", every=Every.DAY)(lambda job, progress: dict)
    ask_for_what_is_due(NOON)
    assert all_jobs() == []
    ask_for_what_is_due(NOON + timedelta(days=1))
    assert [j.key for j in all_jobs()] == ["backup 2026-11-25"]


def test_a_turn_is_asked_for_once_however_often_and_by_whomever_it_is_noticed() -> None:
    handles("backup", every=Every.DAY)(lambda job, progress: dict)
    ask_for_what_is_due(NOON)
    tomorrow = NOON + timedelta(days=1)
    for _ in range(3):
        ask_for_what_is_due(tomorrow)
    # A worker that read the note before the first had written it.
    Note.objects.filter(name="last turn of backup").update(value="2026-11-24")
    ask_for_what_is_due(tomorrow)
    assert [j.key for j in all_jobs()] == ["backup 2026-11-25"]


def test_that_a_worker_lives_is_noted() -> None:
    ask_for_what_is_due(NOON)
    assert Note.objects.get(name=SEEN).value == "2026-11-24T12:00:00+00:00"


@pytest.mark.parametrize(
    ("every", "moment", "turn"),
    [
        (Every.HOUR, datetime(2026, 11, 24, 12, 59, tzinfo=UTC), "2026-11-24T12"),
        (Every.DAY, datetime(2026, 11, 24, 1, 59, tzinfo=UTC), "2026-11-23"),
        (Every.DAY, datetime(2026, 11, 24, 2, 0, tzinfo=UTC), "2026-11-24"),
        # 1 January 2027 is a Friday: of the last week of 2026 by ISO 8601.
        (Every.WEEK, datetime(2027, 1, 1, 12, tzinfo=UTC), "2026-W53"),
        (Every.WEEK, datetime(2027, 1, 4, 2, tzinfo=UTC), "2027-W01"),
        (Every.MONTH, datetime(2028, 2, 29, 12, tzinfo=UTC), "2028-02"),
        (Every.MONTH, datetime(2028, 3, 1, 1, tzinfo=UTC), "2028-02"),
        (Every.MONTH, datetime(2028, 3, 1, 2, tzinfo=UTC), "2028-03"),
    ],
)
def test_a_turn_begins_at_two_in_the_morning(
    every: Every, moment: datetime, turn: str
) -> None:
    assert every.turn(moment) == turn
