"""Who walks through a campaign, from its first page to a paper for the board?

Staff have no JavaScript; who answers has a phone of 320 px.  Presses and typed fields
are counted, and each new page is looked over by axe and drawn into a folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from browser.browsing import PHONE, WIDE, Visit, violations
from browser.service import Service, _run
from web.stories.reading_files import text_of

__all__ = [
    "Letter",
    "Pictures",
    "Somebody",
    "letters",
    "minutes_pass",
    "on_a_phone",
    "somebody",
    "text_in",
]

PRESSED: tuple[Literal["button", "link"], ...] = ("button", "link")
HTML = {"content-type": "text/html; charset=utf-8"}
LINK = re.compile(r"https?://\S+/tell/\S+")
# The service has one clock: that ten minutes passed is said by what waits for them.
MINUTES = """
import json, sys
from datetime import timedelta
import django
django.setup()
from django.db import transaction
from django.db.models import F
from candela.web.campaigns.models import Campaign
from candela.web.jobs.models import Job
from candela.web.scoping import across_organisations
earlier = timedelta(minutes=int(sys.argv[1]))
with transaction.atomic(), across_organisations():
    Campaign.objects.exclude(started_at=None).update(
        started_at=F("started_at") - earlier)
    Job.objects.filter(status="ready").update(run_after=F("run_after") - earlier)
print(json.dumps("passed"))
"""


@dataclass
class Pictures:
    """Pictures of pages in the order in which they came, and what was wrong.

    axe needs JavaScript, which these people have not: it looks at a copy of their page.
    """

    copy: Page
    folder: Path
    taken: int = 0
    wrong: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def look(self, page: Page, name: str, *widths: int) -> None:
        """Draw a page, and look it over the first time it comes."""
        self.taken += 1
        page.screenshot(
            path=self.folder / f"{self.taken:03}-{name}.png", full_page=True
        )
        if page.inner_text("h1") in self.seen:
            return
        self.seen.add(page.inner_text("h1"))
        body = page.content()
        self.copy.route(page.url, lambda route: route.fulfill(body=body, headers=HTML))
        self.copy.goto(page.url)
        for width in widths:
            self.copy.set_viewport_size({"width": width, "height": 800})
            at = f"{page.url} at {width} px"
            if Visit(self.copy).scrolls_sideways:
                self.wrong.append(f"{at}: scrolls sideways")
            self.wrong += [f"{at}: {said}" for said in violations(self.copy)]
        self.copy.unroute(page.url)


@dataclass
class Somebody:
    """One person at a browser; what they press and type is counted."""

    page: Page
    service: Service
    pictures: Pictures
    name: str
    widths: tuple[int, ...] = (WIDE, PHONE)
    clicks: int = 0
    choices: int = 0
    fields: int = 0

    def open(self, path: str) -> None:
        """Open an address of the organisation, as from a bookmark."""
        self.page.goto(f"{self.service.origin}/at/{self.service.slug}/{path}")
        self.pictures.look(self.page, self.name, *self.widths)

    def press(self, words: str) -> None:
        """Press a button or follow a link, and look at the page that comes."""
        self.clicks += 1
        with self.page.expect_navigation():
            self.pressable(words).first.click()
        self.pictures.look(self.page, self.name, *self.widths)

    def pressable(self, words: str) -> Locator:
        """Return the buttons with these words, or else the links."""
        main = self.page.locator("main")
        for exact in (True, False):
            for role in PRESSED:
                found = main.get_by_role(role, name=words, exact=exact)
                if found.count():
                    return found
        raise AssertionError(f"there is no {words} on {self.page.url}")

    def unfold(self, words: str) -> None:
        """Open what is folded away."""
        self.clicks += 1
        self.page.locator("main summary").filter(has_text=words).click()

    def choose(self, words: str, *, under: str = "") -> None:
        """Tick a box or choose one of several."""
        self.choices += 1
        where = self.page.locator("main")
        if under:
            where = where.get_by_role("group", name=under)
        where.get_by_label(words, exact=True).first.check()

    def pick(self, label: str, words: str) -> None:
        """Choose from a list that opens."""
        self.choices += 1
        where = self.page.get_by_role("combobox", name=label)
        where.first.select_option(label=words)

    def type(self, label: str, text: str) -> None:
        """Fill in a field."""
        self.fields += 1
        self.page.get_by_label(label).first.fill(text)

    def take(self, words: str, folder: Path) -> Path:
        """Download a file and return where it is."""
        self.clicks += 1
        with self.page.expect_download() as found:
            self.pressable(words).first.click()
        path = folder / found.value.suggested_filename
        found.value.save_as(path)
        return path

    @property
    def told(self) -> str:
        """What the page says, in one line."""
        return " ".join(self.page.locator("main").inner_text().split())


@contextmanager
def somebody(
    browser: Browser, service: Service, pictures: Pictures, name: str
) -> Iterator[Somebody]:
    """Somebody who works here and has signed in; nothing is asked outside."""
    context = browser.new_context(
        viewport={"width": WIDE, "height": 800}, java_script_enabled=False
    )
    page = context.new_page()
    visit = Visit.of(page)
    page.goto(f"{service.origin}/sign-in/")
    page.get_by_label("E-mail").fill(f"{name}@quillmere.example")
    page.locator("input[type=password]").fill(service.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()
    yield Somebody(page, service, pictures, name)
    assert visit.said == []
    assert visit.outside(service.origin) == []
    context.close()


@contextmanager
def on_a_phone(
    browser: Browser, service: Service, pictures: Pictures, name: str
) -> Iterator[Somebody]:
    """Somebody who follows a link on a small phone, and needs no account."""
    context: BrowserContext = browser.new_context(
        viewport={"width": PHONE, "height": 640},
        java_script_enabled=False,
        has_touch=True,
        is_mobile=True,
    )
    yield Somebody(context.new_page(), service, pictures, name, (PHONE,))
    context.close()


def minutes_pass(service: Service, minutes: int) -> None:
    """Let what waits believe that minutes have passed."""
    _run(MINUTES, service.home, str(minutes))


@dataclass(frozen=True)
class Letter:
    """An e-mail that the service wrote."""

    to: str
    subject: str
    text: str

    @property
    def link(self) -> str:
        """The one link in it to answer by."""
        found = LINK.findall(self.text)
        assert found, self.text
        return str(found[0])


def letters(service: Service) -> list[Letter]:
    """Return the e-mails in the folder of the service, which has no mail server."""
    found = []
    for path in sorted((service.home / "mail").iterdir()):
        for raw in path.read_bytes().split(b"-" * 79 + b"\n"):
            if raw.strip():
                read = message_from_bytes(raw.lstrip(), policy=policy.default)
                body = read.get_body(("plain",))
                text = "" if body is None else body.get_content()
                found.append(Letter(str(read["To"]), str(read["Subject"]), text))
    return found


def text_in(file: Path) -> str:
    """Return what can be read in a Word file or a PDF, in one line."""
    return " ".join(text_of(file.read_bytes(), file.suffix.removeprefix(".")).split())
