"""Who is told what waits, and how often?"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.coding.digest import send_digests
from candela.web.scoping import across_organisations, organisation_scope
from web.coding.pages import at, text_of
from web.conftest import Place
from web.impact_places import make_statement

pytestmark = pytest.mark.django_db

Browser = Callable[[User], Client]
WEDNESDAY = datetime(2026, 11, 25, 6, tzinfo=UTC)
Send = Callable[[datetime], int]


@pytest.fixture
def send(django_capture_on_commit_callbacks: Callable[..., object]) -> Send:
    """Return what sends the e-mails of a moment, as the job does."""

    def sending(now: datetime) -> int:
        with django_capture_on_commit_callbacks(execute=True), across_organisations():  # type: ignore[attr-defined]
            return send_digests(now)

    return sending


def write(place: Place, **more: object) -> None:
    with organisation_scope(place.organisation):
        make_statement(place, **more)


def subjects() -> list[tuple[str, str]]:
    return [(message.to[0], message.subject) for message in mail.outbox]


def test_a_reviewer_is_told_once_and_again_only_of_something_new(
    here: Place, send: Send
) -> None:
    write(here, state="submitted")
    reviewer = here.person(Role.REVIEWER).email
    assert send(WEDNESDAY) == 1
    assert subjects() == [(reviewer, "Candela: 1 thing waiting for you")]
    assert send(WEDNESDAY + timedelta(hours=3)) == 0
    assert send(WEDNESDAY + timedelta(days=1)) == 0  # nothing new
    write(here, state="submitted")
    assert send(WEDNESDAY + timedelta(hours=5)) == 0  # one a day
    assert send(WEDNESDAY + timedelta(days=1)) == 1
    assert subjects()[-1] == (reviewer, "Candela: 2 things waiting for you")


def test_nothing_is_sent_on_saturday_and_sunday(here: Place, send: Send) -> None:
    write(here, state="submitted")
    assert send(WEDNESDAY + timedelta(days=3)) == 0
    assert send(WEDNESDAY + timedelta(days=4)) == 0
    assert send(WEDNESDAY + timedelta(days=5)) == 1


def test_each_is_told_what_is_theirs(here: Place, send: Send) -> None:
    write(here, state="returned")
    write(here, state="verified")
    write(here, state="submitted", author=here.person(Role.REVIEWER))
    send(WEDNESDAY)
    # Their own statement does not wait for the one reviewer there is.
    assert {to for to, _ in subjects()} == {
        here.person(Role.CODER).email,
        here.person(Role.PUBLISHER).email,
    }


def test_the_e_mail_names_no_study_and_no_words(here: Place, send: Send) -> None:
    write(here, state="submitted", text="Her feet were saved.")
    send(WEDNESDAY)
    body = mail.outbox[0].body
    assert "S-1 waits for a reviewer" in body
    assert "Heron" not in body
    assert "feet" not in body


def test_the_link_stops_it_and_opening_it_changes_nothing(
    here: Place, send: Send
) -> None:
    write(here, state="submitted")
    send(WEDNESDAY)
    (path,) = re.findall(r"Stop these e-mails: http://[^/]+(/\S+)", mail.outbox[0].body)
    browser = Client(enforce_csrf_checks=True)
    browser.get(path)
    write(here, state="submitted")
    assert send(WEDNESDAY + timedelta(days=1)) == 1
    assert browser.post(path).status_code == 200
    write(here, state="submitted")
    assert send(WEDNESDAY + timedelta(days=2)) == 0


def test_it_is_switched_off_and_on_where_the_work_is_listed(
    here: Place, send: Send, signed_in: Browser
) -> None:
    write(here, state="submitted")
    client = signed_in(here.person(Role.REVIEWER))
    assert "S-1 waits for a reviewer" in text_of(client.get(at(here, "waiting/")))
    client.post(at(here, "waiting/"), {"email": "off"})
    assert send(WEDNESDAY) == 0
    client.post(at(here, "waiting/"), {"email": "on"})
    assert send(WEDNESDAY) == 1


def test_no_e_mail_leaves_a_training_organisation(here: Place, send: Send) -> None:
    write(here, state="submitted")
    here.organisation.is_training = True
    here.organisation.save()
    assert send(WEDNESDAY) == 0


def test_nobody_is_told_of_another_organisation(
    here: Place, there: Place, send: Send
) -> None:
    write(there, state="submitted")
    send(WEDNESDAY)
    assert [to for to, _ in subjects()] == [there.person(Role.REVIEWER).email]
