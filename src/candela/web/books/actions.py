"""What may be done with a book, each with its line in the audit log.

State alone decides here; who may do what is asked by ``access``.  The one rule about
persons is that of two pairs of eyes: nobody publishes what they proposed themselves.
"""

from __future__ import annotations

from pathlib import Path

from django.utils import timezone

from candela.errors import InputError, NotAllowed
from candela.web.accounts.models import Organisation, User
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.books.keeping import keep_upload, remove_upload
from candela.web.books.models import Book, BookShare
from candela.web.jobs import queue
from candela.web.jobs.models import Job

__all__ = [
    "CHECK",
    "TwoPeopleNeeded",
    "add_book",
    "check_of",
    "is_check_over",
    "note_download",
    "propose",
    "publish",
    "remove",
    "rename",
    "restore",
    "share",
    "take_back",
    "thing_of",
    "unpublish",
    "unshare",
    "withdraw",
]

CHECK = "check-book"
OTHER_BOOK = (
    "The book is not the one that this page showed: it was checked anew meanwhile. "
    "Nothing was changed. Look at it again, then decide."
)


class TwoPeopleNeeded(NotAllowed):
    """Somebody tried to decide about their own proposal; the attempt is recorded."""


def add_book(*, organisation: Organisation, title: str, upload: Path, by: User) -> Book:
    """Keep an upload and ask for its check; nobody reads it before that is done."""
    book = Book(organisation=organisation, title=title, added_by=by)
    book.save()
    record(Action.BOOK_ADDED, by=by, organisation=organisation, thing=thing_of(book))
    queue.add(CHECK, by=by, organisation=organisation, arguments={"book": book.pk})
    keep_upload(book, upload)
    return book


def remove(*, book: Book, by: User) -> None:
    """Take a book off the list that was never shown."""
    if book.state == Book.State.CHECKING and not is_check_over(book):
        raise NotAllowed(
            f"“{book.title}” is still being checked. Stop the check first, on its page."
        )
    if book.state not in (Book.State.CHECKING, Book.State.REFUSED):
        raise NotAllowed(f"“{book.title}” can be read. Withdraw it instead.")
    record(
        Action.BOOK_REMOVED,
        by=by,
        organisation=book.organisation,
        thing=thing_of(book),
    )
    remove_upload(book)
    book.delete()


def check_of(book: Book) -> Job | None:
    """Return the latest check of a book, if there was one lately."""
    checks = Job.objects.filter(kind=CHECK, arguments__book=book.pk)
    latest: Job | None = checks.order_by("-pk").first()
    return latest


def is_check_over(book: Book) -> bool:
    """Say whether nothing more comes of the check of a book by itself."""
    check = check_of(book)
    return check is None or check.is_over


def rename(*, book: Book, title: str, by: User) -> None:
    """Give a book another title; what it holds stays as it is."""
    if title == book.title:
        return
    book.title = title
    book.save(update_fields=["title"])
    _record(Action.BOOK_RENAMED, book, by)


def propose(*, book: Book, seal: str, by: User) -> None:
    """Propose that anybody may read a book; another person decides."""
    _refuse_unless_ready(book)
    _refuse_other_seal(book, seal)
    if book.is_public:
        raise NotAllowed(f"“{book.title}” is public already. There is nothing to do.")
    if book.proposed_at is not None:
        raise NotAllowed(
            f"“{book.title}” was proposed already. A publisher decides about it."
        )
    book.proposed_by, book.proposed_at = by, timezone.now()
    book.proposed_seal = book.seal
    book.save(update_fields=["proposed_by", "proposed_at", "proposed_seal"])
    _record(Action.BOOK_PROPOSED, book, by, seal=book.seal)


def take_back(*, book: Book, publishes: bool, by: User) -> None:
    """End a proposal: its author thinks again, or somebody who publishes says no."""
    if book.is_public or book.proposed_at is None:
        raise NotAllowed(f"“{book.title}” is not proposed. There is nothing to do.")
    if book.proposed_by_id != by.pk and not publishes:
        raise NotAllowed(
            f"Only who proposed “{book.title}”, or a publisher, ends the proposal."
        )
    _forget_proposal(book)
    _record(Action.BOOK_PROPOSAL_ENDED, book, by)


