"""How is the real service started, and stopped in the rudest way?

Both editions as people run them: ``candela serve`` in one process, or gunicorn and a
worker beside PostgreSQL.  ``kill`` sends SIGKILL to all their processes at once.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

__all__ = [
    "CANDELA",
    "HERE",
    "Service",
    "demo_book",
    "embedded",
    "free_port",
    "inside",
    "prepare",
    "server_edition",
]

HERE = Path(__file__).parent
CANDELA = str(Path(sys.executable).with_name("candela"))
GUNICORN = str(Path(sys.executable).with_name("gunicorn"))
READY_SECONDS = 60.0
STEP = 0.02
NOTHING: Mapping[str, str] = MappingProxyType({})


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@dataclass
class Service:
    """A service on a home of its own: the commands that make it up, and its port."""

    home: Path
    port: int
    environment: Mapping[str, str]
    commands: Sequence[Sequence[str]]
    log: Path = Path(os.devnull)
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> float:
        """Start it and return the seconds until it answered."""
        began = time.monotonic()
        self.launch()
        while time.monotonic() - began < READY_SECONDS:
            if self.answers():
                return time.monotonic() - began
            self._refuse_if_ended()
            time.sleep(STEP)
        raise TimeoutError(f"not ready in {READY_SECONDS:.0f} s; {self._last_words()}")

    def launch(self) -> None:
        """Start its processes and wait for nothing."""
        with self.log.open("ab") as log:
            self._running = [
                subprocess.Popen(
                    command,
                    env=dict(self.environment),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
                for command in self.commands
            ]

    def answers(self) -> bool:
        """Say whether the service is ready."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health")
            response = connection.getresponse()
            response.read()
            return response.status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """End all its processes at once, without a word."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        for process in self._running:
            # The group has its leader's number; a leader not yet waited for keeps it.
            os.killpg(process.pid, how)
        for process in self._running:
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._running = []

    def processor_seconds(self) -> float:
        """Return the processor time of the processes that were started, so far."""
        ticks = 0
        for process in self._running:
            told = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2]
            ticks += sum(int(word) for word in told.split()[11:13])
        return ticks / os.sysconf("SC_CLK_TCK")

    def _refuse_if_ended(self) -> None:
        for process in self._running:
            if process.poll() is not None:
                raise RuntimeError(
                    f"{process.args!r} ended with {process.returncode}; "
                    f"{self._last_words()}"
                )

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()
        return "its last lines:\n" + "\n".join(lines[-15:])


def embedded(
    home: Path, *, books: Sequence[Path] = (), more: Mapping[str, str] = NOTHING
) -> Service:
    """Return the embedded edition: SQLite, one process, the worker as a thread.

    ``more`` goes into its environment.
    """
    port = free_port()
    environment = {**_surroundings(), "CANDELA_HOME": str(home), **more}
    shown = [str(book) for book in books]
    command = [CANDELA, "serve", *shown, "--home", str(home), "--port", str(port)]
    return Service(home, port, environment, [command], _log_beside(home))


def server_edition(
    home: Path, database: str, *, more: Mapping[str, str] = NOTHING
) -> Service:
    """Return the server edition: PostgreSQL, gunicorn with 2 workers, a worker."""
    port = free_port()
    environment = {
        **_surroundings(),
        "CANDELA_HOME": str(home),
        "CANDELA_DATABASE": database,
        "CANDELA_ORIGIN": f"http://127.0.0.1:{port}",
        "CANDELA_REQUIRE_SECOND_FACTOR": "0",
        **more,
    }
    web = [
        *(GUNICORN, "candela.web.wsgi", "--workers", "2", "--threads", "8"),
        *("--bind", f"127.0.0.1:{port}"),
    ]
    commands = [web, [CANDELA, "worker"]]
    return Service(home, port, environment, commands, _log_beside(home))


def _surroundings() -> dict[str, str]:
    """Return the environment without any setting of a service."""
    settings = ("CANDELA_", "DJANGO_")
    return {k: v for k, v in os.environ.items() if not k.startswith(settings)}


def _log_beside(home: Path) -> Path:
    """Return where the service's words go: not on its own disk, which may be full."""
    return home.with_suffix(".log")


def demo_book() -> Path:
    """Return the made-up nation's book, as `candela demo` builds it; built once.

    ``CANDELA_VALIDATION_BOOK`` names one that is there already.
    """
    named = os.environ.get("CANDELA_VALIDATION_BOOK", "")
    if named:
        return Path(named).resolve()
    place = HERE.parents[1] / "build" / "validation"
    book = place / "book"
    if not (book / "manifest.json").exists():
        place.mkdir(parents=True, exist_ok=True)
        command = [CANDELA, "demo", "--out", str(place)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return book


def prepare(service: Service, people: int) -> dict[str, object]:
    """Make the database, people who may write, and a book to read."""
    return inside(service, "prepare", str(people), str(demo_book()))


def inside(service: Service, *arguments: str) -> dict[str, object]:
    """Run a part of ``inside.py`` in the service's own environment; return its answer.

    The database is opened by a process of its own: this one never touches it.
    """
    ran = subprocess.run(
        [sys.executable, str(HERE / "inside.py"), *arguments],
        env=dict(service.environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if ran.returncode:
        raise RuntimeError(f"inside.py {arguments[0]}: {ran.stderr[-2000:]}")
    told: dict[str, object] = json.loads(ran.stdout.splitlines()[-1])
    return told
