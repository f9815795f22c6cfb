"""When does e-mail leave, and what if it cannot?

After the transaction that asked for it: nobody is told of what was then undone, and no
other writer waits for a slow mail server.  What could not be sent is noted for the
health page, without saying to whom.

What a training organisation writes never leaves: it is kept, to be looked at there.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from smtplib import SMTPException
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django_scopes import get_scope

from candela.web.scoping import organisation_scope

if TYPE_CHECKING:
    from candela.web.accounts.models import Organisation

__all__ = ["TROUBLE", "AfterCommit", "Kept", "way_out"]

log = logging.getLogger("candela.web")
TROUBLE = "e-mail trouble"  # the note (house) that is there while sending fails


class AfterCommit(BaseEmailBackend):
    """Hands messages to the backend ``settings.MAIL_THROUGH`` once they are due."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send them after the commit, or at once where there is no transaction."""
        training = _training()
        if training is not None:
            _keep(email_messages, training)
        else:
            transaction.on_commit(partial(_send, list(email_messages)))
        return len(email_messages)


class Kept(BaseEmailBackend):
    """Keeps what a training organisation writes; nothing of it leaves."""

    def __init__(self, organisation: Organisation, **more: Any) -> None:
        super().__init__(**more)
        self.organisation = organisation

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep them among the letters that would have been sent."""
        with transaction.atomic(), organisation_scope(self.organisation):
            _keep(email_messages, self.organisation)
        return len(email_messages)


def way_out(organisation: Organisation) -> BaseEmailBackend:
    """Return what sends e-mail of an organisation at once, one by one."""
    if organisation.is_training:
        return Kept(organisation)
    found: BaseEmailBackend = get_connection(settings.MAIL_THROUGH)
    return found


def _training() -> Organisation | None:
    """Return the organisation that we work for, if it is there to try things in."""
    whose = get_scope().get("organisation")
    return whose if getattr(whose, "is_training", False) else None


def _keep(messages: Sequence[EmailMessage], organisation: Organisation) -> None:
    from candela.web.house.models import KeptLetter

    for message in messages:
        KeptLetter.objects.create(
            organisation=organisation,
            sent_to=", ".join(message.to)[:320],
            subject=message.subject[:300],
            text=str(message.body),
        )


def _send(messages: list[EmailMessage]) -> None:
    from candela.web.house.models import Note

    try:
        get_connection(settings.MAIL_THROUGH).send_messages(messages)
    except (SMTPException, OSError) as error:
        # What was asked for is done: the page must not say that it was not.
        kind = type(error).__name__
        log.error("%d e-mails could not be sent: %s", len(messages), kind)
        Note.objects.update_or_create(name=TROUBLE, defaults={"value": {"kind": kind}})
        return
    Note.objects.filter(name=TROUBLE).delete()
