"""What does the e-mail say when it is time to ask about a study again?

No study is named in the subject: its name could tell of an illness.  The links lead to
a page of members, where "not now" and "never for this study" are buttons.
"""

from __future__ import annotations

import textwrap

from django.core.mail import EmailMessage
from django.urls import reverse

from candela.web.addressed import origin
from candela.web.books.letters import one_line
from candela.web.shown import day
from candela.web.studies.models import Milestone

__all__ = ["milestone_letter"]

WIDTH = 76


def milestone_letter(milestone: Milestone, *, to: str, named: bool) -> EmailMessage:
    """Return the e-mail about one day; ``named`` says that the day has an owner."""
    study = milestone.study
    slug = milestone.organisation.slug
    name = one_line(study.short_title, 80)
    page = _address("milestone", slug, milestone.pk)
    why = (
        "You get this since you look after this study's days for asking."
        if named
        else "You get this since you are a coordinator of "
        f"{one_line(milestone.organisation.name, 80)}."
    )
    paragraphs = [
        f"{name}: {milestone.get_kind_display()}, on {day(milestone.due)}. It is a "
        "good time to ask people what it changed.",
        f"Ask, or say not now, or never for this study:\n{page}",
        f"{why} One e-mail comes for each such day, and no second one. To get no more "
        "about this study, choose “Never for this study” there.",
    ]
    return EmailMessage(
        subject=f"Candela: a study is due to be asked about ({milestone.due:%B %Y})",
        body="\n\n".join(
            p if "\n" in p else textwrap.fill(p, WIDTH) for p in paragraphs
        )
        + "\n",
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    )


def _address(name: str, *of: object) -> str:
    """Return a whole address."""
    return f"{origin()}{reverse(name, args=of)}"
