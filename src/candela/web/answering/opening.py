"""How is the box of a group opened, so that no answer leads back to who sent it?

All at once, after the close, in an order drawn at random, with random keys and one date
for all.  The sealed rows are deleted in the same transaction.  Then it is forgotten who
answered: of one answer among ten people it would else be known whose it is.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from candela.web.answering.models import AboutYou, Draft, Response, SealedAnswer
from candela.web.answering.sealing import answers_key, unseal
from candela.web.answering.sending import place_of
from candela.web.answering.writing import write_response
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.campaigns.models import Group, Invitation
from candela.web.questionnaires.reading import form_of
from candela.web.scoping import organisation_scope

__all__ = ["open_box"]

Holds: Any = SealedAnswer.Holds
How: Any = Response.How
ENOUGH = 8  # answers of one way of answering before the way may be known


def open_box(*, group: Group, now: datetime, rng: random.Random) -> int:
    """Open what a group sent; return how many anonymous answers were in it.

    Call it for every group when its campaign closes, and as often as you like: a box
    that was opened is empty.  ``rng`` must be ``secrets.SystemRandom()`` but in tests.
    """
    with transaction.atomic(), organisation_scope(group.organisation):
        locked = (
            Group.objects.select_for_update(of=("self",))
            .select_related("questionnaire", "campaign")
            .get(pk=group.pk)
        )
        _overwrite_what_is_deleted()
        answers = _taken_out(locked, Holds.ANSWER, rng)
        about = _taken_out(locked, Holds.ABOUT, rng)
        how = None if _may_be_known(answers, "how") else How.UNSAID.value
        for sent in _in_common_formats(locked, answers):
            write_response(
                group=locked, sent=sent, sent_on=now.date().replace(day=1), how=how
            )
        AboutYou.objects.bulk_create(
            AboutYou(
                organisation_id=locked.organisation_id, group=locked, bands=row["about"]
            )
            for row in about
            if row["about"]
        )
        SealedAnswer.objects.filter(group=locked).delete()
        Draft.objects.filter(group=locked).delete()
        _finish(locked, now)
    return len(answers)


def _taken_out(group: Group, holds: str, rng: random.Random) -> list[dict[str, Any]]:
    """Return what is in the box, shuffled."""
    rows = SealedAnswer.objects.filter(group=group, holds=holds)
    key, place = answers_key(), place_of(group)
    found = [
        unseal(sealed, key=key, place=place)
        for sealed in rows.order_by("pk").values_list("sealed", flat=True)
    ]
    rng.shuffle(found)
    return found


def _may_be_known(answers: list[dict[str, Any]], *what: str) -> bool:
    """Say whether what differs here leads to no fewer people than the rule allows."""
    found = Counter(tuple(sent[name] for name in what) for sent in answers)
    return all(number >= ENOUGH for number in found.values())


def _in_common_formats(
    group: Group, answers: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the answers without the format and language that few of them have.

    Who was spoken to, or read large print, would be known by it.  What children were
    asked is found in no other form, so theirs stay what they are.
    """
    if _may_be_known(answers, "format", "locale"):
        return answers
    usual = form_of(group.questionnaire)
    plain = {"format": usual.format.value, "locale": usual.locale}
    return [
        {**sent, **plain}
        if all(usual.question(code) is not None for code in sent["answers"])
        else sent
        for sent in answers
    ]


def _finish(group: Group, now: datetime) -> None:
    """Note that the box was opened; once in the log, and not how much was in it."""
    if group.mode == Group.Mode.ANONYMOUS:
        _forget_who_answered(group)
    if group.opened_at is not None:
        return
    group.opened_at = now
    group.save(update_fields=["opened_at"])
    record(
        Action.BOX_OPENED,
        by=None,
        organisation=group.organisation,
        thing=f"group:{group.pk}",
    )


def _forget_who_answered(group: Group) -> None:
    """Leave all invitations alike, whatever their owners did.

    A reminder that never came, a sheet never typed in and a "no thank you" would each
    tell who did not answer, and so who did.
    """
    asked = Invitation.objects.filter(group=group)
    asked.update(state=Invitation.State.SENT, reminders=0, reminded_on=None)
    asked.exclude(mail=Invitation.Mail.NONE).update(mail=Invitation.Mail.LEFT)
    # Of conversations there are rows of those that took place, and no others.
    asked.filter(channel=Invitation.Channel.INTERVIEW).delete()


def _overwrite_what_is_deleted() -> None:
    """Have SQLite write zeros over deleted rows, from now on in this connection."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
