"""What do the pages of jobs say, and what may be done from them?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from candela.web.accounts.models import User
from candela.web.accounts.permissions import Permission, Role, permissions_of
from candela.web.audit.models import Event
from candela.web.jobs.models import Job, Status
from candela.web.jobs.words import duration, finding
from candela.web.scoping import across_organisations, organisation_scope

if TYPE_CHECKING:
    from web.conftest import Place

    Browser = Callable[[User], Client]

pytestmark = pytest.mark.django_db


def a_job(place: Place, status: Status = Status.READY, **more: Any) -> Job:
    with organisation_scope(place.organisation):
        return Job.objects.create(
            organisation=place.organisation,
            kind="check-thing",
            status=status,
            created_by=place.person(Role.COORDINATOR),
            **more,
        )


def now_of(job: Job) -> Job:
    with across_organisations():
        return Job.objects.get(pk=job.pk)


@pytest.fixture
def coordinator(here: Place, signed_in: Browser) -> Client:
    return signed_in(here.person(Role.COORDINATOR))


def test_the_list_names_what_is_under_way_and_what_is_over(
    here: Place, there: Place, coordinator: Client
) -> None:
    a_job(here)
    a_job(here, Status.FAILED)
    a_job(there, Status.FAILED)
    page = coordinator.get("/at/quillmere/jobs/").content.decode()
    assert '<h1 class="nhsuk-heading-l">' in page
    assert "What is being worked on?" in page
    assert "One piece of work is waiting or being done; 1 could not be done." in page
    assert (
        "Check thing: waiting to start, asked for by Coordinator Of Quillmere" in page
    )
    assert "Check thing: could not be done" in page


def test_a_list_with_nothing_in_it_says_what_would_be_there(
    here: Place, coordinator: Client
) -> None:
    page = coordinator.get("/at/quillmere/jobs/").content.decode()
    assert "Nothing is being worked on." in page
    assert "Checking a book that was added is such work." in page


def test_a_job_under_way_tells_stage_share_and_time_and_can_be_stopped(
    here: Place, coordinator: Client
) -> None:
    job = a_job(
        here,
        Status.RUNNING,
        attempts=1,
        stage="Comparing files",
        done=3,
        total=9,
        started_at=datetime.now(UTC) - timedelta(seconds=125),
        lease_until=datetime.now(UTC) + timedelta(seconds=60),
    )
    address = f"/at/quillmere/jobs/{job.pk}/"
    page = coordinator.get(address).content.decode()
    for words in (
        "Comparing files.",
        "3 of 9 done.",
        "Time so far: 2 minutes 5 seconds.",
        "You can leave this page",
        f'href="{address}">Refresh</a>',
        f'action="{address}cancel/"',
    ):
        assert words in page, words
    assert "Start it again" not in page


def test_a_running_job_is_asked_to_stop_and_a_waiting_one_is_stopped(
    here: Place, coordinator: Client
) -> None:
    running = a_job(here, Status.RUNNING, attempts=1)
    waiting = a_job(here)
    for job in (running, waiting):
        address = f"/at/quillmere/jobs/{job.pk}/"
        answer = coordinator.post(f"{address}cancel/", follow=True)
        assert answer.redirect_chain == [(address, 302)]
        assert "The work is being stopped." in answer.content.decode()
    assert now_of(running).cancel_requested
    assert now_of(running).status == Status.RUNNING
    assert now_of(waiting).status == Status.CANCELLED
    with across_organisations():
        lines = Event.objects.filter(action="job.cancelled").order_by("number")
        assert [e.thing for e in lines] == [f"job:{running.pk}", f"job:{waiting.pk}"]
    page = coordinator.get(f"/at/quillmere/jobs/{running.pk}/").content.decode()
    assert "Being stopped." in page
    assert "Stop this work" not in page


def test_what_failed_says_why_and_starting_it_again_makes_a_job_of_its_own(
    here: Place, coordinator: Client
) -> None:
    job = a_job(
        here,
        Status.FAILED,
        attempts=3,
        message="tables/funnel.csv: changed.",
        arguments={"book": 7},
        started_at=datetime.now(UTC) - timedelta(seconds=90),
        finished_at=datetime.now(UTC),
    )
    address = f"/at/quillmere/jobs/{job.pk}/"
    page = coordinator.get(address).content.decode()
    assert "Could not be done." in page
    assert "It took 1 minute 30 seconds." in page
    assert "Time so far" not in page
    assert "tables/funnel.csv: changed." in page
    answer = coordinator.post(f"{address}retry/", follow=True)
    with across_organisations():
        again = Job.objects.exclude(pk=job.pk).get()
    assert answer.redirect_chain == [(f"/at/quillmere/jobs/{again.pk}/", 302)]
    assert "Waiting to start." in answer.content.decode()
    assert (again.kind, again.arguments) == ("check-thing", {"book": 7})
    assert (again.status, again.attempts) == (Status.READY, 0)
    assert now_of(job).status == Status.FAILED  # stays as the record of what happened


def test_what_is_done_can_be_neither_stopped_nor_started_again(
    here: Place, coordinator: Client
) -> None:
    job = a_job(here, Status.DONE, finished_at=datetime.now(UTC))
    address = f"/at/quillmere/jobs/{job.pk}/"
    for what, words in (
        ("cancel", "This work is over, so there is nothing to stop."),
        ("retry", "Only work that was stopped can be started again."),
    ):
        answer = coordinator.post(f"{address}{what}/", follow=True)
        assert words in answer.content.decode()
    with across_organisations():
        assert Job.objects.count() == 1
        assert not Event.objects.filter(action__startswith="job.").exists()


def test_what_came_of_it_is_one_link_away_and_only_within_this_service(
    here: Place, coordinator: Client
) -> None:
    inside = {"address": "/books/abc/", "words": "Open the book"}
    outside = {"address": "https://elsewhere.example/", "words": "Open the book"}
    for result, there_is in ((inside, True), (outside, False)):
        job = a_job(here, Status.DONE, result=result, finished_at=datetime.now(UTC))
        page = coordinator.get(f"/at/quillmere/jobs/{job.pk}/").content.decode()
        assert ("Open the book" in page) is there_is


def test_only_roles_that_may_see_jobs_see_them_and_others_are_told_whom_to_ask(
    here: Place, signed_in: Browser
) -> None:
    job = a_job(here)
    for role, person in here.people.items():
        may = Permission.SEE_JOBS in permissions_of([role])
        for address in ("/at/quillmere/jobs/", f"/at/quillmere/jobs/{job.pk}/"):
            assert signed_in(person).get(address).status_code == (200 if may else 403)


def test_a_job_of_another_organisation_is_not_found(
    here: Place, there: Place, coordinator: Client
) -> None:
    theirs = a_job(there)
    for address in (
        f"/at/quillmere/jobs/{theirs.pk}/",
        f"/at/westerby/jobs/{theirs.pk}/",
        "/at/westerby/jobs/",
    ):
        assert coordinator.get(address).status_code == 404
    for what in ("cancel", "retry"):
        answer = coordinator.post(f"/at/quillmere/jobs/{theirs.pk}/{what}/")
        assert answer.status_code == 404
    assert now_of(theirs).status == Status.READY


def test_a_job_of_the_service_itself_is_nobodys_in_particular(
    here: Place, coordinator: Client
) -> None:
    with across_organisations():
        job = Job.objects.create(kind="back-up")
    assert coordinator.get(f"/at/quillmere/jobs/{job.pk}/").status_code == 404


def test_opening_the_address_of_a_change_changes_nothing(
    here: Place, coordinator: Client
) -> None:
    job = a_job(here)
    for what in ("cancel", "retry"):
        answer = coordinator.get(f"/at/quillmere/jobs/{job.pk}/{what}/")
        assert answer.status_code == 302
    assert now_of(job).status == Status.READY


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a second"),
        (1, "1 second"),
        (60, "1 minute"),
        (125, "2 minutes 5 seconds"),
        (3_600, "1 hour"),
        (3_601, "1 hour"),
        (90_061, "1 day 1 hour"),
    ],
)
def test_a_stretch_of_time_is_told_in_at_most_two_units(
    seconds: int, words: str
) -> None:
    assert duration(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("under_way", "failed", "words"),
    [
        (0, 0, "Nothing is being worked on."),
        (1, 0, "One piece of work is waiting or being done."),
        (4, 2, "4 pieces of work are waiting or being done; 2 could not be done."),
    ],
)
def test_the_sentence_at_the_head_counts(
    under_way: int, failed: int, words: str
) -> None:
    assert finding(under_way, failed) == words
