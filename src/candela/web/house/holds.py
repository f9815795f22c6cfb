"""What does an organisation keep longer than the schedule would?"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from candela.errors import InputError
from candela.web.accounts.models import Organisation, User
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.house.models import Hold

__all__ = ["hold", "holders_of", "release"]


def holders_of(what: str) -> set[int]:
    """Return the numbers of organisations that keep this, in the scope of all."""
    holds = Hold.objects.filter(what=what, released_at=None)
    return set(holds.values_list("organisation_id", flat=True))


@transaction.atomic
def hold(
    *, organisation: Organisation, what: str, reason: str, by: User, now: datetime
) -> Hold:
    """Keep something until further notice; the reason stays with the hold alone.

    Raises
    ------
    InputError
        If it is kept already.
    """
    if Hold.objects.filter(what=what, released_at=None).exists():
        raise InputError("This is kept already. Let it go first to give a new reason.")
    made = Hold.objects.create(
        organisation=organisation, what=what, reason=reason, held_by=by, held_at=now
    )
    record(Action.RETENTION_HELD, by=by, organisation=organisation, thing=what)
    return made


@transaction.atomic
def release(*, organisation: Organisation, what: str, by: User, now: datetime) -> None:
    """Let the schedule go on; nothing happens where nothing is kept."""
    kept = Hold.objects.filter(what=what, released_at=None)
    if kept.update(released_at=now, released_by=by):
        record(Action.RETENTION_RELEASED, by=by, organisation=organisation, thing=what)
