"""Who may read a book, who decides, and what can be undone?"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from candela.web.accounts.models import Membership, User
from candela.web.accounts.permissions import Role
from candela.web.audit.models import Event
from candela.web.books import keeping
from candela.web.books.models import Book, BookShare
from candela.web.books.shelf import book_folder
from candela.web.scoping import across_organisations, organisation_scope
from web.books.conftest import books_of
from web.books.zips import book_files
from web.conftest import Place

pytestmark = pytest.mark.django_db

Browser = Callable[[User], Client]


@pytest.fixture
def book(here: Place, add_book: Callable[..., Book]) -> Book:
    """A private book of this organisation."""
    return add_book(here, title="Our figures")


@pytest.fixture
def page(book: Book) -> str:
    """The address of the page on who may read it."""
    return f"/at/quillmere/books/{book.public_id}/"


@pytest.fixture
def people(here: Place, signed_in: Browser) -> dict[Role, Client]:
    """The browser of each role's person."""
    return {role: signed_in(person) for role, person in here.people.items()}


def again(book: Book) -> Book:
    """Return the book as the database has it."""
    with across_organisations():
        return Book.objects.select_related("organisation").get(pk=book.pk)


def give(person: User, place: Place, *roles: Role) -> None:
    """Give a member these roles."""
    with organisation_scope(place.organisation):
        Membership.objects.filter(user=person).update(roles=[r.value for r in roles])


def told(client: Client, address: str, **data: Any) -> str:
    """Send a form; return the text of the page it leads to."""
    return client.post(address, data, follow=True).content.decode()


def actions_of(place: Place) -> list[str]:
    """Return what the log has of an organisation, the oldest first."""
    with organisation_scope(place.organisation):
        return [e.action for e in Event.objects.order_by("number")]


def test_it_takes_two_people_to_make_a_book_public(
    here: Place, book: Book, page: str, people: dict[Role, Client]
) -> None:
    reading = f"/books/{book.public_id}/"
    assert Client().get(reading).status_code == 302  # to sign in
    words = told(people[Role.COORDINATOR], f"{page}propose/", seal=book.seal)
    assert "is proposed. A publisher decides" in words
    assert "A publisher decides about the proposal." in words
    assert Client().get(reading).status_code == 302
    shown = people[Role.PUBLISHER].get(page).content.decode()
    assert f"with the fingerprint {book.seal[:12]}" in shown
    words = told(people[Role.PUBLISHER], f"{page}publish/", seal=book.seal)
    assert "Anybody can read it. Coordinator Of Quillmere proposed it, and " in words
    assert Client().get(reading).status_code == 200
    assert actions_of(here) == ["book.proposed", "book.published"]


def test_who_proposed_a_book_cannot_publish_it_with_both_roles_either(
    here: Place, book: Book, page: str, people: dict[Role, Client]
) -> None:
    both = here.person(Role.COORDINATOR)
    give(both, here, Role.COORDINATOR, Role.PUBLISHER)
    client = people[Role.COORDINATOR]
    told(client, f"{page}propose/", seal=book.seal)
    shown = client.get(page).content.decode()
    assert "You proposed this book, so another publisher decides about it." in shown
    assert f'action="{page}publish/"' not in shown
    words = told(client, f"{page}publish/", seal=book.seal)
    assert "You proposed “Our figures” yourself" in words
    assert not again(book).is_public
    assert actions_of(here) == ["book.proposed", "access.refused"]
    # Their other roles do not help; another publisher's do.
    told(people[Role.PUBLISHER], f"{page}publish/", seal=book.seal)
    assert again(book).is_public


def test_nothing_is_published_that_nobody_proposed(
    book: Book, page: str, people: dict[Role, Client]
) -> None:
    words = told(people[Role.PUBLISHER], f"{page}publish/", seal=book.seal)
    assert "was not proposed" in words
    assert not again(book).is_public


def test_a_proposal_of_somebody_who_left_has_to_be_made_again(
    here: Place, book: Book, page: str, people: dict[Role, Client]
) -> None:
    told(people[Role.ADMINISTRATOR], f"{page}propose/", seal=book.seal)
    with across_organisations():
        Book.objects.filter(pk=book.pk).update(proposed_by=None)
    told(people[Role.PUBLISHER], f"{page}publish/", seal=book.seal)
    assert not again(book).is_public
    told(people[Role.PUBLISHER], f"{page}take-back/")
    told(people[Role.COORDINATOR], f"{page}propose/", seal=book.seal)
    told(people[Role.PUBLISHER], f"{page}publish/", seal=book.seal)
    assert again(book).is_public


