"""Who is told by e-mail that it is time to ask?  Once a milestone, by night.

As with the e-mail about changes, each is noted as sent before it leaves: killed in
between, the service sends it not at all rather than twice; the page still says it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from smtplib import SMTPException

from django.core.mail import get_connection
from django.db import transaction

from candela.web.accounts.models import Membership, Organisation
from candela.web.accounts.permissions import Permission
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.scoping import (
    across_organisations,
    organisation_scope,
    read_transaction,
)
from candela.web.studies.letters import milestone_letter
from candela.web.studies.milestones import due
from candela.web.studies.models import Milestone

__all__ = ["tell_due"]

log = logging.getLogger("candela.web.studies")


def tell_due(today: date) -> int:
    """Send the e-mail of each day that has come; return how many were sent."""
    with read_transaction(), across_organisations():
        organisations = list(
            Organisation.objects.filter(is_training=False).order_by("pk")
        )
    sent = 0
    connection = get_connection()
    try:
        for organisation in organisations:
            for milestone, people, named in _untold(organisation, today):
                connection.open()  # fails before anything is noted
                if not _noted(milestone, today):
                    continue
                letters = [
                    milestone_letter(milestone, to=person, named=named)
                    for person in people
                ]
                try:
                    sent += connection.send_messages(letters) or 0
                except (OSError, SMTPException) as error:
                    log.error("e-mail about a milestone: %s", type(error).__name__)
    finally:
        with suppress(OSError, SMTPException):
            connection.close()
    return sent


def _untold(
    organisation: Organisation, today: date
) -> list[tuple[Milestone, Sequence[str], bool]]:
    """Return what nobody was told of yet, with the addresses of who is told."""
    with read_transaction(), organisation_scope(organisation):
        found: list[tuple[Milestone, Sequence[str], bool]] = []
        coordinators = _coordinators(organisation)
        for milestone in due(today):
            if milestone.told_on is not None:
                continue
            owner = milestone.owner
            named = owner is not None and owner.email in coordinators
            people = [owner.email] if owner is not None and named else coordinators
            if people:
                milestone.organisation = organisation
                found.append((milestone, people, named))
        return found


def _coordinators(organisation: Organisation) -> list[str]:
    """Return the addresses of members who may ask people about studies."""
    members = Membership.objects.filter(
        organisation=organisation, user__is_active=True
    ).select_related("user")
    return sorted(m.user.email for m in members if m.may(Permission.RUN_CAMPAIGNS))


def _noted(milestone: Milestone, today: date) -> bool:
    """Note that an e-mail leaves, unless another process did; say whether it may."""
    with transaction.atomic(), organisation_scope(milestone.organisation):
        changed = Milestone.objects.filter(pk=milestone.pk, told_on=None).update(
            told_on=today
        )
        if changed:
            record(
                Action.MILESTONE_TOLD,
                by=None,
                organisation=milestone.organisation,
                thing=f"milestone:{milestone.pk}",
                study=milestone.study_id,
            )
    return bool(changed)
