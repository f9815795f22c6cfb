"""Does a campaign lead from an e-mail to a paper for the board, through many hands?

One real service, from an empty list of studies on.  All who work here press their way
through without JavaScript; three answer on a small phone, and one on paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browser import impact_stages as stages
from browser.impact_people import (
    Pictures,
    Somebody,
    on_a_phone,
    somebody,
    text_in,
)
from browser.service import Service, _run, running

FIELDS_AT_MOST = 12
CLICKS_AT_MOST = 24
CLICKS_A_STATEMENT = 6
AUDIT_ENTRIES = 4
BOARD, STORY = "Feet on the ward, for the board", "Feet on the ward"
ALSO_A_REVIEWER = """
import json
import django
django.setup()
from django.db import transaction
from candela.web.accounts.models import Membership
from candela.web.scoping import across_organisations
with transaction.atomic(), across_organisations():
    lead = Membership.objects.get(user__email="viewer@quillmere.example")
    lead.roles = ["reviewer"]
    lead.save()
print(json.dumps("done"))
"""
# E-mails of a made-up organisation never leave; so it is said only after they have.
MADE_UP = """
import json
import django
django.setup()
from candela.web.accounts.models import Organisation
Organisation.objects.filter(slug="quillmere").update(is_training=True)
print(json.dumps("done"))
"""
AUDIT = """
import json
import django
django.setup()
from django.db import transaction
from candela.web.audit.chain import verify_chain
from candela.web.audit.models import Event
from candela.web.scoping import across_organisations
with transaction.atomic(), across_organisations():
    told = list(Event.objects.filter(thing="statement:2").order_by("number")
        .values_list("action", flat=True))
print(json.dumps({"told": told, "broken": repr(verify_chain()[1])}))
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with people of every role and no book; one more is a reviewer."""
    with running(tmp_path_factory.mktemp("impact") / "home") as started:
        _run(ALSO_A_REVIEWER, started.home)
        yield started


@pytest.fixture
def pictures(browser: Browser, tmp_path: Path) -> Pictures:
    """Pictures of all pages, in order."""
    return Pictures(browser.new_page(), tmp_path)


def test_a_campaign_leads_to_a_paper_for_the_board(
    browser: Browser, place: Service, pictures: Pictures, tmp_path: Path
) -> None:
    with somebody(browser, place, pictures, "coordinator") as coordinator:
        set_up_in_few_steps(coordinator)
        stages.name_lead(coordinator)
        code = stages.make_paper(coordinator)
        links = stages.start_and_wait(place)
        for name, role in stages.ANSWERING.items():
            with on_a_phone(browser, place, pictures, name) as one:
                stages.change_in_words(one, links[name], role)
                print(f"{role}: {one.clicks + one.choices} taps, {one.fields} field")
        stages.type_in(coordinator, code)
        stages.close_campaign(coordinator)
    with somebody(browser, place, pictures, "coder") as coder:
        stages.keep_minutes(coder, tmp_path)
        assert stages.code_answers(coder) <= CLICKS_A_STATEMENT
    with somebody(browser, place, pictures, "viewer") as lead:
        stages.try_to_verify_own(lead)
    with somebody(browser, place, pictures, "reviewer") as reviewer:
        stages.verify(reviewer)
    audit_tells(place)
    _run(MADE_UP, place.home)
    with somebody(browser, place, pictures, "coordinator") as coordinator:
        stages.build_report(coordinator, "board paper", BOARD)
        stages.build_report(coordinator, "one-page story", STORY)
    with somebody(browser, place, pictures, "publisher") as publisher:
        files = [
            f for t in (BOARD, STORY) for f in stages.release(publisher, t, tmp_path)
        ]
    documents_tell(files)
    assert pictures.wrong == []


def set_up_in_few_steps(one: Somebody) -> None:
    """Set a campaign up, from a study that nobody has entered yet."""
    stages.set_up(one)
    print(f"set up: {one.fields} fields, {one.clicks} presses, {one.choices} choices")
    assert one.fields <= FIELDS_AT_MOST
    assert one.clicks + one.choices <= CLICKS_AT_MOST


def audit_tells(place: Service) -> None:
    """The log tells of the statement, of who was refused, and is whole."""
    told = _run(AUDIT, place.home)
    assert isinstance(told, dict)
    assert told["told"].count("access.refused") == 1
    assert told["told"][-1] == "statement.verify"
    assert len(told["told"]) >= AUDIT_ENTRIES
    assert told["broken"] == "None"


def documents_tell(files: list[Path]) -> None:
    """Each document says what is claimed, under its label, and that it is made up."""
    assert [f.suffix for f in files] == [".docx", ".pdf"] * 2
    for file in files:
        words = text_in(file)
        assert "made-up" in file.name
        assert stages.CLAIM in words
        assert "S-2" in words
        assert "made-up" in words.lower()
        assert "fewer than 8" in words.lower()
