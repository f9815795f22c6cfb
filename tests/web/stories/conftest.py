"""A study with enough answers, verified statements, and people to tell them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from candela.impact.claims import Role as Answering
from candela.web.accounts.permissions import Role
from candela.web.answering.models import Answer, Response
from candela.web.campaigns.models import Campaign, Group
from candela.web.coding.models import Source, Statement
from candela.web.scoping import organisation_scope
from candela.web.stories import actions
from candela.web.stories.audiences import Audience
from candela.web.stories.models import Report
from candela.web.studies.models import Study
from web.conftest import Place
from web.impact_places import (
    CLOSED,
    make_campaign,
    make_group,
    make_response,
    make_statement,
    make_study,
)

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
WORDS = "The nurse on the telephone knew me by the end."


@dataclass
class Told:
    """A study here with what was said and what is verified."""

    place: Place
    study: Study
    group: Group
    campaign: Campaign
    quoted: Answer
    statements: list[Statement] = field(default_factory=list)

    def answer(self, count: int = 1) -> list[Response]:
        """Let so many more people of the group answer."""
        with organisation_scope(self.place.organisation):
            return [make_response(self.place, self.group) for _ in range(count)]

    def begin(
        self, kind: str = "story", audience: Audience = Audience.PUBLIC
    ) -> Report:
        """Return a draft, made by the coordinator."""
        with organisation_scope(self.place.organisation):
            return actions.begin(
                organisation=self.place.organisation,
                kind=kind,
                study=self.study,
                audience=audience,
                by=self.place.person(Role.COORDINATOR),
                now=NOW,
            )

    def propose(self, report: Report) -> Report:
        """Have the coordinator propose it."""
        with organisation_scope(self.place.organisation):
            actions.propose(
                report=report, by=self.place.person(Role.COORDINATOR), now=NOW
            )
        return report

    def release(self, report: Report) -> Report:
        """Have it proposed, and released by the publisher."""
        self.propose(report)
        with organisation_scope(self.place.organisation):
            actions.release(
                report=report,
                seal=report.seal,
                by=self.place.person(Role.PUBLISHER),
                now=NOW,
            )
        return report


def again(report: Report) -> Report:
    """Return the report as it is in the database now."""
    with organisation_scope(report.organisation):
        return Report.objects.select_related("organisation").get(pk=report.pk)


def make_told(place: Place, *, people: int = 9) -> Told:
    """Return a study that so many participants answered for."""
    with organisation_scope(place.organisation):
        study = make_study(place)
        campaign = make_campaign(place, study, started_at=CLOSED)
        group = make_group(place, campaign, Answering.PARTICIPANT, target=42)
        first = make_response(place, group, texts=[WORDS], quote=True)
        answer = first.answers.get()
        answer.redaction = Answer.Redaction.CLEARED
        answer.save()
        for _ in range(people - 1):
            make_response(place, group)
        told = Told(place, study, group, campaign, answer)
        told.statements = [
            _verified(place, study, "People felt looked after.", kind="H2"),
            _verified(
                place, study, "Visits were tiring.", kind="B1", direction="negative"
            ),
        ]
        for statement in told.statements:
            Source.objects.create(
                organisation=place.organisation, statement=statement, answer=answer
            )
    return told


def _verified(place: Place, study: Study, text: str, **more: str) -> Statement:
    return make_statement(
        place,
        study=study,
        text=text,
        title=text,
        state="verified",
        horizon="during_study",
        beneficiaries=["participants"],
        first_seen=date(2026, 3, 1),
        **more,
    )


@pytest.fixture
def told(here: Place) -> Told:
    """A study here that nine participants answered for."""
    return make_told(here)
