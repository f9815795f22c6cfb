"""May anybody open what is not theirs?  Asked of every address there is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.urls import path

from candela.web import access
from candela.web.access import Kind, every_address, undeclared_addresses
from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role, permissions_of
from candela.web.books.models import Book
from web.addresses import Address, filled, is_private
from web.conftest import Place
from web.examples import examples

pytestmark = pytest.mark.django_db

Browser = Callable[[User], Client]
MADE_UP_IDENTIFIERS = ("zzzzzzzzzzzz", "0", "999999", "..", "%00", "' OR 1=1 --")


def test_every_address_says_who_may_open_it() -> None:
    assert undeclared_addresses(None) == []
    assert len(list(every_address())) > 40


def test_an_address_that_does_not_say_so_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bare = path("bare/", lambda request: None)  # type: ignore[arg-type,return-value]
    monkeypatch.setattr(access, "every_address", lambda: iter([("bare/", bare)]))
    (error,) = undeclared_addresses(None)
    assert error.id == "candela.E001"
    assert "/bare/" in error.msg


@pytest.fixture
def theirs(there: Place, add_book: Callable[..., Book]) -> list[Address]:
    """Every address with identifiers of the other organisation and its private book."""
    return list(filled(examples(there, add_book(there))))


def answers(client: Client, address: Address) -> Iterator[tuple[str, int, str]]:
    """Yield method, status and place of each answer."""
    yield "GET", *_told(client.get(address.path))
    yield "POST", *_told(client.post(address.path))


def _told(response: object) -> tuple[int, str]:
    return response.status_code, response.headers.get("Location", "")  # type: ignore[attr-defined]


def test_a_member_of_another_organisation_finds_nothing(
    here: Place, theirs: list[Address], signed_in: Browser
) -> None:
    client = signed_in(here.person(Role.ADMINISTRATOR))
    wrong = [
        (address.path, method, status)
        for address in theirs
        if is_private(address)
        for method, status, _ in answers(client, address)
        if status not in ((404,) if method == "GET" else (404, 405))
    ]
    assert wrong == []
    assert sum(is_private(address) for address in theirs) > 20


def test_without_signing_in_one_is_asked_to_whether_it_exists_or_not(
    theirs: list[Address], there: Place, add_book: Callable[..., Book]
) -> None:
    known = examples(there, add_book(there))
    words = {"kind", "suffix", "what"}  # a closed list each, the same for everybody
    unknown = {True: "999999", False: "zzzzzzzzzzzz"}  # numbers stay numbers
    nothing = {n: v if n in words else unknown[v.isdigit()] for n, v in known.items()}
    for address in [*theirs, *filled(nothing)]:
        if address.rule.kind in (Kind.PUBLIC, Kind.LINK_HOLDER):
            continue
        status, place = _told(Client().get(address.path))
        if address.is_api:
            assert status == 401, address.path
        else:
            assert status == 302, (address.path, status)
            assert place.startswith("/sign-in/"), address.path


def test_what_is_there_and_what_is_not_look_the_same_from_outside(
    here: Place, theirs: list[Address], there: Place, signed_in: Browser
) -> None:
    client = signed_in(here.person(Role.VIEWER))
    for address in theirs:
        if not is_private(address):
            continue
        real = client.get(address.path)
        made_up = client.get(
            address.path.replace(there.organisation.slug, "nowhere").replace(
                address.path.split("/")[2], "zzzzzzzzzzzz"
            )
        )
        assert real.status_code == made_up.status_code == 404, address.path


@pytest.mark.parametrize("word", MADE_UP_IDENTIFIERS)
def test_words_that_are_no_identifiers_break_nothing(
    here: Place, word: str, signed_in: Browser, add_book: Callable[..., Book]
) -> None:
    client = signed_in(here.person(Role.ADMINISTRATOR))
    own = examples(here, add_book(here))
    for name in own:
        for address in filled({**own, name: word}):
            if name in address.names:
                assert client.get(address.path).status_code < 500, address.path


@pytest.mark.parametrize("address", ["/find/?q=a%00b", "/methods/a%00b/"])
def test_nothing_is_found_at_an_address_with_a_null_character(address: str) -> None:
    response = Client().get(address)
    assert response.status_code == 404
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_each_role_may_open_what_the_table_says_and_nothing_else(
    here: Place, signed_in: Browser, add_book: Callable[..., Book]
) -> None:
    addresses = [
        a for a in filled(examples(here, add_book(here))) if a.rule.kind is Kind.MEMBER
    ]
    for role in Role:
        client = signed_in(here.person(role))
        for address in addresses:
            assert address.rule.permission is not None
            allowed = address.rule.permission in permissions_of([role.value])
            status = client.get(address.path).status_code
            assert (status != 403) == allowed, (role, address.path, status)


def test_who_does_not_keep_the_service_finds_none_of_its_pages(
    here: Place, theirs: list[Address], signed_in: Browser
) -> None:
    client = signed_in(here.person(Role.ADMINISTRATOR))
    keepers = [a for a in theirs if a.rule.kind is Kind.OPERATOR]
    assert keepers
    assert {client.get(a.path).status_code for a in keepers} == {404}


def database_hash() -> str:
    """Return a hash of every row of every table."""
    made = hashlib.sha256()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT set_config('candela.organisation', '*', true)")
        for table in sorted(connection.introspection.table_names(cursor)):
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"SELECT * FROM {quoted}")
            rows = sorted(repr(row) for row in cursor.fetchall())
            made.update(repr((table, rows)).encode())
    return made.hexdigest()


def test_reading_changes_nothing(
    here: Place, signed_in: Browser, add_book: Callable[..., Book]
) -> None:
    person = here.person(Role.ADMINISTRATOR)
    person.is_operator = True
    person.save()
    own = list(filled(examples(here, add_book(here))))
    client = signed_in(person)
    client.get("/")  # the session notes when it began, once
    before = database_hash()
    for address in own:
        for _ in range(2):
            client.get(address.path)
            client.head(address.path)
        assert database_hash() == before, address.path


def test_a_changed_row_changes_the_hash(here: Place) -> None:
    before = database_hash()
    here.organisation.name = "Another name"
    here.organisation.save()
    assert database_hash() != before


@pytest.fixture
def everything(
    here: Place, signed_in: Browser, add_book: Callable[..., Book]
) -> tuple[Client, list[Address]]:
    person = here.person(Role.ADMINISTRATOR)
    person.is_operator = True
    person.save()
    return signed_in(person), list(filled(examples(here, add_book(here))))


REQUIRED: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = (
    "default-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "form-action 'self'",
)


def test_every_answer_carries_the_headers_errors_and_downloads_too(
    everything: tuple[Client, list[Address]],
) -> None:
    client, addresses = everything
    nowhere = replace(addresses[0], path="/nowhere/")
    for address in [*addresses, nowhere]:
        for response in (client.get(address.path), client.delete(address.path)):
            headers = response.headers
            lacking = {n: v for n, v in REQUIRED.items() if headers.get(n) != v}
            assert lacking == {}, (address.path, lacking)
            policy = headers.get("Content-Security-Policy", "")
            if "sandbox" not in policy:
                assert [p for p in POLICY if p not in policy] == [], address.path
            assert "unsafe" not in policy, address.path


def test_no_page_has_a_style_or_script_written_into_it(
    everything: tuple[Client, list[Address]],
) -> None:
    client, addresses = everything
    pages = 0
    for address in addresses:
        response = client.get(address.path)
        kind = response.headers.get("Content-Type", "")
        if response.status_code != 200 or not kind.startswith("text/html"):
            continue
        pages += 1
        page = response.content.decode()
        for inline in (" style=", "<style", " onclick=", " onload=", "javascript:"):
            assert inline not in page, (address.path, inline)
        for script in page.split("<script")[1:]:
            opening = script.split(">")[0]
            assert " src=" in opening or "application/json" in opening, address.path
        assert page.count("<h1") == 1, address.path
    assert pages > 20
