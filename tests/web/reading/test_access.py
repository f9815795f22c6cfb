"""Who may read which book, and does everything of it follow the same rule?"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.books.models import Book, BookShare
from candela.web.scoping import organisation_scope
from web.conftest import Place
from web.reading.conftest import ORGANISATION, main_of
from web.reading.test_pages import OF_A_BOOK

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]

EVERYTHING = (
    *OF_A_BOOK,
    "charts/funnel.svg?indicator=shmi",
    "charts/funnel.png?indicator=shmi",
    "charts/funnel.csv?indicator=shmi",
    "files/manifest.json",
    "files/tables/position.csv",
    "files/charts/dose_response.svg",
)
OF_THE_API = (
    "",
    "organisations/",
    f"organisations/{ORGANISATION}/",
    "indicators/",
    "indicators/shmi/",
    "analyses/",
    "analyses/jonker_2018/",
    "tables/position/",
    "numbers/table:position:2:value/",
)


def test_a_public_book_is_for_anybody(public_book: Book) -> None:
    for path in EVERYTHING:
        answer = Client().get(f"/books/{public_book.public_id}/{path}")
        assert answer.status_code == 200, path
    for path in OF_THE_API:
        answer = Client().get(f"/api/v1/books/{public_book.public_id}/{path}")
        assert answer.status_code == 200, path


def test_of_a_private_book_nothing_is_given_to_who_is_not_signed_in(
    private_book: Book,
) -> None:
    for path in EVERYTHING:
        answer = Client().get(f"/books/{private_book.public_id}/{path}")
        assert answer.status_code == 302, path
        assert answer.headers["Location"].startswith("/sign-in/"), path
    for path in OF_THE_API:
        answer = Client().get(f"/api/v1/books/{private_book.public_id}/{path}")
        assert answer.status_code == 401, path
        assert set(answer.json()) == {"what", "where", "what_to_do"}


def test_of_a_private_book_another_organisation_finds_nothing(
    private_book: Book, there: Place, signed_in: Browser
) -> None:
    client = signed_in(there.person(Role.ADMINISTRATOR))
    for path in EVERYTHING:
        answer = client.get(f"/books/{private_book.public_id}/{path}")
        assert answer.status_code == 404, path
    for path in OF_THE_API:
        answer = client.get(f"/api/v1/books/{private_book.public_id}/{path}")
        assert answer.status_code == 404, path


def test_a_private_book_is_for_members_and_for_whom_it_is_shared_with(
    private_book: Book, here: Place, there: Place, signed_in: Browser
) -> None:
    with organisation_scope(here.organisation):
        BookShare.objects.create(
            organisation=here.organisation,
            book=private_book,
            reader=there.organisation,
        )
    for place in (here, there):
        client = signed_in(place.person(Role.VIEWER))
        for path in EVERYTHING:
            answer = client.get(f"/books/{private_book.public_id}/{path}")
            assert answer.status_code == 200, (place, path)


def test_two_books_are_compared_only_by_who_may_read_both(
    public_book: Book, private_book: Book, here: Place, there: Place, signed_in: Browser
) -> None:
    both = f"/books/{public_book.public_id}/compare/{private_book.public_id}/"
    for path in (both, f"{both}differences.csv"):
        assert Client().get(path).status_code == 302
        theirs = signed_in(there.person(Role.ADMINISTRATOR))
        assert theirs.get(path).status_code == 404
        ours = signed_in(here.person(Role.VIEWER))
        assert ours.get(path).status_code == 200
    itself = f"/books/{public_book.public_id}/compare/{public_book.public_id}/"
    assert Client().get(itself).status_code == 404


def test_the_first_page_shows_members_their_own_book_and_others_the_public_one(
    private_book: Book, here: Place, there: Place, signed_in: Browser
) -> None:
    assert "No book can be read here yet" in Client().get("/").content.decode()
    own = main_of(signed_in(here.person(Role.VIEWER)).get("/"))
    assert "the newest book of your organisation" in own.text()
    other = main_of(signed_in(there.person(Role.VIEWER)).get("/"))
    assert "No book can be read here yet" in other.text()
    private_book.is_public = True
    with organisation_scope(here.organisation):
        private_book.save()
    assert "the newest public book" in main_of(Client().get("/")).text()


def test_my_organisation_leads_to_its_own_page_in_the_newest_book(
    public_book: Book, here: Place, signed_in: Browser
) -> None:
    client = signed_in(here.person(Role.VIEWER))
    without = main_of(client.get("/my-organisation/"))
    assert "We do not know yet which organisation" in without.text()
    here.organisation.org_code = ORGANISATION
    here.organisation.save()
    answer = client.get("/my-organisation/")
    place = f"/books/{public_book.public_id}/organisations/{ORGANISATION}/"
    assert answer.headers["Location"] == place
    here.organisation.org_code = "Z99"
    here.organisation.save()
    nowhere = main_of(client.get("/my-organisation/"))
    assert "No book that you can read has figures of your organisation" in (
        nowhere.text()
    )


def test_a_withdrawn_book_is_not_found(
    public_book: Book, here: Place, signed_in: Browser
) -> None:
    public_book.state = Book.State.WITHDRAWN
    with organisation_scope(here.organisation):
        public_book.save()
    path = f"/books/{public_book.public_id}/"
    assert Client().get(path).status_code == 302
    assert signed_in(here.person(Role.VIEWER)).get(path).status_code == 404


def test_a_member_asks_for_e_mail_about_an_organisation_from_its_page(
    private_book: Book, here: Place, signed_in: Browser
) -> None:
    client = signed_in(here.person(Role.VIEWER))
    address = f"/books/{private_book.public_id}/organisations/{ORGANISATION}/"
    (form,) = [
        f
        for f in main_of(client.get(address)).all("form")
        if f.attributes.get("method") == "post"
    ]
    sent = {i.attributes["name"]: i.attributes["value"] for i in form.all("input")}
    answer = client.post(form.attributes["action"], sent)
    assert answer.headers["Location"] == address
    told = main_of(client.get(address)).text()
    assert "You will get an e-mail" in told
    # Who is not signed in is offered nothing that they cannot do.
    assert Client().get("/").status_code == 200


def test_members_keep_the_peers_they_chose(
    private_book: Book, here: Place, signed_in: Browser
) -> None:
    client = signed_in(here.person(Role.VIEWER))
    address = f"/books/{private_book.public_id}/organisations/{ORGANISATION}/peers/"
    main = main_of(client.get(f"{address}?peers=ZA1,ZC1"))
    (link,) = [
        a.attributes["href"] for a in main.all("a") if "Keep this choice" in a.text()
    ]
    answer = client.get(link)
    assert answer.status_code == 200
    values = [i.attributes.get("value", "") for i in main_of(answer).all("input")]
    assert any("ZA1" in value and "ZC1" in value for value in values)
