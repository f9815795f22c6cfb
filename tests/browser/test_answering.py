"""Can people answer on a phone, with a keyboard, on two devices, and without a signal?

A real service, and links as an invitation holds them.  A tap presses or chooses
something; a field is one that something is typed into.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser.browsing import PHONE, Visit, violations
from browser.service import Service, _run, running

LINKS = 12
PREPARE = f"""
import json
import django
django.setup()
from django.db import transaction
from candela.web.accounts.models import Organisation, User
from candela.web.accounts.permissions import Role
from candela.web.campaigns.codes import new_code
from web.answering.places import asking
from web.conftest import Place
with transaction.atomic():
    place = Organisation.objects.get(slug="quillmere")
    found = {{u.email: u for u in User.objects.all()}}
    people = {{r: found[f"{{r.value}}@quillmere.example"] for r in Role}}
    place = Place(place, people)
    closed = asking(place)
    named = asking(place, "identified", door=new_code())
    told = {{
        "anonymous": [closed.token() for _ in range({LINKS})],
        "named": [named.token() for _ in range({LINKS})],
        "door": named.group.door,
    }}
print(json.dumps(told))
"""
ANSWERED = """
import json
import django
django.setup()
from django.db import transaction
from candela.web.answering.models import Answer, Response, SealedAnswer
from candela.web.campaigns.models import Invitation
from candela.web.scoping import across_organisations
with transaction.atomic(), across_organisations():
    told = {
        "sealed": SealedAnswer.objects.filter(holds="answer").count(),
        "responses": Response.objects.count(),
        "how": sorted(Response.objects.values_list("how", flat=True)),
        "words": sorted(
            str(v) for v in
            Answer.objects.filter(is_text=True).values_list("value", flat=True)
        ),
    }
print(json.dumps(told))
"""
WORDS_200 = " ".join(f"word{n}" for n in range(200))
SMALLEST_TARGET = 44
LETTERS = 19.0
FIRST_PAGE = 100_000  # bytes over the wire, styles and scripts too


@pytest.fixture(scope="module")
def asked(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Service, dict[str, Any]]]:
    """A service in which two groups are asked, and links that nobody used yet."""
    with running(tmp_path_factory.mktemp("asked") / "home") as service:
        told = _run(PREPARE, service.home)
        assert isinstance(told, dict)
        yield service, told


@pytest.fixture
def service(asked: tuple[Service, dict[str, Any]]) -> Service:
    """The service."""
    return asked[0]


@pytest.fixture
def link(asked: tuple[Service, dict[str, Any]]) -> str:
    """The address of a link of the named group that nobody used yet."""
    service, told = asked
    return f"{service.origin}/tell/{told['named'].pop()}/"


def answered(service: Service) -> dict[str, Any]:
    """Return what has come in."""
    told = _run(ANSWERED, service.home)
    assert isinstance(told, dict)
    return told


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A small phone on which no script runs."""
    context = browser.new_context(
        viewport={"width": PHONE, "height": 640},
        java_script_enabled=False,
        has_touch=True,
        is_mobile=True,
    )
    yield context
    context.close()


@pytest.fixture
def scripted(browser: Browser) -> Iterator[BrowserContext]:
    """A small phone on which scripts run."""
    context = browser.new_context(viewport={"width": PHONE, "height": 640})
    yield context
    context.close()


