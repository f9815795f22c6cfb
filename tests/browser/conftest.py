"""A real service with the small made-up book in it, and a browser to open it in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from browser.browsing import opened
from browser.service import Service, running
from small_nation import MadeUp


@pytest.fixture(scope="module")
def service(
    made_up: MadeUp, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """A service with people of every role in it, and the small book open to all."""
    with running(tmp_path_factory.mktemp("service") / "home", made_up.book) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium.

    It is closed with the module: while Playwright runs, Django refuses its database.
    """
    with opened() as browser:
        yield browser
