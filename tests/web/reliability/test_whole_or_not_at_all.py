"""Is anybody told that something is saved which the database did not keep?"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from candela.web.access import public
from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.house.models import Note
from web.conftest import Place


@public(writes=True)
def saves(request: HttpRequest) -> HttpResponse:
    """Save, then lose the transaction without an error, if asked to.

    So it goes where a page passes over an error of the database, as the head of every
    page does: Django notes that all must be rolled back, and says nothing.
    """
    Note.objects.create(name="saved", value=1)
    if "cut" in request.GET:
        transaction.set_rollback(True)
    return HttpResponse("It is saved.")


def is_there() -> bool:
    return Note.objects.filter(name="saved").exists()


@pytest.mark.django_db
def test_what_was_kept_is_acknowledged(rf: RequestFactory) -> None:
    with transaction.atomic():  # as around each request that may change something
        answer = saves(rf.post("/"))
    assert answer.content == b"It is saved."
    assert is_there()


@pytest.mark.django_db
def test_what_was_rolled_back_is_never_acknowledged(rf: RequestFactory) -> None:
    with pytest.raises(OperationalError, match="rolled back"), transaction.atomic():
        saves(rf.post("/?cut"))
    assert not is_there()


def test_nothing_is_written_once_a_deed_is_committed(
    here: Place,
    signed_in: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A session that could not be saved would turn the answer into an error, although
    # the deed stands.  What is said afterwards travels with the answer instead.
    person = here.person(Role.VIEWER)
    browser = signed_in(person)
    assert browser.get("/account/").status_code == 200  # the session is renewed here

    def written_too_late(*args: object, **kwargs: object) -> None:
        raise AssertionError("the session was written after the page")

    monkeypatch.setattr(SessionStore, "save", written_too_late)
    answer = browser.post("/account/name/", {"name": "Ada North"})
    assert answer.status_code == 302
    assert User.objects.get(pk=person.pk).name == "Ada North"
    assert "Your name was changed." in browser.get("/account/").content.decode()
    assert "Your name was changed." not in browser.get("/account/").content.decode()


def test_a_page_with_nothing_to_tell_sets_no_cookie(db: None) -> None:
    assert not Client().get("/privacy/").cookies
