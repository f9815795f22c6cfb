"""What does the page of a running campaign say, and which buttons does it have?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from candela.errors import CandelaError
from candela.publish.pages.parts import Cell, View
from candela.web.campaigns.actions import is_held, waiting_jobs
from candela.web.campaigns.contacts import unseal
from candela.web.campaigns.models import (
    Campaign,
    Group,
    Invitation,
    Mail,
    Status,
)
from candela.web.campaigns.reminders import AT_MOST, next_round
from candela.web.campaigns.sending import not_sent_yet
from candela.web.campaigns.standing import (
    GroupStanding,
    not_answered,
    progress_finding,
    standings,
)
from candela.web.campaigns.telling import is_due
from candela.web.parts import Link
from candela.web.shown import day, moment

__all__ = ["Progress", "progress_of"]

Modes: Any = Group.Mode
UNDER_WAY = (Status.OPEN, Status.PAUSED)
NOTE = (
    "Of groups that are not named, fewer than 8 answers are not shown, and others are "
    "told to the nearest 5. How many are missing is not said, so that nobody can be "
    "found out."
)


@dataclass(frozen=True)
class Progress:
    """Everything the page shows.

    ``held_until`` is set while it can be stopped before anything has happened;
    ``unsure`` lists addresses whose first e-mail may not have left.
    """

    finding: str
    groups: View
    dates: list[str]
    held_until: str
    waiting: int
    unsent: int
    unsure: list[str]
    undelivered: list[str]
    silent: list[tuple[str, list[str]]]
    may_remind: bool
    reminders: str
    is_open: bool
    is_paused: bool
    is_closed: bool
    can_finish: bool
    tell_now: bool
    told_words: str
    links: list[Link]


def progress_of(campaign: Campaign, now: datetime) -> Progress:
    """Return what the page of a campaign says at this moment."""
    groups, today = standings(campaign), now.date()
    held, jobs = is_held(campaign, now), waiting_jobs(campaign)
    under_way = campaign.status in UNDER_WAY
    first = next_round(campaign)
    return Progress(
        finding=_finding(campaign, groups, held=held),
        groups=_table(groups),
        dates=_dates(campaign, first),
        held_until=moment(campaign.started_at) if held else "",
        waiting=len(jobs),
        unsent=not_sent_yet(campaign.pk).count() if under_way and not jobs else 0,
        unsure=[] if jobs or not under_way else _unsure(campaign),
        undelivered=_addresses(_rows(campaign).filter(undelivered=True)),
        silent=_silent(groups) if under_way else [],
        may_remind=first is not None and first <= today and not jobs,
        reminders=_reminders(campaign, first, today),
        is_open=campaign.status == Status.OPEN and not held,
        is_paused=campaign.status == Status.PAUSED,
        is_closed=campaign.closed_at is not None,
        can_finish=campaign.status in (Status.CODING, Status.REPORTED),
        tell_now=is_due(campaign, today),
        told_words=_told_words(campaign),
        links=_links(campaign, groups) if under_way else [],
    )


def _finding(campaign: Campaign, groups: list[GroupStanding], *, held: bool) -> str:
    if held and campaign.started_at is not None:
        return (
            f"Nothing has been sent yet. The campaign begins on "
            f"{moment(campaign.started_at)}."
        )
    return progress_finding(groups)


def _table(groups: list[GroupStanding]) -> View:
    rows = [
        (
            Cell(g.words),
            Cell(str(Modes(g.group.mode).label)),
            Cell(str(g.sent)),
            Cell(str(g.sheets)),
            Cell("yes" if g.poster else "no"),
            Cell(g.told),
        )
        for g in groups
    ]
    return View(
        caption="Groups, how they were asked, and how many have answered",
        headings=("Group", "Kept", "E-mails", "Paper forms", "Poster", "Answered"),
        rows=tuple(rows),
        notes=(NOTE,),
    )


def _dates(campaign: Campaign, first: date | None) -> list[str]:
    """Return what happens on which day."""
    told = []
    if campaign.status in UNDER_WAY and campaign.closes_on:
        if first is not None:
            told.append(f"From {day(first)} a reminder can be sent.")
        told.append(f"It closes at the end of {day(campaign.closes_on)}, by itself.")
    if campaign.closed_at is not None:
        told.append(f"It closed on {day(campaign.closed_at)}.")
    if campaign.read_by and campaign.status != Status.FINISHED:
        told.append(
            f"People were promised that answers are read by {day(campaign.read_by)}."
        )
    if campaign.told_by and campaign.status != Status.FINISHED:
        told.append(f"They hear what came of it by {day(campaign.told_by)}.")
    if campaign.contacts_deleted_at:
        told.append(f"Addresses were deleted on {day(campaign.contacts_deleted_at)}.")
    elif campaign.closed_at is None:
        told.append("Addresses are deleted 30 days after it closes, or sooner.")
    return told


def _reminders(campaign: Campaign, first: date | None, today: date) -> str:
    done = f"Rounds of reminders sent: {campaign.reminder_rounds} of {AT_MOST}."
    if campaign.status != Status.OPEN:
        return done
    if first is None:
        return f"{done} No more can be sent before it closes."
    if first > today:
        return f"{done} The next can be sent from {day(first)}."
    return f"{done} Only people who have not answered get one."


def _rows(campaign: Campaign) -> Any:
    return Invitation.objects.filter(group__campaign=campaign).exclude(
        contact_sealed=""
    )


def _unsure(campaign: Campaign) -> list[str]:
    """Return addresses whose first e-mail may not have left."""
    return _addresses(_rows(campaign).filter(mail__in=(Mail.LEAVING, Mail.FAILED)))


def _silent(groups: list[GroupStanding]) -> list[tuple[str, list[str]]]:
    """Return who has not answered, of named groups and of no others."""
    found = [(g.words, _readable(not_answered(g.group))) for g in groups]
    return [(words, addresses) for words, addresses in found if addresses]


def _addresses(rows: Any) -> list[str]:
    return _readable(list(rows.order_by("pk")))


def _readable(rows: list[Invitation]) -> list[str]:
    found = []
    for row in rows:
        try:
            found.append(unseal(row.contact_sealed))
        except CandelaError:
            found.append("(an address that cannot be read any more)")
    return sorted(found)


def _told_words(campaign: Campaign) -> str:
    told = getattr(campaign, "told", None)
    if told is not None and told.published_at is not None:
        return f"What came of it was published on {day(told.published_at)}."
    if campaign.finished_without_telling:
        return f"People were not told: {campaign.finished_without_telling}"
    return "People have not been told yet what came of it."


def _links(campaign: Campaign, groups: list[GroupStanding]) -> list[Link]:
    """Return where more can be done while it is open."""
    slug, number = campaign.organisation.slug, campaign.pk
    links = [
        Link("Add people", reverse("campaign-invitations", args=[slug, number])),
        Link(
            "E-mail came back, or somebody should not be asked",
            reverse("campaign-addresses", args=[slug, number]),
        ),
        Link("Move the day it closes", reverse("campaign-extend", args=[slug, number])),
    ]
    links += [
        Link(
            f"Paper forms and conversations: {g.words}",
            reverse("campaign-paper", args=[slug, number, g.group.pk]),
        )
        for g in groups
    ]
    return links
