"""How does the worked example become rows of an organisation?

Everything that the pages would have written, without the weeks in between: people in
research and studies, a campaign that was answered and closed, statements with what
supports them.  Who wrote and reviewed them is nobody who can sign in, so that whoever
tries things out may review what is left to review.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

import numpy as np
from django.conf import settings

from candela.impact.questionnaire import shipped
from candela.impact.worked_example import day_of, responses, worked_example
from candela.web.accounts.models import Organisation
from candela.web.answering.models import Answer
from candela.web.campaigns.models import Campaign, Group, Told
from candela.web.coding.models import Evidence
from candela.web.house.training_answers import put_response
from candela.web.house.training_claims import put_statement
from candela.web.questionnaires.actions import take_into_use
from candela.web.studies.models import (
    Colleague,
    Identifier,
    Milestone,
    Output,
    Service,
    Study,
    StudyMember,
    StudyOutput,
)

__all__ = ["Placed", "put_worked_example"]


@dataclass
class Placed:
    """What was put in so far, by the keys of the example."""

    organisation: Organisation
    today: date
    services: dict[str, Service] = field(default_factory=dict)
    colleagues: dict[str, Colleague] = field(default_factory=dict)
    studies: dict[str, Study] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)

    def day(self, days_ago: int | None) -> date | None:
        """Return the day so many days before the start, if one is told."""
        return None if days_ago is None else day_of(days_ago, self.today)

    def moment(self, days_ago: int) -> datetime:
        """Return noon of that day."""
        return datetime.combine(day_of(days_ago, self.today), time(12), UTC)


def put_worked_example(
    organisation: Organisation, *, now: datetime, rng: np.random.Generator
) -> Placed:
    """Put the example into the organisation in scope, and return where it is."""
    told = worked_example()
    placed = Placed(organisation, now.date())
    _put_people(placed, told)
    for study in told["studies"]:
        _put_study(placed, study)
    _put_outputs(placed, told["outputs"])
    milestones = {
        (m["study"], m["kind"]): Milestone.objects.create(
            organisation=organisation,
            study=placed.studies[m["study"]],
            kind=m["kind"],
            due=placed.day(m["due"]),
            done_on=placed.day(m.get("done")),
        )
        for m in told["milestones"]
    }
    campaign = _put_campaign(placed, told["campaign"], milestones)
    for group in told["groups"]:
        placed.groups[group["role"]] = _put_group(placed, campaign, group, now)
    for response in rng.permutation(np.array([*responses()], dtype=object)):
        put_response(placed, response)
    _put_evidence(placed, told["evidence"])
    for statement in told["statements"]:
        put_statement(placed, statement)
    return placed


def _put_people(placed: Placed, told: Mapping[str, Any]) -> None:
    of = placed.organisation
    for service in told["services"]:
        placed.services[service["key"]] = Service.objects.create(
            organisation=of,
            name=service["name"],
            level=service["level"],
            parent=placed.services.get(service.get("parent", "")),
        )
    for colleague in told["colleagues"]:
        placed.colleagues[colleague["key"]] = Colleague.objects.create(
            organisation=of, name=colleague["name"], profession=colleague["profession"]
        )


def _put_study(placed: Placed, told: Mapping[str, Any]) -> None:
    of = placed.organisation
    words = ("kind", "title", "short_title", "plain_name", "plain_summary", "status")
    study = Study.objects.create(
        organisation=of,
        **{name: told[name] for name in words},
        sponsor=told.get("sponsor", ""),
        specialty=told.get("specialty", ""),
        service=placed.services[told["service"]],
        lead=placed.colleagues[told["lead"]],
        opened_on=placed.day(told.get("opened")),
        closed_recruitment_on=placed.day(told.get("closed_recruitment")),
        closed_on=placed.day(told.get("closed")),
        recruits=told.get("recruits"),
    )
    placed.studies[told["key"]] = study
    for member in told["members"]:
        StudyMember.objects.create(
            organisation=of, study=study, colleague=placed.colleagues[member]
        )
    for scheme, value in told.get("identifiers", {}).items():
        Identifier.objects.create(
            organisation=of, study=study, scheme=scheme, value=value
        )


def _put_outputs(placed: Placed, outputs: list[Mapping[str, Any]]) -> None:
    for told in outputs:
        output = Output.objects.create(
            organisation=placed.organisation,
            kind=told["kind"],
            title=told["title"],
            dated=placed.day(told["dated"]),
        )
        StudyOutput.objects.create(
            organisation=placed.organisation,
            study=placed.studies[told["study"]],
            output=output,
        )


def _put_campaign(
    placed: Placed,
    told: Mapping[str, Any],
    milestones: Mapping[tuple[str, str], Milestone],
) -> Campaign:
    campaign = Campaign.objects.create(
        organisation=placed.organisation,
        study=placed.studies[told["study"]],
        milestone=milestones[told["study"], told["milestone"]],
        reason=told["reason"],
        governance=told["governance"],
        governance_reference=told["governance_reference"],
        governance_decided_on=placed.day(told["governance_decided"]),
        contact=told["contact"],
        help_now=told["help_now"],
        status=Campaign.Status.REPORTED,
        opens_on=placed.day(told["opens"]),
        closes_on=placed.day(told["closes"]),
        read_by=placed.day(told["read_by"]),
        told_by=placed.day(told["told_by"]),
        started_at=placed.moment(told["opens"]),
        closed_at=placed.moment(told["closes"]),
        contacts_deleted_at=placed.moment(told["closes"] - 1),
        added_at=placed.moment(told["opens"]),
    )
    words = told["told"]
    Told.objects.create(
        organisation=placed.organisation,
        campaign=campaign,
        heard=words["heard"],
        did=words["did"],
        could_not=words["could_not"],
        published_at=placed.moment(words["published"]),
    )
    return campaign


def _put_group(
    placed: Placed, campaign: Campaign, told: Mapping[str, Any], now: datetime
) -> Group:
    key = next(k for k, q in shipped().items() if q.role == told["role"])
    version = take_into_use(organisation=placed.organisation, key=key, by=None, now=now)
    return Group.objects.create(
        organisation=placed.organisation,
        campaign=campaign,
        role=told["role"],
        questionnaire=version,
        mode=told["mode"],
        target=told["asked"],
        opened_at=campaign.closed_at,
    )


def _put_evidence(placed: Placed, items: list[Mapping[str, Any]]) -> None:
    vault = settings.CONFIGURATION.folder("evidence")
    for told in items:
        content = told["content"].lstrip().encode()
        name = hashlib.sha256(content).hexdigest()
        (vault / name).write_bytes(content)
        item = Evidence.objects.create(
            organisation=placed.organisation,
            number=told["number"],
            kind=told["kind"],
            title=told["title"],
            dated=placed.day(told["dated"]),
            holder="Research office",
            quality=told["quality"],
            sensitivity=told["sensitivity"],
            file_name=name,
            given_name=told["file"],
            media_type="text/csv" if told["file"].endswith(".csv") else "text/plain",
            size=len(content),
        )
        placed.evidence[item.label] = item
