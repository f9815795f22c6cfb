"""Does a person get in with a passkey, and without JavaScript by password and code?

Chromium keeps passkeys in an authenticator that is made for the test, over its own
debugging protocol (CDP).  The service is a real one, started for the first time.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser.browsing import PHONE, WIDE, Visit, opened, violations
from browser.service import Service, running

NAME, EMAIL, PASSWORD = "Ada Merriweather", "ada@quillmere.example", "pear lamp river"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service that nobody has used yet."""
    with running(tmp_path / "home", people=False) as started:
        yield started


@pytest.fixture
def browser(service: Service) -> Iterator[Browser]:
    """A browser, closed before the service is."""
    with opened() as browser:
        yield browser


def with_passkeys(context: BrowserContext) -> tuple[Visit, str]:
    """Return a page whose browser has an authenticator, and what that is called."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    visit = Visit.of(page)
    visit.cdp = session  # type: ignore[attr-defined]
    return visit, str(made["authenticatorId"])


def start(page: Page, service: Service) -> None:
    """Be the first user."""
    page.goto(service.first_link)
    page.get_by_label("Name of your organisation").fill("Quillmere Hospitals")
    page.get_by_label("Your name").fill(NAME)
    page.get_by_label("Your e-mail address").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/first-run/")


def heading(page: Page) -> str:
    """Return the question of the page."""
    return " ".join(page.locator("h1").inner_text().split())


def add_passkey(page: Page, name: str = "Work laptop") -> None:
    """Add a passkey on the page for it."""
    page.goto("/".join(page.url.split("/")[:3]) + "/account/ways-in/passkeys/add/")
    assert heading(page) == "Add a passkey"
    page.get_by_label("Name of this passkey").fill(name)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("h1")).to_have_text(
        "What if your passkey or app is not at hand?"
    )


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()


def sign_in(page: Page, service: Service) -> None:
    """Send name and password."""
    page.goto(f"{service.origin}/sign-in/")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def is_in(page: Page, service: Service) -> bool:
    page.goto(f"{service.origin}/account/")
    return heading(page) == "What do you know about me?"


def test_a_passkey_is_added_and_signs_in_by_itself(
    browser: Browser, service: Service
) -> None:
    context = browser.new_context(viewport={"width": WIDE, "height": 900})
    visit, _ = with_passkeys(context)
    page = visit.page
    start(page, service)
    add_passkey(page)
    assert page.locator(".candela-codes li").count() == 10
    page.goto(f"{service.origin}/account/ways-in/passkeys/")
    assert "Work laptop" in page.inner_text("main")
    sign_out(page)

    page.goto(f"{service.origin}/sign-in/?next=/account/name/")
    passkey = page.get_by_role("button", name="Sign in with a passkey")
    password = page.get_by_label("Password", exact=True)
    above = passkey.bounding_box(), password.bounding_box()
    assert above[0]["y"] < above[1]["y"], "the passkey comes first"
    passkey.click()
    expect(page.locator("h1")).to_have_text("What are you called?")
    assert is_in(page, service)
    assert visit.said == []
    assert visit.outside(service.origin) == []
    context.close()


def test_a_passkey_serves_as_second_factor_and_shows_that_it_is_still_you(
    browser: Browser, service: Service
) -> None:
    context = browser.new_context(viewport={"width": WIDE, "height": 900})
    visit, _ = with_passkeys(context)
    page = visit.page
    start(page, service)
    add_passkey(page)
    sign_out(page)

    sign_in(page, service)
    assert heading(page) == "Show that it is you"
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.goto(f"{service.origin}/account/close/")
    assert heading(page) == "Is it still you?"
    page.get_by_role("link", name="Use a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("h1")).to_have_text("Close your account?")
    assert visit.said == []
    context.close()


def test_a_passkey_of_somebody_whose_finger_does_not_fit_says_so(
    browser: Browser, service: Service
) -> None:
    context = browser.new_context(viewport={"width": WIDE, "height": 900})
    visit, authenticator = with_passkeys(context)
    page = visit.page
    start(page, service)
    add_passkey(page)
    sign_out(page)
    visit.cdp.send(  # type: ignore[attr-defined]
        "WebAuthn.setUserVerified",
        {"authenticatorId": authenticator, "isUserVerified": False},
    )
    page.goto(f"{service.origin}/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    trouble = page.get_by_role("alert").filter(has_text="The passkey was not used")
    expect(trouble).to_be_visible()
    assert page.url.endswith("/sign-in/")
    assert not is_in(page, service)
    context.close()


def test_without_javascript_password_and_code_sign_in(
    browser: Browser, service: Service
) -> None:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": PHONE, "height": 800}
    )
    page = context.new_page()
    start(page, service)
    page.goto(f"{service.origin}/account/ways-in/passkeys/add/")
    assert heading(page) == "Add a passkey"
    assert not page.get_by_role("button", name="Add a passkey").is_visible()
    page.get_by_role("link", name="Set up an app that shows codes").click()
    secret = page.locator(".candela-secret").inner_text()
    page.get_by_label("Code", exact=True).fill(code(secret))
    page.get_by_role("button", name="Use this app").click()
    assert heading(page) == "What if your passkey or app is not at hand?"
    spare = page.locator(".candela-codes li").first.inner_text()
    sign_out(page)

    sign_in(page, service)
    assert heading(page) == "Show that it is you"
    assert not page.get_by_role("button", name="Use a passkey").is_visible()
    page.get_by_label("Code", exact=True).fill(spare)
    page.get_by_role("button", name="Sign in", exact=True).click()
    assert is_in(page, service)
    context.close()


def code(secret: str) -> str:
    """Return what an app with this secret shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


