"""What may anybody read, and what not?"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.coding.models import Statement
from candela.web.scoping import organisation_scope
from candela.web.stories import actions
from candela.web.stories.audiences import Audience
from candela.web.stories.building import frozen_document
from candela.web.stories.models import Report
from web.conftest import Place
from web.stories.conftest import NOW, Told, make_told
from web.stories.reading_files import text_of

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


def test_a_released_public_story_is_listed_and_read_without_signing_in(
    told: Told,
) -> None:
    report = told.release(told.begin())
    page = Client().get("/impact/").content.decode()
    assert f"/impact/{report.public_id}/" in page
    assert "1 story was released for anybody to read, from 1 organisation." in page
    story = Client().get(f"/impact/{report.public_id}/").content.decode()
    assert "People felt looked after." in story
    assert report.seal[:12] in story


@pytest.mark.parametrize("audience", [a for a in Audience if a is not Audience.PUBLIC])
def test_what_is_for_others_is_not_found_by_anybody(
    told: Told, audience: Audience
) -> None:
    report = told.release(told.begin(audience=audience))
    assert Client().get(f"/impact/{report.public_id}/").status_code == 404
    assert Client().get(f"/impact/{report.public_id}/file.pdf").status_code == 404
    assert report.public_id not in Client().get("/impact/").content.decode()


def test_a_draft_is_not_found_by_anybody(told: Told) -> None:
    report = told.propose(told.begin())
    assert Client().get(f"/impact/{report.public_id}/").status_code == 404


def test_a_withdrawn_story_is_not_found_and_stays_on_the_list_inside(
    told: Told, here: Place, signed_in: Browser
) -> None:
    report = told.release(told.begin())
    with organisation_scope(here.organisation):
        actions.withdraw(report=report, by=here.person(Role.PUBLISHER))
    assert Client().get(f"/impact/{report.public_id}/").status_code == 404
    inside = signed_in(here.person(Role.VIEWER)).get("/at/quillmere/impact/reports/")
    assert "withdrawn" in inside.content.decode()


def test_readers_outside_see_internal_evidence_by_its_kind_only(told: Told) -> None:
    from candela.web.coding.models import Evidence, Support

    with organisation_scope(told.place.organisation):
        item = Evidence.objects.create(
            organisation=told.place.organisation,
            number=1,
            kind="minutes",
            title="Minutes that only members read",
            sensitivity="internal",
        )
        Support.objects.create(
            organisation=told.place.organisation,
            statement=told.statements[0],
            evidence=item,
            supports=["change"],
        )
    public = told.release(told.begin())
    inside = told.release(told.begin(audience=Audience.INTERNAL))
    assert "only members read" not in str(public.content)
    assert "E1" in str(public.content)
    assert "only members read" in str(inside.content)


def test_the_newest_version_of_a_story_is_listed_and_the_older_still_opens(
    told: Told,
) -> None:
    first = told.release(told.begin())
    with organisation_scope(told.place.organisation):
        made = actions.next_version(
            report=first, by=told.place.person(Role.COORDINATOR), now=NOW
        )
    second = told.release(made)
    listed = Client().get("/impact/").content.decode()
    assert second.public_id in listed
    assert first.public_id not in listed
    assert Client().get(f"/impact/{first.public_id}/").status_code == 200


def test_the_door_leads_members_to_their_portfolio_and_others_to_public_stories(
    told: Told, here: Place, signed_in: Browser
) -> None:
    assert 'href="/impact/"' not in Client().get("/words/").content.decode()
    told.release(told.begin())
    assert 'href="/impact/"' in Client().get("/words/").content.decode()
    member = signed_in(here.person(Role.VIEWER)).get("/words/").content.decode()
    assert 'href="/at/quillmere/impact/"' in member


def test_how_answers_are_used_is_said_without_signing_in() -> None:
    page = Client().get("/how-we-use-answers/").content.decode()
    assert "Nobody can look it up, not even us." in page
    assert "deleted when the campaign closes" in page


def test_reports_by_their_numbers_are_of_one_organisation(
    told: Told, there: Place, signed_in: Browser
) -> None:
    report = told.release(told.begin())
    stranger = signed_in(there.person(Role.ADMINISTRATOR))
    for rest in ("", "file.pdf"):
        path = f"/at/westerby/impact/reports/{report.pk}/{rest}"
        assert stranger.get(path).status_code == 404
    assert isinstance(report, Report)


def test_programs_find_public_stories_and_the_whole_of_each(told: Told) -> None:
    report = told.release(told.begin())
    told.release(told.begin(audience=Audience.BOARD))
    (found,) = Client().get("/api/v1/stories/").json()["stories"]
    assert found["seal"] == report.seal
    assert found["released_on"] == "2026-11-25"
    whole = Client().get(found["data"]).json()
    assert whole["title"] == found["title"]


def test_a_statement_that_was_withdrawn_since_is_named_in_every_copy(
    here: Place,
) -> None:
    told = make_told(here)
    report = told.release(told.begin())
    with organisation_scope(here.organisation):
        before = frozen_document(report)
        Statement.objects.filter(pk=told.statements[1].pk).update(state="withdrawn")
    label = told.statements[1].label
    words = f"Since this was made, {label} was withdrawn."
    assert words not in str(before)
    assert words in Client().get(f"/impact/{report.public_id}/").content.decode()
    for suffix in ("docx", "pdf", "html", "json"):
        answer = Client().get(f"/impact/{report.public_id}/file.{suffix}")
        assert words in text_of(answer.content, suffix), suffix
