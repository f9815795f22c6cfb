"""Does a new coordinator set a campaign up by keyboard and on a telephone, unharmed?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from browser.browsing import PHONE, WIDE, Visit, violations
from browser.service import Service, running

GOOD = "\n".join(f"Person {n} <person{n}@example.org>" for n in range(62))
BAD = "somebody without an address\nperson@nowhere"
FIELDS_AT_MOST = 12
CLICKS_AT_MOST = 24


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with people of every role and no book."""
    with running(tmp_path_factory.mktemp("campaigns") / "home") as started:
        yield started


class Coordinator:
    """Somebody at a browser; presses and fields are counted."""

    def __init__(self, page: Page, service: Service) -> None:
        self.page, self.service = page, service
        self.clicks = self.fields = 0
        self.wrong: list[str] = []

    def press(self, name: str) -> None:
        """Press a button or follow a link, and look the page over that comes."""
        main = self.page.locator("main")
        button = main.get_by_role("button", name=name)
        link = main.get_by_role("link", name=name)
        with self.page.expect_navigation():
            (button if button.count() else link).first.click()
        self.clicks += 1
        self.look()

    def type(self, label: str, text: str) -> None:
        """Fill in a field."""
        self.page.get_by_label(label).first.fill(text)
        self.fields += 1

    def says(self, words: str) -> bool:
        """Say whether the page says this."""
        return words in self.page.locator("main").inner_text()

    def look(self) -> None:
        """Note what is wrong with the page, wide and on a telephone."""
        for width in (WIDE, PHONE):
            self.page.set_viewport_size({"width": width, "height": 900})
            at = f"{self.page.url} at {width} px"
            if Visit(self.page).scrolls_sideways:
                self.wrong.append(f"{at}: scrolls sideways")
            self.wrong += [f"{at}: {said}" for said in violations(self.page)]
        self.page.set_viewport_size({"width": WIDE, "height": 900})


@pytest.fixture
def person(browser: Browser, place: Service) -> Iterator[Coordinator]:
    """A coordinator who has signed in; nothing is asked outside."""
    context = browser.new_context(viewport={"width": WIDE, "height": 900})
    page = context.new_page()
    visit = Visit.of(page)
    page.goto(f"{place.origin}/sign-in/")
    page.get_by_label("E-mail").fill("coordinator@quillmere.example")
    page.locator("input[type=password]").fill(place.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()
    yield Coordinator(page, place)
    assert visit.said == []
    assert visit.outside(place.origin) == []
    context.close()


def add_study(person: Coordinator) -> None:
    person.page.goto(f"{person.service.origin}/at/quillmere/impact/studies/new/")
    person.page.get_by_label("Short title").fill("Heron study")
    person.press("Add the study")


def test_a_campaign_is_set_up_started_and_stopped_in_12_fields(
    person: Coordinator,
) -> None:
    add_study(person)
    person.page.goto(f"{person.service.origin}/at/quillmere/impact/campaigns/")
    person.look()
    person.clicks = person.fields = 0
    person.press("Ask about a study")
    person.page.get_by_label("Which study?").select_option(label="Heron study")
    person.fields += 1
    person.press("Prepare the campaign")
    assert person.says("You will ask 68 people in 4 groups")
    person.press("2. Why, and governance")
    person.page.get_by_label("service evaluation").check()
    person.clicks += 1
    person.type("Number in your register", "SE-0412")
    person.press("Keep and go on")
    person.press("3. Groups")
    person.type("About how many of managers?", "4")
    person.press("Keep and go on")
    person.press("4. Questions")
    person.press("Keep and go on")
    person.press("5. Invitations")
    person.type("Addresses of people who took part", f"{GOOD}\n{BAD}")
    person.press("Add these addresses")
    assert person.says("line 63 of what you pasted")
    assert person.says("line 64 of what you pasted")
    assert person.says("Addresses added: 62 for people who took part")
    box = person.page.get_by_label("Addresses of people who took part")
    assert box.input_value() == BAD
    person.type("Addresses of people who took part", "person@nowhere.example")
    person.type("Addresses of clinicians", "one@example.org two@example.org")
    person.type("Addresses of managers", "three@example.org")
    person.type("Addresses of the research team", "four@example.org")
    person.press("Add these addresses")
    person.press("6. Look and start")
    person.press("Send one to myself")
    person.press("Start in 10 minutes")
    assert person.says("Nothing has been sent yet")
    person.press("Stop")
    assert person.says("Stopped. What had not left is kept and not sent.")
    assert person.fields <= FIELDS_AT_MOST, person.fields
    assert person.clicks <= CLICKS_AT_MOST, person.clicks
    person.press("5. Invitations")
    person.press("Make a poster")
    person.press("Make the poster")
    assert person.says("Point your phone at the square")
    person.press("Back to the invitations")
    person.press("Make paper forms, or ask in conversation")
    person.page.get_by_label("How many more paper forms?").fill("2")
    person.press("Make paper forms")
    person.press("Print the paper forms")
    assert person.page.locator(".candela-sheet").count() == 2
    assert person.wrong == []
