"""Is what is due deleted, what is held kept, and all of it told beforehand?"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client

from candela.errors import InputError
from candela.web.accounts.models import Invitation, User
from candela.web.accounts.permissions import Permission, Role, permissions_of
from candela.web.audit.models import Event
from candela.web.books.keeping import delete_what_is_due
from candela.web.books.models import Book
from candela.web.house import holds
from candela.web.house.models import Hold
from candela.web.house.retention import (
    RULES,
    Coming,
    coming,
    delete_due_rows,
    delete_old_files,
)
from candela.web.jobs.models import Job, Status
from candela.web.jobs.worker import work_once
from candela.web.scoping import across_organisations, organisation_scope

if TYPE_CHECKING:
    from web.conftest import Place

    Browser = Callable[[User], Client]

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ADDRESS = "/at/quillmere/retention/"


def invitation(place: Place, **more: Any) -> Invitation:
    with organisation_scope(place.organisation):
        return Invitation.objects.create(
            organisation=place.organisation,
            email="ann@example.org",
            roles=["viewer"],
            token_hash=os.urandom(8).hex(),
            **{"expires_at": NOON + 7 * DAY, **more},
        )


def job(place: Place, finished_at: datetime, status: Status = Status.DONE) -> Job:
    with organisation_scope(place.organisation):
        return Job.objects.create(
            organisation=place.organisation,
            kind="check-thing",
            status=status,
            finished_at=finished_at,
        )


def left(model: Any) -> int:
    with across_organisations():
        return int(model.objects.count())


def deleted(now: datetime = NOON) -> dict[str, int]:
    with across_organisations():
        return delete_due_rows(now)


@pytest.mark.parametrize(
    ("end", "goes"),
    [
        ({"expires_at": NOON - 31 * DAY}, True),
        ({"expires_at": NOON - 29 * DAY}, False),
        ({"accepted_at": NOON - 31 * DAY}, True),
        ({"accepted_at": NOON - 29 * DAY, "expires_at": NOON - 31 * DAY}, False),
        ({"withdrawn_at": NOON - 31 * DAY}, True),
        ({}, False),
    ],
)
def test_an_invitation_goes_30_days_after_it_ends(
    here: Place, end: dict[str, datetime], goes: bool
) -> None:
    invitation(here, **end)
    assert deleted()["invitations"] == int(goes)
    assert left(Invitation) == int(not goes)


def test_finished_work_goes_after_90_days_and_unfinished_work_never(
    here: Place,
) -> None:
    job(here, NOON - 91 * DAY)
    job(here, NOON - 91 * DAY, Status.FAILED)
    job(here, NOON - 89 * DAY)
    with organisation_scope(here.organisation):
        Job.objects.create(
            organisation=here.organisation, kind="old", created_at=NOON - 400 * DAY
        )
    with across_organisations():
        Job.objects.create(
            kind="back-up", status=Status.DONE, finished_at=NOON - 91 * DAY
        )
    assert deleted()["jobs"] == 3
    assert left(Job) == 2


def test_what_is_deleted_has_a_line_in_the_log_of_its_organisation(
    here: Place, there: Place
) -> None:
    for place in (here, here, there):
        invitation(place, expires_at=NOON - 31 * DAY)
    deleted()
    with across_organisations():
        lines = [
            (e.organisation_id, e.thing, e.details, e.actor_id)
            for e in Event.objects.order_by("organisation_id")
        ]
    assert lines == [
        (here.organisation.pk, "invitations", {"count": 2}, None),
        (there.organisation.pk, "invitations", {"count": 1}, None),
    ]


def test_sessions_that_ran_out_go(here: Place) -> None:
    for days in (-1, 1):
        session = SessionStore()
        session.create()
        Session.objects.filter(pk=session.session_key).update(
            expire_date=NOON + days * DAY
        )
    assert deleted()["sessions"] == 1
    assert Session.objects.count() == 1


def test_from_where_somebody_signed_in_goes_with_the_session(
    here: Place, signed_in: Browser
) -> None:
    person = here.person(Role.VIEWER)
    client = signed_in(person)
    client.get("/account/")
    key = client.session.session_key
    UserSession.objects.all().delete()
    for known in (key, "gone"):
        UserSession.objects.create(
            user=person, ip="192.0.2.7", user_agent="x", session_key=known
        )
    deleted(datetime.now(UTC))
    assert [s.session_key for s in UserSession.objects.all()] == [key]
    deleted(datetime.now(UTC) + DAY)
    assert not UserSession.objects.exists()


def test_counts_of_guesses_go_once_they_count_no_more(here: Place) -> None:
    cache.set("guess-192.0.2.7", 5, timeout=600)
    now = datetime.now(UTC)

    def counted() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM shared_cache")
            return int(cursor.fetchone()[0])

    deleted(now)
    assert counted() == 1
    deleted(now + timedelta(minutes=11))
    assert counted() == 0


def test_what_is_held_stays_and_only_in_the_organisation_that_holds_it(
    here: Place, there: Place
) -> None:
    for place in (here, there):
        invitation(place, expires_at=NOON - 31 * DAY)
        job(place, NOON - 91 * DAY)
    held(here, "invitations")
    assert deleted() == {
        "invitations": 1,
        "peers": 0,
        "letters": 0,
        "jobs": 2,
        "sessions": 0,
    }
    with organisation_scope(here.organisation):
        assert Invitation.objects.count() == 1


def held(place: Place, what: str) -> Hold:
    with organisation_scope(place.organisation):
        return holds.hold(
            organisation=place.organisation,
            what=what,
            reason="FOI 12",
            by=place.person(Role.INFORMATION_GOVERNANCE),
            now=NOON,
        )


def test_a_withdrawn_book_goes_with_its_files_after_30_days_unless_it_is_held(
    here: Place, add_book: Callable[..., Book]
) -> None:
    book = add_book(here)
    with organisation_scope(here.organisation):
        book.state, book.withdrawn_at = Book.State.WITHDRAWN, NOON - 31 * DAY
        book.save()
    hold = held(here, "books")
    assert delete_what_is_due(NOON) == 0
    with organisation_scope(here.organisation):
        holds.release(
            organisation=here.organisation,
            what="books",
            by=here.person(Role.INFORMATION_GOVERNANCE),
            now=NOON,
        )
    assert delete_what_is_due(NOON) == 1
    with across_organisations():
        hold.refresh_from_db()
        actions = list(
            Event.objects.order_by("number").values_list("action", flat=True)
        )
    assert hold.released_at == NOON
    assert actions[:3] == [
        "retention.held",
        "retention.released",
        "retention.deleted",
    ]


def test_what_is_held_cannot_be_held_twice_and_can_be_again_once_let_go(
    here: Place,
) -> None:
    held(here, "jobs")
    with pytest.raises(InputError, match="kept already"):
        held(here, "jobs")
    with organisation_scope(here.organisation):
        holds.release(
            organisation=here.organisation,
            what="jobs",
            by=here.person(Role.INFORMATION_GOVERNANCE),
            now=NOON,
        )
    held(here, "jobs")
    assert left(Hold) == 2


def test_old_letters_and_backups_before_upgrades_go(tmp_path: Path) -> None:
    ages = {
        "mail/new.log": 29,
        "mail/old.log": 31,
        "backups/before-upgrade-to-1.tar": 91,
        "backups/before-upgrade-to-2.tar": 89,
        "backups/nightly-2026-01-01.tar": 400,
    }
    for name, days in ages.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
        moment = (NOON - days * DAY).timestamp()
        os.utime(path, (moment, moment))
    assert delete_old_files(tmp_path, NOON) == 2
    there = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.*")}
    assert there == ages.keys() - {"mail/old.log", "backups/before-upgrade-to-1.tar"}


def test_the_work_follows_the_schedule(here: Place) -> None:
    job(here, datetime.now(UTC) - 91 * DAY)
    with across_organisations():
        asked = Job.objects.create(
            kind="apply-retention", run_after=datetime.now(UTC) - DAY
        )
    assert work_once()
    with across_organisations():
        asked.refresh_from_db()
    assert asked.status == Status.DONE
    assert asked.result == {
        "invitations": 0,
        "peers": 0,
        "letters": 0,
        "jobs": 1,
        "sessions": 0,
        "files": 0,
    }


# What is said beforehand.


@pytest.mark.parametrize(
    ("ends", "day", "count"),
    [
        # 30 days from 1 November at 12:00 are 1 December at 12:00: it goes in the night
        # after, at 2:00.
        ([datetime(2026, 11, 1, 12, tzinfo=UTC)], (2026, 12, 2), 1),
        ([datetime(2026, 11, 1, 1, tzinfo=UTC)], (2026, 12, 1), 1),
        # What is overdue goes tonight, with what becomes due until then.
        (
            [NOON - 40 * DAY, NOON - 30 * DAY + timedelta(hours=13), NOON],
            (2026, 11, 25),
            2,
        ),
    ],
)
def test_the_next_night_and_how_many_go_then_are_known(
    here: Place, ends: list[datetime], day: tuple[int, int, int], count: int
) -> None:
    for end in ends:
        invitation(here, expires_at=end)
    with organisation_scope(here.organisation):
        told = coming(RULES["invitations"], NOON)
    assert told is not None
    assert (told.day.timetuple()[:3], told.count) == (day, count)
    # It is so: nothing goes the night before, and this many then.
    night = datetime(*day, 2, tzinfo=UTC)
    assert deleted(max(night - DAY, NOON))["invitations"] in (0, 1)


def test_where_nothing_waits_nothing_comes(here: Place) -> None:
    with organisation_scope(here.organisation):
        assert [coming(rule, NOON) for rule in RULES.values()] == [None] * len(RULES)
    assert Coming(NOON.date(), 1).count == 1


# Pages.


@pytest.fixture
def governor(here: Place, signed_in: Browser) -> Client:
    return signed_in(here.person(Role.INFORMATION_GOVERNANCE))


def shown(client: Client, address: str = ADDRESS) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_page_says_what_goes_on_which_day_and_what_rule_says_so(
    here: Place, there: Place, governor: Client
) -> None:
    tonight = datetime.now(UTC)
    for place in (here, here, there):
        invitation(place, expires_at=tonight - 31 * DAY)
    page = shown(governor)
    assert "What will be deleted, and when?" in page
    assert "2 invitations with their e-mail addresses will be deleted." in page
    assert (
        "Invitations with their e-mail addresses are deleted 30 days after they were "
        "used, were withdrawn or ran out." in page
    )
    assert "Nothing of this kind waits to be deleted." in page
    assert "The audit log is kept for as long as the service." in page


def test_an_organisation_with_nothing_due_is_told_so(
    here: Place, governor: Client
) -> None:
    assert "Nothing of this organisation waits to be deleted." in shown(governor)


def test_holding_asks_for_a_reason_shows_it_and_is_undone_from_the_same_page(
    here: Place, governor: Client
) -> None:
    invitation(here, expires_at=datetime.now(UTC) - 31 * DAY)
    empty = governor.post(f"{ADDRESS}invitations/hold/", {"reason": " "})
    page = " ".join(empty.content.decode().split())
    assert "<title>Error: Why are these kept longer?" in page
    assert "Reason: nothing was entered. Enter it here." in page
    assert left(Hold) == 0
    answer = governor.post(
        f"{ADDRESS}invitations/hold/", {"reason": "FOI 12"}, follow=True
    )
    assert answer.redirect_chain == [(ADDRESS, 302)]
    page = shown(governor)
    assert "Kept by Information Governance Of Quillmere since" in page
    assert ": FOI 12" in page
    assert "Nothing of this organisation waits to be deleted." in page
    governor.post(f"{ADDRESS}invitations/release/")
    assert "will be deleted." in shown(governor)
    with across_organisations():
        lines = Event.objects.order_by("number")
        assert [(e.action, e.thing) for e in lines] == [
            ("retention.held", "invitations"),
            ("retention.released", "invitations"),
        ]
        assert not any("FOI" in str(e.details) for e in lines)


def test_only_what_is_in_the_schedule_can_be_held(
    here: Place, governor: Client
) -> None:
    for what in ("audit", "sessions", "hold"):
        assert governor.get(f"{ADDRESS}{what}/hold/").status_code == 404
        assert governor.post(f"{ADDRESS}{what}/release/").status_code == 404


def test_only_roles_that_may_see_the_schedule_see_it(
    here: Place, there: Place, signed_in: Browser
) -> None:
    for role, person in here.people.items():
        client = signed_in(person)
        may = Permission.SEE_RETENTION in permissions_of([role])
        assert client.get(ADDRESS).status_code == (200 if may else 403)
        answer = client.post(f"{ADDRESS}jobs/hold/", {"reason": "x"})
        assert answer.status_code == (302 if may else 403)
        assert client.get("/at/westerby/retention/").status_code == 404
        assert client.post("/at/westerby/retention/jobs/hold/").status_code == 404


def test_opening_an_address_holds_and_releases_nothing(
    here: Place, governor: Client
) -> None:
    held(here, "jobs")
    governor.get(f"{ADDRESS}books/hold/")
    governor.get(f"{ADDRESS}jobs/release/")
    with across_organisations():
        assert [h.what for h in Hold.objects.filter(released_at=None)] == ["jobs"]
