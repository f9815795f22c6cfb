"""How long does a page take, beside a file that needs no work, on the same service?

Starts the embedded edition with a book, asks for each kind of page one after the other,
and then with many readers at once.  Prints medians and 95th percentiles beside those of
a style sheet from the same server.  Fails where the faster quarter of warm pages takes
``PAGE_MS`` longer than that (other work on the machine delays the rest), or where more
than 1 in 20 readers wait longer than ``READERS_MS``.

    candela demo --out build/demo
    python benchmarks/web_pages.py build/demo/book
"""

from __future__ import annotations

import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPEATS = 40
READERS, SECONDS = 50, 15
THINKING = 0.5  # seconds that a reader looks at a page before the next
PAGE_MS, READERS_MS = 40.0, 500.0


def main(book: Path) -> int:
    """Print both tables; return 1 where a promise is not kept."""
    with tempfile.TemporaryDirectory() as home, served(book, Path(home)) as port:
        places = addresses(port)
        times = {name: one_by_one(port, place) for name, place in places.items()}
        print(f"{REPEATS} requests one after the other, milliseconds")
        for name, spent in times.items():
            print(
                f"  {name:14} fastest quarter {low(spent):6.1f}   "
                f"median {median(spent):6.1f}   95% {high(spent):6.1f}"
            )
        waits, failures = at_once(port, list(places.values()))
    print(f"{READERS} readers for {SECONDS} s, {THINKING} s a page: {len(waits)} pages")
    print(
        f"  median {median(waits):.0f} ms   95% {high(waits):.0f} ms   "
        f"longest {max(waits):.0f} ms   failed {failures}"
    )
    peer = low(times.pop("style sheet"))
    slow = {name: low(t) - peer for name, t in times.items()}
    kept = all(t <= PAGE_MS for t in slow.values())
    return 0 if kept and high(waits) <= READERS_MS and not failures else 1


@contextmanager
def served(book: Path, home: Path) -> Iterator[int]:
    """Run the service with a book, yield its port, and stop it."""
    environment = {k: v for k, v in os.environ.items() if "CANDELA" not in k}
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "candela", "serve", str(book)),
            *("--home", str(home), "--port", "0"),
        ],
        env={**environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.search(r"service is at http://localhost:(\d+)/", line):
                yield int(found[1])
                return
        raise SystemExit("the service did not start")
    finally:
        process.terminate()
        process.wait(timeout=30)


def addresses(port: int) -> dict[str, str]:
    """Return one address of each kind of page, and the peer's."""
    (told,) = asked(port, "/api/v1/books/")["books"]
    book, api = f"/books/{told['id']}", told["address"]
    code = asked(port, f"{api}organisations/")["organisations"][0]["code"]
    organisation = f"{book}/organisations/{code}"
    _, page = ask(http.client.HTTPConnection("127.0.0.1", port), "/")
    style = re.search(r'href="(/static/nhsuk/[^"]+\.css)"', page.decode())
    assert style
    return {
        "style sheet": style[1],
        "first page": f"{book}/",
        "find": f"{book}/find/?q=a",
        "organisation": f"{organisation}/",
        "peers": f"{organisation}/peers/",
        "indicator": f"{organisation}/indicators/shmi/",
        "funnel": f"{book}/indicators/shmi/?org={code}",
        "chart": f"{book}/charts/funnel.svg?indicator=shmi&org={code}",
        "program": f"{api}indicators/shmi/",
    }


def asked(port: int, place: str) -> dict:
    """Return an answer for programs."""
    status, content = ask(http.client.HTTPConnection("127.0.0.1", port), place)
    assert status == 200, place
    return json.loads(content)


def ask(to: http.client.HTTPConnection, place: str) -> tuple[int, bytes]:
    """Return status and content of an address."""
    to.request("GET", place)
    answer = to.getresponse()
    return answer.status, answer.read()


def one_by_one(port: int, place: str) -> list[float]:
    """Return how long each request took, after three that are not counted."""
    to = http.client.HTTPConnection("127.0.0.1", port)
    times = []
    for n in range(REPEATS + 3):
        start = time.perf_counter()
        status, _ = ask(to, place)
        if n >= 3:
            times.append(1000 * (time.perf_counter() - start))
        assert status == 200, place
    return times


def at_once(port: int, places: list[str]) -> tuple[list[float], int]:
    """Return how long many readers waited, and how many answers were none."""
    waits: list[float] = []
    failures: list[str] = []
    until = time.perf_counter() + SECONDS

    def read(first: int) -> None:
        to = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        time.sleep(THINKING * first / READERS)  # readers do not come all at once
        for n in range(first, 1_000_000):
            start = time.perf_counter()
            if start > until:
                return
            try:
                status, _ = ask(to, places[n % len(places)])
            except OSError as error:
                failures.append(str(error))
                return
            if status != 200:
                failures.append(str(status))
            waits.append(1000 * (time.perf_counter() - start))
            time.sleep(THINKING)

    readers = [threading.Thread(target=read, args=(n,)) for n in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return waits, len(failures)


def low(times: list[float]) -> float:
    """Return the time that a quarter of all stay below."""
    return statistics.quantiles(times, n=4)[0]


def median(times: list[float]) -> float:
    """Return the middle time."""
    return statistics.median(times)


def high(times: list[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
