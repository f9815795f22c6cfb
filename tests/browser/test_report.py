"""Does the report open in a browser without errors, network or JavaScript?

Debian's Chromium is used where it is there.  Where it must be there, set
``CANDELA_REQUIRE_BROWSER=1``: its absence is then a failure.
"""

from __future__ import annotations

import re
import struct
import subprocess
from pathlib import Path

import pytest

from book_pages import parsed
from browser import browsing
from small_nation import MadeUp

WIDE, NARROW = 1280, 500  # the narrowest window that a headless Chromium makes
# What Chromium says of the machine it runs on, with no page at all.
OWN_WORDS = re.compile(r"dbus|gpu|vaapi|gl_|angle|vulkan|viz|font|sandbox|oom|inotify")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of Chromium."""
    return browsing.chromium()


def browse(
    chromium: str, profile: Path, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run Chromium without a window and without any way to another machine."""
    return subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-extensions",
            "--disable-background-networking",
            "--no-first-run",
            # Every name leads nowhere: what the page would fetch is an error.
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--enable-logging=stderr",
            "--log-level=0",
            f"--user-data-dir={profile}",
            *arguments,
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )


def complaints(log: str) -> list[str]:
    """Return what the page's console said, and what could not be fetched."""
    return [
        line
        for line in log.splitlines()
        if ("CONSOLE" in line or "ERR_" in line) and not OWN_WORDS.search(line.lower())
    ]


def test_the_report_opens_whole_without_a_word_in_the_console(
    chromium: str, made_up: MadeUp, tmp_path: Path
) -> None:
    page = (made_up.book / "report.html").as_uri()
    seen = browse(chromium, tmp_path, "--dump-dom", page)
    assert complaints(seen.stderr) == []
    tree = parsed(re.sub(r"^<!DOCTYPE html>", "", seen.stdout))
    assert len(list(tree.all("h1"))) == 1
    assert len(list(tree.all("figure"))) == 4
    assert len([e for e in tree.all("data") if e.text()]) > 50


def test_a_page_that_complains_would_be_heard(chromium: str, tmp_path: Path) -> None:
    page = tmp_path / "bad.html"
    page.write_text(
        "<!doctype html><title>x</title><script>console.error('heard')</script>"
        "<script>nowhere()</script>"
    )
    seen = browse(chromium, tmp_path / "profile", "--dump-dom", page.as_uri())
    said = " ".join(complaints(seen.stderr))
    assert "heard" in said
    assert "nowhere is not defined" in said


def picture(chromium: str, page: Path, place: Path, width: int) -> bytes:
    browse(
        chromium,
        place / "profile",
        f"--screenshot={place / 'page.png'}",
        f"--window-size={width},900",
        "--hide-scrollbars",
        page.as_uri(),
    )
    return (place / "page.png").read_bytes()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_report_is_drawn_at_desktop_and_narrow_widths(
    chromium: str, made_up: MadeUp, tmp_path: Path, width: int
) -> None:
    raw = picture(chromium, made_up.book / "report.html", tmp_path, width)
    assert struct.unpack(">II", raw[16:24]) == (width, 900)
    assert len(raw) > 20_000  # an empty page of this size is 4,000 bytes