class Thumb:
    """One thumb: what it taps is counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def choose(self, words: str) -> None:
        """Tap on a choice."""
        self.taps += 1
        self.page.get_by_label(words, exact=True).first.check()

    def press(self, words: str, role: Any = "button") -> None:
        """Tap on a button or a link."""
        self.taps += 1
        self.page.get_by_role(role, name=words, exact=True).click()


def test_nothing_changed_is_told_in_four_taps_without_typing(
    phone: BrowserContext, service: Service, link: str
) -> None:
    before = answered(service)["responses"]
    page = phone.new_page()
    page.goto(link)
    thumb = Thumb(page)
    thumb.press("Start")
    thumb.choose("Nothing changed")
    thumb.press("Continue")
    thumb.press("Send")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Thank you")
    assert thumb.taps == 4
    assert answered(service)["responses"] == before + 1


def test_one_good_thing_takes_at_most_fourteen_taps(
    phone: BrowserContext, service: Service, link: str
) -> None:
    page = phone.new_page()
    page.goto(link)
    thumb = Thumb(page)
    thumb.press("Start")
    thumb.choose("Something got better")
    thumb.press("Continue")
    thumb.choose("The care I got")
    thumb.press("Continue")
    thumb.choose("Something got better")
    page.get_by_label("Tell us in a sentence or two").fill("They had time for me.")
    thumb.press("Continue")
    thumb.choose("No")
    thumb.press("Continue")
    thumb.press("Continue")  # anything else: no
    thumb.press("Send")
    assert thumb.taps <= 14
    assert "They had time for me." in answered(service)["words"]


def test_pages_fit_a_phone_with_large_letters_and_targets(
    scripted: BrowserContext, link: str
) -> None:
    visit = Visit.of(scripted.new_page())
    page = visit.page
    for path in ("", "any/", "about/", "check/", "offline/", "no-thanks/", "delete/"):
        page.goto(link + path)
        assert not visit.scrolls_sideways, path
        assert violations(page) == [], path
        small: list[str] = page.evaluate(
            """([px, letters]) => [...document.querySelectorAll(
                'main button, main a, main .nhsuk-button, main input:not([type=hidden])'
              )].filter(e => e.offsetParent).filter(e => {
                const box = e.getBoundingClientRect()
                return box.height < px - 0.5
              }).map(e => e.outerHTML.slice(0, 120)).concat(
                [...document.querySelectorAll('main p, main li, main label')]
                .filter(e => e.offsetParent && e.textContent.trim())
                .filter(e => parseFloat(getComputedStyle(e).fontSize) < letters)
                .map(e => e.outerHTML.slice(0, 120)))""",
            [SMALLEST_TARGET, LETTERS],
        )
        assert small == [], path
    page.set_viewport_size({"width": 1280, "height": 900})
    for path in ("", "any/", "check/"):
        page.goto(link + path)
        assert violations(page) == [], path
    assert visit.outside(link.split("/tell/")[0]) == []
    assert visit.said == []


def test_the_first_page_weighs_under_100_kilobytes(browser: Browser, link: str) -> None:
    context = browser.new_context(viewport={"width": PHONE, "height": 640})
    page = context.new_page()
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    weights: list[float] = []
    client.on(
        "Network.loadingFinished",
        lambda told: weights.append(told["encodedDataLength"]),
    )
    page.goto(link, wait_until="networkidle")
    assert len(weights) >= 4
    assert sum(weights) <= FIRST_PAGE, weights
    context.close()


def test_two_hundred_words_begun_on_a_phone_are_sent_from_a_computer(
    browser: Browser, phone: BrowserContext, service: Service, link: str
) -> None:
    page = phone.new_page()
    page.goto(link)
    thumb = Thumb(page)
    thumb.press("Start")
    thumb.choose("Something got better")
    thumb.press("Continue")
    thumb.choose("My health, or how I felt")
    thumb.press("Continue")
    thumb.choose("Something got better")
    page.get_by_label("Tell us in a sentence or two").fill(WORDS_200)
    thumb.press("Save and finish later")
    assert "Your answers are kept" in page.inner_text("main")
    computer = browser.new_context(viewport={"width": 1280, "height": 900})
    other = computer.new_page()
    other.goto(link)
    other.get_by_role("button", name="Carry on").click()
    other.goto(link + "health/")
    assert other.get_by_label("Tell us in a sentence").input_value() == WORDS_200
    other.goto(link + "check/")
    other.get_by_role("button", name="Send", exact=True).click()
    computer.close()
    assert WORDS_200 in answered(service)["words"]


def test_all_is_done_with_a_keyboard(
    scripted: BrowserContext, service: Service, link: str
) -> None:
    before = answered(service)["responses"]
    page = scripted.new_page()
    page.goto(link)
    _tab_to(page, "Start")
    page.keyboard.press("Enter")
    page.wait_for_url("**/any/")
    _tab_to(page, "Something got better")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    assert page.get_by_label("Nothing changed").is_checked()
    _tab_to(page, "Continue")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check/")
    _tab_to(page, "Send")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sent/**")
    assert answered(service)["responses"] == before + 1


def _tab_to(page: Page, words: str) -> None:
    """Press the tab key until what has these words is in focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).textContent"
        )
        if told.strip() == words:
            return
    pytest.fail(f"the tab key does not lead to {words}")


def test_a_box_opens_when_something_changed_and_stays_while_it_has_words(
    scripted: BrowserContext, link: str
) -> None:
    page = scripted.new_page()
    page.goto(link + "any/")
    Thumb(page).choose("Something got worse or was hard")
    Thumb(page).press("Continue")
    page.wait_for_url("**/about/")
    page.goto(link + "hard/")
    box = page.get_by_label("Tell us in a sentence or two")
    assert not box.is_visible()
    Thumb(page).choose("Yes")
    assert box.is_visible()
    box.fill("It was a long way.")
    Thumb(page).choose("No")
    assert box.is_visible()


