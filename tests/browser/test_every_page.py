"""Is every page of the service whole, for every way of using one?

A real service is started as ``candela serve`` starts it, with the small made-up book in
it.  An administrator opens every address there is; a page that is added is opened too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext

from browser.browsing import PHONE, WIDE, Visit, violations
from browser.service import Service

FEWEST_PAGES = 80
# Pages of people who answer bear the name of who asks, not of what they ask with.
ENDINGS = ("Candela", "Quillmere Trust")
SHARES = 6  # of the addresses, so that they can be opened on both cores


def sign_in(context: BrowserContext, service: Service, email: str) -> None:
    """Sign in as a person does, with address and password."""
    page = context.new_page()
    page.goto(f"{service.origin}/sign-in/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(service.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state("networkidle")
    assert "/sign-in/" not in page.url, page.inner_text("main")
    page.close()


@pytest.fixture(scope="module")
def insider(browser: Browser, service: Service) -> Iterator[BrowserContext]:
    """The browser of somebody who may open everything."""
    context = browser.new_context(viewport={"width": WIDE, "height": 900})
    sign_in(context, service, "administrator@quillmere.example")
    yield context
    context.close()


@dataclass(frozen=True)
class Found:
    """What opening every page found, by address."""

    pages: list[str]
    faults: dict[str, list[str]]


def visited(
    insider: BrowserContext, service: Service, addresses: list[tuple[str, str]]
) -> Found:
    """Open those addresses that give a page, wide and narrow."""
    pages: list[str] = []
    faults: dict[str, list[str]] = {}
    visit = Visit.of(insider.new_page())  # one for all: a new one costs as much as axe
    for path, _ in addresses:
        told = insider.request.get(service.origin + path, max_redirects=0)
        if not told.headers.get("content-type", "").startswith("text/html"):
            continue
        pages.append(path)
        if told.status >= 500:
            faults[path] = [f"status {told.status}"]
            continue
        found = faults_of(visit, service, path, quiet=told.status < 400)
        if found:
            faults[path] = found
    visit.page.close()
    return Found(pages, faults)


def faults_of(visit: Visit, service: Service, path: str, *, quiet: bool) -> list[str]:
    """Return what is wrong with a page at two widths.

    The console tells of the status of a page that is an error itself: that is no fault.
    """
    faults = []
    visit.begin_anew()
    visit.page.set_viewport_size({"width": WIDE, "height": 900})
    visit.page.goto(service.origin + path)  # until all of it is loaded
    for width in (WIDE, PHONE):
        visit.page.set_viewport_size({"width": width, "height": 900})
        faults += [f"{width} px: {said}" for said in violations(visit.page)]
        if visit.scrolls_sideways:
            faults.append(f"{width} px: scrolls sideways")
    faults += [f"console: {said}" for said in visit.said if quiet]
    faults += [f"asked outside: {a}" for a in visit.outside(service.origin)]
    if visit.page.locator("h1").count() != 1:
        faults.append("not one h1")
    if not visit.page.title().endswith(ENDINGS):
        faults.append(f"title {visit.page.title()!r}")
    return faults


@pytest.fixture(scope="module")
def addresses(service: Service) -> list[tuple[str, str]]:
    """Every address there is."""
    return service.addresses()


@pytest.mark.parametrize("share", range(SHARES))
def test_every_page_is_accessible_narrow_silent_and_asks_nobody_else(
    insider: BrowserContext,
    service: Service,
    addresses: list[tuple[str, str]],
    share: int,
) -> None:
    found = visited(insider, service, addresses[share::SHARES])
    assert found.faults == {}
    assert len(found.pages) >= FEWEST_PAGES // SHARES // 2


def test_no_address_is_passed_over(addresses: list[tuple[str, str]]) -> None:
    assert len(addresses) >= FEWEST_PAGES


def test_a_page_with_faults_would_be_told_of(
    browser: Browser, service: Service
) -> None:
    visit = Visit.of(browser.new_page(viewport={"width": PHONE, "height": 900}))
    visit.page.goto(f"{service.origin}/words/")
    visit.page.evaluate(
        "document.querySelector('main').innerHTML = '<img src=\"/nowhere.png\">"
        '<svg width="900" height="9"></svg>\''
    )
    visit.page.wait_for_load_state("networkidle")
    assert any(found.startswith("image-alt") for found in violations(visit.page))
    assert visit.scrolls_sideways
    assert visit.said != []
