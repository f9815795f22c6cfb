"""Who adds an organisation, and what may an organisation change about itself?"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client

from candela.web.accounts.models import Membership, Organisation, User
from candela.web.accounts.permissions import Role
from candela.web.scoping import across_organisations
from web.accounts.steps import add_app, deeds, lines, question, sign_in, words
from web.conftest import Place

pytestmark = pytest.mark.django_db

LIST = "/system/organisations/"
ADDED = {"name": "Larkspur Hospital", "org_code": "zb2", "email": "bo@larkspur.example"}


@pytest.fixture
def keeper(here: Place, signed_in: Callable[[User], Client]) -> Client:
    """The browser of who keeps the service."""
    person = here.person(Role.VIEWER)
    person.is_operator = True
    person.save()
    return signed_in(person)


def link_in(page: str) -> str:
    return page.split("http://testserver")[1].split("<")[0]


def test_who_keeps_the_service_adds_an_organisation_and_its_administrator(
    keeper: Client, client: Client, here: Place
) -> None:
    response = keeper.post(LIST + "add/", ADDED)
    made = Organisation.objects.get(slug="larkspur-hospital")
    assert (made.name, made.org_code) == ("Larkspur Hospital", "ZB2")
    assert "Larkspur Hospital: Hand over this link" in question(response)
    assert "no administrator yet" in words(keeper.get(LIST))
    client.post(
        link_in(response.content.decode()),
        {"name": "Bo Larkspur", "password": "pear lamp river"},
    )
    with across_organisations():
        joined = Membership.objects.get(organisation=made)
    assert joined.roles == ["coordinator", "administrator"]
    assert not joined.user.is_operator
    assert "no administrator yet" not in words(keeper.get(LIST))
    assert deeds(by=here.person(Role.VIEWER)) == [
        "organisation.added",
        "member.invited",
    ]


def test_who_keeps_the_service_is_no_member_of_what_they_add(keeper: Client) -> None:
    keeper.post(LIST + "add/", ADDED)
    assert keeper.get("/at/larkspur-hospital/members/").status_code == 404


def test_an_administrator_is_invited_only_where_there_is_none(
    keeper: Client, here: Place
) -> None:
    """Else who keeps the service could let anybody into anything."""
    taken = f"{LIST}{here.organisation.slug}/invite/"
    assert keeper.get(taken).status_code == 404
    assert keeper.post(taken, {"email": "me@example.org"}).status_code == 404
    keeper.post(LIST + "add/", ADDED)
    again = keeper.post(
        LIST + "larkspur-hospital/invite/", {"email": "di@larkspur.example"}
    )
    assert "di@larkspur.example" in words(again)


def test_nobody_else_finds_these_pages(
    here: Place, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(here.person(Role.ADMINISTRATOR))
    for place in (LIST, LIST + "add/", LIST + "quillmere/invite/"):
        assert client.get(place).status_code == 404
        assert client.post(place, ADDED).status_code in (404, 405)
    assert not Organisation.objects.filter(name=ADDED["name"]).exists()


def test_an_administrator_changes_name_and_code_and_addresses_stay(
    here: Place, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(here.person(Role.ADMINISTRATOR))
    place = "/at/quillmere/organisation/"
    assert "Quillmere Trust" in client.get(place).content.decode()
    client.post(place, {"name": "Quillmere Hospitals", "org_code": "za9"})
    here.organisation.refresh_from_db()
    assert (
        here.organisation.name,
        here.organisation.org_code,
        here.organisation.slug,
    ) == ("Quillmere Hospitals", "ZA9", "quillmere")
    (line,) = lines(by=here.person(Role.ADMINISTRATOR))
    assert line.details["after"] == {"name": "Quillmere Hospitals", "org_code": "ZA9"}


def test_who_has_lost_every_way_in_is_let_in_again_and_told(
    here: Place, signed_in: Callable[[User], Client]
) -> None:
    lost = here.person(Role.CODER)
    add_app(lost)
    keeper = here.person(Role.ADMINISTRATOR)
    with across_organisations():
        number = Membership.objects.get(user=lost).pk
    place = f"/at/quillmere/members/{number}/let-in/"
    client = signed_in(keeper)
    assert client.get(place).status_code == 404, "an account may be elsewhere, too"
    assert client.post(place).status_code == 404
    keeper.is_operator = True
    keeper.save()
    assert "Speak to them" in words(client.get(place))
    assert sign_in(Client(), lost)["Location"] == "/sign-in/code/"
    client.post(place)
    assert sign_in(Client(), lost)["Location"] == "/"
    assert mail.outbox[-1].to == [lost.email]
    line = next(
        line for line in lines(by=keeper) if line.action == "account.method_changed"
    )
    assert line.thing == f"member:{lost.pk}"
