"""Do the parts of a page work in a browser, for every way of using one?

The gallery of ``gallery.py`` stands for all pages.  It is served on this machine with
the content security policy of the service.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from browser.browsing import PHONE, WIDE, Visit, violations
from candela.web.layout import Layout
from candela.web.parts import JobProgress
from gallery import full_layout, gallery, page, sent

STATIC = Path(__file__).parents[2] / "src" / "candela" / "web" / "static"
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
# What the service sends; a policy that is stricter here would hide a fault there.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
SPACED = """*{line-height:1.5 !important;letter-spacing:.12em !important;
word-spacing:.16em !important} p{margin-bottom:2em !important}"""
# What has the focus, and whether it, its words or its label look otherwise without it.
# With forced colours a browser drops shadows and backgrounds, so that only lines count.
MARKED = """forced => {
  const e = document.activeElement
  const looked = [e, ...e.children, e.nextElementSibling].filter(Boolean)
  const looks = () => JSON.stringify(
    looked.flatMap(x => [null, '::before'].map(p => getComputedStyle(x, p)))
      .map(s => [s.outlineStyle, s.outlineWidth, s.borderTopWidth,
        ...(forced ? [] : [s.boxShadow, s.backgroundColor])]))
  const focused = looks()
  e.blur()
  const blurred = looks()
  e.focus()
  return [e.tagName + '.' + e.className, focused !== blurred]
}"""
BARE = (
    '{% extends "layout.html" %}{% set question = "Why?" %}'
    "{% set in_error = form is defined %}"
    "{% block before_question %}"
    "{% if form is defined %}{{ parts.error_summary(form) }}{% endif %}"
    "{% endblock %}"
    "{% block content %}"
    "{% if form is defined %}{{ parts.form_fields(form) }}{% endif %}"
    "{% if job is defined %}{{ parts.job_progress(job, '') }}{% endif %}"
    "{% endblock %}"
)


@dataclass
class Site:
    """Pages by address, served on the loopback address; pages may change meanwhile."""

    origin: str
    pages: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, text: str) -> str:
        """Serve this text as a page and return its address."""
        self.pages[f"/{name}"] = text
        return f"{self.origin}/{name}"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A site with no pages yet, and the static files of the service."""
    held: dict[str, str] = {}

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            static = STATIC / path.removeprefix("/static/")
            if path in held:
                self.give(held[path].encode(), "text/html; charset=utf-8")
            elif path.startswith("/static/") and static.is_file():
                self.give(static.read_bytes(), KINDS[static.suffix])
            else:
                self.send_error(404)

        def give(self, content: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", POLICY)
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", held)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Any]:
    """Open an address: ``visit(address, width=320)``."""
    opened: list[Page] = []

    def go(address: str, *, width: int = WIDE, **how: Any) -> Visit:
        shown = browser.new_page(viewport={"width": width, "height": 900}, **how)
        opened.append(shown)
        seen = Visit.of(shown)
        shown.goto(address)
        shown.wait_for_load_state("networkidle")
        return seen

    yield go
    for shown in opened:
        shown.context.close()


@pytest.fixture(scope="module")
def addresses(site: Site) -> dict[str, str]:
    """The gallery with plain, hostile and long text, and pages of next to nothing."""
    return {
        "plain": site.put("plain", gallery()),
        "hostile": site.put("hostile", gallery(lambda text: text + HOSTILE)),
        "long": site.put("long", gallery(lambda text: f"{text} {'W' * 300}")),
        "signed-in": site.put("signed-in", page(BARE, layout=full_layout(str))),
        "bare": site.put("bare", page(BARE)),
    }


NAMES = ["plain", "hostile", "long", "signed-in", "bare"]


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_and_the_page_does_not_scroll_sideways(
    visit: Any, addresses: dict[str, str], name: str, width: int
) -> None:
    seen = visit(addresses[name], width=width)
    assert violations(seen.page) == []
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


def test_axe_would_find_a_fault(visit: Any, site: Site) -> None:
    bad = page(BARE).replace("<h1", '<input name="unlabelled"><h1')
    seen = visit(site.put("bad", bad))
    assert [found.split(":")[0] for found in violations(seen.page)] == ["label"]


@pytest.mark.parametrize("name", NAMES)
def test_the_console_is_silent_and_no_other_machine_is_asked(
    visit: Any, site: Site, addresses: dict[str, str], name: str
) -> None:
    seen = visit(addresses[name])
    assert seen.said == []
    assert [a for a in seen.asked if not a.startswith(f"{site.origin}/")] == []
    assert f"{site.origin}/static/nhsuk/nhsuk-frontend.min.js" in seen.asked


def test_a_page_that_breaks_the_policy_would_be_heard(visit: Any, site: Site) -> None:
    bad = page(BARE).replace("<main", '<p style="color: red">x</p><main')
    assert "Content Security Policy" in " ".join(visit(site.put("x", bad)).said)


def test_text_may_be_spaced_out_without_sideways_scrolling(
    visit: Any, addresses: dict[str, str]
) -> None:
    shown = visit(addresses["plain"], width=PHONE).page
    # As a reader's own style sheet, which no policy of a page refuses.
    shown.evaluate(
        """css => { const own = new CSSStyleSheet(); own.replaceSync(css)
        document.adoptedStyleSheets = [own] }""",
        SPACED,
    )
    assert shown.evaluate("document.documentElement.scrollWidth") <= PHONE


def test_a_form_that_came_back_moves_the_reader_to_what_is_wrong(
    visit: Any, site: Site
) -> None:
    shown = visit(site.put("wrong", page(BARE, form=sent(str)))).page
    assert shown.title() == "Error: Why? - Candela"
    focused = "document.activeElement.className"
    assert shown.evaluate(focused) == "nhsuk-error-summary"
    shown.keyboard.press("Tab")
    shown.keyboard.press("Enter")
    assert shown.evaluate("document.activeElement.id") == "id_name"


def test_every_line_of_the_summary_lands_in_its_field(visit: Any, site: Site) -> None:
    shown = visit(site.put("wrong", page(BARE, form=sent(str)))).page
    for link in shown.locator(".nhsuk-error-summary a").all():
        link.click()
        name = (link.get_attribute("href") or "").removeprefix("#")
        focused = shown.evaluate("document.activeElement.id")
        # The script puts a button in the place of the file input, with a name like it.
        assert focused.startswith(name), name


def test_everything_is_there_without_scripts(
    visit: Any, addresses: dict[str, str]
) -> None:
    shown = visit(addresses["plain"], java_script_enabled=False).page
    for words in ("Research and care", "Impact", "Send the invitation", "Refresh"):
        assert shown.get_by_text(words, exact=True).first.is_visible()
    for name in ("id_password", "id_book", "id_agree"):
        assert shown.locator(f"#{name}").is_visible()
    table = shown.locator("#figure-funnel-table")
    assert not table.is_visible()
    shown.locator("summary").first.press("Enter")
    assert table.is_visible()


def test_the_keyboard_goes_to_the_content_and_shows_where_it_is(
    visit: Any, addresses: dict[str, str]
) -> None:
    shown = visit(addresses["bare"]).page
    shown.keyboard.press("Tab")
    skip = shown.locator(".nhsuk-skip-link")
    assert skip.bounding_box()["height"] > 20
    shown.keyboard.press("Enter")
    assert shown.evaluate("document.activeElement.id") == "maincontent"


@pytest.mark.parametrize("colours", ["none", "active"])
def test_whatever_has_the_focus_is_marked(
    visit: Any, addresses: dict[str, str], colours: str
) -> None:
    how = {"forced_colors": colours, "reduced_motion": "reduce"}
    shown = visit(addresses["plain"], **how).page
    shown.evaluate("document.activeElement.blur()")
    seen: list[str] = []
    while True:  # until the browser has gone round the page
        shown.keyboard.press("Tab")
        name, marked = shown.evaluate(MARKED, colours == "active")
        if name.startswith("BODY"):
            break
        assert marked, name
        seen.append(name)
    assert len(seen) > 30
    assert any("candela-scroll" in name for name in seen)


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_main_buttons_are_large_enough_for_a_thumb(
    visit: Any, addresses: dict[str, str], width: int
) -> None:
    shown = visit(addresses["plain"], width=width).page
    small = shown.evaluate(
        """() => [...document.querySelectorAll('main .nhsuk-button')]
        .filter(e => !e.hidden && e.getBoundingClientRect().height < 44)
        .map(e => e.outerHTML)"""
    )
    assert small == []
    targets = "footer a, .candela-download, .candela-links a, summary"
    heights = [e.bounding_box()["height"] for e in shown.locator(targets).all()]
    assert len(heights) > 10
    assert min(heights) >= 24


def test_work_under_way_is_shown_anew_without_leaving_the_page(
    visit: Any, site: Site, browser: Browser
) -> None:
    def told(stage: str, *, running: bool) -> str:
        job = JobProgress(stage, "/job", running, 3, 14)
        return page(BARE, job=job)

    site.put("job", told("Reading files", running=True))
    shown = browser.new_page()
    shown.clock.install()
    shown.goto(f"{site.origin}/job")
    shown.wait_for_load_state("networkidle")
    shown.evaluate("window.stayed = true")
    shown.get_by_text("Refresh").focus()
    site.put("job", told("Drawing charts", running=True))
    shown.clock.fast_forward(5_100)
    shown.get_by_text("Drawing charts").wait_for()
    assert shown.evaluate("window.stayed")
    assert shown.evaluate("document.activeElement.textContent") == "Refresh"
    site.put("job", told("The book is ready", running=False))
    shown.clock.fast_forward(5_100)
    shown.get_by_text("The book is ready").wait_for()
    assert shown.get_by_text("Refresh").count() == 0
    shown.close()


def test_paper_has_words_figures_and_what_is_closed_on_the_screen(
    visit: Any, addresses: dict[str, str]
) -> None:
    shown = visit(addresses["plain"]).page
    shown.emulate_media(media="print")
    for name in ("figure-funnel-table", "numbers-and-method"):
        assert shown.locator(f"#{name}").is_visible()
    assert shown.locator(".candela-method dd").first.is_visible()
    assert shown.get_by_text("Book: The made-up nation").is_visible()
    assert shown.locator(".made-up").is_visible()
    for gone in (
        ".nhsuk-header__navigation",
        ".candela-download",
        "main form",
        "#search",
    ):
        assert not shown.locator(gone).first.is_visible()
    after = "getComputedStyle(document.querySelector('main a'), '::after').content"
    assert shown.evaluate(after) == "none"
    figure = shown.locator(".candela-figure__drawing").first.bounding_box()
    assert figure["width"] <= 160 / 25.4 * 96 + 1


def test_a_page_without_a_book_has_a_short_title(visit: Any, site: Site) -> None:
    seen = visit(site.put("book", page(BARE, layout=Layout(book="Nation"))))
    assert seen.page.title() == "Why? - Nation - Candela"
