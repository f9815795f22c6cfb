"""Do people get where they want to go, in the steps and seconds that were promised?

Journeys on the small made-up nation, without JavaScript unless said.  A click presses
a link or a button; a field is one that something is typed into.
"""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from book_pages import rows_of
from browser.browsing import PHONE, WIDE, Visit, violations
from browser.service import Service, running
from small_nation import MadeUp, small_book_of

SECONDS_A_PAGE = 1.0
SECONDS_TO_FIRST_PAGE = 60
ABBREVIATIONS = re.compile(r"\b[A-Z]{3,}\b")
EXPLAINED = {"NHS", "SHMI", "CSV", "SVG", "PNG"}
RANKS = re.compile(r"\brank|\b\d+(st|nd|rd|th) (of|out of)\b|\bleague\b", re.IGNORECASE)
FORBIDDEN = re.compile(
    r"\b(outlier|failing|worst|best|underperform\w*|at risk|significant\w*|proves?|"
    r"saves? lives|improves?|due to research|impact on mortality|effect of research)\b",
    re.IGNORECASE,
)


@dataclass
class Walk:
    """One person's way through the service, counted."""

    page: Page
    visit: Visit
    origin: str
    clicks: int = 0
    fields: int = 0
    slowest: float = 0.0

    def open(self, path: str) -> None:
        """Open an address from a link in an e-mail or a paper."""
        self.page.goto(self.origin + path)

    def click(self, what: Locator) -> None:
        """Press it and wait for the page that comes."""
        self.clicks += 1
        start = time.perf_counter()
        with self.page.expect_navigation():
            what.click()
        self.slowest = max(self.slowest, time.perf_counter() - start)

    def type(self, label: str, words: str) -> None:
        """Type into a field."""
        self.fields += 1
        self.page.get_by_label(label).first.fill(words)

    def above_the_first_picture(self) -> str:
        """Return what is read before any chart."""
        told: str = self.page.evaluate(
            """() => {
              const main = document.querySelector('main').cloneNode(true)
              const figure = main.querySelector('figure')
              if (figure) {
                const range = document.createRange()
                range.setStartBefore(figure)
                range.setEndAfter(main.lastChild)
                range.deleteContents()
              }
              return main.textContent
            }"""
        )
        return " ".join(told.split())


@pytest.fixture
def walk(browser: Browser, service: Service) -> Iterator[Walk]:
    """Somebody without JavaScript; in the end nothing was said or asked outside."""
    context = browser.new_context(
        viewport={"width": WIDE, "height": 900}, java_script_enabled=False
    )
    page = context.new_page()
    walk = Walk(page, Visit.of(page), service.origin)
    walk.open("/")
    walk.page.reload()  # warm: what is timed is the service, not its first drawing
    yield walk
    assert walk.visit.said == []
    assert walk.visit.outside(service.origin) == []
    context.close()


def different(book: Path) -> tuple[str, str]:
    """Return code and first word of an organisation that is different from expected."""
    positions = rows_of(book, "tables/position")
    latest = max(row["period_start"] for row in positions)
    names = {r["org_code"]: r["name"] for r in rows_of(book, "tables/organisations")}
    for row in positions:
        if row["period_start"] == latest and row["verdict"] in ("higher", "lower"):
            return row["org_code"], names[row["org_code"]].split()[0]
    raise AssertionError("the small nation has nobody who is different from expected")


def test_a_board_member_finds_the_one_thing_worth_a_question(
    walk: Walk, made_up: MadeUp
) -> None:
    _, word = different(made_up.book)
    board_member(walk, word)  # once before: drawings are kept after the first time
    walk.clicks, walk.fields, walk.slowest = 0, 0, 0.0
    board_member(walk, word)
    told = walk.above_the_first_picture()
    finding = walk.page.locator("h1 + p, h1 ~ p").first.inner_text()
    assert re.search(r"\d", finding)
    assert re.search(r"95% interval [\d.,]+ to [\d.,]+", finding)
    assert re.search(r"(Higher|Lower|Different)", finding)
    assert re.search(r"\d{4}/\d{2}", told)
    assert "What this cannot tell you" in walk.page.inner_text("main")
    assert set(ABBREVIATIONS.findall(told)) <= EXPLAINED
    assert (walk.clicks, walk.fields) == (3, 1)
    assert walk.slowest <= SECONDS_A_PAGE


