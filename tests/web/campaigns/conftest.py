"""A coordinator at a browser, a study, and the e-mails that leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from candela.errors import CandelaError
from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.campaigns import actions, inviting, setting_up
from candela.web.campaigns.models import Campaign, Group
from candela.web.jobs import queue
from candela.web.jobs.handlers import Progress, kind_of
from candela.web.jobs.models import Job
from candela.web.scoping import across_organisations, organisation_scope
from candela.web.studies.models import Study
from web.campaigns.filling import Person
from web.conftest import Place
from web.impact_places import make_study

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def into_a_list(settings: Any) -> None:
    """Collect e-mails where tests can read them."""
    settings.MAIL_THROUGH = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def coordinator(here: Place, signed_in: Callable[[User], Client]) -> Person:
    """Somebody who sets campaigns up."""
    return Person(signed_in(here.person(Role.COORDINATOR)))


@pytest.fixture
def study(here: Place) -> Study:
    """A study that closed."""
    with organisation_scope(here.organisation):
        return make_study(here)


@pytest.fixture
def campaign(here: Place, study: Study) -> Campaign:
    """A campaign with the usual groups, ready to be started."""
    person = here.person(Role.COORDINATOR)
    with organisation_scope(here.organisation):
        made = setting_up.begin(study=study, milestone=None, by=person, now=NOW)
        made.governance = Campaign.Governance.SERVICE_EVALUATION
        made.save()
    return made


Ask = Callable[..., Group]


def do_next_job(now: datetime) -> Job:
    """Do the next piece of work as a worker does at that moment; return it after."""
    claimed = queue.claim(now)
    assert claimed is not None
    try:
        done = kind_of(claimed.kind).handler(claimed, Progress(claimed))
        queue.finish(claimed, done)
    except CandelaError as error:
        queue.fail(claimed, str(error), now, again=False)
    with across_organisations():
        return Job.objects.get(pk=claimed.pk)


@pytest.fixture
def ask(here: Place, campaign: Campaign) -> Ask:
    """Return a function that invites people of a group."""

    def invite(role: str, *addresses: str) -> Group:
        with organisation_scope(here.organisation):
            group = campaign.groups.select_related("campaign").get(role=role)
            inviting.invite(
                group=group, addresses=addresses, by=here.person(Role.COORDINATOR)
            )
        return group

    return invite


@pytest.fixture
def open_campaign(here: Place, campaign: Campaign, ask: Ask) -> Campaign:
    """A campaign that began yesterday, with a named group of three people."""
    ask("researcher", "ann@example.org", "bob@example.org", "cat@example.org")
    with organisation_scope(here.organisation):
        actions.start(
            campaign=campaign,
            by=here.person(Role.COORDINATOR),
            now=NOW - timedelta(days=1),
        )
    return campaign
