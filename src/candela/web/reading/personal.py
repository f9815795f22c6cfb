"""What does this service keep about people, for what, and until when?

Lengths come from the settings that carry them out, so that the page cannot promise
another thing.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from candela.publish.pages.parts import View
from candela.web.accounts.models import INVITATION_LASTS
from candela.web.house.retention import FIXED, FIXED_OF_ANSWERS, RULES

__all__ = [
    "cookies",
    "kept_about_people",
    "length",
    "schedule",
    "schedule_of_answers",
]

HEADINGS = ("What", "For what", "Who sees it", "Kept until")
ACCOUNT_CLOSES = "you close your account"


def kept_about_people() -> View:
    """Return every kind of thing that is kept about a person."""
    return View.of(
        "What is kept about people",
        HEADINGS,
        (
            (
                "Your name and e-mail address",
                "to know who signs in, and to write to you",
                "members of your organisation who may see its members; who keeps the "
                "service",
                ACCOUNT_CLOSES,
            ),
            (
                "Your organisation and roles, since when, and when you were last here",
                "to know what you may do, and whether an account is still used",
                "the same",
                "your membership ends",
            ),
            (
                "Your password in a form that cannot be turned back; public keys of "
                "your passkeys; the secrets of your codes",
                "to let you in and nobody else",
                "nobody",
                "you change or remove them, or close your account",
            ),
            (
                "When and from which network address and browser you signed in",
                "so that you can see and end your sessions",
                "you; who keeps the service",
                f"the session ends: after {length(settings.SESSION_IDLE)} of nothing, "
                f"or {length(settings.SESSION_LONGEST)} at most",
            ),
            (
                "The e-mail address that an invitation was sent to",
                "to let one person join",
                "members who may invite",
                f"{length(RULES['invitations'].after)} after it was used, withdrawn or "
                f"ran out, which it does after {length(INVITATION_LASTS)}",
            ),
            (
                "Which organisations' figures you follow",
                "to write to you when they change",
                "you",
                "you stop following, with one click in any of these e-mails",
            ),
            (
                "What you did: added, published, invited, downloaded the log, and when",
                "so that it can be shown who did what",
                "members who may read the log of your organisation",
                "this service ends: the log is never changed. It knows you by a "
                "number; when you close your account, only the number stays",
            ),
            (
                "Your e-mail address, if you were asked what a study changed",
                "to send you a link, two reminders at most, and, if you want it, what "
                "came of it",
                "nobody; it is encrypted. Of a named or confidential group, members "
                "who look after information",
                "the campaign closes or is finished, as told below",
            ),
            (
                "What you said, if you answered, and what you agreed to",
                "to say what the study changed",
                "members who read answers; your page said whether they see who you are",
                "your organisation deletes it, or you take it back. What was sent "
                "without a name cannot be found to be taken back",
            ),
            (
                "Your name, profession and ORCID, if you do research here",
                "to credit what came of your research, and so that others check it",
                "members of the organisation; readers of a report that names a lead",
                "your organisation takes you off its list",
            ),
            (
                "Network addresses of those who try to sign in and fail",
                "to slow down guessing",
                "nobody",
                "newer ones need the place; each counts for ten minutes",
            ),
        ),
    )


def cookies() -> View:
    """Return every cookie; there are none but what the service needs to work."""
    return View.of(
        "Cookies",
        ("Cookie", "For what", "Kept until"),
        (
            (
                settings.SESSION_COOKIE_NAME,
                "to know that it is still you after you signed in",
                "you sign out or close the browser",
            ),
            (
                settings.CSRF_COOKIE_NAME,
                "to know that a form was sent from a page of this service",
                "a year has passed",
            ),
            (
                settings.MESSAGE_COOKIE_NAME,
                "to say on the next page that something was done",
                "the next page, or you close the browser",
            ),
        ),
    )


def schedule() -> tuple[str, ...]:
    """Return what is deleted, and when, a sentence each."""
    return (
        *(rule.words for rule in RULES.values()),
        *FIXED,
        *FIXED_OF_ANSWERS,
    )


def schedule_of_answers() -> tuple[str, ...]:
    """Return what is deleted of those who answer, and when."""
    return FIXED_OF_ANSWERS


def length(of: timedelta) -> str:
    """Return a length of time in words: ``30 minutes``, ``12 hours``, ``7 days``."""
    minutes = int(of.total_seconds() // 60)
    for one, unit in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= 2 * one or minutes == one:
            n = minutes // one
            return f"{n} {unit}{'' if n == 1 else 's'}"
    return "less than a minute"
