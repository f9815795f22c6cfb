"""Who is let in by name and password, and what does everybody else hear?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.utils import timezone

from candela.web.accounts.adapters import NOT_SIGNED_IN
from candela.web.accounts.models import Membership, User
from candela.web.accounts.permissions import Role
from candela.web.scoping import across_organisations
from web.accounts.steps import deeds, is_signed_in, lines, question, sign_in, words
from web.conftest import PASSWORD, Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(here: Place) -> User:
    return here.person(Role.VIEWER)


def test_name_and_password_let_in(client: Client, person: User) -> None:
    assert not is_signed_in(client)
    response = sign_in(client, person)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert is_signed_in(client)


def test_capitals_in_the_address_do_not_matter(client: Client, person: User) -> None:
    sign_in(client, person.email.upper())
    assert is_signed_in(client)


def test_wrong_unknown_closed_and_too_many_tries_have_the_same_words(
    here: Place,
) -> None:
    person, closed, tried = (
        here.person(role) for role in (Role.VIEWER, Role.CODER, Role.REVIEWER)
    )
    closed.is_active = False
    closed.save()
    for _ in range(5):
        sign_in(Client(), tried, "not the password", REMOTE_ADDR="192.0.2.7")
    pages = {
        "wrong": sign_in(Client(), person, "not the password"),
        "unknown": sign_in(Client(), "nobody@example.org"),
        "closed": sign_in(Client(), closed),
        "locked": sign_in(Client(), tried, PASSWORD, REMOTE_ADDR="192.0.2.7"),
    }
    told = {
        words(page).replace(who, "NAME")
        for page, who in zip(
            pages.values(),
            (person.email, "nobody@example.org", closed.email, tried.email),
            strict=True,
        )
    }
    assert {page.status_code for page in pages.values()} == {200}
    assert len(told) == 1
    (text,) = told
    assert NOT_SIGNED_IN in text
    assert text.startswith("Error: Sign in")


def test_a_known_and_an_unknown_name_cost_one_hash_each(
    client: Client, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time says nothing, since the slow part is done once in either case."""
    counted: list[str] = []
    real = MD5PasswordHasher.encode

    def encode(self: MD5PasswordHasher, password: str, salt: str) -> str:
        counted.append(password)
        return str(real(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", encode)
    sign_in(client, person, "not the password")
    known = len(counted)
    sign_in(client, "nobody@example.org", "not the password")
    assert (known, len(counted) - known) == (1, 1)


def test_signing_in_is_noted_and_says_when_one_was_seen(
    client: Client, person: User
) -> None:
    before = timezone.now()
    sign_in(client, person)
    assert deeds(by=person) == ["account.signed_in"]
    (line,) = lines(by=person)
    assert line.details == {"ways": ["password"]}
    with across_organisations():
        seen = Membership.objects.get(user=person).last_seen_at
    assert before <= seen < before + timedelta(minutes=1)


def test_who_is_in_two_organisations_is_noted_in_both(
    client: Client, person: User, there: Place
) -> None:
    with across_organisations():
        Membership.objects.create(
            organisation=there.organisation, user=person, roles=[Role.VIEWER.value]
        )
    sign_in(client, person)
    places = [line.organisation for line in lines(by=person)]
    assert sorted(place.slug for place in places) == ["quillmere", "westerby"]


def test_a_refused_stranger_is_noted_without_a_name(
    client: Client, person: User
) -> None:
    sign_in(client, "nobody@example.org", "a secret that was typed")
    (line,) = lines()
    assert (line.action, line.actor_id, line.organisation) == (
        "account.sign_in_refused",
        None,
        None,
    )
    assert "nobody" not in str(line.details) + line.thing
    assert "secret" not in str(line.details) + line.thing


def test_a_refused_member_is_noted_where_they_belong(
    client: Client, person: User, here: Place
) -> None:
    sign_in(client, person, "not the password")
    (line,) = lines()
    assert (line.action, line.actor_id) == ("account.sign_in_refused", person.pk)
    assert line.organisation == here.organisation


def test_opening_sign_out_does_nothing_and_sending_it_signs_out(
    client: Client, person: User
) -> None:
    sign_in(client, person)
    assert question(client.get("/sign-out/")) == "Do you want to sign out?"
    assert is_signed_in(client)
    assert client.post("/sign-out/")["Location"] == "/"
    assert not is_signed_in(client)
    assert deeds(by=person) == ["account.signed_in", "account.signed_out"]


def test_an_old_cookie_does_nothing_after_signing_out(
    client: Client, person: User
) -> None:
    sign_in(client, person)
    kept = client.cookies["candela-session"].value
    client.post("/sign-out/")
    thief = Client()
    thief.cookies["candela-session"] = kept
    assert not is_signed_in(thief)


def test_signing_in_gives_the_session_another_number(
    client: Client, person: User
) -> None:
    client.get("/sign-in/passkey/", HTTP_ACCEPT="application/json")
    before = client.cookies["candela-session"].value
    sign_in(client, person)
    assert client.cookies["candela-session"].value != before


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/account/name/", "/account/name/"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_after_signing_in_one_goes_on_here_and_never_elsewhere(
    client: Client, person: User, wanted: str, leads_to: str
) -> None:
    response = client.post(
        f"/sign-in/?next={wanted}",
        {"login": person.email, "password": PASSWORD, "next": wanted},
    )
    assert response["Location"] == leads_to


def test_a_form_from_elsewhere_signs_nobody_in(person: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client, person).status_code == 403
    assert not is_signed_in(client)


def test_asking_only_for_the_head_counts_as_no_try(client: Client) -> None:
    assert client.head("/sign-in/").status_code == 200
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM shared_cache")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    "address", ["/accounts/signup/", "/sign-up/", "/account/signup/", "/signup/"]
)
def test_nobody_makes_an_account_for_themselves(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404
