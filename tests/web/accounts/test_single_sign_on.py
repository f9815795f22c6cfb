"""Whom does the organisation's own sign-in let in, and what is not believed?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from candela.web.accounts.adapters import NOT_LET_IN
from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from web.accounts.sign_in_service import CLIENT, SECRET, SignInService, running
from web.accounts.steps import (
    add_app,
    deeds,
    is_signed_in,
    lines,
    question,
    sign_in,
    words,
)
from web.conftest import PASSWORD, Place

pytestmark = pytest.mark.django_db

THERE = "/sign-in/with/organisation/"
BACK = THERE + "back/"


@pytest.fixture
def person(here: Place) -> User:
    return here.person(Role.VIEWER)


@pytest.fixture
def service(
    settings: Settings, person: User, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SignInService]:
    """A sign-in service that knows the person, with the address proved."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with running(SignInService()) as made:
        made.claims["email"] = person.email
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                "provider_class": "candela.web.accounts.single_sign_on.StrictProvider",
                "OAUTH_PKCE_ENABLED": True,
                "APPS": [
                    {
                        "provider_id": "organisation",
                        "name": "Quillmere",
                        "client_id": CLIENT,
                        "secret": SECRET,
                        "settings": {
                            "server_url": made.issuer,
                            "oauth_pkce_enabled": True,
                        },
                    }
                ],
            }
        }
        yield made


def leave(client: Client, service: SignInService) -> dict[str, str]:
    """Go to the sign-in service; return what is asked of it."""
    response = client.post(THERE)
    assert response.status_code == 302, words(response)
    asked = {k: v[0] for k, v in parse_qs(urlsplit(response["Location"]).query).items()}
    service.challenge = asked["code_challenge"]
    service.claims.setdefault("nonce", asked["nonce"])
    return asked


def come_back(client: Client, service: SignInService, **more: str) -> HttpResponse:
    """Go there and come back."""
    asked = leave(client, service)
    return client.get(BACK, {"code": "a code", "state": asked["state"], **more})


def is_refused(client: Client, response: HttpResponse) -> bool:
    """Say whether one is back at the sign-in page, with the common words."""
    page = client.get(response["Location"])
    return (
        response["Location"] == "/sign-in/"
        and question(page) == "Sign in"
        and NOT_LET_IN in words(page)
        and not is_signed_in(client)
    )


def test_a_member_with_a_proved_address_is_let_in(
    client: Client, service: SignInService, person: User
) -> None:
    come_back(client, service)
    assert is_signed_in(client)
    assert lines(by=person)[-1].details == {"ways": ["the organisation's own sign-in"]}
    kept = SocialAccount.objects.get(user=person)
    assert (kept.provider, kept.uid) == ("organisation", "person-1")
    assert kept.extra_data == {}, "no more is kept than the number they have there"
    assert service.asked[0]["client_secret"] == SECRET


def test_the_password_still_works_afterwards(
    client: Client, service: SignInService, person: User
) -> None:
    come_back(client, service)
    other = Client()
    sign_in(other, person)
    assert is_signed_in(other)


def test_what_is_asked_holds_a_proof_a_state_and_a_nonce(
    client: Client, service: SignInService
) -> None:
    asked = leave(client, service)
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["nonce"]) >= 43
    assert len(asked["state"]) >= 16
    assert leave(client, service)["nonce"] != asked["nonce"]
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}


def test_the_address_in_the_browser_adds_nothing_to_what_is_asked(
    client: Client, service: SignInService
) -> None:
    wanted = THERE + "?process=connect&scope=everything&auth_params=prompt%3Dnone"
    place = client.post(wanted)["Location"]
    assert "everything" not in place
    assert "prompt" not in place


def test_opening_the_link_asks_first_and_goes_nowhere(
    client: Client, service: SignInService
) -> None:
    page = client.get(THERE)
    assert question(page) == "Sign in with Quillmere?"
    assert "Sign in with Quillmere" in words(client.get("/sign-in/"))


def test_a_stranger_is_not_let_in_and_no_account_is_made(
    client: Client, service: SignInService
) -> None:
    service.claims["email"] = "stranger@elsewhere.example"
    count = User.objects.count()
    assert is_refused(client, come_back(client, service))
    assert User.objects.count() == count
    assert deeds() == ["account.sign_in_refused"]
    assert lines()[0].actor_id is None


@pytest.mark.parametrize("proved", [False, None, "false", 0, "no", [], {}])
def test_an_address_that_is_not_proved_is_refused(
    client: Client, service: SignInService, proved: object
) -> None:
    """allauth would take the word "false" for yes, since it is not empty."""
    service.claims["email_verified"] = proved
    assert is_refused(client, come_back(client, service))
    assert not SocialAccount.objects.exists()


def test_an_address_without_a_word_about_proof_is_refused(
    client: Client, service: SignInService
) -> None:
    service.left_out = ("email_verified",)
    assert is_refused(client, come_back(client, service))


def test_entra_id_says_in_its_own_claim_that_the_domain_is_proved(
    client: Client, service: SignInService
) -> None:
    service.left_out = ("email_verified",)
    service.claims["xms_edov"] = True
    come_back(client, service)
    assert is_signed_in(client)


