"""How is a book shown on this machine?

Only files that the manifest lists are given out, only to this machine, and nothing is
ever written.
"""

from __future__ import annotations

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
    listed = {*json.loads((book / NAME).read_bytes())["files"], NAME}
    root = book.resolve()

    class Handler(BaseHTTPRequestHandler):
        server_version = "candela"
        sys_version = ""

        def do_GET(self) -> None:
            self._answer(body=True)

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def _answer(self, *, body: bool) -> None:
            name = unquote(urlsplit(self.path).path).lstrip("/") or FIRST_PAGE
            if name == "health":
                self._send(
                    HTTPStatus.OK,
                    b'{"status": "ready"}\n',
                    "application/json",
                    body=body,
                )
            elif name in listed:
                self._send(
                    HTTPStatus.OK, (root / name).read_bytes(), _kind(name), body=body
                )
            else:
                self._send(
                    HTTPStatus.NOT_FOUND,
                    NO_SUCH_PAGE,
                    "text/plain; charset=utf-8",
                    body=body,
                )

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
