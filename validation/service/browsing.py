"""How does somebody use the service without a browser's window?

A ``Browser`` keeps cookies and its connection, reads the forms of a page, and sends
them as a browser does.  One thread each.
"""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

__all__ = ["Answer", "Away", "Browser", "Cut", "Form", "forms_of", "sign_in"]

SECONDS = 30.0
CUT = (OSError, http.client.HTTPException)
TYPED = {"Content-Type": "application/x-www-form-urlencoded"}


class Cut(Exception):
    """The connection ended before the answer was read: nobody knows what happened."""


class Away(Cut):
    """There was nobody to connect to: nothing was sent."""


@dataclass(frozen=True)
class Answer:
    """What came back, read to its last byte."""

    status: int
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body of a page."""
        return self.body.decode()

    @property
    def location(self) -> str:
        """Where the answer leads, as a path of this service."""
        there = urlsplit(urljoin(self.path, self.headers.get("location", "")))
        return there.path + (f"?{there.query}" if there.query else "")


@dataclass
class Form:
    """One form of a page, with what stands in it."""

    path: str
    fields: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def filled(self, **fields: str) -> dict[str, str]:
        """Return what is sent when these fields are filled in."""
        unknown = set(fields) - self.names
        if unknown:
            raise LookupError(f"the form of {self.path} has no {sorted(unknown)}")
        return {**self.fields, **fields}


class _FormReader(HTMLParser):
    """Reads forms that are sent by POST."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.found: list[Form] = []
        self._inside = False
        self._typed_in = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form" and told.get("method", "").lower() == "post":
            self.found.append(Form(urljoin(self.path, told.get("action", ""))))
            self._inside = True
        elif self._inside and tag in ("input", "textarea", "select", "button"):
            self._field(tag, told)

    def _field(self, tag: str, told: Mapping[str, str]) -> None:
        name, kind = told.get("name", ""), told.get("type", "text")
        if not name or tag == "button":
            return
        form = self.found[-1]
        form.names.add(name)
        if tag == "textarea":
            self._typed_in = name
            form.fields[name] = ""
        if tag != "input" or kind in ("file", "submit"):
            return
        ticked = kind not in ("checkbox", "radio") or "checked" in told
        if ticked:
            form.fields[name] = told.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._typed_in:
            self.found[-1].fields[self._typed_in] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        if tag == "textarea":
            self._typed_in = ""


def forms_of(answer: Answer) -> list[Form]:
    """Return the forms of a page that change something."""
    reader = _FormReader(answer.path)
    reader.feed(answer.text)
    return reader.found


class Browser:
    """One person's connection and cookies."""

    def __init__(self, port: int, *, address: str = "127.0.0.1") -> None:
        self.port = port
        self.source = (address, 0)
        self.cookies: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        """Open a page; once more where the server had let go of the connection."""
        is_used = self._connection is not None
        try:
            return self._ask("GET", path, None, {})
        except Away:
            raise
        except Cut:
            if not is_used:
                raise
        return self._ask("GET", path, None, {})

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send a form."""
        return self._ask("POST", path, urlencode(fields).encode(), TYPED)

    def post_file(self, form: Form, name: str, content: bytes) -> Answer:
        """Send a form with a file in it."""
        boundary = "a-file-follows"
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{known}"\r\n\r\n'
            f"{value}\r\n"
            for known, value in form.fields.items()
        ]
        parts.append(
            f"--{boundary}\r\nContent-Disposition: form-data; "
            f'name="{name}"; filename="book.zip"\r\n'
            "Content-Type: application/zip\r\n\r\n"
        )
        body = "".join(parts).encode() + content + f"\r\n--{boundary}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self._ask("POST", form.path, body, kind)

    def form(self, path: str, having: str) -> Form:
        """Return the form of a page that has this field."""
        answer = self.get(path)
        for form in forms_of(answer):
            if having in form.names:
                return form
        raise LookupError(f"{path} ({answer.status}) has no form with {having}")

    def close(self) -> None:
        """Let go of the connection; cookies stay."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(
        self, method: str, path: str, body: bytes | None, more: Mapping[str, str]
    ) -> Answer:
        headers = {**more, "Host": f"127.0.0.1:{self.port}"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        connection = self._connected()
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = response.read()
        except CUT as error:
            self.close()
            raise Cut(f"{method} {path}: {type(error).__name__}") from None
        if response.will_close:
            self.close()
        for cookie in response.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(cookie).items():
                self.cookies[name] = morsel.value
        told = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, path, told, content)

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is None:
            connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=SECONDS, source_address=self.source
            )
            try:
                connection.connect()
            except OSError as error:
                raise Away(type(error).__name__) from None
            self._connection = connection
        return self._connection


def sign_in(browser: Browser, email: str, password: str) -> None:
    """Sign in through the page for it."""
    form = browser.form("/sign-in/", "password")
    answer = browser.post(form.path, form.filled(login=email, password=password))
    if answer.status != 302:
        raise LookupError(f"signing in as {email} gave {answer.status}")
