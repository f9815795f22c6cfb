"""How long do fifty people wait who read at once, and does anybody get an error?

The embedded edition with the made-up nation's book, full size, on this machine.  Fifty
clients keep their connections and open 250 pages of all kinds, for many organisations:
in turn cold (nothing read or drawn yet), warm (somebody had opened each) with a second
of thought between pages, and warm without any pause.  The clients run in this process,
on the same cores as the service: what they take is printed, and is part of the wait.

    python validation/service/readers.py

Exits 1 when an answer is an error, or when the 95th percentile of what is promised
leaves 500 ms.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from browsing import Browser, Cut
from running import Service, embedded, prepare

READERS = 50
SECONDS = 15.0
PROMISED = 0.5  # seconds, 95th percentile
SEED = 20_261_124
OF_EACH = 12

# What is opened, how often of each, and where.
PAGES = (
    (4, "organisation", "/books/{book}/organisations/{org}/"),
    (3, "indicator", "/books/{book}/organisations/{org}/indicators/{key}/"),
    (2, "funnel", "/books/{book}/indicators/{key}/?org={org}"),
    (1, "peers", "/books/{book}/organisations/{org}/peers/"),
    (2, "find", "/books/{book}/find/?q={letter}"),
    (2, "home", "/"),
    (1, "analysis", "/books/{book}/analyses/jonker_2018/"),
    (1, "sources", "/books/{book}/sources/"),
    (1, "methods", "/methods/"),
    (2, "svg", "/books/{book}/charts/{kind}.svg?indicator={key}&org={org}"),
    (1, "csv", "/books/{book}/charts/{kind}.csv?indicator={key}&org={org}"),
    (1, "api", "/api/v1/books/{book}/organisations/{org}/"),
)


MAY_LACK = ("indicator", "funnel", "svg", "csv")
COLD = "cold, 1 s of thought"
WAYS = (  # name, seconds of thought, whether it is promised
    (COLD, 1.0, False),
    ("warm, 1 s of thought", 1.0, True),
    ("warm, no pause", 0.0, False),
)
WARM_SECONDS = 120.0


@dataclass
class Waited:
    """How long each answer took, by kind of page, and what was no answer."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[float]:
        """Every wait, of all kinds."""
        return sorted(s for waits in self.seconds.values() for s in waits)


Address = tuple[str, str]  # the kind of page, and where it is


def addresses(prepared: dict[str, object]) -> list[Address]:
    """Return the addresses that readers choose from, as often as they are opened."""
    rng = random.Random(SEED)
    codes, keys = prepared["codes"], prepared["indicators"]
    assert isinstance(codes, list)
    assert isinstance(keys, list)
    return [
        (
            kind,
            path.format(
                book=prepared["book"],
                org=rng.choice(codes),
                key=rng.choice(keys),
                kind=rng.choice(("trend", "funnel")),
                letter=rng.choice("abcdefghilmnoprst"),
            ),
        )
        for weight, kind, path in PAGES
        for _ in range(OF_EACH * weight)
    ]


class Reader(threading.Thread):
    """Opens pages until the time is over, thinking between them."""

    def __init__(
        self, port: int, places: Iterator[Address], *, thought: float, until: float
    ) -> None:
        super().__init__(daemon=True)
        self.browser = Browser(port)
        self.places = places
        self.thought = thought
        self.until = until
        self.waited = Waited()

    def run(self) -> None:
        """Open one page after the other."""
        time.sleep(random.random() * self.thought)
        for kind, path in self.places:
            if time.monotonic() >= self.until:
                return
            self._open(kind, path)
            time.sleep(self.thought)

    def _open(self, kind: str, path: str) -> None:
        began = time.perf_counter()
        try:
            status = self.browser.get(path).status
        except Cut as error:
            self.waited.errors.append(str(error))
            return
        self.waited.seconds[kind].append(time.perf_counter() - began)
        # Where an organisation has no figures there is no chart: that is right.
        if status != 200 and not (status == 404 and kind in MAY_LACK):
            self.waited.errors.append(f"{path}: {status}")