def test_what_is_published_is_what_was_proposed_and_shown(
    book: Book, page: str, people: dict[Role, Client]
) -> None:
    old = book.seal
    told(people[Role.COORDINATOR], f"{page}propose/", seal=old)
    with across_organisations():  # another book was built in its place, and checked
        Book.objects.filter(pk=book.pk).update(seal="f" * 64)
    for seal in (old, "", "f" * 64):
        words = told(people[Role.PUBLISHER], f"{page}publish/", seal=seal)
        assert "The book is not the one that this page showed" in words
        assert not again(book).is_public
    words = told(people[Role.COORDINATOR], f"{page}propose/", seal=old)
    assert "The book is not the one that this page showed" in words


def test_a_proposal_is_taken_back_by_its_author_or_declined_by_a_publisher(
    here: Place, book: Book, page: str, people: dict[Role, Client]
) -> None:
    for who in (Role.COORDINATOR, Role.PUBLISHER):
        told(people[Role.COORDINATOR], f"{page}propose/", seal=book.seal)
        words = told(people[Role.VIEWER], f"{page}take-back/")
        assert "Only who proposed" in words
        assert again(book).proposed_at is not None
        told(people[who], f"{page}take-back/")
        assert again(book).proposed_at is None
        assert again(book).proposed_seal == ""


def test_a_public_book_is_made_not_public_and_needs_two_people_again(
    book: Book, page: str, people: dict[Role, Client]
) -> None:
    told(people[Role.COORDINATOR], f"{page}propose/", seal=book.seal)
    told(people[Role.PUBLISHER], f"{page}publish/", seal=book.seal)
    told(people[Role.PUBLISHER], f"{page}unpublish/")
    assert Client().get(f"/books/{book.public_id}/").status_code == 302
    words = told(people[Role.PUBLISHER], f"{page}publish/", seal=book.seal)
    assert "was not proposed" in words
    assert not again(book).is_public


def test_a_book_is_shared_with_one_organisation_and_no_other(
    here: Place,
    there: Place,
    book: Book,
    page: str,
    people: dict[Role, Client],
    signed_in: Browser,
) -> None:
    theirs = signed_in(there.person(Role.VIEWER))
    reading = f"/books/{book.public_id}/"
    assert theirs.get(reading).status_code == 404
    words = told(people[Role.PUBLISHER], f"{page}share/", reader=there.organisation.pk)
    assert "Members of Quillmere Trust and of Westerby Trust can read it." in words
    assert theirs.get(reading).status_code == 200
    assert "Our figures" in theirs.get("/at/westerby/books/").content.decode()
    assert theirs.get(page).status_code == 404  # its settings stay ours
    assert Client().get(reading).status_code == 302
    words = told(
        people[Role.PUBLISHER], f"{page}unshare/", reader=there.organisation.pk
    )
    assert "No other organisation." in words
    assert theirs.get(reading).status_code == 404
    assert "Our figures" not in theirs.get("/at/westerby/books/").content.decode()
    assert actions_of(here) == ["book.shared", "book.unshared"]
    assert actions_of(there) == []


def test_sharing_twice_or_with_nobody_is_said(
    there: Place, book: Book, page: str, people: dict[Role, Client]
) -> None:
    publisher = people[Role.PUBLISHER]
    for reader in (there.organisation.pk, there.organisation.pk, 0, ""):
        told(publisher, f"{page}share/", reader=reader)
    with across_organisations():
        assert BookShare.objects.count() == 1
    answer = publisher.post(f"{page}share/", {"reader": ""})
    assert "<title>Error: Who may read this book?" in answer.content.decode()
    for reader in ("x", "-1", "²"):
        assert publisher.post(f"{page}unshare/", {"reader": reader}).status_code == 302


def test_a_withdrawn_book_is_seen_by_members_only_and_comes_back_as_it_was(
    there: Place,
    book: Book,
    page: str,
    people: dict[Role, Client],
    signed_in: Browser,
) -> None:
    publisher, theirs = people[Role.PUBLISHER], signed_in(there.person(Role.VIEWER))
    told(publisher, f"{page}share/", reader=there.organisation.pk)
    words = told(publisher, f"{page}withdraw/")
    assert "It was withdrawn on " in words
    assert "unless somebody restores it before." in words
    for client in (theirs, people[Role.VIEWER]):
        assert client.get(f"/books/{book.public_id}/").status_code == 404
    assert (
        "Our figures"
        in people[Role.VIEWER].get("/at/quillmere/books/").content.decode()
    )
    assert "Our figures" not in theirs.get("/at/westerby/books/").content.decode()
    told(publisher, f"{page}restore/")
    for client in (theirs, people[Role.VIEWER]):
        assert client.get(f"/books/{book.public_id}/").status_code == 200