def board_member(walk: Walk, word: str) -> None:
    """Search for an organisation, open it, open the first thing worth a question."""
    walk.open("/")
    walk.type("Find an organisation", word)
    walk.click(walk.page.get_by_role("main").get_by_role("button", name="Find"))
    walk.click(walk.page.get_by_role("main").get_by_role("link", name=word).first)
    assert "Worth a question" in walk.page.inner_text("main")
    worth = walk.page.get_by_role("heading", name="Worth a question")
    walk.click(worth.locator("xpath=following::a[1]"))


def test_an_analyst_gets_the_numbers_and_the_same_view_again(
    walk: Walk, browser: Browser, made_up: MadeUp
) -> None:
    walk.open("/")
    walk.click(
        walk.page.get_by_role("link", name="What would a regulator see?", exact=True)
    )
    told = walk.page.inner_text("main")
    assert re.search(r"\d+ of \d+ .*outside|lies? outside", told)
    assert re.search(r"by chance", told)
    assert RANKS.findall(told) == []
    clicks = walk.clicks
    href = walk.page.get_by_role("link", name="CSV").first.get_attribute("href")
    assert href is not None
    walk.clicks += 1
    answer = walk.page.request.get(walk.page.url.split("/books/")[0] + href)
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text())))
    positions = {
        (r["org_code"], r["period_start"]): r
        for r in rows_of(made_up.book, "tables/position")
        if r["indicator"] == "shmi"
    }
    latest = max(start for _, start in positions)
    assert len(rows) == sum(start == latest for _, start in positions)
    traced = origin_rows(made_up.book, "position")
    published = {
        (r["org_code"], r["period_start"]): r
        for r in rows_of(made_up.book, "tables/published_outcome")
    }
    for row in rows:
        source = published[row["org_code"], latest]
        recomputed = float(source["observed"]) / float(source["expected"])
        shown = float(positions[row["org_code"], latest]["value"])
        # Counts are published to the nearest 5, the ratio to four decimals.
        assert shown == pytest.approx(recomputed, rel=0.02)
        assert shown == float(source["ratio"])
        assert int(source["source_row"]) in traced[source["source_file"]]
    assert walk.clicks - clicks <= 2
    again = browser.new_context(java_script_enabled=False).new_page()
    again.goto(walk.page.url)
    assert again.inner_text("main") == told
    again.context.close()


def origin_rows(book: Path, table: str) -> dict[str, set[int]]:
    """Return the rows of each file that the manifest names for a table."""
    manifest = json.loads((book / "manifest.json").read_bytes())
    made: dict[str, set[int]] = {}
    for file, ranges in manifest["tables"][table]["rows"].items():
        made[file] = set()
        for part in ranges.split(","):
            first, _, last = part.partition("-")
            made[file] |= set(range(int(first), int(last or first) + 1))
    return made


def test_everything_can_be_reached_by_keyboard_alone(
    browser: Browser, service: Service, made_up: MadeUp
) -> None:
    """With JavaScript, as most have it: nothing may depend on a mouse."""
    _, word = different(made_up.book)
    page = browser.new_page(viewport={"width": WIDE, "height": 900})
    page.goto(service.origin)
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    tab_to(page, "input", "")
    page.keyboard.type(word)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "a", word)
    page.keyboard.press("Enter")
    page.wait_for_url("**/organisations/*/**")
    tab_to(page, "summary", "Show")
    page.keyboard.press("Enter")
    assert page.locator("details[open]").count() >= 1
    tab_to(page, "a", "peers")
    page.keyboard.press("Enter")
    page.wait_for_url("**/peers/**")
    tab_to(page, "input", "")
    page.keyboard.press("Space")
    page.close()


def focused(page: Page) -> str:
    """Return the words of what has the focus."""
    words: str = page.evaluate("document.activeElement.innerText.trim()")
    return words


