"""What does somebody see whose answer no longer fits on the disk?

On a real disk that is full: ``validation/service/disk_full.py``.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import OperationalError
from django.test import Client

from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.audit.models import Event
from web.conftest import Place

WORDS = ("database or disk is full", "could not extend file: No space left on device")


@pytest.mark.parametrize("words", WORDS, ids=["sqlite", "postgresql"])
def test_a_deed_that_does_not_fit_is_undone_and_said_to_be(
    words: str,
    here: Place,
    signed_in: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OperationalError(words)

    person = here.person(Role.VIEWER)
    browser = signed_in(person)
    browser.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(Event, "save", full)  # the deed is written, its line does not fit
        answer = browser.post("/account/name/", {"name": "Ada North"})
        page = " ".join(answer.content.decode().split())
        assert answer.status_code == 503
        assert "no room left on its disk" in page
        assert "What you sent just now was not saved." in page
        assert "It works again as soon as there is room." in page
        assert User.objects.get(pk=person.pk).name == person.name
        assert browser.get("/account/").status_code == 200
    assert browser.post("/account/name/", {"name": "Ada North"}).status_code == 302
    assert User.objects.get(pk=person.pk).name == "Ada North"
