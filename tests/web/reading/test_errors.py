"""What does a reader meet when something is not there, not allowed, or broken?"""

from __future__ import annotations

import errno
import re
import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.test import Client, RequestFactory

from candela.errors import InputError
from candela.web import errors

PAGES = (
    "not-found",
    "bad-request",
    "form-expired",
    "not-allowed",
    "missing-role",
    "refused",
    "broken",
    "disk-full",
)
CONTEXT = {
    "permission": "publish, share or withdraw a book",
    "roles": ["publisher"],
    "holders": [],
    "organisation": SimpleNamespace(name="Quillmere Trust"),
    "what": "shmi.csv, row 7: expected a count, found blank.",
    "reference": "7F3A0001",
}


def main_of(page: str) -> str:
    found = re.search(r"<main.*?</main>", page, re.S)
    assert found
    return found.group()


@pytest.mark.parametrize("name", PAGES)
def test_an_error_page_says_what_happened_what_is_safe_and_what_to_do(
    name: str,
) -> None:
    # Rendered with no request at all, as when nothing else works.
    page = get_template(f"errors/{name}.html").render(CONTEXT)
    main = main_of(page)
    assert page.count("<h1") == 1
    assert len(re.findall(r"<p[ >]", main)) >= 5  # three parts, number, way home
    assert "7F3A0001" in main
    assert '<a href="/">' in main


@pytest.mark.parametrize("name", PAGES)
def test_an_error_page_is_shown_while_the_database_is_broken(
    name: str, monkeypatch: pytest.MonkeyPatch, rf: RequestFactory
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise OperationalError("the database has gone")

    monkeypatch.setattr(connection, "ensure_connection", broken)
    monkeypatch.setattr(connection, "cursor", broken)
    request = rf.get("/")
    page = get_template(f"errors/{name}.html").render(CONTEXT, request)
    assert "the database has gone" not in page


def answered_to(
    error: BaseException, handler: Callable[[HttpRequest], HttpResponse]
) -> HttpResponse:
    request = RequestFactory().get("/secret-thing/")
    try:
        raise error
    except BaseException:
        assert sys.exc_info()[1] is error
        return handler(request)


@pytest.mark.django_db
def test_a_refusal_in_our_own_words_is_shown_as_it_is() -> None:
    answer = answered_to(
        InputError("shmi.csv, row 7: expected a count."), errors.something_broke
    )
    assert answer.status_code == 422
    assert (
        "This was not done: shmi.csv, row 7: expected a count."
        in answer.content.decode()
    )


@pytest.mark.django_db
def test_an_unexpected_error_shows_nothing_of_itself() -> None:
    answer = answered_to(RuntimeError("SELECT secret FROM x"), errors.something_broke)
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "SELECT" not in page
    assert "secret-thing" not in page
    assert "Traceback" not in page


@pytest.mark.django_db
def test_a_full_disk_is_said_in_words() -> None:
    answer = answered_to(OSError(errno.ENOSPC, "No space"), errors.something_broke)
    assert answer.status_code == 503
    assert "no room left" in answer.content.decode()


@pytest.mark.django_db
def test_a_page_that_is_not_there_does_not_repeat_what_was_asked_for() -> None:
    answer = Client().get("/nothing-of-this-kind/")
    assert answer.status_code == 404
    page = main_of(answer.content.decode())
    assert "nothing-of-this-kind" not in page
    assert "ask who gave you the link" in page
