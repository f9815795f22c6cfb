"""What do clients write while the service is tried, and what were they told?

Each write has a name of its own.  After a cut nobody knows what became of it, and
either is right.  What was acknowledged must be there; what was refused must not.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from browsing import Answer, Away, Browser, Cut, Form, forms_of, sign_in

__all__ = ["INVITATION", "KINDS", "PEERS", "Kind", "Ledger", "Writers"]

PAUSE = 0.05  # after a cut: the service is being started again
TRIES = 20
TRY_AGAIN = "What you typed is kept on this page."


@dataclass(frozen=True)
class Kind:
    """One thing that is written through a page, and the answer that it is saved."""

    path: str
    fields: Callable[[str], Mapping[str, str]]
    is_acknowledged: Callable[[Answer], bool]


PEERS = Kind(
    "/at/{slug}/peers/?book={book}&org={org}",
    lambda name: {"name": name},
    lambda answer: answer.status in (302, 303),
)
INVITATION = Kind(
    "/at/{slug}/members/invite/",
    lambda name: {"email": f"{name}@new.example", "roles": "viewer"},
    # The link is in the answer itself: a redirect would have to keep it.
    lambda answer: answer.status == 200 and "/join/" in answer.text,
)
KINDS = (PEERS, INVITATION)


@dataclass
class Ledger:
    """What became of each write, as far as the clients were told."""

    acknowledged: list[str] = field(default_factory=list)
    refused: dict[str, Answer] = field(default_factory=dict)
    cut: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    tried_again: int = 0

    def write(self, path: Path) -> Path:
        """Write it down for who compares it with the database."""
        told = {
            "acknowledged": self.acknowledged,
            "refused": list(self.refused),
            "cut": self.cut,
        }
        path.write_text(json.dumps(told), encoding="utf-8")
        return path


class Writers:
    """Clients that save things without a pause, until told to stop.

    ``allowed`` are refusals that the trial itself brings about.
    """

    def __init__(
        self,
        port: int,
        prepared: Mapping[str, object],
        *,
        allowed: tuple[int, ...] = (),
    ) -> None:
        self.port = port
        self.prepared = prepared
        self.allowed = allowed
        self.ledger = Ledger()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Sign everybody in, then let them write."""
        people = self.prepared["people"]
        assert isinstance(people, list)
        for number, email in enumerate(people):
            browser = Browser(self.port)
            sign_in(browser, email, str(self.prepared["password"]))
            kind = KINDS[number % len(KINDS)]
            thread = threading.Thread(
                target=self._write, args=(browser, kind, number), daemon=True
            )
            self._threads.append(thread)
        for thread in self._threads:
            thread.start()

    def wait_until_saved(self, seconds: float) -> float:
        """Wait until one more write is acknowledged; return the seconds it took."""
        began, before = time.monotonic(), len(self.ledger.acknowledged)
        while len(self.ledger.acknowledged) == before:
            if time.monotonic() - began > seconds or self.ledger.unexpected:
                raise TimeoutError(f"nobody saves; {self.ledger.unexpected[:3]}")
            time.sleep(0.005)
        return time.monotonic() - began

    def stop(self) -> Ledger:
        """Let each finish what it is at, and return what all were told."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=60)
        alive = [t for t in self._threads if t.is_alive()]
        if alive:
            raise TimeoutError(f"{len(alive)} clients still wait for an answer")
        return self.ledger

    def _write(self, browser: Browser, kind: Kind, number: int) -> None:
        path = kind.path.format(**self.prepared)
        form = self._form(browser, path, next(iter(kind.fields(""))))
        written = 0
        while form is not None and not self._stop.is_set():
            written += 1
            fields = kind.fields(f"{number:02}-{written:05}")
            name = next(iter(fields.values()))
            try:
                answer, again = self._sent(browser, form, fields)
            except Away:
                self._stop.wait(PAUSE)
            except Cut:
                self.ledger.cut.append(name)
                self._stop.wait(PAUSE)
            else:
                self._note(kind, name, answer, again=again)

    def _form(self, browser: Browser, path: str, having: str) -> Form | None:
        """Return the form to write in, once the service is there to give it."""
        while not self._stop.is_set():
            try:
                return browser.form(path, having)
            except Cut:
                self._stop.wait(PAUSE)
            except LookupError as error:
                self.ledger.unexpected.append(str(error))
                return None
        return None

    def _sent(
        self, browser: Browser, form: Form, fields: Mapping[str, str]
    ) -> tuple[Answer, bool]:
        """Send it, and send it again where a page keeps what was typed and says so."""
        answer = browser.post(form.path, form.filled(**fields))
        for tried in range(TRIES):
            if answer.status != 503 or TRY_AGAIN not in answer.text:
                return answer, tried > 0
            self.ledger.tried_again += 1
            kept = forms_of(answer)[-1]
            answer = browser.post(kept.path, kept.fields)
        return answer, True

    def _note(self, kind: Kind, name: str, answer: Answer, *, again: bool) -> None:
        if kind.is_acknowledged(answer):
            self.ledger.acknowledged.append(name)
        elif again and answer.status == 200:
            self.ledger.cut.append(
                name
            )  # the form says that it was saved the first time
        else:
            self.ledger.refused[name] = answer
            if answer.status not in self.allowed:
                self.ledger.unexpected.append(f"{name}: {answer.status}")
