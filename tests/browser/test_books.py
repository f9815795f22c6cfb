"""Can people add, publish and share a book in a browser, and undo it?

A real service and its worker.  Each state of the pages is looked at by axe, wide and
narrow; the way from ZIP to public book is also gone without scripts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from browser.browsing import PHONE, WIDE, Visit, opened, violations
from browser.service import Service, running
from small_nation import MadeUp
from web.books.zips import book_files, zip_of

PATIENCE_SECONDS = 60
TITLE = "Research and outcomes, May 2025"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service with people of every role and no book."""
    with running(tmp_path / "home") as started:
        yield started


@pytest.fixture
def browser(service: Service) -> Iterator[Browser]:
    """A browser, closed before the service is."""
    with opened() as browser:
        yield browser


def signed_in(
    browser: Browser, service: Service, role: str, *, scripts: bool = True
) -> Page:
    """Return a page of a person of this role who has signed in."""
    context: BrowserContext = browser.new_context(
        viewport={"width": WIDE, "height": 900}, java_script_enabled=scripts
    )
    page = context.new_page()
    page.goto(f"{service.origin}/sign-in/")
    page.get_by_label("E-mail").fill(f"{role}@quillmere.example")
    page.locator("input[type=password]").fill(service.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()
    return page


def pressed(page: Page, name: str) -> None:
    """Press a button and wait for the page it leads to."""
    page.get_by_role("button", name=name).first.click()
    page.wait_for_load_state()


def sent(page: Page, service: Service, file: Path, title: str = TITLE) -> str:
    """Send a book; return the address of the page that answers."""
    page.goto(f"{service.origin}/at/quillmere/books/add/")
    page.get_by_label("What shall it be called?").fill(title)
    page.locator("input[type=file]").set_input_files(file)
    pressed(page, "Add the book")
    return page.url


def waited(page: Page, address: str, words: str) -> None:
    """Open a page until it says these words."""
    until = time.monotonic() + PATIENCE_SECONDS
    while words not in page.inner_text("main"):
        assert time.monotonic() < until, page.inner_text("main")
        time.sleep(0.3)
        page.goto(address)


@pytest.fixture
def good(made_up: MadeUp, tmp_path: Path) -> Path:
    """The small made-up book as a ZIP."""
    return zip_of(book_files(made_up.book), tmp_path / "good.zip")


@pytest.fixture
def altered(made_up: MadeUp, tmp_path: Path) -> Path:
    """The same with one file altered."""
    files = book_files(made_up.book)
    files["tables/position.csv"] += b"\n"
    return zip_of(files, tmp_path / "altered.zip")


def test_a_book_goes_from_a_zip_to_anybody_without_scripts(
    browser: Browser, service: Service, good: Path
) -> None:
    coordinator = signed_in(browser, service, "coordinator", scripts=False)
    publisher = signed_in(browser, service, "publisher", scripts=False)
    address = sent(coordinator, service, good)
    waited(coordinator, address, "Members of Quillmere Trust can read it.")
    pressed(coordinator, "Propose to make it public")
    publisher.goto(address)
    pressed(publisher, "Let anybody read it")
    assert "Anybody can read it." in publisher.inner_text("main")
    anybody = browser.new_context().new_page()
    anybody.goto(service.origin)
    assert TITLE in anybody.title()
    assert anybody.locator(".made-up").count() == 1


def test_every_state_of_the_pages_is_accessible_and_narrow(
    browser: Browser, service: Service, good: Path, altered: Path
) -> None:
    coordinator = signed_in(browser, service, "coordinator")
    publisher = signed_in(browser, service, "publisher")
    at = f"{service.origin}/at/quillmere"
    faults: dict[str, list[str]] = {}

    def look(page: Page, state: str) -> None:
        faults[state] = list(faults_of(page))

    coordinator.goto(f"{at}/books/")
    look(coordinator, "no books")
    coordinator.goto(f"{at}/books/add/")
    pressed(coordinator, "Add the book")
    assert coordinator.title().startswith("Error: ")
    look(coordinator, "nothing given")
    refused = sent(coordinator, service, altered)
    look(coordinator, "being checked")
    waited(coordinator, refused, "tables/position.csv: changed since it was written.")
    look(coordinator, "refused")
    address = sent(coordinator, service, good)
    waited(coordinator, address, "Members of Quillmere Trust can read it.")
    look(coordinator, "ready")
    pressed(coordinator, "Propose to make it public")
    look(coordinator, "proposed, to its author")
    publisher.goto(address)
    look(publisher, "proposed, to a publisher")
    pressed(publisher, "Let anybody read it")
    look(publisher, "public")
    publisher.get_by_label("Share with").select_option(label="Westerby Trust")
    pressed(publisher, "Share it")
    look(publisher, "shared")
    publisher.goto(f"{at}/books/")
    look(publisher, "two books of one title")
    publisher.goto(address)
    pressed(publisher, "Withdraw the book")
    look(publisher, "withdrawn")
    pressed(publisher, "Restore the book")
    book = address.rstrip("/").rpartition("/")[2]
    look_at_peers(coordinator, at, book, look)
    coordinator.goto(f"{service.origin}/books/{book}/organisations/ZA1/")
    pressed(coordinator, "E-mail me")
    coordinator.goto(f"{at}/follow/")
    look(coordinator, "what one follows")
    coordinator.goto(f"{service.origin}/stop/{'a' * 64}/")
    look(coordinator, "a stop link that was used")
    assert {state: found for state, found in faults.items() if found} == {}
    assert len(faults) == 16


def look_at_peers(
    page: Page, at: str, book: str, look: Callable[[Page, str], None]
) -> None:
    """Keep a set of peers, remove it, and look at each state."""
    page.goto(f"{at}/peers/?book={book}&org=ZA1&peers=ZC1,ZD1,ZE1")
    page.get_by_label("What shall the set be called?").fill("Like us")
    pressed(page, "Keep this set")
    look(page, "peers without a reason")
    page.get_by_label("why these?").fill("Same network")
    pressed(page, "Keep this set")
    look(page, "peers kept")
    pressed(page, "Remove")
    look(page, "peers removed")


def faults_of(page: Page) -> Iterator[str]:
    """Yield what axe finds at two widths, and whether the page scrolls sideways."""
    for width in (WIDE, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        yield from (f"{width} px: {said}" for said in violations(page))
        if Visit(page).scrolls_sideways:
            yield f"{width} px: scrolls sideways"
    page.set_viewport_size({"width": WIDE, "height": 900})
