"""What do people notice when PostgreSQL is restarted under them?

Clients read and save without a pause while the database is restarted, in turn politely
(fast) and rudely (immediate).  Readers must notice nothing but a wait.  Who saves may
be told to try again, with the answer kept on the page; they press the button.  Pages
must be served again within 2 seconds of the database taking connections.  Afterwards
what clients were told is compared with the database.

    scripts/with-postgresql python validation/service/database_restart.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from browsing import Browser, Cut, sign_in
from kills import WRONG, number
from running import Service, inside, prepare, server_edition
from writing import Ledger, Writers

CLIENTS = 16
RESTARTS = ("fast", "immediate", "fast", "immediate")
BETWEEN = 3.0
SERVED_AGAIN = 2.0  # seconds after the database takes connections
PATHS = ("/", "/at/{slug}/members/", "/at/{slug}/books/", "/account/")


@dataclass(frozen=True)
class Reading:
    """One page that was asked for: when, how it was answered, and how long it took."""

    began: float
    status: int
    seconds: float


class Reader(threading.Thread):
    """Reads pages of the organisation without a pause."""

    def __init__(self, service: Service, prepared: dict[str, object], who: int) -> None:
        super().__init__(daemon=True)
        self.browser = Browser(service.port)
        people = prepared["people"]
        assert isinstance(people, list)
        sign_in(self.browser, people[who], str(prepared["password"]))
        self.paths = [path.format(slug=prepared["slug"]) for path in PATHS]
        self.read: list[Reading] = []
        self.stop = threading.Event()

    def run(self) -> None:
        """Read until told to stop."""
        while not self.stop.is_set():
            for path in self.paths:
                began = time.monotonic()
                try:
                    status = self.browser.get(path).status
                except Cut:
                    status = 0
                self.read.append(Reading(began, status, time.monotonic() - began))
            time.sleep(0.01)


def restart(how: str) -> float:
    """Restart the database; return when it took connections again."""
    data = Path(os.environ["CANDELA_POSTGRESQL_DATA"])
    command = Path(os.environ["CANDELA_POSTGRESQL_BIN"]) / "pg_ctl"
    owner = data.stat()
    as_owner = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
    subprocess.run(
        [command, "-D", data, "-l", data.parent / "log", "-w", "-m", how, "restart"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
        **(as_owner if os.geteuid() == 0 else {}),  # type: ignore[call-overload]
    )
    return time.monotonic()


def tried(
    service: Service, prepared: dict[str, object]
) -> tuple[Ledger, list[Reading], list[float]]:
    """Restart the database under readers and writers; return what they were told."""
    readers = [Reader(service, prepared, who) for who in range(CLIENTS // 2)]
    writers = Writers(service.port, prepared)
    writers.start()
    for reader in readers:
        reader.start()
    back = []
    time.sleep(BETWEEN)
    for how in RESTARTS:
        back.append(restart(how))
        time.sleep(BETWEEN)
    for reader in readers:
        reader.stop.set()
        reader.join(timeout=60)
    return writers.stop(), [r for reader in readers for r in reader.read], back


def seconds_until_served(read: list[Reading], back: float) -> float:
    """Return how soon after the database was back somebody had a page."""
    ends = [r.began + r.seconds - back for r in read if r.status == 200]
    return min(end for end in ends if end > 0)


def main() -> int:
    """Print one line of figures and return the exit code."""
    with tempfile.TemporaryDirectory(prefix="candela-restart-") as place:
        home = Path(place) / "home"
        home.mkdir(mode=0o700)
        service = server_edition(home, os.environ["CANDELA_DATABASE"])
        prepared = prepare(service, CLIENTS)
        service.start()
        try:
            ledger, read, back = tried(service, prepared)
        finally:
            service.kill()
        found = inside(service, "examine", str(ledger.write(Path(place) / "ledger")))
    served = [seconds_until_served(read, moment) for moment in back]
    failed = [r.status for r in read if r.status != 200]
    print(
        f"database restarts: {len(back)} under {CLIENTS} writers and "
        f"{CLIENTS // 2} readers; {len(read):,} pages read, {len(failed)} failed, "
        f"longest wait {max(r.seconds for r in read):.2f} s; "
        f"{len(ledger.acknowledged):,} writes acknowledged, {ledger.tried_again} sent "
        f"again from the page that kept them; served again within {max(served):.2f} s; "
        + ", ".join(f"{name} {number(found[name])}" for name in WRONG)
    )
    wrong = [f"{name}: {found[name]}" for name in WRONG if found[name]]
    wrong += ledger.unexpected[:5]
    if failed:
        wrong.append(f"readers were told {sorted(set(failed))}")
    if max(served) > SERVED_AGAIN:
        wrong.append(f"served again after {max(served):.2f} s")
    for complaint in wrong:
        print(complaint, file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
