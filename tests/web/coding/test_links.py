"""Which addresses does the service ask, and what does it make of the answer?"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.conf import settings

from candela.web.coding import links, work
from candela.web.coding.models import Evidence
from candela.web.jobs.queue import Claimed
from candela.web.scoping import across_organisations, organisation_scope
from web.conftest import Place

Resolve = Callable[..., list[tuple[Any, ...]]]


def leads_to(*addresses: str) -> Resolve:
    """Return a name server that gives these addresses for every name."""

    def resolve(host: str, port: int, **more: object) -> list[tuple[Any, ...]]:
        return [(2, 1, 6, "", (address, port)) for address in addresses]

    return resolve


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",),
        ("10.1.2.3",),
        ("169.254.169.254",),
        ("192.168.0.1",),
        ("::1",),
        ("fe80::1%eth0",),
        ("::ffff:10.0.0.1",),
        ("93.184.216.34", "10.0.0.1"),
        ("224.0.0.1",),
    ],
)
def test_no_address_inside_a_network_is_asked(
    addresses: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", leads_to(*addresses))
    monkeypatch.setattr(links, "_status", lambda *a: pytest.fail("it was asked"))
    assert links.opens("https://intranet.example/x") is None


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/",
        "https://a.example:8080/",
        "https://a.example:x/",
        "https:///",
    ],
)
def test_no_other_door_is_tried(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", leads_to("93.184.216.34"))
    monkeypatch.setattr(links, "_status", lambda *a: pytest.fail("it was asked"))
    assert links.opens(url) is None


@pytest.mark.parametrize(
    ("status", "found"),
    [
        (200, True),
        (301, True),
        (404, False),
        (410, False),
        (405, True),
        (403, None),
        (429, None),
        (500, None),
    ],
)
def test_only_a_clear_answer_says_that_a_page_is_gone(
    status: int, found: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", leads_to("93.184.216.34"))
    monkeypatch.setattr(links, "_status", lambda *asked: status)
    assert links.opens("https://www.example.org/guide?x=1") is found


def test_a_network_that_is_down_says_nothing_about_a_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def down(*asked: object) -> int:
        raise OSError("down")

    monkeypatch.setattr(socket, "getaddrinfo", leads_to("93.184.216.34"))
    monkeypatch.setattr(links, "_status", down)
    assert links.opens("https://www.example.org/") is None


class Page(BaseHTTPRequestHandler):
    """A page that is there, and another that is not."""

    def do_HEAD(self) -> None:
        self.send_response(200 if self.path == "/there" else 404)
        self.end_headers()

    def log_message(self, *told: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(("path", "status"), [("/there", 200), ("/gone", 404)])
def test_a_page_is_asked_for_its_head_at_the_address_that_was_looked_up(
    port: int, path: str, status: int
) -> None:
    assert links._status("http", "page.example", "127.0.0.1", port, path) == status


def run(place: Place) -> None:
    """Do the weekly work."""
    claimed = Claimed(pk=1, attempts=1, kind="check-links")
    effect = work.check_links(claimed, lambda *told: None)  # type: ignore[arg-type]
    with across_organisations():
        effect()


@pytest.fixture
def page(here: Place, db: None) -> Evidence:
    with organisation_scope(here.organisation):
        return Evidence.objects.create(
            organisation=here.organisation,
            number=1,
            kind="url",
            title="Guideline",
            url="https://www.example.org/guide",
        )


@pytest.mark.parametrize(("on", "works"), [(True, False), (False, None)])
def test_links_are_asked_only_where_looking_up_is_switched_on(
    here: Place,
    page: Evidence,
    on: bool,
    works: bool | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_up = type(settings.CONFIGURATION)(
        **{**vars(settings.CONFIGURATION), "lookups": on}
    )
    monkeypatch.setattr(settings, "CONFIGURATION", set_up)
    monkeypatch.setattr(work, "opens", lambda url: False)
    run(here)
    with organisation_scope(here.organisation):
        found = Evidence.objects.get()
    assert found.url_works is works
    assert found.url_checked_on == (datetime.now(UTC).date() if on else None)
