"""A real service with people and a book in it, as ``candela serve`` starts it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parents[1]
PATIENCE_SECONDS = 60
PREPARE = """
import json, sys
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("createcachetable")
from django.db import transaction
from candela.web.accounts.models import User
from candela.web.books.models import Book
from candela.web.scoping import across_organisations
from web.conftest import PASSWORD, make_place
from web.examples import examples
with transaction.atomic():
    place = make_place("quillmere")
    make_place("westerby")
    place.organisation.org_code = sys.argv[1]
    place.organisation.save()
    User.objects.filter(email="administrator@quillmere.example").update(
        is_operator=True)
print(json.dumps({"slug": place.organisation.slug, "password": PASSWORD}))
"""
EXAMPLES = """
import json
import django
django.setup()
from django.db import connection, transaction
from candela.web.accounts.models import Organisation, User
from candela.web.accounts.permissions import Role
from candela.web.books.models import Book
from candela.web.scoping import across_organisations
from web.addresses import filled
from web.conftest import Place
from web.examples import examples
with transaction.atomic(), across_organisations():
    organisation = Organisation.objects.get(slug="quillmere")
    with connection.cursor() as cursor:  # the book is theirs, to see its pages too
        cursor.execute("UPDATE books_book SET organisation_id = %s", [organisation.pk])
    people = {r: User.objects.get(email=f"{r.value}@quillmere.example") for r in Role}
    book = Book.objects.filter(state="ready").latest("added_at")
    given = examples(Place(organisation, people), book)
print(json.dumps([[a.path, a.rule.kind.name] for a in filled(given)]))
"""


@dataclass(frozen=True)
class Service:
    """A service that runs: where it lives, where it answers, what it printed."""

    home: Path
    origin: str
    first_link: str
    password: str = ""
    slug: str = ""

    def addresses(self) -> list[tuple[str, str]]:
        """Return every address, filled in, with the kind of its rule."""
        return [tuple(pair) for pair in _run(EXAMPLES, self.home)]


def _run(script: str, home: Path, *arguments: str) -> object:
    """Run a script with Django and the service's own settings; return what it says.

    In a process of its own: these tests have Django set up for other databases.
    """
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def _environment(home: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CANDELA_")}
    return {
        **kept,
        "CANDELA_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "candela.web.settings",
        "PYTHONPATH": str(TESTS),
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def running(
    home: Path, *books: Path, people: bool = True, org_code: str = "ZA1"
) -> Iterator[Service]:
    """Start a service with these books, and stop it in the end."""
    told: dict[str, str] = {}
    if people:
        told = dict(_run(PREPARE, home, org_code))  # type: ignore[call-overload]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "candela", "serve", *map(str, books)),
            *("--home", str(home), "--port", "0"),
        ],
        env=_environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        origin, link = _address(process, is_first=not people)
        yield Service(
            home, origin, link, told.get("password", ""), told.get("slug", "")
        )
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _address(process: subprocess.Popen[str], *, is_first: bool) -> tuple[str, str]:
    """Return where the service is and the first user's link, once it is ready."""
    printed, origin, link = "", "", ""
    assert process.stdout is not None
    for line in process.stdout:
        printed += line
        if found := re.search(r"service is at (http://localhost:\d+)/", line):
            origin = found[1]
        if found := re.search(r"(http://localhost:\d+/start/\S+)", line):
            link = found[1]
        if link if is_first else origin:
            break
    assert origin, printed
    address = origin.replace("localhost", "127.0.0.1")
    with urllib.request.urlopen(f"{address}/health", timeout=PATIENCE_SECONDS) as told:
        assert json.load(told)["status"] == "ready"
    return origin, link
