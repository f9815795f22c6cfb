"""Does the service say truly what it keeps, and what does not work?"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client

from candela.web.books.models import Book
from candela.web.house.retention import RULES
from candela.web.reading.faults import FAULTS
from candela.web.reading.personal import length
from web.reading.conftest import main_of
from web.reading.test_pages import all_pages

pytestmark = pytest.mark.django_db


def test_who_only_reads_gets_no_cookie(public_book: Book) -> None:
    for path in all_pages(public_book):
        assert not Client().get(path).cookies, path


def test_the_privacy_page_tells_the_lengths_that_are_carried_out() -> None:
    said = main_of(Client().get("/privacy/")).text()
    assert length(settings.SESSION_IDLE) in said
    assert length(settings.SESSION_LONGEST) in said
    assert settings.SESSION_COOKIE_NAME in said
    assert settings.CSRF_COOKIE_NAME in said
    assert settings.MESSAGE_COOKIE_NAME in said
    for rule in RULES.values():
        assert rule.words in said


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (timedelta(minutes=30), "30 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=12), "12 hours"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=30), "30 days"),
        (timedelta(seconds=5), "less than a minute"),
    ],
)
def test_lengths_are_told_in_whole_units(of: timedelta, words: str) -> None:
    assert length(of) == words


def test_each_known_fault_has_a_way_round_it_and_a_day() -> None:
    said = main_of(Client().get("/accessibility/")).text()
    assert FAULTS
    for fault in FAULTS:
        assert fault.what in said
        assert fault.instead in said
        assert fault.since >= date(2026, 11, 24)  # there was no service before
    assert "Known since 24 November 2026." in said


def test_whom_to_write_to_is_said_where_somebody_is_named(
    settings: pytest.MonkeyPatch,
) -> None:
    from dataclasses import replace

    configured = replace(settings.CONFIGURATION, contact="care@example.org")  # type: ignore[attr-defined]
    settings.CONFIGURATION = configured  # type: ignore[attr-defined]
    for path in ("/help/", "/something-wrong/", "/privacy/", "/accessibility/"):
        assert "care@example.org" in main_of(Client().get(path)).text(), path


def test_each_method_has_a_page_and_each_word_a_place() -> None:
    methods = main_of(Client().get("/methods/"))
    places = [
        a.attributes["href"]
        for a in methods.all("a")
        if a.attributes["href"].startswith("/methods/")
    ]
    assert len(places) > 20
    for place in places:
        main = main_of(Client().get(place))
        assert any(h.text() == "A worked example" for h in main.all("h2")), place
    assert Client().get("/methods/nothing/").status_code == 404
    words = main_of(Client().get("/words/"))
    assert len(list(words.all("dt"))) > 20