def test_back_after_sending_and_pressing_twice_send_nothing_twice(
    scripted: BrowserContext, service: Service, link: str
) -> None:
    before = answered(service)["responses"]
    page = scripted.new_page()
    page.goto(link + "any/")
    Thumb(page).choose("Nothing changed")
    Thumb(page).press("Continue")
    page.wait_for_url("**/check/")
    page.get_by_role("button", name="Send", exact=True).dblclick()
    page.wait_for_load_state("networkidle")
    page.goto(link + "check/")
    assert "This link cannot be used now" in page.inner_text("main")
    page.go_back()
    page.reload()
    assert answered(service)["responses"] == before + 1


def _until(page: Page, true: str) -> None:
    """Ask the page until something is so; its own policy lets it not ask itself."""
    for _ in range(100):
        if page.evaluate(true):
            return
        page.wait_for_timeout(100)
    pytest.fail(true)


def test_without_a_signal_answers_wait_and_are_sent_once_later(
    scripted: BrowserContext, service: Service, link: str
) -> None:
    before = answered(service)
    page = scripted.new_page()
    page.goto(link + "offline/", wait_until="networkidle")
    _until(page, "navigator.serviceWorker.controller !== null")
    _until(
        page,
        "caches.open('candela-tell-1').then(c => c.match(location.href))"
        ".then(found => !!found)",
    )
    scripted.set_offline(True)
    page.reload()
    assert page.get_by_role("heading", level=1).is_visible()
    thumb = Thumb(page)
    thumb.choose("Something got better")
    page.get_by_label("Is there anything else you want to tell us?").fill(
        "Written in the cellar."
    )
    thumb.press("Send")
    expect(page.locator("#signal")).to_contain_text("no signal")
    assert answered(service)["responses"] == before["responses"]
    page.reload()  # closed and opened again, still without a signal
    words = page.get_by_label("Is there anything else you want to tell us?")
    assert words.input_value() == "Written in the cellar."
    scripted.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_url("**/sent/**", timeout=15_000)
    after = answered(service)
    assert after["responses"] == before["responses"] + 1
    assert after["how"].count("offline") == 1
    assert after["words"].count("Written in the cellar.") == 1
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_a_lost_answer_to_sending_is_asked_again_and_nothing_is_doubled(
    scripted: BrowserContext, service: Service, link: str
) -> None:
    """The server takes it, and the connection ends before it could say so."""
    before = answered(service)["responses"]
    page = scripted.new_page()
    page.goto(link + "offline/", wait_until="networkidle")
    lost: list[str] = []

    def lose(route: Any) -> None:
        if route.request.method == "POST" and not lost:
            route.fetch(max_redirects=0)
            lost.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.route(re.compile(r"/offline/$"), lose)
    Thumb(page).choose("Nothing changed")
    Thumb(page).press("Send")
    expect(page.locator("#signal")).to_contain_text("no signal")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#signal")).to_contain_text("were sent")
    assert len(lost) == 1
    assert answered(service)["responses"] == before + 1


def test_the_poster_leads_to_the_first_question(
    phone: BrowserContext, asked: tuple[Service, dict[str, Any]]
) -> None:
    service, told = asked
    page = phone.new_page()
    page.goto(f"{service.origin}/ask/{told['door']}/")
    Thumb(page).press("Start")
    assert "Did taking part change" in page.inner_text("h1")
    Thumb(page).press("Save and finish later")
    own = page.locator(".nhsuk-inset-text a").inner_text()
    page.goto(own)
    assert page.get_by_role("button", name="Start").is_visible()


def test_an_anonymous_answer_is_sealed_and_no_session_is_made(
    phone: BrowserContext, asked: tuple[Service, dict[str, Any]]
) -> None:
    service, told = asked
    page = phone.new_page()
    page.goto(f"{service.origin}/tell/{told['anonymous'].pop()}/")
    thumb = Thumb(page)
    thumb.press("Start")
    thumb.choose("Too early to say")
    thumb.press("Continue")
    thumb.press("Send")
    assert answered(service)["sealed"] == 1
    names = {cookie["name"] for cookie in phone.cookies()}
    assert names <= {"candela-csrf"}, json.dumps(sorted(names))
