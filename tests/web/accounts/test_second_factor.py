"""Can a second factor be got round, and can nobody lose the last way in?"""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core import mail
from django.test import Client
from pytest_django.fixtures import Settings

from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.accounts.second_factor import is_last_way_in, passkeys_work_here
from web.accounts.steps import (
    add_app,
    code,
    deeds,
    is_signed_in,
    lines,
    links,
    question,
    sign_in,
    words,
)
from web.conftest import PASSWORD, Place

pytestmark = pytest.mark.django_db

WAYS = "/account/ways-in/"


@pytest.fixture
def person(here: Place) -> User:
    return here.person(Role.VIEWER)


@pytest.fixture
def required(settings: Settings) -> None:
    """The service asks everybody for a second factor."""
    settings.REQUIRE_SECOND_FACTOR = True


def confirm(client: Client) -> None:
    """Type the password again, before something that matters."""
    client.post("/account/again/", {"password": PASSWORD, "next": WAYS})


def set_up_app(client: Client) -> None:
    """Set up an app through the pages."""
    confirm(client)
    page = client.get(WAYS + "app/").content.decode()
    secret = page.split('candela-secret">')[1].split("<")[0]
    response = client.post(WAYS + "app/", {"code": code(secret)})
    assert response["Location"] == WAYS + "codes/", words(response)


def test_the_password_alone_does_not_sign_in_who_has_an_app(
    client: Client, person: User
) -> None:
    add_app(person)
    assert sign_in(client, person)["Location"] == "/sign-in/code/"
    assert not is_signed_in(client)
    response = client.post("/sign-in/code/", {"code": "000000"})
    assert "this code is not right" in words(response)
    assert not is_signed_in(client)
    client.post("/sign-in/code/", {"code": code()})
    assert is_signed_in(client)
    assert lines(by=person)[-1].details == {"ways": ["password", "passkey or code"]}


def test_a_code_works_once(person: User) -> None:
    add_app(person)
    used = code()
    first, second = Client(), Client()
    for browser in (first, second):
        sign_in(browser, person)
        browser.post("/sign-in/code/", {"code": used})
    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_a_recovery_code_works_once_and_in_the_place_of_the_app(person: User) -> None:
    add_app(person)
    spare = RecoveryCodes.activate(person).generate_codes()[0]
    first, second = Client(), Client()
    for browser in (first, second):
        sign_in(browser, person)
        browser.post("/sign-in/code/", {"code": spare})
    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_the_page_for_the_code_cannot_be_opened_without_the_password(
    client: Client, person: User
) -> None:
    add_app(person)
    for response in (
        client.get("/sign-in/code/"),
        client.post("/sign-in/code/", {"code": code()}),
    ):
        assert response["Location"] == "/sign-in/"
    assert not is_signed_in(client)


def test_a_new_password_does_not_skip_the_second_factor(
    client: Client, person: User
) -> None:
    add_app(person)
    client.post("/sign-in/forgotten/", {"email": person.email})
    form = client.get(links()[0])["Location"]
    response = client.post(form, {"password1": "pear lamp river"})
    assert question(client.get(response["Location"])) == "Your password is changed"
    assert not is_signed_in(client)
    assert sign_in(client, person, "pear lamp river")["Location"] == "/sign-in/code/"
    assert not is_signed_in(client)
    client.post("/sign-in/code/", {"code": code()})
    assert is_signed_in(client)


def test_a_link_for_a_new_password_works_once(client: Client, person: User) -> None:
    client.post("/sign-in/forgotten/", {"email": person.email})
    link = links()[0]
    client.post(client.get(link)["Location"], {"password1": "pear lamp river"})
    assert question(Client().get(link)) == "This link cannot be used now"
    assert deeds(by=person) == ["account.method_changed"]


def test_a_new_password_ends_every_session(client: Client, person: User) -> None:
    sign_in(client, person)
    other = Client()
    other.post("/sign-in/forgotten/", {"email": person.email})
    other.post(other.get(links()[0])["Location"], {"password1": "pear lamp river"})
    assert not is_signed_in(client)


