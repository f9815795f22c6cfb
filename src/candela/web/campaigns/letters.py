"""What do the e-mails of a campaign say?  Plain text, one link, and how to stop.

No subject names a study unless the organisation allows it for this campaign: a name can
tell an illness to whoever looks over a shoulder.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.mail import EmailMessage
from django.urls import reverse

from candela.impact.claims import Role
from candela.web.addressed import origin
from candela.web.books.letters import one_line
from candela.web.campaigns.links import address_of
from candela.web.campaigns.models import Campaign, Group, Invitation, Told
from candela.web.shown import day

__all__ = ["invitation_letter", "news_letter", "subject_name", "trial_letter"]

Mode: Any = Group.Mode
WIDTH = 76
SUBJECTS: Mapping[bool, str] = {
    True: "A study where you work",
    False: "A study you took part in",
}
OF_CARERS = "A study somebody close to you took part in"
WHAT = {True: "What did it change?", False: "What was it like?"}
MODE_LINES: Mapping[str, str] = {
    Mode.ANONYMOUS: (
        "We do not ask your name, and nobody can find out who sent which answer. After "
        "sending we cannot take your answer back."
    ),
    Mode.CONFIDENTIAL: (
        "Those who read the answers do not see who gave them. Only information "
        "governance could look it up, and each look is written down."
    ),
    Mode.IDENTIFIED: (
        "Those who read the answers see who gave them. You can take yours back until "
        "it is published."
    ),
}
WHY: Mapping[Role, str] = {
    Role.PARTICIPANT: "you took part in this study",
    Role.CARER: "somebody close to you took part in this study",
    Role.CONTRIBUTOR: "you gave advice on this study",
}
WHY_STAFF = "you work where this study took place"


def subject_name(campaign: Campaign, role: Role) -> str:
    """Return how a subject names the study: not at all, unless that is allowed."""
    if campaign.names_study_in_subject:
        return one_line(campaign.study.plain_name, 60)
    return OF_CARERS if role is Role.CARER else SUBJECTS[role.is_staff]


def invitation_letter(
    invitation: Invitation, *, to: str, minutes: int, reminder: bool = False
) -> EmailMessage:
    """Return the e-mail that asks one person, or reminds them."""
    group = invitation.group
    return _asking(
        group,
        link=address_of(invitation),
        to=to,
        minutes=minutes,
        until=invitation.expires_on or group.campaign.closes_on,
        reminder=reminder,
    )


def trial_letter(group: Group, *, to: str, minutes: int) -> EmailMessage:
    """Return the same e-mail for the coordinator; its link shows the questions only."""
    slug, version = group.organisation.slug, group.questionnaire_id
    shows = reverse("questionnaire-form", args=[slug, version]) if version else "/"
    made = _asking(
        group,
        link=origin() + shows,
        to=to,
        minutes=minutes,
        until=group.campaign.closes_on,
        reminder=False,
    )
    made.subject = f"To try: {made.subject}"
    made.extra_headers = {}
    return made


def news_letter(told: Told, role: Role | None, *, to: str) -> EmailMessage:
    """Return the e-mail that says what people said and what was done."""
    campaign = told.campaign
    page = origin() + reverse("told", args=[campaign.public_id])
    parts = (
        ("What people said", told.heard),
        ("What we did", told.did),
        ("What we could not do, and why", told.could_not),
    )
    body = [
        f"You told us about {_study(campaign)}, and asked to hear what came of it.",
        *(f"{heading}\n\n{text.strip()}" for heading, text in parts if text.strip()),
        f"The same on a page: {page}",
        "You get this once, since you asked for it. Your address is deleted now.",
    ]
    name = subject_name(campaign, role or Role.PARTICIPANT)
    return EmailMessage(
        subject=f"{name}: what people said and what we did",
        body=_filled(body),
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    )


def _asking(
    group: Group,
    *,
    link: str,
    to: str,
    minutes: int,
    until: date | None,
    reminder: bool,
) -> EmailMessage:
    campaign, role = group.campaign, Role(group.role)
    no_thanks = f"{link}no-thanks/"
    body = [
        _first(group, reminder=reminder),
        f"It takes about {minutes} minutes. You can skip any question.",
        link,
        _safe(role) + MODE_LINES[group.mode],
        *([f"You can answer until {day(until)}."] if until else []),
        f"If you would rather not, and want no more e-mail about it: {no_thanks}",
        _why(group),
        *([f"Questions? {one_line(campaign.contact)}"] if campaign.contact else []),
    ]
    return EmailMessage(
        subject=_subject(group, minutes, until, reminder=reminder),
        body=_filled(body),
        to=[to],
        headers={
            "List-Unsubscribe": f"<{no_thanks}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def _subject(group: Group, minutes: int, until: date | None, *, reminder: bool) -> str:
    role = Role(group.role)
    name = subject_name(group.campaign, role)
    if reminder and until:
        return f"{name}: you can still tell us until {day(until)}"
    what = WHAT[role.is_staff].lower()
    return f"{name}: {what} {minutes} minutes"


def _first(group: Group, *, reminder: bool) -> str:
    who = one_line(group.organisation.name, 80)
    study = _study(group.campaign)
    if Role(group.role).is_staff:
        asks = f"{who} asks what {study} changed where you work."
    else:
        asks = f"{who} asks what {study} was like, and what it changed."
    if not reminder:
        return asks
    return f"{asks} We wrote to you before. If you have answered, you need do nothing."


def _study(campaign: Campaign) -> str:
    return f"the study “{one_line(campaign.study.plain_name, 80)}”"


def _safe(role: Role) -> str:
    return "" if role.is_staff else "Your care will not change, whatever you say. "


def _why(group: Group) -> str:
    role = Role(group.role)
    why = WHY.get(role, WHY_STAFF)
    who = one_line(group.organisation.name, 80)
    return (
        f"You get this since {why}, and {who} has your address. You get it once, and "
        "two reminders at most. We delete your address within a month of the close, "
        "unless you ask to hear what came of it."
    )


def _filled(paragraphs: list[str]) -> str:
    return "\n\n".join(map(_wrapped, paragraphs)) + "\n"


def _wrapped(paragraph: str) -> str:
    """Break long lines, and never a link."""
    return "\n".join(
        textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False)
        for line in paragraph.splitlines()
    )
