"""How is a book shown on this machine?

Only files that the manifest lists are given out, as they were written, only to this
machine, and nothing is ever written.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import typer

from candela.build.manifest import NAME
from candela.errors import InputError

__all__ = ["book_server", "serve_book"]

LOOPBACK = "127.0.0.1"
FIRST_PAGE = "report.html"
NO_SUCH_PAGE = b"There is no such page in this book.\n"
CHANGED = (
    b"This file is not as it was written, so it is not shown. `candela verify BOOK` "
    b"names every such file; after a new build, start `candela serve` again.\n"
)
OTHER = b"This server answers to 127.0.0.1 and localhost only.\n"
OWN_NAMES = frozenset({LOOPBACK, "localhost"})
PLAIN = "text/plain; charset=utf-8"
HEADERS = {
    # The report carries its style sheet in the page and its downloads as data links.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def book_server(book: Path, port: int) -> ThreadingHTTPServer:
    """Return a server of the book's files on the loopback address.

    Raises
    ------
    InputError
        If the port is taken or may not be used.
    """
    root = book.resolve()
    listed = _hashes(root)

    class Handler(BaseHTTPRequestHandler):
        server_version = "candela"
        sys_version = ""

        def do_GET(self) -> None:
            self._answer(body=True)

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def _answer(self, *, body: bool) -> None:
            # Another site's name can be made to point here; only ours is answered.
            # A client that gives no name is no browser.
            host = self.headers.get("Host", LOOPBACK).partition(":")[0]
            if host in OWN_NAMES:
                status, content, kind = _answer_to(self.path, root, listed)
            else:
                status, content, kind = HTTPStatus.MISDIRECTED_REQUEST, OTHER, PLAIN
            self._send(status, content, kind, body=body)

        def _send(
            self, status: HTTPStatus, content: bytes, kind: str, *, body: bool
        ) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            for name, value in HEADERS.items():
                self.send_header(name, value)
            self.end_headers()
            if body:
                self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Write no log: addresses are nobody's business."""

    try:
        return ThreadingHTTPServer((LOOPBACK, port), Handler)
    except OSError as error:
        raise InputError(
            f"port {port} cannot be used ({error.strerror}); choose another with "
            "--port, or 0 for a free one."
        ) from None


def _hashes(book: Path) -> dict[str, str]:
    """Return the hash of each file of a book, the manifest's own among them."""
    raw = (book / NAME).read_bytes()
    files: dict[str, dict[str, str]] = json.loads(raw)["files"]
    hashes = {name: known["sha256"] for name, known in files.items()}
    return {**hashes, NAME: hashlib.sha256(raw).hexdigest()}


def _answer_to(
    address: str, root: Path, listed: dict[str, str]
) -> tuple[HTTPStatus, bytes, str]:
    """Return status, content and kind of what was asked for."""
    try:
        name = unquote(urlsplit(address).path).lstrip("/") or FIRST_PAGE
    except ValueError:
        name = ""
    if name == "health":
        return HTTPStatus.OK, b'{"status": "ready"}\n', "application/json"
    if name not in listed:
        return HTTPStatus.NOT_FOUND, NO_SUCH_PAGE, PLAIN
    try:
        content = (root / name).read_bytes()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != listed[name]:
        return HTTPStatus.SERVICE_UNAVAILABLE, CHANGED, PLAIN
    return HTTPStatus.OK, content, _kind(name)


def serve_book(book: Path, port: int) -> None:
    """Show the book until stopped from the keyboard."""
    with book_server(book, port) as server:
        address = f"http://{LOOPBACK}:{server.server_port}/"
        typer.echo(f"The book is at {address} (this machine only; Ctrl-C stops it)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            typer.echo("Stopped.")


def _kind(name: str) -> str:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind in ("application/json", "image/svg+xml")
    return f"{kind}; charset=utf-8" if text else kind
