"""How long does a session last, and who can end it?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from candela.web import middleware
from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from web.accounts.steps import deeds, is_signed_in, lines, sign_in, words
from web.conftest import Place

pytestmark = pytest.mark.django_db

MINUTE, HOUR = 60, 3600


@pytest.fixture
def person(here: Place) -> User:
    return here.person(Role.VIEWER)


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = middleware._now()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(middleware, "_now", made)
    return made


def test_a_session_ends_after_30_minutes_of_nothing(
    client: Client, person: User, clock: Clock
) -> None:
    sign_in(client, person)
    clock.now += 29 * MINUTE
    assert is_signed_in(client)
    clock.now += 31 * MINUTE
    assert not is_signed_in(client)
    assert lines(by=person)[-1].details == {"because": "nothing done for long"}


def test_a_session_ends_after_12_hours_however_busy(
    client: Client, person: User, clock: Clock
) -> None:
    sign_in(client, person)
    for _ in range(36):  # every 20 minutes: 36 x 20 = 720 minutes
        clock.now += 20 * MINUTE - 1
        assert is_signed_in(client)
    clock.now += 2 * MINUTE
    assert not is_signed_in(client)
    assert lines(by=person)[-1].details == {"because": "signed in for long"}


def test_the_clock_starts_at_sign_in_and_not_at_the_first_page(
    client: Client, person: User, clock: Clock
) -> None:
    """A cookie that was kept and first used 31 minutes later does nothing."""
    sign_in(client, person)
    clock.now += 31 * MINUTE
    assert not is_signed_in(client)


def test_the_others_can_be_listed_and_ended(client: Client, person: User) -> None:
    other = Client(HTTP_USER_AGENT="A tablet")
    sign_in(other, person)
    sign_in(client, person)
    page = words(client.get("/account/sessions/"))
    assert "In 2 places." in page
    assert "A tablet" in page
    client.post("/account/sessions/")
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert deeds(by=person)[-1] == "account.sessions_ended"
    assert "Only here." in words(client.get("/account/sessions/"))


def test_one_persons_sessions_are_not_anothers(
    client: Client, person: User, here: Place
) -> None:
    other = Client()
    sign_in(other, here.person(Role.CODER))
    sign_in(client, person)
    client.post("/account/sessions/")
    assert is_signed_in(other)


def cookies_when(tmp_path: Path, **environment: str) -> dict[str, str]:
    """Return name and marks of the cookies that the service sets, set up like this."""
    asked = """
import django
django.setup()
from django.conf import settings
for kind in ("SESSION", "CSRF"):
    for mark in ("NAME", "SECURE", "HTTPONLY", "SAMESITE"):
        print(f"{kind} {mark}", getattr(settings, f"{kind}_COOKIE_{mark}"))
print("HSTS", settings.SECURE_HSTS_SECONDS)
print("PROXIES", settings.ALLAUTH_TRUSTED_PROXY_COUNT)
print("LINKS", settings.ACCOUNT_DEFAULT_HTTP_PROTOCOL)
"""
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "candela.web.settings",
            "CANDELA_HOME": str(tmp_path),
            **environment,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    pairs = (line.rsplit(" ", 1) for line in done.stdout.splitlines())
    return {line[0]: line[1] for line in pairs}


def test_over_tls_cookies_are_bound_to_this_host_and_sent_over_tls_only(
    tmp_path: Path,
) -> None:
    told = cookies_when(
        tmp_path,
        CANDELA_ORIGIN="https://candela.example.nhs.uk",
        CANDELA_PROXY_TLS="1",
    )
    assert told == {
        "SESSION NAME": "__Host-candela-session",
        "SESSION SECURE": "True",
        "SESSION HTTPONLY": "True",
        "SESSION SAMESITE": "Lax",
        "CSRF NAME": "__Host-candela-csrf",
        "CSRF SECURE": "True",
        "CSRF HTTPONLY": "True",
        "CSRF SAMESITE": "Lax",
        "HSTS": "31536000",
        "PROXIES": "1",
        "LINKS": "https",
    }


def test_on_this_machine_alone_cookies_work_without_tls(tmp_path: Path) -> None:
    told = cookies_when(tmp_path)
    assert told["SESSION NAME"] == "candela-session"
    assert told["SESSION SECURE"] == "False"
    assert told["SESSION HTTPONLY"] == told["CSRF HTTPONLY"] == "True"
    assert told["PROXIES"] == "0"


def test_the_session_cookie_is_closed_to_scripts_and_to_other_sites(
    client: Client, person: User
) -> None:
    sign_in(client, person)
    cookie = client.cookies["candela-session"]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert cookie["domain"] == ""
    assert cookie["expires"] == "", "it goes when the browser is closed"
