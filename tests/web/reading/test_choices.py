"""Does the address hold the whole view, whatever stands in it?"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from book_pages import Element
from candela.web.books.models import Book
from web.reading.conftest import ORGANISATION, lead_of, main_of
from web.reading.test_pages import SHMI, reader

pytestmark = pytest.mark.django_db
Page = Callable[..., Element]

PERIOD = "2016-04-01_2017-03-31"
PEERS = "peers=ZA1,ZC1,ZD1"


def links(main: Element) -> list[str]:
    """Return where a page leads to."""
    return [a.attributes["href"] for a in main.all("a")]


def test_a_link_with_its_choices_gives_the_same_page_to_anybody(
    public_book: Book,
) -> None:
    address = f"/books/{public_book.public_id}/{SHMI}?period={PERIOD}&{PEERS}"
    mine = Client()
    mine.get(f"/books/{public_book.public_id}/")  # somebody who looked round before
    first, second = mine.get(address), Client().get(address)
    assert first.content == second.content
    assert "2016/17" in lead_of(main_of(first))


def test_links_keep_the_choices(page: Page) -> None:
    main = page(f"{SHMI}?period={PERIOD}&{PEERS}")
    inside = [
        link
        for link in links(main)
        if re.search(r"/(organisations/[^/]+/|indicators/[^/]+/)(\?|$)", link)
    ]
    assert inside
    assert all(PEERS in link for link in inside)
    pictures = [i.attributes["src"] for i in main.all("img")]
    assert all(PEERS in src for src in pictures if "trend" not in src)
    assert all(PERIOD in src for src in pictures if "trend" not in src)


def test_without_a_choice_links_name_no_peers_but_pictures_do(page: Page) -> None:
    main = page(SHMI)
    assert not any("peers=" in link for link in links(main) if "/charts/" not in link)
    funnel = next(i.attributes["src"] for i in main.all("img"))
    assert re.search(r"peers=Z\w+,Z\w+", funnel)


def test_peers_can_be_written_by_a_link_or_by_a_form(page: Page) -> None:
    base = f"organisations/{ORGANISATION}/peers/"
    by_link = page(f"{base}?{PEERS}")
    by_form = page(f"{base}?peers=ZA1&peers=ZC1&peers=ZD1&peers=")
    typed = page(f"{base}?peers=za1&peers=zc1, zd1")
    assert by_link.text() == by_form.text() == typed.text()
    ticked = [
        i.attributes["value"] for i in by_link.all("input") if "checked" in i.attributes
    ]
    assert {"ZA1", "ZC1", "ZD1"} <= set(ticked)


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("period=2099", "no figure for the period"),
        ("period=2016-04-01_2016-05-01", "no figure for the period"),
        ("period=%27%3B--", "no figure for the period"),
        ("peers=QQQ", "One of the peers in the address is not in this book"),
        ("peers=QQQ,WWW", "2 of the peers in the address are not in this book"),
    ],
)
def test_what_the_book_does_not_have_is_said_and_left_out(
    query: str, note: str, page: Page
) -> None:
    main = page(f"{SHMI}?{query}")
    assert note in main.text()
    assert lead_of(main) == lead_of(page(SHMI))
    assert "QQQ" not in main.text()


def test_more_peers_than_can_be_are_cut(page: Page) -> None:
    many = ",".join(["ZA1", "ZC1"] + [f"X{n}" for n in range(2000)])
    main = page(f"{SHMI}?peers={many}")
    assert "2,000" in main.text() or "2000" in main.text()


def test_unknown_parts_of_an_address_are_not_found(public_book: Book) -> None:
    for path in (
        "organisations/QQQ/",
        "organisations/QQQ/peers/",
        f"organisations/{ORGANISATION}/indicators/nothing/",
        "organisations/QQQ/indicators/shmi/",
        "indicators/nothing/",
        "analyses/nothing/",
        "charts/funnel.svg",
        "charts/funnel.svg?indicator=nothing",
        "charts/funnel.svg?indicator=shmi&period=2099",
        "charts/funnel.svg?indicator=shmi&org=QQQ",
        "charts/funnel.svg?indicator=shmi&peers=QQQ",
        "charts/trend.svg?indicator=shmi",
        "charts/pie.svg?indicator=shmi",
        "charts/funnel.gif?indicator=shmi",
        "files/nothing.csv",
        "files/../manifest.json",
        "files//etc/passwd",
    ):
        answer = reader().get(f"/books/{public_book.public_id}/{path}")
        assert answer.status_code == 404, path
        assert "QQQ" not in main_of(answer).text()


def test_a_period_that_is_not_out_yet_is_said_to_be_so(page: Page) -> None:
    main = page(f"{SHMI}?period=2031-04-01_2032-03-31")
    assert "not in this book yet" in lead_of(main)
    # What was published before is still drawn; nothing is drawn of that period.
    assert all("/charts/trend.svg" in i.attributes["src"] for i in main.all("img"))


def test_the_highlighted_organisation_goes_along_between_indicators(
    page: Page, public_book: Book
) -> None:
    main = page(f"indicators/shmi/?org={ORGANISATION}")
    others = [
        link
        for link in links(main)
        if link.startswith(f"/books/{public_book.public_id}/indicators/")
    ]
    assert others
    assert all(f"org={ORGANISATION}" in link for link in others)
    own = [r for r in main.all("tr") if "candela-own" in r.attributes.get("class", "")]
    assert len(own) == 1


def test_search_finds_by_name_by_code_and_nearest(page: Page) -> None:
    by_code = page(f"find/?q={ORGANISATION}")
    assert f"({ORGANISATION})" in by_code.text()
    nearest = page("find/?q=xqzzt")
    assert "The nearest names are below" in lead_of(nearest)
    assert len([a for a in links(nearest) if "/organisations/" in a]) <= 3
    long = page("find/?q=" + "a" * 5000)
    assert len(lead_of(long)) < 400


def test_searching_for_markup_shows_it_as_text(public_book: Book) -> None:
    answer = Client().get(
        f"/books/{public_book.public_id}/find/", {"q": "<script>alert(1)</script>"}
    )
    assert b"<script>alert" not in answer.content
    assert "<script>" in main_of(answer).text()


def test_head_works_wherever_get_does(public_book: Book) -> None:
    for path in ("", SHMI, "charts/funnel.svg?indicator=shmi"):
        address = f"/books/{public_book.public_id}/{path}"
        answer = Client().head(address)
        assert answer.status_code == 200, path
        assert answer.content == b"", path
        assert Client().post(address).status_code == 405, path


def test_several_things_to_know_stand_in_one_notice(page: Page) -> None:
    main = page(f"organisations/{ORGANISATION}/peers/?peers=QQQ&basis=nothing")
    notices = [
        d
        for d in main.all("div")
        if d.attributes.get("data-module") == "nhsuk-notification-banner"
    ]
    assert len(notices) == 1
    assert "is not in this book" in notices[0].text()
    assert "Peers cannot be found by what the address names" in notices[0].text()
