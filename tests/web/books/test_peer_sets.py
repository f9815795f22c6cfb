"""Which peers does an organisation keep, and does it say why?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.audit.models import Event
from candela.web.books.models import Book, PeerSet
from candela.web.books.peer_sets import suggested
from candela.web.books.shelf import open_shelved
from candela.web.house.retention import delete_due_rows
from candela.web.scoping import across_organisations, organisation_scope
from web.conftest import Place

pytestmark = pytest.mark.django_db

PAGE = "/at/quillmere/peers/"


@pytest.fixture
def book(here: Place, add_book: Callable[..., Book]) -> Book:
    """A book in which peers are chosen."""
    return add_book(here)


@pytest.fixture
def near(book: Book) -> list[str]:
    """The peers that the book offers for ZA1."""
    return list(suggested(open_shelved(book), "ZA1", "all"))


@pytest.fixture
def client(here: Place, signed_in: Callable[[User], Client]) -> Client:
    """The browser of somebody who may keep peers."""
    return signed_in(here.person(Role.VIEWER))


def keep(client: Client, book: Book, peers: list[str], **more: Any) -> str:
    """Send the form; return the page that answers."""
    data = {
        "book": book.public_id,
        "org": "ZA1",
        "basis": "all",
        "peers": ", ".join(peers),
        "name": "Alike",
        "reason": "",
        **more,
    }
    return client.post(PAGE, data, follow=True).content.decode()


def kept(place: Place) -> list[PeerSet]:
    """Return the sets of an organisation."""
    with organisation_scope(place.organisation):
        return list(PeerSet.objects.order_by("pk"))


def test_the_nearest_are_kept_without_a_reason_and_found_again(
    here: Place, client: Client, book: Book, near: list[str]
) -> None:
    page = keep(client, book, near)
    (found,) = kept(here)
    assert found.peer_codes == near
    assert found.saved_by_id == here.person(Role.VIEWER).pk
    assert "The set “Alike” is kept." in page
    address = f"/books/{book.public_id}/organisations/ZA1/?peers={','.join(near)}"
    assert f'href="{address}"' in page
    assert client.get(address).status_code == 200


def test_the_nearest_few_are_no_choice_by_hand(
    here: Place, client: Client, book: Book, near: list[str]
) -> None:
    keep(client, book, near[:8])
    assert len(kept(here)) == 1


def test_who_takes_in_or_leaves_out_by_hand_says_why(
    here: Place, client: Client, book: Book, near: list[str]
) -> None:
    codes = [str(row["org_code"]) for row in open_shelved(book).rows("organisations")]
    far = next(code for code in codes if code not in [*near, "ZA1"])
    for peers, words in (
        ([*near, far], "You took in "),
        (near[1:], "You left out "),
    ):
        page = keep(client, book, peers)
        assert "<title>Error: " in page
        assert words in page, page[page.find("error-summary") :][:900]
        assert "Say why, in a sentence." in page
        assert ", ".join(peers) in page  # what was chosen is kept
        assert kept(here) == []
    page = keep(client, book, near[1:], reason="They have no trials unit")
    assert len(kept(here)) == 1
    assert "Why these: They have no trials unit" in page


def test_codes_that_are_not_in_the_book_are_named(
    here: Place, client: Client, book: Book, near: list[str]
) -> None:
    page = keep(client, book, [*near, "QQQ", "ZA1"])
    assert "the book has no organisation QQQ" in page
    page = keep(client, book, [*near, "ZA1"], reason="x")
    assert "take out ZA1: it cannot be its own peer." in page
    page = keep(client, book, [])
    assert "Codes of the peers: nothing was entered" in page
    assert kept(here) == []


def test_a_name_is_given_once(
    here: Place, client: Client, book: Book, near: list[str]
) -> None:
    keep(client, book, near)
    page = keep(client, book, near)
    assert "There is a set of this name already" in page
    assert len(kept(here)) == 1


def test_the_form_comes_filled_in_from_the_page_of_peers(
    client: Client, book: Book, near: list[str]
) -> None:
    page = client.get(
        PAGE, {"book": book.public_id, "org": "ZA1", "peers": ["ZB1,ZC1", "ZD1"]}
    ).content.decode()
    assert 'value="ZB1, ZC1, ZD1"' in page
    page = client.get(PAGE, {"book": book.public_id, "org": "ZA1"}).content.decode()
    assert f'value="{", ".join(near)}"' in page


def test_a_set_is_removed_and_can_be_had_back_for_thirty_days(
    here: Place, client: Client, book: Book, near: list[str]
) -> None:
    keep(client, book, near)
    (found,) = kept(here)
    page = client.post(f"{PAGE}{found.pk}/remove/", follow=True).content.decode()
    assert "None yet." in page
    assert "Removed in the last 30 days" in page
    keep(client, book, near)  # its name is free meanwhile
    page = client.post(f"{PAGE}{found.pk}/restore/", follow=True).content.decode()
    assert "The set “Alike (2)” is back." in page
    assert [s.removed_at for s in kept(here)] == [None, None]

    client.post(f"{PAGE}{found.pk}/remove/")
    now = datetime.now(UTC)
    with across_organisations():
        delete_due_rows(now + timedelta(days=29))
        assert PeerSet.objects.count() == 2
        delete_due_rows(now + timedelta(days=31))
    assert [s.name for s in kept(here)] == ["Alike"]
    with organisation_scope(here.organisation):
        told = [e.action for e in Event.objects.order_by("number")]
    assert told == [
        "peers.saved",
        "peers.removed",
        "peers.saved",
        "peers.restored",
        "peers.removed",
        "retention.deleted",
    ]


def test_opening_the_address_of_a_change_changes_nothing(
    here: Place, client: Client, book: Book, near: list[str]
) -> None:
    keep(client, book, near)
    (found,) = kept(here)
    for change in ("remove", "restore"):
        assert client.get(f"{PAGE}{found.pk}/{change}/").status_code == 302
    assert kept(here)[0].removed_at is None


def test_another_organisation_sees_and_changes_none_of_it(
    here: Place,
    there: Place,
    client: Client,
    book: Book,
    near: list[str],
    signed_in: Callable[[User], Client],
) -> None:
    keep(client, book, near, name="Ours alone")
    (found,) = kept(here)
    other = signed_in(there.person(Role.VIEWER))
    assert other.get(PAGE).status_code == 404
    page = other.get("/at/westerby/peers/")
    assert "Ours alone" not in page.content.decode()
    for change in ("remove", "restore"):
        address = f"/at/westerby/peers/{found.pk}/{change}/"
        assert other.post(address).status_code == 404
    # A book that they may not read does not exist for them.
    there_form = {"book": book.public_id, "org": "ZA1"}
    assert other.get("/at/westerby/peers/", there_form).status_code == 404
    assert kept(here)[0].removed_at is None


def test_a_set_is_listed_also_where_no_book_knows_its_organisation(
    here: Place, client: Client
) -> None:
    with organisation_scope(here.organisation):
        PeerSet.objects.create(
            organisation=here.organisation,
            name="Of long ago",
            org_code="ZZ9",
            peer_codes=["ZZ8"],
        )
    page = client.get(PAGE).content.decode()
    assert "ZZ9 compared with ZZ8." in page
    assert "Compare with this set" not in page