def read(port: int, known: list[Address], *, thought: float, seconds: float) -> Waited:
    """Let everybody read for so long; return how long they waited."""
    until = time.monotonic() + seconds
    return together(
        [
            Reader(port, chosen(known, number), thought=thought, until=until)
            for number in range(READERS)
        ]
    )


def chosen(known: list[Address], reader: int) -> Iterator[Address]:
    """Yield the pages that one reader opens, at random and without end."""
    rng = random.Random(SEED + reader)
    while True:
        yield rng.choice(known)


def warm(port: int, known: list[Address]) -> None:
    """Open every page once."""
    until = time.monotonic() + WARM_SECONDS
    together([Reader(port, iter(known), thought=0.0, until=until)])


def together(readers: list[Reader]) -> Waited:
    """Let them read and return how long they waited, all together."""
    for reader in readers:
        reader.start()
    found = Waited()
    for reader in readers:
        reader.join()
        for kind, waits in reader.waited.seconds.items():
            found.seconds[kind] += waits
        found.errors += reader.waited.errors
    return found


def line(name: str, waited: Waited, seconds: float, own: float, theirs: float) -> str:
    """Return one line of figures; ``own`` and ``theirs`` are processor seconds."""
    waits = [1000 * wait for wait in waited.all]
    each, client = 1000 * theirs / len(waits), 1000 * own / len(waits)
    return (
        f"readers, {name}: {READERS}, {len(waits):,} pages, "
        f"{len(waits) / seconds:.0f} a second; median {percentile(waits, 50):.0f} ms, "
        f"95% {percentile(waits, 95):.0f} ms, longest {waits[-1]:.0f} ms; "
        f"errors {len(waited.errors)}; a page took the service {each:.1f} ms of "
        f"processor, a client {client:.1f} ms; cores busy with this: "
        f"{(own + theirs) / seconds:.2f}"
    )


def percentile(waits: list[float], percent: int) -> float:
    """Return the wait that so many percent did not exceed; of a sorted list."""
    return waits[min(len(waits) - 1, len(waits) * percent // 100)]


def own_seconds() -> float:
    """Return the processor time of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> int:
    """Print a line for each way of reading and return the exit code."""
    parser = argparse.ArgumentParser(description="Let fifty people read at once.")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--kinds", action="store_true", help="each kind of page, too")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="candela-readers-") as place:
        home = Path(place) / "home"
        home.mkdir(mode=0o700)
        service = embedded(home)
        known = addresses(prepare(service, 1))
        service.start()
        try:
            wrong = measured(service, known, asked.seconds, kinds=asked.kinds)
        finally:
            service.stop()
    for complaint in wrong[:10]:
        print(complaint, file=sys.stderr)
    return int(bool(wrong))


def measured(
    service: Service, known: list[Address], seconds: float, *, kinds: bool
) -> list[str]:
    """Print a line for each way of reading; return what is wrong."""
    wrong = []
    for name, thought, promised in WAYS:
        if name != COLD:
            warm(service.port, known)
        own, theirs = own_seconds(), service.processor_seconds()
        waited = read(service.port, known, thought=thought, seconds=seconds)
        own, theirs = own_seconds() - own, service.processor_seconds() - theirs
        print(line(name, waited, seconds, own, theirs), flush=True)
        if kinds:
            print_kinds(waited)
        wrong += [f"{name}: {error}" for error in waited.errors]
        if promised and percentile(waited.all, 95) > PROMISED:
            wrong.append(f"{name}: the 95th percentile leaves 500 ms")
    return wrong


def print_kinds(waited: Waited) -> None:
    """Print the waits of each kind of page."""
    for kind, waits in sorted(waited.seconds.items()):
        told = sorted(waits)
        print(
            f"  {kind:13} {len(told):6,}  median {1000 * statistics.median(told):6.0f}"
            f"  95% {1000 * percentile(told, 95):6.0f}"
        )


if __name__ == "__main__":
    sys.exit(main())
