"""Is guessing slowed, and can nobody shut out others by it?"""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.core.internal.ratelimit import parse_rates
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client

from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from web.accounts.steps import (
    add_app,
    code,
    deeds,
    is_signed_in,
    links,
    question,
    sign_in,
)
from web.conftest import Place

pytestmark = pytest.mark.django_db

GUESSER, OWNER = "192.0.2.66", "198.51.100.5"


@pytest.fixture
def person(here: Place) -> User:
    return here.person(Role.VIEWER)


def test_a_hundred_tries_from_two_browsers_of_one_machine_are_counted_together(
    person: User,
) -> None:
    """Five tries at a name, whichever process answers: the count is in the database."""
    browsers = Client(), Client()
    for n in range(100):
        sign_in(browsers[n % 2], person, f"guess {n}", REMOTE_ADDR=GUESSER)
    assert deeds(by=person) == ["account.sign_in_refused"] * 5
    assert not is_signed_in(browsers[0])
    sign_in(browsers[0], person, REMOTE_ADDR=GUESSER)
    assert not is_signed_in(browsers[0]), "even the right one is too late there"


def test_the_owner_gets_in_from_another_machine_meanwhile(
    client: Client, person: User
) -> None:
    for n in range(20):
        sign_in(Client(), person, f"guess {n}", REMOTE_ADDR=GUESSER)
    sign_in(client, person, REMOTE_ADDR=OWNER)
    assert is_signed_in(client)


def test_one_machine_cannot_try_many_names(here: Place) -> None:
    """30 tries in 10 minutes from one machine, whatever the names: 31 is refused."""
    for n in range(30):
        sign_in(Client(), f"name{n}@example.org", "guess", REMOTE_ADDR=GUESSER)
    client = Client()
    sign_in(client, here.person(Role.CODER), REMOTE_ADDR=GUESSER)
    assert not is_signed_in(client)
    sign_in(client, here.person(Role.CODER), REMOTE_ADDR=OWNER)
    assert is_signed_in(client)


def test_the_right_password_uses_up_no_tries(person: User) -> None:
    for _ in range(10):
        client = Client()
        sign_in(client, person, REMOTE_ADDR=OWNER)
        assert is_signed_in(client)


def test_a_machine_that_only_claims_to_be_another_is_counted_as_itself(
    person: User,
) -> None:
    """Without a proxy in front, what a request says of its way is not believed."""
    assert settings.ALLAUTH_TRUSTED_PROXY_COUNT == 0
    for n in range(10):
        sign_in(
            Client(),
            person,
            f"guess {n}",
            REMOTE_ADDR=GUESSER,
            HTTP_X_FORWARDED_FOR=f"203.0.113.{n}",
        )
    assert deeds(by=person) == ["account.sign_in_refused"] * 5


def test_counts_are_not_pushed_out_by_many_made_up_names(person: User) -> None:
    """Django's cache keeps 300 entries unless told otherwise, and 400 are made here."""
    for n in range(5):
        sign_in(Client(), person, f"guess {n}", REMOTE_ADDR=GUESSER)
    for n in range(400):
        cache.set(f"made-up-{n}", n, 600)
    sign_in(Client(), person, REMOTE_ADDR=GUESSER)
    assert deeds(by=person) == ["account.sign_in_refused"] * 5


def test_every_limit_can_be_read(person: User) -> None:
    for limits in (settings.ACCOUNT_RATE_LIMITS, settings.MFA_RATE_LIMITS):
        for action, rates in limits.items():
            assert parse_rates(rates), action


def test_codes_cannot_be_guessed_once_the_password_is_known(person: User) -> None:
    """Five wrong codes in 10 minutes: then even the right one waits."""
    add_app(person)
    client = Client()
    sign_in(client, person)
    for _ in range(5):
        client.post("/sign-in/code/", {"code": "000000"})
    client.post("/sign-in/code/", {"code": code()})
    assert not is_signed_in(client)
    assert deeds(by=person) == ["account.sign_in_refused"] * 5


def test_a_forgotten_password_has_the_same_answer_for_known_and_unknown(
    person: User,
) -> None:
    for address in (person.email, "nobody@example.org"):
        response = Client().post("/sign-in/forgotten/", {"email": address})
        assert response["Location"] == "/sign-in/forgotten/sent/"
    assert [m.to for m in mail.outbox] == [[person.email], ["nobody@example.org"]]
    assert links(0)[0].startswith("/sign-in/forgotten/")
    assert links(1) == []
    assert "no account" in " ".join(str(mail.outbox[1].body).split())
    assert {m.subject for m in mail.outbox} == {"Candela: Reset your sign-in"}


def test_a_mailbox_is_not_flooded_by_links(person: User) -> None:
    """Three links in 10 minutes for one address."""
    answers = [
        Client().post("/sign-in/forgotten/", {"email": person.email}) for _ in range(5)
    ]
    assert [a.status_code for a in answers] == [302, 302, 302, 429, 429]
    assert question(answers[-1]) == "Too many tries"
    assert len(mail.outbox) == 3


def test_every_account_has_its_address_proved(person: User) -> None:
    kept = EmailAddress.objects.get(user=person)
    assert (kept.email, kept.verified, kept.primary) == (person.email, True, True)
