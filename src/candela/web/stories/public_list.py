"""Which reports may anybody read, of which organisation?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

from candela.web.scoping import across_organisations
from candela.web.stories.audiences import Audience
from candela.web.stories.models import Report

__all__ = ["PublicRow", "any_public", "find_public", "list_finding", "public_rows"]


@dataclass(frozen=True)
class PublicRow:
    """One report that anybody may read, as a list shows it."""

    title: str
    organisation: str
    released: date
    address: str
    made_up: bool
    public_id: str
    seal: str


def _public() -> QuerySet[Report]:
    rows: QuerySet[Report] = Report.objects.filter(
        state=Report.State.RELEASED, audience=Audience.PUBLIC.value
    ).select_related("organisation", "study")
    return rows


def any_public() -> bool:
    """Say whether there is anything for anybody to read."""
    with across_organisations():
        return _public().exists()


def find_public(public_id: str) -> Report | None:
    """Return a report that anybody may read."""
    with across_organisations():
        return _public().filter(public_id=public_id).first()


def public_rows() -> tuple[PublicRow, ...]:
    """Return what anybody may read, the newest version of each, newest first."""
    with across_organisations():
        newest = _public().order_by("-released_at")
        rows = list(newest.defer("content", "choices"))
    replaced = {row.follows_id for row in rows}
    return tuple(
        PublicRow(
            title=row.title,
            organisation=row.organisation.name,
            released=row.released_at.date(),
            address=reverse("story", args=[row.public_id]),
            made_up=row.organisation.is_training,
            public_id=row.public_id,
            seal=row.seal,
        )
        for row in rows
        if row.pk not in replaced
    )


def list_finding(rows: tuple[PublicRow, ...]) -> str:
    """Return how many stories there are, and of how many organisations."""
    if not rows:
        return "No story has been released for anybody to read yet."
    places = len({row.organisation for row in rows})
    told = "1 story was" if len(rows) == 1 else f"{len(rows)} stories were"
    of = "1 organisation" if places == 1 else f"{places} organisations"
    return f"{told} released for anybody to read, from {of}."
