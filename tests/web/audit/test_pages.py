"""Does the log read as sentences, show only its own organisation, and leave safely?"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from django.db import transaction
from django.test import Client

from candela.web.accounts.models import User
from candela.web.accounts.permissions import Permission, Role, permissions_of
from candela.web.audit import state
from candela.web.audit.actions import Action
from candela.web.audit.chain import Break, record
from candela.web.audit.models import Event
from candela.web.audit.words import Names, tell
from candela.web.jobs.models import Job, Status
from candela.web.jobs.worker import work_once
from candela.web.scoping import across_organisations, organisation_scope

if TYPE_CHECKING:
    from web.conftest import Place

    Browser = Callable[[User], Client]

pytestmark = pytest.mark.django_db
ADDRESS = "/at/quillmere/audit/"


@pytest.fixture(autouse=True)
def own_heads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(
        "candela.web.audit.chain.heads_file", lambda: tmp_path / "heads"
    )


def line(
    place: Place, action: Action = Action.BOOK_ADDED, thing: str = "", **details: Any
) -> Event:
    with transaction.atomic():
        return record(
            action,
            by=place.person(Role.COORDINATOR),
            organisation=place.organisation,
            thing=thing,
            **details,
        )


@pytest.fixture
def governor(here: Place, signed_in: Browser) -> Client:
    """A browser of who looks after information governance."""
    return signed_in(here.person(Role.INFORMATION_GOVERNANCE))


def shown(client: Client, address: str = ADDRESS) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_page_says_that_the_chain_is_whole_since_when_and_how_many_events(
    here: Place, there: Place, governor: Client
) -> None:
    line(here, thing="book:abc")
    line(there, thing="book:xyz")
    line(here, Action.JOB_CANCELLED, thing="job:4", kind="check-thing")
    page = shown(governor)
    today = datetime.now(UTC)
    assert f"Chain unbroken since {today.day} {today:%B %Y}; 2 events." in page
    assert "Coordinator Of Quillmere" in page
    assert "cancelled a job" in page
    assert "job 4; Check thing" in page
    assert "xyz" not in page
    assert "Westerby" not in page


def test_a_broken_chain_is_told_with_its_line_what_it_means_and_what_to_do(
    here: Place, governor: Client
) -> None:
    line(here)
    wrong = Break(1, "its content is not what was written")
    with patch.object(state, "verify_chain", lambda: (1, wrong)):
        page = shown(governor)
    assert "The chain is broken at line 1: its content is not what was written." in page
    assert "The log was changed after it was written" in page
    assert "keep the latest backups" in page


def test_a_log_with_nothing_in_it_says_so(here: Place, governor: Client) -> None:
    assert "Nothing has been done yet." in shown(governor)


@pytest.mark.parametrize(
    ("query", "there_are"),
    [
        ("", ["job 1", "job 2", "invitation 3"]),
        ("thing=job", ["job 1", "job 2"]),
        ("thing=job:2", ["job 2"]),
        ("person=0", []),
        ("day=1/1/2020", []),
        ("thing=job&page=7", ["job 1", "job 2"]),
    ],
)
def test_lines_can_be_asked_for_by_person_thing_and_day(
    here: Place, governor: Client, query: str, there_are: list[str]
) -> None:
    for thing in ("job:1", "job:2", "invitation:3"):
        line(here, Action.JOB_CANCELLED, thing=thing)
    page = shown(governor, f"{ADDRESS}?{query}")
    for words in ("job 1", "job 2", "invitation 3"):
        assert (f">{words}<" in page) is (words in there_are), words
    if not there_are:
        assert "No event fits what you asked for." in page


def test_lines_of_one_person_and_of_today_are_found(
    here: Place, governor: Client
) -> None:
    line(here, thing="job:1")
    with transaction.atomic():
        record(
            Action.SIGNED_IN,
            by=here.person(Role.VIEWER),
            organisation=here.organisation,
        )
    person = here.person(Role.VIEWER).pk
    today = datetime.now(UTC)
    query = f"person={person}&day={today:%d/%m/%Y}"
    with patch("django.utils.timezone.get_current_timezone", lambda: UTC):
        page = shown(governor, f"{ADDRESS}?{query}")
    assert "1 event of those asked for" in page
    assert "signed in" in page
    assert "job 1" not in page


def test_a_day_that_does_not_exist_is_told_and_all_is_shown(
    here: Place, governor: Client
) -> None:
    line(here, thing="job:1")
    page = shown(governor, f"{ADDRESS}?day=31/06/2026")
    assert "<title>Error: Who did what?" in page
    assert "There is a problem" in page
    assert 'href="#id_day"' in page
    assert "job 1" in page


def test_a_book_is_called_by_its_title_and_found_by_it(
    here: Place, governor: Client, add_book: Callable[..., Any]
) -> None:
    book = add_book(here, title="Winter figures")
    line(here, thing=f"book:{book.public_id}")
    line(here, thing="book:gone")
    page = shown(governor)
    assert f"Winter figures ({book.public_id})" in page
    assert "a book that is no longer here (gone)" in page
    assert "Winter figures" in shown(governor, f"{ADDRESS}?thing=winter")
    assert "(gone)" not in shown(governor, f"{ADDRESS}?thing=winter")


def test_fifty_events_stand_on_a_page_and_the_filter_is_kept(
    here: Place, governor: Client
) -> None:
    for n in range(51):
        line(here, thing=f"job:{n}")
    page = shown(governor, f"{ADDRESS}?thing=job")
    assert page.count('scope="row"') == 50
    assert 'href="?thing=job&amp;page=2"' in page
    assert shown(governor, f"{ADDRESS}?thing=job&page=2").count('scope="row"') == 1


@pytest.mark.parametrize(
    ("action", "details", "about"),
    [
        ("access.refused", {"needed": "manage_members"}, "needed permission to invite"),
        (
            "member.changed",
            {"roles": ["viewer", "information_governance"]},
            "roles: viewer, information governance",
        ),
        ("member.changed", {"before": ["coder"], "after": []}, "after: none"),
        ("access.refused", {"needed": "another person"}, "needed another person"),
        ("book.added", {"size_bytes": 12}, "size bytes: 12"),
        ("book.added", {"mounted": True}, "mounted: yes"),
        ("book.checked", {"seal": "0123456789abcdef"}, "seal 0123456789ab"),
    ],
)
def test_codes_become_words(action: str, details: dict[str, Any], about: str) -> None:
    event = Event(action=action, details=details, at=datetime.now(UTC), actor_id=None)
    told = tell(event, Names())
    assert about in told.about
    assert told.who == "The service"


@pytest.mark.parametrize(
    ("thing", "about"),
    [
        ("member:7", "Ann"),
        ("member:8", "somebody who is no longer here"),
        ("book:abc", "Winter figures (abc)"),
        ("peers:3", "set of peers 3"),
        ("organisation:ZA1", "organisation ZA1"),
        ("seal:0123456789abcdef", "files of the book with the seal 0123456789ab"),
        ("invitations", "invitations"),
        ("", ""),
    ],
)
def test_what_it_was_done_to_is_named(thing: str, about: str) -> None:
    event = Event(action="book.added", thing=thing, at=datetime.now(UTC))
    assert tell(event, Names({7: "Ann"}, {"abc": "Winter figures"})).about == about


def test_an_action_of_a_newer_version_is_told_as_it_stands() -> None:
    event = Event(action="pack.frozen", at=datetime.now(UTC), actor_id=7)
    told = tell(event, Names())
    assert (told.what, told.who) == ("pack frozen", "Somebody who is no longer here")


# Export.


def exported(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.post(f"{ADDRESS}export/{query}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith(
        'attachment; filename="audit_quillmere_'
    )
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_the_export_has_the_lines_asked_for_and_is_a_line_itself(
    here: Place, there: Place, governor: Client
) -> None:
    first = line(here, thing="job:1")
    line(here, thing="invitation:2")
    line(there, thing="job:3")
    rows = exported(governor, "?thing=job")
    assert [(r["number"], r["thing"], r["hash"]) for r in rows] == [
        ("1", "job:1", first.hash)
    ]
    with across_organisations():
        last = Event.objects.order_by("-number").first()
    assert last is not None
    assert (last.action, last.details) == ("audit.exported", {"lines": 1})
    assert last.actor_id == here.person(Role.INFORMATION_GOVERNANCE).pk


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_the_export_is_run_by_a_spreadsheet(
    here: Place, governor: Client, start: str
) -> None:
    person = here.person(Role.COORDINATOR)
    person.name = f"{start}1+1"
    person.save()
    line(here, thing=f"{start}cmd", note=f"{start}x")
    (row,) = exported(governor)
    for cell in row.values():
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell
    assert row["number"] == "1"


def test_opening_the_address_of_the_export_gives_nothing_out(
    here: Place, governor: Client
) -> None:
    line(here)
    answer = governor.get(f"{ADDRESS}export/")
    assert answer.status_code == 302
    with across_organisations():
        assert Event.objects.count() == 1


# Access.


def test_only_roles_that_may_read_the_log_do(here: Place, signed_in: Browser) -> None:
    for role, person in here.people.items():
        may = Permission.SEE_AUDIT in permissions_of([role])
        assert signed_in(person).get(ADDRESS).status_code == (200 if may else 403)
        refused = signed_in(person).post(f"{ADDRESS}export/").status_code == 403
        assert refused is not may


def test_the_log_of_another_organisation_is_not_found(
    here: Place, there: Place, governor: Client
) -> None:
    assert governor.get("/at/westerby/audit/").status_code == 404
    assert governor.post("/at/westerby/audit/export/").status_code == 404


# Long logs are checked by night.


def test_a_long_log_is_checked_by_a_job_and_the_page_says_when(
    here: Place, governor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    line(here)
    monkeypatch.setattr(state, "AT_ONCE", 0)
    assert "The chain is checked for the first time tonight." in shown(governor)
    with across_organisations():
        job = Job.objects.create(
            kind="check-audit-log", run_after=datetime.now(UTC) - timedelta(seconds=1)
        )
    assert work_once()
    with across_organisations():
        job.refresh_from_db()
    assert (job.status, job.result) == (Status.DONE, {"lines": 1, "whole": True})
    assert "Chain unbroken since" in shown(governor)
    wrong = Break(1, "its content is not what was written")
    with organisation_scope(None), transaction.atomic():
        state.note_check(1, wrong)
    assert "The chain is broken at line 1" in shown(governor)
