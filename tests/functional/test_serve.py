"""Is the service for this machine only, safe by default, the same after a restart?"""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from candela.build import build_book
from candela.errors import InputError
from candela.web.serving import _listening
from small_nation import MadeUp, settings
from web_service import LOOPBACK, Service, run, serving

TABLE = "tables/funnel.csv"


@pytest.fixture(scope="module")
def service(
    made_up: MadeUp, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """A service with the small made-up book, on a home of its own."""
    home = tmp_path_factory.mktemp("service") / "home"
    with serving(home, made_up.book) as found:
        yield found


def address_of_book(service: Service) -> str:
    _, body = service.ask("/")
    found = re.search(rb'"(/books/[a-z0-9]{12}/)', body)
    assert found is not None
    return found.group(1).decode()


def test_it_says_where_it_is_and_how_the_first_person_comes_in(
    service: Service,
) -> None:
    assert service.said == [
        f"The service is at http://localhost:{service.port}/ (this machine only; "
        "Ctrl-C stops it)",
        "Make the first account, once, at "
        f"http://localhost:{service.port}{service.link}",
    ]
    assert re.fullmatch(r"/start/[A-Za-z0-9_-]{43}/", service.link)
    assert service.ask(service.link)[0].status == 200
    assert service.ask(f"/start/{'a' * 43}/")[0].status == 404


def test_the_first_page_shows_the_book_and_says_that_it_is_made_up(
    service: Service,
) -> None:
    answer, body = service.ask("/")
    assert answer.status == 200
    assert b"The made-up nation" in body
    assert b"Made-up data." in body


def test_health_is_answered(service: Service) -> None:
    answer, body = service.ask("/health")
    assert (answer.status, json.loads(body)["status"]) == (200, "ready")


def test_another_site_that_points_here_is_not_answered(service: Service) -> None:
    for path in ("/", "/health", f"{address_of_book(service)}files/{TABLE}"):
        answer, body = service.ask(path, host="elsewhere.example")
        assert answer.status == 400
        assert b"made-up" not in body.lower()
    assert service.ask("/", host="127.0.0.1")[0].status == 200


def test_every_answer_carries_the_security_headers(service: Service) -> None:
    page = service.ask("/")[1].decode()
    styles = re.findall(r'href="(/static/[^"]+\.css)"', page)
    assert styles
    for path in ("/", "/health", "/nothing", styles[0], "/books/nothing/"):
        answer, _ = service.ask(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Server"] == "candela"


def test_styles_have_names_that_change_with_them(service: Service) -> None:
    page = service.ask("/")[1].decode()
    for name in re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', page):
        assert re.search(r"\.[0-9a-f]{12}\.(css|js)$", name), name
        assert service.ask(name)[0].status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/files/research-activity.csv",
        "/../../../../etc/passwd",
        "/%2e%2e/files/research-activity.csv",
        "/static/../secret-key",
        "/static/%2e%2e/secret-key",
        "/static/..%2fsecret-key",
        "//etc/passwd",
        "/%ff%fe",
    ],
)
def test_nothing_else_of_the_machine_is_given_out(service: Service, path: str) -> None:
    answer, body = service.ask(path)
    assert answer.status in (400, 404)
    assert (service.home / "secret-key").read_bytes() not in body


def test_a_file_of_the_book_is_given_as_it_is_and_none_beside_it(
    service: Service, made_up: MadeUp
) -> None:
    files = f"{address_of_book(service)}files/"
    answer, body = service.ask(files + TABLE)
    assert answer.status == 200
    assert body == (made_up.book / TABLE).read_bytes()
    for path in ("../files/research-activity.csv", "%2e%2e/x", "mine.txt", "tables/"):
        assert service.ask(files + path)[0].status == 404


def test_the_home_and_what_is_in_it_is_for_its_owner_only(service: Service) -> None:
    assert stat.S_IMODE(service.home.stat().st_mode) == 0o700
    for path in [service.home, *service.home.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path
    assert stat.S_IMODE((service.home / "secret-key").stat().st_mode) == 0o600
    assert len((service.home / "secret-key").read_text()) >= 64


def test_the_port_is_open_to_this_machine_only(service: Service) -> None:
    listening = [
        line.split()[1]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{service.port:04X}")
    ]
    assert listening == [f"0100007F:{service.port:04X}"]  # 127.0.0.1


def test_a_second_service_on_the_same_home_is_refused(service: Service) -> None:
    second = run("serve", "--port", "0", "--home", service.home)
    assert second.returncode == 10
    assert second.stderr == (
        f"candela: Another Candela is working on {service.home}. Stop it first, or "
        "give another folder with --home.\n"
    )
    assert service.ask("/health")[0].status == 200


def test_a_port_that_is_taken_is_told_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(InputError, match=f"port {port} cannot be used") as raised,
            _listening(port),
        ):
            pass
    assert "--port, or 0 for a free one" in str(raised.value)


