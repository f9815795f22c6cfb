"""How many people have answered?  Exact: what a page may show of it, it asks
``publish.impact.small``."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db.models import Count

from candela.web.answering.models import Response, SealedAnswer
from candela.web.campaigns.models import Group

__all__ = ["answered", "answered_by_group"]


def answered(group: Group) -> int:
    """Return how many people of a group have sent something."""
    return answered_by_group([group.pk]).get(group.pk, 0)


def answered_by_group(groups: Collection[int]) -> Mapping[int, int]:
    """Return the same for several groups; one with no answer is absent."""
    sealed = SealedAnswer.objects.filter(
        group__in=groups, holds=SealedAnswer.Holds.ANSWER
    )
    found: dict[int, int] = {}
    for rows in (sealed, Response.objects.filter(group__in=groups)):
        for row in rows.order_by().values("group").annotate(n=Count("pk")):
            found[row["group"]] = found.get(row["group"], 0) + row["n"]
    return found