@pytest.mark.usefixtures("required")
class TestRequired:
    """Where everybody needs a second factor."""

    def test_who_has_none_is_sent_to_set_one_up_from_everywhere(
        self, client: Client, person: User
    ) -> None:
        sign_in(client, person)
        for place in (
            "/",
            "/account/",
            "/account/record/",
            "/account/close/",
            "/at/quillmere/members/",
            "/api/v1/openapi.json",
            "/account/../at/quillmere/members/",
            "/account/ways-in/../../at/quillmere/members/",
            "//account/ways-in/",
        ):
            response = client.get(place)
            is_sent = response.get("Location") == WAYS
            assert is_sent or response.status_code == 404, place
        assert client.get(WAYS).status_code == 200
        assert client.post("/account/name/", {"name": "Somebody"})["Location"] == WAYS
        person.refresh_from_db()
        assert person.name != "Somebody"

    def test_who_sets_one_up_can_go_on(self, client: Client, person: User) -> None:
        sign_in(client, person)
        set_up_app(client)
        assert is_signed_in(client)

    def test_a_session_from_before_the_factor_ends_and_is_not_lifted_by_it(
        self, client: Client, person: User
    ) -> None:
        """Somebody with a stolen password waits until the owner adds an app."""
        thief = Client()
        sign_in(thief, person)
        sign_in(client, person)
        set_up_app(client)
        assert not is_signed_in(thief)
        response = thief.post("/account/again/", {"password": PASSWORD})
        assert response["Location"].startswith("/sign-in/")
        assert Authenticator.objects.filter(user=person).count() == 2  # app and codes

    def test_a_session_that_never_showed_it_ends_even_if_it_was_not_listed(
        self, client: Client, person: User
    ) -> None:
        sign_in(client, person)
        add_app(person)
        assert client.get(WAYS)["Location"] == "/sign-in/"
        assert not is_signed_in(client)
        assert lines(by=person)[-1].details == {"because": "second factor not shown"}

    def test_the_last_one_cannot_be_removed(self, client: Client, person: User) -> None:
        sign_in(client, person)
        set_up_app(client)
        page = client.get(WAYS + "app/remove/")
        assert "This is the last way in that you have" in words(page)
        client.post(WAYS + "app/remove/")
        assert Authenticator.objects.filter(user=person, type="totp").exists()


def test_setting_up_an_app_is_noted_told_and_gives_recovery_codes(
    client: Client, person: User
) -> None:
    sign_in(client, person)
    set_up_app(client)
    assert deeds(by=person) == ["account.signed_in", "account.method_changed"]
    page = words(client.get(WAYS + "codes/"))
    assert "10 of 10 are left" in page
    kept = client.get(WAYS + "codes/download/")
    assert kept["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert len([k for k in kept.content.decode().split() if k.isdigit()]) == 10


def test_new_recovery_codes_end_the_old_ones(client: Client, person: User) -> None:
    sign_in(client, person)
    set_up_app(client)
    before = set(client.get(WAYS + "codes/download/").content.decode().split())
    client.post(WAYS + "codes/new/")
    after = set(client.get(WAYS + "codes/download/").content.decode().split())
    assert not {k for k in before & after if k.isdigit()}
    assert deeds(by=person).count("account.method_changed") == 2


def test_adding_or_showing_a_factor_asks_for_the_password_again(
    client: Client, person: User
) -> None:
    add_app(person)
    sign_in(client, person)
    client.post("/sign-in/code/", {"code": code()})
    RecoveryCodes.activate(person)
    for place in ("passkeys/add/", "codes/", "codes/new/", "codes/download/"):
        assert client.get(WAYS + place)["Location"].startswith("/account/again/"), place
    confirm(client)
    assert client.get(WAYS + "codes/").status_code == 200


def test_where_it_is_not_required_an_app_may_be_removed(
    client: Client, person: User
) -> None:
    sign_in(client, person)
    set_up_app(client)
    client.post(WAYS + "app/remove/")
    assert not Authenticator.objects.filter(user=person).exists()
    assert "app removed" in str(lines(by=person)[-1].details)


def passkey(person: User, name: str = "Laptop") -> Authenticator:
    return Authenticator.objects.create(
        user=person, type="webauthn", data={"name": name, "credential": {}}
    )


def test_a_passkey_is_the_last_way_in_without_a_password(person: User) -> None:
    only = passkey(person)
    assert not is_last_way_in(person, only)
    person.set_unusable_password()
    person.save()
    assert is_last_way_in(person, only)
    passkey(person, "Telephone")
    assert not is_last_way_in(person, only)


def test_an_app_alone_is_no_way_in_without_a_password(person: User) -> None:
    """A code is asked for beside a password; it never stands alone."""
    only = passkey(person)
    add_app(person)
    person.set_unusable_password()
    person.save()
    assert is_last_way_in(person, only)


def test_the_page_that_removes_a_passkey_refuses_the_last_one(
    client: Client, person: User
) -> None:
    """allauth's own page asks nobody whether it is the last."""
    only = passkey(person)
    person.set_unusable_password()
    person.save()
    client.force_login(person)
    session = client.session
    from allauth.account.internal.flows.login import (
        _AUTHENTICATION_METHODS_USER_SESSION_KEY,
        AUTHENTICATION_METHODS_SESSION_KEY,
    )

    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "mfa", "at": 9e9, "reauthenticated": True}
    ]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person.pk)
    session.save()
    place = f"{WAYS}passkeys/{only.pk}/remove/"
    assert "This is the last way in" in words(client.get(place))
    client.post(place)
    assert Authenticator.objects.filter(pk=only.pk).exists()
    person.set_password(PASSWORD)
    person.save()


