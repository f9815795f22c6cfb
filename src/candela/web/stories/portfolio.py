"""What stands on the page of the portfolio?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from candela.web.accounts.models import Membership
from candela.web.accounts.permissions import Permission
from candela.web.coding.models import Statement
from candela.web.parts import Link
from candela.web.stories.asking import gaps_of, rolled_up
from candela.web.stories.consents import reports_with_gone_quotes
from candela.web.stories.gathering import COUNTING
from candela.web.stories.heat_map import heat_map
from candela.web.stories.models import Report
from candela.web.stories.standing import standing_of
from candela.web.studies.listing import due_lines
from candela.web.studies.models import Milestone

__all__ = ["portfolio_page", "rooms"]

NEWEST = 5
AHEAD = timedelta(days=60)
ROOMS = (
    (Permission.SEE_IMPACT, "What waits for you", "waiting"),
    (Permission.SEE_IMPACT, "Studies", "studies"),
    (Permission.RUN_CAMPAIGNS, "Campaigns: asking people", "campaigns"),
    (Permission.CHANGE_QUESTIONS, "Questionnaires", "questionnaires"),
    (Permission.CODE_ANSWERS, "Answers to read", "answers"),
    (Permission.SEE_IMPACT, "Statements", "statements"),
    (Permission.REVIEW_STATEMENTS, "Statements to check", "reviews"),
    (Permission.SEE_IMPACT, "Evidence", "evidence"),
    (Permission.SEE_IMPACT, "Reports", "reports"),
    (Permission.SEE_IMPACT, "People in research", "colleagues"),
)


def rooms(membership: Membership) -> list[Link]:
    """Return the pages about impact that this member may open."""
    slug = membership.organisation.slug
    links = [
        Link(words, reverse(name, args=[slug]))
        for permission, words, name in ROOMS
        if membership.may(permission)
    ]
    if membership.organisation.is_training:
        links.append(Link("Letters, and start again", reverse("training", args=[slug])))
    return links


def portfolio_page(membership: Membership, *, today: date) -> dict[str, Any]:
    """Return what the portfolio of the organisation in scope shows."""
    organisation = membership.organisation
    rolled = rolled_up()
    released = list(Report.objects.filter(state=Report.State.RELEASED))
    return {
        "caption": organisation.name,
        "organisation": organisation,
        "standing": standing_of(),
        "coverage": rolled.coverage,
        "rooms": rooms(membership),
        "map": heat_map(rolled, organisation) if rolled.counted else None,
        "due": due_lines(_due(today), today),
        "newest": _newest(organisation.slug),
        "gaps": gaps_of(rolled),
        "flagged": len(reports_with_gone_quotes(released)),
        "overdue": [
            r for r in released if r.review_due is not None and r.review_due < today
        ],
        "may_ask": membership.may(Permission.RUN_CAMPAIGNS),
        "may_add": membership.may(Permission.MANAGE_STUDIES),
    }


def _due(today: date) -> list[Milestone]:
    return list(
        Milestone.objects.filter(done_on=None, never=False, due__lte=today + AHEAD)
        .select_related("study")
        .order_by("due")[:10]
    )


def _newest(slug: str) -> list[Link]:
    rows = (
        Statement.objects.filter(state__in=COUNTING, same_as=None)
        .select_related("study")
        .order_by("-changed_at", "-number")[:NEWEST]
    )
    return [
        Link(
            f"{row.label}: {row.title or row.text}",
            reverse("statement", args=[slug, row.pk]),
            f"of {row.study.short_title}",
        )
        for row in rows
    ]
