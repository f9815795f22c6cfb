"""How does somebody take back what they sent?

With a code that they get when they send.  It is made from their link, so that it need
not be kept: beside the answer stands only a mark of it.  An anonymous answer has none,
since nobody knows which it is.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from candela.errors import InputError
from candela.web.answering.models import Answer, Consent, Response
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.campaigns.codes import LETTERS
from candela.web.campaigns.keys import keyed_hash
from candela.web.scoping import across_organisations, organisation_scope

__all__ = ["code_of", "mark_of", "take_back"]

LENGTH, GROUP = 12, 4
BETWEEN = frozenset("-– \t")


def code_of(token: str) -> str:
    """Return the code with which a link's holder takes back what they sent."""
    number = int.from_bytes(keyed_hash("withdrawal code", token), "big")
    letters = ""
    for _ in range(LENGTH):
        number, letter = divmod(number, len(LETTERS))
        letters += LETTERS[letter]
    return "-".join(letters[n : n + GROUP] for n in range(0, LENGTH, GROUP))


def mark_of(code: str) -> str:
    """Return what is kept of a code, however it was typed."""
    letters = "".join(c for c in code.lower() if c not in BETWEEN)
    return keyed_hash("withdrawal mark", letters).hex()


def take_back(*, code: str, everything: bool, today: date) -> None:
    """Take back the permission to quote, or everything that was said.

    Raises
    ------
    InputError
        If nothing was sent with this code.
    """
    with across_organisations():
        found = (
            Response.objects.select_related("organisation")
            .filter(withdrawal_mark=mark_of(code))
            .first()
        )
    if found is None:
        raise InputError(
            "No answer has this code. Look at the code again. If it still does not "
            "work, ask the person who wrote to you."
        )
    with transaction.atomic(), organisation_scope(found.organisation):
        given = Consent.objects.filter(response=found, withdrawn_on=None)
        if not everything:
            given = given.exclude(purpose=Consent.Purpose.SUMMARY)
        given.update(withdrawn_on=today)
        if everything:
            _erase(found, today)
        record(
            Action.ANSWER_TAKEN_BACK,
            by=None,
            organisation=found.organisation,
            thing=f"group:{found.group_id}",
            everything=everything,
        )


def _erase(response: Response, today: date) -> None:
    """Leave that somebody answered, and nothing of what they said."""
    Answer.objects.filter(response=response).update(
        value="", shown="", redaction=Answer.Redaction.REDACTED
    )
    response.withdrawn_on = response.withdrawn_on or today
    response.save(update_fields=["withdrawn_on"])