SPOILT: dict[str, dict[str, Any]] = {
    "another issuer in the token": {"claims": {"iss": "https://other.example"}},
    "another audience": {"claims": {"aud": "another client"}},
    "an audience of several": {"claims": {"aud": [CLIENT, "another client"]}},
    "another nonce": {"claims": {"nonce": "the nonce of another request"}},
    "no nonce": {"left_out": ("nonce",)},
    "no subject": {"left_out": ("sub",)},
    "no end": {"left_out": ("exp",)},
    "an end an hour ago": {"claims": {"exp": int(time.time()) - 3600}},
    "a beginning in an hour": {"claims": {"iat": int(time.time()) + 3600}},
    "no signature": {"method": "none"},
    "a signature of another": {"signing": rsa.generate_private_key(65537, 2048)},
    "a signature with the shared secret": {
        "method": "HS256",
        "signing": SECRET + " made long enough to be a key",
    },
    "no token": {"gives_token": False},
    "another name of the service": {"told_issuer": "https://other.example"},
    "another subject than a string": {"claims": {"sub": ["person-1"]}},
}


@pytest.mark.parametrize("how", SPOILT)
def test_what_is_wrong_in_one_thing_is_refused(
    client: Client, service: SignInService, how: str
) -> None:
    asked = leave(client, service)
    for name, value in SPOILT[how].items():
        if name == "claims":
            service.claims.update(value)
        else:
            setattr(service, name, value)
    response = client.get(BACK, {"code": "a code", "state": asked["state"]})
    assert is_refused(client, response)
    assert not SocialAccount.objects.exists()


def test_the_public_key_is_not_taken_for_a_shared_secret(
    client: Client, service: SignInService
) -> None:
    """The key that everybody can read must not sign: HS256 with it is refused."""
    asked = leave(client, service)
    public = service.private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    service.method, service.signing = "HS256", public
    response = client.get(BACK, {"code": "a code", "state": asked["state"]})
    assert is_refused(client, response)


@pytest.mark.parametrize("state", ["", "another state"])
def test_coming_back_without_having_left_is_refused(
    client: Client, service: SignInService, state: str
) -> None:
    leave(client, service)
    response = client.get(BACK, {"code": "a code", "state": state})
    assert is_refused(client, response)
    assert service.asked == [], "no code is exchanged"


def test_coming_back_twice_is_refused(client: Client, service: SignInService) -> None:
    asked = leave(client, service)
    client.get(BACK, {"code": "a code", "state": asked["state"]})
    client.post("/sign-out/")
    response = client.get(BACK, {"code": "a code", "state": asked["state"]})
    assert is_refused(client, response)


def test_what_another_browser_began_cannot_be_finished_here(
    client: Client, service: SignInService
) -> None:
    asked = leave(Client(), service)
    response = client.get(BACK, {"code": "a code", "state": asked["state"]})
    assert is_refused(client, response)


def test_a_code_of_another_request_is_refused_by_its_proof(
    client: Client, service: SignInService
) -> None:
    asked = leave(client, service)
    service.challenge = "the challenge of another request"
    response = client.get(BACK, {"code": "a code", "state": asked["state"]})
    assert is_refused(client, response)


@pytest.mark.parametrize("error", ["access_denied", "server_error"])
def test_what_the_service_refuses_leads_back(
    client: Client, service: SignInService, error: str
) -> None:
    asked = leave(client, service)
    response = client.get(BACK, {"error": error, "state": asked["state"]})
    assert is_refused(client, response)


def test_a_service_that_does_not_answer_leads_back(
    client: Client, service: SignInService, settings: Settings
) -> None:
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["server_url"] = "http://127.0.0.1:9"
    assert is_refused(client, client.post(THERE))


def test_a_service_over_tls_that_sends_codes_without_tls_is_refused(
    client: Client, service: SignInService
) -> None:
    service.token_address = "ftp://127.0.0.1/token"
    assert is_refused(client, client.post(THERE))


def test_a_closed_account_is_refused(
    client: Client, service: SignInService, person: User
) -> None:
    person.is_active = False
    person.save()
    assert is_refused(client, come_back(client, service))


def test_later_the_number_counts_and_not_the_address(
    client: Client, service: SignInService, person: User, here: Place
) -> None:
    """Whoever is given the address of somebody else later does not become them."""
    come_back(client, service)
    client.post("/sign-out/")
    service.claims["email"] = here.person(Role.ADMINISTRATOR).email
    service.claims.pop("nonce")
    come_back(client, service)
    assert is_signed_in(client)
    assert person.email in words(client.get("/account/"))


def test_where_a_second_factor_is_asked_for_the_service_has_asked(
    client: Client, service: SignInService, settings: Settings
) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    come_back(client, service)
    assert is_signed_in(client)


def test_who_has_an_app_here_is_asked_for_its_code_as_well(
    client: Client, service: SignInService, person: User
) -> None:
    add_app(person)
    assert come_back(client, service)["Location"] == "/sign-in/code/"
    assert not is_signed_in(client)


def test_without_a_sign_in_service_its_addresses_lead_nowhere(client: Client) -> None:
    assert client.get(THERE).status_code == 404
    assert client.get(BACK).status_code == 404
    assert "Go to that sign-in" not in words(client.get("/sign-in/"))
    assert PASSWORD not in words(client.get("/sign-in/"))
