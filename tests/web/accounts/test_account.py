"""What do we know about somebody, and what may they do about it?"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail, signing
from django.test import Client
from pytest_django.fixtures import Settings

from candela.web.accounts.models import Membership, User
from candela.web.accounts.own_account import SALT, address_token
from candela.web.accounts.permissions import Role
from candela.web.audit.chain import verify_chain
from candela.web.books.models import Follow
from candela.web.scoping import across_organisations, organisation_scope
from web.accounts.steps import (
    SECRET,
    add_app,
    code,
    deeds,
    is_signed_in,
    links,
    question,
    sign_in,
    words,
)
from web.conftest import PASSWORD, Place

pytestmark = pytest.mark.django_db

NEW = "renamed@quillmere.example"


@pytest.fixture
def person(here: Place) -> User:
    return here.person(Role.COORDINATOR)


@pytest.fixture
def mine(client: Client, person: User) -> Client:
    """The browser of the person, signed in a moment ago."""
    sign_in(client, person)
    client.post("/account/again/", {"password": PASSWORD, "next": "/account/"})
    return client


@pytest.fixture
def follow(here: Place) -> Callable[[User], Follow]:
    def made(user: User) -> Follow:
        with organisation_scope(here.organisation):
            return Follow.objects.create(
                organisation=here.organisation,
                user=user,
                org_code="ZA1",
                stop_token_hash=str(user.pk),
            )

    return made


def test_the_page_says_where_one_belongs_as_what(mine: Client) -> None:
    page = mine.get("/account/")
    assert question(page) == "What do you know about me?"
    text = words(page)
    assert "You belong to Quillmere Trust as coordinator." in text
    assert "coordinator@quillmere.example" in text
    assert "a password" in text


def test_a_name_is_changed_and_noted(mine: Client, person: User) -> None:
    assert mine.post("/account/name/", {"name": "Ada O'Brien"})["Location"] == (
        "/account/"
    )
    person.refresh_from_db()
    assert person.name == "Ada O'Brien"
    assert deeds(by=person)[-1] == "account.changed"


def test_a_new_address_counts_once_its_link_is_confirmed(
    mine: Client, person: User
) -> None:
    before = person.email
    mine.post("/account/address/", {"email": NEW.upper()})
    person.refresh_from_db()
    assert person.email == before, "not before it is proved"
    assert mail.outbox[-1].to == [NEW]
    (link,) = links()
    for _ in range(5):
        assert question(mine.get(link)) == "Is this your e-mail address?"
    person.refresh_from_db()
    assert person.email == before, "opening the link changes nothing"
    mine.post(link)
    person.refresh_from_db()
    assert person.email == NEW
    assert EmailAddress.objects.get(user=person).email == NEW
    assert mail.outbox[-1].to == [before], "the old address is told"
    assert "was changed" in mail.outbox[-1].subject
    assert mine.post(link).status_code == 404, "once"
    other = Client()
    sign_in(other, NEW)
    assert is_signed_in(other)


def test_an_address_of_somebody_else_is_not_given_away(
    mine: Client, person: User, here: Place
) -> None:
    """The page says the same; only who reads that mailbox learns more."""
    taken = here.person(Role.CODER).email
    for address in (NEW, taken):
        assert mine.post("/account/address/", {"email": address})["Location"] == (
            "/account/"
        )
    assert mail.outbox[-1].to == [taken]
    assert links() == []


def test_an_address_that_was_taken_in_the_meantime_changes_nothing(
    mine: Client, person: User, here: Place
) -> None:
    token = address_token(person, NEW)
    User.objects.create_user(NEW, name="Somebody quicker")
    assert mine.post(f"/account/address/{token}/").status_code == 404
    person.refresh_from_db()
    assert person.email != NEW


def test_a_proof_of_another_kind_or_too_old_changes_nothing(
    client: Client, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"user": person.pk, "from": person.email, "to": NEW}
    for token in (signing.dumps(told), signing.dumps(told, salt=SALT) + "x"):
        assert client.post(f"/account/address/{token}/").status_code == 404
    good = signing.dumps(told, salt=SALT)
    real = signing.time.time
    monkeypatch.setattr(signing.time, "time", lambda: real() + 24 * 3600 + 60)
    assert client.post(f"/account/address/{good}/").status_code == 404


def test_an_address_and_the_end_of_an_account_ask_for_the_password_again(
    client: Client, person: User
) -> None:
    sign_in(client, person)
    for place in ("/account/address/", "/account/close/"):
        assert client.get(place)["Location"].startswith("/account/again/")
        assert client.post(place, {"email": NEW})["Location"].startswith(
            "/account/again/"
        )
    person.refresh_from_db()
    assert person.is_active


def test_each_email_has_an_off_switch(
    mine: Client, person: User, follow: Callable[[User], Follow]
) -> None:
    one = follow(person)
    assert "when figures of ZA1 change" in words(mine.get("/account/"))
    place = f"/account/e-mails/{one.pk}/stop/"
    mine.get(place)
    with across_organisations():
        assert Follow.objects.filter(pk=one.pk).exists()
    mine.post(place)
    with across_organisations():
        assert not Follow.objects.filter(pk=one.pk).exists()
    assert deeds(by=person)[-1] == "follow.stopped"


def test_somebody_elses_email_cannot_be_stopped(
    mine: Client, here: Place, follow: Callable[[User], Follow]
) -> None:
    theirs = follow(here.person(Role.CODER))
    assert mine.post(f"/account/e-mails/{theirs.pk}/stop/").status_code == 404
    with across_organisations():
        assert Follow.objects.filter(pk=theirs.pk).exists()


def test_the_record_holds_what_is_known_and_no_secret(
    mine: Client, person: User, follow: Callable[[User], Follow]
) -> None:
    follow(person)
    add_app(person)
    mine.post("/sign-out/")
    sign_in(mine, person)
    mine.post("/sign-in/code/", {"code": code()})
    response = mine.get("/account/record/")
    assert response["Content-Disposition"] == 'attachment; filename="my-record.json"'
    text = response.content.decode()
    told = json.loads(text)
    assert told["account"]["email"] == person.email
    assert told["memberships"][0]["organisation"] == "Quillmere Trust"
    assert told["memberships"][0]["roles"] == ["coordinator"]
    assert told["e-mails_asked_for"][0]["about"] == "ZA1"
    assert [w["kind"] for w in told["ways_to_sign_in"]] == [
        "password",
        "TOTP Authenticator",
    ]
    assert "signed in" in [d["what"] for d in told["what_was_done"]]
    assert len(told["sessions"]) == 1
    person.refresh_from_db()
    for secret in (SECRET, person.password, mine.session.session_key):
        assert secret not in text


def test_the_record_holds_nobody_else(mine: Client, here: Place) -> None:
    text = mine.get("/account/record/").content.decode()
    for role in Role:
        if role is not Role.COORDINATOR:
            assert here.person(role).email not in text


def test_a_closed_account_is_forgotten_and_what_was_done_stays(
    mine: Client, person: User, follow: Callable[[User], Follow]
) -> None:
    follow(person)
    add_app(person)
    other = Client()
    other.force_login(person)
    name, email, number = person.name, person.email, person.pk
    page = mine.get("/account/close/")
    assert "This cannot be undone" in words(page)
    assert mine.post("/account/close/")["Location"] == "/"
    assert not is_signed_in(mine)
    assert not is_signed_in(other)
    closed = User.objects.get(pk=number)
    assert (closed.name, closed.is_active) == ("Closed account", False)
    assert not closed.has_usable_password()
    assert not EmailAddress.objects.filter(user=closed).exists()
    assert not Authenticator.objects.filter(user=closed).exists()
    with across_organisations():
        assert not Membership.objects.filter(user=closed).exists()
        assert not Follow.objects.filter(user=closed).exists()
    assert deeds(by=closed)[-1] == "account.closed"
    assert verify_chain()[1] is None
    for needle in (name, email):
        assert needle not in everything()


def everything() -> str:
    """Return every row of every table as text."""
    from django.db import connection

    told = []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT set_config('candela.organisation', '*', true)")
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            told += [repr(row) for row in cursor.fetchall()]
    return "\n".join(told)


def test_the_address_of_a_closed_account_can_be_invited_anew(
    mine: Client, person: User
) -> None:
    email = person.email
    mine.post("/account/close/")
    again = User.objects.create_user(email, name="Anew")
    assert again.pk != person.pk


def test_the_only_administrator_cannot_close_their_account(
    client: Client, here: Place
) -> None:
    person = here.person(Role.ADMINISTRATOR)
    sign_in(client, person)
    client.post("/account/again/", {"password": PASSWORD, "next": "/account/"})
    for response in (client.get("/account/close/"), client.post("/account/close/")):
        text = words(response)
        assert "You are the only administrator of Quillmere Trust." in text
        assert "Make somebody else an administrator first." in text
    person.refresh_from_db()
    assert person.is_active


def test_the_only_keeper_of_the_service_cannot_close_their_account(
    mine: Client, person: User
) -> None:
    person.is_operator = True
    person.save()
    assert "the only one who keeps this service" in words(mine.post("/account/close/"))
    person.refresh_from_db()
    assert person.is_active


def test_addresses_with_too_many_tries_wait(mine: Client) -> None:
    answers = [
        mine.post("/account/address/", {"email": f"n{n}@quillmere.example"}).status_code
        for n in range(7)
    ]
    assert answers == [302] * 5 + [429] * 2


def test_somebody_without_a_password_can_set_one(
    client: Client, person: User, settings: Settings
) -> None:
    person.set_unusable_password()
    person.save()
    client.force_login(person)
    assert client.get("/account/password/")["Location"] == "/account/password/first/"
    client.post("/account/password/first/", {"password1": "pear lamp river"})
    person.refresh_from_db()
    assert person.check_password("pear lamp river")
    assert deeds(by=person)[-1] == "account.method_changed"
