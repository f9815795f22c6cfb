"""Where was anybody asked, and about what?

A kind of change that nobody was asked about looks, in a table of statements, like one
of which nothing was found.  What was asked is what the questionnaires of started
campaigns ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from candela.errors import CandelaError
from candela.impact.framework import framework
from candela.impact.report import Coverage
from candela.web.campaigns.models import Campaign, Group
from candela.web.coding.models import Statement
from candela.web.questionnaires.reading import form_of
from candela.web.stories.gathering import COUNTING, studies_that_count
from candela.web.studies.models import Service

__all__ = ["Gaps", "asked_cells", "coverage_by_service", "gaps"]

NO_SERVICE = ""


@dataclass(frozen=True)
class Gaps:
    """Kinds of change nobody was asked about, and those where nothing was found."""

    not_asked: tuple[str, ...]
    nothing_found: tuple[str, ...]


def asked_cells() -> frozenset[tuple[str, str]]:
    """Return which kinds of change people of which service were asked about."""
    groups = (
        Group.objects.filter(campaign__started_at__isnull=False)
        .exclude(questionnaire=None)
        .select_related("questionnaire", "campaign__study")
    )
    kinds_of: dict[int, frozenset[str]] = {}
    cells = set()
    for group in groups:
        version = group.questionnaire
        if version.pk not in kinds_of:
            kinds_of[version.pk] = frozenset(_kinds(version))
        service = _key(group.campaign.study.service_id)
        cells |= {(service, kind) for kind in kinds_of[version.pk]}
    return frozenset(cells)


def _kinds(version: object) -> Iterator[str]:
    try:
        form = form_of(version)  # type: ignore[arg-type]
    except CandelaError:
        return
    for asked in form.gates:
        yield from asked.kinds


def coverage_by_service() -> dict[str, Coverage]:
    """Return of how many studies of each service how many were asked."""
    eligible = studies_that_count().annotate(
        is_asked=Exists(
            Campaign.objects.filter(study=OuterRef("pk"), started_at__isnull=False)
        ),
        is_told=Exists(
            Statement.objects.filter(study=OuterRef("pk"), state__in=COUNTING)
        ),
    )
    counts = {
        _key(pk): [0, 0, 0] for pk in Service.objects.values_list("pk", flat=True)
    }
    for service, asked, told in eligible.values_list(
        "service_id", "is_asked", "is_told"
    ):
        count = counts.setdefault(_key(service), [0, 0, 0])
        for place, true in enumerate((True, asked, told)):
            count[place] += true
    return {key: Coverage(*count) for key, count in counts.items()}


def gaps() -> Gaps:
    """Return the kinds of change nobody was asked about, and the silent ones."""
    asked = {kind for _, kind in asked_cells()}
    told = Statement.objects.filter(state__in=COUNTING).values_list("kind", flat=True)
    known = framework()
    found = set(told)
    labels = {code: kind.label for code, kind in known.kinds.items()}
    return Gaps(
        not_asked=tuple(
            label for code, label in labels.items() if code not in asked | found
        ),
        nothing_found=tuple(
            label for code, label in labels.items() if code in asked - found
        ),
    )


def _key(pk: int | None) -> str:
    return NO_SERVICE if pk is None else str(pk)
