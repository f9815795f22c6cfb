"""Are studies added and imported without a fault, wide and on a telephone?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from browser.browsing import PHONE, WIDE, Visit, violations
from browser.service import Service, running

EXPORT = (
    "StudyId,StudyShortName,IrasId,StudyStatus,ActualOpeningDate\n"
    "50001,HERON,123456,Closed to Recruitment,01/02/2024\n"
    "50002,EGRET,,Open to Recruitment,04/03/2025\n"
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with people of every role and no book."""
    with running(tmp_path_factory.mktemp("studies") / "home") as started:
        yield started


@pytest.fixture
def page(browser: Browser, place: Service) -> Iterator[Page]:
    """A page of a coordinator who has signed in; nothing is asked outside."""
    context = browser.new_context(viewport={"width": WIDE, "height": 900})
    page = context.new_page()
    visit = Visit.of(page)
    page.goto(f"{place.origin}/sign-in/")
    page.get_by_label("E-mail").fill("coordinator@quillmere.example")
    page.locator("input[type=password]").fill(place.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()
    yield page
    assert visit.said == []
    assert visit.outside(place.origin) == []
    context.close()


def press(page: Page, name: str) -> None:
    """Press a button, or follow a link."""
    button = page.locator("main").get_by_role("button", name=name)
    link = page.locator("main").get_by_role("link", name=name)
    with page.expect_navigation():
        (button if button.count() else link).first.click()


def faults(page: Page) -> list[str]:
    """Return what is wrong with a page, wide and on a telephone."""
    found = []
    for width in (WIDE, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        if Visit(page).scrolls_sideways:
            found.append(f"{page.url} at {width} px: scrolls sideways")
        found += [f"{page.url} at {width} px: {said}" for said in violations(page)]
    page.set_viewport_size({"width": WIDE, "height": 900})
    return found


def test_a_study_is_added_looked_at_and_put_off_without_a_fault(
    page: Page, place: Service
) -> None:
    wrong: list[str] = []
    page.goto(f"{place.origin}/at/quillmere/impact/studies/")
    wrong += faults(page)
    press(page, "Add a study")
    wrong += faults(page)
    page.get_by_label("Short title").fill("IBIS")
    page.get_by_label("Closed on").fill("31/6/2026")
    press(page, "Add the study")
    assert "There is a problem" in page.locator("main").inner_text()
    assert page.get_by_label("Short title").input_value() == "IBIS"
    wrong += faults(page)
    page.get_by_label("Closed on").fill("30/6/2026")
    press(page, "Add the study")
    assert "Whom to ask first" in page.locator("main").inner_text()
    wrong += faults(page)
    for link in ("Change what is known", "Numbers", "Who did it", "What it brought"):
        press(page, link)
        wrong += faults(page)
        press(page, "Back to IBIS")
    press(page, "Closed: 30 June 2026")
    wrong += faults(page)
    press(page, "Not now")
    assert "Put off until" in page.locator("main").inner_text()
    assert wrong == []


def test_an_export_is_taken_over_in_four_steps_without_a_fault(
    page: Page, place: Service, tmp_path: Path
) -> None:
    export = tmp_path / "export.csv"
    export.write_text(EXPORT, encoding="utf-8")
    page.goto(f"{place.origin}/at/quillmere/impact/studies/")
    press(page, "Import an export")
    wrong = faults(page)
    page.locator("input[type=file]").set_input_files(export)
    press(page, "Show what it would change")
    wrong += faults(page)
    press(page, "Take these over")
    assert "2 added, 0 changed" in page.locator("main").inner_text()
    wrong += faults(page)
    export.write_text(EXPORT.replace("01/02/2024", "31/02/2024"), encoding="utf-8")
    press(page, "Import an export")
    page.locator("input[type=file]").set_input_files(export)
    press(page, "Show what it would change")
    assert "row 2, column `ActualOpeningDate`" in page.locator("main").inner_text()
    wrong += faults(page)
    assert wrong == []
