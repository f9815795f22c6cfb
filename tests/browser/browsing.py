"""How do tests open pages, and what do they listen for?

Debian's Chromium is driven by Playwright.  Where it must be there, set
``CANDELA_REQUIRE_BROWSER=1``: its absence is then a failure: a skip is not a pass.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

__all__ = ["PHONE", "WIDE", "Visit", "chromium", "opened", "violations"]

# The menu is laid out anew in the frame after a resize; half-way it has no colour.
TWO_FRAMES = """() => new Promise(done =>
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"""
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, PHONE = 1280, 320
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """Return the path of Chromium; skip or fail where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        message = "no chromium on this machine (Debian: apt-get install chromium)"
        if os.environ.get("CANDELA_REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return found


@contextmanager
def opened() -> Iterator[Browser]:
    """Open a browser without a window.

    Close it before the test touches the database: while Playwright runs, Django takes
    this thread for one that must not wait.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page in a browser, what its console said, and whom it asked for something."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, page: Page) -> Visit:
        """Listen to a page from now on."""
        visit = cls(page)

        def heard(message: ConsoleMessage) -> None:
            visit.said.append(message.text)

        page.on("console", heard)
        page.on("pageerror", lambda error: visit.said.append(str(error)))
        page.on("request", lambda request: visit.asked.append(request.url))
        return visit

    def begin_anew(self) -> None:
        """Leave the page for an empty one, and forget what was said and asked."""
        self.page.goto("about:blank")
        self.said.clear()
        self.asked.clear()

    def outside(self, origin: str) -> list[str]:
        """Return what was asked of anybody but the service."""
        inside = (f"{origin}/", "data:")
        return [address for address in self.asked if not address.startswith(inside)]

    @property
    def scrolls_sideways(self) -> bool:
        """Whether the page is wider than the window."""
        wide: bool = self.page.evaluate(
            "document.documentElement.scrollWidth > "
            "document.documentElement.clientWidth"
        )
        return wide


def violations(page: Page) -> list[str]:
    """Return what axe finds on a page: the rule, and the first place."""
    page.evaluate(TWO_FRAMES)
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run({runOnly: {type: 'tag', values: tags}, "
        # Sheets of style are fetched anew only for rules about films and sound.
        "resultTypes: ['violations'], preload: false})",
        TAGS,
    )
    assert len(found["passes"]) > 10
    return [f"{v['id']}: {v['nodes'][0]['html']}" for v in found["violations"]]
