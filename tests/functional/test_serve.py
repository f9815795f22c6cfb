"""Is a book shown to this machine only, whole, and nothing else with it?"""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from book_pages import manifest_of
from candela.cli.serving import book_server
from candela.errors import InputError
from small_nation import MadeUp

LOOPBACK = "127.0.0.1"


@contextmanager
def serving(book: Path) -> Iterator[int]:
    """Serve a book on a free port; yield the port."""
    with book_server(book, 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def port(made_up: MadeUp) -> Iterator[int]:
    with serving(made_up.book) as found:
        yield found


def ask(
    port: int, path: str, method: str = "GET", *, host: str = LOOPBACK
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
    try:
        # Sent as it stands: a client of good manners would tidy `..` away.
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", f"{host}:{port}")
        connection.endheaders()
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("path", ["/", "/report.html", "/?from=mail", "/#finding"])
def test_the_first_page_is_the_report(made_up: MadeUp, port: int, path: str) -> None:
    answer, body = ask(port, path)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert body == (made_up.book / "report.html").read_bytes()


def test_another_site_that_points_here_is_not_answered(port: int) -> None:
    answer, body = ask(port, "/tables/funnel.csv", host="elsewhere.example")
    assert answer.status == 421
    assert body == b"This server answers to 127.0.0.1 and localhost only.\n"
    answer, _ = ask(port, "/", host="localhost")
    assert answer.status == 200


def test_every_file_of_the_book_is_given_as_it_is(made_up: MadeUp, port: int) -> None:
    for name in [*manifest_of(made_up.book)["files"], "manifest.json"]:
        answer, body = ask(port, f"/{name}")
        assert answer.status == 200, name
        assert body == (made_up.book / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("tables/funnel.csv", "text/csv; charset=utf-8"),
        ("charts/funnel_shown.svg", "image/svg+xml; charset=utf-8"),
        ("charts/funnel_shown.png", "image/png"),
        ("manifest.json", "application/json; charset=utf-8"),
    ],
)
def test_a_file_is_told_for_what_it_is(port: int, name: str, kind: str) -> None:
    answer, _ = ask(port, f"/{name}")
    assert answer.headers["Content-Type"] == kind


def test_health_is_answered(port: int) -> None:
    answer, body = ask(port, "/health")
    assert answer.status == 200
    assert json.loads(body) == {"status": "ready"}


@pytest.mark.parametrize("path", ["/", "/health", "/tables/funnel.csv", "/nothing"])
def test_every_answer_carries_the_security_headers(port: int, path: str) -> None:
    answer, body = ask(port, path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy  # falls back to none
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert int(answer.headers["Content-Length"]) == len(body)
    assert answer.headers["Server"].strip() == "candela"


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/tables/",
        "/tables",
        "/../files/research-activity.csv",
        "/../../../../etc/passwd",
        "/%2e%2e/files/research-activity.csv",
        "/%2E%2E%2Ffiles%2Fresearch-activity.csv",
        "/tables/../manifest.json",
        "/tables/%2e%2e/manifest.json",
        "/..%5cfiles",
        "//etc/passwd",
        "/./report.html",
        "/report.html%00.txt",
        "/%ff%fe",
        "http://[/report.html",
    ],
)
def test_anything_else_is_not_there(port: int, path: str) -> None:
    answer, body = ask(port, path)
    assert answer.status == 404
    assert body == b"There is no such page in this book.\n"


def test_a_file_beside_those_of_the_manifest_is_not_given(copied_book: Path) -> None:
    (copied_book / "mine.txt").write_text("mine")
    with serving(copied_book) as port:
        answer, _ = ask(port, "/mine.txt")
    assert answer.status == 404


def test_the_head_of_a_page_is_given_without_its_body(port: int) -> None:
    answer, body = ask(port, "/", "HEAD")
    whole, content = ask(port, "/")
    assert (answer.status, body) == (200, b"")
    assert answer.headers["Content-Length"] == whole.headers["Content-Length"]
    assert len(content) == int(whole.headers["Content-Length"])


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_sent(port: int, method: str) -> None:
    answer, _ = ask(port, "/", method)
    assert answer.status == 501


def test_only_this_machine_is_answered(made_up: MadeUp) -> None:
    with book_server(made_up.book, 0) as server:
        assert server.server_address[0] == LOOPBACK
        assert server.socket.getsockname()[0] == LOOPBACK


def test_a_port_that_is_taken_is_told_with_what_to_do(made_up: MadeUp) -> None:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port} cannot be used") as raised:
            book_server(made_up.book, port)
    assert "--port, or 0 for a free one" in str(raised.value)


@pytest.mark.parametrize("how", ["changed", "removed"])
def test_a_file_that_is_not_as_it_was_is_not_shown(copied_book: Path, how: str) -> None:
    with serving(copied_book) as port:
        path = copied_book / "tables" / "funnel.csv"
        if how == "changed":
            path.write_text("invented,figures\n")
        else:
            path.unlink()
        answer, body = ask(port, "/tables/funnel.csv")
        rest, _ = ask(port, "/")
    assert answer.status == 503
    assert b"invented" not in body
    assert b"candela verify" in body
    assert rest.status == 200
