"""What is deleted, and when?  The schedule, and the work that follows it.

What is not named here is kept: the audit log for as long as the service, accounts until
they are closed, books until they are withdrawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.db.models import Min
from django.db.models.functions import Coalesce

from candela.web.accounts.models import Invitation, Organisation
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.books.models import Book, PeerSet
from candela.web.coding.models import Evidence
from candela.web.house.holds import holders_of
from candela.web.house.models import KeptLetter
from candela.web.jobs.models import Job, Status
from candela.web.jobs.periods import NIGHT

__all__ = [
    "FIXED",
    "FIXED_OF_ANSWERS",
    "RULES",
    "Coming",
    "Rule",
    "coming",
    "delete_due_rows",
    "delete_old_files",
]

OVER = (Status.DONE, Status.FAILED, Status.CANCELLED)
LETTERS = timedelta(days=30)
BACKUPS = timedelta(days=90)


@dataclass(frozen=True)
class Rule:
    """One line of the schedule.

    ``rows`` gives what has come to its end, each with the moment in ``ended``; it goes
    ``after`` that.  ``with_files`` says that the room which has the files deletes both.
    """

    key: str
    one: str
    many: str
    after: timedelta
    since: str
    rows: Callable[[], models.QuerySet]
    with_files: bool = False

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        things = f"{self.many[0].upper()}{self.many[1:]}"
        return f"{things} are deleted {self.after.days} days after {self.since}."


def _invitations() -> models.QuerySet:
    end = Coalesce("accepted_at", "withdrawn_at", "expires_at")
    return Invitation.objects.annotate(ended=end)


def _jobs() -> models.QuerySet:
    return Job.objects.filter(status__in=OVER).annotate(ended=models.F("finished_at"))


def _peers() -> models.QuerySet:
    gone = PeerSet.objects.exclude(removed_at=None)
    return gone.annotate(ended=models.F("removed_at"))


def _books() -> models.QuerySet:
    gone = (Book.State.WITHDRAWN, Book.State.REFUSED)
    end = Coalesce("withdrawn_at", "added_at")
    return Book.objects.filter(state__in=gone).annotate(ended=end)


def _evidence() -> models.QuerySet:
    gone = Evidence.objects.exclude(removed_at=None)
    return gone.annotate(ended=models.F("removed_at"))


def _kept_letters() -> models.QuerySet:
    return KeptLetter.objects.annotate(ended=models.F("written_at"))


RULES: Mapping[str, Rule] = {
    rule.key: rule
    for rule in (
        Rule(
            "invitations",
            "invitation with its e-mail address",
            "invitations with their e-mail addresses",
            timedelta(days=30),
            "they were used, were withdrawn or ran out",
            _invitations,
        ),
        Rule(
            "books",
            "withdrawn or refused book with its files",
            "withdrawn and refused books with their files",
            timedelta(days=30),
            "they were withdrawn or refused",
            _books,
            with_files=True,
        ),
        Rule(
            "peers",
            "removed set of peers",
            "removed sets of peers",
            timedelta(days=30),
            "they were removed",
            _peers,
        ),
        Rule(
            "evidence",
            "removed piece of evidence with its file",
            "removed pieces of evidence with their files",
            timedelta(days=30),
            "they were removed",
            _evidence,
            with_files=True,
        ),
        Rule(
            "letters",
            "letter of a training organisation",
            "letters of a training organisation, none of which was sent,",
            LETTERS,
            "they were written",
            _kept_letters,
        ),
        Rule(
            "jobs",
            "record of finished work",
            "records of finished work",
            timedelta(days=90),
            "the work ended",
            _jobs,
        ),
    )
}
# What goes by itself, of the service as a whole, and cannot be held.
FIXED = (
    "Sessions end after 30 minutes of nothing, or 12 hours; what is left of them is "
    "deleted the night after.",
    "E-mail that was written into files, where no mail server is set, is deleted after "
    f"{LETTERS.days} days.",
    "The last seven nightly backups are kept. Backups made before an upgrade are "
    f"deleted after {BACKUPS.days} days.",
    "The audit log is kept for as long as the service.",
)
# The same, of people who are asked what a study changed.
FIXED_OF_ANSWERS = (
    "Answers that were begun and not sent are deleted when the campaign closes.",
    "E-mail addresses of people who were asked without names are deleted the night "
    "after the campaign closes. Those of others are deleted 30 days after that, or "
    "once the campaign is finished.",
    "Addresses of people who asked to hear what came of it are deleted as that e-mail "
    "leaves, and 120 days after the campaign closes at the latest.",
    "The text of an answer that somebody takes back is deleted at once.",
    "Released reports are kept. Words that may not be quoted any more are left out of "
    "every copy made from then on.",
)


@dataclass(frozen=True)
class Coming:
    """The next deletion under a rule: the day, and how many."""

    day: date
    count: int


def coming(rule: Rule, now: datetime) -> Coming | None:
    """Return what goes next of the organisation in scope; overdue things go tonight."""
    rows = rule.rows()
    (first,) = rows.order_by().aggregate(first=Min("ended")).values()
    if first is None:
        return None
    night = _next_night(max(first + rule.after, now))
    return Coming(night.date(), rows.filter(ended__lt=night - rule.after).count())


def _next_night(moment: datetime) -> datetime:
    """Return when the nightly work next begins after a moment."""
    day = (moment.astimezone(UTC) - NIGHT).date() + timedelta(days=1)
    return datetime.combine(day, datetime.min.time(), UTC) + NIGHT


def delete_due_rows(now: datetime) -> dict[str, int]:
    """Delete what is due and not held, in the scope of all; return how many of each."""
    deleted = {}
    for rule in RULES.values():
        if rule.with_files:
            continue
        due = rule.rows().filter(ended__lt=now - rule.after)
        deleted[rule.key] = _delete_for_each(rule, due)
    deleted["sessions"] = _delete_sessions(now)
    _delete_counters(now)
    return deleted


def _delete_sessions(now: datetime) -> int:
    """Delete sessions that ran out, and from where they were: network and browser."""
    ended = Session.objects.filter(expire_date__lt=now).delete()[0]
    alive = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=alive).delete()
    return ended


def _delete_counters(now: datetime) -> None:
    """Delete counts of guesses that count no more; they hold network addresses."""
    moment = connection.ops.adapt_datetimefield_value(now.replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM shared_cache WHERE expires < %s", [moment])


def _delete_for_each(rule: Rule, due: models.QuerySet) -> int:
    """Delete organisation by organisation, each with a line in its log."""
    held = holders_of(rule.key)
    count = 0
    for number in due.order_by().values_list("organisation_id", flat=True).distinct():
        if number in held:
            continue
        deleted = due.filter(organisation_id=number).delete()[0]
        count += deleted
        if number is not None:
            record(
                Action.DELETED_BY_SCHEDULE,
                by=None,
                organisation=Organisation.objects.get(pk=number),
                thing=rule.key,
                count=deleted,
            )
    return count


def delete_old_files(home: Path, now: datetime) -> int:
    """Delete e-mail in files, and backups made before upgrades; return how many."""
    old = [
        *_older(home / "mail", "*.log", now - LETTERS),
        *_older(home / "backups", "before-upgrade-*.tar", now - BACKUPS),
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _older(folder: Path, pattern: str, moment: datetime) -> list[Path]:
    return [p for p in folder.glob(pattern) if p.stat().st_mtime < moment.timestamp()]
