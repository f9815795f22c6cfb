"""What is in the database?  Run in the environment of the service that is tried.

    python inside.py prepare NUMBER BOOK people who can write, and a book, as JSON
    python inside.py examine LEDGER      what is there, against what clients were told
    python inside.py rest EMAIL          somebody did nothing for ten minutes
    python inside.py refused             how often a sign-in was refused

A process of its own, so that who tries the service never opens its database.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SLUG = "quillmere"
PASSWORD = "correct horse battery staple"


def prepare(number: str, book: str) -> dict[str, Any]:
    """Make the database, an organisation, people who may save, and a book to read."""
    from django.conf import settings
    from django.db import transaction

    from candela.build.reading import open_book
    from candela.publish.pages.held import held
    from candela.web import starting
    from candela.web.accounts.models import Membership, Organisation, User
    from candela.web.accounts.permissions import Role
    from candela.web.books.mounting import mount
    from candela.web.scoping import organisation_scope

    starting.prepare(settings.CONFIGURATION, alive=lambda stage: None)
    folder = Path(book)
    people = [f"writer-{n:02}@{SLUG}.example" for n in range(int(number))]
    with transaction.atomic():
        place = Organisation.objects.create(slug=SLUG, name="Quillmere Trust")
        with organisation_scope(place):
            for n, email in enumerate(people):
                person = User.objects.create_user(
                    email, name=f"Writer {n}", password=PASSWORD
                )
                Membership.objects.create(
                    organisation=place, user=person, roles=[Role.ADMINISTRATOR.value]
                )
    about = held(open_book(folder))
    return {
        "slug": SLUG,
        "people": people,
        "password": PASSWORD,
        "book": mount(folder).public_id,
        "org": next(code for code in about.codes if (code, "all") in about.peers),
        "codes": about.codes,
        "indicators": list(about.indicators),
    }


def examine(ledger: str) -> dict[str, Any]:
    """Compare the database with what clients were told, and with the audit log."""
    from django.db import connection, transaction

    from candela.web.audit.chain import verify_chain
    from candela.web.scoping import across_organisations

    told = json.loads(Path(ledger).read_text(encoding="utf-8"))
    with transaction.atomic():
        if connection.vendor == "postgresql":
            # What was sent before the last kill may still be committed meanwhile.
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with across_organisations():
            written = dict(_written())
            lines = Counter(_lines())
    lines_in_log, wrong = verify_chain()
    return {
        "written": len(written),
        "lost": sorted(set(told["acknowledged"]) - set(written)),
        "refused_and_there": sorted(set(told["refused"]) & set(written)),
        "never_sent": sorted(set(written) - set().union(*told.values())),
        "without_line": sorted(n for n, t in written.items() if lines[t] != 1),
        "line_without_deed": sorted(set(lines) - set(written.values())),
        "lines_in_log": lines_in_log,
        "chain": "" if wrong is None else str(wrong),
        "database": _complaints(connection),
    }


def _written() -> Iterator[tuple[str, str]]:
    """Yield the name of each thing written, and what the audit log calls it."""
    from candela.web.accounts.models import Invitation
    from candela.web.books.models import PeerSet

    for peers in PeerSet.objects.all():
        yield peers.name, f"peers:{peers.pk}"
    for invitation in Invitation.objects.all():
        yield invitation.email, f"invitation:{invitation.pk}"


def _lines() -> Iterator[str]:
    """Yield what each line of the log about such a thing calls it."""
    from candela.web.audit.actions import Action
    from candela.web.audit.models import Event

    of_these = (Action.PEERS_SAVED.value, Action.MEMBER_INVITED.value)
    yield from Event.objects.filter(action__in=of_these).values_list("thing", flat=True)


def _complaints(connection: Any) -> list[str]:
    """Return what the database itself finds wrong with its files."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        told = [row[0] for row in cursor.fetchall() if row[0] != "ok"]
        cursor.execute("PRAGMA foreign_key_check")
        return told + [str(row) for row in cursor.fetchall()]


def rest(email: str) -> dict[str, Any]:
    """Put the clock of somebody's sessions back: each is renewed at the next page."""
    from importlib import import_module

    from allauth.usersessions.models import UserSession
    from django.conf import settings

    store = import_module(settings.SESSION_ENGINE).SessionStore
    keys = UserSession.objects.filter(user__email=email).values_list(
        "session_key", flat=True
    )
    for key in keys:
        session = store(key)
        session["seen"] -= 600
        session.save()
    return {"sessions": len(keys)}


def refused() -> dict[str, Any]:
    """Return how many passwords were compared and found wrong."""
    from django.db import transaction

    from candela.web.audit.actions import Action
    from candela.web.audit.models import Event
    from candela.web.scoping import across_organisations

    with transaction.atomic(), across_organisations():
        lines = Event.objects.filter(action=Action.SIGN_IN_REFUSED.value)
        return {"refused": lines.count()}


def main() -> int:
    """Do what is asked and print its answer as JSON."""
    from candela.web.starting import set_up

    set_up(None)
    question, *arguments = sys.argv[1:]
    questions: dict[str, Callable[..., dict[str, Any]]] = {
        "prepare": prepare,
        "examine": examine,
        "rest": rest,
        "refused": refused,
    }
    answer = questions[question]
    print(json.dumps(answer(*arguments)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
