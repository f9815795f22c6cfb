"""Is each study asked about when it is time, and each person told once?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core import mail
from django.test import Client

from candela.errors import NotAllowed
from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.audit.models import Event
from candela.web.scoping import across_organisations, organisation_scope
from candela.web.studies import milestones
from candela.web.studies.milestones import due, make_milestones
from candela.web.studies.models import Milestone, Study
from candela.web.studies.telling import tell_due
from web.conftest import Place
from web.impact_places import make_campaign, make_study

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)


@pytest.fixture
def study(here: Place) -> Study:
    """A study that recruited for two years and closed this spring."""
    with organisation_scope(here.organisation):
        study = make_study(
            here,
            opened_on=date(2024, 1, 1),
            closed_recruitment_on=date(2026, 1, 1),
            closed_on=date(2026, 4, 30),
        )
        make_milestones(study)
    return study


def days(study: Study) -> dict[str, date]:
    """Return the days for asking about a study."""
    return {m.kind: m.due for m in study.milestones.all()}


def test_days_follow_from_the_dates_and_move_with_them(
    here: Place, study: Study
) -> None:
    with organisation_scope(here.organisation):
        assert days(study) == {
            "mid": date(2024, 12, 31),  # 731 days, half of which are 365
            "close_recruitment": date(2026, 1, 1),
            "close_out": date(2026, 4, 30),
            "plus12": date(2027, 4, 30),
            "plus24": date(2028, 4, 30),
        }
        study.closed_on = date(2026, 5, 31)
        make_milestones(study)
        assert days(study)["plus12"] == date(2027, 5, 31)
        before = list(study.milestones.values_list("pk", "due"))
        make_milestones(study)
        assert list(study.milestones.values_list("pk", "due")) == before


def test_what_is_done_stays_when_dates_change(here: Place, study: Study) -> None:
    with organisation_scope(here.organisation):
        close = study.milestones.get(kind="close_out")
        milestones.asked(milestone=close, by=here.person(Role.COORDINATOR), today=TODAY)
        study.closed_on = None
        study.closed_recruitment_on = None
        make_milestones(study)
        assert days(study) == {"close_out": date(2026, 4, 30)}


def test_of_one_study_the_newest_day_waits(here: Place, study: Study) -> None:
    with organisation_scope(here.organisation):
        assert [m.kind for m in due(TODAY)] == ["close_out"]
        assert due(date(2023, 1, 1)) == []


def test_not_now_waits_three_months_and_brings_no_older_day_up(
    here: Place, study: Study
) -> None:
    with organisation_scope(here.organisation):
        (waiting,) = due(TODAY)
        until = milestones.put_off(
            milestone=waiting, by=here.person(Role.COORDINATOR), today=TODAY
        )
        assert until == date(2027, 2, 25)
        assert due(TODAY) == []
        assert [m.kind for m in due(until)] == ["close_out"]


def test_never_holds_for_all_days_and_can_be_taken_back(
    here: Place, study: Study
) -> None:
    by = here.person(Role.COORDINATOR)
    with organisation_scope(here.organisation):
        (waiting,) = due(TODAY)
        milestones.never(milestone=waiting, by=by)
        assert due(TODAY) == []
        study.milestones.filter(kind="plus24").delete()
        make_milestones(study)
        assert study.milestones.get(kind="plus24").never
        milestones.never(milestone=waiting, by=by, is_never=False)
        assert [m.pk for m in due(TODAY)] == [waiting.pk]


def test_a_campaign_that_names_the_day_ends_the_waiting(
    here: Place, study: Study
) -> None:
    with organisation_scope(here.organisation):
        (waiting,) = due(TODAY)
        make_campaign(here, study, milestone=waiting)
        assert due(TODAY) == []


def test_what_is_done_is_not_done_again(here: Place, study: Study) -> None:
    by = here.person(Role.COORDINATOR)
    with organisation_scope(here.organisation):
        (waiting,) = due(TODAY)
        milestones.asked(milestone=waiting, by=by, today=TODAY)
        with pytest.raises(NotAllowed):
            milestones.put_off(milestone=waiting, by=by, today=TODAY)


def test_each_coordinator_gets_one_e_mail_and_never_a_second(
    here: Place, there: Place, study: Study
) -> None:
    assert tell_due(TODAY) == 2  # coordinator and administrator may ask people
    assert tell_due(TODAY) == 0
    told = {address for letter in mail.outbox for address in letter.to}
    assert told == {"coordinator@quillmere.example", "administrator@quillmere.example"}
    letter = mail.outbox[0]
    assert study.short_title not in letter.subject
    assert study.short_title in letter.body
    assert "milestones/" in letter.body
    with across_organisations():
        lines = Event.objects.filter(action="milestone.told")
        assert [line.organisation_id for line in lines] == [here.organisation.pk]


def test_the_owner_of_a_day_is_told_alone_unless_they_may_no_longer_ask(
    here: Place, study: Study
) -> None:
    with organisation_scope(here.organisation):
        (waiting,) = due(TODAY)
        waiting.owner = here.person(Role.COORDINATOR)
        waiting.save()
    assert tell_due(TODAY) == 1
    assert mail.outbox[0].to == ["coordinator@quillmere.example"]
    with organisation_scope(here.organisation):
        Milestone.objects.update(owner=here.person(Role.VIEWER), told_on=None)
    assert tell_due(TODAY) == 2


def test_the_page_puts_off_says_never_and_takes_it_back(
    here: Place, study: Study, signed_in: Callable[[User], Client]
) -> None:
    with organisation_scope(here.organisation):
        (waiting,) = due(TODAY)
    client = signed_in(here.person(Role.COORDINATOR))
    address = f"/at/quillmere/impact/milestones/{waiting.pk}/"
    assert b"Not now" in client.get(address).content
    page = client.post(address, {"what": "not_now"}, follow=True).content.decode()
    assert "Put off until" in page
    page = client.post(address, {"what": "never"}, follow=True).content.decode()
    assert "Remind us again" in page
    page = client.post(address, {"what": "again"}, follow=True).content.decode()
    assert "count again" in page
    page = client.post(address, {"what": "shout"}, follow=True).content.decode()
    assert "not one of the choices" in page


def test_another_day_is_chosen_and_a_past_one_refused(
    here: Place, study: Study, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(here.person(Role.COORDINATOR))
    address = f"/at/quillmere/impact/studies/{study.pk}/days/"
    page = client.post(address, {"day": "1/1/2001"}).content.decode()
    assert page.count("Ask on: this day has passed. Enter one to come.") == 2
    assert 'value="1/1/2001"' in page
    client.post(address, {"day": "1 March 2199"})
    with organisation_scope(here.organisation):
        (made,) = study.milestones.filter(kind="custom")
        assert made.due == date(2199, 3, 1)
        assert made.owner == here.person(Role.COORDINATOR)
