"""How does a book stand, and who may read it?  In words, and never by a colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from candela.web.accounts.models import Membership, User
from candela.web.accounts.permissions import Permission
from candela.web.books.keeping import BIN
from candela.web.books.models import Book
from candela.web.shown import day

__all__ = ["BookLine", "Choices", "choices_of", "finding", "line", "listed", "standing"]

SOMEBODY = "somebody who is no longer here"


@dataclass(frozen=True)
class BookLine:
    """A book in the list: its title, how it stands, and its pages."""

    book: Book
    standing: str
    facts: str
    earlier: Book | None = None


@dataclass(frozen=True)
class Choices:
    """What somebody may do with a book as it stands; ``why_not`` says what is missing.

    A choice that another role has is not offered, and one that only another person has
    is explained.
    """

    rename: bool = False
    propose: bool = False
    take_back: bool = False
    publish: bool = False
    unpublish: bool = False
    share: bool = False
    withdraw: bool = False
    restore: bool = False
    remove: bool = False
    download: bool = False
    why_not: str = ""


def standing(
    book: Book, readers: Sequence[str] = (), *, check_over: bool = False
) -> str:
    """Return how a book stands, and who may read it."""
    ours = f"Members of {book.organisation.name}"
    match book.state:
        case Book.State.CHECKING if check_over:
            return "Its check was not finished. Nobody can read it."
        case Book.State.CHECKING:
            return "It is being checked. Nobody can read it yet."
        case Book.State.REFUSED:
            return "It cannot be shown. Nobody can read it."
        case Book.State.WITHDRAWN:
            assert book.withdrawn_at is not None
            return (
                f"It was withdrawn on {day(book.withdrawn_at)}. Nobody can read it. It "
                f"will be deleted on {day(book.withdrawn_at + BIN)}, unless somebody "
                "restores it before."
            )
    if book.is_public:
        return f"Anybody can read it.{_decided(book)}"
    can = listed([ours, *(f"of {name}" for name in readers)])
    if book.proposed_at is not None:
        return (
            f"{can} can read it. {_name(book.proposed_by)} proposed on "
            f"{day(book.proposed_at)} that anybody may. Another person decides."
        )
    return f"{can} can read it."


def _decided(book: Book) -> str:
    if book.published_at is None or book.published_by is None:
        return ""
    return (
        f" {_name(book.proposed_by)} proposed it, and {_name(book.published_by)} "
        f"published it on {day(book.published_at)}."
    )


def _name(person: User | None) -> str:
    return str(person) if person is not None else SOMEBODY.capitalize()


def line(
    book: Book,
    readers: Sequence[str] = (),
    *,
    earlier: Book | None = None,
    check_over: bool = False,
) -> BookLine:
    """Return a book as a line of the list, with the version before it."""
    facts = []
    if book.made_up:
        facts.append("made-up data")
    if book.built_on is not None:
        facts.append(f"built on {day(book.built_on)}")
    if book.is_mounted:
        facts.append("read from a folder of this service's machine")
    else:
        facts.append(f"added on {day(book.added_at)}")
    if book.added_by is not None:
        facts[-1] += f" by {book.added_by}"
    told = listed(facts)
    stands = standing(book, readers, check_over=check_over)
    return BookLine(book, stands, f"{told[0].upper()}{told[1:]}.", earlier)


def finding(books: Iterable[Book], shared: int) -> str:
    """Return the sentence at the head of the list."""
    every = list(books)
    if not every:
        return "No books are here yet."
    ready = [book for book in every if book.state == Book.State.READY]
    parts = [
        _counted(sum(book.is_public for book in ready), "that anybody can read"),
        _counted(
            sum(not book.is_public for book in ready), "that only members can read"
        ),
        _counted(_in_state(every, Book.State.CHECKING), "being checked"),
        _counted(_in_state(every, Book.State.REFUSED), "that cannot be shown"),
        _counted(_in_state(every, Book.State.WITHDRAWN), "withdrawn"),
    ]
    told = listed([part for part in parts if part])
    also = f" {shared} shared with others." if shared else ""
    n = "1 book is" if len(every) == 1 else f"{len(every)} books are"
    return f"{n} here: {told}.{also}"


def _in_state(books: Iterable[Book], state: Any) -> int:
    return sum(book.state == state for book in books)


def _counted(count: int, words: str) -> str:
    return f"{count} {words}" if count else ""


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def choices_of(book: Book, membership: Membership, *, check_over: bool) -> Choices:
    """Return what this member may do with a book as it stands."""
    adds = membership.may(Permission.ADD_BOOKS)
    proposes = membership.may(Permission.PROPOSE_BOOKS)
    publishes = membership.may(Permission.PUBLISH_BOOKS)
    ready = book.state == Book.State.READY
    checking = book.state == Book.State.CHECKING
    withdrawn = book.state == Book.State.WITHDRAWN
    private = ready and not book.is_public
    proposed = private and book.proposed_at is not None
    own = proposed and book.proposed_by_id == membership.user_id
    dead = book.state == Book.State.REFUSED or (checking and check_over)
    return Choices(
        rename=adds and (ready or checking),
        propose=proposes and private and not proposed,
        take_back=proposed and (own or publishes),
        publish=publishes and proposed and not own and book.proposed_by_id is not None,
        unpublish=publishes and ready and book.is_public,
        share=publishes and ready,
        withdraw=publishes and ready and not book.is_mounted,
        restore=publishes and withdrawn and not book.is_mounted,
        remove=adds and dead,
        download=ready,
        why_not=_why_not(publishes=publishes, own=own, proposed=proposed, book=book),
    )


def _why_not(*, publishes: bool, own: bool, proposed: bool, book: Book) -> str:
    """Return what has to happen before a book is public, where this person cannot."""
    if own and publishes:
        return "You proposed this book, so another publisher decides about it."
    if proposed and not publishes:
        return "A publisher decides about the proposal."
    if publishes and book.state == Book.State.READY and not book.is_public and not own:
        if proposed:
            return ""
        return (
            "Making a book public takes two people. Somebody else proposes it first, "
            "then you can publish it."
        )
    return ""
