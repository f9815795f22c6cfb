"""What do people see when the disk is full, and is anything lost?

The service lives on a small disk of its own.  Clients save until nothing fits.  Then
each answer must be the page that says so, in its three parts; what is only read must
still be shown; an upload that does not fit must leave nothing behind.  Space returns,
and saving works again without a restart.  Afterwards what clients were told is compared
with the database: what was acknowledged is there, what was refused is not.

    python validation/service/disk_full.py

The disk is a tmpfs in a mount namespace of this process: it needs ``unshare`` of
util-linux, as root or where users may have namespaces.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from browsing import Answer, Browser, sign_in
from kills import WRONG, number
from running import Service, embedded, inside, prepare
from writing import Writers

CLIENTS = 8
DISK = "24m"
ROOM = 1_500_000  # bytes left when clients begin to fill it
REFUSED = 100  # answers that the disk is full, before the rest is tried
SECONDS = 60.0
UPLOAD = 3_000_000
INSIDE = "CANDELA_VALIDATION_OWN_MOUNTS"
WORDS = (  # what happened, what is safe, what to do
    "no room left on its disk",
    "What was saved before is safe. What you sent just now was not saved.",
    "It works again as soon as there is room.",
)
NO_ROOM = re.compile(r"no room left on (this service's|its) disk")
READ = (
    "/",
    "/find/?q=a",
    "/privacy/",
    "/health",
    "/account/",
    "/at/{slug}/books/",
    "/at/{slug}/members/",
    "/books/{book}/organisations/{org}/",
    "/books/{book}/indicators/shmi/?org={org}",
    "/books/{book}/charts/funnel.svg?indicator=shmi&org={org}",
    "/api/v1/books/{book}/organisations/",
)


def with_own_mounts() -> int:
    """Run this script again where a disk can be mounted that nobody else sees."""
    flags = "-m" if os.geteuid() == 0 else "-rm"
    command = ["unshare", flags, "--", sys.executable, *sys.argv]
    return subprocess.run(
        command, env={**os.environ, INSIDE: "1"}, check=False
    ).returncode


def until(happens: Callable[[], bool], what: str) -> float:
    """Wait for something and return the seconds it took."""
    began = time.monotonic()
    while not happens():
        if time.monotonic() - began > SECONDS:
            raise TimeoutError(f"waited {SECONDS:.0f} s in vain: {what}")
        time.sleep(0.02)
    return time.monotonic() - began


def fill(ballast: Path, left: int) -> None:
    """Take all room but so many bytes."""
    told = os.statvfs(ballast.parent)
    with ballast.open("ab") as file:
        file.write(bytes(max(0, told.f_bavail * told.f_frsize - left)))


def unreadable(browser: Browser, prepared: dict[str, object]) -> list[str]:
    """Return which pages could not be read by somebody who has signed in."""
    answers = [browser.get(path.format(**prepared)) for path in READ]
    return [f"{a.path}: {a.status}" for a in answers if a.status != 200]


def says_disk_full(answer: Answer) -> bool:
    """Say whether an answer is the page for this, with its three parts."""
    text = " ".join(answer.text.split())
    return answer.status == 503 and all(words in text for words in WORDS)


def files_of(home: Path) -> set[str]:
    """Return the files where uploads and books lie."""
    return {str(p) for f in ("staging", "books") for p in (home / f).rglob("*")}


@dataclass
class Trial:
    """A service on a small disk, who writes and who reads, and what went wrong."""

    service: Service
    prepared: dict[str, object]
    writers: Writers
    reader: Browser
    wrong: list[str] = field(default_factory=list)

    def read(self, when: str) -> None:
        """Read pages of every kind; all must be shown."""
        self.wrong += [f"{when}: {p}" for p in unreadable(self.reader, self.prepared)]

    def fill(self) -> int:
        """Let clients write until nothing fits; return how many still could after."""
        ledger = self.writers.ledger
        until(lambda: len(ledger.acknowledged) > CLIENTS, "the first saves")
        fill(self.service.home / "ballast", ROOM)
        until(lambda: len(ledger.refused) > REFUSED, "the disk to be full")
        before = len(ledger.acknowledged)
        self.read("while full")
        self.wrong += upload_refused(self)
        if not all(says_disk_full(a) for a in list(ledger.refused.values())):
            self.wrong.append("a refusal is not the page that says why")
        return len(ledger.acknowledged) - before

    def make_room(self) -> float:
        """Give the room back and return the seconds until somebody saved again."""
        (self.service.home / "ballast").unlink()
        seconds = self.writers.wait_until_saved(SECONDS)
        self.read("with room again")
        return seconds


def upload_refused(trial: Trial) -> list[str]:
    """Upload what cannot fit; return what is wrong with the answer, or was left."""
    before = files_of(trial.service.home)
    form = trial.reader.form(f"/at/{trial.prepared['slug']}/books/add/", "file")
    form.fields["title"] = "Does not fit"
    answer = trial.reader.post_file(form, "file", bytes(UPLOAD))
    wrong = []
    if not NO_ROOM.search(unescape(answer.text)):
        wrong.append(f"an upload that does not fit: {answer.status}, without a word")
    left = files_of(trial.service.home) - before
    return wrong + [f"left by an upload: {name}" for name in sorted(left)]


def main() -> int:
    """Print one line of figures and return the exit code."""
    if os.environ.get(INSIDE) != "1":
        return with_own_mounts()
    with tempfile.TemporaryDirectory(prefix="candela-full-") as place:
        home = Path(place) / "home"
        home.mkdir(mode=0o700)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=700", "tmpfs"]
        subprocess.run([*mount, str(home)], check=True)
        try:
            return on_small_disk(Path(place), home)
        finally:
            subprocess.run(["umount", "-l", str(home)], check=True)


def on_small_disk(place: Path, home: Path) -> int:
    """Try the service whose home is a small disk."""
    service = embedded(home)
    prepared = prepare(service, CLIENTS + 1)
    people = prepared["people"]
    assert isinstance(people, list)
    who, prepared["people"] = people[-1], people[:-1]
    service.start()
    try:
        reader = Browser(service.port)
        sign_in(reader, who, str(prepared["password"]))
        writers = Writers(service.port, prepared, allowed=(503,))
        trial = Trial(service, prepared, writers, reader)
        trial.read("before")
        inside(service, "rest", who)  # their next page renews the session, or cannot
        writers.start()
        still, again = trial.fill(), trial.make_room()
        ledger = writers.stop()
    finally:
        service.stop()
    found = inside(service, "examine", str(ledger.write(place / "ledger")))
    print(
        f"disk full, sqlite: {len(ledger.acknowledged):,} writes acknowledged, "
        f"{len(ledger.refused):,} refused with the page that says why, {still:,} saved "
        f"while hardly anything fitted; saved again {again:.2f} s after there was "
        "room; " + ", ".join(f"{name} {number(found[name])}" for name in WRONG)
    )
    wrong = trial.wrong + [f"{n}: {found[n]}" for n in WRONG if found[n]]
    for complaint in (wrong + ledger.unexpected)[:10]:
        print(complaint, file=sys.stderr)
    return int(bool(wrong or ledger.unexpected))


if __name__ == "__main__":
    sys.exit(main())
