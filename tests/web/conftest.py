"""Two organisations with the same kinds of people, and a book that both could want."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.template import engines
from django.test import Client

from candela.web.accounts.models import Membership, Organisation, User
from candela.web.accounts.permissions import Role
from candela.web.books.models import Book
from candela.web.scoping import organisation_scope
from gallery import StrictInOurs

if TYPE_CHECKING:
    from small_nation import MadeUp

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def strict_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a page fail that shows a value nobody gave it."""
    monkeypatch.setattr(engines["jinja2"].env, "undefined", StrictInOurs)


@dataclass(frozen=True)
class Place:
    """An organisation and one person for each role in it."""

    organisation: Organisation
    people: dict[Role, User]

    def person(self, role: Role) -> User:
        """Return the person with this role and no other."""
        return self.people[role]


def make_place(slug: str) -> Place:
    """Return an organisation with one member for each role."""
    organisation = Organisation.objects.create(slug=slug, name=f"{slug.title()} Trust")
    people = {}
    for role in Role:
        person = User.objects.create_user(
            f"{role.value}@{slug}.example", name=f"{role.label} of {slug}".title()
        )
        person.set_password(PASSWORD)
        person.save()
        with organisation_scope(organisation):
            Membership.objects.create(
                organisation=organisation, user=person, roles=[role.value]
            )
        people[role] = person
    return Place(organisation, people)


@pytest.fixture
def here(db: None) -> Place:
    """The organisation that a test is about."""
    return make_place("quillmere")


@pytest.fixture
def there(db: None) -> Place:
    """Another organisation, which must notice nothing."""
    return make_place("westerby")


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """Return a browser of a person who has signed in."""

    def browser(person: User) -> Client:
        client = Client()
        client.force_login(
            person, backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    return browser


@pytest.fixture
def add_book(made_up: MadeUp) -> Callable[..., Book]:
    """Return a function that adds the small made-up book to an organisation."""

    def add(place: Place, *, public: bool = False, title: str = "Made-up") -> Book:
        with organisation_scope(place.organisation):
            book = Book(
                organisation=place.organisation,
                title=title,
                state=Book.State.READY,
                made_up=True,
                built_on=date(2026, 11, 23),
                is_public=public,
            )
            folder = Path(settings.CONFIGURATION.folder("books")) / book.public_id
            shutil.copytree(made_up.book, folder)
            book.folder = str(folder)
            book.seal = _seal(folder)
            book.save()
        return book

    return add


def _seal(folder: Path) -> str:
    import json

    return str(json.loads((folder / "manifest.json").read_bytes())["seal"])