def test_it_stops_starts_again_with_the_same_secret_and_a_new_link(
    copied_book: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    with serving(home, copied_book) as first:
        book = address_of_book(first)
        secret = (home / "secret-key").read_text()
        assert first.stop(signal.SIGINT) == 0
    assert first.said[-2:] == ["Stopping.", "Stopped."]
    with serving(home, copied_book) as second:
        assert (home / "secret-key").read_text() == secret
        assert address_of_book(second) == book
        assert second.link != first.link
        assert second.ask(first.link)[0].status == 404
        assert second.ask(second.link)[0].status == 200
        # A file that is changed while the book is shown is not given out.
        assert second.ask(f"{book}files/{TABLE}")[0].status == 200
        (copied_book / TABLE).write_text("invented,figures\n")
        answer, body = second.ask(f"{book}files/{TABLE}")
        assert answer.status >= 400
        assert b"invented" not in body
        assert second.ask("/")[0].status == 200
        assert second.stop(signal.SIGTERM) == 0
    assert second.said[-1] == "Stopped."


# What is wrong is told in words, with the exit code for it.


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "secret-key").write_text("x" * 64)
    (home / "secret-key").chmod(0o644)
    told = run("serve", "--home", home)
    assert told.returncode == 10
    assert told.stderr.startswith(
        f"candela: {home}/secret-key can be read by others than its owner. Make it "
        "yours alone (chmod 600 "
    )


def test_an_empty_secret_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "secret-key").touch(mode=0o600)
    told = run("serve", "--home", home)
    assert told.returncode == 10
    assert "secret-key is empty. Remove it" in told.stderr


def test_a_folder_that_holds_other_things_is_no_home(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Ann")
    tmp_path.chmod(0o755)
    told = run("serve", "--home", tmp_path)
    assert told.returncode == 10
    assert f"{tmp_path} is not empty, and holds no service." in told.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    told = run("serve", "--home", tmp_path / "letter.txt")
    assert "is a file; the home of a service is a folder." in told.stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CANDELA_DATABASE", "mysql://x", "CANDELA_DATABASE is not an address of a"),
        ("CANDELA_DATABASE", "postgresql://u:hush@h/d", "CANDELA_ORIGIN is not set."),
        ("CANDELA_ORIGIN", "candela.example", "expected an address such as https://"),
        ("CANDELA_ORIGIN", "https://a.example/b", "expected no path"),
        ("CANDELA_REQUIRE_SECOND_FACTOR", "perhaps", "expected 1 or 0"),
        ("CANDELA_UPLOAD_MEGABYTES", "-1", "expected a whole number above 0"),
        ("CANDELA_MAIL", "hush", "expected smtp://USER:PASSWORD@HOST:PORT"),
        ("CANDELA_OIDC_ISSUER", "https://a.example", "CANDELA_OIDC_CLIENT"),
    ],
)
def test_a_setting_that_is_wrong_is_named_and_secrets_are_not_repeated(
    tmp_path: Path, name: str, value: str, words: str
) -> None:
    told = run("serve", "--home", tmp_path / "home", **{name: value})
    assert told.returncode == 10
    assert words in told.stderr
    assert told.stderr.startswith("candela: CANDELA_")
    assert "hush" not in told.stderr
    assert "Traceback" not in told.stderr


def test_a_file_that_is_no_database_is_told_with_what_to_do(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "candela.sqlite3").write_text("not a database at all" * 100)
    told = run("serve", "--home", home, "--port", "0")
    assert told.returncode == 10
    assert f"The database in {home} cannot be opened." in told.stderr


def test_a_book_that_was_changed_is_refused_before_a_home_is_made(
    copied_book: Path, tmp_path: Path
) -> None:
    (copied_book / "report.html").write_text("x")
    told = run("serve", copied_book, "--home", tmp_path / "home")
    assert told.returncode == 14
    assert told.stderr == (
        f"candela: {copied_book}/report.html: changed since it was written\n"
    )
    assert not (tmp_path / "home").exists()


def test_a_book_that_was_built_anew_is_another_version_and_the_earlier_is_withdrawn(
    made_up: MadeUp, copied_book: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    with serving(home, copied_book) as first:
        before = address_of_book(first)
        first.stop()
    shutil.rmtree(copied_book)
    later = replace(settings(), built_on=date(2025, 6, 1))
    build_book(made_up.files, copied_book, later)
    with serving(home, copied_book) as second:
        after = address_of_book(second)
        assert after != before
        assert second.ask(after)[0].status == 200
        assert second.ask(before)[0].status in (302, 404)


def test_the_worker_of_the_server_edition_is_not_for_the_embedded_one(
    tmp_path: Path,
) -> None:
    told = run("worker", "--home", tmp_path / "home")
    assert told.returncode == 10
    assert "`candela serve` does the jobs itself." in told.stderr
