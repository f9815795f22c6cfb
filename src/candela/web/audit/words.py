"""How is a line of the audit log told in a sentence?

Lines hold codes and numbers only.  Names of people and titles of books are looked up
when the log is read, so that they vanish with the person or the book.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from candela.web.accounts.models import User
from candela.web.accounts.permissions import Permission, Role
from candela.web.audit.actions import Action
from candela.web.audit.models import Event
from candela.web.books.models import Book
from candela.web.jobs.handlers import kind_of
from candela.web.shown import moment

__all__ = ["Names", "Told", "names_in", "tell"]

THE_SERVICE = "The service"
SOMEBODY = "Somebody who is no longer here"
SENTENCES = {action.value: action.sentence for action in Action}
KINDS = {"peers": "set of peers"}
NEEDED = {permission.name.lower(): permission.value for permission in Permission}
ROLES = {role.value: role.label for role in Role}
SEAL_SHOWN = 12  # letters of a seal that tell books apart


@dataclass(frozen=True)
class Told:
    """One line as a page shows it."""

    when: str
    who: str
    what: str
    about: str


@dataclass(frozen=True)
class Names:
    """Whom and what the numbers in the log stand for."""

    people: Mapping[int, str] = field(default_factory=dict)
    books: Mapping[str, str] = field(default_factory=dict)


def names_in(events: Iterable[Event]) -> Names:
    """Look up the people and books in some lines, in the scope of the reader."""
    people: set[int] = set()
    books: set[str] = set()
    for event in events:
        kind, _, key = event.thing.partition(":")
        if event.actor_id is not None:
            people.add(event.actor_id)
        if kind == "member" and key.isdigit():
            people.add(int(key))
        if kind == "book":
            books.add(key)
    found = Book.objects.filter(public_id__in=books)
    return Names(
        {person.pk: str(person) for person in User.objects.filter(pk__in=people)},
        {book.public_id: book.title for book in found},
    )


def tell(event: Event, names: Names) -> Told:
    """Return a line in words."""
    details = [_detail(name, value) for name, value in event.details.items()]
    about = "; ".join(part for part in (_thing(event.thing, names), *details) if part)
    return Told(moment(event.at), _who(event, names), _what(event), about)


def _who(event: Event, names: Names) -> str:
    if event.actor_id is None:
        return THE_SERVICE
    return names.people.get(event.actor_id, SOMEBODY)


def _what(event: Event) -> str:
    unknown = event.action.replace(".", " ").replace("_", " ")  # of a newer version
    return SENTENCES.get(event.action, unknown)


def _thing(thing: str, names: Names) -> str:
    kind, _, key = thing.partition(":")
    if kind == "book":
        return f"{names.books.get(key, 'a book that is no longer here')} ({key})"
    if kind == "member" and key.isdigit():
        return names.people.get(int(key), SOMEBODY.lower())
    if kind == "seal":
        return f"files of the book with the seal {key[:SEAL_SHOWN]}"
    return f"{KINDS.get(kind, kind).replace('_', ' ')} {key}".strip()


def _detail(name: str, value: Any) -> str:
    """Return one detail in words; codes of ours become what they stand for."""
    if name == "needed":
        permission = NEEDED.get(str(value))
        return f"needed permission to {permission}" if permission else f"needed {value}"
    if name == "kind":
        return kind_of(str(value)).words
    if name == "seal":
        return f"seal {str(value)[:SEAL_SHOWN]}"
    values = value if isinstance(value, list) else [value]
    told = ", ".join(_plain(v) for v in values) or "none"
    return f"{name.replace('_', ' ')}: {told}"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ROLES.get(str(value), str(value))
