"""Does who keeps the service see what is not well, since when, and what to do?"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.test import Client

from candela.web.accounts.models import Membership, User
from candela.web.accounts.permissions import Role
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.configuration import Mail
from candela.web.house import health
from candela.web.house.health import Line, finding, lines
from candela.web.house.models import Note
from candela.web.house.upgrade import Standing
from candela.web.house.work import BOOKS_CHECKED, RESTORED_IN_TEST
from candela.web.jobs.models import Job, Status
from candela.web.jobs.worker import SEEN, work_once
from candela.web.mail import TROUBLE
from candela.web.scoping import across_organisations

if TYPE_CHECKING:
    from web.conftest import Place

    Browser = Callable[[User], Client]

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DISK = namedtuple("DISK", "total used free")


@pytest.fixture(autouse=True)
def plenty_of_room_and_one_clock() -> Iterator[None]:
    with (
        patch.object(health.shutil, "disk_usage", lambda path: DISK(9e10, 1e10, 8e10)),
        patch.object(health, "_database_time", lambda now: now),
    ):
        yield


def note(name: str, value: Any) -> None:
    Note.objects.update_or_create(name=name, defaults={"value": value})


def seen(ago: timedelta) -> None:
    note(SEEN, (NOW - ago).isoformat())


def restored(ago: timedelta) -> None:
    note(RESTORED_IN_TEST, {"at": (NOW - ago).isoformat(), "file": "x", "rows": 1})


def found(thing: str, **more: Any) -> Line:
    configuration = replace(settings.CONFIGURATION, **more)
    with across_organisations():
        named = {line.thing: line for line in lines(configuration, NOW)}
    return named[thing]


def all_lines() -> tuple[Line, ...]:
    with across_organisations():
        return lines(settings.CONFIGURATION, NOW)


def service_job(kind: str, status: Status, ago: timedelta, **more: Any) -> Job:
    with across_organisations():
        return Job.objects.create(
            kind=kind,
            status=status,
            finished_at=NOW - ago if status != Status.READY else None,
            run_after=NOW - ago,
            **more,
        )


def test_all_is_well_with_a_worker_a_backup_and_room() -> None:
    seen(timedelta(seconds=30))
    restored(10 * HOUR)
    assert [line for line in all_lines() if not line.well] == []
    assert finding(all_lines()) == "All well."


def test_a_new_service_is_well_and_says_what_comes_tonight(here: Place) -> None:
    seen(timedelta(0))
    here.organisation.created_at = NOW - HOUR
    here.organisation.save()
    line = found("Backup")
    assert line.well
    assert line.words.endswith("The first is made tonight.")
    here.organisation.created_at = NOW - 51 * HOUR
    here.organisation.save()
    assert not found("Backup").well


@pytest.mark.parametrize(
    ("ago", "well", "words"),
    [
        (49 * HOUR, True, "Last made, and restored in a test, on 22 November 2026"),
        (51 * HOUR, False, "No backup has been restored in a test since 22 November"),
    ],
)
def test_a_backup_of_two_nights_ago_is_the_oldest_that_will_do(
    ago: timedelta, well: bool, words: str
) -> None:
    restored(ago)
    line = found("Backup")
    assert (line.well, line.words.startswith(words)) == (well, True), line


@pytest.mark.parametrize(("minutes", "well"), [(4, True), (6, False)])
def test_a_worker_not_seen_for_five_minutes_is_told(minutes: int, well: bool) -> None:
    seen(timedelta(minutes=minutes))
    line = found("Worker")
    assert line.well is well
    if not well:
        assert line.words == (
            "The worker has not been seen since 24 November 2026 at 11:54."
        )
        assert "start it again" in line.remedy or "candela worker" in line.remedy


def test_a_worker_at_a_long_job_is_not_missed() -> None:
    seen(HOUR)
    with across_organisations():
        Job.objects.create(
            kind="back-up",
            status=Status.RUNNING,
            lease_until=NOW + timedelta(seconds=30),
        )
    assert found("Worker").words == "Busy with work that takes long."


@pytest.mark.parametrize(("minutes", "well"), [(14, True), (16, False)])
def test_work_that_waits_too_long_is_told(minutes: int, well: bool) -> None:
    service_job("back-up", Status.READY, timedelta(minutes=minutes))
    line = found("Work waiting")
    assert line.well is well
    if not well:
        assert line.words == (
            "Work that was due has not begun since 24 November 2026 at 11:44."
        )


def test_nightly_work_that_failed_is_told_with_its_reason_until_it_works() -> None:
    service_job("back-up", Status.DONE, 48 * HOUR)
    service_job("back-up", Status.FAILED, 10 * HOUR, message="pg_dump is missing.")
    line = found("Make a backup and restore it in a test")
    assert not line.well
    assert line.words == (
        "“Make a backup and restore it in a test” has not worked since 22 November "
        "2026 at 12:00."
    )
    assert line.remedy.startswith("pg_dump is missing.")
    service_job("back-up", Status.DONE, HOUR)
    assert "Make a backup and restore it in a test" not in {
        line.thing for line in all_lines()
    }


def test_little_room_on_the_disk_is_told() -> None:
    with patch.object(
        health.shutil, "disk_usage", lambda path: DISK(9e10, 8.95e10, 5e8)
    ):
        line = found("Disk")
    assert not line.well
    assert line.words == ("The disk has little room left: 0.5 GB of 90.0 GB are free.")


def test_e_mail_that_could_not_be_sent_is_told_and_files_are_no_fault() -> None:
    assert found("E-mail").words.startswith("Written into files in ")
    assert found("E-mail", mail=Mail(host="mail.example.org")).words == (
        "Sent through mail.example.org."
    )
    note(TROUBLE, {"kind": "SMTPServerDisconnected"})
    line = found("E-mail")
    assert not line.well
    assert line.words.startswith("E-mail could not be sent on ")
    assert "CANDELA_MAIL" in line.remedy


def test_a_clock_behind_what_was_written_is_told(here: Place) -> None:
    with transaction.atomic():
        record(Action.SIGNED_IN, by=None, organisation=here.organisation)
    # The line was written now; the page is asked for in the past of it.
    line = found("Clock") if datetime.now(UTC) > NOW + HOUR else None
    assert line is not None
    assert not line.well
    assert "something was written later than that" in line.words


@pytest.mark.parametrize(("minutes", "well"), [(1, True), (-3, False), (3, False)])
def test_a_clock_that_differs_from_the_database_is_told(
    minutes: int, well: bool
) -> None:
    ahead = timedelta(minutes=minutes)
    with patch.object(health, "_database_time", lambda now: now + ahead):
        line = found("Clock")
    assert line.well is well
    if not well:
        assert line.words == "The clocks of service and database differ."


def test_a_broken_log_and_changed_books_are_told() -> None:
    at = (NOW - HOUR).isoformat()
    broken = {"number": 3, "what": "its content is not what was written"}
    note("audit log checked", {"at": at, "lines": 9, "broken": broken})
    note(BOOKS_CHECKED, {"at": at, "count": 4, "changed": ["abc"]})
    assert found("Audit log").words == (
        "The audit log has not been whole since 24 November 2026 at 11:00: line 3, its "
        "content is not what was written."
    )
    assert found("Books").words == (
        "1 of 4 books have not been as they were written since 24 November 2026 at "
        "11:00: abc."
    )


def test_a_database_of_an_older_version_is_told() -> None:
    with patch.object(health, "standing", lambda: Standing(("a.1",), ("a.2",), ())):
        line = found("Versions")
    assert not line.well
    assert "candela upgrade" in line.remedy
    assert found("Versions").well


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (0, "All well."),
        (1, "A is off."),
        (2, "A is off. Below, one more thing needs a look."),
        (3, "A is off. Below, 2 more things need a look."),
    ],
)
def test_the_sentence_at_the_head_names_the_first_thing(wrong: int, words: str) -> None:
    names = "ABC"
    told = [Line(n, k >= wrong, f"{n} is off.") for k, n in enumerate(names)]
    assert finding(tuple(told)) == words


def test_every_line_that_is_not_well_has_a_remedy(here: Place) -> None:
    at = (NOW - 300 * HOUR).isoformat()
    broken = {"number": 3, "what": "changed"}
    note("audit log checked", {"at": at, "lines": 9, "broken": broken})
    note(BOOKS_CHECKED, {"at": at, "count": 4, "changed": ["abc"]})
    note(TROUBLE, {"kind": "OSError"})
    seen(300 * HOUR)
    restored(300 * HOUR)
    service_job("back-up", Status.FAILED, HOUR, message="No room.")
    service_job("check-books", Status.READY, HOUR)
    with patch.object(health.shutil, "disk_usage", lambda path: DISK(9e10, 9e10, 1)):
        wrong = [line for line in all_lines() if not line.well]
    assert len(wrong) >= 8
    assert all(line.remedy for line in wrong)


# The pages.


@pytest.fixture
def keeper(here: Place, signed_in: Browser) -> Client:
    person = here.person(Role.ADMINISTRATOR)
    person.is_operator = True
    person.save()
    return signed_in(person)


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_who_keeps_the_service_sees_how_it_is_and_what_to_do(keeper: Client) -> None:
    note(SEEN, (datetime.now(UTC) - HOUR).isoformat())
    page = shown(keeper, "/system/")
    assert "Is it working?" in page
    assert "The worker has not been seen since" in page
    assert "start it again." in page or "Start the worker: “candela worker”." in page
    assert "Needs a look." in page
    assert "Well." in page
    assert "None yet." in page


def test_for_anybody_else_the_page_does_not_exist(
    here: Place, signed_in: Browser
) -> None:
    for person in here.people.values():
        for address in ("/system/", "/system/back-up/", "/system/jobs/1/retry/"):
            assert signed_in(person).get(address).status_code == 404
            assert signed_in(person).post(address).status_code in (404, 405)
    assert Client().get("/system/").status_code == 302


def test_a_backup_can_be_asked_for(keeper: Client) -> None:
    assert keeper.get("/system/back-up/").status_code == 302
    answer = keeper.post("/system/back-up/", follow=True)
    page = " ".join(answer.content.decode().split())
    assert "A backup is being made." in page
    assert "Make a backup and restore it in a test: waiting to start" in page
    with across_organisations():
        (job,) = Job.objects.all()
    assert (job.kind, job.organisation) == ("back-up", None)


def test_failed_work_is_shown_with_its_reason_and_started_again(
    here: Place, keeper: Client
) -> None:
    with across_organisations():
        job = Job.objects.create(
            kind="back-up",
            status=Status.FAILED,
            message="No room is left.",
            finished_at=datetime.now(UTC),
        )
        theirs = Job.objects.create(
            kind="check-thing", status=Status.FAILED, organisation=here.organisation
        )
    page = shown(keeper, "/system/")
    assert "No room is left." in page
    assert "check-thing" not in page.lower()
    retry = f"/system/jobs/{job.pk}/retry/"
    assert f'action="{retry}"' in page
    assert keeper.get(retry).status_code == 302
    keeper.post(retry)
    assert keeper.post(f"/system/jobs/{theirs.pk}/retry/").status_code == 404
    with across_organisations():
        kinds = list(Job.objects.order_by("pk").values_list("kind", "status"))
    assert kinds == [
        ("back-up", "failed"),
        ("check-thing", "failed"),
        ("back-up", "ready"),
    ]


def test_a_machine_is_told_ready_or_not_and_nothing_else() -> None:
    answer = Client().get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert set(answer.json()) == {"status", "version"}

    def away(*args: object, **more: object) -> None:
        raise DatabaseError("connection to 10.0.0.7 refused")

    with patch("candela.web.house.views.connection.cursor", away):
        answer = Client().get("/health")
    assert (answer.status_code, answer.json()) == (503, {"status": "no database"})


def test_books_are_checked_again_and_changed_ones_are_named(
    here: Place, there: Place, add_book: Callable[..., Any]
) -> None:
    whole, changed, gone = add_book(here), add_book(there), add_book(there)
    base = Path(settings.CONFIGURATION.folder("books"))
    (base / changed.folder / "report.html").write_text("x")
    (base / gone.folder).rename(base / f"{gone.folder}-moved")
    with across_organisations():
        Job.objects.create(kind="check-books", run_after=NOW - HOUR)
    assert work_once()
    value = Note.objects.get(name=BOOKS_CHECKED).value
    assert value["count"] == 3
    assert sorted(value["changed"]) == sorted([changed.public_id, gone.public_id])
    assert whole.public_id not in value["changed"]


# First run.


def test_somebody_new_is_offered_three_things_that_can_all_wait(
    here: Place, signed_in: Browser
) -> None:
    with across_organisations():
        alone = Membership.objects.get(user=here.person(Role.ADMINISTRATOR))
        Membership.objects.exclude(pk=alone.pk).delete()
    page = shown(signed_in(here.person(Role.ADMINISTRATOR)), "/first-run/")
    assert "How do I get going?" in page
    assert (
        "You can look round now. To use your own figures there are three things to do."
        in page
    )
    for words in (
        "Look round with what is here",
        "About 5 minutes.",
        "Add a book of your own figures",
        "About 10 minutes,",
        "Add people",
        "About 2 minutes each.",
        "Later: go to the first page",
        'href="/at/quillmere/books/"',
        'href="/at/quillmere/members/"',
    ):
        assert words in page, words


def test_what_is_done_is_marked_and_what_needs_another_role_says_which(
    here: Place, signed_in: Browser, add_book: Callable[..., Any]
) -> None:
    page = shown(signed_in(here.person(Role.VIEWER)), "/first-run/")
    assert "Ask somebody here who is coordinator or administrator." in page
    assert "Somebody is here, or was asked to join." in page
    add_book(here)
    page = shown(signed_in(here.person(Role.VIEWER)), "/first-run/")
    assert "There is one." in page


def test_somebody_without_an_organisation_is_told_so(
    db: None, signed_in: Browser
) -> None:
    person = User.objects.create_user("ann@example.org", name="Ann")
    page = shown(signed_in(person), "/first-run/")
    assert "You are not a member of an organisation yet." in page


# Where the pages are.


def test_the_account_leads_to_every_page_that_one_may_open_and_to_no_other(
    here: Place, there: Place, signed_in: Browser
) -> None:
    ours = "/at/quillmere/"
    for person in here.people.values():
        client = signed_in(person)
        page = shown(client, "/account/")
        for name in ("books", "peers", "members", "jobs", "audit", "retention"):
            may = client.get(f"{ours}{name}/").status_code == 200
            assert (f'href="{ours}{name}/"' in page) is may, (person, name)
        assert "/at/westerby/" not in page
    page = shown(signed_in(here.person(Role.ADMINISTRATOR)), "/account/")
    assert 'href="/first-run/"' in page