def test_somebody_elses_passkey_is_not_found(
    client: Client, person: User, here: Place
) -> None:
    theirs = passkey(here.person(Role.CODER))
    sign_in(client, person)
    confirm(client)
    for what in ("remove", "edit"):
        place = f"{WAYS}passkeys/{theirs.pk}/{what}/"
        assert client.get(place).status_code == 404
        assert client.post(place, {"name": "Mine"}).status_code == 404


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"id": "x"}',
        '{"id": "eA", "rawId": "eA", "response": {}}',
        '{"id": "eA", "rawId": "eA", "response": {"userHandle": "MQ"}}',
        "not json",
        '"text"',
    ],
)
def test_what_is_no_passkey_is_refused_and_breaks_nothing(
    client: Client, credential: str
) -> None:
    client.get("/sign-in/passkey/", HTTP_ACCEPT="application/json")
    response = client.post("/sign-in/passkey/", {"credential": credential})
    assert response["Location"] == "/sign-in/"
    assert not is_signed_in(client)


def test_an_email_tells_when_a_way_in_goes(client: Client, person: User) -> None:
    sign_in(client, person)
    confirm(client)
    client.post(f"{WAYS}passkeys/{passkey(person).pk}/remove/")
    (told,) = mail.outbox
    assert told.subject == "Candela: A sign-in method was removed"
    assert told.to == [person.email]
    text = " ".join(str(told.body).split())
    assert "A passkey was removed from your account" in text
    assert "From the machine: 127.0.0.1" in text
    assert "You get this e-mail because" in text
    assert not Authenticator.objects.filter(user=person).exists()


@pytest.mark.parametrize(
    ("host", "works"),
    [
        ("localhost:8000", True),
        ("127.0.0.1:8000", False),
        ("candela.example", False),  # without TLS
        ("[::1]:8000", False),
    ],
)
def test_passkeys_are_offered_where_browsers_allow_them(
    rf: object, settings: Settings, host: str, works: bool
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    request = rf.get("/", HTTP_HOST=host)  # type: ignore[attr-defined]
    assert passkeys_work_here(request) is works


def test_passkeys_are_offered_over_tls(rf: object, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    get = rf.get  # type: ignore[attr-defined]
    assert passkeys_work_here(get("/", HTTP_HOST="candela.example", secure=True))
    assert not passkeys_work_here(get("/", HTTP_HOST="192.0.2.7", secure=True))
