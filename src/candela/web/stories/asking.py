"""What did all studies change here, and where was nobody asked?

A kind of change that nobody was asked about looks, in a table of statements, like one
of which nothing was found.  What was asked is what the questionnaires of started
campaigns ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from candela.errors import CandelaError
from candela.impact.claims import Role
from candela.impact.framework import framework
from candela.impact.lifecycle import State
from candela.impact.rollup import Rollup, StudyAsked, roll_up
from candela.web.campaigns.models import Group
from candela.web.coding.models import Statement
from candela.web.coding.standing import standing_claims
from candela.web.questionnaires.models import QuestionnaireVersion
from candela.web.questionnaires.reading import form_of
from candela.web.stories.gathering import studies_that_count
from candela.web.studies.models import Service

__all__ = ["NO_SERVICE", "Gaps", "gaps_of", "rolled_up", "service_names"]

NO_SERVICE = ""
Asked = dict[Role, frozenset[str]]


@dataclass(frozen=True)
class Gaps:
    """Kinds of change nobody was asked about, and those where nothing was found."""

    not_asked: tuple[str, ...]
    nothing_found: tuple[str, ...]


def rolled_up() -> Rollup:
    """Return what is verified in the organisation in scope, each change once.

    What was verified counts as it was, while its next version is being written.
    """
    standing = standing_claims(Statement.objects.order_by("number"))
    counted = [claim for claim in standing if State(claim.state).counts]
    return roll_up(counted, studies=list(_studies()))


def _studies() -> Iterator[StudyAsked]:
    asked = _asked_by_study()
    for pk, service in studies_that_count().values_list("pk", "service_id"):
        key = NO_SERVICE if service is None else str(service)
        yield StudyAsked(str(pk), key, asked.get(pk, {}))


def _asked_by_study() -> dict[int, Asked]:
    """Return what each group of each study was asked about."""
    groups = (
        Group.objects.filter(campaign__started_at__isnull=False)
        .exclude(questionnaire=None)
        .values_list("campaign__study", "role", "questionnaire")
    )
    versions = QuestionnaireVersion.objects.in_bulk({row[2] for row in groups})
    kinds = {pk: frozenset(_kinds(version)) for pk, version in versions.items()}
    found: dict[int, Asked] = {}
    for study, role, questionnaire in groups:
        by_role = found.setdefault(study, {})
        before = by_role.get(Role(role), frozenset())
        by_role[Role(role)] = before | kinds[questionnaire]
    return found


def _kinds(version: QuestionnaireVersion) -> Iterator[str]:
    try:
        form = form_of(version)
    except CandelaError:  # a version that cannot be read says nothing here
        return
    for asked in form.gates:
        yield from asked.kinds


def service_names() -> dict[str, str]:
    """Return the names of the services by their keys."""
    rows = Service.objects.values_list("pk", "name")
    return {NO_SERVICE: "No service", **{str(pk): name for pk, name in rows}}


def gaps_of(rolled: Rollup) -> Gaps:
    """Return the kinds of change nobody was asked about, and the silent ones."""
    asked = {kind for kind, _ in rolled.asked}
    found = set(rolled.kinds)
    labels = {code: kind.label for code, kind in framework().kinds.items()}
    return Gaps(
        not_asked=tuple(
            label for code, label in labels.items() if code not in asked | found
        ),
        nothing_found=tuple(
            label for code, label in labels.items() if code in asked - found
        ),
    )