def test_thirty_days_after_it_was_withdrawn_a_book_is_deleted_with_its_files(
    here: Place, book: Book, page: str, people: dict[Role, Client]
) -> None:
    folder = book_folder(book)
    with across_organisations():  # as an upload is kept: by its name in the home
        Book.objects.filter(pk=book.pk).update(folder=folder.name)
    told(people[Role.PUBLISHER], f"{page}withdraw/")
    now = datetime.now(UTC)
    assert keeping.delete_what_is_due(now + timedelta(days=29)) == 0
    assert folder.exists()
    assert keeping.delete_what_is_due(now + timedelta(days=31)) == 1
    assert not folder.exists()
    assert books_of(here) == []
    assert actions_of(here) == ["book.withdrawn", "retention.deleted"]


def test_a_deletion_that_is_held_waits_until_it_is_let_go(
    here: Place, book: Book, page: str, people: dict[Role, Client]
) -> None:
    told(people[Role.PUBLISHER], f"{page}withdraw/")
    governor = people[Role.INFORMATION_GOVERNANCE]
    told(governor, "/at/quillmere/retention/books/hold/", reason="A request")
    later = datetime.now(UTC) + timedelta(days=31)
    assert keeping.delete_what_is_due(later) == 0
    told(governor, "/at/quillmere/retention/books/release/")
    assert keeping.delete_what_is_due(later) == 1


def test_a_mounted_book_is_neither_withdrawn_nor_are_its_files_deleted(
    here: Place, book: Book, page: str, people: dict[Role, Client], tmp_path: Path
) -> None:
    with across_organisations():
        Book.objects.filter(pk=book.pk).update(is_mounted=True, is_public=True)
    publisher = people[Role.PUBLISHER]
    assert "Withdraw the book" not in publisher.get(page).content.decode()
    words = told(publisher, f"{page}withdraw/")
    assert "is a folder of this service" in words
    told(publisher, f"{page}unpublish/")
    assert not again(book).is_public
    with across_organisations():
        Book.objects.filter(pk=book.pk).update(
            state=Book.State.WITHDRAWN,
            withdrawn_at=datetime.now(UTC) - timedelta(days=40),
        )
    told(publisher, f"{page}restore/")
    assert again(book).state == Book.State.WITHDRAWN
    keeping.delete_what_is_due(datetime.now(UTC))
    assert book_folder(book).exists()


def test_a_book_gets_another_title_on_one_line(
    here: Place, book: Book, page: str, people: dict[Role, Client]
) -> None:
    coordinator = people[Role.COORDINATOR]
    told(coordinator, f"{page}rename/", title="  Better\r\n\ttitle ")
    assert again(book).title == "Better title"
    answer = coordinator.post(f"{page}rename/", {"title": " "})
    assert "<title>Error: " in answer.content.decode()
    answer = coordinator.post(f"{page}rename/", {"title": "x" * 151})
    assert "This has 151 characters. Use 150 or fewer." in answer.content.decode()
    assert again(book).title == "Better title"
    assert actions_of(here) == ["book.renamed"]


def test_the_whole_book_is_taken_as_it_was_written_and_that_is_noted(
    here: Place, book: Book, page: str, people: dict[Role, Client], tmp_path: Path
) -> None:
    answer = people[Role.VIEWER].post(f"{page}download/")
    raw = b"".join(answer.streaming_content)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        taken = {i.filename: archive.read(i) for i in archive.infolist()}
    assert taken == book_files(book_folder(book))
    assert (
        answer.headers["Content-Disposition"]
        == 'attachment; filename="our-figures_2026-11-23_made-up.zip"'
    )
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert actions_of(here) == ["book.downloaded"]
    assert raw == b"".join(
        people[Role.CODER].post(f"{page}download/").streaming_content
    )