# Pages that other tests open for somebody who is signed in for longer.
STEPS = (
    "/account/ways-in/passkeys/add/",
    "/account/ways-in/app/",
    "/account/ways-in/",
    "/account/ways-in/passkeys/",
    "/account/ways-in/codes/",
    "/account/ways-in/codes/new/",
    "/account/close/",
    "/account/address/",
)


def test_pages_of_the_ways_in_are_accessible_narrow_and_silent(
    browser: Browser, service: Service
) -> None:
    context = browser.new_context(viewport={"width": WIDE, "height": 900})
    visit, _ = with_passkeys(context)
    page = visit.page
    page.goto(service.first_link)
    found = faults(visit, "start")
    start(page, service)
    add_passkey(page)
    page.goto(f"{service.origin}/account/ways-in/passkeys/")
    first = page.get_by_role("link", name=re.compile("Rename|Remove"))
    more = [link.get_attribute("href") or "" for link in first.all()]
    assert len(more) == 2
    for path in (*STEPS, *more):
        page.goto(service.origin + path)
        found += faults(visit, path)
    sign_out(page)
    for path in ("/sign-in/", "/sign-in/forgotten/"):
        page.goto(service.origin + path)
        found += faults(visit, path)
    sign_in(page, service)
    found += faults(visit, "code")
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    assert page.title().startswith("Error: ")
    focused = page.evaluate("document.activeElement.className")
    assert "nhsuk-error-summary" in focused
    found += faults(visit, "a wrong code")
    assert found == []
    assert visit.said == []
    context.close()


def faults(visit: Visit, place: str) -> list[str]:
    """Return what is wrong with the page shown now, wide and narrow."""
    told = []
    for width in (WIDE, PHONE):
        visit.page.set_viewport_size({"width": width, "height": 900})
        told += [f"{place}, {width} px: {v}" for v in violations(visit.page)]
        if visit.scrolls_sideways:
            told.append(f"{place}, {width} px: scrolls sideways")
    visit.page.set_viewport_size({"width": WIDE, "height": 900})
    return told