def tab_to(page: Page, tag: str, words: str, *, most: int = 200) -> None:
    """Press Tab until something of this kind with these words has the focus."""
    for _ in range(most):
        name, said = page.evaluate(
            "[document.activeElement.localName, document.activeElement.innerText]"
        )
        if name == tag and words in (said or ""):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no <{tag}> with `{words}` is reached in {most} steps")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Books of two countries: without any association, and with a strong one."""
    place = tmp_path_factory.mktemp("planted")
    return (
        small_book_of(place / "none", association=0.0, confounder_strength=0.0),
        small_book_of(place / "strong", association=-0.006, confounder_strength=0.0),
    )


def test_a_researcher_reads_both_kinds_of_answer(
    browser: Browser, planted: tuple[Path, Path], tmp_path: Path
) -> None:
    told = []
    for n, book in enumerate(planted):
        with running(tmp_path / str(n), book) as started:
            page = browser.new_context(java_script_enabled=False).new_page()
            page.goto(started.origin)
            page.get_by_role(
                "link", name="Does research go with better care?", exact=True
            ).click()
            told.append(page.inner_text("main"))
            analyses = rows_of(book, "tables/association")
            # Planned and tried: each in a row of its own.
            rows = page.locator("table:has-text('The main analysis') tbody tr")
            assert rows.count() >= len(analyses)
    none, strong = told
    assert re.search(r"We cannot tell|[Ll]ittle or no difference", none)
    assert re.search(r"went with fewer deaths", strong)
    for page_ in told:
        assert FORBIDDEN.findall(page_) == []
        assert "What else could explain it" in page_
        assert "What this cannot tell you" in page_
        verdicts = re.findall(
            r"A difference that matters|A difference, size unsure|Little or no "
            r"difference|We cannot tell\.|A difference too small to matter",
            page_,
        )
        assert len(set(verdicts)) == 1


def test_a_first_run_opens_the_made_up_nation_and_asks_for_nothing(
    browser: Browser, made_up: MadeUp, tmp_path: Path
) -> None:
    start = time.perf_counter()
    with running(tmp_path / "home", made_up.book, people=False) as started:
        visit = Visit.of(browser.new_page(viewport={"width": PHONE, "height": 640}))
        visit.page.goto(started.origin)
        took = time.perf_counter() - start
        told = visit.page.inner_text("body")
        assert "Made-up data" in told
        for question in (
            "Does research go with better care?",
            "Could it be a lever?",
            "What would a regulator see?",
            "What difference has research made here?",
        ):
            assert question in told
        assert violations(visit.page) == []
        assert not visit.scrolls_sideways
        start_here(visit.page, started)
        tasks = visit.page.inner_text("main")
        assert visit.page.url.endswith("/first-run/")
        assert len(re.findall(r"\bminutes?\b", tasks)) >= 3
        assert "later" in tasks.lower()
        assert violations(visit.page) == []
        assert visit.said == []
        assert visit.outside(started.origin) == []
    assert took < SECONDS_TO_FIRST_PAGE


def start_here(page: Page, started: Service) -> None:
    """Make the first account from the link that was printed."""
    page.goto(started.first_link)
    page.get_by_label("Name of your organisation").fill("Quillmere Hospitals")
    page.get_by_label("Your name").fill("Ann Other")
    page.get_by_label("E-mail").fill("ann@quillmere.example")
    page.get_by_label("Password", exact=True).fill("seven small grey pigeons")
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url("**/first-run/")


def test_a_used_first_link_says_the_common_words(
    browser: Browser, made_up: MadeUp, tmp_path: Path
) -> None:
    with running(tmp_path / "home", made_up.book, people=False) as started:
        page = browser.new_page()
        start_here(page, started)
        other = browser.new_context().new_page()
        answer = other.goto(started.first_link)
        assert answer is not None
        assert answer.status == 404
        assert "This link cannot be used now" in other.inner_text("main")


def test_a_walk_counts_what_it_is_told(walk: Walk) -> None:
    """The counting itself: a journey with one click more would be seen."""
    before = replace(walk)
    walk.click(walk.page.get_by_role("link", name="Words").first)
    assert (walk.clicks, walk.fields) == (before.clicks + 1, before.fields)
