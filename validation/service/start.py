"""Does everything start, and answer at once, on a machine without a network?

In a network of its own that swallows every packet: names are not resolved, connections
are never answered nor refused, as behind a strict firewall.  Whatever asked for
something outside would wait for seconds.  Measures what `make run` does once all is
installed: the made-up nation's book, the service, the first page.  Then opens a page of
each kind for the first time, and asks for a forgotten password.

    python validation/service/start.py

It needs ``unshare`` of util-linux, as root or where users may have namespaces.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from browsing import Browser
from running import CANDELA, Service, embedded, inside

WITHIN = 60.0  # seconds from the command to the first page, the book built first
AT_ONCE = 5.0  # seconds for any page that is opened for the first time
INSIDE = "CANDELA_VALIDATION_OWN_NETWORK"
OUTSIDE = ("192.0.2.1", 443)  # an address that is nobody's, for documents
SET_FLAGS, ADD_ROUTE = 0x8914, 0x890B  # SIOCSIFFLAGS, SIOCADDRT
IS_UP, IS_RUNNING, ROUTE_IS_UP = 0x1, 0x40, 0x1
PAGES = (
    "/",
    "/find/?q=quill",
    "/books/{book}/",
    "/books/{book}/organisations/{org}/",
    "/books/{book}/organisations/{org}/indicators/shmi/",
    "/books/{book}/indicators/shmi/?org={org}",
    "/books/{book}/charts/funnel.svg?indicator=shmi&org={org}",
    "/books/{book}/charts/funnel.png?indicator=shmi&org={org}",
    "/books/{book}/analyses/",
    "/books/{book}/sources/",
    "/books/{book}/downloads/",
    "/methods/",
    "/words/",
    "/privacy/",
    "/sign-in/",
    "/sign-in/forgotten/",
    "/api/v1/openapi.json",
    "/health",
)


def swallow_packets() -> None:
    """Have a loopback, and lead everything else into it: there it is dropped."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        up = struct.pack("16sH14x", b"lo", IS_UP | IS_RUNNING)
        fcntl.ioctl(any_socket, SET_FLAGS, up)
        anywhere = struct.pack("HH4s8x", socket.AF_INET, 0, bytes(4))
        device = ctypes.create_string_buffer(b"lo")
        route = struct.pack(
            "@L16s16s16sHhLPh6xPLLH6x",
            *(0, anywhere, anywhere, anywhere, ROUTE_IS_UP, 0, 0, 0, 0),
            *(ctypes.addressof(device), 0, 0, 0),
        )
        fcntl.ioctl(any_socket, ADD_ROUTE, route)
    try:
        socket.create_connection(OUTSIDE, timeout=0.5)
    except TimeoutError:
        return
    raise RuntimeError("packets are answered or refused: nothing would wait here")


def seconds_of(browser: Browser, path: str) -> tuple[float, int]:
    """Return how long a page took, and its status."""
    began = time.monotonic()
    status = browser.get(path).status
    return time.monotonic() - began, status


def opened(service: Service, book: Path) -> tuple[dict[str, float], list[str]]:
    """Open each page for the first time; return the seconds, and what was no page."""
    prepared = inside(service, "prepare", "1", str(book))
    browser = Browser(service.port)
    took, wrong = {}, []
    for path in PAGES:
        took[path], status = seconds_of(browser, path.format(**prepared))
        if status != 200:
            wrong.append(f"{path}: {status}")
    form = browser.form("/sign-in/forgotten/", "email")
    people = prepared["people"]
    assert isinstance(people, list)
    began = time.monotonic()
    answer = browser.post(form.path, form.filled(email=people[0]))
    took["a forgotten password"] = time.monotonic() - began
    if answer.status != 302:
        wrong.append(f"a forgotten password: {answer.status}")
    return took, wrong


def main() -> int:
    """Print one line of figures and return the exit code."""
    if os.environ.get(INSIDE) != "1":
        flags = "-n" if os.geteuid() == 0 else "-rn"
        command = ["unshare", flags, "--", sys.executable, *sys.argv]
        known = {**os.environ, INSIDE: "1"}
        return subprocess.run(command, env=known, check=False).returncode
    swallow_packets()
    with tempfile.TemporaryDirectory(prefix="candela-start-") as name:
        place = Path(name)
        began = time.monotonic()
        demo = [CANDELA, "demo", "--out", str(place / "demo")]
        subprocess.run(demo, check=True, stdout=subprocess.DEVNULL)
        built = time.monotonic() - began
        book = place / "demo" / "book"
        service = embedded(place / "home", books=(book,))
        service.start()
        try:
            _, status = seconds_of(Browser(service.port), "/")
            first = time.monotonic() - began
            took, wrong = opened(service, book)
        finally:
            service.stop()
    slowest = max(took, key=lambda path: took[path])
    print(
        f"start without a network: book built in {built:.1f} s, first page after "
        f"{first:.1f} s; {len(took)} pages opened for the first time, the slowest in "
        f"{took[slowest]:.2f} s ({slowest})"
    )
    if status != 200:
        wrong.append(f"the first page: {status}")
    if first > WITHIN:
        wrong.append(f"the first page came after {first:.1f} s")
    wrong += [f"{p} took {s:.2f} s" for p, s in took.items() if s > AT_ONCE]
    for complaint in wrong:
        print(complaint, file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
