"""Who is told by e-mail that figures changed, and when?  Only who asked, once a month.

An e-mail cannot be taken back, and no database can write and send in one step.  So each
is noted as sent before it leaves.  Killed in between, the service sends it not at all
rather than twice; what changed is still on the page.  Nothing is noted while the mail
server cannot be reached, so that a quiet night loses no month.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from smtplib import SMTPException
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from candela.errors import CandelaError, InputError
from candela.publish.pages.held import held
from candela.publish.pages.organisation_changes import organisation_changes
from candela.web.accounts.models import Membership, Organisation, User
from candela.web.accounts.permissions import Permission
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.books.letters import changes_letter
from candela.web.books.models import Book, Follow, readable_books
from candela.web.books.shelf import open_shelved
from candela.web.books.versions import newest_version
from candela.web.scoping import across_organisations, read_transaction

__all__ = [
    "EVERY",
    "follow",
    "followed_by",
    "is_open",
    "send_changes",
    "stop",
    "unfollow",
]

log = logging.getLogger("candela.web.books")
EVERY = timedelta(days=31)  # no two in one month of the calendar
TRIED = 8  # books opened in search of one that knows an organisation
Progress = Callable[[str, int, int], None]


def follow(
    *,
    organisation: Organisation,
    user: User,
    org_code: str,
    book_id: str,
    now: datetime,
) -> Follow:
    """Send this person an e-mail when figures of an organisation change.

    Raises
    ------
    InputError
        If no book that the person may read knows the organisation.
    """
    book = _book_that_knows(user, org_code, book_id)
    if book is None:
        raise InputError(
            "No book that you can read knows this organisation, so nothing was asked "
            "for. Open the page of an organisation, and ask there."
        )
    asked, is_new = Follow.objects.get_or_create(
        organisation=organisation,
        user=user,
        org_code=org_code,
        defaults={
            "since": now,
            "last_seal": book.seal,
            "stop_token_hash": _hash_of(_token(organisation, user, org_code, now)),
        },
    )
    if is_new:
        record(
            Action.FOLLOWED,
            by=user,
            organisation=organisation,
            thing=f"organisation:{org_code}",
        )
    return asked


def unfollow(*, follow: Follow, by: User) -> None:
    """Send no more e-mail about an organisation."""
    record(
        Action.UNFOLLOWED,
        by=by,
        organisation=follow.organisation,
        thing=f"organisation:{follow.org_code}",
    )
    follow.delete()


def followed_by(user: User) -> list[Follow]:
    """Return what a person asked to be told about, everywhere."""
    with across_organisations():
        return list(
            Follow.objects.filter(user=user)
            .select_related("organisation")
            .order_by("org_code")
        )


def stop(token: str) -> bool:
    """End the e-mail whose link this is; say whether there was one."""
    with across_organisations():
        found = (
            Follow.objects.select_related("organisation", "user")
            .filter(stop_token_hash=_hash_of(token))
            .first()
        )
        if found is None:
            return False
        unfollow(follow=found, by=found.user)
    return True


def is_open(token: str) -> bool:
    """Say whether a link still ends an e-mail."""
    with across_organisations():
        return Follow.objects.filter(stop_token_hash=_hash_of(token)).exists()


def _token(
    organisation: Organisation, user: User, org_code: str, since: datetime
) -> str:
    """Return the secret of a stop link: the same in every e-mail, kept nowhere."""
    moment = since.astimezone(UTC).isoformat()
    about = f"{organisation.pk}:{user.pk}:{org_code}:{moment}"
    return salted_hmac("candela.web.books.stop", about, algorithm="sha256").hexdigest()


def _hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _book_that_knows(user: User, org_code: str, book_id: str = "") -> Book | None:
    """Return the newest book that knows an organisation, of the line of one book."""
    with across_organisations():
        books = readable_books(user).select_related("organisation")
        named = books.filter(public_id=book_id).first() if book_id else None
    if named is not None:
        newest = newest_version(named, user) or named
        return newest if _knows(newest, org_code) else None
    with across_organisations():
        newest_first = list(books[:TRIED])
    return next((book for book in newest_first if _knows(book, org_code)), None)


def _knows(book: Book, org_code: str) -> bool:
    try:
        return held(open_shelved(book)).knows(org_code)
    except CandelaError:  # changed on the disk: it says nothing now
        return False


@dataclass(frozen=True)
class _Due:
    """An e-mail to be sent, and what is noted of it."""

    follow: Follow
    letter: EmailMessage | None
    seal: str


def send_changes(now: datetime, progress: Progress | None = None) -> int:
    """Send every e-mail that is due; return how many were sent.

    Call it as often as you like, and in several processes: each e-mail is sent at most
    once, and each person gets one a month at most about one organisation.
    """
    due = Q(last_sent_at=None) | Q(last_sent_at__lte=now - EVERY)
    with read_transaction(), across_organisations():
        numbers = list(Follow.objects.filter(due).values_list("pk", flat=True))
    connection = get_connection()
    sent = 0
    try:
        for n, number in enumerate(numbers, 1):
            if progress is not None:
                progress("Looking for changes", n, len(numbers))
            with read_transaction():
                prepared = _prepared(number)
            if prepared is None:
                continue
            if prepared.letter is not None:
                connection.open()  # fails before anything is noted
            if not _noted(prepared, now) or prepared.letter is None:
                continue
            sent += _sent(connection, prepared)
    finally:
        with suppress(OSError, SMTPException):
            connection.close()
    return sent


def _prepared(number: int) -> _Due | None:
    """Return what is to be told now; nothing where there is nothing new."""
    with across_organisations():
        asked = (
            Follow.objects.select_related("organisation", "user")
            .filter(pk=number)
            .first()
        )
        if asked is None or not _may_follow(asked):
            return None
        older = (
            readable_books(asked.user)
            .select_related("organisation")
            .filter(seal=asked.last_seal)
            .first()
        )
    if older is None:  # withdrawn: begin anew with the newest, and compare next time
        newest = _book_that_knows(asked.user, asked.org_code)
        return _Due(asked, None, newest.seal) if newest else None
    newer = newest_version(older, asked.user)
    if newer is None or newer.seal == older.seal:
        return None
    return _compared(asked, older, newer)


def _compared(asked: Follow, older: Book, newer: Book) -> _Due | None:
    try:
        changes = organisation_changes(
            open_shelved(older), open_shelved(newer), asked.org_code
        )
    except CandelaError:  # changed on the disk: nothing can be said of it now
        return None
    if changes is None:
        return None
    if not changes.figures:
        return _Due(asked, None, newer.seal)
    letter = changes_letter(
        changes,
        to=asked.user.email,
        code=asked.org_code,
        older=older,
        newer=newer,
        asked_on=asked.since,
        token=_token(asked.organisation, asked.user, asked.org_code, asked.since),
    )
    return _Due(asked, letter, newer.seal)


def _may_follow(asked: Follow) -> bool:
    """Say whether the person is still somebody who may be told."""
    if not asked.user.is_active:
        return False
    found = Membership.objects.filter(
        user=asked.user, organisation=asked.organisation
    ).first()
    return found is not None and found.may(Permission.FOLLOW)


def _noted(due: _Due, now: datetime) -> bool:
    """Note that an e-mail leaves, unless another process did; say whether it may.

    One statement with the old values as its condition: the row's lock decides.
    """
    values: dict[str, Any] = {"last_seal": due.seal}
    if due.letter is not None:
        values["last_sent_at"] = now
        # After a new secret key old links still work until the next e-mail.
        follow = due.follow
        token = _token(follow.organisation, follow.user, follow.org_code, follow.since)
        values["stop_token_hash"] = _hash_of(token)
    with transaction.atomic(), across_organisations():
        changed = Follow.objects.filter(
            pk=due.follow.pk,
            last_seal=due.follow.last_seal,
            last_sent_at=due.follow.last_sent_at,
        ).update(**values)
    return bool(changed)


def _sent(connection: Any, due: _Due) -> bool:
    """Send an e-mail; what fails now is not tried again, since it may have left."""
    assert due.letter is not None
    try:
        return bool(connection.send_messages([due.letter]))
    except (OSError, SMTPException) as error:
        log.error("e-mail about changes: %s", type(error).__name__)
        with suppress(OSError, SMTPException):
            connection.close()
        return False
