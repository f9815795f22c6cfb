"""Does the page of a study say what is known, and hide what must be hidden?"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from candela.impact.claims import Role as Answering
from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.answering.models import Response
from candela.web.scoping import organisation_scope
from candela.web.studies.models import Study
from candela.web.studies.voices import people_words
from web.conftest import Place
from web.impact_places import (
    CLOSED,
    make_campaign,
    make_group,
    make_response,
    make_statement,
    make_study,
)

pytestmark = pytest.mark.django_db

Browser = Callable[[User], Client]


@pytest.fixture
def study(here: Place) -> Study:
    """A study that nobody was asked about."""
    with organisation_scope(here.organisation):
        return make_study(here)


def page(signed_in: Browser, here: Place, study: Study, role: Role) -> str:
    """Return the page as a member of one role sees it."""
    client = signed_in(here.person(role))
    return client.get(f"/at/quillmere/impact/studies/{study.pk}/").content.decode()


def heard(here: Place, study: Study, role: Answering, people: int) -> None:
    """Let some people of a group have answered in a campaign that is closed."""
    campaign = make_campaign(here, study, started_at=CLOSED)
    group = make_group(here, campaign, role)
    for _ in range(people):
        make_response(here, group)


def test_a_study_that_nobody_was_asked_about_names_whom_to_ask_first(
    here: Place, study: Study, signed_in: Browser
) -> None:
    text = page(signed_in, here, study, Role.COORDINATOR)
    assert "Nobody has been asked yet what Heron study changed here." in text
    first = text.split("Whom to ask first")[1].split("</ol>")[0]
    assert first.count("<li>") == 3
    assert "people who took part" in first
    assert "Who was heard" not in text


def test_people_are_counted_by_the_rule_for_small_numbers() -> None:
    assert people_words(0, 0) == "Nobody's answers are open yet"
    assert people_words(7, 1) == "Fewer than 8 people in 1 group answered"
    assert people_words(42, 3) == "About 40 people in 3 groups answered"


def test_the_finding_counts_people_roughly_and_statements_exactly(
    here: Place, study: Study, signed_in: Browser
) -> None:
    with organisation_scope(here.organisation):
        heard(here, study, Answering.PARTICIPANT, 12)
        first = make_statement(here, study=study, kind="H1", state="verified")
        make_statement(here, study=study, kind="W1", state="submitted")
        make_statement(here, study=study, kind="W1", same_as=first)
        make_statement(here, study=study, kind="W1", state="withdrawn")
    text = page(signed_in, here, study, Role.CODER)
    assert (
        "About 10 people in 1 group answered; 2 changes reported, none confirmed by a "
        "second source, none disputed." in text
    )
    assert "S-3" in text
    assert "repeats S-1, so it is not counted" in text
    assert "S-4" not in text


def test_who_only_reads_sees_verified_statements_alone(
    here: Place, study: Study, signed_in: Browser
) -> None:
    with organisation_scope(here.organisation):
        make_statement(here, study=study, text="Checked.", state="verified")
        make_statement(here, study=study, text="Not checked.", state="submitted")
    text = page(signed_in, here, study, Role.VIEWER)
    assert "S-1" in text
    assert "Not checked." not in text
    assert "1 change reported" in text


def test_a_group_of_few_is_shown_with_others_and_never_by_itself(
    here: Place, study: Study, signed_in: Browser
) -> None:
    with organisation_scope(here.organisation):
        heard(here, study, Answering.PARTICIPANT, 12)
        heard(here, study, Answering.CARER, 3)
    text = page(signed_in, here, study, Role.COORDINATOR)
    table = text.split('id="who-was-heard')[1].split("</table>")[0]
    assert "shown together" in table
    assert ">3<" not in table
    assert ">15<" in table  # 12 and 3


def test_an_open_campaign_says_who_is_asked_and_nothing_of_what_they_said(
    here: Place, study: Study, signed_in: Browser
) -> None:
    with organisation_scope(here.organisation):
        campaign = make_campaign(
            here, study, started_at=CLOSED, closed_at=None, status="open"
        )
        group = make_group(here, campaign, Answering.MANAGER)
        for _ in range(9):
            make_response(here, group)
    text = page(signed_in, here, study, Role.COORDINATOR)
    assert "Still being asked: managers." in text
    assert "Nobody&#39;s answers are open yet" in text
    assert "Not asked: people who took part" in text


def test_the_same_study_at_another_site_is_named(
    here: Place, study: Study, signed_in: Browser
) -> None:
    with organisation_scope(here.organisation):
        east = make_study(here, short_title="Heron East", same_as=study)
    assert "Heron East" in page(signed_in, here, study, Role.VIEWER)
    assert ">Heron study" in page(signed_in, here, east, Role.VIEWER)


def test_a_group_that_was_asked_and_said_nothing_is_silent_not_unasked(
    here: Place, study: Study, signed_in: Browser
) -> None:
    with organisation_scope(here.organisation):
        heard(here, study, Answering.PARTICIPANT, 9)
        campaign = make_campaign(
            here, study, started_at=CLOSED, closed_at=CLOSED, status="coding"
        )
        make_group(here, campaign, Answering.CLINICIAN)
    text = page(signed_in, here, study, Role.COORDINATOR)
    table = text.partition("Who says what")[2]
    assert "Clinicians and service staff" in table
    assert "were asked, and nobody reported it" in table


def test_information_governance_is_led_to_who_gave_a_confidential_answer(
    here: Place, study: Study, signed_in: Browser
) -> None:
    with organisation_scope(here.organisation):
        campaign = make_campaign(here, study, started_at=CLOSED)
        make_group(here, campaign, Answering.CLINICIAN, mode="confidential")
    link = f"/at/quillmere/impact/campaigns/{campaign.pk}/who-answered/"
    assert link in page(signed_in, here, study, Role.INFORMATION_GOVERNANCE)
    assert link not in page(signed_in, here, study, Role.COORDINATOR)


def main_of(text: str) -> str:
    """Return what is on a page below its header, without what is new each time."""
    return re.sub(r'value="\w{64}"', "", text.partition("<main")[2])


def test_it_is_not_told_whether_the_only_manager_answered(
    here: Place, study: Study, signed_in: Browser
) -> None:
    """Eleven and twelve people are both told as 10."""
    with organisation_scope(here.organisation):
        heard(here, study, Answering.PARTICIPANT, 11)
        campaign = make_campaign(here, study, started_at=CLOSED, closed_at=CLOSED)
        group = make_group(here, campaign, Answering.MANAGER, target=1)
    before = main_of(page(signed_in, here, study, Role.COORDINATOR))
    with organisation_scope(here.organisation):
        make_response(here, group)
    assert main_of(page(signed_in, here, study, Role.COORDINATOR)) == before
    assert "About 10 people in 1 group answered" in before


def test_who_takes_an_answer_back_is_not_found_by_the_count(
    here: Place, study: Study, signed_in: Browser
) -> None:
    """Eight answered, shown as 10; with one taken back it would say that 7 are left."""
    with organisation_scope(here.organisation):
        heard(here, study, Answering.PARTICIPANT, 8)
        taken_back = Response.objects.earliest("pk")
        taken_back.withdrawn_on = CLOSED.date()
        taken_back.save()
    text = page(signed_in, here, study, Role.COORDINATOR)
    assert "About 10 people in 1 group answered" in text
