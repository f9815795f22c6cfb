"""How tests run the service: as a shell does, in a process of its own."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue

LOOPBACK = "127.0.0.1"
START_SECONDS = 90.0  # a machine that is busy with other tests takes its time
STOP_SECONDS = 90.0


@contextmanager
def own_database(
    name: str, like: dict[str, str] | None = None
) -> Iterator[dict[str, str]]:
    """Give the settings of an empty database, on the back end of this run of tests.

    With ``like`` it is a copy of the one with those settings.  There are no settings on
    SQLite, where the database is in the home.
    """
    address = os.environ.get("CANDELA_DATABASE")
    if not address:
        yield {}
        return
    import psycopg

    name = f"{name}_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as server:
        copied = ""
        if like:
            copied = f"TEMPLATE {like['CANDELA_DATABASE'].rpartition('/')[2]}"
        server.execute(f"CREATE DATABASE {name} {copied}")
        try:
            yield {
                "CANDELA_DATABASE": f"{address.rpartition('/')[0]}/{name}",
                "CANDELA_ORIGIN": "http://localhost",
                "CANDELA_REQUIRE_SECOND_FACTOR": "0",
            }
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def run(
    *arguments: object, home: Path | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run ``candela`` in a process of its own, away from the database of the tests."""
    return subprocess.run(
        [sys.executable, "-m", "candela", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=environment(home, more),
        timeout=START_SECONDS,
    )


def environment(home: Path | None, more: dict[str, str]) -> dict[str, str]:
    """Return an environment without any setting of the service but these."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CANDELA_")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    if home is not None:
        kept["CANDELA_HOME"] = str(home)
    return {**kept, "PYTHONUNBUFFERED": "1", **more}


@dataclass
class Service:
    """A service that was started, and what it said."""

    process: subprocess.Popen[str]
    home: Path
    said: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def link(self) -> str:
        """The path that lets the first user in; empty where none was printed."""
        found = re.search(r"http://localhost:\d+(/start/\S+)", "\n".join(self.said))
        return found.group(1) if found else ""

    def ask(
        self, path: str, method: str = "GET", *, host: str = ""
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Return the answer to a request, and its body."""
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=30)
        try:
            # Sent as it stands: a client of good manners would tidy `..` away.
            connection.putrequest(method, path, skip_host=True)
            connection.putheader("Host", host or f"localhost:{self.port}")
            connection.endheaders()
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def stop(self, number: int = signal.SIGINT) -> int:
        """Stop it with a signal; return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS)


@contextmanager
def serving(home: Path, *arguments: object, **more: str) -> Iterator[Service]:
    """Serve on a free port until the end of the block."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "candela", "serve"),
            *map(str, arguments),
            *("--port", "0", "--home", str(home)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment(None, more),
        # Tests that run in the background inherit a Ctrl-C that is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    service = Service(process, home)
    lines: Queue[str | None] = Queue()
    reader = threading.Thread(target=_read, args=(process, lines), daemon=True)
    reader.start()
    try:
        _wait(service, lines)
        yield service
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(STOP_SECONDS)
        reader.join(30)
        service.said += [line for line in list(lines.queue) if line is not None]
        assert process.stdout is not None
        process.stdout.close()


def _read(process: subprocess.Popen[str], lines: Queue[str | None]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line.rstrip("\n"))
    lines.put(None)


def _wait(service: Service, lines: Queue[str | None]) -> None:
    """Wait until it says where it is, and what comes right after."""
    wait = START_SECONDS
    while True:
        try:
            line = lines.get(timeout=wait)
        except Empty:
            if service.port:
                return
            raise AssertionError(f"not started: {service.said}") from None
        if line is None:
            raise AssertionError(f"not started: {service.said}")
        service.said.append(line)
        found = re.search(r"The service is at http://localhost:(\d+)/", line)
        if found:
            service.port, wait = int(found.group(1)), 1.0
        if "/start/" in line:
            return
