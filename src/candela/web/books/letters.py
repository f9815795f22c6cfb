"""What does the monthly e-mail say?  The finding first, why it came, how to stop it.

Text out of books goes into it as plain text on one line: nobody adds a heading to an
e-mail by naming an organisation.
"""

from __future__ import annotations

import textwrap
from datetime import datetime

from django.core.mail import EmailMessage
from django.urls import reverse

from candela.publish.pages.organisation_changes import OrganisationChanges
from candela.web.addressed import origin
from candela.web.books.models import Book
from candela.web.shown import day

__all__ = ["changes_letter", "one_line"]

WIDTH = 76
LONGEST = 600  # of one sentence out of a book
MADE_UP = "Made-up data: the organisations and figures belong to nobody."


def changes_letter(
    changes: OrganisationChanges,
    *,
    to: str,
    code: str,
    older: Book,
    newer: Book,
    asked_on: datetime,
    token: str,
) -> EmailMessage:
    """Return the e-mail to one person about one organisation."""
    name = one_line(changes.name, 80)
    n = changes.figures
    stop = _address("stop-following", token)
    paragraphs = [
        one_line(changes.finding),
        one_line(changes.differs),
        *map(one_line, changes.signals),
        *([MADE_UP] if changes.made_up else []),
    ]
    links = [
        f"What changed: {_address('compare', newer.public_id, older.public_id)}",
        f"{name}: {_address('organisation', newer.public_id, code)}",
    ]
    why = (
        f"You get this since you asked on {day(asked_on)} for an e-mail when figures "
        f"of {name} change. It comes once a month at most."
    )
    return EmailMessage(
        subject=f"Candela: {name}, {n} {'figure' if n == 1 else 'figures'} changed",
        body="\n\n".join(
            [
                *(textwrap.fill(p, WIDTH) for p in paragraphs),
                "\n".join(links),
                textwrap.fill(why, WIDTH),
                f"Stop these e-mails: {stop}",
            ]
        )
        + "\n",
        to=[to],
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )


def one_line(text: str, longest: int = LONGEST) -> str:
    """Return text on one line, without signs that steer, and not without end."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    shown = " ".join(shown.split())
    return shown if len(shown) <= longest else f"{shown[: longest - 3]}..."


def _address(name: str, *of: str) -> str:
    """Return a whole address."""
    return f"{origin()}{reverse(name, args=of)}"