def test_a_book_that_was_changed_is_not_given_out(
    here: Place, book: Book, page: str, people: dict[Role, Client]
) -> None:
    (book_folder(book) / "tables" / "position.csv").write_bytes(b"spoilt")
    words = told(people[Role.VIEWER], f"{page}download/")
    assert "is not as it was written, so it is not given out" in words
    assert "tables/position.csv" in words
    assert actions_of(here) == []


@pytest.mark.parametrize(
    ("change", "roles"),
    [
        ("rename", {Role.COORDINATOR, Role.ADMINISTRATOR}),
        ("propose", {Role.COORDINATOR, Role.ADMINISTRATOR}),
        ("publish", {Role.PUBLISHER}),
        ("unpublish", {Role.PUBLISHER}),
        ("share", {Role.PUBLISHER}),
        ("unshare", {Role.PUBLISHER}),
        ("withdraw", {Role.PUBLISHER}),
        ("restore", {Role.PUBLISHER}),
        ("remove", {Role.COORDINATOR, Role.ADMINISTRATOR}),
    ],
)
def test_each_change_is_for_the_roles_of_the_table(
    book: Book, page: str, people: dict[Role, Client], change: str, roles: set[Role]
) -> None:
    for role, client in people.items():
        status = client.post(f"{page}{change}/").status_code
        assert (status != 403) == (role in roles), role


def test_opening_the_address_of_a_change_changes_nothing(
    here: Place, book: Book, page: str, people: dict[Role, Client]
) -> None:
    before = vars(again(book)).copy()
    for change in ("propose", "publish", "withdraw", "remove", "download", "share"):
        for client in people.values():
            assert client.get(f"{page}{change}/").status_code in (302, 403)
    after = vars(again(book))
    assert {k: v for k, v in after.items() if k != "_state"} == {
        k: v for k, v in before.items() if k != "_state"
    }
    assert actions_of(here) == []


def test_another_organisation_changes_nothing(
    there: Place, book: Book, page: str, signed_in: Browser
) -> None:
    for person in there.people.values():
        client = signed_in(person)
        for change in ("propose", "publish", "share", "withdraw", "remove", "download"):
            assert client.post(f"{page}{change}/").status_code == 404
            # Nor through their own organisation's address.
            other = page.replace("quillmere", "westerby")
            assert client.post(f"{other}{change}/").status_code in (403, 404)
    assert again(book).state == Book.State.READY


def test_the_list_says_how_many_and_how_each_stands(
    here: Place, book: Book, people: dict[Role, Client], add_book: Callable[..., Book]
) -> None:
    add_book(here, title="Open to all", public=True)
    shown = people[Role.VIEWER].get("/at/quillmere/books/").content.decode()
    assert (
        "2 books are here: 1 that anybody can read and 1 that only members can read."
        in shown
    )
    assert "Members of Quillmere Trust can read it." in shown
    assert "/at/quillmere/books/add/" not in shown
    shown = people[Role.COORDINATOR].get("/at/quillmere/books/").content.decode()
    assert "/at/quillmere/books/add/" in shown


def test_the_list_leads_to_what_changed_since_the_version_before(
    here: Place, book: Book, people: dict[Role, Client], add_book: Callable[..., Book]
) -> None:
    newer = add_book(here, title="Our figures")
    address = f"/books/{newer.public_id}/compare/{book.public_id}/"
    client = people[Role.VIEWER]
    for page in ("", f"{newer.public_id}/"):
        shown = client.get(f"/at/quillmere/books/{page}").content.decode()
        assert f'href="{address}"' in shown
    assert client.get(address).status_code == 200


def test_with_no_books_the_list_says_what_a_book_is(
    here: Place, people: dict[Role, Client]
) -> None:
    shown = people[Role.VIEWER].get("/at/quillmere/books/").content.decode()
    assert "No books are here yet." in shown
    assert "A book is the folder that candela build writes" in shown


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_a_title_that_looks_like_a_formula_is_text_in_the_audit_file(
    here: Place, book: Book, page: str, people: dict[Role, Client], sign: str
) -> None:
    title = f"{sign}HYPERLINK(0)"
    told(people[Role.COORDINATOR], f"{page}rename/", title=title)
    assert again(book).title == title
    client = people[Role.ADMINISTRATOR]
    answer = client.post("/at/quillmere/audit/export/")
    raw = getattr(answer, "streaming_content", None)
    text = b"".join(raw).decode() if raw else answer.content.decode()
    assert "HYPERLINK" in text
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert [c for c in cells if c.startswith(sign) and "HYPERLINK" in c] == []
