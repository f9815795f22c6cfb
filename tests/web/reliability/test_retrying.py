"""What does somebody notice when the database goes away under a request?"""

from __future__ import annotations

import time
from collections.abc import Callable
from html import unescape
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from candela.web import errors, retrying


def from_postgresql(code: str | None, words: str = "") -> OperationalError:
    """Return an error as Django raises it, for one of PostgreSQL's codes."""
    error = OperationalError(words)
    error.__cause__ = Exception(words)
    error.__cause__.sqlstate = code  # type: ignore[attr-defined]
    return error


@pytest.fixture
def on_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "connection", SimpleNamespace(vendor="postgresql"))
    monkeypatch.setattr(retrying, "_forget_connection", lambda: None)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)


def answered(
    raised: list[BaseException | None], request: HttpRequest
) -> tuple[HttpResponse, int]:
    """Return what comes of a request, and how often it was asked: one error each."""
    asked = []

    def answer(request: HttpRequest) -> HttpResponse:
        asked.append(request)
        error = raised[min(len(asked), len(raised)) - 1]
        if error is None:
            return HttpResponse("here it is")
        try:
            raise error
        except BaseException:
            return errors.something_broke(request)

    request.resolver_match = SimpleNamespace()  # it had reached its page
    return retrying.retry_reads(answer)(request), len(asked)


CUT = from_postgresql("57P01", "terminating connection due to administrator command")


@pytest.mark.parametrize(
    ("error", "gone"),
    [
        (CUT, True),
        (from_postgresql("57P03", "the database system is starting up"), True),
        (from_postgresql("08006", "connection failure"), True),
        (from_postgresql(None, "the connection is closed"), True),
        (InterfaceError("connection already closed"), True),
        (from_postgresql("40P01", "deadlock detected"), False),
        (from_postgresql("57014", "canceling statement due to timeout"), False),
        (from_postgresql("53100", "could not extend file"), False),
        (ValueError("something else"), False),
    ],
)
def test_a_connection_that_is_gone_is_told_from_other_trouble(
    error: BaseException, gone: bool, on_postgresql: None
) -> None:
    assert retrying.has_gone_away(error) is gone


def test_a_page_is_asked_for_again_and_its_reader_notices_nothing(
    on_postgresql: None, rf: RequestFactory
) -> None:
    answer, asked = answered([CUT, CUT, None], rf.get("/"))
    assert (answer.status_code, asked) == (200, 3)


def test_a_database_that_stays_away_ends_with_a_page_that_says_so(
    on_postgresql: None, rf: RequestFactory
) -> None:
    answer, asked = answered([CUT], rf.get("/books/?q=1"))
    assert (answer.status_code, asked) == (503, 1 + len(retrying.PAUSES))
    assert answer.headers["Retry-After"] == "5"
    page = unescape(answer.content.decode())
    assert "The database did not answer" in page
    assert "Nothing was changed." in page
    assert '<a href="/books/?q=1">Try again</a>' in page


def test_the_service_asks_again_before_anything_reads_the_database() -> None:
    order = settings.MIDDLEWARE
    sessions = "django.contrib.sessions.middleware.SessionMiddleware"
    assert order.index("candela.web.retrying.retry_reads") < order.index(sessions)


def test_a_form_is_never_sent_twice_by_itself(
    on_postgresql: None, rf: RequestFactory
) -> None:
    answer, asked = answered([CUT, None], rf.post("/", {"name": "North"}))
    assert (answer.status_code, asked) == (503, 1)


def test_a_form_that_never_reached_its_page_is_sent_on_once_the_database_is_back(
    on_postgresql: None, rf: RequestFactory
) -> None:
    asked = []

    def answer(request: HttpRequest) -> HttpResponse:
        asked.append(request)
        if len(asked) > 1:
            return HttpResponse("saved")
        try:
            raise CUT
        except OperationalError:
            return errors.something_broke(request)

    request = rf.post("/", {"name": "North"})
    assert request.resolver_match is None
    assert retrying.retry_reads(answer)(request).content == b"saved"
    assert len(asked) == 2


def test_what_was_typed_is_kept_on_the_page_that_sends_it_again(
    on_postgresql: None, rf: RequestFactory
) -> None:
    typed = {
        "name": '<b>"North"</b>',
        "peers": ["ZA1", "ZB2"],
        "org_code": "ZA1",
        "csrfmiddlewaretoken": "old",
    }
    answer, _ = answered([CUT], rf.post("/at/quillmere/peers/?book=b", typed))
    page = answer.content.decode()
    assert "What you typed is kept on this page." in page
    assert 'action="/at/quillmere/peers/?book=b"' in page
    assert 'name="name" value="&lt;b&gt;&#34;North&#34;&lt;/b&gt;"' in page
    assert page.count('name="peers"') == 2
    assert 'name="org_code" value="ZA1"' in page
    assert page.count('name="csrfmiddlewaretoken"') == 1
    assert 'value="old"' not in page
    assert "choose it again" not in page


@pytest.mark.parametrize("secret", ["password", "new_password1", "code", "credential"])
def test_nothing_is_kept_of_a_form_with_a_secret(
    secret: str, on_postgresql: None, rf: RequestFactory
) -> None:
    typed = {"login": "somebody@quillmere.example", secret: "sesame"}
    answer, _ = answered([CUT], rf.post("/sign-in/", typed))
    page = answer.content.decode()
    assert "sesame" not in page
    assert "somebody" not in page
    assert "are not kept" in page


def with_a_file(rf: RequestFactory) -> HttpRequest:
    file = SimpleUploadedFile("book.zip", b"PK")
    return rf.post("/at/quillmere/books/add/", {"title": "May", "file": file})


def test_a_file_is_asked_for_again(on_postgresql: None, rf: RequestFactory) -> None:
    request = with_a_file(rf)
    request.user = SimpleNamespace(is_authenticated=True)
    assert request.POST["title"] == "May"  # read by its page, before the cut
    answer, _ = answered([CUT], request)
    page = answer.content.decode()
    assert 'name="title" value="May"' in page
    assert "A file cannot be kept" in page


def test_a_file_is_not_read_to_say_that_the_database_is_away(
    on_postgresql: None, rf: RequestFactory
) -> None:
    request = with_a_file(rf)  # whose sender only the database knows
    try:
        raise CUT
    except OperationalError:
        answer = errors.something_broke(request)
    assert answer.status_code == 503
    assert "are not kept" in answer.content.decode()


def test_the_page_is_made_without_asking_the_database(
    on_postgresql: None, rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object) -> None:
        raise AssertionError("the database was asked")

    monkeypatch.setattr(connection, "ensure_connection", away)
    answer, _ = answered([CUT], rf.get("/"))
    assert answer.status_code == 503


def test_a_database_held_by_others_is_not_asked_a_second_time(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrying, "connection", SimpleNamespace(vendor="sqlite"))
    monkeypatch.setattr(retrying, "_forget_connection", lambda: None)
    held = OperationalError("database is locked")  # after 20 seconds of waiting
    answer, asked = answered([held, None], rf.get("/"))
    assert (answer.status_code, asked) == (503, 1)


def test_no_try_is_begun_when_five_seconds_have_passed(
    on_postgresql: None, rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock: Callable[[], float] = iter([0.0, 5.1]).__next__
    monkeypatch.setattr(retrying.time, "monotonic", clock)
    answer, asked = answered([CUT, None], rf.get("/"))
    assert (answer.status_code, asked) == (503, 1)
