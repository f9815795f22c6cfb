"""A service at work; run by ``test_backup`` in a process of its own.

python at_work.py fill BOOK     make people, a book that was added, and a log
python at_work.py write         add lines to the log, and print each once it is kept
python at_work.py spoil         change a line of the log, as the database's owner
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable

import django
from django.conf import settings
from django.db import connection, transaction


def fill(book: str) -> None:
    """Make two organisations with people, a book of one of them, and ten lines."""
    from candela.web.accounts.models import Membership, Organisation, User
    from candela.web.audit.actions import Action
    from candela.web.audit.chain import record
    from candela.web.books.models import Book
    from candela.web.scoping import organisation_scope

    seal = "f" * 64
    folder = settings.CONFIGURATION.folder("books") / seal
    shutil.copytree(book, folder)
    for slug in ("quillmere", "westerby"):
        with transaction.atomic():
            organisation = Organisation.objects.create(slug=slug, name=slug.title())
            person = User.objects.create_user(f"ann@{slug}.example", name="Ann")
            with organisation_scope(organisation):
                Membership.objects.create(
                    organisation=organisation, user=person, roles=["viewer"]
                )
                Book.objects.create(
                    organisation=organisation, title="Ours", folder=seal, seal=seal
                )
                _keep_evidence(organisation)
        for n in range(5):
            with transaction.atomic():
                record(
                    Action.BOOK_ADDED,
                    by=person,
                    organisation=organisation,
                    thing=f"book:{n}",
                )


def _keep_evidence(organisation: object) -> None:
    """Keep a file of evidence, the same one for each organisation."""
    from pathlib import Path

    from candela.web.coding.models import Evidence
    from candela.web.coding.vault import keep, look_into

    staged = Path(settings.CONFIGURATION.folder("staging")) / "minutes.txt"
    staged.write_text("Feet are checked from today.\n")
    kept = look_into(staged, staged.name)
    keep(staged, kept)
    staged.unlink()
    Evidence.objects.create(
        organisation=organisation,
        number=1,
        kind="minutes",
        title="Minutes",
        file_name=kept.sha256,
    )


def write() -> None:
    """Add lines until killed; a line that is printed was kept."""
    from candela.web.audit.actions import Action
    from candela.web.audit.chain import record

    while True:
        with transaction.atomic():
            line = record(Action.SIGNED_IN, by=None, organisation=None)
        print(line.number, flush=True)
        time.sleep(0.002)


def spoil() -> None:
    """Change the third line behind the back of its triggers."""
    from candela.web.scoping import across_organisations

    with transaction.atomic(), across_organisations(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER audit_event_no_update")
        cursor.execute("UPDATE audit_event SET thing = 'book:9' WHERE number = 3")


def night(kind: str) -> None:
    """Do one piece of nightly work, and print its job as JSON."""
    import json

    from candela.web.house.models import Note
    from candela.web.jobs import queue
    from candela.web.jobs.models import Job
    from candela.web.jobs.worker import work_once
    from candela.web.scoping import across_organisations

    with transaction.atomic():
        asked = queue.add(kind, by=None, organisation=None)
    work_once()
    with transaction.atomic(), across_organisations():
        job = Job.objects.get(pk=asked.pk)
        notes = {note.name: note.value for note in Note.objects.all()}
    told = {"status": job.status, "message": job.message, "result": job.result}
    print(json.dumps({**told, "notes": notes}))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "candela.web.settings"
    django.setup()
    what, *given = sys.argv[1:]
    things: dict[str, Callable[..., None]] = {
        "fill": fill,
        "write": write,
        "spoil": spoil,
        "night": night,
    }
    things[what](*given)