def publish(*, book: Book, seal: str, by: User) -> None:
    """Let anybody read a book that another person proposed."""
    _refuse_unless_ready(book)
    _refuse_other_seal(book, seal)
    if book.is_public:
        raise NotAllowed(f"“{book.title}” is public already. There is nothing to do.")
    if book.proposed_at is None or book.proposed_by_id is None:
        raise NotAllowed(
            f"“{book.title}” was not proposed, or who proposed it has left. Somebody "
            "else has to propose it first."
        )
    if book.proposed_by_id == by.pk:
        record(
            Action.REFUSED,
            by=by,
            organisation=book.organisation,
            thing=thing_of(book),
            needed="another person",
        )
        raise TwoPeopleNeeded(
            f"You proposed “{book.title}” yourself, so another publisher decides "
            "about it. Nothing was changed."
        )
    if book.proposed_seal != book.seal:
        raise NotAllowed(OTHER_BOOK)
    book.is_public = True
    book.published_by, book.published_at = by, timezone.now()
    book.save(update_fields=["is_public", "published_by", "published_at"])
    _record(
        Action.BOOK_PUBLISHED, book, by, seal=book.seal, proposed=book.proposed_by_id
    )


def unpublish(*, book: Book, by: User | None) -> None:
    """Let only members read a book again, and those it is shared with."""
    if not book.is_public:
        raise NotAllowed(f"“{book.title}” is not public. There is nothing to do.")
    _forget_publication(book)
    _record(Action.BOOK_UNPUBLISHED, book, by)


def share(*, book: Book, reader: Organisation, by: User) -> None:
    """Let the members of another organisation read a book."""
    _refuse_unless_ready(book)
    if reader.pk == book.organisation_id:
        raise InputError("Your own members can read the book already.")
    _, is_new = BookShare.objects.get_or_create(
        organisation=book.organisation,
        book=book,
        reader=reader,
        defaults={"shared_by": by},
    )
    if is_new:
        _record(Action.BOOK_SHARED, book, by, reader=reader.pk)


def unshare(*, book: Book, reader_id: int, by: User) -> None:
    """Stop letting another organisation read a book."""
    ended, _ = BookShare.objects.filter(book=book, reader_id=reader_id).delete()
    if ended:
        _record(Action.BOOK_UNSHARED, book, by, reader=reader_id)


def withdraw(*, book: Book, by: User) -> None:
    """Let nobody read a book; for 30 days it can be had back as it was."""
    if book.is_mounted:
        raise NotAllowed(
            f"“{book.title}” is a folder of this service's machine. Who keeps the "
            "service takes it away; you can make it not public."
        )
    _refuse_unless_ready(book)
    book.state, book.withdrawn_at = Book.State.WITHDRAWN, timezone.now()
    book.save(update_fields=["state", "withdrawn_at"])
    _record(Action.BOOK_WITHDRAWN, book, by)


def restore(*, book: Book, by: User) -> None:
    """Give a withdrawn book back to all who could read it before.

    It is public again if two people had made it so: the book is still the same one.
    """
    if book.state != Book.State.WITHDRAWN:
        raise NotAllowed(f"“{book.title}” is not withdrawn. There is nothing to do.")
    if book.is_mounted:
        raise NotAllowed(
            f"“{book.title}” was a folder of this service's machine. Who keeps the "
            "service brings it back."
        )
    book.state, book.withdrawn_at = Book.State.READY, None
    book.save(update_fields=["state", "withdrawn_at"])
    _record(Action.BOOK_RESTORED, book, by, is_public=book.is_public)


def note_download(*, book: Book, by: User) -> None:
    """Note that somebody takes the whole book away."""
    _refuse_unless_ready(book)
    _record(Action.BOOK_DOWNLOADED, book, by)


def thing_of(book: Book) -> str:
    """Return how the audit log names a book."""
    return f"book:{book.public_id}"


def _forget_publication(book: Book) -> None:
    """End what was decided about a book."""
    book.is_public = False
    book.published_by, book.published_at = None, None
    book.save(update_fields=["is_public", "published_by", "published_at"])
    _forget_proposal(book)


def _forget_proposal(book: Book) -> None:
    book.proposed_by, book.proposed_at, book.proposed_seal = None, None, ""
    book.save(update_fields=["proposed_by", "proposed_at", "proposed_seal"])


def _refuse_unless_ready(book: Book) -> None:
    if book.state != Book.State.READY:
        raise NotAllowed(
            f"“{book.title}” cannot be read now, so there is nothing to do with it."
        )


def _refuse_other_seal(book: Book, seal: str) -> None:
    if seal != book.seal:
        raise NotAllowed(OTHER_BOOK)


def _record(action: Action, book: Book, by: User | None, **details: object) -> None:
    record(
        action,
        by=by,
        organisation=book.organisation,
        thing=thing_of(book),
        **details,
    )
