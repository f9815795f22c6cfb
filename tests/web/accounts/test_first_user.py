"""Who is the first to come in, and only once?"""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.core import serializers
from django.test import Client

from candela.web.accounts.first_user import (
    Start,
    can_start,
    first_user_link,
    start_service,
)
from candela.web.accounts.models import Membership, Organisation, User
from candela.web.accounts.organisations import own_organisation
from candela.web.house.models import Note
from candela.web.scoping import across_organisations
from web.accounts.steps import deeds, is_signed_in, question, sign_in, words

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SAID = {
    "organisation": "Quillmere Hospitals",
    "org_code": "za1",
    "name": "Ada Merriweather",
    "email": "Ada@Quillmere.example",
    "password": "pear lamp river",
}


@pytest.fixture
def link() -> str:
    made = first_user_link(NOW)
    assert made is not None
    return made


def test_the_first_user_names_the_organisation_and_is_signed_in(
    client: Client, link: str
) -> None:
    page = client.get(link)
    assert question(page) == "Who are you, and for which organisation?"
    assert "administrator and coordinator" in words(page)
    response = client.post(link, SAID)
    assert response["Location"] == "/first-run/"
    assert question(client.get(response["Location"])) == "How do I get going?"
    ada = User.objects.get()
    assert (ada.name, ada.email) == ("Ada Merriweather", "ada@quillmere.example")
    assert ada.is_operator
    place = Organisation.objects.get()
    assert (place.name, place.slug, place.org_code) == (
        "Quillmere Hospitals",
        "quillmere-hospitals",
        "ZA1",
    )
    with across_organisations():
        assert Membership.objects.get().roles == ["coordinator", "administrator"]
    assert deeds(by=ada) == [
        "service.started",
        "member.joined",
        "account.signed_in",
    ]


def test_the_password_chosen_works(client: Client, link: str) -> None:
    client.post(link, SAID)
    other = Client()
    sign_in(other, "ada@quillmere.example", SAID["password"])
    assert is_signed_in(other)


def test_books_that_were_there_before_stay_in_the_same_organisation(
    client: Client, link: str
) -> None:
    before = own_organisation()
    assert (before.slug, before.name) == ("this-service", "This service")
    client.post(link, SAID)
    assert own_organisation().pk == before.pk
    assert own_organisation().name == "Quillmere Hospitals"
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize("how", ["used", "wrong", "older"])
def test_a_link_that_cannot_be_used_says_so_in_the_same_words(
    client: Client, link: str, how: str
) -> None:
    if how == "used":
        Client().post(link, SAID)
    elif how == "older":
        first_user_link(NOW)
    else:
        link = "/start/" + "a" * 43 + "/"
    for response in (client.get(link), client.post(link, SAID)):
        assert response.status_code == 404
        assert question(response) == "This link cannot be used now"
    assert User.objects.count() == (1 if how == "used" else 0)


def test_opening_the_link_20_times_does_not_use_it_up(
    client: Client, link: str
) -> None:
    for _ in range(20):
        assert client.get(link).status_code == 200
    assert client.post(link, SAID).status_code == 302


def test_only_the_hash_of_the_link_is_kept(link: str) -> None:
    token = link.split("/")[2]
    assert len(token) == 43, "256 bits"
    kept = serializers.serialize("json", Note.objects.all())
    assert token not in kept
    assert len(json.loads(kept)[0]["fields"]["value"]["hash"]) == 64


def test_once_somebody_is_there_no_link_is_made(client: Client, link: str) -> None:
    client.post(link, SAID)
    assert first_user_link(NOW) is None
    assert not Note.objects.filter(name="first user").exists()


def test_of_two_who_press_at_once_one_comes_in(link: str) -> None:
    """Both have opened the page; the second presses when the first has pressed."""
    token = link.split("/")[2]
    assert can_start(token)
    ada = start_service(token=token, start=Start(**SAID), now=NOW)
    other = Start(**{**SAID, "email": "bo@quillmere.example"})
    assert start_service(token=token, start=other, now=NOW) is None
    assert list(User.objects.all()) == [ada]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("password", "too short", "this password is too short"),
        ("password", "qazwsxedcrfv", "many people use this password"),
        ("password", "ada@quillmere.example", "too like your name or address"),
        ("email", "no address", "is not an e-mail address"),
        ("org_code", "Z", "this is not a code of an organisation"),
        ("organisation", "", "nothing was entered"),
        ("name", " ", "nothing was entered"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    client: Client, link: str, field: str, value: str, told: str
) -> None:
    response = client.post(link, {**SAID, field: value})
    assert response.status_code == 200
    text = words(response)
    assert told in text
    assert text.startswith("Error: ")
    kept = "Ada Merriweather" if field != "name" else "Quillmere Hospitals"
    assert kept in response.content.decode()
    assert not User.objects.exists()
    assert client.post(link, SAID).status_code == 302, "the link still works"


def test_two_organisations_of_one_name_have_different_addresses(
    client: Client, link: str
) -> None:
    Organisation.objects.create(slug="quillmere-hospitals", name="An older one")
    client.post(link, SAID)
    assert own_organisation().slug == "quillmere-hospitals-2"


@pytest.mark.parametrize("name", ["!!!", "Ω", "x" * 150])
def test_any_name_makes_an_address(client: Client, link: str, name: str) -> None:
    client.post(link, {**SAID, "organisation": name})
    slug = own_organisation().slug
    assert 1 <= len(slug) <= 50
    assert client.get(f"/at/{slug}/members/").status_code == 200
