"""Who is asked to join, and does a link do no more than it should?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail, serializers
from django.test import Client
from pytest_django.fixtures import Settings

from candela.web.accounts import actions
from candela.web.accounts.models import Invitation, Membership, User
from candela.web.accounts.permissions import Role
from candela.web.configuration import Mail
from candela.web.scoping import across_organisations, organisation_scope
from web.accounts.steps import (
    deeds,
    is_signed_in,
    links,
    question,
    sign_in,
    words,
)
from web.conftest import PASSWORD, Place

pytestmark = pytest.mark.django_db

NEW = "new@quillmere.example"
JOINS = {"name": "Bo Larkspur", "password": "pear lamp river"}
PLACE = "/at/quillmere/members/"


@pytest.fixture
def admin(here: Place, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(here.person(Role.ADMINISTRATOR))


@pytest.fixture
def invite(here: Place) -> Callable[..., str]:
    """Return a function that invites somebody and returns the link."""

    def made(
        email: str = NEW, *roles: Role, place: Place = here, now: datetime | None = None
    ) -> str:
        with organisation_scope(place.organisation):
            _, token = actions.invite(
                organisation=place.organisation,
                email=email,
                roles=[role.value for role in roles or (Role.VIEWER,)],
                by=place.person(Role.ADMINISTRATOR),
                now=now or datetime.now(UTC),
            )
        return f"/join/{token}/"

    return made


def member(place: Place, email: str) -> Membership | None:
    with across_organisations():
        return Membership.objects.filter(
            organisation=place.organisation, user__email=email
        ).first()


def test_without_a_mail_server_the_link_is_shown_once(
    admin: Client, client: Client, here: Place
) -> None:
    response = admin.post(
        PLACE + "invite/", {"email": NEW, "roles": ["viewer", "coordinator"]}
    )
    assert question(response) == "Quillmere Trust: Hand over this link"
    page = response.content.decode()
    link = page.split("http://testserver")[1].split("<")[0]
    assert link not in admin.get(PLACE).content.decode()
    assert mail.outbox == []
    client.post(link, JOINS)
    joined = member(here, NEW)
    assert joined is not None
    assert joined.roles == ["viewer", "coordinator"]


def test_with_a_mail_server_the_link_goes_to_the_person_only(
    admin: Client, client: Client, here: Place, settings: Settings
) -> None:
    from dataclasses import replace

    settings.CONFIGURATION = replace(
        settings.CONFIGURATION,
        mail=Mail(host="mail.example"),
        origin="https://candela.example",
    )
    response = admin.post(PLACE + "invite/", {"email": NEW, "roles": ["viewer"]})
    assert response["Location"] == PLACE
    (told,) = mail.outbox
    assert told.to == [NEW]
    assert told.subject == "Candela: Quillmere Trust asks you to join"
    assert "https://candela.example/join/" in told.body
    (link,) = links()
    shown = admin.get(PLACE).content.decode()
    assert link not in shown
    assert "The invitation is on its way." in shown
    assert client.get(link).status_code == 200


def test_a_new_person_chooses_a_name_and_a_password_and_is_in(
    client: Client, invite: Callable[..., str], here: Place
) -> None:
    link = invite(NEW, Role.CODER)
    assert "You are asked to join as coder" in words(client.get(link))
    response = client.post(link, JOINS)
    assert response["Location"] == "/account/ways-in/passkeys/add/"
    assert is_signed_in(client)
    joined = User.objects.get(email=NEW)
    assert joined.check_password(JOINS["password"])
    assert not joined.is_operator
    assert deeds(by=joined) == ["member.joined", "account.signed_in"]


def test_somebody_with_an_account_signs_in_and_joins(
    client: Client, invite: Callable[..., str], here: Place, there: Place
) -> None:
    person = there.person(Role.VIEWER)
    link = invite(person.email)
    page = client.get(link)
    assert "There is an account with your address" in words(page)
    client.post(link)
    assert member(here, person.email) is None, "not before they have signed in"
    response = client.post(
        f"/sign-in/?next={link}",
        {"login": person.email, "password": PASSWORD, "next": link},
    )
    assert response["Location"] == link
    assert client.post(link)["Location"] == "/account/"
    assert member(here, person.email) is not None
    assert member(there, person.email) is not None
    assert "Quillmere Trust as viewer; Westerby Trust as viewer." in words(
        client.get("/account/")
    )


@pytest.mark.parametrize("has_account", [True, False])
def test_somebody_else_cannot_use_the_link_of_another(
    client: Client,
    invite: Callable[..., str],
    here: Place,
    there: Place,
    has_account: bool,
) -> None:
    email = there.person(Role.CODER).email if has_account else NEW
    link = invite(email)
    sign_in(client, there.person(Role.VIEWER))
    assert "Sign out, then open the link again" in words(client.get(link))
    client.post(link, JOINS)
    assert member(here, email) is None
    assert member(here, there.person(Role.VIEWER).email) is None


def test_mail_scanners_do_not_use_a_link_up(
    client: Client, invite: Callable[..., str], here: Place
) -> None:
    link = invite()
    for _ in range(20):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    client.post(link, JOINS)
    assert member(here, NEW) is not None


@pytest.mark.parametrize("how", ["used", "withdrawn", "expired", "wrong", "replaced"])
def test_a_link_that_cannot_be_used_has_the_same_words(
    client: Client, invite: Callable[..., str], here: Place, how: str
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=7, seconds=1)
    link = invite(now=long_ago if how == "expired" else None)
    if how == "used":
        Client().post(link, JOINS)
    elif how == "withdrawn":
        with organisation_scope(here.organisation):
            actions.withdraw_invitation(
                invitation=Invitation.objects.get(),
                by=here.person(Role.ADMINISTRATOR),
                now=datetime.now(UTC),
            )
    elif how == "wrong":
        link = link[:-4] + "xyz/"
    elif how == "replaced":
        invite()
    count = User.objects.count()
    pages = client.get(link), client.post(link, JOINS)
    assert {p.status_code for p in pages} == {404}
    assert {question(p) for p in pages} == {"This link cannot be used now"}
    safe = "It was used or withdrawn, it is too old, or it is not whole."
    assert all(safe in words(p) for p in pages)
    assert User.objects.count() == count


def test_a_link_works_until_the_seventh_day(
    client: Client, invite: Callable[..., str]
) -> None:
    link = invite(now=datetime.now(UTC) - timedelta(days=7) + timedelta(minutes=1))
    assert client.get(link).status_code == 200


def test_only_the_hash_of_a_link_is_in_the_database(
    admin: Client, invite: Callable[..., str]
) -> None:
    from django.contrib.sessions.models import Session

    page = admin.post(PLACE + "invite/", {"email": NEW, "roles": ["viewer"]})
    token = page.content.decode().split("/join/")[1].split("/")[0]
    assert len(token) == 43, "256 bits"
    with across_organisations():
        from candela.web.audit.models import Event

        kept = [
            *serializers.serialize("json", Invitation.objects.all()),
            *serializers.serialize("json", Event.objects.all()),
            *(str(s.get_decoded()) for s in Session.objects.all()),
        ]
    assert token not in "".join(kept)


def test_of_two_who_press_at_once_one_joins(
    invite: Callable[..., str], here: Place
) -> None:
    now = datetime.now(UTC)
    found = actions.find_invitation(invite().split("/")[2], now)
    assert found is not None
    bo = actions.Newcomer(**JOINS)
    assert actions.join(invitation=found, user=bo, now=now) is not None
    assert actions.join(invitation=found, user=bo, now=now) is None
    assert User.objects.filter(email=NEW).count() == 1


def test_a_member_is_not_invited_again(admin: Client, here: Place) -> None:
    response = admin.post(
        PLACE + "invite/",
        {"email": here.person(Role.CODER).email.upper(), "roles": ["viewer"]},
    )
    assert "this person is a member already" in words(response)
    with across_organisations():
        assert not Invitation.objects.exists()


@pytest.mark.parametrize("roles", [[], ["operator"], ["viewer", "nonsense"]])
def test_a_role_that_there_is_must_be_chosen(admin: Client, roles: list[str]) -> None:
    response = admin.post(PLACE + "invite/", {"email": NEW, "roles": roles})
    assert words(response).startswith("Error: ")
    with across_organisations():
        assert not Invitation.objects.exists()


def test_open_invitations_are_listed_and_can_be_withdrawn(
    admin: Client, client: Client, invite: Callable[..., str], here: Place
) -> None:
    link = invite()
    page = words(admin.get(PLACE))
    assert "Invited, and not here yet" in page
    assert NEW in page
    with across_organisations():
        number = Invitation.objects.get().pk
    place = f"{PLACE}invitations/{number}/withdraw/"
    assert client.get(link).status_code == 200
    assert question(admin.get(place)) == "Quillmere Trust: Withdraw this invitation?"
    assert client.get(link).status_code == 200, "asking withdraws nothing"
    admin.post(place)
    assert client.get(link).status_code == 404
    assert NEW not in words(admin.get(PLACE))
    assert deeds(by=here.person(Role.ADMINISTRATOR)) == [
        "member.invited",
        "invitation.withdrawn",
    ]


def test_no_address_is_in_the_log(
    admin: Client, client: Client, invite: Callable[..., str]
) -> None:
    client.post(invite(), JOINS)
    from web.accounts.steps import lines

    told = " ".join(f"{line.thing} {line.details}" for line in lines())
    assert NEW not in told
    assert JOINS["name"] not in told
