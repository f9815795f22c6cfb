"""Does a session that is renewed stop somebody who only reads?"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError
from django.test import Client

from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from web.conftest import Place

TEN_MINUTES = 600


@pytest.fixture
def rested(here: Place, signed_in: Callable[[User], Client]) -> Client:
    """A browser whose session is due to be renewed at the next page."""
    browser = signed_in(here.person(Role.VIEWER))
    session = browser.session
    session["began"] = session["seen"] = time.time() - TEN_MINUTES
    session.save()
    return browser


def test_a_page_renews_the_session(rested: Client) -> None:
    assert rested.get("/account/").status_code == 200
    assert time.time() - rested.session["seen"] < TEN_MINUTES / 2


def test_on_a_full_disk_a_page_is_shown_and_the_session_stays_as_it_was(
    rested: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rested.session["seen"]

    def full(*args: object, **kwargs: object) -> None:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(SessionStore.get_model_class(), "save", full)
        assert rested.get("/account/").status_code == 200
    assert rested.session["seen"] == before
